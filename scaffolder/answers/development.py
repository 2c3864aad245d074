"""What compose.override.yaml adds for development."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from scaffolder.answers.layout import in_image
from scaffolder.answers.names import all_processes
from scaffolder.answers.place import ALONE, Place
from scaffolder.answers.proxy import proxy_name
from scaffolder.answers.quoting import yaml_command, yaml_path, yaml_quoted, yaml_text
from scaffolder.decisions import COLLECT_STATIC, CONTEXT, PROXY, READ_ONLY, SERVICES, Process
from scaffolder.knowledge.proxies import PROXIES
from scaffolder.knowledge.servers import SERVERS
from scaffolder.knowledge.services import SERVICES as SERVICE_TABLE
from scaffolder.model.answers import Answers
from scaffolder.model.decision import Decisions
from scaffolder.model.project import Project
from scaffolder.rules.build_context import build_context
from scaffolder.rules.code_processes import MLFLOW
from scaffolder.rules.context import Context
from scaffolder.rules.static_files import proxied_files

#: Where a container of development sees what lies in HOME as it is on the host.
_SOURCE = "/source"


def development_answers(context: Context, decisions: Decisions, place: Place = ALONE) -> Answers:
    """What development adds: to each service and to each process with code of the project, in the order of
    compose.yaml."""
    mounts = [yaml_quoted(mount) for mount in _source_mounts(context.project, decisions, place)]
    watched = [yaml_path(place.below(name)) for name in ("pyproject.toml", "poetry.lock")]
    return {
        "processes": [
            {
                "name": process.name,
                "command": yaml_command(_developing(process.command, restarts=_restarts(process))),
                "read_only": decisions[READ_ONLY],
                "debugged": yaml_command(_debugged(process.command)) if process.main else "",
                "mounts": mounts,
                "watched": watched,
            }
            for process in all_processes(decisions, place)
            if process.command[:1] != (MLFLOW,)
        ],
        "proxies": list(_proxies(context, decisions, place)),
        "services": [
            {
                "name": name,
                "port": SERVICE_TABLE[name].port,
                "port_variable": f"{name.upper()}_HOST_PORT",
                # Any free port: where the usual one is taken, nothing would start.
                "published": yaml_text(f"127.0.0.1:${{{name.upper()}_HOST_PORT:-}}:{SERVICE_TABLE[name].port}"),
            }
            for name in decisions[SERVICES]
        ],
    }


def _restarts(process: Process) -> bool:
    """Whether an edit starts a process again: not what follows edits by itself, nor what runs once for the others."""
    if process.kind in ("job", "release") and not process.main:
        return False
    return not any(server.follows_edits and process.command[0] == server.command[0] for server in SERVERS.values())


def _developing(command: Iterable[str], *, restarts: bool) -> tuple[str, ...]:
    """The command under docker/develop.py, isolated from modules of the project that hide one of Python's."""
    return ("python", "-I", "docker/develop.py", *(() if restarts else ("--no-restart",)), *command)


def _debugged(command: Sequence[str]) -> tuple[str, ...]:
    """The command under a debugger, () where it is none that Python runs."""
    program, *arguments = command
    if program == "python" and arguments and (arguments[0] == "-m" or arguments[0].endswith(".py")):
        words: Sequence[str] = arguments
    elif re.fullmatch(r"[\w.-]+", program) and program not in ("python", "sh", "bash"):
        words = (f"/opt/venv/bin/{program}", *arguments)
    else:
        return ()
    return _developing(("python", "-m", "debugpy", "--listen", "0.0.0.0:5678", *words), restarts=True)


def _proxies(context: Context, decisions: Decisions, place: Place) -> Iterator[Answers]:
    """The proxy with the folders of the project that it hands out, where there are any; what a build collects lies in
    no folder of the host."""
    proxy = PROXIES.get(decisions[PROXY])
    if proxy is None or decisions[COLLECT_STATIC]:
        return
    mounts = [
        yaml_quoted(f"{place.mounted(folder)}:{proxy.root}{path}:ro,z")
        for path, folder in proxied_files(context, decisions)
    ]
    if mounts:
        yield {"name": proxy_name(decisions, place), "mounts": mounts}


def _source_mounts(project: Project, decisions: Decisions, place: Place) -> Iterator[str]:
    """What the image's code was copied from, each where it lies in the build context; `z` is for hosts with SELinux."""
    context = build_context(project, decisions)
    paths: tuple[str, ...] = decisions[CONTEXT]
    for path in (context.folder,) if context.folder in paths else dict.fromkeys((".", *paths)):
        yield f"{place.mounted(path)}:{in_image(_SOURCE, context.below(path))}:ro,z"
