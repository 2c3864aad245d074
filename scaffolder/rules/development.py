"""Whether a plain `docker compose up` is for development."""

from __future__ import annotations

from scaffolder.decisions import DEVELOPMENT
from scaffolder.knowledge.compose_files import OVERRIDE_FILES
from scaffolder.model.change import is_generated
from scaffolder.model.decision import Decision, Decisions
from scaffolder.rules.context import Context, default, inferred

#: What Compose would read in place of the one that scaffold writes, compose.override.yaml, or is that one.
_FIRST = OVERRIDE_FILES[:2]


def decide_development(context: Context, decisions: Decisions) -> Decision[bool]:
    """Yes, unless the project has an override file of its own, in place of which Compose would read none of ours."""
    texts = context.project.texts or {}
    own = next((path for path in _FIRST if path in texts and not is_generated(texts[path])), None)
    if own is not None:
        return inferred(DEVELOPMENT, False, f"{own} is the project's own")
    return default(DEVELOPMENT, True, "production: docker compose --file compose.yaml up")
