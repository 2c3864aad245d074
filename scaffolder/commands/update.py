"""`scaffold update`: the same as `init` again, merged with what the user edited since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffolder import __version__
from scaffolder.adoption import is_wanted
from scaffolder.answers import answers
from scaffolder.apply import apply
from scaffolder.blueprint.opening import OpenBlueprint, opened
from scaffolder.blueprint.renderer import Asking, Renderer
from scaffolder.causes import Cause, causes, changelog_entries
from scaffolder.merge import Merged
from scaffolder.model.answers import Answers
from scaffolder.model.change import Plan, RenderedFile
from scaffolder.model.decision import Json
from scaffolder.model.message import Level, Message
from scaffolder.model.project import Project
from scaffolder.overrides import combined, flag_overrides, saved_overrides, saved_own_answers, split_settings
from scaffolder.plan import Forward, plan_update, require_allowed
from scaffolder.reading.files import read_text
from scaffolder.reading.fingerprint import folder_digest
from scaffolder.reading.project import read_project
from scaffolder.reading.targets import read_existing
from scaffolder.report import shown
from scaffolder.review import Reviewer
from scaffolder.rules import Inference, Override, infer
from scaffolder.settle import decide, read_state, with_own_files, without_the_user
from scaffolder.state import Blueprint, State, missing

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


def update(
    root: Path,
    settings: Iterable[str] = (),
    *,
    ref: str = "",
    latest: bool = False,
    trust: bool = False,
    asking: Asking | None = None,
    review: Reviewer | None = None,
    dry_run: bool = False,
) -> UpdateResult:
    """Decide the project in `root` again and merge what is new into its container files.

    `review` asks the user, where anything would change; without it every default is taken. Raises ProjectError where
    `init` never ran, OpenDecisionsError when a decision is open and nobody is asked, RefusedError when a new file
    would take the place of one of the user's, and other ScaffoldErrors. A dry run writes nothing and refuses nothing.
    """
    about_decisions, own = split_settings(settings)
    flags = flag_overrides(about_decisions)
    project = read_project(root)
    state = required_state(root)
    saved = saved_overrides(project.manifest.scaffold)
    own = {**saved_own_answers(project.manifest.scaffold), **own}
    with opened(root, "", ref, state.blueprint, latest=latest, prompts=asking is not None) as found:
        renderer = Renderer(found, own, asking=asking, trust=trust)
        result = _updated(root, project, state, renderer, saved, flags, review, dry_run=dry_run)
    if not dry_run:
        apply(root, result.plan)
    return result


def _updated(
    root: Path,
    project: Project,
    state: State,
    renderer: Renderer,
    saved: Mapping[str, Override],
    flags: Mapping[str, Override],
    review: Reviewer | None,
    *,
    dry_run: bool,
) -> UpdateResult:
    inference = infer(project, combined(saved, flags))

    def preview(inference: Inference) -> Plan:
        return _plan(root, project, state, renderer, inference, saved, preview=True)[0]

    if review is not None and not inference.open and not preview(inference).writes:
        review = None  # there is nothing to talk about
    settled = decide(project, flags, review, preview)
    inference, kept = settled.next_inference, settled.kept
    plan, forward, rendered = _plan(root, project, state, renderer, inference, kept, preview=dry_run)
    found = update_causes(project, state, renderer, settled.inference, kept, rendered)
    return UpdateResult(
        project=project,
        inference=settled.inference,
        plan=plan,
        causes=found,
        merged=forward.merged,
        remarks=tuple(contradictions(project, state, inference, kept)),
    )


def rendered_files(renderer: Renderer, variables: Answers, kept: Collection[str]) -> dict[str, RenderedFile]:
    """What a blueprint makes of its variables, by path, without the files that only serve one of `kept`."""
    files = renderer.render(variables)
    return {file.path: file for file in files if is_wanted(file.path, kept)}


def required_state(root: Path) -> State:
    """What `scaffold.lock` says. Raises ProjectError without one."""
    state = read_state(root)
    if state is None:
        raise missing()
    return state


def _plan(
    root: Path,
    project: Project,
    state: State,
    renderer: Renderer,
    inference: Inference,
    kept: Mapping[str, Override],
    *,
    preview: bool,
) -> tuple[Plan, Forward, dict[str, RenderedFile]]:
    """What to write, how it was merged, and what the blueprint renders."""
    variables = answers(project, inference.decisions)
    rendered = rendered_files(renderer, variables, state.kept)
    require_allowed(rendered.values())
    existing = read_existing(root, {*rendered, *state.files, *state.kept})
    forward = plan_update(rendered.values(), existing, state.files, state.kept, preview=preview)
    plan = with_own_files(
        root,
        project,
        inference,
        kept,
        renderer,
        variables,
        forward.plan,
        files=forward.bases,
        kept_files=state.kept,
        in_step=set(forward.bases) == {file for path, file in rendered.items() if path not in state.kept},
    )
    return plan, forward, rendered


def update_causes(
    project: Project,
    state: State,
    renderer: Renderer,
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
        other_causes(state, renderer),
        holding=lambda name, override: infer(project, {**kept, name: override}),
        rendering=lambda held: rendered_files(renderer, answers(project, held.decisions), state.kept),
    )


def other_causes(state: State, renderer: Renderer) -> list[Cause]:
    """What changed besides decisions: the blueprint, or scaffold itself."""
    found = []
    folder, record = renderer.blueprint.folder, renderer.blueprint.record
    digest = folder_digest(folder)
    former = state.fingerprint.blueprint if state.fingerprint else digest
    if (state.blueprint, former) != (record, digest):
        entries = _news(renderer.blueprint, state.blueprint)
        same_ref = state.blueprint.ref == record.ref or not (state.blueprint.ref and record.ref)
        before, after = ((item.version if same_ref else item.ref) for item in (state.blueprint, record))
        found.append(_versions("blueprint", before, after, entries))
    if state.scaffold != __version__:
        found.append(_versions("scaffold", state.scaffold, __version__, ()))
    return found


def _news(blueprint: OpenBlueprint, recorded: Blueprint) -> tuple[str, ...]:
    """What the changelog of a blueprint says that it did not say before, as far as that can be told."""
    if not (blueprint.folder / CHANGELOG).is_file():
        return ()
    text = read_text(blueprint.folder, CHANGELOG)
    if blueprint.former is None:
        return changelog_entries(text, recorded.ref.removeprefix("v") or recorded.version)
    has_one = (blueprint.former / CHANGELOG).is_file()
    known = set(changelog_entries(read_text(blueprint.former, CHANGELOG))) if has_one else set()
    return tuple(entry for entry in changelog_entries(text) if entry not in known)


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
