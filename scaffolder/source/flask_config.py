"""Variables of Flask's `config.from_prefixed_env()`, and those that a library reads as soon as it is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from scaffolder.knowledge.clients import LIBRARY_VARIABLES
from scaffolder.source.module import Module, Site, chain, keyword, literal, positional
from scaffolder.source.reads import Read, make_read
from scaffolder.source.tree import Tree
from scaffolder.source.values import Values

#: Keys of the configuration that an extension reads, by its package. Sources: the extensions' documentation.
_EXTENSION_KEYS: Mapping[str, tuple[str, ...]] = {
    "flask_sqlalchemy": ("SQLALCHEMY_DATABASE_URI",),
    "flask_pymongo": ("MONGO_URI",),
    "flask_redis": ("REDIS_URL",),
    "flask_mysqldb": ("MYSQL_HOST", "MYSQL_USER", "MYSQL_PASSWORD", "MYSQL_DB"),
    "flask_caching": ("CACHE_REDIS_URL",),
    "flask_jwt_extended": ("JWT_SECRET_KEY",),
}


def flask_reads(tree: Tree, values: Values, modules: Iterable[Module]) -> Iterator[Read]:
    """Every key of the configuration that the code or an extension reads, as `FLASK_<KEY>`, with its default.

    https://flask.palletsprojects.com/en/stable/api/#flask.Config.from_prefixed_env
    """
    files = tuple(modules)
    for module in files:
        for site in module.calls:
            if site.last == "from_prefixed_env" and isinstance(site.call.func, ast.Attribute):
                yield from _prefixed(values, files, module, site)
    for module in files:
        for imported in module.imports.values():
            name = LIBRARY_VARIABLES.get(imported.module.partition(".")[0]) if not imported.level else None
            if name and not tree.roots.is_own(module.path, imported.module):
                yield Read(name, module.place(ast.Constant("", lineno=imported.line)), "os.environ", type="url")


def _prefixed(values: Values, files: Iterable[Module], module: Module, site: Site) -> Iterator[Read]:
    prefix = literal(positional(site.call, 0) or keyword(site.call, "prefix")) or "FLASK"
    keys: dict[str, ast.expr | None] = {}
    for other in files:
        packages = {imported.module.partition(".")[0] for imported in other.imports.values()}
        keys |= dict.fromkeys(key for name in sorted(packages) for key in _EXTENSION_KEYS.get(name, ()))
    for other in files:
        for item, _ in other.items:
            if _is_config(item.value) and (name := literal(item.slice)):
                keys.setdefault(name, None)
        for call in other.calls:
            if call.last == "get" and isinstance(call.call.func, ast.Attribute) and _is_config(call.call.func.value):
                keys.setdefault(literal(positional(call.call, 0)) or "", None)
    for call in module.calls:
        if call.last == "from_mapping":
            keys |= {item.arg: item.value for item in call.call.keywords if item.arg}
    for name, default in keys.items():
        if name.isupper():
            value = values.read(default, module, site.scope)
            yield make_read(f"{prefix}_{name}", module.place(site.call), "flask", value=value)


def _is_config(expression: ast.expr) -> bool:
    """`app.config`, `current_app.config`"""
    return len(chain(expression)) > 1 and chain(expression)[-1] == "config"
