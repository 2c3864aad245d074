"""What every rule is given: the project, and answers to questions that several rules ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from scaffolder.decisions import BASE_IMAGE, EXTRAS, GROUPS, PYTHON, Process
from scaffolder.knowledge.pythons import AMD64, DEBIAN, MACHINES
from scaffolder.model.decision import Decision, Decisions, Key, Override, Source, T
from scaffolder.model.lock import LockedPackage, Target
from scaffolder.model.project import Project
from scaffolder.poetry.closure import production_closure


@dataclass(frozen=True, slots=True)
class Context:
    """The project, with the closures that were computed for it so far."""

    project: Project
    #: What somebody says about processes: `ProcessEdits`.
    declared: Override | None = None
    _closures: dict[tuple[str, tuple[str, ...], tuple[str, ...], str], tuple[LockedPackage, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    #: What `beside` found, by application and framework.
    processes: dict[tuple[str, str], tuple[Process, ...]] = field(default_factory=dict, compare=False, repr=False)

    def closure(
        self, python: str, groups: tuple[str, ...], extras: tuple[str, ...], platform: str = AMD64
    ) -> tuple[LockedPackage, ...]:
        """What `poetry install` of those groups and extras takes there for that Python, sorted by name."""
        key = (python, tuple(sorted(groups)), tuple(sorted(extras)), platform)
        if key not in self._closures:
            target = Target(python=python, machine=MACHINES[platform])
            self._closures[key] = production_closure(
                self.project.manifest, self.project.lock, target, groups=groups, extras=extras
            )
        return self._closures[key]

    def installed(self, decisions: Decisions, platform: str = AMD64) -> dict[str, LockedPackage]:
        """Name → package of everything that the image of that platform installs from the lock."""
        packages = self.closure(decisions[PYTHON], decisions[GROUPS], decisions[EXTRAS], platform)
        return {package.name: package for package in packages}


def target_of(decisions: Decisions, platform: str = AMD64) -> Target:
    """What the image that was decided runs on that platform."""
    glibc = DEBIAN[suite_of(decisions[BASE_IMAGE])].glibc
    return Target(python=decisions[PYTHON], machine=MACHINES[platform], glibc=glibc)


def suite_of(image: str) -> str:
    """The Debian release that an image reference names, `trixie` when it names none."""
    return next((suite for suite in DEBIAN if suite in image), "trixie")


def inferred(key: Key[T], value: T, *evidence: str) -> Decision[T]:
    """A decision that the project settles."""
    return Decision(key=key, value=value, source=Source.INFERRED, evidence=evidence)


def default(key: Key[T], value: T, *evidence: str) -> Decision[T]:
    """A decision that the project is silent about."""
    return Decision(key=key, value=value, source=Source.DEFAULT, evidence=evidence)


def locked(package: LockedPackage) -> str:
    """The evidence that a package is locked."""
    return f"poetry.lock: {package.name} {package.version}"


def listed(items: Sequence[str]) -> str:
    """The first three items, and how many more there are."""
    more = f" and {len(items) - 3} more" if len(items) > 3 else ""
    return ", ".join(items[:3]) + more
