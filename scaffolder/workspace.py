"""A repository of several Poetry projects: each decided by itself, all of them in one Compose file.

A project's own files are those that it would have alone; `SHARED_FILES` and scaffold.lock lie at the top. What the
user decides about a project is saved in its pyproject.toml, and which projects run in scaffold.lock.
"""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scaffolder.adoption import DOCKERFILE
from scaffolder.answers.workspace import (
    SHARED_FILES,
    Member,
    member_answers,
    places,
    shared_remarks,
    workspace_answers,
)
from scaffolder.blueprint.renderer import Renderer
from scaffolder.decisions import CONTEXT, DEVELOPMENT, PROCESSES, PROJECTS, PYTHON_PATH
from scaffolder.errors import OpenDecisionsError, ProjectError, UsageError
from scaffolder.model.answers import Answers
from scaffolder.model.change import Plan, RenderedFile
from scaffolder.model.decision import Decision, Decisions, Json, Override, Source
from scaffolder.model.message import Message
from scaffolder.model.project import Project
from scaffolder.overrides import combined, flag_overrides, saved_overrides
from scaffolder.reading.fingerprint import Scope, is_input
from scaffolder.reading.project import read_project
from scaffolder.reading.tree import list_files
from scaffolder.reading.workspace import (
    find_projects,
    own_texts,
    require_member,
    within,
    workspace_name,
)
from scaffolder.report import open_error
from scaffolder.review import Inferrer, WorkspaceReviewer
from scaffolder.rules import Inference, infer
from scaffolder.rules.remarks import HIDDEN_FILES, hidden_files
from scaffolder.rules.workspace import Candidate, decide_projects, idle_workers, offers, project_remarks
from scaffolder.settle import Settled, settled
from scaffolder.state import State


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The `--set` arguments of a workspace."""

    #: What was said about which projects run.
    projects: Override | None = None
    #: Folder → decision → value; those below "" are about every project.
    by_folder: Mapping[str, Mapping[str, Override]] = field(default_factory=dict)

    def about(self, folder: str) -> dict[str, Override]:
        """What was said about one project."""
        return {**self.by_folder.get("", {}), **self.by_folder.get(folder, {})}


@dataclass(frozen=True, kw_only=True, slots=True)
class Workspace:
    """The top of a repository, and every project that was found below it."""

    root: Path
    name: str
    candidates: tuple[Candidate, ...]
    settings: Settings
    #: The names of the files at the top.
    files: tuple[str, ...] = ()
    #: What the projects say about one another, by folder: an edit of the processes.
    implied: Mapping[str, Override] = field(default_factory=dict)
    #: The projects of an earlier run, in their order.
    recorded: tuple[str, ...] = ()
    #: What somebody decided about the projects then.
    saved: Override | None = None

    def decided(self, chosen: Override | None = None) -> Decision[tuple[str, ...]]:
        """Which projects run: as `chosen`, else as the command line says, else as saved, else what has something to
        start. Raises UsageError and OpenDecisionsError."""
        override = chosen or self.settings.projects or self.saved
        decided = decide_projects(self.candidates, override, self.recorded)
        there = {candidate.folder for candidate in self.candidates}
        if decided.source is Source.SAVED:
            decided = replace(decided, value=tuple(folder for folder in decided.value if folder in there))
        for folder in decided.value:
            require_member(self.root, folder)
        if not decided.value:
            raise _nothing_runs(self)
        return decided

    def candidate(self, folder: str) -> tuple[Project, Inference]:
        """A project and what was decided. Raises the error that keeps it from being read."""
        found = next(candidate for candidate in self.candidates if candidate.folder == folder)
        if found.error is not None:
            raise found.error
        assert found.project is not None and found.inference is not None, "it was read"  # noqa: S101, PT018
        return found.project, found.inference


@dataclass(frozen=True, kw_only=True, slots=True)
class SettledProject:
    """A project of which nothing is open."""

    folder: str
    project: Project
    settled: Settled

    @property
    def member(self) -> Member:
        """As its files are made: as the next run will decide."""
        return Member(folder=self.folder, project=self.project, decisions=self.settled.next_inference.decisions)


@dataclass(frozen=True, kw_only=True, slots=True)
class RenderedWorkspace:
    """The files of all projects by path, and what they were made from."""

    files: Mapping[str, RenderedFile]
    variables: Mapping[str, Answers]


def read_workspace(root: Path, settings: Iterable[str], state: State | None) -> Workspace:
    """Read and decide every project below `root`. Raises UsageError for settings that do not fit, and ProjectError."""
    given = parse_settings(settings)
    written = {path: file.text for path, file in state.files.items()} if state else {}
    recorded = _members(state)
    named = [*recorded, *_named(given.projects)]
    folders = dict.fromkeys((*find_projects(root), *(folder for folder in named if _is_there(root, folder))))
    unknown = sorted(set(given.by_folder) - {"", *folders})
    if unknown:
        raise UsageError(
            f"--set {unknown[0]}:…: there is no such project", hint=f"One of: {', '.join(folders) or 'none'}"
        )
    source = Source.SAVED if state and state.sources.get(PROJECTS.name) == Source.SAVED.word else Source.INFERRED
    candidates = [_candidate(root, folder, written, given) for folder in sorted(folders)]
    implied = idle_workers(candidates)
    return Workspace(
        root=root,
        name=workspace_name(root),
        candidates=tuple(_decided_again(candidate, given, implied.get(candidate.folder)) for candidate in candidates),
        settings=given,
        files=list_files(root, 0)[0],
        implied=implied,
        recorded=recorded,
        saved=Override(value=recorded, source=source, evidence="scaffold.lock") if source is Source.SAVED else None,
    )


def parse_settings(settings: Iterable[str]) -> Settings:
    """`projects=…`, `FOLDER:NAME=VALUE`, and `NAME=VALUE` for every project. Raises UsageError."""
    projects: Override | None = None
    texts: dict[str, list[str]] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if name == PROJECTS.name and equals:
            try:
                parsed = PROJECTS.parse(value)
            except ValueError as error:
                raise UsageError(f"projects = {value!r}: {error}", hint=PROJECTS.help) from None
            projects = Override(value=parsed, source=Source.FLAG, evidence=f"--set {setting}")
            continue
        folder, _, key = name.rpartition(":")
        if key.startswith("blueprint."):
            raise no_blueprint()
        texts.setdefault(folder.rstrip("/"), []).append(f"{key}{equals}{value}")
    return Settings(projects=projects, by_folder={folder: _flags(folder, items) for folder, items in texts.items()})


def _flags(folder: str, settings: Iterable[str]) -> dict[str, Override]:
    found = flag_overrides(settings)
    return {name: replace(item, evidence=about(item.evidence, folder)) for name, item in found.items()}


def no_blueprint() -> UsageError:
    """The error for a blueprint of one's own, which renders the files of one project."""
    return UsageError(
        "A blueprint of your own cannot be used for several projects at once.",
        hint="Use it for each project by itself: scaffold init FOLDER --blueprint SOURCE",
    )


