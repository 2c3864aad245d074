"""Variables read through a library: decouple, environs, django-environ, starlette, django-configurations and others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from scaffolder.source.module import Module, Scope, Site, chain, keyword, literal, positional
from scaffolder.source.reads import TYPES, Flow, Read, cast_type, casts, make_read
from scaffolder.source.tree import Tree, is_parameter
from scaffolder.source.values import Value, Values, environment_reader

#: Methods of readers that take no name of a variable.
_OTHER_METHODS = frozenset({"read_env", "read_envfile", "prefixed", "parser_for", "add_parser", "seal", "dump"})

#: Methods of django-environ that know the name by themselves.
#: https://django-environ.readthedocs.io/en/latest/api.html
_NAMED = {
    "db": "DATABASE_URL",
    "db_url": "DATABASE_URL",
    "cache": "CACHE_URL",
    "cache_url": "CACHE_URL",
    "email": "EMAIL_URL",
    "email_url": "EMAIL_URL",
    "search_url": "SEARCH_URL",
    "channels": "CHANNELS_URL",
    "channels_url": "CHANNELS_URL",
}

#: Values of django-configurations that know the name by themselves, and take no prefix.
#: https://django-configurations.readthedocs.io/en/stable/values/
_NAMED_VALUES = {
    "DatabaseURLValue": "DATABASE_URL",
    "CacheURLValue": "CACHE_URL",
    "EmailURLValue": "EMAIL_URL",
    "SearchURLValue": "SEARCH_URL",
}
_VALUE_TYPES = {
    "BooleanValue": "bool",
    "IntegerValue": "int",
    "PositiveIntegerValue": "int",
    "FloatValue": "float",
    "DecimalValue": "float",
    "ListValue": "list",
    "TupleValue": "list",
    "SetValue": "list",
    "DictValue": "json",
    "URLValue": "url",
    **dict.fromkeys(_NAMED_VALUES, "url"),
}

_DATABASE_URL = ("dj_database_url.config", "dj_database_url.DEFAULT_ENV")
_DOTENV_KEYS = ("dotenv.get_key", "dotenv.main.get_key")

#: A function or a class of a module that is about the environment: `mitol.common.envs.get_string`.
_ENVIRONMENT = re.compile(r"(?:^|[._])envs?(?:[._]|$)|\bget_?env\w*$", re.IGNORECASE)
_UPPER = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")


def library_reads(tree: Tree, values: Values, modules: Iterable[Module]) -> Iterator[Read]:
    """Every read through a library whose name is written in the source, in these files."""
    for module in modules:
        yield from _Reader(tree, values, module).reads()


class _Reader:
    def __init__(self, tree: Tree, values: Values, module: Module) -> None:
        self._tree = tree
        self._values = values
        self._module = module
        self._flow = Flow(module)
        self._schemes: dict[str, dict[str, tuple[str, Value | None]]] = {}
        self._casts: dict[ast.expr, str] | None = None
        self._blocks: list[tuple[int, int, str]] | None = None

    def reads(self) -> Iterator[Read]:
        for site in self._module.calls:
            if site.name in _DATABASE_URL:
                yield self._database_url(site)
            elif site.name in _DOTENV_KEYS or site.last == "from_envvar":
                yield from self._named(site)
            elif (found := self._found(site)) is not None:
                via, text = found
                yield self._read(site, via, text)
        if any("configurations" in imported.module for imported in self._module.imports.values()):
            yield from self._configured()

    def _found(self, site: Site) -> tuple[str, str] | None:
        """Reader and name of the variable."""
        call = site.call
        text = literal(positional(call, 0) or keyword(call, "name", "var", "option", "key"))
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if method in _OTHER_METHODS or (text is None and (call.args or method not in _NAMED)):
            return None
        via = environment_reader(self._tree, call, self._module, site.scope)
        if text is None:
            return (via, _NAMED[method]) if via == "django-environ" else None
        if via:
            return via, text
        return ("os.environ", text) if _UPPER.fullmatch(text) and self._is_environment(site) else None

    def _is_environment(self, site: Site) -> bool:
        """Whether a function or an object of an unknown library is about the environment, by its name."""
        if site.name:
            return bool(_ENVIRONMENT.search(site.name)) and not site.name.startswith("os.")
        holder = site.call.func.value if isinstance(site.call.func, ast.Attribute) else None
        if not isinstance(holder, ast.Name):
            return False
        if is_parameter(holder.id, site.scope):
            return bool(_ENVIRONMENT.search(_annotated(holder.id, site.scope, self._module)))
        found = self._tree.define(holder, self._module, site.scope)
        made = found.binding.value if found is not None and found.binding is not None else None
        name = self._tree.foreign(made.func, found.module) if found is not None and isinstance(made, ast.Call) else ""
        return bool(_ENVIRONMENT.search(_snake(name)))

    def _read(self, site: Site, via: str, text: str) -> Read:
        call, scope = site.call, site.scope
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        second = positional(call, 1)
        default = keyword(call, "default") or (second if via != "starlette" else positional(call, 2))
        cast = keyword(call, "cast", "subcast") or (second if via == "starlette" else None)
        if self._casts is None:
            self._casts = casts(self._module)
        kind = TYPES.get(method) or cast_type(cast) or self._casts.get(call, "")
        value = self._values.read(default, self._module, scope)
        if via == "django-environ" and default is None:
            kind, value = self._scheme(call, scope).get(text, (kind, value))
        required = default is None and value is None and self._flow.is_certain(call)
        return make_read(
            self._prefix(site, via) + text,
            self._module.place(call),
            via,
            value=value,
            kind=kind,
            required=required,
            at_start=required and self._flow.at_start(call, scope),
        )

    def _scheme(self, call: ast.Call, scope: Scope) -> dict[str, tuple[str, Value | None]]:
        """`environ.Env(DEBUG=(bool, False))`: name → type and default."""
        holder = call.func.value if isinstance(call.func, ast.Attribute) else call.func
        key = ".".join(chain(holder))
        if key not in self._schemes:
            self._schemes[key] = dict(self._entries(holder, scope))
        return self._schemes[key]

    def _entries(self, holder: ast.expr, scope: Scope) -> Iterator[tuple[str, tuple[str, Value | None]]]:
        found = self._tree.define(holder, self._module, scope)
        made = found.binding.value if found and found.binding else None
        if found is None or not isinstance(made, ast.Call):
            return
        for item in made.keywords:
            if item.arg and isinstance(item.value, ast.Tuple) and len(item.value.elts) == 2:
                kind, default = item.value.elts
                yield item.arg, (cast_type(kind), self._values.read(default, found.module, found.scope))
            elif item.arg:
                yield item.arg, (cast_type(item.value), None)

    def _prefix(self, site: Site, via: str) -> str:
        """What the reader puts before each name: given when it was made, set later, or by `with env.prefixed(...)`."""
        if via not in ("environs", "django-environ", "starlette"):
            return ""
        function = site.call.func
        holder = function.value if isinstance(function, ast.Attribute) else function
        found = self._tree.define(holder, self._module, site.scope) if chain(holder) else None
        if found is None and holder is not function:
            found = self._tree.define(function, self._module, site.scope)
        if found is None or found.binding is None:
            return ""
        made = found.binding.value
        prefix = (
            keyword(made, "prefix", "env_prefix") if isinstance(made, ast.Call) and via != "django-environ" else None
        )
        for store in found.module.stores if via == "django-environ" else ():
            if chain(store.target) == (found.name, "prefix"):
                prefix = store.value
        if self._blocks is None:
            self._blocks = _blocks(self._module)
        line = site.call.lineno
        inner = next((text for begin, end, text in self._blocks if begin <= line <= end), "")
        return (literal(prefix) or "") + (inner if via == "environs" else "")

    def _database_url(self, site: Site) -> Read:
        """`dj_database_url.config(env="DATABASE_URL", default=...)`; without either, Django has no database."""
        default = keyword(site.call, "default") or positional(site.call, 1)
        name = literal(positional(site.call, 0) or keyword(site.call, "env")) or "DATABASE_URL"
        value = self._values.read(default, self._module, site.scope)
        return make_read(name, self._module.place(site.call), "dj-database-url", value=value, kind="url")

    def _named(self, site: Site) -> Iterator[Read]:
        """`dotenv.get_key(path, "X")`, and Flask's `config.from_envvar("X")`, which needs it unless silent."""
        call = site.call
        if site.last != "from_envvar":
            if name := literal(positional(call, 1) or keyword(call, "key_to_get")):
                yield make_read(name, self._module.place(call), "env-file")
            return
        silent = keyword(call, "silent") or positional(call, 1)
        required = silent is None and self._flow.is_certain(call)
        if name := literal(positional(call, 0) or keyword(call, "variable_name")):
            at_start = required and self._flow.at_start(call, site.scope)
            yield make_read(name, self._module.place(call), "flask", required=required, at_start=at_start)

    def _configured(self) -> Iterator[Read]:
        """`DEBUG = values.BooleanValue(False)` in a class of django-configurations."""
        for class_, outer in self._module.declared:
            scope = self._module.scopes[class_]
            for name, bindings in sorted(scope.bindings.items()):
                made = bindings[-1].value
                if not isinstance(made, ast.Call) or not outer.is_module:
                    continue
                read = keyword(made, "environ")
                kind = self._tree.foreign(made.func, self._module)
                if kind.startswith("configurations.values.") and (read is None or _is_true(read)):
                    yield self._configured_value(name, made, scope)

    def _configured_value(self, name: str, made: ast.Call, scope: Scope) -> Read:
        kind = chain(made.func)[-1]
        prefix = keyword(made, "environ_prefix")
        stem = literal(keyword(made, "environ_name")) or _NAMED_VALUES.get(kind) or name.upper()
        start = "" if kind in _NAMED_VALUES else "DJANGO"
        start = start if prefix is None else literal(prefix) or ""
        required = kind == "SecretValue" or _is_true(keyword(made, "environ_required"))
        return make_read(
            f"{start}_{stem}" if start else stem,
            self._module.place(made),
            "django-configurations",
            value=self._values.read(positional(made, 0) or keyword(made, "default"), self._module, scope),
            kind=_VALUE_TYPES.get(kind, ""),
            required=required,
            secret=kind == "SecretValue",
        )


def _is_true(expression: ast.expr | None) -> bool:
    return isinstance(expression, ast.Constant) and expression.value is True


def _blocks(module: Module) -> list[tuple[int, int, str]]:
    """First line, last line and prefix of every `with env.prefixed("X_"):`; nested prefixes add up, innermost first."""
    if not any(site.last == "prefixed" for site in module.calls):
        return []
    found: list[tuple[int, int, str]] = []
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.With):
            continue
        for item in node.items:
            call = item.context_expr
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "prefixed":
                text = literal(positional(call, 0)) or ""
                outer = next((p for begin, end, p in found if begin <= node.lineno <= end), "")
                found.insert(0, (node.lineno, node.end_lineno or node.lineno, outer + text))
    return found


def _annotated(name: str, scope: Scope, module: Module) -> str:
    """The imported class that annotates a parameter, with underscores between its words."""
    here: Scope | None = scope
    while here is not None and name not in here.parameters:
        here = here.outer
    function = here.function if here is not None else None
    if function is None:
        return ""
    arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    annotation = next((item.annotation for item in arguments if item.arg == name), None)
    return _snake(module.foreign(chain(annotation))) if annotation is not None else ""


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
