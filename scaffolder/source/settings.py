"""Settings classes of pydantic: which environment variable feeds which field."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from scaffolder.source.module import Module, Scope, addends, chain, keyword, literal, positional
from scaffolder.source.tree import Definition, Tree

_BASES = frozenset(
    {
        "pydantic_settings.BaseSettings",
        "pydantic.BaseSettings",
        "pydantic.v1.BaseSettings",
        "pydantic.env_settings.BaseSettings",
        "pydantic_settings.main.BaseSettings",
    }
)

_LIMIT = 500


@dataclass(frozen=True, slots=True)
class SettingsField:
    """One field. `default` is None when there is none; `variable` is "" when no environment variable feeds it."""

    name: str
    variable: str
    annotation: ast.expr | None
    default: ast.expr | None
    required: bool
    module: Module
    scope: Scope
    line: int


@dataclass(frozen=True, slots=True)
class _Options:
    prefix: str = ""
    delimiter: str = ""


def is_settings(tree: Tree, class_: ast.ClassDef, module: Module) -> bool:
    """Whether a class derives from `BaseSettings`, through classes of the project if need be."""
    return any(
        tree.foreign(base, origin) in _BASES or chain(base)[-1:] == ("BaseSettings",)
        for ancestor, origin in lineage(tree, class_, module)
        for base in ancestor.bases
    )


def base_class(tree: Tree, base: ast.expr, module: Module) -> Definition | None:
    """The class of the project that a base names."""
    found = tree.define(base, module, module.scope)
    return found if found and found.class_ else None


def fields(tree: Tree, class_: ast.ClassDef, module: Module, *, prefix: str | None = None) -> tuple[SettingsField, ...]:
    """The fields of a class and of its bases in the project, the variables named as this class reads them.

    `prefix` replaces the class's own prefix: that is how a nested model is read. A class that derives from
    `BaseSettings` reads its own variables; any other model has none unless a prefix is given.
    """
    own = is_settings(tree, class_, module)
    options = _options(tree, class_, module) if own else _Options()
    if prefix is not None:
        options = _Options(prefix=prefix, delimiter=options.delimiter)
    readable = own or prefix is not None
    found: dict[str, SettingsField] = {}
    for ancestor, origin in reversed(lineage(tree, class_, module)):
        scope = origin.scopes.get(ancestor, origin.scope)
        for statement in ancestor.body:
            item = _field(tree, statement, origin, scope, options, readable=readable)
            if item:
                found[item.name] = item
    return tuple(found.values())


def nested(tree: Tree, item: SettingsField) -> Definition | None:
    """The class of the project that a field holds: by annotation, by default value or by default factory."""
    for expression in (item.annotation, item.default):
        for candidate in _candidates(expression):
            found = tree.define(candidate, item.module, item.scope)
            if found and found.class_:
                return found
    return None


def delimiter(tree: Tree, class_: ast.ClassDef, module: Module) -> str:
    """`env_nested_delimiter` of a settings class, "" without one."""
    return _options(tree, class_, module).delimiter


def _candidates(expression: ast.expr | None) -> tuple[ast.expr, ...]:
    if expression is None:
        return ()
    if isinstance(expression, ast.Call):
        factory = keyword(expression, "default_factory")
        return (expression.func, factory) if factory else (expression.func,)
    if isinstance(expression, ast.BinOp):
        return addends(expression)
    if isinstance(expression, ast.Subscript):
        return _candidates(expression.slice)
    return (expression,)


def lineage(tree: Tree, class_: ast.ClassDef, module: Module) -> tuple[tuple[ast.ClassDef, Module], ...]:
    """The class, then the classes of the project that it derives from, each once, the nearest first."""
    found = {class_: module}
    queue = [class_]
    for current in queue:
        origin = found[current]
        for base in current.bases:
            above = base_class(tree, base, origin)
            if above and above.class_ and above.class_ not in found and len(found) < _LIMIT:
                found[above.class_] = above.module
                queue.append(above.class_)
    return tuple(found.items())


def _options(tree: Tree, class_: ast.ClassDef, module: Module) -> _Options:
    prefix, separator = "", ""
    for ancestor, origin in reversed(lineage(tree, class_, module)):
        pairs = dict(_pairs(ancestor))
        prefix = _constant(tree, pairs.get("env_prefix"), origin, prefix)
        separator = _constant(tree, pairs.get("env_nested_delimiter"), origin, separator)
    return _Options(prefix, separator)


def _pairs(class_: ast.ClassDef) -> tuple[tuple[str, ast.expr], ...]:
    """Options of `model_config`, of an inner `Config` and of the class statement."""
    pairs = [(item.arg, item.value) for item in class_.keywords if item.arg]
    for statement in class_.body:
        if isinstance(statement, ast.ClassDef) and statement.name in ("Config", "ConfigDict"):
            pairs.extend(
                (target.id, inner.value)
                for inner in statement.body
                if isinstance(inner, ast.Assign)
                for target in inner.targets
                if isinstance(target, ast.Name)
            )
            continue
        if isinstance(statement, ast.Assign):
            names, value = statement.targets, statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            names, value = [statement.target], statement.value
        else:
            continue
        if not any(isinstance(name, ast.Name) and name.id == "model_config" for name in names):
            continue
        if isinstance(value, ast.Call):
            pairs.extend((item.arg, item.value) for item in value.keywords if item.arg)
        elif isinstance(value, ast.Dict):
            pairs.extend(
                (key.value, item)
                for key, item in zip(value.keys, value.values, strict=True)
                if isinstance(key, ast.Constant) and isinstance(key.value, str)
            )
    return tuple(pairs)


def _constant(tree: Tree, expression: ast.expr | None, module: Module, otherwise: str) -> str:
    text = literal(expression)
    if text is None and expression is not None:
        found = tree.define(expression, module, module.scope)
        text = literal(found.binding.value) if found and found.binding else None
    return otherwise if text is None else text


def _field(
    tree: Tree, statement: ast.stmt, module: Module, scope: Scope, options: _Options, *, readable: bool
) -> SettingsField | None:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        name, annotation, value = statement.target.id, statement.annotation, statement.value
    elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        name, annotation, value = statement.targets[0].id, None, statement.value
    else:
        return None
    if name == "model_config" or name.startswith("_") or _is_class_variable(annotation):
        return None
    default, required = value, value is None
    variable = f"{options.prefix}{name}".upper()
    if isinstance(value, ast.Call) and chain(value.func)[-1:] == ("Field",):
        default = keyword(value, "default", "default_factory") or positional(value, 0)
        required = default is None or _is_ellipsis(default)
        variable = _alias(value) or variable
    elif annotation is not None and (inner := _annotated(annotation)):
        variable = _alias(inner) or variable
        if value is None:
            default = keyword(inner, "default", "default_factory")
            required = default is None
    if default is not None and _is_ellipsis(default):
        default, required = None, True
    return SettingsField(
        name, variable if readable else "", annotation, default, required, module, scope, statement.lineno
    )


def _is_ellipsis(expression: ast.expr) -> bool:
    return isinstance(expression, ast.Constant) and expression.value is Ellipsis


def _is_class_variable(annotation: ast.expr | None) -> bool:
    if isinstance(annotation, ast.Subscript):
        annotation = annotation.value
    return annotation is not None and chain(annotation)[-1:] == ("ClassVar",)


def _annotated(annotation: ast.expr) -> ast.Call | None:
    """The `Field(...)` inside `Annotated[str, Field(...)]`."""
    if not isinstance(annotation, ast.Subscript) or not isinstance(annotation.slice, ast.Tuple):
        return None
    return next(
        (item for item in annotation.slice.elts if isinstance(item, ast.Call) and chain(item.func)[-1:] == ("Field",)),
        None,
    )


def _alias(field_call: ast.Call) -> str:
    """The name that an alias gives the variable; of several the first."""
    value = keyword(field_call, "validation_alias", "env", "alias")
    if isinstance(value, ast.Call) and value.args:
        value = value.args[0]
    if isinstance(value, (ast.List, ast.Tuple, ast.Set)) and value.elts:
        value = value.elts[0]
    text = literal(value)
    return text.upper() if text else ""
