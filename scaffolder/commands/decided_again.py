"""The part of `scaffold check` that decides again, and renders where that gives other answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from scaffolder import __version__
from scaffolder.answers import answers
from scaffolder.blueprint.opening import OpenBlueprint, opened
from scaffolder.blueprint.renderer import Renderer
from scaffolder.built_in import BUILT_IN
from scaffolder.causes import Cause
from scaffolder.commands.update import contradictions, rendered_files, update_causes
from scaffolder.model.change import RenderedFile
from scaffolder.model.finding import Finding, Severity
from scaffolder.model.message import Message
from scaffolder.overrides import saved_overrides, saved_own_answers
from scaffolder.reading.fingerprint import folder_digest
from scaffolder.reading.project import read_project
from scaffolder.report import open_error
from scaffolder.rules import infer
from scaffolder.settle import STALE, answers_digest
from scaffolder.state import State

_HINTS = {"scaffold": "Run: scaffold update, or install that release again"}


def decided_again(root: Path, state: State, waiting: Collection[str]) -> tuple[list[Finding], frozenset[str]]:
    """What a new run would find, and the files that it would write differently; those of `waiting` are left out.

    Raises OpenDecisionsError and ProjectError.
    """
    project = read_project(root)
    saved = saved_overrides(project.manifest.scaffold)
    inference = infer(project, saved)
    if inference.open:
        raise open_error(inference.open)
    stale = [message for message in inference.messages if message.code == STALE]
    findings = [told_of(message, Severity.ERROR, "poetry.lock") for message in stale]
    set_otherwise = contradictions(project, state, inference, saved)
    findings += [told_of(message, Severity.WARNING, "pyproject.toml") for message in set_otherwise]
    own = saved_own_answers(project.manifest.scaffold)
    with opened(root, recorded=state.blueprint) as found:
        renderer = Renderer(found, own)
        variables = answers(project, inference.decisions)
        if _is_given_the_same(state, found, answers_digest(variables)):
            return findings, frozenset()
        rendered = rendered_files(renderer, variables, state.kept)
        outdated = outdated_files(state, rendered, waiting)
        if outdated:
            findings += reasons(update_causes(project, state, renderer, inference, saved, rendered), outdated)
    return findings, outdated


def _is_given_the_same(state: State, blueprint: OpenBlueprint, given: str) -> bool:
    """Whether the same comes out, for the same goes in; what a blueprint of one's own asks is not looked into."""
    recorded = state.fingerprint
    if recorded is None or state.blueprint != blueprint.record or blueprint.record != BUILT_IN:
        return False
    same_maker = state.scaffold == __version__ and recorded.blueprint == folder_digest(blueprint.folder)
    return same_maker and recorded.answers == given


def told_of(message: Message, severity: Severity, file: str) -> Finding:
    """A message as a finding about a file."""
    return Finding(severity=severity, code=message.code, text=message.text, hint=message.hint, file=file)


def outdated_files(state: State, rendered: Mapping[str, RenderedFile], waiting: Iterable[str]) -> frozenset[str]:
    """The files that are to be others than `state` has; not those that the user keeps, nor those of `waiting`."""
    paths = (rendered.keys() | state.files.keys()).difference(state.kept, waiting)
    return frozenset(path for path in paths if rendered.get(path) != state.files.get(path))


def reasons(causes: Iterable[Cause], outdated: Collection[str]) -> list[Finding]:
    """Why the files of `outdated` are, in the order of the causes; a cause that concerns none of them is left out."""
    return [_finding(cause, outdated) for cause in causes if not set(outdated).isdisjoint(cause.paths)]


def _finding(cause: Cause, outdated: Collection[str]) -> Finding:
    paths = [path for path in cause.paths if path in outdated]
    kind = "project" if cause.kind == "decision" else cause.kind
    return Finding(
        severity=Severity.ERROR,
        code=f"{kind}-changed",
        text=f"{', '.join(paths)}: {cause.text}.",
        hint=_HINTS.get(kind, "Run: scaffold update"),
        file=paths[0],
    )
