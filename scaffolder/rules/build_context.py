"""The folder that a build sees: the project's own, or the smallest one that also holds what it needs outside."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scaffolder.decisions import CONTEXT
from scaffolder.errors import ProjectError, UsageError
from scaffolder.model.decision import Decision, Decisions, Source
from scaffolder.model.project import Project
from scaffolder.rules.context import Context, default, inferred
from scaffolder.rules.path_dependencies import is_outside, path_dependencies


@dataclass(frozen=True, kw_only=True, slots=True)
class BuildContext:
    """The build context and the project's place in it."""

    #: Relative to the project: `.`, `..`, `../..` and so on.
    folder: str
    #: The project's folder relative to the context, "" for the context itself.
    project: str

    @property
    def is_project(self) -> bool:
        """Whether the context is the project's own folder."""
        return self.folder == "."

    def below(self, path: str) -> str:
        """A path that is relative to the project, relative to the context: `../../libs` becomes `libs`."""
        return posixpath.normpath(posixpath.join(self.project, path))


def decide_context(context: Context, decisions: Decisions) -> Decision[tuple[str, ...]]:
    """The project, then what it needs outside of its folder, sorted: path dependencies, and packages of its own."""
    project = context.project
    needed = dict(_dependencies(context, decisions))
    needed |= {package.folder: package.evidence for package in outer_packages(project)}
    found = {path: reason for path, reason in sorted(needed.items()) if is_reachable(project, path)}
    if not found:
        return default(CONTEXT, (".",), "the project folder")
    return inferred(CONTEXT, (".", *found), *found.values())


def _dependencies(context: Context, decisions: Decisions) -> Iterator[tuple[str, str]]:
    wanted = {
        posixpath.normpath(dependency.path): f"pyproject.toml: {dependency.name} = {{path = {dependency.path!r}}}"
        for group in context.project.manifest.groups
        for dependency in group.dependencies
        if dependency.path
    }
    for path, package in path_dependencies(context, decisions).items():
        if is_outside(path):
            yield path, wanted.get(path, f"poetry.lock: {package.name} comes from {path}")


@dataclass(frozen=True, kw_only=True, slots=True)
class OuterPackage:
    """A package or module of the project's own that is imported from a folder outside of the project's."""

    #: Its folder or module, relative to the project.
    folder: str
    #: The folder that it is imported from.
    source: str
    evidence: str


def outer_packages(project: Project) -> Iterator[OuterPackage]:
    """Entries of `packages` outside of the project's folder; then that folder, where it is itself a package."""
    for package in project.manifest.packages:
        if is_outside(package.folder):
            evidence = f"pyproject.toml: packages = [{{include = {package.include!r}, from = {package.source!r}}}]"
            yield OuterPackage(folder=package.folder, source=posixpath.normpath(package.source), evidence=evidence)
    own = project.code.folder_package
    if own is not None:
        evidence = f"{own.place} imports {own.name}, the project's folder"
        yield OuterPackage(folder=f"../{own.name}", source="..", evidence=evidence)


def is_reachable(project: Project, path: str) -> bool:
    """Whether a build context may hold the path: it lies in the project's repository, and its name is no trap."""
    highest = len(project.location.split("/")) if project.location else 0
    return not path.startswith("/") and path.isprintable() and _levels_up(path) <= highest


def _levels_up(path: str) -> int:
    """How many folders above the project a path starts from."""
    return [*posixpath.normpath(path).split("/"), ""].count("..")


def build_context(project: Project, decisions: Decisions) -> BuildContext:
    """The smallest folder that holds everything in the decision CONTEXT.

    Raises UsageError, or ProjectError for a saved decision, when that lies above the project's repository.
    """
    paths: tuple[str, ...] = decisions[CONTEXT]
    for path in paths:
        if not is_reachable(project, path):
            raise _too_high(decisions, path, project.location)
    folder = _smallest(paths)
    levels = _levels_up(folder)
    return BuildContext(folder=folder, project="/".join(project.location.split("/")[-levels:]) if levels else "")


def build_argument(decisions: Decisions) -> str:
    """The last words of `docker build`, run in the project's folder."""
    paths: tuple[str, ...] = decisions[CONTEXT]
    folder = _smallest(paths)
    return "." if folder == "." else f"--file Dockerfile {folder}"


def _smallest(paths: Iterable[str]) -> str:
    """The smallest folder that holds the project and the paths, relative to the project."""
    return "/".join([".."] * max(map(_levels_up, paths), default=0)) or "."


def _too_high(decisions: Decisions, path: str, location: str) -> ProjectError | UsageError:
    highest = "/".join([".."] * len(location.split("/"))) if location else "."
    expected = f"at most {highest}, the top of the git repository, and never / or a home folder"
    if decisions.decision(CONTEXT).source is not Source.SAVED:
        return UsageError(f"context = {path!r}: expected {expected}", hint=f"--set context={highest}")
    return ProjectError(
        "pyproject.toml",
        key=f"tool.scaffold.{CONTEXT.name}",
        code="bad-decision",
        found=repr(path),
        expected=expected,
        hint="Make it one git repository: git init in the folder that holds both.",
    )
