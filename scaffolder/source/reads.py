"""One read of an environment variable, before reads of the same name become one variable."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from dataclasses import dataclass

from scaffolder.knowledge.secret_names import is_secret
from scaffolder.model.code import Place
from scaffolder.source.module import Module, Scope, chain, is_main_guard, literal, positional
from scaffolder.source.values import Data, Value

#: Name of a cast, an annotation or a method of a reader → type of the variable.
TYPES = {
    "int": "int",
    "PositiveInt": "int",
    "NonNegativeInt": "int",
    "float": "float",
    "Decimal": "float",
    "bool": "bool",
    "strtobool": "bool",
    "str": "str",
    "list": "list",
    "List": "list",
    "tuple": "list",
    "Tuple": "list",
    "set": "list",
    "Set": "list",
    "frozenset": "list",
    "Sequence": "list",
    "Csv": "list",
    "CommaSeparatedStrings": "list",
    "dict": "json",
    "Dict": "json",
    "json": "json",
    "Json": "json",
    "loads": "json",
    "url": "url",
    "URL": "url",
    "db": "url",
    "db_url": "url",
    "cache": "url",
    "cache_url": "url",
    "email": "url",
    "email_url": "url",
    "search_url": "url",
    "dj_db_url": "url",
    "dj_cache_url": "url",
    "dj_email_url": "url",
}

#: Types whose values are no secrets, whatever the name says: `TOKEN_LIMIT`, `USE_SECRET`.
_PLAIN = ("int", "float", "bool")


@dataclass(frozen=True, slots=True)
class Read:
    """One read. `required`: the code fails where the variable is missing; `at_start`: as soon as it is imported."""

    name: str
    place: Place
    via: str
    type: str = "str"
    default: str | None = None
    required: bool = False
    at_start: bool = False
    secret: bool = False


def make_read(
    name: str,
    place: Place,
    via: str,
    *,
    value: Value | None = None,
    kind: str = "",
    required: bool = False,
    at_start: bool = False,
    secret: bool = False,
) -> Read:
    """A read whose default is written as the reader parses it; without a `kind`, the type is that of the default."""
    kind = kind or type_of(value)
    text = None if value is None or value.data is None else text_of(value.data, via)
    hidden = secret or (is_secret(name) and kind not in _PLAIN)
    return Read(name, place, via, kind, text, required, required and at_start, hidden)


def text_of(data: Data, via: str) -> str:
    """A value as text in the environment: pydantic parses lists as JSON, Click splits at spaces, the others at commas.

    What is read straight from `os.environ` stays text, of which only the empty one is false.
    """
    if isinstance(data, bool):
        return "true" if data else "" if via == "os.environ" else "false"
    if isinstance(data, tuple):
        if via == "pydantic-settings":
            return json.dumps(data)
        return (" " if via == "cli" else ",").join(text_of(part, via) for part in data)
    return str(data)


def type_of(value: Value | None) -> str:
    """The type of a default."""
    match value.data if value else None:
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "float"
        case tuple():
            return "list"
        case _:
            return "str"


def cast_type(expression: ast.expr | None) -> str:
    """The type that a cast makes: `int`, `Csv()`, `[str]`; "" for one that is not known."""
    if isinstance(expression, ast.Call):
        expression = expression.func
    if isinstance(expression, ast.List):
        return "list"
    name = chain(expression)[-1:] if expression is not None else ()
    return TYPES.get(name[0], "") if name else ""


def casts(module: Module) -> dict[ast.expr, str]:
    """Argument → type, for `int(os.environ[...])`, `os.environ[...].split(",")` and the like."""
    found: dict[ast.expr, str] = {}
    for site in module.calls:
        function = site.call.func
        if isinstance(function, ast.Attribute) and function.attr == "split":
            inner = function.value
            while isinstance(inner, ast.Call) and chain(inner.func) == ("str",) and len(inner.args) == 1:
                inner = inner.args[0]
            for option in inner.values if isinstance(inner, ast.BoolOp) else [inner]:
                found[option] = "words" if literal(positional(site.call, 0)) in (None, " ") else "list"
        if site.last in ("int", "float", "bool", "strtobool", "loads") and len(site.call.args) == 1:
            inner = site.call.args[0]
            for option in inner.values if isinstance(inner, ast.BoolOp) else [inner]:
                found[option] = TYPES[site.last]
    return found


def insisted(module: Module) -> frozenset[ast.expr]:
    """What must not be None, as the code calls a method of it or makes a number of it."""
    methods = (site.call.func.value for site in module.calls if isinstance(site.call.func, ast.Attribute))
    numbers = (
        site.call.args[0]
        for site in module.calls
        if site.parts in (("int",), ("float",), ("json", "loads")) and len(site.call.args) == 1
    )
    return frozenset((*methods, *numbers))


def runs_on_import(scope: Scope) -> bool:
    """Whether code in this scope runs when its file is imported: at the top level or in the body of a class."""
    here: Scope | None = scope
    while here is not None:
        if here.function is not None:
            return False
        here = here.outer
    return True


class Flow:
    """Which expressions of a file run for sure, once the function or the file around them runs."""

    def __init__(self, module: Module) -> None:
        """Looks at the file when it is first asked."""
        self._module = module
        self._conditional: frozenset[ast.AST] | None = None

    def is_certain(self, node: ast.expr) -> bool:
        """False in a branch of `if`, `match`, `?:`, `and`, `or`, and where an error is caught."""
        if self._conditional is None:
            self._conditional = frozenset(_conditional(self._module))
        return node not in self._conditional

    def at_start(self, node: ast.expr, scope: Scope) -> bool:
        """Whether the expression runs, for sure, when the file is imported."""
        guard = self._module.guard
        return runs_on_import(scope) and not (guard and node.lineno >= guard) and self.is_certain(node)


def _conditional(module: Module) -> Iterable[ast.AST]:
    stack: list[tuple[ast.AST, bool]] = [(module.tree, False)]
    while stack:
        node, conditional = stack.pop()
        if conditional and isinstance(node, (ast.Call, ast.Subscript)):
            yield node
        maybe = set(_branches(node))
        stack.extend((child, conditional or child in maybe) for child in ast.iter_child_nodes(node))


def _branches(node: ast.AST) -> Iterable[ast.AST]:
    match node:
        case ast.If():
            return node.orelse if is_main_guard(node.test) else (*node.body, *node.orelse)
        case ast.IfExp():
            return node.body, node.orelse
        case ast.BoolOp():
            return node.values[1:]
        case ast.Match():
            return node.cases
        case ast.Try() if not all(_raises(handler) for handler in node.handlers):
            return (*node.body, *node.handlers)
        case ast.Try():
            return node.handlers
        case _:
            return ()


def _raises(node: ast.AST) -> bool:
    return any(isinstance(part, ast.Raise) for part in ast.walk(node))
