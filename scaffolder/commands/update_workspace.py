"""`scaffold update` at the top of a repository of several projects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scaffolder.adoption import is_wanted
from scaffolder.answers.workspace import SHARED_FILES, Member
from scaffolder.apply import apply
from scaffolder.blueprint.opening import opened
from scaffolder.blueprint.renderer import Renderer
from scaffolder.built_in import BUILT_IN
from scaffolder.causes import Cause, causes
from scaffolder.commands.update import contradictions, other_causes, required_state
from scaffolder.decisions import PROJECTS
from scaffolder.merge import Merged
from scaffolder.model.change import Plan, RenderedFile
from scaffolder.model.decision import Decision, Decisions, Override
from scaffolder.model.message import Message
from scaffolder.plan import Forward, plan_update, require_allowed
from scaffolder.reading.targets import read_existing
from scaffolder.review import WorkspaceReviewer
from scaffolder.rules import Inference
from scaffolder.state import State
from scaffolder.workspace import (
    RenderedWorkspace,
    SettledProject,
    Workspace,
    inferrer,
    messages,
    no_blueprint,
    project_state,
    read_workspace,
    render_workspace,
    settle_projects,
    told,
)
from scaffolder.workspace_lock import Former, former_files, with_own_files


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkspaceUpdateResult:
    """What was decided for each project, what happened to each file (or would happen, in a dry run), and why."""

    workspace: Workspace
    decided: Decision[tuple[str, ...]]
    #: In the order of the decision.
    projects: tuple[SettledProject, ...]
    plan: Plan
    causes: tuple[Cause, ...]
    #: Path → open conflicts, and what stays as the user has it though scaffold would have it otherwise.
    merged: Mapping[str, Merged]
    messages: tuple[Message, ...]

    @property
    def has_conflicts(self) -> bool:
        """Whether some file waits for its owner."""
        return any(item.conflicts for item in self.merged.values())


def update_workspace(
    root: Path,
    settings: Iterable[str] = (),
    *,
    review: WorkspaceReviewer | None = None,
    dry_run: bool = False,
) -> WorkspaceUpdateResult:
    """Decide the projects below `root` again and merge what is new into their container files. Raises as `update`."""
    state = required_state(root)
    if state.blueprint.source != BUILT_IN.source:
        raise no_blueprint()
    workspace = read_workspace(root, settings, state)
    decided = workspace.decided()
    former = former_files(root, decided.value, state)
    with opened(root) as found:
        renderer = Renderer(found, {})

        def preview(members: Sequence[Member]) -> Plan:
            rendered = render_workspace(renderer, workspace.name, members, former.kept)
            return _forward(root, wanted_files(rendered, former.kept), former, preview=True).plan

        if review is not None and not _would_change(workspace, decided.value, preview):
            review = None  # there is nothing to talk about
        projects = settle_projects(workspace, decided.value, review, preview)
        plan, forward, files = _plan(workspace, decided, projects, former, renderer, preview=dry_run)
        found_causes = workspace_causes(workspace, state, renderer, decided, projects, files)
    if not dry_run:
        apply(root, plan)
    inferences = {item.folder: item.settled.inference for item in projects}
    return WorkspaceUpdateResult(
        workspace=workspace,
        decided=decided,
        projects=tuple(projects),
        plan=plan,
        causes=found_causes,
        merged=forward.merged,
        messages=(*workspace_contradictions(state, projects), *messages(workspace, decided, inferences)),
    )


def _plan(
    workspace: Workspace,
    decided: Decision[tuple[str, ...]],
    projects: Sequence[SettledProject],
    former: Former,
    renderer: Renderer,
    *,
    preview: bool,
) -> tuple[Plan, Forward, dict[str, RenderedFile]]:
    """What to write, how it was merged, and what the blueprint renders."""
    rendered = render_workspace(renderer, workspace.name, [item.member for item in projects], former.kept)
    files = wanted_files(rendered, former.kept)
    require_allowed(files.values())
    forward = _forward(workspace.root, files, former, preview=preview)
    plan = with_own_files(
        workspace,
        decided,
        projects,
        former,
        renderer.blueprint,
        rendered.variables,
        forward.plan,
        files=forward.bases,
        kept_files=former.kept,
        in_step=set(forward.bases) == {file for path, file in files.items() if path not in former.kept},
    )
    return plan, forward, files


def wanted_files(rendered: RenderedWorkspace, kept: frozenset[str]) -> dict[str, RenderedFile]:
    """The files by path, without those that only serve one of `kept`."""
    return {path: file for path, file in rendered.files.items() if is_wanted(path, kept)}


def workspace_contradictions(state: State, projects: Iterable[SettledProject]) -> Iterator[Message]:
    """What the user decided and a project no longer says; see `commands.update`."""
    for item in projects:
        own = project_state(state, item.folder)
        found = contradictions(item.project, own, item.settled.next_inference, item.settled.kept)
        yield from (told(message, item.folder) for message in found)


def workspace_causes(
    workspace: Workspace,
    state: State,
    renderer: Renderer,
    decided: Decision[tuple[str, ...]],
    projects: Sequence[SettledProject],
    files: Mapping[str, RenderedFile],
) -> tuple[Cause, ...]:
    """Why the files of `state` are to become `files`: the projects themselves, decisions about each, then the rest."""
    after = {path: file for path, file in files.items() if path not in state.kept}
    found = list(_project_causes(state, decided, after))
    for item in projects:
        found += _decision_causes(workspace, state, renderer, item, projects, after)
    explained = {path for cause in found for path in cause.paths}
    nothing = Inference(decisions=Decisions(), open=(), messages=())
    found += causes(
        {},
        nothing,
        {path: file for path, file in state.files.items() if path not in explained},
        {path: file for path, file in after.items() if path not in explained},
        other_causes(state, renderer),
        holding=lambda name, override: nothing,
        rendering=lambda held: {},
    )
    return tuple(found)


def _project_causes(
    state: State, decided: Decision[tuple[str, ...]], after: Mapping[str, RenderedFile]
) -> Iterator[Cause]:
    before = state.values.get(PROJECTS.name)
    if before == list(decided.value):
        return
    old = set(map(str, before)) if isinstance(before, list) else set()
    folders = tuple(f"{folder}/" for folder in old ^ set(decided.value))
    changed = {path for path in state.files.keys() | after.keys() if state.files.get(path) != after.get(path)}
    yield Cause(
        kind="decision",
        name=PROJECTS.name,
        before=before,
        after=list(decided.value),
        evidence=tuple(line for line in decided.evidence if line.partition(":")[0] not in old)[:3],
        paths=tuple(sorted(path for path in changed if path.startswith(folders) or path in SHARED_FILES)),
    )


def _decision_causes(
    workspace: Workspace,
    state: State,
    renderer: Renderer,
    item: SettledProject,
    projects: Sequence[SettledProject],
    after: Mapping[str, RenderedFile],
) -> Iterator[Cause]:
    decide = inferrer(item.folder, item.project, workspace.implied.get(item.folder))

    def holding(name: str, override: Override) -> Inference:
        return decide({**item.settled.kept, name: override})

    def rendering(held: Inference) -> Mapping[str, RenderedFile]:
        members = [
            replace(other.member, decisions=held.decisions) if other is item else other.member for other in projects
        ]
        return wanted_files(render_workspace(renderer, workspace.name, members, state.kept), state.kept)

    before = project_state(state, item.folder).values
    if all(decision.key.dump(decision.value) == before.get(decision.key.name) for decision in item.member.decisions):
        return
    for cause in causes(before, item.settled.inference, state.files, after, (), holding, rendering):
        if cause.kind == "decision":
            yield replace(cause, project=item.folder)


def _would_change(workspace: Workspace, folders: Iterable[str], preview: Callable[[Sequence[Member]], Plan]) -> bool:
    found = {folder: workspace.candidate(folder) for folder in folders}
    if any(inference.open for _, inference in found.values()):
        return True
    members = [
        Member(folder=folder, project=project, decisions=inference.decisions)
        for folder, (project, inference) in found.items()
    ]
    return bool(preview(members).writes)


def _forward(root: Path, files: Mapping[str, RenderedFile], former: Former, *, preview: bool) -> Forward:
    existing = read_existing(root, {*files, *former.files, *former.kept})
    return plan_update(files.values(), existing, former.files, former.kept, preview=preview)
