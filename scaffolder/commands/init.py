"""`scaffold init`: read, decide, show, ask, write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffolder.answers import answers
from scaffolder.apply import apply
from scaffolder.blueprint.opening import opened
from scaffolder.blueprint.renderer import Asking, Renderer
from scaffolder.built_in import BUILT_IN
from scaffolder.model.change import Plan
from scaffolder.model.project import Project
from scaffolder.overrides import flag_overrides, saved_overrides, saved_own_answers, split_settings
from scaffolder.plan import plan_init, preview_init, require_allowed
from scaffolder.reading.fingerprint import folder_digest
from scaffolder.reading.project import read_project
from scaffolder.reading.targets import backups_in_the_way, read_existing
from scaffolder.review import Reviewer
from scaffolder.rules import Inference, Override
from scaffolder.settle import MANIFEST, lock_change, manifest_change, read_state, settle
from scaffolder.state import FILE_NAME, State


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
    force: bool = False,
    dry_run: bool = False,
) -> InitResult:
    """Decide the project in `root` and write its container files.

    `review` asks the user about decisions, and `asking` what the blueprint itself asks; without them every default is
    taken. `blueprint`, `ref` and `trust` are as on the command line. Raises OpenDecisionsError when a decision is open
    then, RefusedError when a file of the user's is in the way and `force` is off, and other ScaffoldErrors. A dry run
    writes nothing and refuses nothing.
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

        settled = settle(project, flags, review, preview)
        plan = _plan(
            root, project, settled.next_inference, settled.kept, former, renderer, preview=dry_run, force=force
        )
    if not dry_run:
        apply(root, plan)
    return InitResult(project=project, inference=settled.inference, plan=plan)


def _plan(
    root: Path,
    project: Project,
    inference: Inference,
    kept: Mapping[str, Override],
    former: State | None,
    renderer: Renderer,
    *,
    preview: bool,
    force: bool = False,
) -> Plan:
    """What to write: `inference` as the next run will make it, so that this run is the last that changes anything."""
    variables = answers(project, inference.decisions)
    rendered = renderer.render(variables)
    require_allowed(rendered)
    managed = read_existing(root, [FILE_NAME, MANIFEST])
    written = former.files if former else {}
    existing = read_existing(root, {file.path for file in rendered} | set(written))
    kept_files = former.kept & existing.keys() if former else frozenset[str]()
    if preview:
        plan = preview_init(rendered, existing, written, kept_files)
    else:
        existing |= backups_in_the_way(root, existing)
        plan = plan_init(rendered, existing, written, kept_files, force=force, again=former is not None)
    manifest = manifest_change(managed[MANIFEST], project, kept, renderer.to_save(variables))
    changes = (*plan.changes, *((manifest,) if manifest else ()))
    lock = lock_change(
        root,
        project,
        managed.get(FILE_NAME),
        inference,
        kept,
        blueprint=(renderer.blueprint.record, folder_digest(renderer.blueprint.folder)),
        variables=variables,
        files=rendered,
        kept_files=kept_files,
        changes=changes,
    )
    return Plan(changes=(*plan.changes, lock, *((manifest,) if manifest else ())))
