"""Folders beside what a repository is for."""

from __future__ import annotations

#: Folders whose projects show, test or document something. Case and plural do not count.
_ASIDE = frozenset({"doc", "example", "fixture", "sample", "template", "test", "third_party", "tutorial", "vendor"})


def aside_folder(path: str) -> str:
    """The first part of a path that is the name of such a folder, "" when none is."""
    return next((part for part in path.split("/") if part.lower().rstrip("s") in _ASIDE), "")


def is_aside(path: str) -> bool:
    """Whether what lies there shows, tests or documents something."""
    return aside_folder(path) != ""
