"""`scaffold init`: read, decide, show, ask, write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from scaffolder import __version__
from scaffolder.adoption import Settler, is_wanted, settlements, to_save
from scaffolder.answers import answers
from scaffolder.apply import apply
from scaffolder.blueprint.opening import opened
from scaffolder.blueprint.renderer import Asking, Renderer
from scaffolder.model.change import Action, Change, Existing, ExistingFile, Plan, Settlement
from scaffolder.model.decision import Json, Source
from scaffolder.model.project import Project
from scaffolder.overrides import (
    BLUEPRINT,
    combined,
    flag_overrides,
    saved_overrides,
    saved_own_answers,
    split_settings,
)
from scaffolder.plan import plan_init, preview_init
from scaffolder.reading.container import read_container
from scaffolder.reading.project import read_project
from scaffolder.reading.targets import backups_in_the_way, read_existing
from scaffolder.render import BUILT_IN
from scaffolder.report import open_error
from scaffolder.review import Inferrer, Reviewer
from scaffolder.rules import Inference, Override, infer
from scaffolder.saved_answers import with_answers
from scaffolder.state import FILE_NAME, State, dump_state, has_conflict, parse_state
from scaffolder.state_conflict import healed, sides

MANIFEST = "pyproject.toml"


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
    overrides = combined(saved, flags)
    own = {**saved_own_answers(project.manifest.scaffold), **own}
    former = _former(root)
    recorded = former.blueprint if former else BUILT_IN
    with opened(root, blueprint, ref, recorded, prompts=asking is not None) as found:
        renderer = Renderer(found, own, asking=asking, trust=trust)

        def inferrer(chosen: Mapping[str, Override]) -> Inference:
            return infer(project, chosen)

        def preview(inference: Inference) -> Plan:
            return _plan(root, project, inference, saved, former, renderer, preview=True)

        if review is not None:
            inference, overrides = review(inferrer, overrides, preview)
        else:
            inference = inferrer(overrides)
        if inference.open:
            raise open_error(inference.open)
        kept = _overrides_to_keep(inferrer, overrides)
        decided = inferrer(_as_saved(kept))
        plan = _plan(root, project, decided, kept, former, renderer, preview=dry_run or settle is not None)
        conflicts = [change for change in plan.changes if change.action is Action.CONFLICT]
        if settle is not None and conflicts:
            settled = settlements(conflicts, settle)
            gone = {path for path, item in settled.items() if item.existing is not Existing.KEEP}
            if gone:
                without = _without(root, project, gone, plan)
                kept = to_save(decided, lambda chosen: infer(without, _as_saved(chosen)), kept)
                project, decided = without, infer(without, _as_saved(kept))
            plan = _plan(root, project, decided, kept, former, renderer, settled, preview=dry_run)
    if not dry_run:
        apply(root, plan)
    return InitResult(project=project, inference=inference, plan=plan)


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
    managed = read_existing(root, [FILE_NAME, MANIFEST])
    written = former.files if former else {}
    existing = read_existing(root, {file.path for file in rendered} | set(written))
    kept_files = former.kept & existing.keys() if former else frozenset[str]()
    kept_files |= {path for path, item in (settled or {}).items() if item.existing is Existing.KEEP}
    rendered = tuple(file for file in rendered if is_wanted(file.path, kept_files))
    existing |= backups_in_the_way(root, existing)
    make = preview_init if preview else plan_init
    plan = make(rendered, existing, written, kept_files, settled)
    record = renderer.blueprint.record
    state = dump_state(__version__, record, inference.decisions, rendered, kept_files)
    own = renderer.to_save(variables)
    ours = [_own_change(managed, FILE_NAME, state.encode()), _manifest_change(managed[MANIFEST], project, kept, own)]
    return Plan(changes=(*plan.changes, *(change for change in ours if change is not None)))


def _without(root: Path, project: Project, gone: set[str], plan: Plan) -> Project:
    """The project as the next run will find it: the files in `gone` are scaffold's, and those of `plan` are there."""
    written = {
        change.path: (change.after or b"").decode()
        for change in plan.changes
        if change.path in gone or change.action in (Action.CREATE, Action.UPDATE)
    }
    texts = {**(project.texts or {}), **written}
    return replace(project, texts=texts, container=read_container(root, project.files, texts, without=gone))


def _former(root: Path) -> State | None:
    """What `scaffold.lock` says, made whole where git left conflicts in it; None without one."""
    lock = read_existing(root, [FILE_NAME]).get(FILE_NAME)
    if lock is None:
        return None
    text = lock.content.decode(errors="replace")
    if not has_conflict(text):
        return parse_state(text)
    ours, theirs = sides(text)
    files = read_existing(root, {*ours.files, *theirs.files}).values()
    return healed(ours, theirs, {file.path: file.content.decode(errors="replace") for file in files})


def _own_change(existing: Mapping[str, ExistingFile], path: str, content: bytes) -> Change:
    """The change of a file that is always scaffold's own."""
    current = existing.get(path)
    if current is None:
        return Change(path=path, action=Action.CREATE, after=content)
    if current.content.replace(b"\r\n", b"\n") == content:  # git may have checked it out with other line ends
        content = current.content
    action = Action.UNCHANGED if current.content == content else Action.UPDATE
    return Change(path=path, action=action, before=current.content, after=content, mode=current.mode)


def _manifest_change(
    manifest: ExistingFile, project: Project, kept: Mapping[str, Override], own: Mapping[str, Json]
) -> Change | None:
    """The change of `[tool.scaffold]`: what somebody decided just now, without what is no longer kept."""
    answered = {name: item.value for name, item in kept.items() if item.source is not Source.SAVED}
    withdrawn = [name for name in project.manifest.scaffold if name not in kept and name != BLUEPRINT]
    there = saved_own_answers(project.manifest.scaffold)
    own = {name: value for name, value in own.items() if value is not None or name in there}
    after = with_answers(manifest.content.decode(), answered, withdrawn, own).encode()
    if after == manifest.content:
        return None
    return Change(path=MANIFEST, action=Action.UPDATE, before=manifest.content, after=after, mode=manifest.mode)


def _overrides_to_keep(infer_with: Inferrer, overrides: Mapping[str, Override]) -> dict[str, Override]:
    """The overrides without each flag and answer that says what would be decided anyway; saved ones stay."""
    kept = dict(overrides)
    for name, override in overrides.items():
        if override.source is Source.SAVED:
            continue
        others = {key: value for key, value in kept.items() if key != name}
        if _value(infer_with(others), name) == _value(infer_with(kept), name):
            kept = others
    return kept


def _value(inference: Inference, name: str) -> object:
    return next((decision.value for decision in inference.decisions if decision.key.name == name), None)


def _as_saved(overrides: Mapping[str, Override]) -> dict[str, Override]:
    return {name: Override(value=item.value, source=Source.SAVED, evidence="") for name, item in overrides.items()}
