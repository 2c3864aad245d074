"""What the user should hear about besides the decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress

from scaffolder.decisions import (
    ADDED_PACKAGES,
    APPLICATION,
    BASE_IMAGE,
    CONTEXT,
    DEVELOPMENT,
    FRAMEWORK,
    INSTALL_PROJECT,
    PLATFORMS,
    POETRY,
    PRIVATE_GIT_HOSTS,
    PRIVATE_INDEXES,
    PROCESSES,
    PYTHON,
    SERVER,
    SERVICES,
    WORKERS,
)
from scaffolder.knowledge.compose_files import COMPOSE_FILES, OVERRIDE_FILES
from scaffolder.knowledge.pythons import PYTHONS
from scaffolder.knowledge.servers import SERVERS
from scaffolder.model.decision import Decisions, Undecided
from scaffolder.model.message import Level, Message
from scaffolder.model.project import Project
from scaffolder.poetry.closure import missing
from scaffolder.poetry.content_hash import is_fresh
from scaffolder.rules.build_context import build_argument, build_context, is_reachable
from scaffolder.rules.build_inputs import build_line
from scaffolder.rules.context import Context, listed, suite_of, target_of
from scaffolder.rules.endpoints import hard_coded
from scaffolder.rules.git_dependencies import clone_remarks
from scaffolder.rules.init_scripts import init_remarks
from scaffolder.rules.migrate_in_build import migrate_remarks
from scaffolder.rules.nested import nested_projects, together
from scaffolder.rules.path_dependencies import is_library, is_outside, path_dependencies
from scaffolder.rules.poetry_stage import poetry_remarks
from scaffolder.rules.private_indexes import index_remarks
from scaffolder.rules.processes import process_remarks
from scaffolder.rules.proxy import proxy_remarks
from scaffolder.rules.server import missing_needs
from scaffolder.rules.services import offered_services
from scaffolder.rules.system_packages import unknown_external, unknown_written
from scaffolder.rules.wheels import blocking

#: Those that scaffold writes, compose.yaml and compose.override.yaml, hide what comes behind them.
_HIDDEN_COMPOSE_FILES = COMPOSE_FILES[1:]
_HIDDEN_OVERRIDES = OVERRIDE_FILES[2:]
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def remarks(context: Context, decisions: Decisions) -> Iterator[Message]:
    """Every message about the project, in a fixed order."""
    project = context.project
    yield from _stale_lock(project)
    yield from _bounds(project)
    if PYTHON in decisions:
        yield from _end_of_life(decisions[PYTHON])
        yield from _not_locked(project, decisions)
        yield from _no_hashes(context, decisions)
        yield from _path_outside(context, decisions)
        yield from _path_missing(context, decisions)
    if CONTEXT in decisions:
        build_context(project, decisions)  # refuses what lies above the repository
    if POETRY in decisions and INSTALL_PROJECT in decisions:
        yield from poetry_remarks(project, decisions)
        yield from _dynamic_version(project, decisions)
    yield from _unknown_external(project)
    if PLATFORMS in decisions:
        yield from _not_installable(context, decisions)
    if PRIVATE_GIT_HOSTS in decisions:
        yield from index_remarks(decisions[PRIVATE_INDEXES], build_line(decisions))
        yield from clone_remarks(context, decisions)
    if ADDED_PACKAGES in decisions:
        yield from _added_server(decisions[ADDED_PACKAGES])
    # Each of these looks at several decisions; somebody may have set one while another is open.
    for messages in (
        _missing_server(context, decisions),
        _idle_workers(decisions),
        _loopback(project, decisions),
        proxy_remarks(context, decisions),
    ):
        with suppress(Undecided):
            yield from messages
    if SERVICES in decisions:
        yield from offered_services(context, decisions)
        yield from hard_coded(context, decisions)
        yield from init_remarks(project, decisions)
    if PROCESSES in decisions:
        yield from process_remarks(context, decisions)
        yield from migrate_remarks(decisions)
    if BASE_IMAGE in decisions:
        yield from _unknown_written(context, decisions)
    yield from _build_arguments(project)
    yield from _projects_below(project)
    yield from hidden_files(project.files, develops=DEVELOPMENT in decisions and decisions[DEVELOPMENT])


def _projects_below(project: Project) -> Iterator[Message]:
    below = nested_projects(project)
    if below:
        yield Message(
            level=Level.INFO,
            code="projects-below",
            text=f"Other Poetry projects lie in {listed(below)}; this one is made to run by itself.",
            hint=f"For one Compose file of several: {together(below)}",
        )


def _stale_lock(project: Project) -> Iterator[Message]:
    if is_fresh(project.manifest, project.lock) is False:
        yield Message(
            level=Level.WARNING,
            code="stale-lock",
            text="poetry.lock does not match pyproject.toml; Poetry will refuse to install it.",
            hint="Run: poetry lock",
        )


def _bounds(project: Project) -> Iterator[Message]:
    if project.code.truncated:
        yield Message(
            level=Level.WARNING,
            code="truncated",
            text="The project has more than 5,000 Python files or one above 1 MiB; the rest was not read.",
        )


def _end_of_life(python: str) -> Iterator[Message]:
    minor = ".".join(python.split(".")[:2])
    row = PYTHONS.get(minor)
    if row is not None and row.is_end_of_life:
        yield Message(
            level=Level.WARNING,
            code="end-of-life-python",
            text=f"Python {minor} gets no security fixes since {row.end_of_life}.",
            hint="Allow a newer one in pyproject.toml, then run: poetry lock",
        )


def _not_locked(project: Project, decisions: Decisions) -> Iterator[Message]:
    names = missing(project.manifest, project.lock, target_of(decisions))
    if names:
        yield Message(
            level=Level.WARNING,
            code="not-locked",
            text=f"pyproject.toml asks for {', '.join(names)}, which poetry.lock does not hold.",
            hint="Run: poetry lock",
        )


def _no_hashes(context: Context, decisions: Decisions) -> Iterator[Message]:
    packages = context.installed(decisions).values()
    bare = [package.name for package in packages if not package.files and package.source is None]
    if bare:
        yield Message(
            level=Level.WARNING,
            code="no-hashes",
            text=f"poetry.lock holds no file hashes for {len(bare)} packages ({bare[0]}, ...): Poetry installs them"
            " unchecked.",
            hint="Run: poetry lock",
        )


def _unknown_external(project: Project) -> Iterator[Message]:
    unknown = unknown_external(project)
    if unknown:
        yield Message(
            level=Level.WARNING,
            code="unknown-external",
            text=f"pyproject.toml [external]: no Debian package is known for {listed(unknown)}.",
            hint="Name it: --set build-packages=+NAME or --set runtime-packages=+NAME",
        )


def _dynamic_version(project: Project, decisions: Decisions) -> Iterator[Message]:
    if project.manifest.has_dynamic_version and decisions[INSTALL_PROJECT]:
        yield Message(
            level=Level.INFO,
            code="dynamic-version",
            text="The project's version comes from git, which a build does not see: in the image it is the one that"
            " pyproject.toml holds.",
            hint='Hand it over: docker build --build-arg VERSION="$(poetry version --short)" '
            + build_argument(decisions),
        )


def _not_installable(context: Context, decisions: Decisions) -> Iterator[Message]:
    blocked: dict[str, list[str]] = {}
    for platform in decisions[PLATFORMS]:
        packages = blocking(context, decisions, platform)
        if packages:
            names = listed([f"{package.name} {package.version}" for package in packages])
            blocked.setdefault(names, []).append(platform)
    for names, platforms in blocked.items():
        yield Message(
            level=Level.WARNING,
            code="not-installable",
            text=f"poetry.lock has neither a wheel for Python {decisions[PYTHON]} on {' or '.join(platforms)} nor a"
            f" source archive of {names}: the build will fail there.",
            hint="Allow another version in pyproject.toml, then run: poetry lock",
        )


def _path_outside(context: Context, decisions: Decisions) -> Iterator[Message]:
    for path in path_dependencies(context, decisions):
        if not is_reachable(context.project, path):
            yield Message(
                level=Level.WARNING,
                code="path-outside",
                text=f"poetry.lock: {path} lies outside of the project's repository, where no build will look for it.",
                hint="Move it into the repository, or publish it; until then the image cannot be built.",
            )


def _path_missing(context: Context, decisions: Decisions) -> Iterator[Message]:
    project = context.project
    for path, package in path_dependencies(context, decisions).items():
        if not is_library(package) or not is_reachable(project, path):  # git often ignores built files
            continue
        if not any(file.startswith(f"{path}/") for file in (project.outside if is_outside(path) else project.files)):
            yield Message(
                level=Level.WARNING,
                code="path-missing",
                text=f"poetry.lock: {path} is to be installed, but there is no such folder.",
                hint="Put it there, or take it out of pyproject.toml and run: poetry lock",
            )


def _added_server(packages: tuple[str, ...]) -> Iterator[Message]:
    if packages and not packages[0].startswith("setuptools=="):
        name = packages[0].split("==")[0]
        yield Message(
            level=Level.INFO,
            code="server-not-locked",
            text=f"No production server is locked; the image adds {packages[0]} beside the lock.",
            hint=f"Make it part of the lock: poetry add {name}",
        )


def _missing_server(context: Context, decisions: Decisions) -> Iterator[Message]:
    """A server that was set, and that neither the lock nor the image's own pins bring."""
    name = decisions[SERVER]
    added = {package.split("==")[0] for package in decisions[ADDED_PACKAGES]}
    absent = missing_needs(name, added.union(context.installed(decisions)))
    if absent:
        yield Message(
            level=Level.WARNING,
            code="server-missing",
            text=f"The image has no {' and no '.join(absent)}, so the server {name} will not start.",
            hint=f"Run: poetry add {' '.join(absent)}",
        )


