"""The blueprint that comes with scaffold."""

from __future__ import annotations

from pathlib import Path

from scaffolder.state import Blueprint

#: A change of any generated line raises the version, and gets an entry in the blueprint's `CHANGELOG.md`.
BUILT_IN = Blueprint(name="default", source="built-in", version="1")


def built_in_folder() -> Path:
    """Where it lies: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "blueprints"
    return (installed if installed.is_dir() else package.parent / "blueprints") / "default"
