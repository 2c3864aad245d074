"""What Python distributions need from Debian: tables, and the functions that look a row up.

`libraries` names the Debian packages of each library, compiler and program in each release; `distributions` says which
of them a distribution needs; `pure` lists sdists that need nothing; `external` reads what a project asks for itself;
`written` judges what its own Dockerfile installs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from scaffolder.knowledge.system_packages.distributions import (
    BUILDERS,
    DISTRIBUTIONS,
    IMPORTS,
    SOURCE_FILES,
    Needs,
)
from scaffolder.knowledge.system_packages.external import EXTERNAL, external_library
from scaffolder.knowledge.system_packages.libraries import LIBRARIES, SUITES, Library
from scaffolder.knowledge.system_packages.pure import PURE_PYTHON_SDISTS
from scaffolder.knowledge.system_packages.written import PROGRAMS, is_header, is_to_build, named_in

__all__ = [
    "BUILDERS",
    "DISTRIBUTIONS",
    "EXTERNAL",
    "IMPORTS",
    "LIBRARIES",
    "PROGRAMS",
    "PURE_PYTHON_SDISTS",
    "SOURCE_FILES",
    "SUITES",
    "Library",
    "Needs",
    "build_packages",
    "build_run_packages",
    "external_library",
    "has_row",
    "import_packages",
    "is_dispensable",
    "is_header",
    "is_to_build",
    "library_packages",
    "missing_libraries",
    "named_in",
    "needs_compiler",
    "run_packages",
]


def build_packages(distribution: str, suite: str, *, version: str = "") -> tuple[str, ...]:
    """Debian packages that building the distribution's sdist takes, sorted; () when it has no row.

    `distribution` is a normalised name, `suite` one of `SUITES`; without `version` every condition on it counts as met.
    """
    return _build(_build_libraries(distribution, version), suite)


def build_run_packages(distribution: str, suite: str, *, version: str = "") -> tuple[str, ...]:
    """Debian packages that the distribution needs to run once it is built from its sdist, sorted.

    They come on top of `run_packages`.
    """
    return _run(_build_libraries(distribution, version), suite)


def run_packages(distribution: str, suite: str, *, version: str = "", beside: Collection[str] = ()) -> tuple[str, ...]:
    """Debian packages that the distribution needs to run even when it comes from a wheel, sorted.

    `beside` holds the normalised names of the distributions installed with it.
    """
    return _run(_run_libraries(distribution, version, beside), suite)


def is_dispensable(distribution: str, *, users: Collection[str]) -> bool:
    """Whether all `users` of a distribution, normalised names, do without what `run_packages` tells; False without
    users."""
    needs = DISTRIBUTIONS.get(distribution)
    return needs is not None and bool(users) and set(users) <= set(needs.dispensable)


def library_packages(library: str, suite: str, *, run: bool) -> tuple[str, ...]:
    """Debian packages to run with a library, or to build against it, sorted; () where that release lacks it."""
    return _run((library,), suite) if run else _build((library,), suite)


def import_packages(module: str, suite: str) -> tuple[str, ...]:
    """Debian packages that importing the module takes, sorted; () when `IMPORTS` does not name it."""
    needs = IMPORTS.get(module)
    return _run(needs.run, suite) if needs else ()


def missing_libraries(
    distribution: str, suite: str, *, built: bool, version: str = "", beside: Collection[str] = ()
) -> tuple[str, ...]:
    """Names of the libraries that the distribution needs and the Debian release does not have, sorted.

    `built` says whether it is built from its sdist. The functions above leave these libraries out.
    """
    needed = {*_run_libraries(distribution, version, beside)}
    if built:
        needed.update(_build_libraries(distribution, version))
    return tuple(sorted(name for name in needed if not LIBRARIES[name].is_in(suite)))


def has_row(distribution: str) -> bool:
    """Whether the tables know what building the distribution takes."""
    return distribution in DISTRIBUTIONS or distribution in PURE_PYTHON_SDISTS


def needs_compiler(distribution: str) -> bool:
    """Whether building the distribution's sdist takes a compiler; True for one that the tables do not know.

    False also for a distribution that installs without one, only slower.
    """
    if distribution in PURE_PYTHON_SDISTS:
        return False
    needs = DISTRIBUTIONS.get(distribution)
    return needs is None or bool(needs.build and not needs.optional)


def _build(libraries: Iterable[str], suite: str) -> tuple[str, ...]:
    return tuple(sorted({package for name in libraries for package in LIBRARIES[name].build.get(suite, ())}))


def _run(libraries: Iterable[str], suite: str) -> tuple[str, ...]:
    return tuple(sorted({package for name in libraries for package in LIBRARIES[name].run.get(suite, ())}))


def _build_libraries(distribution: str, version: str) -> tuple[str, ...]:
    needs = DISTRIBUTIONS.get(distribution)
    if needs is None:
        return ()
    return tuple(name for name in needs.build if _applies(needs, name, version))


def _run_libraries(distribution: str, version: str, beside: Collection[str]) -> tuple[str, ...]:
    needs = DISTRIBUTIONS.get(distribution)
    if needs is None or any(name in beside for name in needs.unless):
        return ()
    if needs.when and not any(name in beside for name in needs.when):
        return ()
    return tuple(name for name in needs.run if _applies(needs, name, version))


def _applies(needs: Needs, library: str, version: str) -> bool:
    specifier = needs.versions.get(library)
    if specifier is None or not version:
        return True
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415 - few rows need it

    return SpecifierSet(specifier).contains(version, prereleases=True)
