"""Locked packages that lie in folders or files beside the project's own code."""

from __future__ import annotations

from posixpath import normpath

from scaffolder.model.decision import Decisions
from scaffolder.model.lock import LockedPackage
from scaffolder.rules.context import Context


def path_dependencies(context: Context, decisions: Decisions) -> dict[str, LockedPackage]:
    """Where the installed path dependencies lie, relative to the project, sorted; `../shared` is outside of it."""
    packages = context.installed(decisions).values()
    found = {
        normpath(package.source.url): package
        for package in packages
        if package.source and package.source.kind in ("directory", "file")
    }
    return dict(sorted(found.items()))


def is_library(package: LockedPackage) -> bool:
    """Whether a path dependency is a folder, which Poetry builds, and not a wheel or an archive."""
    return package.source is not None and package.source.kind == "directory"


def is_outside(path: str) -> bool:
    """Whether a path lies outside of the project's folder."""
    return path.startswith(("../", "/")) or path == ".."