def as_saved_projects(decided: Decision[tuple[str, ...]]) -> Decision[tuple[str, ...]]:
    """The decision about the projects as the next run will make it."""
    return decided if decided.source is Source.INFERRED else replace(decided, source=Source.SAVED)


def settle_projects(
    workspace: Workspace,
    folders: Iterable[str],
    review: WorkspaceReviewer | None = None,
    preview: Callable[[Sequence[Member]], Plan] | None = None,
) -> list[SettledProject]:
    """The projects with nothing open; `review` asks about their decisions, and `preview` makes a plan to show.

    Raises OpenDecisionsError when something is left open, ProjectError, and Interrupted.
    """
    projects = {folder: workspace.candidate(folder)[0] for folder in folders}
    inferrers = {
        folder: inferrer(folder, project, workspace.implied.get(folder)) for folder, project in projects.items()
    }
    overrides: Mapping[str, Mapping[str, Override]] = {
        folder: combined(saved_overrides(project.manifest.scaffold), workspace.settings.about(folder))
        for folder, project in projects.items()
    }
    found = {folder: workspace.candidate(folder)[1] for folder in projects}
    if review is not None and preview is not None:
        reviewed = review(
            inferrers,
            overrides,
            lambda shown: preview([_member(folder, projects[folder], item) for folder, item in shown.items()]),
        )
        found = {folder: inference for folder, (inference, _) in reviewed.items()}
        overrides = {folder: chosen for folder, (_, chosen) in reviewed.items()}
    require_settled(found)
    return [
        SettledProject(
            folder=folder,
            project=projects[folder],
            settled=settled(inferrers[folder], inference, dict(overrides[folder])),
        )
        for folder, inference in found.items()
    ]


