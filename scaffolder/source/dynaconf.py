"""Variables behind the settings of Dynaconf, as far as the code names them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from scaffolder.source.module import Module, chain, keyword, literal, positional
from scaffolder.source.reads import Read, make_read, type_of
from scaffolder.source.tree import Tree
from scaffolder.source.values import Value, Values

_CLASSES = frozenset({"dynaconf.Dynaconf", "dynaconf.LazySettings", "dynaconf.base.LazySettings"})
_DEFAULT = "DYNACONF"

#: What a settings object does, rather than holds.
#: https://www.dynaconf.com/advanced/#programmatically-loading-a-settings-file
_METHODS = frozenset(
    [
        "as_bool",
        "as_dict",
        "as_float",
        "as_int",
        "as_json",
        "clean",
        "configure",
        "current_env",
        "current_namespace",
        "dynaconf",
        "env_for_dynaconf",
        "execute_loaders",
        "exists",
        "exists_in_environ",
        "find_file",
        "fresh",
        "from_env",
        "get",
        "get_environ",
        "get_fresh",
        "is_overridden",
        "items",
        "keys",
        "load_extra_yaml",
        "load_file",
        "loaded_by_loaders",
        "loaded_envs",
        "namespace",
        "path_for",
        "pop",
        "populate_obj",
        "pre_load",
        "reload",
        "set",
        "setdefault",
        "setenv",
        "settings_module",
        "to_dict",
        "unset",
        "update",
        "using_env",
        "using_namespace",
        "validators",
        "values",
    ]
)


def dynaconf_reads(tree: Tree, values: Values, modules: tuple[Module, ...]) -> Iterator[Read]:
    """`settings.NAME`, `settings["NAME"]` and `settings.get("NAME")` wherever `settings` is one of Dynaconf.

    Nothing is required: a settings file may hold the value. `settings.db.host` is `PREFIX_DB__HOST`.
    """
    used = [text for text in tree.texts.values() if "dynaconf" in text]
    if not used:
        return
    parsed = {module.path for module in modules}
    others = (tree.module(path) for path, text in tree.texts.items() if path not in parsed and "settings." in text)
    for module in sorted((*modules, *(other for other in others if other)), key=lambda module: module.path):
        prefixes: dict[str, str | None] = {}
        taken: set[ast.AST] = set()
        for node in ast.walk(module.tree):
            if node in taken:
                continue
            found = _path(node)
            if found is None or not found[1]:
                continue
            holder, names, default = found
            if holder.id not in prefixes:
                prefixes[holder.id] = _prefix(tree, holder, module)
            prefix = prefixes[holder.id]
            if prefix is None or names[0].lower() in _METHODS or names[0].startswith("_"):
                continue
            taken.update(ast.walk(node))
            start = f"{prefix}_" if prefix else ""
            value = values.read(default, module, module.scope)
            yield _read(start + "__".join(names).upper(), node, module, value)


def _read(name: str, node: ast.AST, module: Module, value: Value | None) -> Read:
    place = module.place(node)  # type: ignore[arg-type] # an expression, by `_path`
    return make_read(name, place, "dynaconf", value=value, kind=type_of(value))


def _path(node: ast.AST) -> tuple[ast.Name, tuple[str, ...], ast.expr | None] | None:
    """The name of the object, the names of the value inside it, and its default."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name() as holder, attr="get")):
            name = literal(positional(node, 0))
            return (holder, tuple(name.split(".")), positional(node, 1) or keyword(node, "default")) if name else None
        case ast.Call(func=ast.Name() as holder):
            name = literal(positional(node, 0))
            return (holder, (name,), keyword(node, "default")) if name else None
        case ast.Subscript(value=ast.Name() as holder):
            name = literal(node.slice)
            return (holder, tuple(name.split(".")), None) if name else None
        case ast.Attribute():
            parts = chain(node)
            base: ast.expr = node
            while isinstance(base, ast.Attribute):
                base = base.value
            # Below a value in capitals comes a method of the value: `settings.NAME.lower`.
            keep = 1 if len(parts) > 1 and parts[1].isupper() else len(parts)
            return (base, parts[1 : 1 + keep], None) if parts and isinstance(base, ast.Name) else None
        case _:
            return None


def _prefix(tree: Tree, holder: ast.Name, module: Module) -> str | None:
    """The prefix of the settings object that a name stands for, None when it stands for something else."""
    if module.foreign((holder.id,)) == "dynaconf.settings":
        return _DEFAULT
    found = tree.define(holder, module, module.scope)
    made = found.binding.value if found is not None and found.binding is not None else None
    if found is None or not isinstance(made, ast.Call) or tree.foreign(made.func, found.module) not in _CLASSES:
        return None
    given = keyword(made, "envvar_prefix", "ENVVAR_PREFIX_FOR_DYNACONF", "environments_prefix")
    if isinstance(given, ast.Constant) and not given.value:
        return ""
    return (literal(given) or _DEFAULT).partition(",")[0].strip().upper()
