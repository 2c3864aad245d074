"""Whether the project itself is installed beside its dependencies."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from posixpath import normpath

from packaging.utils import canonicalize_name

from scaffolder.decisions import INSTALL_PROJECT
from scaffolder.model.decision import Decision, Decisions
from scaffolder.model.project import Project
from scaffolder.rules.context import Context, default, inferred


def decide_install_project(context: Context, decisions: Decisions) -> Decision[bool]:
    """True when the project is a package that Poetry can install, and something needs it to be installed."""
    project = context.project
    obstacle = obstacle_to_install(project)
    if obstacle:
        return inferred(INSTALL_PROJECT, False, obstacle)
    manifest = project.manifest
    if manifest.scripts:
        script = manifest.scripts[0]
        return inferred(INSTALL_PROJECT, True, f"pyproject.toml {script.table}.{script.name}")
    if manifest.has_plugins:
        return inferred(INSTALL_PROJECT, True, "pyproject.toml declares entry points")
    for name, place in project.code.imports:
        if name in _METADATA_READERS:
            return inferred(INSTALL_PROJECT, True, f"{place} imports {name}, which finds installed packages only")
    if _module(project).startswith("src/"):
        return inferred(INSTALL_PROJECT, True, f"{_module(project)} is a package in a src layout")
    return default(INSTALL_PROJECT, False, "nothing needs the project's own scripts or metadata")


#: https://github.com/python-poetry/poetry-core/blob/main/src/poetry/core/utils/patterns.py; what does not match is an
#: error as soon as Poetry writes the project's metadata.
_AUTHOR = re.compile(r"^[- .,\w\d'\u2019\"():&]+(?: <.+?>)?$")

#: Modules with which a package asks for its own version.
_METADATA_READERS = ("importlib.metadata", "importlib_metadata", "pkg_resources")


def obstacle_to_install(project: Project) -> str:
    """Why `poetry install` could not install the project itself, "" when it could."""
    manifest = project.manifest
    if not manifest.package_mode:
        return "pyproject.toml: package-mode = false"
    if not manifest.name:
        return "pyproject.toml: the project has no name"
    if manifest.authors and not _AUTHOR.match(manifest.authors[0]):
        return f"pyproject.toml: Poetry cannot read the author {manifest.authors[0]!r}"
    absent = [readme for readme in manifest.readmes if not project.has_file(readme)]
    if absent:
        return f"pyproject.toml: readme {absent[0]} does not exist"
    if manifest.packages:
        missing = [
            p.include for p in manifest.packages if not _matches(project, "/".join(filter(None, (p.source, p.include))))
        ]
        return f"pyproject.toml: packages names {missing[0]}, which does not exist" if missing else ""
    if not _module(project):
        return f"there is no package named {canonicalize_name(manifest.name).replace('-', '_')}"
    return ""


def package_stubs(project: Project) -> tuple[str, ...]:
    """Empty files that make Poetry install the project's metadata and scripts without its sources.

    One for each package or module, relative to the project; the real files lie there at run time.
    """
    manifest = project.manifest
    if not manifest.packages:
        module = _module(project)
        return (module if module.endswith(".py") else f"{module}/__init__.py",)
    stubs = []
    for package in manifest.packages:
        fixed = package.include.removeprefix("./").split("*", 1)[0]
        folder = "/".join(part.strip("/") for part in (package.source, fixed) if part.strip("/"))
        stubs.append(folder if folder.endswith(".py") or project.has_file(folder) else f"{folder}/__init__.py")
    return tuple(dict.fromkeys(stubs))


def _module(project: Project) -> str:
    """Where Poetry finds the package by itself: a folder or module of the project's name, at the top or in `src`."""
    name = canonicalize_name(project.manifest.name).replace("-", "_")
    for candidate in (name, f"{name}.py", f"src/{name}", f"src/{name}.py"):
        if project.has_file(candidate) or any(
            path.startswith(f"{candidate}/") and path.endswith(".py") for path in project.files
        ):
            return candidate
    return ""


def _matches(project: Project, pattern: str) -> bool:
    """Whether a `packages` entry finds a Python file, or names a file, such as `py.typed`."""
    pattern = normpath(pattern)
    return project.has_file(pattern) or any(
        path.endswith(".py") and (path.startswith(f"{pattern}/") or fnmatchcase(path, pattern))
        for path in (*project.files, *project.outside)
    )
