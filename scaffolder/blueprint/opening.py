"""From what `--blueprint` and `--ref` say, or scaffold.lock, to a folder that Copier can render."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scaffolder.blueprint.entries import Entry, digest, folder_entries, write_entries, zip_entries
from scaffolder.blueprint.source import BUILT_IN as BUILT_IN_SOURCE
from scaffolder.blueprint.source import ELSEWHERE, BlueprintSource, Kind, parse_source
from scaffolder.built_in import BUILT_IN, built_in_folder
from scaffolder.errors import ProjectError, UsageError
from scaffolder.state import FILE_NAME, Blueprint


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenBlueprint:
    """A blueprint as `scaffold.lock` records it, and the folder with its files."""

    record: Blueprint
    folder: Path
    #: The files at the commit that scaffold.lock records, where another one was opened and those are still here.
    former: Path | None = None


@contextmanager
def opened(
    root: Path,
    chosen: str = "",
    ref: str = "",
    recorded: Blueprint = BUILT_IN,
    *,
    latest: bool = False,
    prompts: bool = False,
) -> Iterator[OpenBlueprint]:
    """The blueprint that was `chosen`, at `ref`, or else the `recorded` one of the project in `root`.

    `latest` asks for the newest commit of its branch or, where the tag of a release is recorded, for the newest
    release. A commit that was fetched once is kept in the user's cache. The network is asked only with `latest`, or
    when `chosen` or `ref` names something that is not there: never on the word of scaffold.lock alone, which a stranger
    may have written. Raises UsageError and ProjectError.
    """
    source = parse_source(chosen, ref, root) if chosen else _recorded_source(recorded, ref, root)
    if latest and not ref:
        ref = _latest_ref(source, recorded.ref, prompts=prompts)
    match source.kind:
        case Kind.BUILT_IN:
            yield OpenBlueprint(record=BUILT_IN, folder=built_in_folder())
        case Kind.GIT:
            is_asked = bool(chosen or ref or latest)
            yield _from_git(source, ref, recorded, is_asked=is_asked, prompts=prompts)
        case Kind.FOLDER | Kind.ZIP:
            read = folder_entries if source.kind is Kind.FOLDER else zip_entries
            entries = read(Path(source.location), source.name)
            with tempfile.TemporaryDirectory(prefix="scaffold-") as temporary:
                folder = Path(temporary) / source.name
                _write(entries, folder)
                record = Blueprint(name=source.name, source=source.recorded, version=digest(entries))
                yield OpenBlueprint(record=record, folder=folder)


def _recorded_source(recorded: Blueprint, ref: str, root: Path) -> BlueprintSource:
    if recorded.source == ELSEWHERE or Path(recorded.source).is_absolute():
        raise ProjectError(
            FILE_NAME,
            key="blueprint.source",
            code="blueprint-elsewhere",
            found=f"the blueprint {recorded.name}, from a folder outside of the project",
            expected="a place that every machine knows",
            hint="Name it again: --blueprint FOLDER. A relative path, or a git repository, is recorded.",
        )
    has_commit = recorded.version and not recorded.version.startswith("sha256:")
    wanted = ref or (recorded.version if has_commit and recorded.source != BUILT_IN_SOURCE else "")
    try:
        return parse_source(recorded.source, wanted, root, base=root)
    except UsageError as error:
        if ref:
            raise
        raise ProjectError(
            FILE_NAME,
            key="blueprint.source",
            code="blueprint-not-here",
            found=f"{recorded.source!r} ({error.message})",
            expected="the place of a blueprint",
            hint="Name it again with --blueprint; --blueprint built-in goes back to scaffold's own.",
        ) from None


def _latest_ref(source: BlueprintSource, ref: str, *, prompts: bool) -> str:
    from scaffolder.blueprint.git import COMMIT, newest_release  # noqa: PLC0415 - only a blueprint in git needs it

    if source.kind is not Kind.GIT:
        raise UsageError(
            f"--latest: the blueprint {source.name} does not come from git.",
            hint="Leave --latest out: update takes it as it is now.",
        )
    if COMMIT.fullmatch(ref):
        raise UsageError(
            f"--latest: scaffold.lock records the commit {ref}, and no branch to look at.",
            hint="Name a branch or a tag: --ref main",
        )
    return newest_release(source.location, ref, source.name, prompts=prompts) or ref


def _from_git(
    source: BlueprintSource, ref: str, recorded: Blueprint, *, is_asked: bool, prompts: bool
) -> OpenBlueprint:
    from platformdirs import user_cache_path  # noqa: PLC0415

    from scaffolder.blueprint.git import COMMIT, fetch  # noqa: PLC0415 - only a blueprint in git needs it

    place = hashlib.sha256(source.location.encode()).hexdigest()[:16]
    cache = user_cache_path("scaffold", appauthor=False) / "blueprints" / place
    commit = "" if is_asked else recorded.version
    known = commit or (ref if COMMIT.fullmatch(ref) else "")
    if not (COMMIT.fullmatch(known) and (cache / known / source.name).is_dir()):
        if commit:
            raise ProjectError(
                FILE_NAME,
                key="blueprint.version",
                code="blueprint-not-here",
                found=f"the blueprint {source.recorded} at {commit}, which was not fetched on this machine",
                expected="a blueprint that is here",
                hint=f"Fetch it: scaffold init --blueprint {source.recorded} --ref {commit}",
            )
        fetched = fetch(source.location, ref, source.name, prompts=prompts)
        known = fetched.commit
        _keep(fetched.entries, cache / known, source.name)
    record = Blueprint(name=source.name, source=source.recorded, ref=recorded.ref if commit else ref, version=known)
    former = cache / recorded.version / source.name if COMMIT.fullmatch(recorded.version) else None
    return OpenBlueprint(
        record=record,
        folder=cache / known / source.name,
        former=former if former and recorded.version != known and former.is_dir() else None,
    )


def _keep(entries: tuple[Entry, ...], folder: Path, name: str) -> None:
    """Lay the files out in `folder/name`, all or none of them; what another run laid out there stays."""
    if (folder / name).is_dir():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".scaffold-", dir=folder.parent) as temporary:
        staged = Path(temporary) / folder.name
        _write(entries, staged / name)
        try:
            staged.rename(folder)
        except OSError:
            if not (folder / name).is_dir():
                raise


def _write(entries: tuple[Entry, ...], folder: Path) -> None:
    if not any(re.fullmatch(r"copier\.ya?ml", entry.path) for entry in entries):
        raise ProjectError(
            folder.name,
            code="blueprint-unreadable",
            found="no copier.yml at its top",
            expected="a blueprint: templates, and a copier.yml beside them",
            hint="Start from the built-in one: scaffold blueprint export FOLDER",
        )
    try:
        write_entries(entries, folder)
    except OSError as error:
        raise ProjectError(
            folder.name,
            code="blueprint-unreadable",
            found=f"files that cannot be written here ({error.strerror})",
            expected="names that every system can write",
            hint="Rename them in the blueprint, or make room on the disk.",
        ) from None
