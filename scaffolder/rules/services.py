"""Backing services: what the code connects to, and the variables through which it learns where that is."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from scaffolder.decisions import CONNECTIONS, ENVIRONMENT, SERVICES, Connection, EnvironmentVariable
from scaffolder.knowledge.services import SERVICES as TABLE
from scaffolder.knowledge.services import SQL_SERVICES, STANDS_FOR, Service, service_of
from scaffolder.model.decision import Decision, Decisions
from scaffolder.model.message import Level, Message
from scaffolder.model.project import Project
from scaffolder.rules.beside import beside
from scaffolder.rules.code_processes import MLFLOW
from scaffolder.rules.context import Context, default, inferred, locked
from scaffolder.rules.endpoints import endpoints_of, template_of
from scaffolder.source.clients import SQLALCHEMY_ASYNCIO

#: `DATABASE_ASYNC_URL`, `SYNC_DATABASE_URL`.
_DRIVER_KIND = re.compile(r"(?<![A-Z0-9])A?SYNC_|_A?SYNC(?![A-Z0-9])")


def decide_services(context: Context, decisions: Decisions) -> Decision[tuple[str, ...]]:
    """The services that the code uses, in the order of the table.

    A client library alone is weak evidence: the code must import it, name its URL scheme, configure it in Django's
    settings, or read a variable of its own, or the project's own Compose file runs the service.
    """
    evidence = dict(_used(context, decisions))
    for process in beside(context, decisions):
        evidence.update((name, f"{process.name} depends on it") for name in process.depends_on if name in TABLE)
    if not evidence:
        return default(SERVICES, (), "the code connects to none")
    return inferred(SERVICES, tuple(evidence), *(f"{name}: {reason}" for name, reason in evidence.items()))


def _used(context: Context, decisions: Decisions) -> Iterator[tuple[str, str]]:
    found: set[str] = set()
    for name, service in TABLE.items():
        if STANDS_FOR.get(name) in found:
            continue
        reason = _reason(name, service, context, decisions)
        if reason:
            found.add(name)
            yield _as_written(context.project, name), reason


def _reason(name: str, service: Service, context: Context, decisions: Decisions) -> str:
    """Why the code needs a service, "" when it does not."""
    code = context.project.code
    installed = context.installed(decisions)
    client = next((package for package in service.distributions if package in installed), "")
    for use in code.clients:
        if _is_own_scheme(name, use.client) and (client or name not in SQL_SERVICES):
            return f"{use.place}: {use.client}"
        if client and use.client in service.imports and not _is_shared(name, use.client):
            return f"{use.place}: import {use.client}"
    for django in code.django:
        engine = next((engine for engine in django.engines if engine in service.django_engines), "")
        if engine and not _is_shared_engine(name, engine):
            return f"{django.settings}: {engine}"
        if not django.engines and client and _is_only_sql(name, installed):
            return f"{django.settings}: DATABASES; {locked(installed[client])}"
    endpoints = endpoints_of(name, context.project, installed)
    told = (
        item for item in endpoints if item.role not in ("password", "user") and (item.role or len(item.services) == 1)
    )
    endpoint = next(told, None)
    if endpoint is not None or not client:
        return f"{endpoint.place}: {endpoint.via}" if endpoint is not None else ""
    called = _called_so(name, service, context, decisions)
    return f"{called}; {locked(installed[client])}" if called else ""


def _called_so(name: str, service: Service, context: Context, decisions: Decisions) -> str:
    """A variable or a service of the project's own Compose file that is called like a service, "" for none."""
    is_only_sql = _is_only_sql(name, context.installed(decisions))
    keeps_a_file = is_only_sql and _keeps_a_file(context.project)
    for variable in context.project.code.variables:
        if variable.default and "://" in variable.default and not _has_scheme(service, variable.default):
            continue
        known = variable.name.partition("_")[2] if variable.via == "flask" else variable.name
        # Beside an address of SQLite, `OLD_DB_URL` may be that of another program.
        is_called_so = _plain(known) in service.variables if keeps_a_file else bool(_template(service, known))
        if _is_own_variable(name, known) or (is_only_sql and is_called_so):
            return f"{variable.place} reads {variable.name}"
    return _written(context.project, name)


