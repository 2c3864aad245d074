"""`scaffold explain`: every decision, its value, source and evidence. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scaffolder.decisions import PROCESSES
from scaffolder.model.decision import Decisions, Undecided
from scaffolder.model.project import Project
from scaffolder.overrides import combined, flag_overrides, saved_overrides
from scaffolder.reading.project import read_project
from scaffolder.rules import Inference, infer
from scaffolder.rules.context import Context
from scaffolder.rules.images import everything_shipped
from scaffolder.rules.wheels import PackageWays, package_ways


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """A project and what was decided for it."""

    project: Project
    inference: Inference
    #: How each locked package gets into the image; () while a decision that this depends on is open.
    packages: tuple[PackageWays, ...]


def explain(root: Path, settings: Iterable[str] = ()) -> Explanation:
    """Read and decide the project in `root`; `settings` are `--set` arguments. Raises ScaffoldError."""
    flags = flag_overrides(settings)
    project = read_project(root)
    overrides = combined(saved_overrides(project.manifest.scaffold), flags)
    inference = infer(project, overrides)
    return Explanation(project=project, inference=inference, packages=packages_of(project, inference.decisions))


def packages_of(project: Project, decisions: Decisions) -> tuple[PackageWays, ...]:
    """How each locked package gets into the image; () while a decision that this depends on is open."""
    try:
        return package_ways(Context(project), everything_shipped(decisions) if PROCESSES in decisions else decisions)
    except Undecided:
        return ()
