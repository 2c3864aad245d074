"""What `init` and `update` have in common: decisions that are settled, and scaffold's own two files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffolder import __version__
from scaffolder.blueprint.renderer import Renderer
from scaffolder.decisions import CONTEXT, PYTHON_PATH
from scaffolder.model.answers import Answers
from scaffolder.model.change import Action, Change, ExistingFile, Plan, RenderedFile
from scaffolder.model.decision import Decision, Decisions, Json, Source
from scaffolder.model.project import Project
from scaffolder.overrides import BLUEPRINT, combined, saved_overrides, saved_own_answers
from scaffolder.reading.fingerprint import Scope, folder_digest, is_input, project_digest
from scaffolder.reading.targets import read_existing
from scaffolder.report import open_error
from scaffolder.review import Inferrer, Preview, Reviewer
from scaffolder.rules import Inference, Override, infer, is_edit
from scaffolder.saved_answers import with_answers
from scaffolder.state import FILE_NAME, Fingerprint, State, dump_state, has_conflict, parse_state
from scaffolder.state_conflict import healed, sides

MANIFEST = "pyproject.toml"
#: Code of the message about a poetry.lock that is not in step with pyproject.toml.
STALE = "stale-lock"


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """Decisions, none of them open."""

    #: As they were decided just now, for the user.
    inference: Inference
    #: As the next run will make them.
    next_inference: Inference
    #: What `[tool.scaffold]` is to hold.
    kept: Mapping[str, Override]


def decide(project: Project, flags: Mapping[str, Override], review: Reviewer | None, preview: Preview) -> Settled:
    """Decide a project with the flags of this run, and with what `review` asks; `preview` makes a plan to show.

    Raises OpenDecisionsError when a decision is left open, and ProjectError.
    """
    overrides = combined(saved_overrides(project.manifest.scaffold), flags)

    def inferrer(chosen: Mapping[str, Override]) -> Inference:
        return infer(project, chosen)

    if review is not None:
        inference, overrides = review(inferrer, overrides, preview)
    else:
        inference = inferrer(overrides)
    if inference.open:
        raise open_error(inference.open)
    return settled(inferrer, inference, overrides)


def settled(inferrer: Inferrer, inference: Inference, overrides: Mapping[str, Override]) -> Settled:
    """The decisions that `inferrer` made of the overrides, with what is to be saved of those."""
    kept = _overrides_to_keep(inferrer, overrides)
    return Settled(inference=inference, next_inference=inferrer(as_saved(kept)), kept=kept)


def read_state(root: Path) -> State | None:
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


def with_own_files(
    root: Path,
    project: Project,
    inference: Inference,
    kept: Mapping[str, Override],
    renderer: Renderer,
    variables: Answers,
    plan: Plan,
    *,
    files: Iterable[RenderedFile],
    kept_files: Collection[str],
    in_step: bool = True,
) -> Plan:
    """The plan with the changes of scaffold's own two at its end: `scaffold.lock`, then pyproject.toml if it changes.

    `inference` is that of the next run, `kept` what the user decided, `variables` what the blueprint was given, and
    `files` the bases of the next merge. There is a fingerprint only where nothing is left to be done or to be
    complained of: `in_step` says that `files` are all that is rendered.
    """
    files = tuple(files)
    current = read_existing(root, [FILE_NAME, MANIFEST])
    manifest = manifest_change(current[MANIFEST], project, kept, renderer.to_save(variables))
    own: tuple[Change, ...] = (manifest,) if manifest else ()
    fingerprint = None
    if in_step and not any(message.code == STALE for message in inference.messages):
        written = {file.path for file in files} - set(kept_files)
        scope = _scope_of(root, project, inference.decisions)
        digest = folder_digest(renderer.blueprint.folder)
        fingerprint = fingerprint_after(root, scope, written, (*plan.changes, *own), variables, digest)
    text = dump_state(
        __version__,
        renderer.blueprint.record,
        inference.decisions,
        files,
        kept_files,
        fingerprint=fingerprint,
        inferred={item.key.name: item.key.dump(item.value) for item in without_the_user(project, kept)},
    )
    lock = own_change(current.get(FILE_NAME), FILE_NAME, text.encode())
    return Plan(changes=(*plan.changes, lock, *own))


def fingerprint_after(
    root: Path,
    scope: Scope,
    own: Collection[str],
    changes: Iterable[Change],
    variables: Mapping[str, Any],
    blueprint: str,
) -> Fingerprint:
    """The fingerprint of a project as `changes` leave it; `own` are scaffold's files, `blueprint` is a digest."""
    changes = tuple(changes)
    after = {change.path: change.after for change in changes if change.before != change.after}
    after |= {change.backup: change.before for change in changes if change.backup}
    return Fingerprint(
        project=project_digest(root, scope, own, after),
        answers=answers_digest(variables),
        blueprint=blueprint,
        scope=scope,
    )


def manifest_change(
    manifest: ExistingFile, project: Project, kept: Mapping[str, Override], own: Mapping[str, Json]
) -> Change | None:
    """The change of `[tool.scaffold]`: what somebody decided just now, without what is no longer kept.

    `own` are the answers to what the blueprint asks.
    """
    answered = {name: item.value for name, item in kept.items() if item.source is not Source.SAVED}
    withdrawn = [name for name in project.manifest.scaffold if name not in kept and name != BLUEPRINT]
    there = saved_own_answers(project.manifest.scaffold)
    own = {name: value for name, value in own.items() if value is not None or name in there}
    after = with_answers(manifest.content.decode(), answered, withdrawn, own).encode()
    if after == manifest.content:
        return None
    return Change(path=MANIFEST, action=Action.UPDATE, before=manifest.content, after=after, mode=manifest.mode)


def without_the_user(project: Project, kept: Mapping[str, Override]) -> tuple[Decision[Any], ...]:
    """What would be inferred in place of each decision that the user made whole, by itself; open ones are left out."""
    found = []
    for name in sorted(kept):
        if is_edit(kept[name].value):
            continue
        inference = infer(project, {other: item for other, item in kept.items() if other != name})
        found += [decision for decision in inference.decisions if decision.key.name == name]
    return tuple(found)


def answers_digest(variables: Mapping[str, Any]) -> str:
    """The sha256 of what a blueprint is given."""
    return hashlib.sha256(json.dumps(variables, sort_keys=True).encode()).hexdigest()


def _scope_of(root: Path, project: Project, decisions: Decisions) -> Scope:
    """What decides besides the project's folder."""
    above = (*project.outside_paths, *decisions[CONTEXT], *decisions[PYTHON_PATH])
    return Scope(
        outside=project.outside_paths,
        named=tuple(path for path in project.container.named if not is_input(path)),
        levels=max((path.split("/").count("..") for path in above), default=0),
        folder="" if project.manifest.name else root.resolve().name,
    )


def own_change(current: ExistingFile | None, path: str, content: bytes) -> Change:
    """The change of a file that is always scaffold's own."""
    if current is None:
        return Change(path=path, action=Action.CREATE, after=content)
    if current.content.replace(b"\r\n", b"\n") == content:  # git may have checked it out with other line ends
        content = current.content
    action = Action.UNCHANGED if current.content == content else Action.UPDATE
    return Change(path=path, action=action, before=current.content, after=content, mode=current.mode)


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


def as_saved(overrides: Mapping[str, Override]) -> dict[str, Override]:
    """The overrides as the next run will read them."""
    return {name: Override(value=item.value, source=Source.SAVED, evidence="") for name, item in overrides.items()}
