"""Debian packages: compilers and headers for the builder, shared libraries and programs for the final image."""

from __future__ import annotations

from collections.abc import Iterable

from scaffolder.decisions import BASE_IMAGE, BUILD_PACKAGES, PYTHON, RUNTIME_PACKAGES
from scaffolder.knowledge.system_packages import (
    DISTRIBUTIONS,
    build_packages,
    build_run_packages,
    import_packages,
    needs_compiler,
    run_packages,
)
from scaffolder.model.decision import Decision, Decisions
from scaffolder.model.lock import LockedPackage
from scaffolder.model.project import Project
from scaffolder.poetry.wheels import Verdict, verdict
from scaffolder.rules.context import Context, default, inferred, locked, suite_of, target_of

#: What an sdist of unknown content may need. `gcc` alone lacks the C library's headers on a slim image.
_COMPILER = ("gcc", "libc6-dev")


def decide_build_packages(context: Context, decisions: Decisions) -> Decision[tuple[str, ...]]:
    """What the builder needs to compile the locked packages that have no wheel for the image's platform."""
    suite = suite_of(decisions[BASE_IMAGE])
    needed: set[str] = set()
    evidence = []
    for package in compiled(context, decisions):
        names = build_packages(package.name, suite, version=package.version) or _COMPILER
        needed.update(names)
        evidence.append(f"{locked(package)} has no wheel for Python {decisions[PYTHON]}")
    if not needed:
        return default(BUILD_PACKAGES, (), "poetry.lock: every package that needs a compiler has a wheel")
    return inferred(BUILD_PACKAGES, tuple(sorted(needed)), *evidence)


def decide_runtime_packages(context: Context, decisions: Decisions) -> Decision[tuple[str, ...]]:
    """What the final image needs: the libraries of what was compiled, and what wheels load or start by name."""
    suite = suite_of(decisions[BASE_IMAGE])
    packages = context.installed(decisions)
    needed: dict[str, str] = {}
    for package in packages.values():
        names = run_packages(package.name, suite, version=package.version, beside=packages)
        needed.update((name, locked(package)) for name in names if name not in needed)
    for package in compiled(context, decisions):
        names = build_run_packages(package.name, suite, version=package.version)
        needed.update((name, f"{locked(package)}, compiled") for name in names if name not in needed)
    for module, place in _special_imports(context.project):
        needed.update((name, f"{place} uses {module}") for name in import_packages(module, suite) if name not in needed)
    if not needed:
        return default(RUNTIME_PACKAGES, (), "poetry.lock: nothing needs a library or program of the system")
    return inferred(RUNTIME_PACKAGES, tuple(sorted(needed)), *_grouped(needed))


def compiled(context: Context, decisions: Decisions) -> tuple[LockedPackage, ...]:
    """The installed packages that must be built from an sdist which may hold C code, sorted by name.

    A lock that lists no files does not say; there, every package that needs a compiler to be built counts.
    """
    project = context.project
    target = target_of(decisions)
    found = []
    for package in context.installed(decisions).values():
        if not needs_compiler(package.name):
            continue
        how = verdict(package, target, no_binary=project.no_binary, only_binary=project.only_binary)
        if how is Verdict.SDIST or (how is Verdict.UNKNOWN and package.name in DISTRIBUTIONS):
            found.append(package)
    return tuple(found)


def _special_imports(project: Project) -> Iterable[tuple[str, str]]:
    for name, place in project.code.imports:
        yield name, str(place)
    if any(django.gis for django in project.code.django):
        yield "django.contrib.gis", "Django's settings"


def _grouped(needed: dict[str, str]) -> tuple[str, ...]:
    """`reason (package, package)` for each reason, in the order in which reasons came up."""
    reasons: dict[str, list[str]] = {}
    for name, reason in needed.items():
        reasons.setdefault(reason, []).append(name)
    return tuple(f"{reason} ({', '.join(sorted(names))})" for reason, names in reasons.items())