def _keeps_a_file(project: Project) -> bool:
    """Whether a variable leads to a database of SQLite, but for one that tests use."""
    defaults = (item.default or "" for item in project.code.variables if not _is_for_tests(item.name))
    return any(default.startswith("sqlite") and ":memory:" not in default for default in defaults)


def _is_for_tests(variable: str) -> bool:
    """Whether a variable is called like one of the project's tests: `TEST_DATABASE_URL`."""
    return not {"TEST", "TESTS", "TESTING"}.isdisjoint(variable.upper().split("_"))


def _written(project: Project, name: str) -> str:
    """Where a hand-written Compose file runs a service, "" when none does."""
    return next(
        (f"{said.place}: {said.image}" for said in project.container.services if service_of(said.image) == name), ""
    )


def _as_written(project: Project, name: str) -> str:
    """The service, or the one that the project's own Compose file runs in its place: MariaDB for MySQL."""
    others = [other for other, stands_for in STANDS_FOR.items() if stands_for == name and _written(project, other)]
    return others[0] if others and not _written(project, name) else name


def _stand_ins(name: str) -> frozenset[str]:
    return frozenset(other for other, stands_for in STANDS_FOR.items() if stands_for == name)


def _is_own_scheme(name: str, client: str) -> bool:
    """Whether a client is a URL scheme that means this service and no other."""
    scheme = client.removesuffix("://")
    if scheme == client or scheme in ("http", "https"):
        return False
    return next((other for other, row in TABLE.items() if scheme in row.schemes), "") == name


def _is_shared(name: str, module: str) -> bool:
    """Whether an import stands for an earlier service of the table."""
    return next(other for other, row in TABLE.items() if module in row.imports) != name


def _is_shared_engine(name: str, engine: str) -> bool:
    return next(other for other, row in TABLE.items() if engine in row.django_engines) != name


def _is_own_variable(name: str, variable: str) -> bool:
    """Whether the table of this service is the first that names the variable, and says more than `DB_HOST`."""
    owner = next((other for other, row in TABLE.items() if variable in row.variables), "")
    sql = all(variable in TABLE[other].variables for other in SQL_SERVICES)
    return owner == name and not sql


def _is_only_sql(name: str, installed: Collection[str]) -> bool:
    """Whether the drivers of this SQL database are the only ones installed."""
    if name not in SQL_SERVICES:
        return False
    databases = [other for other in SQL_SERVICES if other not in STANDS_FOR]
    return [other for other in databases if any(d in installed for d in TABLE[other].distributions)] == [name]


def _has_scheme(service: Service, url: str) -> bool:
    return url.partition("://")[0] in service.schemes


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pointer:
    """A variable that points to a service."""

    variable: EnvironmentVariable
    #: Of its value, with the placeholders of the service's table.
    template: str
    #: What it holds without Compose.
    default: str
    #: The scheme that its reader wants, "" for the usual one.
    scheme: str = ""


def decide_connections(context: Context, decisions: Decisions) -> Decision[tuple[Connection, ...]]:
    """For each service, the variables that the code reads to find it, with the address inside Compose.

    What is handed to a client counts before what is only called like a variable of the service.
    """
    connections: dict[str, Connection] = {}
    handed = {name: tuple(_handed(name, context, decisions)) for name in decisions[SERVICES]}
    variables: tuple[EnvironmentVariable, ...] = decisions[ENVIRONMENT]
    order = {variable.name: index for index, variable in enumerate(variables)}
    claimed = {pointer.variable.name for pointers in handed.values() for pointer in pointers}
    for name, pointers in handed.items():
        found = (*pointers, *_siblings(pointers, decisions, claimed), *_named(name, decisions, claimed))
        ordered = sorted(found, key=lambda item: order[item.variable.name])
        for connection in _connected(name, ordered, context, decisions):
            connections.setdefault(connection.variable, connection)
    for process in beside(context, decisions):
        if process.command[0] == MLFLOW and process.port:
            address = f"http://{process.name}:{process.port}"
            name, place = _tracking_variable(context)
            connections[name] = Connection(variable=name, value=address, service=process.name, evidence=place)
    if not connections:
        return default(CONNECTIONS, (), "no variable that the code reads names a service")
    settled = tuple(connections.values())
    return inferred(CONNECTIONS, settled, *(f"{item.variable} → {item.service} ({item.evidence})" for item in settled))


