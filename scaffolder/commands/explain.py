"""`scaffold explain`: every decision, its value, source and evidence. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scaffolder.model.project import Project
from scaffolder.overrides import flag_overrides, saved_overrides
from scaffolder.reading.project import read_project
from scaffolder.rules import Inference, infer


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """A project and what was decided for it."""

    project: Project
    inference: Inference


def explain(root: Path, settings: Iterable[str] = ()) -> Explanation:
    """Read and decide the project in `root`; `settings` are `--set` arguments. Raises ScaffoldError."""
    flags = flag_overrides(settings)
    project = read_project(root)
    overrides = {**saved_overrides(project.manifest.scaffold), **flags}
    return Explanation(project=project, inference=infer(project, overrides))
