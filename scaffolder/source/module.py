"""One source file, parsed and walked once: its names, its scopes, its calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from scaffolder.model.code import Place
from scaffolder.source.syntax import parse_source

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

#: Fields that never lead to a statement or an expression of interest.
_LEAVES = frozenset(
    {"ctx", "op", "ops", "id", "attr", "level", "module", "type_comment", "type_ignores", "kind", "tag"}
)

_CHILDREN: dict[type[ast.AST], tuple[str, ...]] = {
    kind: tuple(name for name in kind._fields if name not in _LEAVES)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}

#: Kinds of nodes that mean something by themselves; the others only lead to their children.
_SPECIAL = frozenset(
    {
        ast.AnnAssign,
        ast.Assign,
        ast.AsyncFor,
        ast.AsyncFunctionDef,
        ast.AsyncWith,
        ast.AugAssign,
        ast.Call,
        ast.ClassDef,
        ast.Constant,
        ast.Expr,
        ast.For,
        ast.FunctionDef,
        ast.If,
        ast.Import,
        ast.ImportFrom,
        ast.JoinedStr,
        ast.NamedExpr,
        ast.Subscript,
        ast.With,
    }
)

#: What the walk never visits: names mean nothing alone, and the rest is no node.
_SKIPPED = frozenset({ast.Name, ast.Pass, str, type(None)})

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Imported:
    """`from <level dots><module> import <name>`; `name` is None for `import module`."""

    level: int
    module: str
    name: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Binding:
    """A value that a name is bound to. `loop` marks one of the elements that a `for` runs over."""

    value: ast.expr
    line: int
    guarded: bool = False
    loop: bool = False


@dataclass(eq=False, slots=True)
class Scope:
    """A module, a class body or a function body."""

    node: Function | ast.ClassDef | None = None
    outer: Scope | None = None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    parameters: frozenset[str] = frozenset()

    @property
    def function(self) -> Function | None:
        """The function whose body this is."""
        return self.node if isinstance(self.node, _FUNCTIONS) else None

    @property
    def is_module(self) -> bool:
        """Whether this is the top level of the file."""
        return self.node is None


@dataclass(frozen=True, slots=True)
class Site:
    """A call and where it stands. `guarded`: inside `if __name__ == "__main__":`."""

    call: ast.Call
    scope: Scope
    guarded: bool
    #: The callable as it is written: `("app", "run")`, () when it is no plain dotted name.
    parts: tuple[str, ...]
    #: The last part; also of a callable that is no plain dotted name, such as `Path("x").mkdir`.
    last: str
    #: The full dotted name of an imported callable: `uvicorn.run`; "" for anything else.
    name: str = ""


@dataclass(frozen=True, slots=True)
class Store:
    """An assignment to an attribute or an item, or one that adds: `config.bind = ...`, `urlpatterns += ...`."""

    target: ast.expr
    value: ast.expr
    scope: Scope


@dataclass(eq=False, slots=True)
class Module:
    """What is written in one file, in source order."""

    path: str
    tree: ast.Module
    scope: Scope
    imports: dict[str, Imported] = field(default_factory=dict)
    #: Imports inside functions, for names that the module level does not import.
    local_imports: dict[str, Imported] = field(default_factory=dict)
    #: Modules of `from x import *`.
    stars: list[Imported] = field(default_factory=list)
    functions: dict[str, Function] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    calls: list[Site] = field(default_factory=list)
    #: `x["text"]`, and whatever stands behind `environ`.
    items: list[tuple[ast.Subscript, Scope]] = field(default_factory=list)
    stores: list[Store] = field(default_factory=list)
    #: Literals outside docstrings that hold `://`, formatted ones included.
    urls: list[tuple[ast.expr, Scope]] = field(default_factory=list)
    defined: list[tuple[Function, Scope]] = field(default_factory=list)
    declared: list[tuple[ast.ClassDef, Scope]] = field(default_factory=list)
    scopes: dict[ast.AST, Scope] = field(default_factory=dict)
    #: Line of `if __name__ == "__main__":`, 0 without one.
    guard: int = 0

    def place(self, node: ast.expr | ast.stmt) -> Place:
        """Where a node stands."""
        return Place(path=self.path, line=node.lineno)

    def imported(self, name: str) -> Imported | None:
        """The import that binds a name."""
        return self.imports.get(name) or self.local_imports.get(name)

    def foreign(self, parts: tuple[str, ...]) -> str:
        """The full dotted name of something imported absolutely, "" for anything else."""
        imported = self.imported(parts[0]) if parts else None
        if imported is None or imported.level:
            return ""
        start = (imported.module,) if imported.name is None else (imported.module, imported.name)
        return ".".join((*start, *parts[1:]))


def parse(path: str, text: str) -> Module:
    """Parses and walks a file. Raises SyntaxError, ValueError, RecursionError, MemoryError, as `parse_source` does."""
    tree = parse_source(text)
    module = Module(path=path, tree=tree, scope=Scope())
    _walk(module)
    _sort(module)
    return module


def _walk(module: Module) -> None:  # noqa: C901, PLR0912, PLR0915 - one dispatch, one branch per kind of node
    calls: list[tuple[ast.Call, Scope, bool]] = []
    stack: list[tuple[ast.AST, Scope, bool]] = [(statement, module.scope, False) for statement in module.tree.body]
    while stack:
        node, scope, guarded = stack.pop()
        kind = type(node)
        if kind not in _SPECIAL:
            for name in _CHILDREN[kind]:
                value = getattr(node, name, None)
                if value.__class__ is list:
                    stack.extend([(part, scope, guarded) for part in value if part.__class__ not in _SKIPPED])
                elif isinstance(value, ast.AST) and value.__class__ is not ast.Name:
                    stack.append((value, scope, guarded))
            continue
        if kind is ast.Constant:
            if isinstance(node.value, str) and "://" in node.value:  # type: ignore[attr-defined]
                module.urls.append((node, scope))  # type: ignore[arg-type]
            continue
        if isinstance(node, ast.Call):
            calls.append((node, scope, guarded))
        elif isinstance(node, ast.JoinedStr):
            if any(isinstance(part, ast.Constant) and "://" in str(part.value) for part in node.values):
                module.urls.append((node, scope))
            stack.extend((part, scope, guarded) for part in node.values if isinstance(part, ast.FormattedValue))
            continue
        elif isinstance(node, ast.Expr):
            if not isinstance(node.value, ast.Constant):
                stack.append((node.value, scope, guarded))
            continue
        elif isinstance(node, _FUNCTIONS):
            module.defined.append((node, scope))
            if scope.is_module:
                module.functions[node.name] = node
            inner = Scope(node, scope, parameters=_parameters(node.args))
            module.scopes[node] = inner
            stack.extend((part, scope, guarded) for part in (*node.decorator_list, *node.args.defaults))
            stack.extend((part, scope, guarded) for part in node.args.kw_defaults if part is not None)
            stack.extend((part, inner, guarded) for part in node.body)
            continue
        elif isinstance(node, ast.ClassDef):
            module.declared.append((node, scope))
            if scope.is_module:
                module.classes[node.name] = node
            inner = Scope(node, scope)
            module.scopes[node] = inner
            stack.extend((part, scope, guarded) for part in (*node.decorator_list, *node.keywords))
            stack.extend((part, inner, guarded) for part in node.body)
            continue
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                _bind(module, scope, target, node.value, guarded=guarded)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                _bind(module, scope, node.target, node.value, guarded=guarded)
                stack.append((node.value, scope, guarded))
            continue
        elif isinstance(node, ast.AugAssign):
            module.stores.append(Store(node.target, node.value, scope))
        elif isinstance(node, ast.NamedExpr):
            _bind(module, scope, node.target, node.value, guarded=guarded)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                if item.optional_vars is not None:
                    _bind(module, scope, item.optional_vars, item.context_expr, guarded=guarded)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            if isinstance(node.target, ast.Name) and isinstance(node.iter, (ast.Tuple, ast.List)):
                for element in node.iter.elts:
                    binding = Binding(element, node.lineno, guarded, loop=True)
                    scope.bindings.setdefault(node.target.id, []).append(binding)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                _import(module, scope, alias.asname or alias.name.partition(".")[0], _plain(alias, node.lineno))
            continue
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                imported = Imported(node.level, node.module or "", alias.name, node.lineno)
                if alias.name == "*":
                    module.stars.append(imported)
                else:
                    _import(module, scope, alias.asname or alias.name, imported)
            continue
        elif isinstance(node, ast.If):
            if scope.is_module and is_main_guard(node.test):
                module.guard = module.guard or node.lineno
                stack.extend((part, scope, True) for part in node.body)
                stack.extend((part, scope, guarded) for part in node.orelse)
                continue
        elif isinstance(node, ast.Subscript) and (literal(node.slice) is not None or _is_environ(node.value)):
            module.items.append((node, scope))
        for name in _CHILDREN[kind]:
            value = getattr(node, name, None)
            if value.__class__ is list:
                stack.extend([(part, scope, guarded) for part in value if part.__class__ not in _SKIPPED])
            elif isinstance(value, ast.AST) and value.__class__ is not ast.Name:
                stack.append((value, scope, guarded))
    module.calls = [_site(module, *entry) for entry in calls]


def _site(module: Module, call: ast.Call, scope: Scope, guarded: bool) -> Site:
    parts = chain(call.func)
    last = parts[-1] if parts else getattr(call.func, "attr", "")
    return Site(call, scope, guarded, parts, last, module.foreign(parts))


def _plain(alias: ast.alias, line: int) -> Imported:
    module = alias.name if alias.asname else alias.name.partition(".")[0]
    return Imported(0, module, None, line)


def _import(module: Module, scope: Scope, name: str, imported: Imported) -> None:
    table = module.imports if scope.is_module else module.local_imports
    known = table.get(name)
    if known is None or known.line < imported.line:
        table[name] = imported


def _is_environ(expression: ast.expr) -> bool:
    return chain(expression)[-1:] == ("environ",)


def _parameters(arguments: ast.arguments) -> frozenset[str]:
    named = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    rest = (arguments.vararg, arguments.kwarg)
    return frozenset(argument.arg for argument in (*named, *rest) if argument is not None)


def _bind(module: Module, scope: Scope, target: ast.expr, value: ast.expr, *, guarded: bool) -> None:
    if isinstance(target, ast.Name):
        scope.bindings.setdefault(target.id, []).append(Binding(value, target.lineno, guarded))
    elif isinstance(target, (ast.Attribute, ast.Subscript)):
        module.stores.append(Store(target, value, scope))
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for name, element in zip(target.elts, value.elts, strict=True):
            _bind(module, scope, name, element, guarded=guarded)


def is_main_guard(test: ast.expr) -> bool:
    """`__name__ == "__main__"`, also the other way round and as a part of `and`."""
    if isinstance(test, ast.BoolOp):
        return any(is_main_guard(value) for value in test.values)
    if not isinstance(test, ast.Compare) or len(test.comparators) != 1 or not isinstance(test.ops[0], ast.Eq):
        return False
    sides = (test.left, test.comparators[0])
    names = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    return names and any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)


def _sort(module: Module) -> None:
    """The walk visits backwards; everything is put into source order."""
    module.calls.sort(key=lambda site: (site.call.lineno, site.call.col_offset))
    module.items.sort(key=lambda item: (item[0].lineno, item[0].col_offset))
    module.urls.sort(key=lambda item: (item[0].lineno, item[0].col_offset))
    module.stores.sort(key=lambda store: (store.target.lineno, store.target.col_offset))
    module.defined.sort(key=lambda item: item[0].lineno)
    module.declared.sort(key=lambda item: item[0].lineno)
    for scope in (module.scope, *module.scopes.values()):
        for bindings in scope.bindings.values():
            bindings.sort(key=lambda binding: binding.line)


def positional(call: ast.Call, index: int) -> ast.expr | None:
    """The positional argument at `index`, None when it is missing or hidden behind a star."""
    if any(isinstance(argument, ast.Starred) for argument in call.args[: index + 1]):
        return None
    return call.args[index] if index < len(call.args) else None


def keyword(call: ast.Call, *names: str) -> ast.expr | None:
    """The value of the first of these keyword arguments that the call has."""
    return next((item.value for name in names for item in call.keywords if item.arg == name), None)


def chain(expression: ast.expr) -> tuple[str, ...]:
    """`a.b.c` → `("a", "b", "c")`; () when it is no plain dotted name."""
    parts: list[str] = []
    while isinstance(expression, ast.Attribute):
        parts.append(expression.attr)
        expression = expression.value
    if not isinstance(expression, ast.Name):
        return ()
    return (expression.id, *reversed(parts))


def addends(expression: ast.expr) -> tuple[ast.expr, ...]:
    """`a + b + c` → a, b, c, in order; the same for every other operator. However long, it takes no recursion."""
    found: list[ast.expr] = []
    stack = [expression]
    while stack:
        part = stack.pop()
        if isinstance(part, ast.BinOp):
            stack.extend((part.right, part.left))
        else:
            found.append(part)
    return tuple(found)


def literal(expression: ast.expr | None) -> str | None:
    """The text of a string literal."""
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        return expression.value
    return None


def returns(function: Function) -> Iterator[ast.expr]:
    """Every value that the function itself returns, not the functions inside it; in source order."""
    stack: list[ast.AST] = list(reversed(function.body))
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Return) and node.value is not None:
            yield node.value
        elif not isinstance(node, (*_FUNCTIONS, ast.ClassDef, ast.Lambda, ast.expr)):
            stack.extend(reversed(list(ast.iter_child_nodes(node))))