def _idle_workers(decisions: Decisions) -> Iterator[Message]:
    """A number of workers that nothing obeys."""
    name, workers = decisions[SERVER], decisions.decision(WORKERS)
    if workers.value > 1 and (name == "none" or not (SERVERS[name].forks or SERVERS[name].workers_option)):
        who = "The command" if name == "none" else f"The server {name}"
        yield Message(
            level=Level.WARNING,
            code="workers-ignored",
            text=f"{who} takes no number of workers: workers = {workers.value} changes nothing.",
            hint="Start more containers: docker compose up --scale web=2",
        )


def _loopback(project: Project, decisions: Decisions) -> Iterator[Message]:
    """A script that serves itself on the loopback address cannot be reached from outside its container."""
    if decisions[FRAMEWORK] != "none":
        return
    for use in project.code.ports:
        if use.host in _LOOPBACK and use.place.path == decisions[APPLICATION]:
            yield Message(
                level=Level.WARNING,
                code="loopback",
                text=f"{use.place} listens on {use.host}: nothing outside the container can reach it.",
                hint='Listen on "0.0.0.0" when a variable such as HOST says so.',
            )


def _unknown_written(context: Context, decisions: Decisions) -> Iterator[Message]:
    """Packages of a hand-written Dockerfile that nobody knows to be in the image's release."""
    unknown = unknown_written(context, decisions)
    if unknown:
        yield Message(
            level=Level.INFO,
            code="unknown-package",
            text=f"{unknown[0].place} installs {listed([package.name for package in unknown])}; whether Debian"
            f" {suite_of(decisions[BASE_IMAGE])} has that is not known.",
            hint=f"Add it all the same: --set runtime-packages=+{unknown[0].name}",
        )


