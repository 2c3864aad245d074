"""The health check: a route of the application, else whether the port answers."""

from __future__ import annotations

from scaffolder.decisions import APPLICATION, FRAMEWORK, HEALTH_CHECK, PORT
from scaffolder.knowledge.health import FRAMEWORK_PATHS, HEALTH_PATHS
from scaffolder.model.decision import Decision, Decisions
from scaffolder.rules.context import Context, default, inferred


def decide_health_check(context: Context, decisions: Decisions) -> Decision[str]:
    """A path that the application surely serves, `tcp` when none is known, `none` for what does not listen.

    Django answers 400 to a host that is not in ALLOWED_HOSTS, so for it only the port is asked.
    """
    if not decisions[PORT]:
        return default(HEALTH_CHECK, "none", "nothing listens")
    framework = decisions[FRAMEWORK]
    if framework in FRAMEWORK_PATHS:
        return inferred(HEALTH_CHECK, FRAMEWORK_PATHS[framework], f"{framework} answers there")
    if framework == "django":
        return default(HEALTH_CHECK, "tcp", "ALLOWED_HOSTS may refuse a request from inside the container")
    application = decisions[APPLICATION].removesuffix("()")
    routes = {route.path: route for route in context.project.code.routes if route.application == application}
    for path in HEALTH_PATHS:
        if path in routes:
            return inferred(HEALTH_CHECK, path, f"{routes[path].place}: GET {path}")
    return default(HEALTH_CHECK, "tcp", "no health route was found")
