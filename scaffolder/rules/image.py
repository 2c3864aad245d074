"""The name of the image."""

from __future__ import annotations

import re

from scaffolder.decisions import IMAGE
from scaffolder.model.decision import Decision, Decisions
from scaffolder.rules.context import Context, inferred


def decide_image(context: Context, decisions: Decisions) -> Decision[str]:
    """The project's name in the letters that an image name may have."""
    project = context.project
    name = re.sub(r"[^a-z0-9]+", "-", project.name.lower()).strip("-") or "app"
    return inferred(
        IMAGE,
        name[:60].strip("-"),
        f"pyproject.toml name: {project.name}" if project.manifest.name else "the folder's name",
    )