def inferrer(folder: str, project: Project, implied: Override | None) -> Inferrer:
    """What decides a project of a workspace; `implied` takes processes away that nobody speaks about."""

    def decide(chosen: Mapping[str, Override]) -> Inference:
        try:
            inference = infer(project, chosen)
            if implied is None or PROCESSES.name in chosen or PROCESSES not in inference.decisions:
                return inference
            beside = {process.name for process in inference.decisions[PROCESSES] if not process.main}
            applies = all(edit.name in beside for edit in implied.value.edits)
            return infer(project, {**chosen, PROCESSES.name: implied}) if applies else inference
        except ProjectError as error:
            raise within(folder, error) from error

    return decide


def _member(folder: str, project: Project, inference: Inference) -> Member:
    return Member(folder=folder, project=project, decisions=inference.decisions)


def render_workspace(
    renderer: Renderer, name: str, members: Sequence[Member], kept: Collection[str] = ()
) -> RenderedWorkspace:
    """Every file of the workspace, below its top; `kept` are those that the user keeps as they are."""
    spots = places(members)
    given = [member_answers(member, place) for member, place in zip(members, spots, strict=True)]
    for member, variables in zip(members, given, strict=True):
        if f"{member.folder}/{DOCKERFILE}" in kept:  # what development adds needs scaffold's own image
            variables["development"] = False
    shared = workspace_answers(name, members, spots, given)
    files = [file for file in renderer.render(shared) if file.path in SHARED_FILES]
    for member, variables in zip(members, given, strict=True):
        own = (file for file in renderer.render(variables) if file.path not in SHARED_FILES)
        files += [replace(file, path=f"{member.folder}/{file.path}") for file in own]
    return RenderedWorkspace(
        files={file.path: file for file in sorted(files, key=lambda file: file.path)},
        variables={"": shared, **{member.folder: item for member, item in zip(members, given, strict=True)}},
    )


def messages(
    workspace: Workspace, decided: Decision[tuple[str, ...]], inferences: Mapping[str, Inference]
) -> tuple[Message, ...]:
    """What the user should hear: about the projects themselves, what they share, then each."""
    members = [
        Member(folder=folder, project=workspace.candidate(folder)[0], decisions=inference.decisions)
        for folder, inference in inferences.items()
        if not inference.open
    ]
    return (
        *project_remarks(workspace.candidates, decided),
        *shared_remarks(members),
        *hidden_files(workspace.files, develops=any(member.decisions[DEVELOPMENT] for member in members)),
        *(
            told(message, folder)
            for folder, inference in inferences.items()
            for message in inference.messages
            if message.code not in HIDDEN_FILES  # of a project's own Compose file, which stays the only one there
        ),
    )


def told(message: Message, folder: str) -> Message:
    """A message about one project as somebody at the top needs it."""
    return replace(message, text=f"{folder}: {message.text}", hint=about(message.hint, folder))


def about(hint: str, folder: str) -> str:
    """A hint whose `--set` is about one project of several; "" stands for all of them."""
    return hint if not folder else hint.replace("--set ", f"--set {shlex.quote(folder)}:")


