"""`scaffold update`: the same as `init` again, merged with what the user edited since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffolder import __version__
from scaffolder.answers import answers
from scaffolder.apply import apply
from scaffolder.built_in import BUILT_IN, built_in_folder
from scaffolder.causes import Cause, causes, changelog_entries
from scaffolder.errors import ProjectError
from scaffolder.merge import Merged
from scaffolder.model.change import Change, Plan, RenderedFile
from scaffolder.model.decision import Json
from scaffolder.model.message import Level, Message
from scaffolder.model.project import Project
from scaffolder.overrides import combined, flag_overrides, saved_overrides
from scaffolder.plan import Forward, plan_update, require_allowed
from scaffolder.reading.files import read_text
from scaffolder.reading.fingerprint import folder_digest
from scaffolder.reading.project import read_project
from scaffolder.reading.targets import read_existing
from scaffolder.render import render
from scaffolder.report import shown
from scaffolder.review import Reviewer
from scaffolder.rules import Inference, Override, infer
from scaffolder.settle import MANIFEST, lock_change, manifest_change, read_state, settle, without_the_user
from scaffolder.state import FILE_NAME, Blueprint, State

CHANGELOG = "CHANGELOG.md"


@dataclass(frozen=True, kw_only=True, slots=True)
class UpdateResult:
    """What was decided, what happened to each file (or would happen, in a dry run), and why."""

    project: Project
    inference: Inference
    plan: Plan
    causes: tuple[Cause, ...]
    #: Path → open conflicts, and what stays as the user has it though scaffold would have it otherwise.
    merged: Mapping[str, Merged]
    #: What the user set and the project no longer says.
    remarks: tuple[Message, ...]

    @property
    def has_conflicts(self) -> bool:
        """Whether some file waits for its owner."""
        return any(item.conflicts for item in self.merged.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class BlueprintSource:
    """The blueprint that is rendered."""

    folder: Path
    record: Blueprint
    digest: str

    def render(self, project: Project, inference: Inference) -> dict[str, RenderedFile]:
        """The files of an inference, by path."""
        return {file.path: file for file in render(self.folder, answers(project, inference.decisions))}


def update(
    root: Path,
    settings: Iterable[str] = (),
    *,
    review: Reviewer | None = None,
    dry_run: bool = False,
) -> UpdateResult:
    """Decide the project in `root` again and merge what is new into its container files.

    `review` asks the user, where anything would change; without it every default is taken. Raises ProjectError where
    `init` never ran, OpenDecisionsError when a decision is open and nobody is asked, RefusedError when a new file
    would take the place of one of the user's, and other ScaffoldErrors. A dry run writes nothing and refuses nothing.
    """
    flags = flag_overrides(settings)
    project = read_project(root)
    state = _state(root)
    source = blueprint_source()
    saved = saved_overrides(project.manifest.scaffold)
    inference = infer(project, combined(saved, flags))

    def preview(inference: Inference) -> Plan:
        return _plan(root, project, state, source, inference, saved, preview=True)[0]

    if review is not None and not inference.open and not preview(inference).writes:
        review = None  # there is nothing to talk about
    settled = settle(project, flags, review, preview)
    inference, kept = settled.next_inference, settled.kept
    plan, forward, rendered = _plan(root, project, state, source, inference, kept, preview=dry_run)
    found = update_causes(project, state, source, settled.inference, kept, rendered)
    if not dry_run:
        apply(root, plan)
    return UpdateResult(
        project=project,
        inference=settled.inference,
        plan=plan,
        causes=found,
        merged=forward.merged,
        remarks=tuple(contradictions(project, state, inference, kept)),
    )


def blueprint_source() -> BlueprintSource:
    """The blueprint of the project."""
    folder = built_in_folder()
    return BlueprintSource(folder=folder, record=BUILT_IN, digest=folder_digest(folder))


def _state(root: Path) -> State:
    state = read_state(root, read_existing(root, [FILE_NAME]).get(FILE_NAME))
    if state is None:
        raise ProjectError(
            FILE_NAME,
            code="no-state",
            found="no such file",
            expected="what scaffold init wrote",
            hint="Run: scaffold init",
        )
    return state


def _plan(
    root: Path,
    project: Project,
    state: State,
    source: BlueprintSource,
    inference: Inference,
    kept: Mapping[str, Override],
    *,
    preview: bool,
) -> tuple[Plan, Forward, dict[str, RenderedFile]]:
    """What to write, how it was merged, and what the blueprint renders."""
    rendered = source.render(project, inference)
    require_allowed(rendered.values())
    managed = read_existing(root, [FILE_NAME, MANIFEST])
    existing = read_existing(root, {*rendered, *state.files, *state.kept})
    forward = plan_update(rendered.values(), existing, state.files, state.kept, preview=preview)
    manifest = manifest_change(managed[MANIFEST], project, kept)
    own: tuple[Change, ...] = (manifest,) if manifest else ()
    lock = lock_change(
        root,
        project,
        managed.get(FILE_NAME),
        inference,
        kept,
        blueprint=(source.record, source.digest),
        variables=answers(project, inference.decisions),
        files=forward.bases,
        kept_files=state.kept,
        changes=(*forward.plan.changes, *own),
        in_step=set(forward.bases) == {file for path, file in rendered.items() if path not in state.kept},
    )
    return Plan(changes=(*forward.plan.changes, lock, *own)), forward, rendered


def update_causes(
    project: Project,
    state: State,
    source: BlueprintSource,
    inference: Inference,
    kept: Mapping[str, Override],
    rendered: Mapping[str, RenderedFile],
) -> tuple[Cause, ...]:
    """Why the files of `state` are to become those of `rendered`."""
    return causes(
        state.values,
        inference,
        state.files,
        {path: file for path, file in rendered.items() if path not in state.kept},
        _others(state, source),
        holding=lambda name, override: infer(project, {**kept, name: override}),
        rendering=lambda held: source.render(project, held),
    )


def _others(state: State, source: BlueprintSource) -> list[Cause]:
    """What changed besides decisions."""
    found = []
    digest = state.fingerprint.blueprint if state.fingerprint else source.digest
    if (state.blueprint, digest) != (source.record, source.digest):
        entries: tuple[str, ...] = ()
        if (source.folder / CHANGELOG).is_file():
            entries = changelog_entries(read_text(source.folder, CHANGELOG), state.blueprint.version)
        found.append(_versions("blueprint", state.blueprint.version, source.record.version, entries))
    if state.scaffold != __version__:
        found.append(_versions("scaffold", state.scaffold, __version__, ()))
    return found


def _versions(kind: str, before: str, after: str, entries: tuple[str, ...]) -> Cause:
    return Cause(kind=kind, name=kind, before=before, after=after, evidence=entries)


def contradictions(
    project: Project, state: State, inference: Inference, kept: Mapping[str, Override]
) -> Iterable[Message]:
    """What the user decided stays; where the project has come to say something else since, they hear of it."""
    current = {decision.key.name: decision for decision in inference.decisions}
    for decision in without_the_user(project, kept):
        name = decision.key.name
        value: Json = decision.key.dump(decision.value)
        if value in (state.inferred.get(name, value), current[name].key.dump(current[name].value)):
            continue
        why = f" ({'; '.join(decision.evidence)})" if decision.evidence else ""
        yield Message(
            level=Level.WARNING,
            code="set-otherwise",
            text=f"{decision.key.title} stays {shown(current[name])}, as you set it; the project now says"
            f" {shown(decision)}{why}.",
            hint=f"To follow the project, take {name} out of [tool.scaffold] in pyproject.toml.",
        )