def _connected(name: str, pointers: Sequence[_Pointer], context: Context, decisions: Decisions) -> Iterator[Connection]:
    """The connections of one service.

    Where the code reads the host by itself, a URL without a default is put together from the parts, and left alone.
    """
    templates = {pointer.template for pointer in pointers}
    lists = _json_lists(context.project)
    for pointer in pointers:
        variable, template = pointer.variable, pointer.template
        if template == "{url}" and "{host}" in templates and not variable.required and not pointer.default:
            continue
        if _is_for_tests(variable.name) and not variable.required:  # they empty the database that they are given
            continue
        if (pointer.scheme or "://" in pointer.default) and "://" not in TABLE[name].url:
            template = template.replace("{url}", "{scheme}://{url}")
        value = filled(
            name,
            template,
            decisions,
            pointer.scheme or _scheme_of(name, variable, context, decisions),
            path=_path_of(pointer.default),
            logs_in="{password}" in templates,
        )
        if value:
            value = json.dumps([value]) if variable.name in lists else value
            yield Connection(variable=variable.name, value=value, service=name, evidence=variable.evidence)


def _json_lists(project: Project) -> frozenset[str]:
    """The variables from which pydantic reads a list, as JSON:
    https://docs.pydantic.dev/latest/concepts/pydantic_settings/#parsing-environment-variable-values"""
    return frozenset(
        variable.name
        for variable in project.code.variables
        if variable.type == "list" and variable.via == "pydantic-settings"
    )


def _handed(name: str, context: Context, decisions: Decisions) -> Iterator[_Pointer]:
    """The variables that the code hands to a client of the service, each once."""
    known = {variable.name: variable for variable in decisions[ENVIRONMENT]}
    for endpoint in endpoints_of(name, context.project, context.installed(decisions)):
        template = template_of(endpoint, TABLE[name])
        if endpoint.variable in known and template:
            variable = known.pop(endpoint.variable)
            default = endpoint.value or variable.default
            scheme = "" if "://" in default else endpoint.scheme
            yield _Pointer(variable=variable, template=template, default=default, scheme=scheme)


def _path_of(url: str) -> str:
    """What stands behind the host in a URL: the number of a database, or its name."""
    found = re.search(r"://[^/]+/([\w-]+)", url)
    return found[1] if found else ""


def _tracking_variable(context: Context) -> tuple[str, str]:
    """The variable that holds the address of the tracking server, and where it is read; MLflow itself reads the usual
    one: https://mlflow.org/docs/latest/ml/tracking/"""
    signs = [sign for sign in context.project.code.signs if sign.kind == MLFLOW]
    named = next((sign for sign in signs if sign.name), None)
    if named is not None:
        return named.name, str(named.place)
    return "MLFLOW_TRACKING_URI", str(signs[0].place) if signs else MLFLOW


def _siblings(handed: Sequence[_Pointer], decisions: Decisions, claimed: Collection[str]) -> Iterator[_Pointer]:
    """The host and the port beside the other of them, or beside a user and a password, that are handed to a client:
    `RB_HOST` beside `RB_PORT`.

    A function or a class of the project's own often stands between them and the client.
    """
    users, passwords, hosts, ports = (
        {pointer.variable.name.upper().rpartition("_")[0] for pointer in handed if pointer.template == part}
        for part in ("{user}", "{password}", "{host}", "{port}")
    )
    parts = {
        f"{stem}_{word}": template
        for stem in ((users & passwords) | hosts | ports) - {""}
        for word, template in (("HOST", "{host}"), ("HOSTNAME", "{host}"), ("PORT", "{port}"))
    }
    for variable in decisions[ENVIRONMENT]:
        template = parts.get(variable.name.upper(), "")
        if template and variable.name not in claimed:
            yield _Pointer(variable=variable, template=template, default=variable.default)


