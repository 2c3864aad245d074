"""Variables read from `os.environ` itself, from a copy of it, or from a `.env` file, also through helper functions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scaffolder.source.module import Function, Module, Scope, Site, chain, keyword, literal, positional
from scaffolder.source.reads import TYPES, Flow, Read, casts, insisted, make_read
from scaffolder.source.tree import Tree
from scaffolder.source.values import Values

_MAPPING, _GETTER = "mapping", "getter"

#: Dotted name → what it is. `dotenv_values` returns what stands in `.env`, which Compose gives to the container.
_SOURCES = {
    "os.environ": _MAPPING,
    "os.environb": _MAPPING,
    "os.environ.copy": _MAPPING,
    "dotenv.dotenv_values": _MAPPING,
    "dotenv.main.dotenv_values": _MAPPING,
    "os.getenv": _GETTER,
    "os.environ.get": _GETTER,
    "os.environ.pop": _GETTER,
    "os.environ.setdefault": _GETTER,
}
_METHODS = ("get", "pop", "setdefault")
_MARKERS = ("environ", "getenv", "dotenv_values")
_TYPED = re.compile(r"(?:^|_)(int|float|bool|list|json)(?:$|_)")
_UPPER = re.compile(r"[A-Z][A-Z0-9_]*")
_TEST = re.compile(r"\bin\s+(?:\w+\.)?environ\b")
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class _Helper:
    """A function of the project that reads the variable named by its argument at `index`, `self` not counted."""

    index: int
    parameter: str
    required: bool


def environ_reads(tree: Tree, values: Values, modules: Iterable[Module]) -> Iterator[Read]:
    """Every read whose name is written in the source, in these files."""
    search = _Search(tree, values, tuple(modules))
    yield from search.direct()
    yield from search.helped()


class _Search:
    def __init__(self, tree: Tree, values: Values, modules: tuple[Module, ...]) -> None:
        self._tree = tree
        self._values = values
        self._modules = modules
        self._flows = {module: Flow(module) for module in modules}
        self._helpers: dict[Function, _Helper] = {}
        self._loops: dict[Module, dict[str, list[ast.expr]]] = {}
        self._types: dict[Module, dict[ast.expr, str]] = {}
        self._insisted: dict[Module, frozenset[ast.expr]] = {}
        marked = [module for module in modules if any(marker in tree.texts[module.path] for marker in _MARKERS)]
        self._marked = frozenset(marked)
        self._aliases = {module: dict(_aliases(module)) for module in marked}
        self._shared = frozenset(name for aliases in self._aliases.values() for name in aliases)

    def direct(self) -> Iterator[Read]:
        """Reads by name; on the way, the helpers are found."""
        for module in self._modules:
            for item, scope in module.items:
                if isinstance(item.ctx, ast.Load) and self._source(item.value, module, scope) == _MAPPING:
                    yield from self._item(item, module, scope)
            for site in module.calls:
                if self._is_getter(site, module):
                    yield from self._get(site, module)
            if module in self._marked and self._may_test(module):
                yield from self._tests(module)

    def helped(self) -> Iterator[Read]:
        """Calls of helpers, and of helpers of helpers."""
        seen: set[ast.Call] = set()
        for _ in range(_ROUNDS):
            names = {function.name for function in self._helpers}
            found = len(self._helpers)
            for module in self._modules if names else ():
                for site in module.calls:
                    if site.last in names and site.call not in seen:
                        for read in self._helped(site, module):
                            seen.add(site.call)
                            yield read
            if len(self._helpers) == found:
                return

    def _source(self, expression: ast.expr, module: Module, scope: Scope) -> str:
        """`mapping` or `getter` for what holds the environment, "" for anything else."""
        parts = chain(expression)
        if not parts:
            return ""
        known = _SOURCES.get(module.foreign(parts), "")
        if known or len(parts) > 1 or parts[0] not in self._shared:
            return known
        own = self._aliases.get(module, {}).get(parts[0], "")
        if own or module.imported(parts[0]) is None:
            return own
        found = self._tree.define(expression, module, scope)
        return self._aliases.get(found.module, {}).get(parts[0], "") if found and found.binding else ""

    def _is_getter(self, site: Site, module: Module) -> bool:
        if _SOURCES.get(site.name) == _GETTER:
            return True
        function = site.call.func
        if isinstance(function, ast.Attribute) and function.attr in _METHODS:
            return self._source(function.value, module, site.scope) == _MAPPING
        return len(site.parts) == 1 and self._source(function, module, site.scope) == _GETTER

    def _item(self, item: ast.Subscript, module: Module, scope: Scope) -> Iterator[Read]:
        flow = self._flows[module]
        if self._found_helper(item.slice, scope, required=flow.is_certain(item)):
            return
        for name in self._names(item.slice, module, scope):
            # What the same file puts there is there.
            required = flow.is_certain(item) and not self._is_set(name, module)
            yield make_read(
                name,
                module.place(item),
                "os.environ",
                kind=self._casts(module).get(item, ""),
                required=required,
                at_start=required and flow.at_start(item, scope),
            )

    def _get(self, site: Site, module: Module) -> Iterator[Read]:
        call = site.call
        first = positional(call, 0) or keyword(call, "key")
        if first is None or self._found_helper(first, site.scope, required=False):
            return
        default = positional(call, 1) or keyword(call, "default")
        value = self._values.read(default, module, site.scope)
        wrapped = any(call in outer.call.args for outer in module.calls) if value and value.data is False else False
        flow = self._flows[module]
        needed = default is None and self._is_insisted(call, module) and flow.is_certain(call)
        for name in self._names(first, module, site.scope):
            required = needed and not self._is_set(name, module)
            read = make_read(
                name,
                module.place(call),
                "os.environ",
                value=value,
                kind=self._casts(module).get(call, ""),
                required=required,
                at_start=required and flow.at_start(call, site.scope),
            )
            # A helper such as `strtobool` parses what it is given, and "" is none of its words.
            is_parsed = wrapped and site.call not in _truths(module)
            yield Read(read.name, read.place, read.via, read.type, "false") if is_parsed else read

    def _may_test(self, module: Module) -> bool:
        text = self._tree.texts[module.path]
        return bool(_TEST.search(text)) or any(f" in {alias}" in text for alias in self._aliases[module])

    def _tests(self, module: Module) -> Iterator[Read]:
        """`"X" in os.environ`; `not in` before a `raise` makes it required."""
        flow = self._flows[module]
        needed = {
            node.test
            for node in ast.walk(module.tree)
            if isinstance(node, ast.If) and any(isinstance(part, ast.Raise) for part in node.body)
        }
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], (ast.In, ast.NotIn)):
                continue
            if self._source(node.comparators[0], module, module.scope) != _MAPPING:
                continue
            required = node in needed and isinstance(node.ops[0], ast.NotIn)
            outer = next((scope for part, scope in module.scopes.items() if _holds(part, node)), module.scope)
            for name in self._names(node.left, module, outer):
                at_start = required and flow.at_start(node, outer)
                yield make_read(name, module.place(node), "os.environ", required=required, at_start=at_start)

    def _names(self, key: ast.expr, module: Module, scope: Scope) -> tuple[str, ...]:
        """The names that a key stands for: one, or every one that a loop goes through."""
        value = self._values.read(key, module, scope)
        if value is not None and value.text:
            return (value.text,)
        if not isinstance(key, ast.Name):
            return ()
        if module not in self._loops:
            self._loops[module] = _loops(module)
        found: list[str] = []
        for series in self._loops[module].get(key.id, ()):
            listed = self._values.read(series, module, scope)
            if listed is not None and isinstance(listed.data, tuple):
                found.extend(item for item in listed.data if isinstance(item, str) and _UPPER.fullmatch(item))
        return tuple(dict.fromkeys(found))

    def _is_set(self, name: str, module: Module) -> bool:
        targets = (store.target for store in module.stores)
        if any(isinstance(item, ast.Subscript) and literal(item.slice) == name for item in targets):
            return True
        sites = (site for site in module.calls if site.last == "setdefault")
        return any(literal(positional(site.call, 0)) == name for site in sites)

    def _found_helper(self, key: ast.expr, scope: Scope, *, required: bool) -> bool:
        """Whether the key is a parameter: its function is remembered as a helper then."""
        if not isinstance(key, ast.Name):
            return False
        here: Scope | None = scope
        while here is not None and key.id not in here.parameters:
            if key.id in here.bindings:
                return False
            here = here.outer
        function = here.function if here is not None else None
        if here is None or function is None:
            return False
        names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        bound = (
            here.outer is not None and isinstance(here.outer.node, ast.ClassDef) and names[:1] in (["self"], ["cls"])
        )
        raises = any(isinstance(part, ast.Raise) for part in ast.walk(function))
        if key.id in names:
            index = names.index(key.id) - bound
            known = self._helpers.get(function)
            needed = required or raises or (known is not None and known.required)
            self._helpers[function] = _Helper(index, key.id, needed)
        return True

    def _helped(self, site: Site, module: Module) -> Iterator[Read]:
        function = self._called(site, module)
        helper = self._helpers.get(function) if function is not None else None
        if helper is None:
            return
        call, flow = site.call, self._flows[module]
        first = positional(call, helper.index) or keyword(call, helper.parameter)
        if first is None or self._found_helper(first, site.scope, required=helper.required):
            return
        name = literal(first) or ""
        if not _UPPER.fullmatch(name):
            return
        default = positional(call, helper.index + 1) or keyword(call, "default", "default_value", "fallback")
        typed = _TYPED.search(site.last)
        needed = helper.required or self._is_insisted(call, module)
        required = needed and default is None and flow.is_certain(call)
        yield make_read(
            name,
            module.place(call),
            "os.environ",
            value=self._values.read(default, module, site.scope),
            kind=TYPES[typed[1]] if typed else self._casts(module).get(call, ""),
            required=required,
            at_start=required and flow.at_start(call, site.scope),
        )

    def _casts(self, module: Module) -> dict[ast.expr, str]:
        if module not in self._types:
            self._types[module] = casts(module)
        return self._types[module]

    def _is_insisted(self, call: ast.Call, module: Module) -> bool:
        if module not in self._insisted:
            self._insisted[module] = insisted(module)
        return call in self._insisted[module]

    def _called(self, site: Site, module: Module) -> Function | None:
        """The function of the project that a call runs: by its name, or as a method of an object or a class."""
        found = self._tree.define(site.call.func, module, site.scope) if site.parts else None
        if found is not None:
            return found.function
        function = site.call.func
        if not isinstance(function, ast.Attribute):
            return None
        owner = self._values.instance(function.value, module, site.scope)
        body = owner.class_.body if owner is not None and owner.class_ is not None else []
        methods = (part for part in body if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)))
        return next((method for method in methods if method.name == function.attr), None)


def _aliases(module: Module) -> Iterator[tuple[str, str]]:
    """Names bound to the environment, to a copy of it, or to what reads it."""
    for scope in (module.scope, *module.scopes.values()):
        for name, bindings in scope.bindings.items():
            for binding in bindings:
                kind = _bound(binding.value, module)
                if kind:
                    yield name, kind


def _bound(value: ast.expr, module: Module) -> str:
    match value:
        case ast.Call(func=ast.Name(id="dict"), args=[inner]):
            return _bound(inner, module)
        case ast.Call(func=function):
            made = module.foreign(chain(function))
            return _MAPPING if _SOURCES.get(made) == _MAPPING else ""
        case ast.Dict(keys=keys, values=parts):
            spread = (part for key, part in zip(keys, parts, strict=True) if key is None)
            return next((kind for part in spread if (kind := _bound(part, module))), "")
        case ast.Attribute() | ast.Name():
            return _SOURCES.get(module.foreign(chain(value)), "")
        case _:
            return ""


def _loops(module: Module) -> dict[str, list[ast.expr]]:
    """Loop variable → what it goes through, for every `for` of the file."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)) and isinstance(node.target, ast.Name):
            found.setdefault(node.target.id, []).append(node.iter)
    return found


def _truths(module: Module) -> frozenset[ast.expr]:
    """What stands alone in `bool(...)`: only the empty text is false there."""
    calls = (site.call for site in module.calls if site.parts == ("bool",))
    return frozenset(argument for call in calls for argument in call.args)


def _holds(outer: ast.AST, node: ast.expr) -> bool:
    begin, end = getattr(outer, "lineno", 0), getattr(outer, "end_lineno", 0)
    return begin <= node.lineno <= end
