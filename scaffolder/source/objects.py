"""What makes an application: constructors, subclasses, factories and wrappers, followed through the project."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from scaffolder.knowledge.frameworks import CONSTRUCTORS, FRAMEWORKS, TO_ASGI, WRAPPERS
from scaffolder.model.code import Place
from scaffolder.source.module import Function, Module, Scope, chain, keyword, positional
from scaffolder.source.settings import lineage
from scaffolder.source.tree import Definition, Tree
from scaffolder.source.values import Values, results

_DEPTH = 10

#: Attributes that hold the served object of the object before the dot.
_SERVED = frozenset({"server", "wsgi_app", "asgi_app", "app"})

#: Functions with these decorators do not return what their `return` says.
_NOT_FACTORIES = frozenset({"fixture", "contextmanager", "asynccontextmanager", "property", "cached_property"})

_INNER = ("app", "application", "other_asgi_app", "asgi_app", "wsgi_app")


@dataclass(frozen=True, slots=True)
class Ref:
    """A variable: `app` of the module level, or of the body of one function."""

    module: Module
    scope: Scope
    name: str


@dataclass(frozen=True, slots=True)
class Made:
    """An application that an expression makes or names."""

    framework: str
    #: Where the factory or the original object stands, when the expression itself does not make the application.
    origin: Place | None = None
    #: The variables that hold the same application, or the one inside a wrapper.
    inner: tuple[Ref, ...] = ()
    #: The factory that was called.
    factory: Function | None = None
    #: The expression only repeats a name.
    alias: bool = False
    #: What the expression is worth is the Dash object; servers want its `.server`.
    unserved: bool = False


class Objects:
    """Classifies expressions; results of factories are cached."""

    def __init__(self, tree: Tree, values: Values) -> None:
        """Works on `tree`; `values` reads constants and instances."""
        self.tree = tree
        self.values = values
        self._made: dict[ast.expr, Made | None] = {}
        self._factories: dict[Function, Made | None] = {}

    def made(self, expression: ast.expr, module: Module, scope: Scope, before: int = 0, depth: int = 0) -> Made | None:
        """The application that an expression is worth, None when it is something else."""
        if expression not in self._made:
            # Whoever comes back here while this is being answered runs in a circle.
            self._made[expression] = None
            self._made[expression] = self._classified(expression, module, scope, before, depth + 1)
        return self._made[expression]

    def _classified(self, expression: ast.expr, module: Module, scope: Scope, before: int, depth: int) -> Made | None:
        if depth > _DEPTH:
            return None
        match expression:
            case ast.Await(value=inner) | ast.NamedExpr(value=inner):
                return self.made(inner, module, scope, before, depth)
            case ast.IfExp(body=first, orelse=second):
                found = self.made(first, module, scope, before, depth)
                return found or self.made(second, module, scope, before, depth)
            case ast.BoolOp(values=parts):
                options = (self.made(part, module, scope, before, depth) for part in parts)
                return next((option for option in options if option), None)
            case ast.Call():
                return self._called(expression, module, scope, before, depth)
            case ast.Name() | ast.Attribute():
                return self._named(expression, module, scope, before, depth)
            case _:
                return None

    def _named(self, expression: ast.expr, module: Module, scope: Scope, before: int, depth: int) -> Made | None:
        found = self.tree.define(expression, module, scope, before=before)
        if found and found.binding and not found.binding.loop:
            binding = found.binding
            made = self.made(binding.value, found.module, found.scope, binding.line, depth)
            if made is None:
                return None
            ref = Ref(found.module, found.scope, found.name)
            origin = made.origin or Place(path=found.module.path, line=binding.line)
            return replace(made, origin=origin, inner=(ref, *made.inner), alias=True, factory=None)
        if not isinstance(expression, ast.Attribute):
            return None
        if expression.attr in _SERVED:
            made = self.made(expression.value, module, scope, before, depth)
            if made and (served := _served(made, expression.attr)):
                return served
        owner = self.values.instance(expression.value, module, scope)
        return self._attribute(owner, expression.attr, depth) if owner else None

    def _attribute(self, owner: Definition, name: str, depth: int) -> Made | None:
        """`server.app` where the class says `self.app = FastAPI()`."""
        if owner.class_ is None:
            return None
        module = owner.module
        for store in module.stores:
            inside = store.scope.outer is not None and store.scope.outer.node is owner.class_
            if inside and chain(store.target) == ("self", name):
                made = self.made(store.value, module, store.scope, store.target.lineno, depth)
                if made is None:
                    return None
                ref = Ref(module, module.scopes[owner.class_], f"self.{name}")
                return replace(made, origin=made.origin or module.place(store.value), inner=(ref, *made.inner))
        body = module.scopes.get(owner.class_)
        for binding in body.bindings.get(name, ()) if body else ():
            made = self.made(binding.value, module, module.scope, binding.line, depth)
            return made and replace(made, origin=made.origin or module.place(binding.value))
        return self._method(owner, name, depth)

    def _method(self, owner: Definition, name: str, depth: int) -> Made | None:
        if owner.class_ is None:
            return None
        for statement in owner.class_.body:
            if isinstance(statement, ast.FunctionDef) and statement.name == name:
                scope = owner.module.scopes[statement]
                for value in results(statement):
                    if chain(value)[:1] == ("self",) and len(chain(value)) == 2:
                        made = self._attribute(owner, chain(value)[1], depth) if chain(value)[1] != name else None
                    else:
                        made = self.made(value, owner.module, scope, value.lineno, depth)
                    if made:
                        return replace(made, origin=owner.module.place(statement))
        return None

    def _called(self, call: ast.Call, module: Module, scope: Scope, before: int, depth: int) -> Made | None:
        name = self.tree.foreign(call.func, module)
        if name in CONSTRUCTORS:
            framework = CONSTRUCTORS[name]
            inner = keyword(call, "server") if framework == "dash" else None
            made = self.made(inner, module, scope, before, depth) if inner is not None else None
            if framework == "socketio":
                return self._wrapped(call, name, module, scope, before, depth) or Made("socketio")
            return Made(framework, inner=made.inner if made else (), unserved=framework == "dash")
        last = chain(call.func)[-1:] or (getattr(call.func, "attr", ""),)
        if last == ("make_wsgi_app",):
            return Made("pyramid") if self._imports(module, "pyramid") else None
        if name in WRAPPERS or last[0].endswith("Middleware"):
            wrapped = self._wrapped(call, name, module, scope, before, depth)
            if wrapped:
                return wrapped
        found = self.tree.define(call.func, module, scope)
        if found and found.class_:
            framework = self.subclass(found.class_, found.module)
            return Made(framework, unserved=framework == "dash") if framework else None
        if found and found.function:
            factory = self.factory(found.function, found.module, depth)
            if factory is None:
                return None
            place = found.module.place(found.function)
            return replace(factory, origin=place, factory=found.function, alias=False)
        if found and found.binding is None and found.is_module:
            return None
        if isinstance(call.func, ast.Attribute):
            owner = self.values.instance(call.func.value, module, scope)
            if owner:
                return self._method(owner, call.func.attr, depth)
        return None

    def _wrapped(self, call: ast.Call, name: str, module: Module, scope: Scope, before: int, depth: int) -> Made | None:
        candidates = [positional(call, index) for index in range(len(call.args))]
        candidates += [keyword(call, key) for key in _INNER]
        for candidate in candidates:
            made = self.made(candidate, module, scope, before, depth) if candidate is not None else None
            if made and FRAMEWORKS[made.framework].interface in ("wsgi", "asgi", "self"):
                if name in TO_ASGI:
                    return Made("starlette", origin=made.origin, inner=made.inner)
                return Made(made.framework, origin=made.origin, inner=made.inner, factory=made.factory)
        return None

    def subclass(self, class_: ast.ClassDef, module: Module) -> str:
        """The framework whose application class a class of the project derives from, "" for none."""
        for ancestor, origin in lineage(self.tree, class_, module):
            for base in ancestor.bases:
                name = self.tree.foreign(base, origin)
                if name in CONSTRUCTORS:
                    return CONSTRUCTORS[name]
        return ""

    def factory(self, function: Function, module: Module, depth: int = 0) -> Made | None:
        """What a function returns when that is an application it makes itself."""
        if function not in self._factories:
            self._factories[function] = None
            self._factories[function] = self._factory(function, module, depth)
        return self._factories[function]

    def _factory(self, function: Function, module: Module, depth: int) -> Made | None:
        decorators = {chain(item.func if isinstance(item, ast.Call) else item)[-1:] for item in function.decorator_list}
        if any(name and name[0] in _NOT_FACTORIES for name in decorators):
            return None
        scope = module.scopes[function]
        made: Made | None = None
        for value in results(function):
            if isinstance(value, ast.Name) and value.id in scope.parameters:
                return None
            found = self.made(value, module, scope, value.lineno, depth)
            if found is None:
                continue
            # `return app` of a module-level object is an accessor, not a factory, yet what it returns is the same.
            own = (Ref(module, scope, value.id),) if isinstance(value, ast.Name) else ()
            made = replace(found, inner=tuple(dict.fromkeys((*own, *found.inner))))
        return made or self._annotated(function, module)

    def _annotated(self, function: Function, module: Module) -> Made | None:
        """`-> FastAPI`, unless an application goes in as well."""
        framework = self._type(function.returns, module)
        arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
        if not framework or any(self._type(argument.annotation, module) for argument in arguments):
            return None
        if any(argument.arg in ("request", "self", "app", "application") for argument in arguments):
            return None
        return Made(framework, unserved=framework == "dash")

    def _type(self, annotation: ast.expr | None, module: Module) -> str:
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            name = annotation.value
            imported = module.imported(name)
            return CONSTRUCTORS.get(f"{imported.module}.{imported.name}", "") if imported and imported.name else ""
        if annotation is None:
            return ""
        name = self.tree.foreign(annotation, module)
        if name in CONSTRUCTORS:
            return CONSTRUCTORS[name]
        found = self.tree.define(annotation, module, module.scope)
        return self.subclass(found.class_, found.module) if found and found.class_ else ""

    def _imports(self, module: Module, package: str) -> bool:
        imports = (*module.imports.values(), *module.local_imports.values())
        return any(not item.level and item.module.partition(".")[0] == package for item in imports)


def _served(made: Made, attribute: str) -> Made | None:
    """What `.server`, `.wsgi_app` or `.app` of an application is."""
    match made.framework, attribute:
        case ("dash", "server"):
            return replace(made, unserved=False, alias=False)
        case ("flask" | "quart" | "bottle", "wsgi_app" | "asgi_app"):
            return replace(made, alias=False)
        case ("connexion", "app"):
            return replace(made, framework="flask", alias=False)
        case _:
            return None
