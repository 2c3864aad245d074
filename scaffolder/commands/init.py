"""`scaffold init`: read, decide, show, ask, write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from scaffolder.adoption import Settler, is_wanted, settlements, to_save
from scaffolder.answers import answers
from scaffolder.apply import apply
from scaffolder.blueprint.opening import opened
from scaffolder.blueprint.renderer import Asking, Renderer
from scaffolder.built_in import BUILT_IN
from scaffolder.model.change import Action, Existing, Plan, Settlement
from scaffolder.model.project import Project
from scaffolder.overrides import flag_overrides, saved_overrides, saved_own_answers, split_settings
from scaffolder.plan import plan_init, preview_init, require_allowed
from scaffolder.reading.container import read_container
from scaffolder.reading.project import read_project
from scaffolder.reading.targets import backups_in_the_way, read_existing
from scaffolder.review import Reviewer
from scaffolder.rules import Inference, Override, infer
from scaffolder.settle import as_saved, decide, read_state, with_own_files
from scaffolder.state import State


@dataclass(frozen=True, kw_only=True, slots=True)
class InitResult:
    """What was decided, and what happened to each file (or would happen, in a dry run)."""

    project: Project
    inference: Inference
    plan: Plan


def init(
    root: Path,
    settings: Iterable[str] = (),
    *,
    blueprint: str = "",
    ref: str = "",
    trust: bool = False,
    asking: Asking | None = None,
    review: Reviewer | None = None,
    settle: Settler | None = None,
    dry_run: bool = False,
) -> InitResult:
    """Decide the project in `root` and write its container files.

    `review` asks the user about decisions, and `asking` what the blueprint itself asks; without them every default is
    taken. `settle` says what becomes of a file of the user's that is in the way; `blueprint`, `ref` and `trust` are as
    on the command line. Raises OpenDecisionsError when a decision is open then, RefusedError when a file is in the way
    and there is no `settle`, and other ScaffoldErrors. A dry run writes nothing and refuses nothing.
    """
    about_decisions, own = split_settings(settings)
    flags = flag_overrides(about_decisions)
    project = read_project(root)
    saved = saved_overrides(project.manifest.scaffold)
    own = {**saved_own_answers(project.manifest.scaffold), **own}
    former = read_state(root)
    recorded = former.blueprint if former else BUILT_IN
    with opened(root, blueprint, ref, recorded, prompts=asking is not None) as found:
        renderer = Renderer(found, own, asking=asking, trust=trust)

        def preview(inference: Inference) -> Plan:
            return _plan(root, project, inference, saved, former, renderer, preview=True)

        decisions = decide(project, flags, review, preview)
        kept, decided = decisions.kept, decisions.next_inference
        plan = _plan(root, project, decided, kept, former, renderer, preview=dry_run or settle is not None)
        conflicts = [change for change in plan.changes if change.action is Action.CONFLICT]
        if settle is not None and conflicts:
            settled = settlements(conflicts, settle)
            gone = {path for path, item in settled.items() if item.existing is not Existing.KEEP}
            if gone:
                without = without_files(root, project, gone, plan)
                kept = to_save(decided, lambda chosen: infer(without, as_saved(chosen)), kept)
                project, decided = without, infer(without, as_saved(kept))
            plan = _plan(root, project, decided, kept, former, renderer, settled, preview=dry_run)
    if not dry_run:
        apply(root, plan)
    return InitResult(project=project, inference=decisions.inference, plan=plan)


def _plan(
    root: Path,
    project: Project,
    inference: Inference,
    kept: Mapping[str, Override],
    former: State | None,
    renderer: Renderer,
    settled: Mapping[str, Settlement] | None = None,
    *,
    preview: bool,
) -> Plan:
    """What to write: `inference` as the next run will make it, so that this run is the last that changes anything."""
    variables = answers(project, inference.decisions)
    rendered = renderer.render(variables)
    require_allowed(rendered)
    written = former.files if former else {}
    existing = read_existing(root, {file.path for file in rendered} | set(written))
    kept_files = former.kept & existing.keys() if former else frozenset[str]()
    kept_files |= {path for path, item in (settled or {}).items() if item.existing is Existing.KEEP}
    rendered = tuple(file for file in rendered if is_wanted(file.path, kept_files))
    if preview:
        plan = preview_init(rendered, existing, written, kept_files, settled)
    else:
        existing |= backups_in_the_way(root, existing)
        plan = plan_init(rendered, existing, written, kept_files, settled, again=former is not None)
    return with_own_files(
        root, project, inference, kept, renderer, variables, plan, files=rendered, kept_files=kept_files
    )


def without_files(root: Path, project: Project, gone: set[str], plan: Plan) -> Project:
    """The project as the next run will find it: the files in `gone` are scaffold's, and those of `plan` are there."""
    written = {
        change.path: (change.after or b"").decode()
        for change in plan.changes
        if change.path in gone or change.action in (Action.CREATE, Action.UPDATE)
    }
    texts = {**(project.texts or {}), **written}
    return replace(project, texts=texts, container=read_container(root, project.files, texts, without=gone))