def require_settled(inferences: Mapping[str, Inference]) -> None:
    """Raises OpenDecisionsError that names what is open in any project, and what settles it or leaves it out."""
    found = [(folder, open_error(inference.open)) for folder, inference in inferences.items() if inference.open]
    if found:
        raise OpenDecisionsError(
            "\n".join(f"{folder}: {error.message}" for folder, error in found),
            hint="\n".join(
                f"{about(error.hint, folder)}\nOr leave it out:\n  --set projects=-{folder}" for folder, error in found
            ),
        )


def lock_decisions(
    decided: Decision[tuple[str, ...]], projects: Iterable[tuple[str, Decisions]]
) -> Iterator[Decision[Any]]:
    """The decisions of a workspace as scaffold.lock holds them: `services/api:port`."""
    yield decided
    for folder, decisions in projects:
        for decision in decisions:
            yield replace(decision, key=replace(decision.key, name=f"{folder}:{decision.key.name}"))


def project_state(state: State, folder: str) -> State:
    """The part of a workspace's lock that is about the decisions of one project."""
    return replace(state, values=_values_of(state.values, folder), inferred=_values_of(state.inferred, folder))


def workspace_scope(workspace: Workspace, members: Iterable[Member]) -> Scope:
    """What decides besides the workspace's own folder."""
    found = [(candidate.folder, candidate.project) for candidate in workspace.candidates if candidate.project]
    outside = {_below(folder, path) for folder, project in found for path in project.outside_paths}
    needed = {
        _below(member.folder, path)
        for member in members
        for path in (*member.decisions[CONTEXT], *member.decisions[PYTHON_PATH])
    }
    named = {
        _below(folder, path) for folder, project in found for path in project.container.named if not is_input(path)
    }
    name = workspace.root.resolve().name
    return Scope(
        outside=tuple(sorted(path for path in outside if path.startswith(".."))),
        named=tuple(sorted(named)),
        levels=max((path.split("/").count("..") for path in outside | needed), default=0),
        folder=name if workspace.name == name else "",
    )


def _below(folder: str, path: str) -> str:
    """A path of a project, relative to the top."""
    return posixpath.normpath(posixpath.join(folder, path))


def _values_of(values: Mapping[str, Json], folder: str) -> dict[str, Json]:
    start = f"{folder}:"
    return {name.removeprefix(start): value for name, value in values.items() if name.startswith(start)}


def _candidate(root: Path, folder: str, written: Mapping[str, str], settings: Settings) -> Candidate:
    try:
        project = read_project(root / folder, own_texts(written, folder) or None)
        overrides = combined(saved_overrides(project.manifest.scaffold), settings.about(folder))
        return Candidate(folder=folder, project=project, inference=infer(project, overrides))
    except ProjectError as error:
        return Candidate(folder=folder, error=within(folder, error))


def _decided_again(candidate: Candidate, settings: Settings, implied: Override | None) -> Candidate:
    if implied is None or candidate.project is None:
        return candidate
    overrides = combined(saved_overrides(candidate.project.manifest.scaffold), settings.about(candidate.folder))
    return replace(candidate, inference=inferrer(candidate.folder, candidate.project, implied)(overrides))


def _members(state: State | None) -> tuple[str, ...]:
    value = state.values.get(PROJECTS.name) if state else None
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _named(override: Override | None) -> list[str]:
    return [item.removeprefix("+") for item in override.value if not item.startswith("-")] if override else []


def _is_there(root: Path, folder: str) -> bool:
    try:
        require_member(root, folder)
    except UsageError:
        return False
    return True


def _nothing_runs(workspace: Workspace) -> OpenDecisionsError:
    """The error for a repository in which no project has something to start."""
    found = "\n".join(f"  {offer.folder}: {offer.text}" for offer in offers(workspace.candidates))
    return OpenDecisionsError(
        f"None of the projects below has something to start by itself:\n{found}",
        hint="Say which run: --set projects=FOLDER,…",
    )
