"""`scaffold init`: read, decide, show, ask, write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffolder.answers import answers
from scaffolder.apply import apply
from scaffolder.built_in import BUILT_IN, built_in_folder
from scaffolder.model.change import Plan
from scaffolder.model.project import Project
from scaffolder.overrides import flag_overrides, saved_overrides
from scaffolder.plan import plan_init, preview_init, require_allowed
from scaffolder.reading.fingerprint import folder_digest
from scaffolder.reading.project import read_project
from scaffolder.reading.targets import backups_in_the_way, read_existing
from scaffolder.render import render
from scaffolder.review import Reviewer
from scaffolder.rules import Inference, Override
from scaffolder.settle import MANIFEST, lock_change, manifest_change, read_state, settle
from scaffolder.state import FILE_NAME


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
    review: Reviewer | None = None,
    force: bool = False,
    dry_run: bool = False,
) -> InitResult:
    """Decide the project in `root` and write its container files.

    `review` asks the user; without it every default is taken. Raises OpenDecisionsError when a decision is open then,
    RefusedError when a file of the user's is in the way and `force` is off, and other ScaffoldErrors. A dry run
    writes nothing and refuses nothing.
    """
    flags = flag_overrides(settings)
    project = read_project(root)

    def preview(inference: Inference) -> Plan:
        return _plan(root, project, inference, saved_overrides(project.manifest.scaffold), preview=True)

    settled = settle(project, flags, review, preview)
    plan = _plan(root, project, settled.next_inference, settled.kept, preview=dry_run, force=force)
    if not dry_run:
        apply(root, plan)
    return InitResult(project=project, inference=settled.inference, plan=plan)


def _plan(
    root: Path,
    project: Project,
    inference: Inference,
    kept: Mapping[str, Override],
    *,
    preview: bool,
    force: bool = False,
) -> Plan:
    """What to write: `inference` as the next run will make it, so that this run is the last that changes anything."""
    folder = built_in_folder()
    variables = answers(project, inference.decisions)
    rendered = render(folder, variables)
    require_allowed(rendered)
    managed = read_existing(root, [FILE_NAME, MANIFEST])
    former = read_state(root, managed.get(FILE_NAME))
    written = former.files if former else {}
    existing = read_existing(root, {file.path for file in rendered} | set(written))
    kept_files = former.kept & existing.keys() if former else frozenset[str]()
    if preview:
        plan = preview_init(rendered, existing, written, kept_files)
    else:
        existing |= backups_in_the_way(root, existing)
        plan = plan_init(rendered, existing, written, kept_files, force=force, again=former is not None)
    manifest = manifest_change(managed[MANIFEST], project, kept)
    changes = (*plan.changes, *((manifest,) if manifest else ()))
    lock = lock_change(
        root,
        project,
        managed.get(FILE_NAME),
        inference,
        kept,
        blueprint=(BUILT_IN, folder_digest(folder)),
        variables=variables,
        files=rendered,
        kept_files=kept_files,
        changes=changes,
    )
    return Plan(changes=(*plan.changes, lock, *((manifest,) if manifest else ())))
