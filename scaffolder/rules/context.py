"""What every rule is given: the project, and answers to questions that several rules ask."""

from __future__ import annotations

from dataclasses import dataclass, field

from scaffolder.decisions import BASE_IMAGE, EXTRAS, GROUPS, PYTHON
from scaffolder.knowledge.pythons import DEBIAN
from scaffolder.model.decision import Decision, Decisions, Key, Source, T
from scaffolder.model.lock import LockedPackage, Target
from scaffolder.model.project import Project
from scaffolder.poetry.closure import production_closure


@dataclass(frozen=True, slots=True)
class Context:
    """The project, with the closures that were computed for it so far."""

    project: Project
    _closures: dict[tuple[str, tuple[str, ...], tuple[str, ...]], tuple[LockedPackage, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def closure(self, python: str, groups: tuple[str, ...], extras: tuple[str, ...]) -> tuple[LockedPackage, ...]:
        """What `poetry install` of those groups and extras takes on Linux for that Python, sorted by name."""
        key = (python, tuple(sorted(groups)), tuple(sorted(extras)))
        if key not in self._closures:
            self._closures[key] = production_closure(
                self.project.manifest, self.project.lock, Target(python=python), groups=groups, extras=extras
            )
        return self._closures[key]

    def installed(self, decisions: Decisions) -> dict[str, LockedPackage]:
        """Name → package of everything that the image installs from the lock."""
        packages = self.closure(decisions[PYTHON], decisions[GROUPS], decisions[EXTRAS])
        return {package.name: package for package in packages}


def target_of(decisions: Decisions, machine: str = "x86_64") -> Target:
    """The platform of the image that was decided."""
    return Target(python=decisions[PYTHON], machine=machine, glibc=DEBIAN[suite_of(decisions[BASE_IMAGE])].glibc)


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
