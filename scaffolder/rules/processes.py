"""The processes beside the main one: workers that the code defines, and the other lines of the Procfile."""

from __future__ import annotations

import shlex

from scaffolder.decisions import APPLICATION, FRAMEWORK, PORT, PROCESSES, Process
from scaffolder.knowledge.frameworks import FRAMEWORKS
from scaffolder.knowledge.servers import SERVERS
from scaffolder.model.decision import Decision, Decisions
from scaffolder.rules.command import served_command
from scaffolder.rules.context import Context, default, inferred
from scaffolder.rules.runnable import runnables
from scaffolder.rules.server import interface_of

#: The line of a Procfile that runs once, before the others, and the one that is the main process wherever it stands.
_NOT_BESIDE = ("release", "web")


def decide_processes(context: Context, decisions: Decisions) -> Decision[tuple[Process, ...]]:
    """The Procfile's processes where it has any besides the main one, else one worker for each worker application."""
    processes = _procfile(context, main_process_name(decisions)) or _workers(context, decisions)
    if not processes:
        return default(PROCESSES, (), "one process")
    return inferred(PROCESSES, processes, *(f"{process.name}: {process.evidence}" for process in processes))


def main_process_name(decisions: Decisions) -> str:
    """The main process's name in Compose: `web` when it listens, `worker` when it takes jobs, else `app`."""
    framework = decisions[FRAMEWORK]
    if decisions[PORT]:
        return "web"
    return "worker" if framework != "none" and FRAMEWORKS[framework].interface == "worker" else "app"


def _procfile(context: Context, main: str) -> tuple[Process, ...]:
    processes = []
    for entry in context.project.procfile:
        try:
            words = shlex.split(entry.command)
        except ValueError:
            continue
        if words and entry.name not in (*_NOT_BESIDE, main):
            needs_shell = any(char in entry.command for char in "$&|;<>()`")
            command = ("sh", "-c", entry.command) if needs_shell else tuple(words)
            processes.append(
                Process(name=_service_name(entry.name), command=command, evidence=f"Procfile:{entry.line}")
            )
    return tuple(processes)


def _service_name(name: str) -> str:
    return "".join(char if char.isalnum() and char.isascii() else "-" for char in name.lower()).strip("-") or "worker"


def _workers(context: Context, decisions: Decisions) -> tuple[Process, ...]:
    """The best worker application of each kind, unless the main process is one itself."""
    main = decisions[FRAMEWORK]
    if main == "none" or FRAMEWORKS[main].interface == "worker":
        return ()
    installed = context.installed(decisions)
    processes: dict[str, Process] = {}
    for runnable in runnables(context.project):
        framework = FRAMEWORKS.get(runnable.framework)
        if framework is None or framework.interface != "worker" or runnable.text == decisions[APPLICATION]:
            continue
        server = SERVERS.get(interface_of(runnable.framework, runnable.text))
        if server is None or any(need not in installed for need in server.needs) or runnable.framework in processes:
            continue
        processes[runnable.framework] = Process(
            name="worker" if not processes else f"{runnable.framework}-worker",
            command=served_command(server, runnable.text, 0),
            evidence=runnable.evidence,
        )
    return tuple(processes.values())
