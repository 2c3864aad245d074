"""Which backing service an endpoint of the code means, and what its variable has to hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from scaffolder.decisions import SERVICES
from scaffolder.knowledge.clients import GENERAL_CLIENTS
from scaffolder.knowledge.services import SERVICES as TABLE
from scaffolder.knowledge.services import STANDS_FOR, Service
from scaffolder.model.code import Endpoint
from scaffolder.model.decision import Decisions
from scaffolder.model.message import Level, Message
from scaffolder.model.project import Project
from scaffolder.rules.context import Context

#: Names of this machine, in a container of the container itself.
_LOCAL = ("localhost", "127.0.0.1", "0.0.0.0", "::1")  # noqa: S104 - read, not bound
_HOST = re.compile(r"(?:[a-z0-9+]+://)?(?:[^@/]*@)?\[?([A-Za-z0-9_.-]+|::1)\]?(?:[:/?]|$)")
#: What Docker's name server takes for the name of a container; one with a dot lies elsewhere.
_LABEL = re.compile(r"[a-z0-9][a-z0-9_-]*")
_ADDRESS = re.compile(r"[\w.-]+:\d+")
_PLACES = frozenset({"address", "host", "node", "result", "url"})
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
    """The service, "" where that cannot be told, or where it is none: a file, a store in the cloud, what is not
    installed."""
    scheme, separator, rest = endpoint.value.partition("://")
    services = [name for name in endpoint.services if _is_driven(name, installed)]
    if separator and scheme not in ("http", "https"):
        return next((name for name in services if scheme in TABLE[name].schemes), "")
    if separator and "." in rest.partition("/")[0] and _host(endpoint.value) not in _LOCAL:
        return ""
    if endpoint.role in ("result", "url") and endpoint.value and not (separator or _ADDRESS.fullmatch(endpoint.value)):
        return ""  # `django-db`, `memory`
    if len(endpoint.services) == 1:
        return services[0] if services else ""
    # MariaDB and Valkey are reached with the drivers of MySQL and Redis.
    usual = [name for name in endpoint.services if name not in STANDS_FOR]
    driven = [name for name in usual if any(package in installed for package in TABLE[name].distributions)]
    if len(driven) == 1:
        return driven[0]
    # Celery and Kombu bring the driver of RabbitMQ with them; results are kept elsewhere.
    return "rabbitmq" if not driven and "rabbitmq" in services and endpoint.role != "result" else ""


def _is_driven(name: str, installed: Collection[str]) -> bool:
    """Whether a client of the service is installed."""
    return any(item in installed for item in (*TABLE[name].distributions, *GENERAL_CLIENTS.get(name, ())))


def _host(address: str) -> str:
    """The host of a URL or an address, "" for what is none."""
    found = _HOST.match(address)
    return found[1] if found else ""


def endpoints_of(name: str, project: Project, installed: Collection[str]) -> Iterator[Endpoint]:
    """The endpoints that mean a service, or one that it stands in for, by place."""
    names = {name, STANDS_FOR.get(name, name)}
    return (endpoint for endpoint in project.code.endpoints if meant(endpoint, installed) in names)


def template_of(endpoint: Endpoint, service: Service) -> str:
    """What the endpoint's variable has to hold, with the placeholders of the service's table; "" for nothing."""
    default, is_url = endpoint.value, "://" in endpoint.value
    if endpoint.role == "engine":
        return f"django.db.backends.{service.django_engines[0]}" if service.django_engines else ""
    if endpoint.role == "number" or (endpoint.role == "database" and "{number}" in service.url):
        return default if default.isdecimal() else "0"
    if endpoint.role == "database" and "{database}" not in service.url:
        return ""
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


def names_in_the_code(name: str, context: Context, decisions: Decisions) -> tuple[str, ...]:
    """The hosts, sorted, that the code itself names for a service: Compose can let it be found under them.

    Not that of a service or a name of this machine; nor one that the code names with a user, a password or a database
    of its own, which would not be those of the service.
    """
    return _reached(name, tuple(endpoints_of(name, context.project, context.installed(decisions))), decisions)


def hard_coded(context: Context, decisions: Decisions) -> Iterator[Message]:
    """Addresses that are written in the code: neither a variable nor its name leads a container to the service."""
    installed = context.installed(decisions)
    for name in decisions[SERVICES]:
        endpoints = tuple(endpoints_of(name, context.project, installed))
        reached = ("", name, *_reached(name, endpoints, decisions))
        hosts = {f"{endpoint.place} ({_host(endpoint.value)})": _host(endpoint.value) for endpoint in _fixed(endpoints)}
        places = [place for place, host in hosts.items() if host in _LOCAL or (host not in reached and "." not in host)]
        if not places:
            continue
        shown = ", ".join(places[:3]) + (f" and {len(places) - 3} more" if len(places) > 3 else "")
        yield Message(
            level=Level.WARNING,
            code="hard-coded-address",
            text=f"The code has a fixed address of {name}, at which a container does not find it: {shown}.",
            hint=f"Read it from the environment, with this one as the default: "
            f'os.environ.get("{next(iter(TABLE[name].variables))}", ...). Then run: scaffold update',
        )


def _reached(name: str, endpoints: Sequence[Endpoint], decisions: Decisions) -> tuple[str, ...]:
    """See `names_in_the_code`; `endpoints` are those of the service."""
    taken = {*_LOCAL, *decisions[SERVICES]}
    found = {
        host
        for endpoint in _fixed(endpoints)
        if (host := _host(endpoint.value)) not in taken
        and _LABEL.fullmatch(host)
        and "@" not in endpoint.value
        and not _has_own_login(endpoint, name, endpoints)
    }
    return tuple(sorted(found))


def _fixed(endpoints: Sequence[Endpoint]) -> list[Endpoint]:
    """The addresses that are written in the code. A file that also reads one from a variable chooses:
    `DevelopmentConfig` and `ProductionConfig`."""
    found = [endpoint for endpoint in endpoints if endpoint.role in _PLACES]
    chosen = {(endpoint.place.path, endpoint.via) for endpoint in found if endpoint.variable}
    return [endpoint for endpoint in found if (endpoint.place.path, endpoint.via) not in chosen]


def _has_own_login(address: Endpoint, name: str, endpoints: Sequence[Endpoint]) -> bool:
    """Whether the code has a user, a password or a database of the service beside the address."""
    roles = {"user", "password", *(["database"] if "{database}" in TABLE[name].url else [])}
    return any(
        item.role in roles and item.value and not item.variable
        for item in endpoints
        if (item.place.path, item.via) == (address.place.path, address.via)
    )
