"""The images of a project: processes that need the same run from the same one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scaffolder.decisions import EXTRAS, GROUPS, PROCESSES, Process
from scaffolder.model.decision import Decisions

#: The stages of the main process's image.
MAIN_STAGE = "runtime"
MAIN_BUILDER = "builder"
MAIN_PROJECT = "project"


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """A final stage of the Dockerfile, and the processes beside the main one that run from it."""

    #: The process that it is named after, "" for the main one's.
    name: str
    #: The stage that installs its groups; images that differ in Debian packages alone share one.
    builder: str
    groups: tuple[str, ...]
    extras: tuple[str, ...]
    #: Debian packages beside those of the main process.
    runtime_packages: tuple[str, ...] = ()
    processes: tuple[Process, ...] = ()

    @property
    def stage(self) -> str:
        """The name of its final stage."""
        return f"{MAIN_STAGE}-{self.name}" if self.name else MAIN_STAGE

    @property
    def project_stage(self) -> str:
        """The name of the stage that installs the libraries that lie beside the project's code."""
        return self.builder.replace(MAIN_BUILDER, MAIN_PROJECT, 1)


def images(decisions: Decisions) -> tuple[Image, ...]:
    """The main process's image, then one for each set of needs that differs from it, named by its first process."""
    main = Image(name="", builder=MAIN_BUILDER, groups=decisions[GROUPS], extras=decisions[EXTRAS])
    found: list[Image] = []
    for process in decisions[PROCESSES]:
        groups = decisions[GROUPS] if process.groups is None else process.groups
        extras = decisions[EXTRAS] if process.extras is None else process.extras
        packages = process.runtime_packages
        if process.main or ((groups, extras) == (main.groups, main.extras) and not packages):
            continue
        same = next((item for item in found if _needs(item) == (groups, extras, packages)), None)
        if same is not None:
            found[found.index(same)] = replace(same, processes=(*same.processes, process))
            continue
        installed = next((item for item in (main, *found) if (item.groups, item.extras) == (groups, extras)), None)
        found.append(
            Image(
                name=process.name,
                builder=installed.builder if installed else f"{MAIN_BUILDER}-{process.name}",
                groups=groups,
                extras=extras,
                runtime_packages=packages,
                processes=(process,),
            )
        )
    return (main, *found)


def everything_in(decisions: Decisions, *shown: Image) -> Decisions:
    """The decisions as if the main image held the groups and extras of these."""
    for key, names in (
        (GROUPS, [name for image in shown for name in image.groups]),
        (EXTRAS, [name for image in shown for name in image.extras]),
    ):
        decisions = decisions.having(replace(decisions.decision(key), value=tuple(dict.fromkeys(names))))
    return decisions


def everything_shipped(decisions: Decisions) -> Decisions:
    """The decisions as if one image held what all of them hold."""
    return everything_in(decisions, *images(decisions))


def _needs(image: Image) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    return image.groups, image.extras, image.runtime_packages
