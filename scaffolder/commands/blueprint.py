"""`scaffold blueprint`: start a blueprint of one's own from the built-in one, and check it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from scaffolder.blueprint.entries import folder_entries, write_entries
from scaffolder.built_in import BUILT_IN, built_in_folder
from scaffolder.errors import RefusedError, UsageError
from scaffolder.overrides import split_settings


def export(folder: Path) -> tuple[str, ...]:
    """Copy the built-in blueprint to `folder`, which is new or empty, all of it or none; returns the paths, sorted.

    Raises RefusedError when something is in the way, or the disk refuses.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise RefusedError(
            f"{folder} is no folder; nothing was written.", code="not-a-folder", hint="Name a new or an empty folder."
        )
    if folder.is_dir() and any(folder.iterdir()):
        raise RefusedError(
            f"{folder} is not empty; nothing was written.", code="not-empty", hint="Name a new or an empty folder."
        )
    entries = folder_entries(built_in_folder(), BUILT_IN.name)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".scaffold-", dir=folder.parent) as temporary:
            staged = Path(temporary) / "blueprint"
            write_entries(entries, staged)
            if folder.is_dir():
                folder.rmdir()
            staged.rename(folder)
    except OSError as error:
        raise RefusedError(
            f"{folder} could not be written: {error.strerror}; nothing was changed.",
            code="write-failed",
            hint="Mend that and run the same command again.",
        ) from error
    return tuple(entry.path for entry in entries)


def check(folder: Path, settings: Iterable[str] = ()) -> tuple[str, ...]:
    """What is wrong with the blueprint in `folder`, () for nothing. Runs none of its code. Raises ScaffoldErrors.

    `settings` are `--set blueprint.NAME=VALUE`, for questions without a default.
    """
    from scaffolder.blueprint.lint import findings  # noqa: PLC0415 - exporting needs none of it
    from scaffolder.blueprint.opening import opened  # noqa: PLC0415

    others, own = split_settings(settings)
    if others:
        raise UsageError(f"--set {others[0]}: only answers are set here", hint="Such as: --set blueprint.NAME=VALUE")
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder", hint="scaffold blueprint export FOLDER makes one.")
    links = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_symlink()]
    with opened(folder, str(folder.absolute())) as blueprint:
        return (
            *(f"{link}: a symbolic link, which is left out" for link in links if not link.startswith(".git/")),
            *findings(blueprint.folder, own),
        )
