"""The server, and how many processes it runs."""

from __future__ import annotations

from collections.abc import Container
from functools import reduce

from scaffolder.decisions import APPLICATION, FRAMEWORK, GROUPS, PORT, PROXY, PYTHON, SERVER, WORKERS
from scaffolder.knowledge.frameworks import FRAMEWORKS
from scaffolder.knowledge.servers import FALLBACKS, SERVERS, FactoryStyle, Pin, Server
from scaffolder.model.decision import Decision, Decisions
from scaffolder.model.project import Project
from scaffolder.rules.container import command_of, servers_of
from scaffolder.rules.context import Context, default, inferred, locked


def decide_server(context: Context, decisions: Decisions) -> Decision[str]:
    """The first server of the table that can serve the framework and is locked; `none` for what runs by itself.

    One that a hand-written container file starts comes before the others.
    """
    framework = decisions[FRAMEWORK]
    application = decisions[APPLICATION]
    if framework == "none":
        return default(SERVER, "none", f"{application} runs by itself")
    installed = context.installed(decisions)
    interface = interface_of(context.project, framework, application)
    factory = application.endswith("()")
    started = command_of(context.project, application)
    if started is not None:
        for name, server in servers_of(started.command):
            if _serves(server, interface, factory=factory) and not missing_needs(name, installed):
                return inferred(
                    SERVER, name, started.runnable.evidence, *(locked(installed[need]) for need in server.needs)
                )
    asked_for = _asked_for(context, decisions)
    for name, server in SERVERS.items():
        if not server.is_inferred or not _serves(server, interface, factory=factory):
            continue
        if server.asked_for_by and asked_for.isdisjoint(server.asked_for_by):
            continue
        if not missing_needs(name, installed):
            return inferred(SERVER, name, *(locked(installed[need]) for need in server.needs))
    pin = fallback(interface, decisions[PYTHON])
    if pin is not None:
        return inferred(SERVER, pin.server, f"poetry.lock has no production server for {interface.upper()}")
    return default(SERVER, "none", f"{framework} serves itself")


def missing_needs(name: str, present: Container[str]) -> tuple[str, ...]:
    """The distributions that a server needs and that are not `present`, as the table has them; () for `none`."""
    return tuple(need for need in SERVERS[name].needs if need not in present) if name != "none" else ()


def decide_workers(context: Context, decisions: Decisions) -> Decision[int]:
    """`auto` for a server that forks; one process otherwise."""
    name = decisions[SERVER]
    if name != "none" and SERVERS[name].forks:
        return default(WORKERS, 0, "sized from the container's CPU and memory limits")
    return default(WORKERS, 1, "one process; run more containers to scale")


def interface_of(project: Project, framework: str, application: str) -> str:
    """What a server must speak for an application: `wsgi`, `asgi`, or the framework's own name.

    Django speaks either, and the module says which: https://docs.djangoproject.com/en/stable/howto/deployment/
    The settings may give the one for ASGI any name: https://channels.readthedocs.io/en/stable/installation.html
    """
    if framework == "django":
        module = application.partition(":")[0]
        return "asgi" if module.endswith("asgi") or module in {item.asgi for item in project.code.django} else "wsgi"
    own = any(framework in server.interfaces for server in SERVERS.values())
    return framework if own else FRAMEWORKS[framework].interface


def fallback(interface: str, python: str) -> Pin | None:
    """The pinned server to add for an interface on a Python, None when there is none."""
    return next((pin for pin in FALLBACKS.get(interface, ()) if runs_on(pin, python)), None)


def runs_on(pin: Pin, python: str) -> bool:
    """Whether every requirement of the pin supports that Python."""
    major, minor = python.split(".")[:2]
    return (int(major), int(minor)) >= pin.python


def served_command(server: Server, application: str, port: int) -> tuple[str, ...]:
    """The command with which a server serves an application on a port."""
    factory = application.endswith("()")
    bare = application.removesuffix("()")
    values = {
        "{target}": application if server.factory_style is FactoryStyle.CALL else bare,
        "{script}": bare,
        "{module}": bare.partition(":")[0],
        "{dotted}": bare.replace(":", "."),
        "{port}": str(port),
    }
    words: list[str] = []
    for word in server.command:
        if factory and "{target}" in word and server.factory_flag:
            words.append(server.factory_flag)
        words.append(reduce(lambda text, item: text.replace(*item), values.items(), word))
    return tuple(words)


def workers_words(server: Server, workers: int) -> tuple[str, ...]:
    """The option that starts so many worker processes; () for one, and for a server that has no such option."""
    return (f"{server.workers_option}={workers}",) if server.workers_option and workers > 1 else ()


def setup_command(server: Server, decisions: Decisions) -> tuple[str, ...]:
    """The lines of what the image runs once when it is built, so that the server can start; () for nothing."""
    lines = tuple(line.replace("{port}", str(decisions[PORT])) for line in server.setup)
    proxied = server.behind_proxy if decisions[PROXY] != "none" else ()
    return (*lines, *proxied, *workers_words(server, decisions[WORKERS])) if lines else ()


def _asked_for(context: Context, decisions: Decisions) -> set[str]:
    """The names that the installed groups themselves ask for."""
    groups = (context.project.manifest.group(name) for name in decisions[GROUPS])
    return {dependency.name for group in groups if group is not None for dependency in group.dependencies}


def _serves(server: Server, interface: str, *, factory: bool) -> bool:
    return interface in server.interfaces and (not factory or server.factory_style is not FactoryStyle.NONE)
