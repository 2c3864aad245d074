"""Poetry projects in folders of this one."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from posixpath import normpath

from scaffolder.model.project import Project
from scaffolder.rules.aside import is_aside

#: More projects than these make no command that anybody types.
_MOST_NAMED = 8


def nested_projects(project: Project) -> tuple[str, ...]:
    """The folders below that hold a project which the lock does not install from, in the order of the files."""
    present = frozenset(project.files)
    sources = [package.source for package in project.lock.packages if package.source is not None]
    installed = {normpath(source.url) for source in sources if source.kind == "directory"}
    locked = (path.rpartition("/")[0] for path in project.files if path.endswith("/poetry.lock"))
    return tuple(
        folder
        for folder in locked
        if f"{folder}/pyproject.toml" in present and folder not in installed and not is_aside(folder)
    )


def together(folders: Sequence[str]) -> str:
    """The command that puts projects of these folders into one Compose file, to be typed in the folder above them."""
    return f"scaffold init --set {shlex.quote('projects=' + ','.join(folders[:_MOST_NAMED]))}"
