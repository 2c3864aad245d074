"""What a database runs once, when its volume is new, as a hand-written Compose file says."""

from __future__ import annotations

from collections.abc import Iterator

from scaffolder.decisions import SERVICES
from scaffolder.knowledge.compose_files import COMPOSE_FILES, INIT_FOLDER
from scaffolder.knowledge.services import SERVICES as TABLE
from scaffolder.knowledge.services import SQL_SERVICES, STANDS_FOR, service_of
from scaffolder.model.container import ContainerService, InitScript
from scaffolder.model.decision import Decisions
from scaffolder.model.message import Level, Message
from scaffolder.model.project import Project

#: Services whose images run what lies in that folder.
_DATABASES = (*SQL_SERVICES, "mongodb")


def init_scripts(name: str, project: Project, decisions: Decisions) -> tuple[InitScript, ...]:
    """The scripts of a service of scaffold's: a folder alone, or files.

    Those that name the user or the database of the hand-written file are left: here, these have other names, and a
    script that fails keeps its database from starting.
    """
    fitting = [script for service, script in _scripts(name, project, decisions) if not _clash(name, service, script)]
    folders = [script for script in fitting if script.target == INIT_FOLDER]
    return tuple(folders[:1] or fitting)


def init_remarks(project: Project, decisions: Decisions) -> Iterator[Message]:
    """Scripts that the hand-written file runs, and that scaffold's does not."""
    for name in decisions[SERVICES]:
        for service, script in _scripts(name, project, decisions):
            clash = _clash(name, service, script)
            if clash:
                yield Message(
                    level=Level.WARNING,
                    code="init-script-left",
                    text=f"{script.place}: {service.name} runs {script.path} when its volume is new. In compose.yaml, "
                    f"{name} does not, as the script names {', '.join(clash)}: here, user and database are called "
                    "otherwise.",
                    hint=f"Take the names out of it and run scaffold update, or mount it in compose.yaml: "
                    f"./{script.path}:{script.target}:ro",
                )


def _scripts(name: str, project: Project, decisions: Decisions) -> Iterator[tuple[ContainerService, InitScript]]:
    """None of compose.yaml: scaffold replaces that, and would not know them any more."""
    for service in project.container.services:
        runs = service_of(service.image)
        is_same = STANDS_FOR.get(runs, runs) == STANDS_FOR.get(name, name)
        if name in _DATABASES and is_same and service.place.path != COMPOSE_FILES[0]:
            yield from ((service, script) for script in service.scripts)


def _clash(name: str, service: ContainerService, script: InitScript) -> list[str]:
    """The names in a script that mean something else in scaffold's service."""
    authentication = TABLE[name].authentication
    own = {item.default for item in authentication.credentials if item.default} if authentication is not None else set()
    account = set(service.account)
    return [] if account and account <= own else sorted((account | own) & script.words)
