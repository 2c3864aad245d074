"""The source tree: files parsed when they are needed, and names followed from one file to another."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping
from dataclasses import dataclass

from scaffolder.source.module import Binding, Function, Imported, Module, Scope, chain, parse
from scaffolder.source.roots import Roots

_DEPTH = 8
#: Names of modules that are asked for the origin of one.
_MOST_ASKED = 100


@dataclass(frozen=True, slots=True)
class Definition:
    """What a name stands for. Exactly one of `function`, `class_`, `binding` is set, or none for a whole module."""

    module: Module
    scope: Scope
    name: str
    function: Function | None = None
    class_: ast.ClassDef | None = None
    binding: Binding | None = None

    @property
    def is_module(self) -> bool:
        """Whether the name stands for a file."""
        return self.function is None and self.class_ is None and self.binding is None


class Tree:
    """The files of a project. Parsing is lazy and cached; what cannot be parsed is remembered."""

    def __init__(self, texts: Mapping[str, str], roots: Roots) -> None:
        """`texts` has every file of the project."""
        self.texts = texts
        self.roots = roots
        self.unparsed: dict[str, str] = {}
        self._modules: dict[str, Module | None] = {}

    def module(self, path: str) -> Module | None:
        """The parsed file, None when it cannot be parsed."""
        if path not in self._modules:
            self._modules[path] = self._parse(path)
        return self._modules[path]

    @property
    def parsed(self) -> tuple[Module, ...]:
        """Every file parsed so far, sorted by path."""
        return tuple(module for _, module in sorted(self._modules.items()) if module)

    def _parse(self, path: str) -> Module | None:
        try:
            with warnings.catch_warnings():
                # Invalid escapes in other people's strings are none of our business.
                warnings.simplefilter("ignore")
                return parse(path, self.texts[path])
        except SyntaxError as error:
            self.unparsed[path] = f"line {error.lineno or 0}: {error.msg}"
        except (ValueError, RecursionError, MemoryError) as error:
            self.unparsed[path] = str(error) or type(error).__name__
        return None

    def follow(self, module: Module, imported: Imported, depth: int = 0) -> Definition | None:
        """What an import brings in, when it comes from the project."""
        if depth > _DEPTH:
            return None
        path = self.roots.resolve(module.path, imported.level, imported.module)
        if imported.name is None:
            target = self.module(path) if path else None
            return Definition(target, target.scope, "") if target else None
        # `from . import x` inside `a/__init__.py` may name the submodule `a/x.py`, never the name x of the same file.
        if path and path != module.path:
            target = self.module(path)
            found = self.find(target, imported.name, depth + 1) if target else None
            if found:
                return found
        name = f"{imported.module}.{imported.name}" if imported.module else imported.name
        path = self.roots.resolve(module.path, imported.level, name)
        target = self.module(path) if path else None
        return Definition(target, target.scope, "") if target else None

    def find(self, module: Module, name: str, depth: int = 0, before: int = 0) -> Definition | None:
        """What a name of the module level stands for; `before` is a line: later bindings do not count."""
        scope = module.scope
        bindings = [binding for binding in scope.bindings.get(name, ()) if not before or binding.line < before]
        if bindings:
            unguarded = [binding for binding in bindings if not binding.guarded] or bindings
            return Definition(module, scope, name, binding=unguarded[-1])
        if name in module.functions:
            return Definition(module, scope, name, function=module.functions[name])
        if name in module.classes:
            return Definition(module, scope, name, class_=module.classes[name])
        imported = module.imported(name)
        if imported:
            return self.follow(module, imported, depth)
        if depth > _DEPTH:
            return None
        for star in module.stars:
            path = self.roots.resolve(module.path, star.level, star.module)
            target = self.module(path) if path and path != module.path else None
            found = self.find(target, name, depth + 1) if target else None
            if found:
                return found
        return None

    def define(self, expression: ast.expr, module: Module, scope: Scope, before: int = 0) -> Definition | None:
        """What a name or a dotted name stands for where it is written."""
        parts = chain(expression)
        if not parts:
            return None
        name = parts[0]
        found = self._local(name, module, scope, before)
        if found is None and not is_parameter(name, scope):
            found = self.find(module, name, before=before if scope.is_module else 0)
        if len(parts) == 1:
            return found
        if found is None:
            return self._dotted(parts, module)
        for position, part in enumerate(parts[1:], start=1):
            if not found.is_module:
                return None
            inner = self.find(found.module, part)
            if inner is None:
                return self._dotted(parts, module) if position == 1 else None
            found = inner
        return found

    def _local(self, name: str, module: Module, scope: Scope, before: int) -> Definition | None:
        here: Scope | None = scope
        while here is not None and not here.is_module:
            visible = here is scope or here.function is not None
            bindings = here.bindings.get(name) if visible else None
            if bindings:
                usable = [item for item in bindings if here is not scope or not before or item.line < before]
                if usable:
                    return Definition(module, here, name, binding=usable[-1])
            if name in here.parameters:
                return None
            inner = next((node for node, outer in module.defined if outer is here and node.name == name), None)
            if inner is not None:
                return Definition(module, here, name, function=inner)
            here = here.outer
        return None

    def _dotted(self, parts: tuple[str, ...], module: Module) -> Definition | None:
        """`import a.b.c` and then `a.b.c.name`."""
        imported = module.imported(parts[0])
        if imported is None or imported.name is not None or imported.level:
            return None
        names = (*imported.module.split("."), *parts[1:])
        for length in range(len(names), 0, -1):
            path = self.roots.resolve(module.path, 0, ".".join(names[:length]))
            target = self.module(path) if path else None
            if target is None:
                continue
            if length == len(names):
                return Definition(target, target.scope, "")
            return self.find(target, names[length]) if length == len(names) - 1 else None
        return None

    def origin(self, expression: ast.expr, module: Module) -> str:
        """The same as `foreign`, also for what another file of the project imported first."""
        return self._origin(chain(expression), module, set())

    def _origin(self, parts: tuple[str, ...], module: Module, seen: set[tuple[str, str]]) -> str:
        """`seen` holds the names of modules that were asked: star imports lead to the same one in many ways."""
        if not parts or (module.path, parts[0]) in seen or len(seen) > _MOST_ASKED:
            return ""
        seen.add((module.path, parts[0]))
        imported = module.imported(parts[0])
        path = self.roots.resolve(module.path, imported.level, imported.module) if imported is not None else None
        if imported is not None and path is None:
            return module.foreign(parts)
        if imported is None and (parts[0] in module.scope.bindings or parts[0] in module.functions):
            return ""
        stars = [self.roots.resolve(module.path, star.level, star.module) for star in module.stars]
        for above in [path] if imported is not None else stars:
            target = self.module(above) if above is not None and above != module.path else None
            if target is None or (imported is not None and imported.name is None):
                continue
            name = imported.name if imported is not None and imported.name is not None else parts[0]
            found = self._origin((name,), target, seen)
            if found:
                return ".".join((found, *parts[1:]))
        return ""

    def foreign(self, expression: ast.expr, module: Module) -> str:
        """The full dotted name of something imported: `fa.FastAPI` is `fastapi.FastAPI`. "" when it is not imported."""
        return module.foreign(chain(expression))


def is_parameter(name: str, scope: Scope) -> bool:
    """Whether the innermost function that knows the name has it as a parameter."""
    here: Scope | None = scope
    while here is not None:
        if name in here.parameters:
            return True
        if name in here.bindings and not here.is_module:
            return False
        here = here.outer
    return False
