"""The part of `scaffold check` that decides a repository of several projects again."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from scaffolder.blueprint.opening import opened
from scaffolder.blueprint.renderer import Renderer
from scaffolder.built_in import BUILT_IN
from scaffolder.commands.decided_again import outdated_files, reasons, told_of
from scaffolder.commands.update_workspace import wanted_files, workspace_causes, workspace_contradictions
from scaffolder.model.finding import Finding, Severity
from scaffolder.settle import MANIFEST, STALE
from scaffolder.state import State
from scaffolder.workspace import messages, no_blueprint, read_workspace, render_workspace, settle_projects


def workspace_decided_again(root: Path, state: State, waiting: Collection[str]) -> tuple[list[Finding], frozenset[str]]:
    """What a new run would find, and the files that it would write differently; those of `waiting` are left out.

    Raises OpenDecisionsError, UsageError and ProjectError.
    """
    if state.blueprint.source != BUILT_IN.source:
        raise no_blueprint()
    workspace = read_workspace(root, (), state)
    decided = workspace.decided()
    projects = settle_projects(workspace, decided.value)
    inferences = {item.folder: item.settled.inference for item in projects}
    stale = [message for message in messages(workspace, decided, inferences) if message.code == STALE]
    findings = [told_of(message, Severity.ERROR, _file(message.text, "poetry.lock")) for message in stale]
    set_otherwise = workspace_contradictions(state, projects)
    findings += [told_of(message, Severity.WARNING, _file(message.text, MANIFEST)) for message in set_otherwise]
    with opened(root) as found:
        renderer = Renderer(found, {})
        rendered = render_workspace(renderer, workspace.name, [item.member for item in projects], state.kept)
        files = wanted_files(rendered, state.kept)
        outdated = outdated_files(state, files, waiting)
        if outdated:
            findings += reasons(workspace_causes(workspace, state, renderer, decided, projects, files), outdated)
    return findings, outdated


def _file(text: str, name: str) -> str:
    """The file of the project that a message begins with."""
    return f"{text.partition(': ')[0]}/{name}"
