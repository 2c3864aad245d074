"""How each locked package gets into an image, and for which platforms one can be built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scaffolder.decisions import PLATFORMS, PYTHON
from scaffolder.knowledge.pythons import MACHINES
from scaffolder.knowledge.system_packages import DISTRIBUTIONS, needs_compiler
from scaffolder.model.decision import Decision, Decisions
from scaffolder.model.lock import LockedPackage
from scaffolder.poetry.wheels import Verdict, verdict
from scaffolder.rules.context import Context, default, inferred, listed, locked, target_of


class Way(StrEnum):
    """How a package gets into an image, as far as the lock can tell."""

    WHEEL = "wheel"
    #: Built from its source archive, without a compiler.
    PURE = "pure"
    #: Built from source with a compiler.
    COMPILE = "compile"
    #: Built from a clone that is not known to hold C code.
    GIT = "git"
    #: Built from a folder beside the project.
    PATH = "path"
    #: The lock lists no files.
    UNKNOWN = "unknown"
    #: Nothing that the lock lists can be installed.
    NONE = "none"


_WAYS: Mapping[Verdict, Way] = {
    Verdict.WHEEL: Way.WHEEL,
    Verdict.SDIST: Way.PURE,
    Verdict.GIT: Way.GIT,
    Verdict.PATH: Way.PATH,
    Verdict.UNKNOWN: Way.UNKNOWN,
    Verdict.NONE: Way.NONE,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PackageWays:
    """A locked package, and how it gets into the image of each platform that installs it."""

    name: str
    version: str
    #: In the order of `MACHINES`; a platform whose markers leave the package out is not in it.
    ways: Mapping[str, Way]


def package_ways(context: Context, decisions: Decisions) -> tuple[PackageWays, ...]:
    """Every package of the image on any platform of `MACHINES`, sorted by name and version."""
    found: dict[tuple[str, str], dict[str, Way]] = {}
    for platform in MACHINES:
        for package, way in _ways(context, decisions, platform):
            found.setdefault((package.name, package.version), {})[platform] = way
    return tuple(PackageWays(name=name, version=version, ways=found[name, version]) for name, version in sorted(found))


def compiled(context: Context, decisions: Decisions, platform: str) -> tuple[LockedPackage, ...]:
    """The installed packages that must be built there from source which may hold C code, sorted by name."""
    return tuple(package for package, way in _ways(context, decisions, platform) if way is Way.COMPILE)


def blocking(context: Context, decisions: Decisions, platform: str) -> tuple[LockedPackage, ...]:
    """The packages of which the lock lists nothing that can be installed there, sorted by name."""
    return tuple(package for package, way in _ways(context, decisions, platform) if way is Way.NONE)


def decide_platforms(context: Context, decisions: Decisions) -> Decision[tuple[str, ...]]:
    """The platforms on which every locked package can be installed; all of them where none is so."""
    blocked = {platform: blocking(context, decisions, platform) for platform in MACHINES}
    working = tuple(platform for platform, packages in blocked.items() if not packages)
    if not working:
        return default(PLATFORMS, tuple(MACHINES), "poetry.lock: some packages can be installed on none")
    reasons = tuple(
        f"{locked(packages[0])} has neither a wheel for Python {decisions[PYTHON]} on {platform} nor a source archive"
        for platform, packages in blocked.items()
        if packages
    )
    first, *others = (frozenset(map(locked, compiled(context, decisions, platform))) for platform in working)
    for platform, packages in zip(working[1:], others, strict=True):
        more = sorted(text.removeprefix("poetry.lock: ") for text in packages - first)
        reasons += (f"{platform} compiles {listed(more)}",) if more else ()
    if len(working) == len(MACHINES):
        return default(PLATFORMS, working, "poetry.lock: every package can be installed on both", *reasons)
    return inferred(PLATFORMS, working, *reasons)


def _ways(context: Context, decisions: Decisions, platform: str) -> tuple[tuple[LockedPackage, Way], ...]:
    project, target = context.project, target_of(decisions, platform)
    return tuple(
        (package, _way(package, verdict(package, target, no_binary=project.no_binary, only_binary=project.only_binary)))
        for package in context.installed(decisions, platform).values()
    )


def _way(package: LockedPackage, how: Verdict) -> Way:
    """A lock that lists no files, or a clone, does not say: there, what is known to need a compiler counts."""
    may_compile = how is Verdict.SDIST or (how in (Verdict.UNKNOWN, Verdict.GIT) and package.name in DISTRIBUTIONS)
    return Way.COMPILE if may_compile and needs_compiler(package.name) else _WAYS[how]
