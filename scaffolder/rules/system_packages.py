"""Debian packages: compilers and headers for the builder, shared libraries and programs for the final image."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import TypeAlias

from scaffolder.decisions import BASE_IMAGE, BUILD_PACKAGES, PLATFORMS, PYTHON, RUNTIME_PACKAGES
from scaffolder.knowledge.pythons import AMD64
from scaffolder.knowledge.system_packages import (
    BUILDERS,
    SOURCE_FILES,
    build_packages,
    build_run_packages,
    external_library,
    has_row,
    import_packages,
    is_dispensable,
    is_header,
    is_to_build,
    library_packages,
    named_in,
    run_packages,
)
from scaffolder.model.container import InstalledPackage
from scaffolder.model.decision import Decision, Decisions, Key, Source
from scaffolder.model.lock import LockedPackage
from scaffolder.model.project import Project
from scaffolder.rules.context import Context, default, inferred, locked, suite_of
from scaffolder.rules.git_dependencies import clones
from scaffolder.rules.path_dependencies import is_library, path_dependencies
from scaffolder.rules.wheels import compiled

#: What an sdist of unknown content may need. `gcc` alone lacks the C library's headers on a slim image.
_COMPILER = ("gcc", "libc6-dev")

#: A reason, and the Debian packages that it calls for.
_Need: TypeAlias = tuple[str, tuple[str, ...]]
_Needs: TypeAlias = Callable[[Context, Decisions, str], Iterator[_Need]]


def decide_build_packages(context: Context, decisions: Decisions) -> Decision[tuple[str, ...]]:
    """What the builder needs to compile and to clone locked packages, for each of the image's platforms."""
    reasons = _reasons(context, decisions, _to_build)
    if not reasons:
        return default(BUILD_PACKAGES, (), "poetry.lock: every package that needs a compiler has a wheel")
    needed = {name for names in reasons.values() for name in names}
    return inferred(BUILD_PACKAGES, tuple(sorted(needed)), *reasons)


def decide_runtime_packages(context: Context, decisions: Decisions) -> Decision[tuple[str, ...]]:
    """What the final image needs: the libraries of what was compiled, and what wheels load or start by name."""
    needed: dict[str, str] = {}
    for reason, names in _reasons(context, decisions, _to_run).items():
        needed.update((name, reason) for name in names if name not in needed)
    if not needed:
        return default(RUNTIME_PACKAGES, (), "poetry.lock: nothing needs a library or program of the system")
    return inferred(RUNTIME_PACKAGES, tuple(sorted(needed)), *_grouped(needed))


def needed_elsewhere(context: Context, decisions: Decisions, key: Key[tuple[str, ...]]) -> frozenset[str]:
    """Of the packages of `key`, those that only platforms other than linux/amd64 need.

    None where somebody set the list: what a person names is wanted everywhere.
    """
    if decisions.decision(key).source > Source.INFERRED or AMD64 not in decisions[PLATFORMS]:
        return frozenset()
    decided: tuple[str, ...] = decisions[key]
    here = {name for _, names in _NEEDS[key.name](context, decisions, AMD64) for name in names}
    return frozenset(decided) - here


def _reasons(context: Context, decisions: Decisions, needs: _Needs) -> dict[str, tuple[str, ...]]:
    """Reason → packages; what only a later platform calls for says so."""
    first, *others = decisions[PLATFORMS] or (AMD64,)
    reasons = {reason: names for reason, names in needs(context, decisions, first) if names}
    for platform in others:
        more = {reason: names for reason, names in needs(context, decisions, platform) if names}
        reasons.update((f"{reason} on {platform}", names) for reason, names in more.items() if reason not in reasons)
    return reasons


def _to_build(context: Context, decisions: Decisions, platform: str) -> Iterator[_Need]:
    suite = suite_of(decisions[BASE_IMAGE])
    for package in compiled(context, decisions, platform):
        names = build_packages(package.name, suite, version=package.version) or _COMPILER
        yield f"{locked(package)} has no wheel for Python {decisions[PYTHON]}", names
    for path, compilers, reason in _compiled_libraries(context, decisions):
        names = tuple(name for compiler in compilers for name in library_packages(compiler, suite, run=False))
        yield f"{path}: {reason}", names
    manifest = context.project.manifest
    for dependency in (*manifest.external_build, *manifest.external_host):
        yield _external(dependency, suite, run=False)
    unknown = next((package for package in compiled(context, decisions, platform) if not has_row(package.name)), None)
    for said in context.project.container.packages if unknown is not None else ():
        if is_header(said.name) and (names := _written(context.project, said, suite, run=False)):
            yield f"{said.place}: apt-get install {said.name}", names
    # Poetry needs no git to clone what is open to everybody, but a package that takes its version from git does.
    for package, host in clones(context, decisions, platform):
        yield f"{locked(package)} is cloned", ("git", "openssh-client") if host.startswith("ssh://") else ("git",)


