"""A plan onto the disk: the only writer in the user's project. All of it, or none of it."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scaffolder.errors import RefusedError
from scaffolder.model.change import Action, Change, ExistingFile, Plan

#: Folders and files that nothing scaffold does may ever write.
_FORBIDDEN_PARTS = (".git", ".env")


def read_existing(root: Path, paths: Iterable[str]) -> dict[str, ExistingFile]:
    """The files among `paths` that exist below `root`.

    Raises RefusedError for a path that leaves the project, goes through a symbolic link, or is no regular file.
    """
    found = {}
    for path in paths:
        target = _inside(root, path)
        with suppress(FileNotFoundError):
            status = target.lstat()
            if not stat.S_ISREG(status.st_mode):
                raise _refused(path, "it is not a regular file")
            found[path] = ExistingFile(path=path, content=target.read_bytes(), mode=stat.S_IMODE(status.st_mode))
    return found


def backups_in_the_way(root: Path, paths: Iterable[str]) -> dict[str, ExistingFile]:
    """The `.orig` files that already lie beside `paths`, so that a new backup takes a free name."""
    entries = [entry for path in paths for entry in (root / path).parent.glob(f"{Path(path).name}.orig*")]
    names = [entry.relative_to(root).as_posix() for entry in entries]
    return {name: ExistingFile(path=name, content=b"", mode=0o644) for name in names}


def apply(root: Path, plan: Plan) -> None:
    """Carry a plan out.

    Every new content is first written beside its target and flushed to disk; only then are the files moved into
    place. A failure on the way undoes what was moved, removes what was staged and raises RefusedError: the project is
    as it was before.
    """
    staged: list[_Staged] = []
    done: list[_Staged] = []
    try:
        for change in plan.writes:
            staged.append(_stage(root, change))  # noqa: PERF401 - what was staged before a failure must be known
        for item in staged:
            _commit(root, item)
            done.append(item)
    except BaseException as error:
        for item in reversed(done):
            _undo(root, item)
        for item in staged:
            _discard(item)
        if isinstance(error, OSError):
            raise RefusedError(
                f"{error.filename or 'a file'} could not be written: {error.strerror}; nothing was changed.",
                code="write-failed",
                hint="Mend that and run the same command again.",
            ) from error
        raise
    for item in done:
        _discard(item)


def write_private(root: Path, path: str, text: str) -> None:
    """Write a file that only its owner may read, mode 0600, in one step. The one door to `.env`.

    Raises RefusedError when a symbolic link or a folder is in the way, or the disk refuses.
    """
    target = root / path
    if target.is_symlink() or target.is_dir():
        raise _refused(path, "it is a symbolic link or a folder")
    try:
        _temporary(target, text.encode(), 0o600).replace(target)
    except OSError as error:
        raise RefusedError(
            f"{path} could not be written: {error.strerror}; nothing was changed.",
            code="write-failed",
            hint="Mend that and run the same command again.",
        ) from error


@dataclass(frozen=True, kw_only=True, slots=True)
class _Staged:
    """A change with its new content, and a spare copy of the former one, both beside the target."""

    change: Change
    new: Path | None
    former: Path | None


def _stage(root: Path, change: Change) -> _Staged:
    target = _inside(root, change.path)
    target.parent.mkdir(parents=True, exist_ok=True)
    if change.before is not None and target.read_bytes() != change.before:
        raise _changed_meanwhile(change.path)
    former = None if change.before is None else _temporary(target, change.before, change.mode)
    new = None if change.after is None else _temporary(target, change.after, change.mode)
    return _Staged(change=change, new=new, former=former)


def _temporary(target: Path, content: bytes, mode: int) -> Path:
    handle, name = tempfile.mkstemp(prefix=".scaffold-", dir=target.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path = Path(name)
    path.chmod(mode)
    return path


def _commit(root: Path, item: _Staged) -> None:
    target = root / item.change.path
    if item.change.backup:
        shutil.copy2(target, _inside(root, item.change.backup))
    if item.new is None:
        target.unlink()
        return
    if item.change.action is Action.CREATE and target.exists():
        raise _changed_meanwhile(item.change.path)
    item.new.replace(target)


def _undo(root: Path, item: _Staged) -> None:
    target = root / item.change.path
    if item.former is None:
        target.unlink(missing_ok=True)
    else:
        item.former.replace(target)
    if item.change.backup:
        (root / item.change.backup).unlink(missing_ok=True)


def _discard(item: _Staged) -> None:
    for path in (item.new, item.former):
        if path is not None:
            path.unlink(missing_ok=True)


def _inside(root: Path, path: str) -> Path:
    """The place of `path` below `root`; refuses to leave the project or to pass through a symbolic link."""
    parts = Path(path).parts
    if Path(path).is_absolute() or ".." in parts or not parts or any(part in _FORBIDDEN_PARTS for part in parts):
        raise _refused(path, "it is outside of what scaffold may write")
    current = root
    for part in parts:
        current = current / part
        if current.is_symlink():
            raise _refused(path, "it goes through a symbolic link")
    return current


def _changed_meanwhile(path: str) -> RefusedError:
    return RefusedError(
        f"{path} changed while scaffold was at work; nothing was changed.",
        code="changed-meanwhile",
        hint="Run the same command again.",
        paths=(path,),
    )


def _refused(path: str, reason: str) -> RefusedError:
    return RefusedError(
        f"{path} cannot be written: {reason}; nothing was changed.",
        code="unsafe-path",
        hint="Move it out of the way and run the same command again.",
        paths=(path,),
    )
