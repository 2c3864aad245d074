"""`scaffold init` at the top of a repository of several projects: the same, for all of them in one go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scaffolder.adoption import Settler, is_wanted, settlements, to_save
from scaffolder.answers.workspace import Member
from scaffolder.apply import apply
from scaffolder.blueprint.opening import opened
from scaffolder.blueprint.renderer import Renderer
from scaffolder.built_in import BUILT_IN
from scaffolder.commands.init import without_files
from scaffolder.model.change import Action, Existing, Plan, Settlement
from scaffolder.model.decision import Decision, Override, Source
from scaffolder.model.message import Message
from scaffolder.plan import plan_init, preview_init, require_allowed
from scaffolder.reading.targets import backups_in_the_way, read_existing
from scaffolder.review import Chooser, WorkspaceReviewer
from scaffolder.rules.workspace import Offer, offers
from scaffolder.settle import as_saved, read_state
from scaffolder.workspace import (
    SettledProject,
    Workspace,
    inferrer,
    messages,
    no_blueprint,
    read_workspace,
    render_workspace,
    settle_projects,
)
from scaffolder.workspace_lock import Former, former_files, with_own_files


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkspaceInitResult:
    """What was decided for each project, and what happened to each file (or would happen, in a dry run)."""

    workspace: Workspace
    decided: Decision[tuple[str, ...]]
    offers: tuple[Offer, ...]
    #: In the order of the decision.
    projects: tuple[SettledProject, ...]
    messages: tuple[Message, ...]
    plan: Plan


def init_workspace(
    root: Path,
    settings: Iterable[str] = (),
    *,
    blueprint: str = "",
    choose: Chooser | None = None,
    review: WorkspaceReviewer | None = None,
    settle: Settler | None = None,
    dry_run: bool = False,
) -> WorkspaceInitResult:
    """Decide the projects below `root` and write their container files, and one Compose file for all.

    `choose` asks which projects run and `review` about their decisions; without them every default is taken. `settle`
    says what becomes of a file of the user's that is in the way. Raises as `init`.
    """
    state = read_state(root)
    if blueprint not in ("", BUILT_IN.source) or (state is not None and state.blueprint.source != BUILT_IN.source):
        raise no_blueprint()
    workspace = read_workspace(root, settings, state)
    decided = workspace.decided()
    if choose is not None and workspace.settings.projects is None:
        chosen = choose(offers(workspace.candidates), decided.value)
        decided = workspace.decided(Override(value=chosen, source=Source.ANSWER, evidence="your answer"))
    former = former_files(root, decided.value, state)
    with opened(root) as found:
        renderer = Renderer(found, {})

        def preview(members: Sequence[Member]) -> Plan:
            files = render_workspace(renderer, workspace.name, members, former.kept).files
            existing = read_existing(root, {*files, *former.files})
            return preview_init(files.values(), existing, former.files, former.kept)

        projects = settle_projects(workspace, decided.value, review, preview)
        inferences = {item.folder: item.settled.inference for item in projects}
        plan = _plan(workspace, decided, projects, former, renderer, preview=dry_run or settle is not None)
        conflicts = [change for change in plan.changes if change.action is Action.CONFLICT]
        if settle is not None and conflicts:
            answered = settlements(conflicts, settle)
            gone = {path for path, item in answered.items() if item.existing is not Existing.KEEP}
            projects = [_without(workspace, item, gone, plan) for item in projects]
            plan = _plan(workspace, decided, projects, former, renderer, answered, preview=dry_run)
    if not dry_run:
        apply(root, plan)
    return WorkspaceInitResult(
        workspace=workspace,
        decided=decided,
        offers=offers(workspace.candidates),
        projects=tuple(projects),
        messages=messages(workspace, decided, inferences),
        plan=plan,
    )


def _plan(
    workspace: Workspace,
    decided: Decision[tuple[str, ...]],
    projects: Sequence[SettledProject],
    former: Former,
    renderer: Renderer,
    answered: Mapping[str, Settlement] | None = None,
    *,
    preview: bool,
) -> Plan:
    root = workspace.root
    existing = read_existing(root, former.files)
    kept_files = former.kept & read_existing(root, former.kept).keys()
    kept_files |= {path for path, item in (answered or {}).items() if item.existing is Existing.KEEP}
    rendered = render_workspace(renderer, workspace.name, [item.member for item in projects], kept_files)
    require_allowed(rendered.files.values())
    existing |= read_existing(root, rendered.files)
    files = tuple(file for path, file in rendered.files.items() if is_wanted(path, kept_files))
    if preview:
        plan = preview_init(files, existing, former.files, kept_files, answered)
    else:
        existing |= backups_in_the_way(root, existing)
        plan = plan_init(files, existing, former.files, kept_files, answered, again=former.again)
    return with_own_files(
        workspace,
        decided,
        projects,
        former,
        renderer.blueprint,
        rendered.variables,
        plan,
        files=files,
        kept_files=kept_files,
    )


def _without(workspace: Workspace, item: SettledProject, gone: Collection[str], plan: Plan) -> SettledProject:
    """The project as the next run will find it, deciding as before; see `commands.init`."""
    start = f"{item.folder}/"
    own = [
        replace(change, path=change.path.removeprefix(start))
        for change in plan.changes
        if change.path.startswith(start)
    ]
    taken = {path.removeprefix(start) for path in gone if path.startswith(start)}
    if not taken:
        return item
    project = without_files(workspace.root / item.folder, item.project, taken, Plan(changes=tuple(own)))
    decide = inferrer(item.folder, project, workspace.implied.get(item.folder))
    former = item.settled
    kept = to_save(former.next_inference, lambda chosen: decide(as_saved(chosen)), former.kept)
    later = replace(former, next_inference=decide(as_saved(kept)), kept=kept)
    return replace(item, project=project, settled=later)
