"""Application objects and factories that a server can import."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from scaffolder.knowledge.frameworks import FRAMEWORKS
from scaffolder.model.code import Application, Place
from scaffolder.source.module import Function, Module, chain, keyword, literal, positional
from scaffolder.source.objects import Made, Objects, Ref
from scaffolder.source.paths import is_sample, is_test
from scaffolder.source.scripts import script_framework
from scaffolder.source.tree import Tree

#: Files that exist to hand an application to a server: there an imported application counts as their own.
_ENTRIES = frozenset({"wsgi", "asgi", "main", "app", "application", "server", "run", "api", "index"})

_REPEATED = re.compile(r"^(?:app|application|api|server|asgi|wsgi|asgi_app|wsgi_app)$")

_RUNNERS = frozenset({"run", "run_server", "run_app", "serve", "serve_forever", "start", "launch"})


@dataclass(frozen=True, slots=True)
class Found:
    """An application together with what it is made of."""

    application: Application
    ref: Ref | None
    made: Made
    #: The function, when the application is a factory.
    factory: Function | None = None
    #: The file gives its layout to a Dash object of another one.
    lays_out: bool = False


def find_applications(objects: Objects, modules: Sequence[Module]) -> tuple[Found, ...]:
    """The applications of these modules, sorted by place; those in examples only when there are no others."""
    found: list[Found] = []
    for module in modules:
        if is_test(module.path):
            continue
        found.extend(_of_module(objects, module))
    if any(not is_sample(item.application.place.path) for item in found):
        found = [item for item in found if not is_sample(item.application.place.path)]
    found.sort(key=lambda item: (item.application.place.path, item.application.place.line, item.application.name))
    named = _named(modules)
    return _related(
        objects.tree,
        [
            replace(item, application=replace(item.application, named=_name(item.application) in named))
            for item in found
        ],
    )


def _named(modules: Iterable[Module]) -> frozenset[str]:
    """What the code hands to a server by name: https://www.uvicorn.org/deployment/#running-programmatically"""
    sites = (site for module in modules if not is_test(module.path) for site in module.calls)
    handed = (
        positional(site.call, 0) or keyword(site.call, "app")
        for site in sites
        if site.name in ("uvicorn.run", "uvicorn.Config")
    )
    return frozenset(text for expression in handed if (text := literal(expression)))


def _of_module(objects: Objects, module: Module) -> list[Found]:
    root = objects.tree.roots.of(module.path)
    name = objects.tree.roots.name_of(module.path)
    blocking = _blocks(module)
    found: list[Found] = []
    for variable, bindings in sorted(module.scope.bindings.items()):
        made_bindings = [
            (binding, made)
            for binding in bindings
            if not binding.loop
            and (made := objects.made(binding.value, module, module.scope, binding.line)) is not None
        ]
        if not made_bindings:
            continue
        binding, made = next((pair for pair in reversed(made_bindings) if not pair[0].guarded), made_bindings[-1])
        served = FRAMEWORKS[made.framework].interface in ("wsgi", "asgi", "aiohttp")
        application = Application(
            framework=made.framework,
            module=name,
            name=f"{variable}.server" if made.unserved else variable,
            place=Place(path=module.path, line=binding.line),
            root=root,
            origin=made.origin,
            guarded=binding.guarded or (blocking and served),
        )
        found.append(Found(application, Ref(module, module.scope, variable), made))
    found.extend(
        _repeated(objects, module, name, root, {item.ref.name for item in found if item.ref}, blocking=blocking)
    )
    found.extend(_laid_out(objects, module, name, root, blocking=blocking))
    found.extend(_factories(objects, module, name, root, blocking=blocking))
    found.extend(_scripts(objects.tree, module, name, root))
    return found


