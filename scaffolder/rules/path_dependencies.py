"""Locked packages that lie in folders or files beside the project's own code."""

from __future__ import annotations

from posixpath import normpath

from scaffolder.model.decision import Decisions
from scaffolder.rules.context import Context


def path_dependencies(context: Context, decisions: Decisions) -> tuple[str, ...]:
    """Where the installed path dependencies lie, relative to the project, sorted; `../shared` is outside of it."""
    sources = [package.source for package in context.installed(decisions).values()]
    return tuple(
        sorted({normpath(source.url) for source in sources if source and source.kind in ("directory", "file")})
    )


def is_outside(path: str) -> bool:
    """Whether a path dependency lies outside of the project's folder, where a build cannot reach it."""
    return path.startswith(("../", "/")) or path == ".."
