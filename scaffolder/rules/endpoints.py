"""Which backing service an endpoint of the code means, and what its variable has to hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from scaffolder.decisions import SERVICES
from scaffolder.knowledge.services import SERVICES as TABLE
from scaffolder.knowledge.services import Service
from scaffolder.model.code import Endpoint
from scaffolder.model.decision import Decisions
from scaffolder.model.message import Level, Message
from scaffolder.model.project import Project
from scaffolder.rules.context import Context

#: Where nobody listens inside of a container but the process itself.
_LOCAL = re.compile(
    r"(?:[a-z0-9+]+://)?(?:[^@/]*@)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[?::1\]?)(?:[:/].*)?", re.DOTALL
)
_ADDRESS = re.compile(r"[\w.-]+:\d+")
_ROLES = {
    "url": "{url}",
    "result": "{url}",
    "host": "{host}",
    "port": "{port}",
    "address": "{host}:{port}",
    "user": "{user}",
    "password": "{password}",
    "database": "{database}",
}


def meant(endpoint: Endpoint, installed: Collection[str]) -> str:
    """The service, "" where that cannot be told, or where it is none: a file, a store in the cloud."""
    scheme, separator, rest = endpoint.value.partition("://")
    if separator and scheme not in ("http", "https"):
        return next((name for name in endpoint.services if scheme in TABLE[name].schemes), "")
    if separator and not _LOCAL.fullmatch(endpoint.value) and "." in rest.partition("/")[0]:
        return ""
    if len(endpoint.services) == 1:
        return endpoint.services[0]
    # MariaDB and Valkey are reached with the drivers of MySQL and Redis.
    usual = [name for name in endpoint.services if name not in ("mariadb", "valkey")] or list(endpoint.services)
    driven = [name for name in usual if any(package in installed for package in TABLE[name].distributions)]
    if len(driven) == 1:
        return driven[0]
    # Celery and Kombu bring the driver of RabbitMQ with them; results are kept elsewhere.
    return usual[-1] if not driven and usual[-1] == "rabbitmq" and endpoint.role != "result" else ""


def endpoints_of(name: str, project: Project, installed: Collection[str]) -> Iterator[Endpoint]:
    """The endpoints that mean a service, or one that it stands in for, by place."""
    others = {"mariadb": "mysql", "valkey": "redis"}
    names = {name, others.get(name, name)}
    return (endpoint for endpoint in project.code.endpoints if meant(endpoint, installed) in names)


def template_of(endpoint: Endpoint, service: Service) -> str:
    """What the endpoint's variable has to hold, with the placeholders of the service's table; "" for nothing."""
    default, is_url = endpoint.value, "://" in endpoint.value
    if endpoint.role == "engine":
        return f"django.db.backends.{service.django_engines[0]}" if service.django_engines else ""
    if endpoint.role == "number":
        return default if default.isdecimal() else "0"
    if endpoint.role == "user" and _has_fixed_user(service):
        return service.authentication.userinfo.partition(":")[0] if service.authentication is not None else ""
    if endpoint.role not in ("url", "node", "address", "result"):
        return _ROLES.get(endpoint.role, "")
    if is_url:
        return "{url}"
    if default:
        return "{host}:{port}" if endpoint.role == "address" or _ADDRESS.fullmatch(default) else "{host}"
    if endpoint.role == "node":
        return "{host}:{port}" if service.schemes[:1] == ("memcached",) else "{url}"
    return _ROLES[endpoint.role]


def _has_fixed_user(service: Service) -> bool:
    credentials = service.authentication.credentials if service.authentication is not None else ()
    return not any(item.key == "user" for item in credentials)


def hard_coded(context: Context, decisions: Decisions) -> Iterator[Message]:
    """Addresses of this machine that are written in the code: no variable leads a container to the service."""
    installed = context.installed(decisions)
    for name in decisions[SERVICES]:
        found = [
            endpoint
            for endpoint in endpoints_of(name, context.project, installed)
            if endpoint.role in ("address", "host", "node", "result", "url")
        ]
        # A file that also reads it chooses: `DevelopmentConfig` and `ProductionConfig`.
        chosen = {(endpoint.place.path, endpoint.via) for endpoint in found if endpoint.variable}
        places = dict.fromkeys(
            f"{endpoint.place} ({endpoint.via})"
            for endpoint in found
            if (endpoint.place.path, endpoint.via) not in chosen and _LOCAL.fullmatch(endpoint.value)
        )
        if not places:
            continue
        shown = ", ".join([*places][:3]) + (f" and {len(places) - 3} more" if len(places) > 3 else "")
        yield Message(
            level=Level.WARNING,
            code="hard-coded-address",
            text=f"{name} is asked for at localhost: {shown}. In a container that is the container itself.",
            hint=f"Read the address from the environment, and keep localhost as the default: "
            f'os.environ.get("{next(iter(TABLE[name].variables))}", ...). Then run: scaffold update',
        )