def _build_arguments(project: Project) -> Iterator[Message]:
    """Arguments of a hand-written Dockerfile that have no default: somebody hands them over."""
    arguments = {said.value: said.place for said in reversed(project.container.arguments)}
    if arguments:
        names = sorted(arguments)
        yield Message(
            level=Level.INFO,
            code="build-arguments",
            text=f"{arguments[names[0]]} takes the build argument {listed(names)}; scaffold's Dockerfile takes none.",
        )


def hidden_files(present: Collection[str], *, develops: bool) -> Iterator[Message]:
    """The Compose files among those `present` that Compose no longer reads beside the generated ones."""
    hidden = [path for path in _HIDDEN_COMPOSE_FILES if path in present]
    if hidden:
        yield Message(
            level=Level.WARNING,
            code=HIDDEN_FILES[0],
            text=f"Docker Compose prefers compose.yaml: {hidden[0]} is no longer read by a plain `docker compose up`.",
            hint=f"Use it still: docker compose -f {hidden[0]} up",
        )
    overrides = [path for path in _HIDDEN_OVERRIDES if path in present] if develops else []
    if overrides:
        yield Message(
            level=Level.WARNING,
            code=HIDDEN_FILES[1],
            text=f"Docker Compose prefers compose.override.yaml: {overrides[0]} is no longer read by a plain"
            " `docker compose up`.",
            hint="Move what you need into compose.override.yaml, or keep yours alone: --set development=no",
        )


#: The codes of these messages.
HIDDEN_FILES = ("hidden-compose-file", "hidden-compose-override")
