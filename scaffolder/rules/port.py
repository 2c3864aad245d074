"""The port that the main process listens on inside the container."""

from __future__ import annotations

from scaffolder.decisions import APPLICATION, COMMAND, FRAMEWORK, PORT, SERVER
from scaffolder.knowledge.frameworks import FRAMEWORKS
from scaffolder.model.code import PortUse
from scaffolder.model.decision import Decision, Decisions
from scaffolder.model.project import Project
from scaffolder.rules.beside import PORT_IN_COMMAND, declared, port_in
from scaffolder.rules.container import command_of
from scaffolder.rules.context import Context, default, inferred
from scaffolder.rules.runnable import find_runnable

#: https://www.w3.org/Daemon/User/Installation/PrivilegedPorts.html
_FIRST_OPEN = 1024


def decide_port(context: Context, decisions: Decisions) -> Decision[int]:
    """The port from the code, the Procfile, a hand-written container file or Streamlit's configuration, else the
    framework's own; 0 for none. What serves itself listens where its code says, whatever a container file says."""
    said = declared(context, decisions, PORT, "port")
    if said is not None:
        return said
    command = declared(context, decisions, COMMAND, "command")
    if command is not None and port_in(command.value):
        return Decision(key=PORT, value=port_in(command.value), source=command.source, evidence=command.evidence)
    project = context.project
    framework = decisions[FRAMEWORK]
    if framework != "none" and FRAMEWORKS[framework].interface == "worker":
        return default(PORT, 0, "a worker does not listen")
    if framework == "streamlit" and project.streamlit_port:
        return inferred(PORT, project.streamlit_port, ".streamlit/config.toml server.port")
    for entry in project.procfile:
        found = PORT_IN_COMMAND.search(entry.command) if entry.name == "web" else None
        if found and 0 < int(found[1]) < 65536:
            return inferred(PORT, int(found[1]), f"Procfile:{entry.line} web: {entry.command}")
    written = _written(project, decisions[APPLICATION])
    if written is not None and decisions[SERVER] != "none":
        return written
    runnable = find_runnable(project, decisions[APPLICATION])
    use = _use(project.code.ports, runnable.path if runnable is not None else "", served=framework != "none")
    if use is not None:
        return inferred(PORT, use.port, f"{use.place}: {use.via}")
    if written is not None:
        return written
    if framework == "none" and decisions[SERVER] == "none":
        return default(PORT, 0, "nothing in the code listens")
    return default(PORT, FRAMEWORKS[framework].port, f"the default of {framework}")


def _written(project: Project, application: str) -> Decision[int] | None:
    """The port of the command that starts the application, else the only one that the container exposes.

    Ports that only root may open everywhere are left out: the image runs as another user.
    """
    started = command_of(project, application)
    port = port_in(started.command.words) if started is not None else 0
    if started is not None and port >= _FIRST_OPEN:
        return inferred(PORT, port, started.runnable.evidence)
    exposed = {said.value: said.place for said in reversed(project.container.ports) if int(said.value) >= _FIRST_OPEN}
    if len(exposed) != 1:
        return None
    value, place = next(iter(exposed.items()))
    return inferred(PORT, int(value), f"{place}: port {value}")


def _use(ports: tuple[PortUse, ...], path: str, *, served: bool) -> PortUse | None:
    """The use that counts: in the application's own file, else the only port that the whole code names."""
    own = [use for use in ports if use.place.path == path]
    if own:
        return own[0]
    if served and len({use.port for use in ports}) == 1:
        return ports[0]
    return None
