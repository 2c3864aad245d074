"""Where the code says that its backing services are: arguments of clients, parts of URLs, tables of settings."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Collection, Iterable, Iterator, Mapping

from scaffolder.knowledge.clients import CLIENTS, DSN_TYPES, METHODS, TABLES, Client
from scaffolder.knowledge.services import SERVICES, SQL_SERVICES
from scaffolder.model.code import Endpoint
from scaffolder.source import settings
from scaffolder.source.module import Module, Scope, Site, chain, keyword, literal, positional
from scaffolder.source.paths import is_history, is_sample, is_test, is_tool
from scaffolder.source.tree import Tree
from scaffolder.source.values import Value, Values

#: Roles that say where a service is.
PLACES = frozenset({"address", "host", "node", "url"})

#: A part of a URL that is one expression stands as one character of this range.
_HOLE = "[\ue000-\uf8ff]"
_URL = re.compile(
    rf"^(?:(?P<scheme>[a-z0-9+]+)://)?(?:(?P<user>[^:@/]*)(?::(?P<password>[^@/]*))?@)?"
    rf"(?P<host>{_HOLE}|[\w.-]*)(?::(?P<port>{_HOLE}|\d+))?(?:/(?P<database>{_HOLE}|[^?]*))?(?:\?.*)?$",
    re.DOTALL,
)
#: Arguments that lead to a service by other means.
_ELSEWHERE = frozenset({"connection_pool", "unix_socket_path", "transport", "connector", "protocol", "serverless"})
_DEPTH = 4
_QUOTES = frozenset({"quote", "quote_plus", "str", "int"})
_MARKERS = ("ENGINE", "BACKEND", "RQ_QUEUES", "tortoise.backends")
_TORTOISE = {"asyncpg": "postgres", "psycopg": "postgres", "mysql": "mysql"}


def find_endpoints(
    tree: Tree, values: Values, modules: Iterable[Module], settings_files: Collection[str]
) -> tuple[Endpoint, ...]:
    """What these modules say, sorted by place. Tables of Django's settings count in `settings_files` alone, where there
    are any: a project has settings for every occasion."""
    found: dict[Endpoint, None] = {}
    for module in modules:
        if is_test(module.path) or is_sample(module.path) or is_history(module.path) or is_tool(module.path):
            continue
        finder = _Finder(tree, values, module)
        found.update(dict.fromkeys(finder.found()))
        if not settings_files or module.path in settings_files:
            found.update(dict.fromkeys(finder.tables()))
    return tuple(sorted(found, key=lambda item: (item.place.path, item.place.line)))


def _known_names() -> dict[str, tuple[tuple[str, ...], str]]:
    """Names of settings that mean one service, or the SQL databases, with their role."""
    found: dict[str, tuple[tuple[str, ...], str]] = {
        "broker_url": (("redis", "rabbitmq"), "url"),
        "result_backend": (("redis", "rabbitmq"), "result"),
    }
    for name, service in SERVICES.items():
        for variable, template in service.variables.items():
            role = template.strip("{}")
            if role in ("url", "host", "port", "user", "password", "database"):
                services = (*found.get(variable, ((), ""))[0], name)
                found[variable] = (services, "result" if "RESULT" in variable else role)
    return found


_KNOWN_NAMES = _known_names()


class _Finder:
    def __init__(self, tree: Tree, values: Values, module: Module) -> None:
        self._tree = tree
        self._values = values
        self._module = module

    def found(self) -> Iterator[Endpoint]:
        """What clients are given, URLs that are put together, names of settings, and types of fields."""
        for site in self._module.calls:
            row = self._row(site)
            if row is not None:
                yield from self._call(site, *row)
        for node, scope in self._module.urls:
            if isinstance(node, ast.JoinedStr):
                yield from self._url(node, scope, (), node)
        for site in self._module.calls:
            if site.last == "format" and isinstance(site.call.func, ast.Attribute):
                yield from self._url(site.call, site.scope, (), site.call)
        yield from self._names()
        yield from self._fields()

    def _row(self, site: Site) -> tuple[str, Client] | None:
        package = site.name.partition(".")[0]
        row = CLIENTS.get((package, site.last))
        if row is not None:
            return f"{package}.{site.last}", row
        if site.name and package not in ("boto3", "aioboto3"):
            return None
        for item in site.call.keywords:
            found = METHODS.get((site.last, item.arg or ""))
            if found is not None:
                return f"{found[0]} {site.last}", found[1]
        return None

    def _call(self, site: Site, via: str, row: Client) -> Iterator[Endpoint]:
        given = dict(self._arguments(site.call, site.scope, row))
        if row.needs and not (set(row.needs) & given.keys() or any(name.startswith("@") for name in given)):
            return
        if row.only and not self._is_told(site, row.only):
            return
        if any(name in given for name in row.embedded if ":" not in name):
            return
        roles: dict[str, ast.expr] = {}
        for name, expression in given.items():
            role = row.keywords.get(name, name[1:] if name.startswith("@") else "")
            if role:
                roles.update(self._taken_apart(role, expression, site.scope))
        services = row.services
        scheme = self._values.read(roles.pop("scheme", None), self._module, site.scope)
        if scheme is not None and scheme.text:
            services = tuple(name for name in services if scheme.text.partition("://")[0] in SERVICES[name].schemes)
            if not services:
                return
        if "node" in roles and "port" in roles:
            roles["host"] = roles.pop("node")
        yielded = list(self._roles(roles, site, via, services, row))
        if any(item.value.startswith(":memory:") for item in yielded):
            return
        if (
            not PLACES & roles.keys()
            and row.default
            and len(services) == 1
            and not self._is_open(site.call, given, row)
        ):
            yielded.append(self._endpoint(services, "host", site.call, via, Value(row.default)))
        if not yielded and not row.needs:
            yielded.append(self._endpoint(services, "", site.call, via, None))
        yield from yielded

    def _is_told(self, site: Site, only: str) -> bool:
        """Whether the first argument is the one that counts; a parameter may be anything."""
        first = positional(site.call, 0)
        value = self._values.read(first, self._module, site.scope)
        return first is None or (value is not None and value.text == only)

    def _is_open(self, call: ast.Call, given: Mapping[str, ast.expr], row: Client) -> bool:
        """Whether an argument that tells nothing here may say where the service is."""
        stars = sum(item.arg is None for item in call.keywords)
        starred = any(isinstance(argument, ast.Starred) for argument in call.args)
        return bool(starred or (stars and len(given) <= len(call.keywords) - stars) or _ELSEWHERE & given.keys()) or (
            bool(call.args) and not row.positions
        )

    def _roles(
        self, roles: Mapping[str, ast.expr], site: Site, via: str, services: tuple[str, ...], row: Client
    ) -> Iterator[Endpoint]:
        for role, expression in roles.items():
            value = self._values.read(expression, self._module, site.scope)
            parts = list(self._url(expression, site.scope, services, site.call, via)) if role in PLACES else []
            if parts:
                yield from parts
            elif value is None or value.is_part or (value.data is None and not value.variable):
                if not row.needs:
                    yield self._endpoint(services, "", site.call, via, None)
            else:
                yield self._endpoint(services, role, site.call, via, value, row.scheme)

    def _endpoint(
        self,
        services: tuple[str, ...],
        role: str,
        node: ast.expr,
        via: str,
        value: Value | None,
        scheme: str = "",
    ) -> Endpoint:
        text = "" if value is None or value.data is None or isinstance(value.data, tuple) else str(value.data)
        variable = value.variable if value is not None else ""
        place = self._module.place(node)
        return Endpoint(
            services=services, role=role, place=place, via=via, variable=variable, value=text, scheme=scheme
        )

    def _arguments(self, call: ast.Call, scope: Scope, row: Client) -> Iterator[tuple[str, ast.expr]]:
        """Keyword → value; of a positional argument `@` and its role. Dictionaries are opened."""
        for index, role in enumerate(row.positions):
            expression = positional(call, index)
            if expression is not None and role == "config":
                yield from self._entries(expression, scope)
            elif expression is not None and role:
                yield f"@{role}", expression
        for item in call.keywords:
            if item.arg is None or row.keywords.get(item.arg) == "config":
                yield from self._entries(item.value, scope)
            else:
                yield item.arg, item.value

    def _entries(self, expression: ast.expr, scope: Scope) -> Iterator[tuple[str, ast.expr]]:
        """The entries of a dictionary, also of one with a name, or made by `dict(...)`."""
        expression = self._origin(expression, scope)
        if isinstance(expression, ast.Dict):
            for key, value in zip(expression.keys, expression.values, strict=True):
                if name := literal(key):
                    yield name, value
        elif isinstance(expression, ast.Call) and chain(expression.func) == ("dict",):
            yield from ((item.arg, item.value) for item in expression.keywords if item.arg)

    def _origin(self, expression: ast.expr, scope: Scope) -> ast.expr:
        """What a name of this file was bound to; anything else as it is."""
        for _ in range(_DEPTH):
            if not isinstance(expression, ast.Name):
                break
            found = self._tree.define(expression, self._module, scope)
            if found is None or found.binding is None or found.module is not self._module:
                break
            expression = found.binding.value
        return expression

    def _taken_apart(
        self, role: str, expression: ast.expr, scope: Scope, depth: int = 0
    ) -> Iterator[tuple[str, ast.expr]]:
        """An argument by its roles: `("host", 9200)`, `[{"host": ..., "port": ...}]`, `X.split(",")`."""
        if depth > _DEPTH:
            return
        expression = self._origin(expression, scope)
        match expression:
            case ast.Tuple(elts=[user, password]) if role == "login":
                yield from (("user", user), ("password", password))
            case ast.Tuple(elts=[host, port]) if role in PLACES:
                yield from (("host", host), ("port", port))
            case ast.List(elts=[first, *_]) | ast.Tuple(elts=[first, *_]) if role in PLACES:
                yield from self._taken_apart(role, first, scope, depth + 1)
            case ast.Dict() if role in PLACES:
                entries = dict(self._entries(expression, scope))
                yield from ((name, entries[name]) for name in ("host", "port") if name in entries)
            case ast.Call(func=ast.Attribute(value=inner, attr="split")) | ast.IfExp(body=inner):
                yield from self._taken_apart(role, inner, scope, depth + 1)
            case _ if role != "login":
                yield role, expression

    def _url(
        self, expression: ast.expr, scope: Scope, services: tuple[str, ...], node: ast.expr, via: str = ""
    ) -> Iterator[Endpoint]:
        """The parts of a URL or an address that is put together; nothing for one that is not."""
        text, holes = self._template(self._origin(expression, scope))
        matched = _URL.match(text) if holes else None
        if matched is None or not (services or matched["scheme"]):
            return
        scheme = matched["scheme"] or ""
        meant = tuple(name for name, row in SERVICES.items() if scheme in row.schemes)
        services = services or meant
        if (scheme not in ("", "http", "https") and not set(services) & set(meant)) or not services:
            return
        if meant:
            services = tuple(name for name in services if name in meant)
        for role in ("host", "port", "user", "password", "database"):
            part = matched[role] or ""
            inner = holes.get(part)
            value = self._values.read(_unquoted(inner), self._module, scope) if inner is not None else Value(part)
            if (inner is None and role == "host" and part) or (
                inner is not None and value is not None and value.variable and not value.is_part
            ):
                yield self._endpoint(services, role, node, via or f"{scheme}://", value)

    def _template(self, expression: ast.expr) -> tuple[str, dict[str, ast.expr]]:
        """The text of `f"..."` or `"...".format(...)`, with one character for each expression."""
        parts: list[str | ast.expr] = []
        match expression:
            case ast.JoinedStr(values=pieces):
                parts.extend(
                    piece.value if isinstance(piece, ast.FormattedValue) else literal(piece) or "" for piece in pieces
                )
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as pattern), attr="format")):
                parts.extend(_filled(pattern, expression))
            case _:
                pass
        texts: list[str] = []
        holes: dict[str, ast.expr] = {}
        for part in parts:
            if isinstance(part, str):
                texts.append(part)
            else:
                hole = chr(0xE000 + len(holes))
                holes[hole] = part
                texts.append(hole)
        return "".join(texts), holes

    def tables(self) -> Iterator[Endpoint]:
        """What tables of settings say: DATABASES, CACHES, CHANNEL_LAYERS, RQ_QUEUES, and those of Tortoise."""
        text = self._tree.texts[self._module.path]
        if not any(marker in text for marker in _MARKERS):
            return
        for node in ast.walk(self._module.tree):
            if isinstance(node, ast.Dict):
                entries = dict(self._entries(node, self._module.scope))
                yield from self._database(node, entries)
                yield from self._cache(node, entries)
        for binding in self._module.scope.bindings.get("RQ_QUEUES", ()):
            for _, queue in self._entries(binding.value, self._module.scope):
                roles = TABLES["HOST"]
                yield from self._table(queue, dict(self._entries(queue, self._module.scope)), roles, ("redis",), "rq")

    def _database(self, node: ast.Dict, entries: Mapping[str, ast.expr]) -> Iterator[Endpoint]:
        """`{"ENGINE": "django.db.backends.postgresql", "HOST": ...}`, and the same of Tortoise."""
        if "credentials" in entries and "engine" in entries:
            backend = self._text(entries["engine"]).rpartition(".")[2]
            inner = dict(self._entries(entries["credentials"], self._module.scope))
            if backend in _TORTOISE:
                yield from self._table(node, inner, TABLES["engine"], (_TORTOISE[backend],), "tortoise")
            return
        if "ENGINE" not in entries:
            return
        engine = self._values.read(entries["ENGINE"], self._module, self._module.scope)
        backend = (engine.text or "").rpartition(".")[2] if engine is not None else ""
        services = tuple(name for name in SQL_SERVICES if backend in SERVICES[name].django_engines)
        if not services and engine is not None and engine.variable and "HOST" in entries:
            services = SQL_SERVICES  # what is the default runs without a server, and nobody tells such a one its host
        if not services:
            return
        if engine is not None and engine.variable and not engine.is_part:
            engine = Value(None, engine.variable)
            yield self._endpoint(services, "engine", node, "DATABASES", engine)
        roles = TABLES["ENGINE"]
        if engine is not None and engine.variable:
            yield from self._table(node, entries, roles, services, "DATABASES", ignored=("database",))
        else:
            yield from self._table(node, entries, roles, services, "DATABASES")

    def _cache(self, node: ast.Dict, entries: Mapping[str, ast.expr]) -> Iterator[Endpoint]:
        """`{"BACKEND": "...RedisCache", "LOCATION": ...}`, and the layers of Django's channels."""
        backend = self._text(entries["BACKEND"]) if "BACKEND" in entries else ""
        if backend.startswith("channels_redis."):
            inner = dict(self._entries(entries["CONFIG"], self._module.scope)) if "CONFIG" in entries else {}
            yield from self._table(node, inner, TABLES["hosts"], ("redis",), "CHANNEL_LAYERS")
        services = tuple(name for name, row in SERVICES.items() if backend in row.django_engines)
        if backend and services:
            yield from self._table(node, entries, TABLES["BACKEND"], services, "CACHES")

    def _text(self, expression: ast.expr) -> str:
        value = self._values.read(expression, self._module, self._module.scope)
        return value.text or "" if value is not None else ""

    def _table(
        self,
        node: ast.expr,
        entries: Mapping[str, ast.expr],
        roles: Mapping[str, str],
        services: tuple[str, ...],
        via: str,
        *,
        ignored: tuple[str, ...] = (),
    ) -> Iterator[Endpoint]:
        scope = self._module.scope
        for name, role in roles.items():
            for part, expression in self._taken_apart(role, entries[name], scope) if name in entries else ():
                value = self._values.read(expression, self._module, scope)
                parts = list(self._url(expression, scope, services, node, via)) if part in PLACES else []
                yield from parts
                if parts or value is None or value.is_part or (value.data is None and not value.variable):
                    continue
                # What the default engine keeps in a file is no name of a database.
                default = Value(None, value.variable) if part in ignored else value
                yield self._endpoint(services, part, node, via, default)

    def _names(self) -> Iterator[Endpoint]:
        """`MONGO_URI = os.environ["CLUSTER"]`, also in a class, an item or a keyword of what is configured."""
        for scope, name, expression in self._assigned():
            services, role = _KNOWN_NAMES[name]
            value = self._values.read(expression, self._module, scope)
            if value is None or value.is_part or not (value.variable or value.text):
                continue
            # A name like that of its variable tells nothing new, but for where files are kept.
            if value.variable != name or services == ("minio",):
                yield self._endpoint(services, role, expression, name, value)

    def _assigned(self) -> Iterator[tuple[Scope, str, ast.expr]]:
        module = self._module
        classes = [scope for class_, scope in module.scopes.items() if isinstance(class_, ast.ClassDef)]
        for scope in (module.scope, *classes):
            names = _KNOWN_NAMES.keys() & scope.bindings.keys()
            is_read = isinstance(scope.node, ast.ClassDef) and settings.is_settings(self._tree, scope.node, module)
            for name in sorted(names) if not is_read else ():
                yield from ((scope, name, binding.value) for binding in scope.bindings[name])
        for store in module.stores:
            target = store.target
            name = (literal(target.slice) if isinstance(target, ast.Subscript) else getattr(target, "attr", "")) or ""
            if name in _KNOWN_NAMES and "environ" not in chain(getattr(target, "value", target)):
                yield store.scope, name, store.value
        for site in module.calls:
            if site.last in ("from_mapping", "update", "Cache", "init_app"):
                config = keyword(site.call, "config")
                entries = dict(self._entries(config, site.scope)) if config is not None else {}
                entries |= {item.arg: item.value for item in site.call.keywords if item.arg}
                for name in sorted(_KNOWN_NAMES.keys() & entries.keys()):
                    yield site.scope, name, _first(entries[name])

    def _fields(self) -> Iterator[Endpoint]:
        """Fields of settings whose type is a URL of one kind of service."""
        module = self._module
        if "Dsn" not in self._tree.texts[module.path] and "DSN" not in self._tree.texts[module.path]:
            return
        for class_, scope in module.declared:
            if not scope.is_module or not settings.is_settings(self._tree, class_, module):
                continue
            for item in settings.fields(self._tree, class_, module):
                names = (node.id for node in ast.walk(item.annotation or ast.Pass()) if isinstance(node, ast.Name))
                services = next((DSN_TYPES[name] for name in names if name in DSN_TYPES), ())
                if services and item.variable and item.module is module:
                    value = self._values.read(item.default, item.module, item.scope)
                    text = value.text if value is not None else None
                    node = item.annotation or ast.Constant("")
                    yield self._endpoint(services, "url", node, "a field's type", Value(text, item.variable))


def _filled(pattern: str, call: ast.Call) -> Iterator[str | ast.expr]:
    """The pieces of `"{}:{port}".format(host, port=1)`."""
    if "://" not in pattern:
        return
    try:
        pieces = list(string.Formatter().parse(pattern))
    except ValueError:
        return
    count = 0
    for text, name, _, _ in pieces:
        yield text
        if name is None:
            continue
        key = name or str(count)
        count += not name
        given = positional(call, int(key)) if key.isdecimal() and len(key) < 3 else keyword(call, key)
        yield given if given is not None else ast.Constant(None)


def _first(expression: ast.expr) -> ast.expr:
    return expression.elts[0] if isinstance(expression, ast.List) and expression.elts else expression


def _unquoted(expression: ast.expr) -> ast.expr:
    """`quote_plus(X)` → X."""
    if isinstance(expression, ast.Call) and chain(expression.func)[-1:] and expression.args:
        return expression.args[0] if chain(expression.func)[-1] in _QUOTES else expression
    return expression
