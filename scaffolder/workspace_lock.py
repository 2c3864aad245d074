"""What a run at the top of a workspace does to scaffold's own books: scaffold.lock, and `[tool.scaffold]` of each
project."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scaffolder import __version__
from scaffolder.blueprint.opening import OpenBlueprint
from scaffolder.model.answers import Answers
from scaffolder.model.change import Action, Change, Plan, RenderedFile
from scaffolder.model.decision import Decision, Json
from scaffolder.reading.fingerprint import folder_digest
from scaffolder.reading.targets import read_existing
from scaffolder.reading.tree import list_files
from scaffolder.settle import (
    MANIFEST,
    STALE,
    fingerprint_after,
    manifest_change,
    own_change,
    read_state,
    without_the_user,
)
from scaffolder.state import FILE_NAME, Fingerprint, State, dump_state
from scaffolder.workspace import SettledProject, Workspace, as_saved_projects, lock_decisions, workspace_scope


@dataclass(frozen=True, kw_only=True, slots=True)
class Former:
    """What scaffold wrote before, for the workspace or for a project of it by itself; paths are below the top."""

    files: Mapping[str, RenderedFile]
    kept: frozenset[str]
    #: The locks of projects that were worked on by themselves go: the one at the top takes their place.
    obsolete: tuple[Change, ...]
    #: Whether there is a lock at the top.
    again: bool


def former_files(root: Path, folders: Iterable[str], state: State | None) -> Former:
    """What `state` has, and the locks that projects in `folders` have of their own."""
    files = dict(state.files) if state else {}
    kept = set(state.kept) if state else set()
    locks = []
    for folder in folders:
        own = read_state(root / folder)
        if own is not None:
            locks.append(f"{folder}/{FILE_NAME}")
            files |= {f"{folder}/{path}": replace(file, path=f"{folder}/{path}") for path, file in own.files.items()}
            kept |= {f"{folder}/{path}" for path in own.kept}
    obsolete = [
        Change(path=path, action=Action.DELETE, before=file.content, after=None, mode=file.mode)
        for path, file in read_existing(root, locks).items()
    ]
    return Former(files=files, kept=frozenset(kept), obsolete=tuple(obsolete), again=state is not None)


def with_own_files(
    workspace: Workspace,
    decided: Decision[tuple[str, ...]],
    projects: Sequence[SettledProject],
    former: Former,
    blueprint: OpenBlueprint,
    variables: Mapping[str, Answers],
    plan: Plan,
    *,
    files: Iterable[RenderedFile],
    kept_files: Collection[str],
    in_step: bool = True,
) -> Plan:
    """The plan with the locks that go, each project's pyproject.toml that changes, and the scaffold.lock at the top;
    arguments as of `settle.with_own_files`."""
    files = tuple(files)
    changes = (*plan.changes, *former.obsolete, *_manifest_changes(workspace, projects))
    inferred: dict[str, Json] = {}
    for item in projects:
        for decision in without_the_user(item.project, item.settled.kept):
            inferred[f"{item.folder}:{decision.key.name}"] = decision.key.dump(decision.value)
    text = dump_state(
        __version__,
        blueprint.record,
        lock_decisions(
            as_saved_projects(decided), ((item.folder, item.settled.next_inference.decisions) for item in projects)
        ),
        files,
        kept_files,
        fingerprint=_fingerprint(workspace, projects, variables, files, kept_files, changes, blueprint)
        if in_step
        else None,
        inferred=inferred,
    )
    lock = read_existing(workspace.root, [FILE_NAME]).get(FILE_NAME)
    return Plan(changes=(*changes, own_change(lock, FILE_NAME, text.encode())))


def _manifest_changes(workspace: Workspace, projects: Iterable[SettledProject]) -> Iterator[Change]:
    """The changes of the projects' `[tool.scaffold]`."""
    for item in projects:
        path = f"{item.folder}/{MANIFEST}"
        manifest = read_existing(workspace.root, [path])[path]
        change = manifest_change(manifest, item.project, item.settled.kept, {})
        if change is not None:
            yield replace(change, path=path)


def _fingerprint(
    workspace: Workspace,
    projects: Sequence[SettledProject],
    variables: Mapping[str, Answers],
    files: Iterable[RenderedFile],
    kept_files: Collection[str],
    changes: Iterable[Change],
    blueprint: OpenBlueprint,
) -> Fingerprint | None:
    """See `settle.with_own_files`. There is none either where a project cannot be read, or where there is more than is
    read at once: then nobody can say that nothing has changed."""
    if any(candidate.error is not None for candidate in workspace.candidates) or list_files(workspace.root)[1]:
        return None
    found = [candidate.inference for candidate in workspace.candidates]
    if any(message.code == STALE for inference in found if inference for message in inference.messages):
        return None
    scope = workspace_scope(workspace, [item.member for item in projects])
    own = {file.path for file in files} - set(kept_files)
    return fingerprint_after(workspace.root, scope, own, changes, variables, folder_digest(blueprint.folder))
