"""The processes in Compose: what each starts, reads, keeps and waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scaffolder.answers.build import build_answers
from scaffolder.answers.health import health_timing, health_words
from scaffolder.answers.layout import in_image, project_home
from scaffolder.answers.names import (
    all_processes,
    mount_source,
    mounts_of,
    published_ports,
    tagged,
    variable_prefix,
    volumes_by_folder,
    volumes_of,
)
from scaffolder.answers.place import ALONE, Place
from scaffolder.answers.quoting import uninterpolated, yaml_command, yaml_quoted, yaml_text
from scaffolder.answers.services import credential_answers
from scaffolder.decisions import (
    CONNECTIONS,
    ENVIRONMENT,
    HEALTH_CHECK,
    IMAGE,
    PROCESSES,
    PROXY,
    PYTHON_PATH,
    READ_ONLY,
    SERVER,
    SERVICES,
    Connection,
    EnvironmentVariable,
    Process,
)
from scaffolder.knowledge.secret_names import is_invented
from scaffolder.knowledge.servers import SERVERS
from scaffolder.model.answers import Answers
from scaffolder.model.decision import Decisions
from scaffolder.rules.build_context import build_context
from scaffolder.rules.code_processes import MLFLOW
from scaffolder.rules.context import Context
from scaffolder.rules.images import everything_shipped, images
from scaffolder.rules.path_dependencies import path_dependencies
from scaffolder.rules.reach import reached_imports
from scaffolder.rules.services import credential_reference


def process_answers(context: Context, decisions: Decisions, place: Place = ALONE) -> list[Answers]:
    """Each process as a service of Compose, the main one first."""
    home = project_home(build_context(context.project, decisions))
    volume_names = volumes_by_folder(decisions, place)
    processes = all_processes(decisions, place)
    by_name = {process.name: process for process in processes}
    owners = {process.name: image for image in images(decisions) for process in image.processes}
    own_images = [None, *(owners.get(process.name) for process in decisions[PROCESSES] if not process.main)]
    awaited = {name for process in processes if process.kind != "job" for name in process.depends_on}
    published = published_ports(decisions, place)
    if decisions[PROXY] != "none":
        published.pop(processes[0].name, None)
    build = build_answers(context, everything_shipped(decisions), place)
    listed = []
    for process, image in zip(processes, own_images, strict=True):
        starts_it = process.main or (image is not None and image.processes[0].command == process.command)
        listed.append(
            {
                "name": process.name,
                "image": yaml_quoted(tagged(place.image or decisions[IMAGE], image.name if image is not None else "")),
                "build": build,
                "target": image.stage if image is not None else "",
                "prefix": variable_prefix(process.name),
                "read_only": decisions[READ_ONLY],
                "command": "" if starts_it else yaml_command(process.command),
                "profile": "jobs" if process.kind == "job" and not process.main and process.name not in awaited else "",
                "restart": _restart(process),
                "port": published.get(process.name, ""),
                "health": _compose_health(decisions, process, shares=image is None),
                "environment": _process_environment(context, decisions, process, place),
                "volumes": [
                    *(
                        yaml_quoted(f"{place.mounted(mount_source(folder))}:{in_image(home, folder)}:ro,z")
                        for folder in mounts_of(decisions, process)
                    ),
                    *(
                        yaml_quoted(f"{volume_names[folder]}:{in_image(home, folder)}")
                        for folder in volumes_of(decisions, process)
                    ),
                ],
                "depends_on": _dependencies(context, decisions, process, by_name, place),
                # A process needs the way out as well: the back network has none.
                "networks": ["front", "back"] if decisions[SERVICES] else [],
            }
        )
    return listed


def _restart(process: Process) -> str:
    if (process.main and process.name == "app") or (process.kind == "job" and process.main):
        return "on-failure"
    return '"no"' if process.kind in ("job", "release") else "unless-stopped"


def _compose_health(decisions: Decisions, process: Process, *, shares: bool) -> Answers:
    """The health check of a process beside the main one; `replaced` where the image's would ask the wrong thing.

    `docker compose up --wait` fails for a process that goes on and whose check is disabled, though it runs:
    https://github.com/docker/compose/issues/13522
    """
    inherits = process.main or (process.health_check == "none" and (not shares or decisions[HEALTH_CHECK] == "none"))
    if inherits:
        return {"disabled": False, "replaced": False, "test": ""}
    if process.health_check == "none":
        ends = process.kind in ("job", "release")
        return {"disabled": ends, "replaced": not ends, "test": ""}
    words = health_words(process.health_check, process.port, process.command, follows=False)
    test = yaml_command(["CMD", *words])
    return {"disabled": False, "replaced": False, "test": test, **health_timing(process.health_check)}


def _process_environment(context: Context, decisions: Decisions, process: Process, place: Place) -> list[Answers]:
    variables = context.project.code.variables
    values = {item.variable: _overridable(item) for item in _connections(context, decisions, process, place)}
    credentials = {variable["name"] for name in decisions[SERVICES] for variable in credential_answers(name, decisions)}
    for variable in decisions[ENVIRONMENT]:
        if variable.at_start and variable.name not in credentials:
            values.setdefault(variable.name, yaml_text(_asked_for(variable)))
    if process.port and any(variable.name == "PORT" and variable.required for variable in variables):
        values["PORT"] = yaml_text(str(process.port))
    server = SERVERS.get(decisions[SERVER])
    if process.main and server is not None and decisions[PROXY] != "none":
        values |= {name: yaml_text(value) for name, value in server.behind_proxy_environment}
    values |= {name: yaml_text(value) for name, value in process.environment}
    return [{"name": name, "value": value} for name, value in values.items()]


def _connections(context: Context, decisions: Decisions, process: Process, place: Place) -> Iterator[Connection]:
    """What the process connects to: services, and MLflow's server where it imports MLflow, or a library beside the
    project may."""
    reached = reached_imports(context.project, process.command, decisions[PYTHON_PATH])
    logs = reached is None or MLFLOW in dict(reached) or bool(path_dependencies(context, decisions))
    connections: tuple[Connection, ...] = decisions[CONNECTIONS]
    for item in place.addressed(connections):
        if item.service in decisions[SERVICES] or (logs and item.service != process.name):
            yield item


def _dependencies(
    context: Context, decisions: Decisions, process: Process, by_name: Mapping[str, Process], place: Place
) -> list[Answers]:
    """What a process waits for, each with what has to have happened: services, migrations, what it names itself."""
    releases = [other.name for other in by_name.values() if other.kind == "release" and process.kind != "release"]
    connected = [item.service for item in _connections(context, decisions, process, place) if item.service in by_name]
    if process.kind == "release" or any(process.name in by_name[name].depends_on for name in connected):
        connected = []
    names = dict.fromkeys((*decisions[SERVICES], *releases, *connected, *process.depends_on))
    return [
        {"name": name, "condition": wait_condition(by_name.get(name))}
        for name in names
        if name != process.name and (name in by_name or name in decisions[SERVICES])
    ]


def wait_condition(process: Process | None) -> str:
    """What has to have happened before others start; None stands for a backing service."""
    if process is None:
        return "service_healthy"
    if process.kind in ("job", "release"):
        return "service_completed_successfully"
    return "service_healthy" if process.health_check != "none" else "service_started"


def _asked_for(variable: EnvironmentVariable) -> str:
    """How Compose refers to a variable without which the application does not start."""
    if variable.secret and is_invented(variable.name):
        return credential_reference(variable.name, "")
    # An empty text starts what reads a text, and nothing that reads a number.
    return f"${{{variable.name}{'' if variable.type == 'str' else ':'}?set it in .env}}"


def _overridable(connection: Connection) -> str:
    """The value for Compose: the user's own variable when it is set, else the address of the service."""
    if connection.value.startswith(f"${{{connection.variable}:"):
        return yaml_text(connection.value)
    return yaml_text(f"${{{connection.variable}:-{connection.value}}}")


def overridable(name: str, value: str) -> str:
    """The value for Compose: the user's own variable when it is set, else this text; as it is where Compose could not
    read it as a default."""
    return yaml_quoted(value) if "}" in value else yaml_text(f"${{{name}:-{uninterpolated(value)}}}")