def _repeated(
    objects: Objects, module: Module, name: str, root: str, known: set[str], *, blocking: bool
) -> Iterable[Found]:
    """`from shop import app as application` in an entry file."""
    if module.path.rpartition("/")[2].removesuffix(".py") not in _ENTRIES:
        return
    for variable, imported in sorted(module.imports.items()):
        if variable in known or not _REPEATED.match(variable):
            continue
        expression = ast.Name(id=variable, ctx=ast.Load(), lineno=imported.line, col_offset=0)
        made = objects.made(expression, module, module.scope)
        if made is None or made.unserved:
            continue
        application = Application(
            framework=made.framework,
            module=name,
            name=variable,
            place=Place(path=module.path, line=imported.line),
            root=root,
            origin=made.origin,
            guarded=blocking,
        )
        yield Found(application, Ref(module, module.scope, variable), made)


def _laid_out(objects: Objects, module: Module, name: str, root: str, *, blocking: bool) -> Iterable[Found]:
    """`app.layout = ...` for the Dash object of a file that gives it none: without this file it has no page.

    https://dash.plotly.com/urls#multi-page-apps-without-pages
    """
    for store in module.stores:
        match store.target:
            case ast.Attribute(value=ast.Name(id=variable) as owner, attr="layout") if store.scope.is_module:
                made = objects.made(owner, module, store.scope) if variable in module.imports else None
            case _:
                continue
        if made is None or not made.unserved or _has_layout(made):
            continue
        application = Application(
            framework=made.framework,
            module=name,
            name=f"{variable}.server",
            place=module.place(store.target),
            root=root,
            origin=made.origin,
            guarded=blocking,
        )
        yield Found(application, None, made, lays_out=True)


def _has_layout(made: Made) -> bool:
    """Whether a file that holds the Dash object under a name of its own gives it its layout."""
    return any(chain(store.target) == (ref.name, "layout") for ref in made.inner for store in ref.module.stores)


def _factories(objects: Objects, module: Module, name: str, root: str, *, blocking: bool) -> Iterable[Found]:
    for function_name, function in sorted(module.functions.items()):
        made = objects.factory(function, module)
        if made is None:
            continue
        if isinstance(function, ast.AsyncFunctionDef) and made.framework != "aiohttp":
            # Only aiohttp's worker awaits a factory.
            continue
        application = Application(
            framework=made.framework,
            module=name,
            name=function_name,
            place=module.place(function),
            factory=True,
            required_parameters=required_parameters(function),
            root=root,
            guarded=blocking or made.unserved,
        )
        yield Found(application, None, made, factory=function)


def _scripts(tree: Tree, module: Module, name: str, root: str) -> Iterable[Found]:
    """What a command line serves by the name of the file or of a settings class."""
    for class_name, class_ in sorted(module.classes.items()):
        if class_name.endswith("WorkerSettings") and _has_jobs(class_):
            place = module.place(class_)
            application = Application(framework="arq", module=name, name=class_name, place=place, root=root)
            yield Found(application, None, Made("arq"))
    actors = [
        function
        for function, _ in module.defined
        for decorator in function.decorator_list
        if tree.foreign(decorator.func if isinstance(decorator, ast.Call) else decorator, module) == "dramatiq.actor"
    ]
    if actors:
        application = Application(framework="dramatiq", module=name, name="", place=module.place(actors[0]), root=root)
        yield Found(application, None, Made("dramatiq"))
    framework, line = script_framework(tree, module)
    if framework in ("streamlit", "nicegui", "panel", "chainlit"):
        place = Place(path=module.path, line=line)
        application = Application(framework=framework, module=name, name="", place=place, root=root)
        yield Found(application, None, Made(framework))


def _has_jobs(class_: ast.ClassDef) -> bool:
    """arq needs `functions` or `cron_jobs`."""
    names = {
        target.id
        for statement in class_.body
        if isinstance(statement, (ast.Assign, ast.AnnAssign))
        for target in (statement.targets if isinstance(statement, ast.Assign) else [statement.target])
        if isinstance(target, ast.Name)
    }
    return not names.isdisjoint({"functions", "cron_jobs"})


def required_parameters(function: Function) -> tuple[str, ...]:
    """Parameters without a default, in order."""
    arguments = [*function.args.posonlyargs, *function.args.args]
    plain = arguments[: len(arguments) - len(function.args.defaults)]
    named = [
        argument
        for argument, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
        if default is None
    ]
    return tuple(argument.arg for argument in (*plain, *named))