def _to_run(context: Context, decisions: Decisions, platform: str) -> Iterator[_Need]:
    suite = suite_of(decisions[BASE_IMAGE])
    packages = context.installed(decisions, platform)
    for package in packages.values():
        needed = run_packages(package.name, suite, version=package.version, beside=packages)
        if needed and is_dispensable(package.name, users=_users(context.project, packages, package.name)):
            continue
        yield locked(package), needed
    for package in compiled(context, decisions, platform):
        yield f"{locked(package)}, compiled", build_run_packages(package.name, suite, version=package.version)
    manifest = context.project.manifest
    for dependency in (*manifest.external_host, *manifest.external_run):
        yield _external(dependency, suite, run=True)
    for module, place in _special_imports(context.project):
        yield f"{place} uses {module}", import_packages(module, suite)
    for said in context.project.container.packages:
        if not said.build and not is_to_build(said.name):
            yield f"{said.place}: apt-get install {said.name}", _written(context.project, said, suite, run=True)


def _written(project: Project, package: InstalledPackage, suite: str, *, run: bool) -> tuple[str, ...]:
    """What a package of a hand-written Dockerfile is called in this release; () where nobody knows that it has it.

    It has it where the Dockerfile names the same release and takes packages from nowhere else.
    """
    container = project.container
    if container.suite == suite and not container.foreign_packages:
        return (package.name,)
    return named_in(package.name, suite, run=run)


def unknown_written(context: Context, decisions: Decisions) -> tuple[InstalledPackage, ...]:
    """What a hand-written Dockerfile installs for the application and no package of this release is known for."""
    suite = suite_of(decisions[BASE_IMAGE])
    return tuple(
        package
        for package in context.project.container.packages
        if not package.build
        and not is_to_build(package.name)
        and not _written(context.project, package, suite, run=True)
    )


def _users(project: Project, packages: Mapping[str, LockedPackage], name: str) -> frozenset[str]:
    """The installed distributions that depend on one, and the project itself, "", where it asks for it."""
    asked = {item.name for group in project.manifest.groups for item in group.dependencies}
    users = {other.name for other in packages.values() if any(item.name == name for item in other.dependencies)}
    return frozenset(users | {""} if name in asked else users)


def _external(dependency: str, suite: str, *, run: bool) -> _Need:
    library = external_library(dependency)
    packages = library_packages(library, suite, run=run) if library else ()
    return f"pyproject.toml [external]: {dependency}", packages


def unknown_external(project: Project) -> tuple[str, ...]:
    """What `[external]` names and no Debian package is known for, as written, sorted."""
    manifest = project.manifest
    named = {*manifest.external_build, *manifest.external_host, *manifest.external_run}
    return tuple(sorted(dependency for dependency in named if not external_library(dependency)))


_NEEDS: Mapping[str, _Needs] = {BUILD_PACKAGES.name: _to_build, RUNTIME_PACKAGES.name: _to_run}


def _compiled_libraries(context: Context, decisions: Decisions) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Folder, compilers and evidence for each directory dependency whose own build compiles something."""
    project = context.project
    for path, package in path_dependencies(context, decisions).items():
        if not is_library(package):
            continue
        required = project.build_requirements.get(path, ())
        tools = [name for name in required if name in BUILDERS]
        if tools:
            compilers = tuple(compiler for name in tools for compiler in BUILDERS[name])
            yield path, compilers, f"its build requires {', '.join(tools)}"
            continue
        files = [file for file in (*project.files, *project.outside) if file.startswith(f"{path}/")]
        if any(file in files for file in (f"{path}/setup.py", f"{path}/build.py")):
            sources = {PurePosixPath(file).suffix: file for file in reversed(files)}
            compilers = tuple(dict.fromkeys(SOURCE_FILES[ending] for ending in SOURCE_FILES if ending in sources))
            if compilers:
                first = next(sources[ending] for ending in SOURCE_FILES if ending in sources)
                yield path, compilers, f"its setup may compile {first.removeprefix(f'{path}/')}"


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
