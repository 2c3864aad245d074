"""Whether a plain `docker compose up` is for development."""

from __future__ import annotations

from scaffolder.decisions import DEVELOPMENT
from scaffolder.model.change import is_generated
from scaffolder.model.decision import Decision, Decisions
from scaffolder.rules.context import Context, default, inferred

#: Compose reads the first that exists of these, then `docker-compose.override.yml` and `.yaml`.
#: https://github.com/compose-spec/compose-go/blob/main/cli/options.go (DefaultOverrideFileNames)
_FIRST = ("compose.override.yml", "compose.override.yaml")


def decide_development(context: Context, decisions: Decisions) -> Decision[bool]:
    """Yes, unless the project has an override file of its own, in place of which Compose would read none of ours."""
    texts = context.project.texts or {}
    own = next((path for path in _FIRST if path in texts and not is_generated(texts[path])), None)
    if own is not None:
        return inferred(DEVELOPMENT, False, f"{own} is the project's own")
    return default(DEVELOPMENT, True, "production: docker compose --file compose.yaml up")
