"""The part of `scaffold check` that decides again, and renders where that gives other answers."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from scaffolder import __version__
from scaffolder.answers import answers
from scaffolder.causes import Cause
from scaffolder.commands.update import blueprint_source, contradictions, update_causes
from scaffolder.model.finding import Finding, Severity
from scaffolder.model.message import Message
from scaffolder.overrides import saved_overrides
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
    findings = [_told(message, Severity.ERROR, "poetry.lock") for message in stale]
    set_otherwise = contradictions(project, state, inference, saved)
    findings += [_told(message, Severity.WARNING, "pyproject.toml") for message in set_otherwise]
    source = blueprint_source()
    recorded = state.fingerprint
    if (
        recorded is not None
        and (state.scaffold, state.blueprint, recorded.blueprint) == (__version__, source.record, source.digest)
        and recorded.answers == answers_digest(answers(project, inference.decisions))
    ):
        return findings, frozenset()
    rendered = {path: file for path, file in source.render(project, inference).items() if path not in state.kept}
    outdated = {path for path in rendered.keys() | state.files.keys() if rendered.get(path) != state.files.get(path)}
    outdated -= set(waiting)
    if outdated:
        found = update_causes(project, state, source, inference, saved, rendered)
        findings += [_finding(cause, outdated) for cause in found if outdated.intersection(cause.paths)]
    return findings, frozenset(outdated)


def _told(message: Message, severity: Severity, file: str) -> Finding:
    return Finding(severity=severity, code=message.code, text=message.text, hint=message.hint, file=file)


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
