"""Poetry: the one that wrote the lock, where that can be."""

from __future__ import annotations

from scaffolder.decisions import GROUPS, POETRY, PYTHON
from scaffolder.model.decision import Decision, Decisions
from scaffolder.poetry.versions import poetry_for
from scaffolder.rules.context import Context, inferred
from scaffolder.rules.poetry_stage import plugin_evidence


def decide_poetry(context: Context, decisions: Decisions) -> Decision[str]:
    """The pinned Poetry; `poetry/versions.py` states the rule."""
    project = context.project
    groups: tuple[str, ...] = decisions[GROUPS]
    used = tuple((said.value, f"{said.place}: Poetry {said.value}") for said in project.container.poetries)
    version, evidence = poetry_for(project.lock, project.manifest, decisions[PYTHON], groups=groups, used=used)
    return inferred(POETRY, version, *evidence, *plugin_evidence(project))