def _named(name: str, decisions: Decisions, claimed: Collection[str]) -> Iterator[_Pointer]:
    """The variables that point to a service by their names, but for those that are handed to a client."""
    for variable in decisions[ENVIRONMENT]:
        template = _pointer(TABLE[name], variable) if variable.name not in claimed else ""
        if template:
            yield _Pointer(variable=variable, template=template, default=variable.default)


def _pointer(service: Service, variable: EnvironmentVariable) -> str:
    """The template of a variable's value, "" when it does not point to the service."""
    scheme, separator, rest = variable.default.partition("://")
    if not separator or scheme in ("http", "https"):
        return _template(service, variable.name)
    if not rest or scheme not in service.schemes:  # `postgresql://` alone is a part of an address
        return ""
    return _template(service, variable.name) or "{url}"


def _scheme_of(name: str, variable: EnvironmentVariable, context: Context, decisions: Decisions) -> str:
    """The scheme of the variable's own default, that of a hand-written Compose file, else the one that the code or the
    driver asks for."""
    written = (said.value for said in context.project.container.variables if said.name == variable.name)
    addresses = (text for text in (variable.default, *written) if "://" in text)
    scheme = next(addresses, "").partition("://")[0]
    if scheme in TABLE[name].schemes:
        return scheme
    return _scheme(name, context, decisions, is_async=_is_async(variable, context, decisions))


def _is_async(variable: EnvironmentVariable, context: Context, decisions: Decisions) -> bool:
    """Whether an address is for an async driver, by its name or that of another beside it, else by the code."""
    kind = _DRIVER_KIND.search(variable.name.upper())
    if kind is not None:
        return "ASYNC" in kind[0]
    others = (item.name.upper() for item in decisions[ENVIRONMENT] if item.name != variable.name)
    beside = [
        kind[0] for name in others if (kind := _DRIVER_KIND.search(name)) and _plain(name) == _plain(variable.name)
    ]
    if beside:
        return "ASYNC" not in beside[0]
    return any(use.client == SQLALCHEMY_ASYNCIO for use in context.project.code.clients)


def _plain(variable: str) -> str:
    """The name of a variable as the tables have it.

    pydantic joins the names of nested settings by two underlines, and a URL may say which kind of driver it is for.
    """
    return _DRIVER_KIND.sub("", variable.upper().replace("__", "_"))


def _template(service: Service, variable: str) -> str:
    """The template of a variable's value: by its name, or by the longest known name that it ends with."""
    name = _plain(variable)
    if name in service.variables:
        return service.variables[name]
    endings = [known for known in service.variables if name.endswith(f"_{known}")]
    return service.variables[max(endings, key=len)] if endings else ""


def is_closed(name: str, decisions: Decisions) -> bool:
    """Whether the service wants credentials: it always does, or the code reads variables for its user and password.

    Where the code reads a URL as well, whether that has to hold the password cannot be told: such a service runs open.
    """
    authentication = TABLE[name].authentication
    if authentication is None or authentication.required:
        return authentication is not None
    read = (item for item in decisions[ENVIRONMENT] if item.evidence.partition(":")[0].endswith(".py"))
    templates = {_pointer(TABLE[name], variable) for variable in read}
    wanted = {f"{{{item.key}}}" for item in authentication.credentials if item.key != "database"}
    return wanted <= templates and not (authentication.userinfo and "{url}" in templates)


