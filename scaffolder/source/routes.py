"""GET routes with every prefix resolved, followed from the applications through routers, blueprints and mounts."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scaffolder.model.code import Place, Route
from scaffolder.source.applications import Found
from scaffolder.source.module import Function, Module, Scope, addends, chain, keyword, literal, positional
from scaffolder.source.objects import Objects, Ref
from scaffolder.source.paths import is_test
from scaffolder.source.tree import Tree
from scaffolder.source.values import Values, results

_DECORATORS = frozenset({"get", "route", "api_route", "add_get", "view"})

_INCLUDES = {
    # method → (keyword of the child, position), (keywords of the prefix, position), whether it replaces the child's own
    "include_router": (("router", 0), (("prefix",), -1), False),
    "register_blueprint": (("blueprint", 0), (("url_prefix",), -1), True),
    "blueprint": (("blueprint", 0), (("url_prefix",), -1), True),
    "mount": (("app", 1), (("path",), 0), False),
    "add_subapp": (("subapp", 1), (("prefix",), 0), False),
    "register_api": (("api", 0), (("url_prefix",), -1), True),
}

_STATIC = re.compile(r"^[A-Za-z0-9_\-./~]*$")

_PROTECTED = re.compile(
    r"auth|login|token|permission|verify|current_user|get_user|security|jwt|api_?key|admin|require|protect|secret",
    re.IGNORECASE,
)

_VERBS = frozenset({"GET", "*", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"})

_LIMIT = 4000


@dataclass(frozen=True, slots=True)
class _Attached:
    """A route (`child` None) or a router hung below `prefix`; `prefix` None could not be read."""

    prefix: str | None
    place: Place
    child: ast.expr | None = None
    scope: Scope | None = None
    replaces: bool = False


class RouteFinder:
    """Collects what is attached to which variable, then walks from the applications."""

    def __init__(self, objects: Objects, modules: Iterable[Module]) -> None:
        """Collects from `modules`, tests aside."""
        self._tree: Tree = objects.tree
        self._values: Values = objects.values
        self._attached: dict[Ref, list[tuple[Module, _Attached]]] = defaultdict(list)
        self._seen: set[tuple[Ref, str, bool]] = set()
        self._found: dict[tuple[str, str, int, str], Route] = {}
        self._modules = [module for module in modules if not is_test(module.path)]
        for module in self._modules:
            self._collect(module)

    def of(self, applications: Iterable[Found]) -> tuple[Route, ...]:
        """The routes of these applications, sorted by place; each names the application that serves it."""
        for item in applications:
            application = item.application
            if application.framework in ("celery", "huey", "arq", "dramatiq"):
                continue
            name = f"{application.module}:{application.name}"
            self._seen.clear()
            if item.ref:
                self._visit(item.ref, "", name)
            for ref in item.made.inner:
                self._visit(ref, "", name)
            if item.made.framework == "bottle":
                self._visit(_BOTTLE, "", name)
        key = sorted(self._found, key=lambda entry: (entry[1], entry[2], entry[0], entry[3]))
        return tuple(self._found[entry] for entry in key)

    # What is attached

    def _collect(self, module: Module) -> None:
        for function, scope in module.defined:
            if _is_protected(function):
                continue
            for decorator in function.decorator_list:
                if isinstance(decorator, ast.Call):
                    self._decorated(decorator, module, scope)
        for site in module.calls:
            if isinstance(site.call.func, ast.Attribute):
                self._attach(site.call, site.call.func, module, site.scope)

    def _decorated(self, call: ast.Call, module: Module, scope: Scope) -> None:
        function = call.func
        if self._tree.foreign(function, module) in ("bottle.route", "bottle.get"):
            ref: Ref | None = _BOTTLE
        elif isinstance(function, ast.Attribute) and function.attr in _DECORATORS:
            ref = self.ref(function.value, module, scope)
        else:
            return
        if ref is None or not _answers_get(call) or _protects(call):
            return
        self._route(ref, positional(call, 0) or keyword(call, "path", "rule", "uri"), module, scope, call)

    def _route(self, ref: Ref, path: ast.expr | None, module: Module, scope: Scope, node: ast.expr) -> None:
        values = [self._values.read(path, module, scope)]
        if isinstance(path, (ast.List, ast.Tuple)):
            values = [self._values.read(element, module, scope) for element in path.elts]
        for value in values:
            if value and value.text is not None:
                self._attached[ref].append((module, _Attached(value.text, module.place(node))))

    def _attach(self, call: ast.Call, function: ast.Attribute, module: Module, scope: Scope) -> None:
        name = function.attr
        if name in _INCLUDES:
            self._include(call, function, module, scope)
            return
        if name == "expose" and call.args:
            # https://github.com/trallnag/prometheus-fastapi-instrumentator: GET /metrics unless `endpoint` differs
            ref = self.ref(call.args[0], module, scope)
            endpoint = keyword(call, "endpoint")
            if ref and isinstance(call.args[0], ast.Name):
                self._route(ref, endpoint or ast.Constant("/metrics"), module, scope, call)
            return
        if name not in ("add_url_rule", "add_api_route", "add_route", "add_get", "add_routes"):
            return
        ref = self.ref(function.value, module, scope)
        if ref is None:
            return
        if name == "add_routes" and call.args:
            self._listed(ref, call.args[0], module, scope)
        elif not _protects(call) and _answers_get(call):
            self._route(ref, _path_of(call, name), module, scope, call)

    def _include(self, call: ast.Call, function: ast.Attribute, module: Module, scope: Scope) -> None:
        (child_key, child_at), (prefix_keys, prefix_at), replaces = _INCLUDES[function.attr]
        child = keyword(call, child_key) or positional(call, child_at)
        ref = self.ref(function.value, module, scope)
        if child is None or ref is None or _protects(call):
            return
        written = keyword(call, *prefix_keys) or (positional(call, prefix_at) if prefix_at >= 0 else None)
        prefix: str | None = ""
        if written is not None:
            value = self._values.read(written, module, scope)
            prefix = value.text if value else None
            replaces = replaces and prefix is not None
        else:
            replaces = False
        self._attached[ref].append((module, _Attached(prefix, module.place(call), child, scope, replaces)))

    def _listed(self, ref: Ref, routes: ast.expr, module: Module, scope: Scope) -> None:
        """`[web.get("/x", handler), Route("/y", view), Mount("/z", routes=[...])]`, or the name of such a list."""
        if isinstance(routes, (ast.Name, ast.Attribute)):
            found = self._tree.define(routes, module, scope)
            if found is None or found.binding is None:
                return
            if isinstance(found.binding.value, (ast.List, ast.Tuple)):
                self._listed(ref, found.binding.value, found.module, found.scope)
            else:
                place = module.place(routes)
                self._attached[ref].append((module, _Attached("", place, routes, scope)))
            return
        if isinstance(routes, ast.BinOp):
            for part in addends(routes):
                self._listed(ref, part, module, scope)
            return
        for item in getattr(routes, "elts", ()):
            if isinstance(item, ast.Starred):
                self._listed(ref, item.value, module, scope)
            elif isinstance(item, ast.Call):
                self._listed_route(ref, item, module, scope)

    def _listed_route(self, ref: Ref, item: ast.Call, module: Module, scope: Scope) -> None:
        kind = chain(item.func)[-1:]
        path = positional(item, 0) or keyword(item, "path")
        if kind in (("get",), ("view",), ("Route",), ("APIRoute",)):
            if _answers_get(item):
                self._route(ref, path, module, scope, item)
        elif kind == ("Mount",):
            value = self._values.read(path, module, scope)
            prefix = value.text if value else None
            routes, app = keyword(item, "routes"), keyword(item, "app") or positional(item, 1)
            if routes is not None and prefix is not None:
                inner = Ref(module, Scope(), "")
                self._listed(inner, routes, module, scope)
                for origin, attached in self._attached.pop(inner, []):
                    if attached.prefix is not None and attached.child is None:
                        path_ = _join(prefix, attached.prefix)
                        self._attached[ref].append((origin, _Attached(path_, attached.place)))
            elif app is not None:
                self._attached[ref].append((module, _Attached(prefix, module.place(item), app, scope)))

    # References

    def ref(self, expression: ast.expr, module: Module, scope: Scope) -> Ref | None:
        """The variable that an expression names, wherever it is defined."""
        parts = chain(expression)
        if not parts:
            return None
        if parts[0] == "self" and len(parts) in (2, 3):
            holder = scope
            while holder.outer is not None and not isinstance(holder.node, ast.ClassDef):
                holder = holder.outer
            return Ref(module, holder, f"self.{parts[1]}") if isinstance(holder.node, ast.ClassDef) else None
        found = self._tree.define(expression, module, scope)
        if found and found.binding:
            return Ref(found.module, found.scope, found.name)
        if len(parts) == 1:
            here: Scope | None = scope
            while here is not None:
                if parts[0] in here.parameters:
                    return Ref(module, here, parts[0])
                here = here.outer
            return None
        if parts[-1] == "router" and isinstance(expression, ast.Attribute):
            return self.ref(expression.value, module, scope)
        return None

    # The walk

    def _visit(self, ref: Ref, prefix: str, application: str, *, replaced: bool = False, router: bool = False) -> None:
        key = (ref, prefix, replaced)
        if key in self._seen or len(self._seen) > _LIMIT or prefix.count("/") > 20:
            return
        self._seen.add(key)
        own = self._constructed(ref, prefix, application, replaced=replaced)
        if own is None:
            return
        prefix = prefix if replaced else _join(prefix, own)
        for module, attached in tuple(self._attached.get(ref, ())):
            if attached.prefix is None:
                continue
            if attached.child is None:
                self._report(_join(prefix, attached.prefix), attached.place, application)
                continue
            below = _join(prefix, attached.prefix)
            self._below(attached.child, module, attached.scope or module.scope, below, application, attached.replaces)
        for target in self._passed(ref):
            self._visit(target, prefix, application, replaced=True)
        if router:
            for target in self._arguments(ref):
                self._visit(target, prefix, application, router=True)

    def _below(
        self, child: ast.expr, module: Module, scope: Scope, prefix: str, application: str, replaced: bool
    ) -> None:
        target = self.ref(child, module, scope)
        if target:
            self._visit(target, prefix, application, replaced=replaced, router=True)
        elif isinstance(child, ast.Call):
            found = self._tree.define(child.func, module, scope)
            if found and found.function:
                self._returned(found.function, found.module, prefix, application, replaced=replaced)
        elif isinstance(child, ast.Attribute):
            # `include_router(health.router)` where health is a module that only defines the router by a star import.
            found = self._tree.define(child, module, scope)
            if found and found.function:
                self._returned(found.function, found.module, prefix, application, replaced=replaced)

    def _returned(self, function: Function, module: Module, prefix: str, application: str, *, replaced: bool) -> None:
        scope = module.scopes[function]
        for value in results(function):
            target = self.ref(value, module, scope)
            if target:
                self._visit(target, prefix, application, replaced=replaced)

    def _constructed(self, ref: Ref, prefix: str, application: str, *, replaced: bool) -> str | None:
        """The prefix that the object was made with; follows what it is made of. None when the prefix is unreadable."""
        own = ""
        bindings = ref.scope.bindings.get(ref.name, ())
        loops = [binding for binding in bindings if binding.loop]
        for binding in loops or bindings[-1:]:
            value = binding.value
            if isinstance(value, (ast.Name, ast.Attribute)):
                target = self.ref(value, ref.module, ref.scope)
                if target and target != ref:
                    self._visit(target, prefix, application, replaced=replaced)
            elif isinstance(value, ast.Call):
                text = self._made(value, ref, prefix, application, replaced=replaced)
                if text is None:
                    return None
                own = text
        return own

    def _made(self, call: ast.Call, ref: Ref, prefix: str, application: str, *, replaced: bool) -> str | None:
        module, scope = ref.module, ref.scope
        found = self._tree.define(call.func, module, scope)
        if found and found.function:
            self._returned(found.function, found.module, prefix, application, replaced=replaced)
            return ""
        if _protects(call):
            return None
        self._lifespan(keyword(call, "lifespan"), ref, prefix, application)
        routes = keyword(call, "routes")
        if routes is not None and ref not in self._attached:
            self._listed(ref, routes, module, scope)
        handlers = keyword(call, "route_handlers")
        written = keyword(call, "prefix", "url_prefix")
        if handlers is None and written is None:
            return ""
        if handlers is not None:
            path = keyword(call, "path")
            base = self._values.read(path, module, scope)
            if path is not None and (base is None or base.text is None):
                return None
            self._handlers(handlers, module, scope, _join(prefix, base.text if base and base.text else ""), application)
        value = self._values.read(written, module, scope)
        if written is None or (isinstance(written, ast.Constant) and written.value is None):
            return ""
        return value.text if value else None

    def _lifespan(self, function: ast.expr | None, ref: Ref, prefix: str, application: str) -> None:
        """A lifespan function gets the application as its first argument and may attach routes to it."""
        found = self._tree.define(function, ref.module, ref.scope) if function is not None else None
        if found and found.function and (name := _parameter(found.function, 0)):
            self._visit(
                Ref(found.module, found.module.scopes[found.function], name), prefix, application, replaced=True
            )

    def _arguments(self, ref: Ref) -> Iterator[Ref]:
        """What the calls of a function of the project pass for one of its parameters."""
        function = ref.scope.function
        if function is None or ref.name not in ref.scope.parameters:
            return
        positions = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        for module in self._modules:
            for site in module.calls:
                if site.parts[-1:] != (function.name,):
                    continue
                argument = keyword(site.call, ref.name)
                if argument is None and ref.name in positions:
                    argument = positional(site.call, positions.index(ref.name))
                found = self._tree.define(site.call.func, module, site.scope) if argument is not None else None
                target = self.ref(argument, module, site.scope) if argument is not None else None
                if found and found.function is function and target:
                    yield target

    def _handlers(self, handlers: ast.expr, module: Module, scope: Scope, prefix: str, application: str) -> None:
        """Litestar: functions decorated with `get`, controllers and routers."""
        if isinstance(handlers, (ast.Name, ast.Attribute)):
            found = self._tree.define(handlers, module, scope)
            if found and found.binding and isinstance(found.binding.value, (ast.List, ast.Tuple)):
                self._handlers(found.binding.value, found.module, found.scope, prefix, application)
            return
        for item in getattr(handlers, "elts", ()):
            if isinstance(item, ast.Starred):
                self._handlers(item.value, module, scope, prefix, application)
                continue
            found = self._tree.define(item, module, scope)
            if found is None:
                continue
            if found.function:
                self._handler(found.function, found.module, prefix, application)
            elif found.class_:
                body = found.module.scopes[found.class_]
                paths = body.bindings.get("path", ())
                value = self._values.read(paths[-1].value, found.module, body) if paths else None
                if paths and (value is None or value.text is None):
                    continue
                base = _join(prefix, value.text if value and value.text else "")
                for statement in found.class_.body:
                    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                        self._handler(statement, found.module, base, application)
            elif found.binding:
                self._visit(Ref(found.module, found.scope, found.name), prefix, application)

    def _handler(self, function: Function, module: Module, prefix: str, application: str) -> None:
        for decorator in function.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            if self._tree.foreign(target, module) not in ("litestar.get", "litestar.handlers.get", "starlite.get"):
                continue
            path: ast.expr | None = None
            if isinstance(decorator, ast.Call):
                if keyword(decorator, "guards") is not None:
                    continue
                path = positional(decorator, 0) or keyword(decorator, "path")
            value = self._values.read(path, module, module.scope)
            if path is None:
                self._report(prefix or "/", module.place(function), application)
            elif value and value.text is not None:
                self._report(_join(prefix, value.text), module.place(function), application)

    def _passed(self, ref: Ref) -> Iterator[Ref]:
        """Parameters of functions of the project that get the variable as an argument."""
        for site in ref.module.calls:
            if site.scope is not ref.scope:
                continue
            arguments: list[tuple[int | str, ast.expr]] = list(enumerate(site.call.args))
            arguments += [(item.arg, item.value) for item in site.call.keywords if item.arg]
            for position, argument in arguments:
                if not isinstance(argument, ast.Name) or argument.id != ref.name:
                    continue
                found = self._tree.define(site.call.func, ref.module, site.scope)
                if found and found.function and (name := _parameter(found.function, position)):
                    yield Ref(found.module, found.module.scopes[found.function], name)

    def _report(self, path: str, place: Place, application: str) -> None:
        path = path if path.startswith("/") else f"/{path}"
        if _STATIC.match(path):
            route = Route(path=path, place=place, application=application)
            self._found.setdefault((path, place.path, place.line, application), route)


def _path_of(call: ast.Call, method: str) -> ast.expr | None:
    """The path among the arguments of a method that adds a route; every framework has its own order."""
    first, second = positional(call, 0), positional(call, 1)
    if method == "add_route" and literal(first) in _VERBS:
        # aiohttp: add_route("GET", path, handler).
        return second if literal(first) in ("GET", "*") else None
    if method == "add_route" and (literal(second) is not None or keyword(call, "pattern") is not None):
        # Pyramid: add_route(name, pattern); Sanic: add_route(handler, uri).
        return second or keyword(call, "pattern")
    if method == "add_route" and isinstance(first, (ast.Name, ast.Attribute)) and keyword(call, "uri") is not None:
        return keyword(call, "uri")
    return first or keyword(call, "path", "rule", "uri_template", "uri")


def _parameter(function: Function, position: int | str) -> str:
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    if isinstance(position, str):
        return position if position in (*names, *(argument.arg for argument in function.args.kwonlyargs)) else ""
    return names[position] if position < len(names) else ""


def _join(prefix: str, path: str) -> str:
    if not path:
        return prefix
    if not prefix:
        return path
    if prefix.endswith("/") and path.startswith("/"):
        return prefix[:-1] + path
    if not prefix.endswith("/") and not path.startswith("/"):
        return f"{prefix}/{path}"
    return prefix + path


def _answers_get(call: ast.Call) -> bool:
    methods = keyword(call, "methods")
    if not isinstance(methods, (ast.List, ast.Tuple, ast.Set)):
        return True
    return any((literal(item) or "").upper() == "GET" for item in methods.elts)


def _protects(call: ast.Call) -> bool:
    """Whether a router or a route declares a dependency that looks like authentication."""
    dependencies = keyword(call, "dependencies", "guards", "auth")
    return dependencies is not None and _names_protection(dependencies)


def _names_protection(expression: ast.expr) -> bool:
    return any(
        _PROTECTED.search(node.id if isinstance(node, ast.Name) else node.attr) is not None
        for node in ast.walk(expression)
        if isinstance(node, (ast.Name, ast.Attribute)) and chain(node) not in (("Depends",), ("Security",))
    )


def _is_protected(function: Function) -> bool:
    """Whether a handler has a decorator or a parameter that looks like authentication."""
    for decorator in function.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = chain(target)[-1:]
        if name and name[0] not in _DECORATORS and _PROTECTED.search(name[0]):
            return True
    arguments = function.args
    defaults = [*arguments.defaults, *(item for item in arguments.kw_defaults if item is not None)]
    annotations = [item.annotation for item in (*arguments.args, *arguments.kwonlyargs) if item.annotation is not None]
    for expression in (*defaults, *annotations):
        for node in ast.walk(expression):
            if not isinstance(node, ast.Call):
                continue
            kind = chain(node.func)[-1:]
            if kind == ("Security",) or (kind == ("Depends",) and any(_names_protection(item) for item in node.args)):
                return True
    return False


#: The application that Bottle keeps for `@route` without an object.
_BOTTLE = Ref(Module(path="", tree=ast.Module(body=[], type_ignores=[]), scope=Scope()), Scope(), "bottle")
