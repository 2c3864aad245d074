"""The health check: a route of the application, else whether the port answers."""

from __future__ import annotations

from scaffolder.decisions import APPLICATION, FRAMEWORK, HEALTH_CHECK, PORT, SERVER
from scaffolder.knowledge.health import HEALTH_PATHS
from scaffolder.knowledge.servers import SERVERS
from scaffolder.model.decision import Decision, Decisions
from scaffolder.rules.beside import declared
from scaffolder.rules.code_processes import framework_path, ping_of
from scaffolder.rules.context import Context, default, inferred
from scaffolder.rules.server import served_command


def decide_health_check(context: Context, decisions: Decisions) -> Decision[str]:
    """A path that the application surely serves, `tcp` when none is known, `none` for what does not listen.

    Django answers 400 to a host that is not in ALLOWED_HOSTS, so for it only the port is asked.
    """
    said = declared(context, decisions, HEALTH_CHECK, "health_check")
    if said is not None:
        return said
    if decisions[SERVER] == "celery":
        command = served_command(SERVERS["celery"], decisions[APPLICATION], 0)
        if ping_of(context.project, command) == "ping":
            return inferred(HEALTH_CHECK, "ping", "a worker of Celery answers `celery inspect ping`")
    if not decisions[PORT]:
        return default(HEALTH_CHECK, "none", "nothing listens")
    framework = decisions[FRAMEWORK]
    own = framework_path(context.project, framework)
    if own:
        return inferred(HEALTH_CHECK, own, f"{framework} answers there")
    if framework == "django":
        return default(HEALTH_CHECK, "tcp", "ALLOWED_HOSTS may refuse a request from inside the container")
    application = decisions[APPLICATION].removesuffix("()")
    routes = {route.path: route for route in context.project.code.routes if route.application == application}
    for path in HEALTH_PATHS:
        if path in routes:
            return inferred(HEALTH_CHECK, path, f"{routes[path].place}: GET {path}")
    return default(HEALTH_CHECK, "tcp", "no health route was found")
