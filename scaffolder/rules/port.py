"""The port that the main process listens on inside the container."""

from __future__ import annotations

from scaffolder.decisions import APPLICATION, COMMAND, FRAMEWORK, PORT, SERVER
from scaffolder.knowledge.frameworks import FRAMEWORKS
from scaffolder.model.code import PortUse
from scaffolder.model.decision import Decision, Decisions
from scaffolder.rules.beside import PORT_IN_COMMAND, declared, port_in
from scaffolder.rules.context import Context, default, inferred
from scaffolder.rules.runnable import find_runnable


def decide_port(context: Context, decisions: Decisions) -> Decision[int]:
    """The port from the code, the Procfile or Streamlit's configuration, else the framework's own; 0 for none."""
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
    runnable = find_runnable(project, decisions[APPLICATION])
    use = _use(project.code.ports, runnable.path if runnable is not None else "", served=framework != "none")
    if use is not None:
        return inferred(PORT, use.port, f"{use.place}: {use.via}")
    if framework == "none" and decisions[SERVER] == "none":
        return default(PORT, 0, "nothing in the code listens")
    return default(PORT, FRAMEWORKS[framework].port, f"the default of {framework}")


def _use(ports: tuple[PortUse, ...], path: str, *, served: bool) -> PortUse | None:
    """The use that counts: in the application's own file, else the only port that the whole code names."""
    own = [use for use in ports if use.place.path == path]
    if own:
        return own[0]
    if served and len({use.port for use in ports}) == 1:
        return ports[0]
    return None
