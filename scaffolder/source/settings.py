"""Settings classes of pydantic: which environment variable feeds which field."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from scaffolder.source.module import Function, Module, Scope, addends, chain, keyword, literal, positional
from scaffolder.source.tree import Definition, Tree

#: `BaseSettings` of pydantic 1 knows `Field(env=...)` and gives `Optional[...]` the default None; that of
#: pydantic-settings reads aliases instead, and an optional field without a default is required.
#: https://docs.pydantic.dev/1.10/usage/settings/ https://docs.pydantic.dev/latest/concepts/pydantic_settings/
_FIRST = frozenset({"pydantic.BaseSettings", "pydantic.v1.BaseSettings", "pydantic.env_settings.BaseSettings"})
_BASES = _FIRST | {"pydantic_settings.BaseSettings", "pydantic_settings.main.BaseSettings"}

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
    case_sensitive: bool = False
    #: The class is one of pydantic 1.
    first: bool = False
    #: Field → variable, from `Config.fields` of pydantic 1.
    names: Mapping[str, str] = field(default_factory=dict)

    def variable(self, name: str) -> str:
        return name if self.case_sensitive else name.upper()


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
        options = replace(options, prefix=prefix)
    readable = own or prefix is not None
    found: dict[str, SettingsField] = {}
    prepared = {name for function in _methods(tree, class_, module) for name in _prepared(function)}
    for ancestor, origin in reversed(lineage(tree, class_, module)):
        scope = origin.scopes.get(ancestor, origin.scope)
        for statement in ancestor.body:
            item = _field(statement, origin, scope, options, readable=readable)
            if item:
                refused = own and not options.first and _is_refused(item) and item.name not in prepared
                found[item.name] = replace(item, default=None, required=True) if refused else item
    return tuple(found.values())


def nested(tree: Tree, item: SettingsField) -> Definition | None:
    """The class of the project that a field holds: by annotation, by default value or by default factory."""
    for expression in (item.annotation, item.default):
        for candidate in _candidates(expression):
            found = tree.define(candidate, item.module, item.scope)
            if found and found.class_:
                return found
    return None


def computed(tree: Tree, class_: ast.ClassDef, module: Module) -> frozenset[str]:
    """The fields that the class may fill by itself before it looks whether they are missing."""
    return frozenset(name for function in _methods(tree, class_, module) for name in _stored(function))


def _methods(tree: Tree, class_: ast.ClassDef, module: Module) -> Iterator[Function]:
    for ancestor, _ in lineage(tree, class_, module):
        yield from (item for item in ancestor.body if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)))


def _stored(function: Function) -> Iterator[str]:
    """What `values["x"] = ...` names."""
    for node in ast.walk(function):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and (text := literal(node.slice)):
            yield text


def _prepared(function: Function) -> Iterator[str]:
    """The fields whose values a validator sees before pydantic's own: one that is missing is none of them.

    https://docs.pydantic.dev/latest/concepts/validators/#field-before-validator
    """
    for decorator in function.decorator_list:
        if not isinstance(decorator, ast.Call):
            continue
        mode, pre = literal(keyword(decorator, "mode")), keyword(decorator, "pre")
        if mode == "before" or (isinstance(pre, ast.Constant) and pre.value is True):
            yield from (text for argument in decorator.args if (text := literal(argument)))


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
    options = _Options()
    for ancestor, origin in reversed(lineage(tree, class_, module)):
        pairs = dict(_pairs(tree, ancestor, origin))
        scope = origin.scopes.get(ancestor, origin.scope)
        sensitive = pairs.get("case_sensitive")
        options = _Options(
            prefix=_constant(tree, pairs.get("env_prefix"), origin, scope, options.prefix),
            delimiter=_constant(tree, pairs.get("env_nested_delimiter"), origin, scope, options.delimiter),
            case_sensitive=sensitive.value is True if isinstance(sensitive, ast.Constant) else options.case_sensitive,
            first=options.first or any(tree.foreign(base, origin) in _FIRST for base in ancestor.bases),
            names={**options.names, **dict(_named(pairs.get("fields")))},
        )
    return options


def _named(table: ast.expr | None) -> Iterator[tuple[str, str]]:
    """`fields = {"key": {"env": "KEY"}}`, also `{"key": "KEY"}`."""
    for key, value in zip(table.keys, table.values, strict=True) if isinstance(table, ast.Dict) else ():
        inner = dict(zip(map(literal, value.keys), value.values, strict=True)) if isinstance(value, ast.Dict) else {}
        given = inner.get("env", value)
        given = given.elts[0] if isinstance(given, (ast.List, ast.Tuple)) and given.elts else given
        name, variable = literal(key), literal(given)
        if name and variable:
            yield name, variable


def _pairs(tree: Tree, class_: ast.ClassDef, module: Module) -> tuple[tuple[str, ast.expr], ...]:
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
        if isinstance(value, ast.Name):
            shared = tree.define(value, module, module.scope)
            value = shared.binding.value if shared and shared.binding else value
        if isinstance(value, ast.Call):
            pairs.extend((item.arg, item.value) for item in value.keywords if item.arg)
        elif isinstance(value, ast.Dict):
            pairs.extend(
                (key.value, item)
                for key, item in zip(value.keys, value.values, strict=True)
                if isinstance(key, ast.Constant) and isinstance(key.value, str)
            )
    return tuple(pairs)


def _constant(tree: Tree, expression: ast.expr | None, module: Module, scope: Scope, otherwise: str) -> str:
    text = literal(expression)
    if text is None and expression is not None:
        found = tree.define(expression, module, scope)
        text = literal(found.binding.value) if found and found.binding else None
    return otherwise if text is None else text


def _field(
    statement: ast.stmt, module: Module, scope: Scope, options: _Options, *, readable: bool
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
    variable = options.names.get(name, f"{options.prefix}{name}")
    if isinstance(value, ast.Call) and chain(value.func)[-1:] == ("Field",):
        default = keyword(value, "default", "default_factory") or positional(value, 0)
        required = default is None
        variable = _alias(value, options) or variable
    elif annotation is not None and (inner := _annotated(annotation)):
        variable = _alias(inner, options) or variable
        if value is None:
            default = keyword(inner, "default", "default_factory")
            required = default is None
    if default is not None and _is_ellipsis(default):
        default, required = None, True
    elif default is None and options.first and annotation is not None:
        required = not _is_optional(annotation)
    variable = options.variable(variable) if readable else ""
    return SettingsField(name, variable, annotation, default, required, module, scope, statement.lineno)


def _is_refused(item: SettingsField) -> bool:
    """`NAME: str = None`: pydantic-settings validates defaults too, and refuses this one.

    https://docs.pydantic.dev/latest/concepts/pydantic_settings/#validation-of-default-values
    """
    is_none = isinstance(item.default, ast.Constant) and item.default.value is None
    return is_none and isinstance(item.annotation, ast.Name) and item.annotation.id in ("str", "int", "float", "bool")


def _is_optional(annotation: ast.expr) -> bool:
    """`Optional[X]` or `X | None`, also as text."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value.startswith("Optional[") or annotation.value.endswith("| None")
    if isinstance(annotation, ast.Subscript):
        return chain(annotation.value)[-1:] == ("Optional",)
    return any(isinstance(part, ast.Constant) and part.value is None for part in addends(annotation))


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


def _alias(field_call: ast.Call, options: _Options) -> str:
    """The name that an alias, or `env` in pydantic 1, gives the variable; of several the first."""
    value = keyword(field_call, "env") if options.first else keyword(field_call, "validation_alias", "alias")
    while isinstance(value, ast.Call) and value.args:  # AliasChoices("a", "b"), AliasChoices(AliasPath("a", 0))
        value = value.args[0]
    if isinstance(value, (ast.List, ast.Tuple, ast.Set)) and value.elts:
        value = value.elts[0]
    return literal(value) or ""