def filled(
    name: str, template: str, decisions: Decisions, scheme: str = "", *, path: str = "", logs_in: bool = False
) -> str:
    """A template of the service's table with its placeholders filled in for Compose; "" when it needs a credential
    that the service does not have, because it runs open on a network of its own.

    `path` is the database that a URL of the code names, which counts where the service has none of its own; with
    `logs_in`, clients over HTTP log in by themselves, and their URL holds no password.
    """
    service = TABLE[name]
    values = {
        "host": name,
        "port": str(service.port),
        "scheme": scheme or _first_scheme(service),
        "userinfo": "",
        "query": "",
    }
    values["database"] = path or "app"
    values["number"] = path if path.isdecimal() else "0"
    if service.authentication is not None and is_closed(name, decisions):
        credentials = service.authentication.credentials
        values |= {item.key: credential_reference(item.variable, item.default) for item in credentials}
        values |= {"userinfo": service.authentication.userinfo, "query": service.authentication.query}
        if logs_in and service.url.startswith("http:"):
            values["userinfo"] = ""
    values["url"] = service.url
    known = re.compile(r"(?<!\$)\{(" + "|".join(values) + r")\}")
    text = template
    for _ in range(3):  # the URL holds the user part, which holds the credentials
        text = known.sub(lambda match: values[match[1]], text)
    return "" if re.search(r"(?<!\$)\{(user|password)\}", text) else text


def credential_reference(variable: str, default: str) -> str:
    """How a Compose file refers to a credential in `.env`: with its default, or required when it is a secret."""
    return f"${{{variable}:-{default}}}" if default else f"${{{variable}:?run `scaffold env`, or set it in .env}}"


def _scheme(name: str, context: Context, decisions: Decisions, *, is_async: bool) -> str:
    """The scheme that the code uses, else the one that fits SQLAlchemy and the driver that is installed.

    SQLAlchemy's asyncio extension refuses the driver that a plain scheme means, whatever else the code has one for.
    """
    service = TABLE[name]
    clients = context.project.code.clients
    written = [use for use in clients if use.client.removesuffix("://") in service.schemes and "://" in use.client]
    if not is_async:
        written = [use for use in written if not use.client.endswith(_ONLY_ASYNC)]
    driven = [use for use in written if "+" in use.client]
    # `url.replace("postgres://", "postgresql+asyncpg://")` wants the first of the two.
    replaced = [use for use in written if use.looked_for and use not in driven] if is_async and driven else []
    fitting = replaced or (driven if is_async else written)
    if fitting:
        return fitting[0].client.removesuffix("://")
    installed = context.installed(decisions)
    if "sqlalchemy" in installed:
        for distribution, scheme in sorted(_SQLALCHEMY_SCHEMES, key=lambda row: is_async and row[0] not in _ASYNC):
            if distribution in installed and scheme.partition("+")[0] in service.schemes:
                return scheme
    return _first_scheme(service)


def _first_scheme(service: Service) -> str:
    return next(iter(service.schemes), "http")


#: The driver that SQLAlchemy loads for a scheme; the plain scheme loads psycopg2 or mysqlclient.
#: https://docs.sqlalchemy.org/en/20/core/engines.html#backend-specific-urls
_SQLALCHEMY_SCHEMES = (
    ("psycopg2", "postgresql"),
    ("psycopg2-binary", "postgresql"),
    ("asyncpg", "postgresql+asyncpg"),
    ("psycopg", "postgresql+psycopg"),
    ("mysqlclient", "mysql"),
    ("aiomysql", "mysql+aiomysql"),
    ("asyncmy", "mysql+asyncmy"),
    ("pymysql", "mysql+pymysql"),
)
_ASYNC = ("asyncpg", "psycopg", "aiomysql", "asyncmy")
_ONLY_ASYNC = ("+asyncpg://", "+aiomysql://", "+asyncmy://")


def offered_services(context: Context, decisions: Decisions) -> Iterator[Message]:
    """Services whose client is locked while nothing in the code uses it."""
    main = context.project.manifest.group("main")
    wanted = {dependency.name for dependency in main.dependencies} if main is not None else set()
    for name, service in TABLE.items():
        client = next((package for package in service.distributions if package in wanted), "")
        if not client or name in STANDS_FOR or {name, *_stand_ins(name)} & {*decisions[SERVICES]}:
            continue
        yield Message(
            level=Level.INFO,
            code="service-offered",
            text=f"{client} is a dependency, but nothing in the code was seen to connect to {name}.",
            hint=f"Add it all the same: --set services=+{name}",
        )