def _blocks(module: Module) -> bool:
    """Whether importing the file starts a server: a runner is called outside every guard and function."""
    for site in module.calls:
        if site.guarded or not site.scope.is_module:
            continue
        name = site.name
        if name in ("uvicorn.run", "aiohttp.web.run_app", "waitress.serve", "bottle.run"):
            return True
        parts = site.parts
        # `app.run(...)`, not `subprocess.run(...)`: the receiver is a variable of this file or one that it imports.
        if len(parts) == 2 and parts[1] in _RUNNERS and _REPEATED.match(parts[0]):
            imported = module.imported(parts[0])
            if imported is None or imported.name is not None:
                return True
    return False


def _related(tree: Tree, found: list[Found]) -> tuple[Found, ...]:
    """Marks what others mount, wrap, repeat or call, and drops the Dash objects that another name serves."""
    holders: dict[int, str] = {}
    hidden: set[int] = set()
    by_ref: dict[Ref | None, int] = {item.ref: index for index, item in enumerate(found) if item.ref}
    by_factory = {item.factory: index for index, item in enumerate(found) if item.factory}
    for index, item in enumerate(found):
        if item.application.guarded:
            continue
        own = item.ref
        name = _name(item.application)
        if item.lays_out:
            holders.update((other, name) for other in _holding(found, item.made))
            continue
        for ref in item.made.inner:
            inner = by_ref.get(ref)
            if inner is None or inner == index or ref == own:
                continue
            if found[inner].made.unserved:
                hidden.add(inner)
            elif item.made.unserved:
                # `Dash(server=server)`: the Flask object is what servers take, the Dash object is its front.
                found[inner] = replace(found[inner], application=replace(found[inner].application, framework="dash"))
                hidden.add(index)
            elif _imports(tree, found[inner].application.place.path, item.application.place.path):
                holders[index] = _name(found[inner].application)
            else:
                holders[inner] = name
        factory = by_factory.get(item.made.factory) if item.made.factory else None
        if factory is not None and factory != index:
            holders[factory] = name
    for index, name in _mounted(tree, found, by_ref).items():
        holders.setdefault(index, name)
    return tuple(
        replace(item, application=replace(item.application, part_of=holders.get(index, "")))
        for index, item in enumerate(found)
        if index not in hidden
    )


def _holding(found: list[Found], made: Made) -> Iterable[int]:
    """The applications that are, or serve, the same object under another name."""
    refs = set(made.inner)
    for index, item in enumerate(found):
        if not item.lays_out and (item.ref in refs or not refs.isdisjoint(item.made.inner)):
            yield index


def _mounted(tree: Tree, found: list[Found], by_ref: dict[Ref | None, int]) -> dict[int, str]:
    """Applications that a `mount` call hangs below another one."""
    holders: dict[int, str] = {}
    for module in dict.fromkeys(item.ref.module for item in found if item.ref):
        for site in module.calls:
            attribute = site.parts[-1:]
            if attribute not in (("mount",), ("Mount",), ("add_subapp",)):
                continue
            mounted = keyword(site.call, "app") or positional(site.call, 1)
            target = tree.define(mounted, module, site.scope) if mounted is not None else None
            if target is None or target.binding is None:
                continue
            ref = Ref(target.module, target.scope, target.name)
            value = site.call.func.value if isinstance(site.call.func, ast.Attribute) else None
            parent = tree.define(value, module, site.scope) if value is not None else None
            holder = by_ref.get(Ref(parent.module, parent.scope, parent.name)) if parent else None
            for index, item in enumerate(found):
                if (
                    index != holder
                    and (item.ref == ref or ref in item.made.inner)
                    and item.made.alias == (item.ref != ref)
                ):
                    holders[index] = _name(found[holder].application) if holder is not None else module.path
    return holders


def _imports(tree: Tree, importer: str, imported: str) -> bool:
    module = tree.module(importer)
    if module is None or importer == imported:
        return False
    return any(
        tree.roots.resolve(importer, item.level, name) == imported
        for item in (*module.imports.values(), *module.local_imports.values())
        for name in (item.module, f"{item.module}.{item.name}" if item.name else item.module)
    )


def _name(application: Application) -> str:
    return f"{application.module}:{application.name}"
