"""Facts of the source tree, found by parsing it: nothing here imports or runs the code it reads."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

from scaffolder.model.code import Application, Code, Django, Place, Script
from scaffolder.model.manifest import Manifest
from scaffolder.source.applications import find_applications
from scaffolder.source.clients import find_clients
from scaffolder.source.django import django_routes, find_django, idle_settings
from scaffolder.source.endpoints import find_endpoints
from scaffolder.source.folder_package import find_folder_package
from scaffolder.source.folders import find_folders, find_inputs
from scaffolder.source.imports import ImportLine, import_lines
from scaffolder.source.links import find_links
from scaffolder.source.objects import Objects
from scaffolder.source.paths import is_hidden, is_setup, is_test, product
from scaffolder.source.ports import find_ports
from scaffolder.source.relevance import is_relevant
from scaffolder.source.roots import Roots
from scaffolder.source.routes import RouteFinder
from scaffolder.source.scripts import find_scripts, find_trials, is_tried
from scaffolder.source.signs import find_signs
from scaffolder.source.statics import find_static_folders
from scaffolder.source.tree import Tree
from scaffolder.source.values import Values
from scaffolder.source.variables import find_variables

__all__ = ["read_code"]


def read_code(sources: Mapping[str, str], manifest: Manifest, locked: frozenset[str], folder: str = "") -> Code:
    """Everything that the source says.

    `sources` maps relative POSIX paths of `.py` files to their text, `locked` holds the normalised names in
    `poetry.lock`, `folder` is the name of the project's folder, "" where no image can have the folder above. Pure and
    deterministic: the result does not depend on the order of the mapping. Never raises for what is in a file; files
    that cannot be parsed are listed in `Code.unparsed`.
    """
    texts = {path: sources[path] for path in sorted(sources) if not is_hidden(path)}
    imports = {path: import_lines(text) for path, text in texts.items()}
    package = find_folder_package(folder, texts, locked)
    roots = Roots(imports, manifest, locked, package.name if package else "")
    tree = Tree(texts, roots)
    values = Values(tree)
    relevant = [path for path, text in texts.items() if is_relevant(path, text, imports[path])]
    modules = [module for path in relevant if (module := tree.module(path))]
    kept = product(module.path for module in modules)
    service = [module for module in modules if module.path in kept]
    objects = Objects(tree, values)
    applications = find_applications(objects, modules)
    scripts = find_scripts(tree, modules)
    django = find_django(tree, values)
    started = _started(roots, imports, [item.application for item in applications], scripts, django)
    idle = frozenset().union(*(idle_settings(tree, project) for project in django))
    trials = find_trials(tree, modules, [item.application for item in applications])
    folders = find_folders(tree, values, service)
    in_use = [module for module in service if module.path not in idle]
    endpoints = find_endpoints(tree, values, in_use, started if django else ())
    routes = [*RouteFinder(objects, modules).of(applications)]
    for project in django:
        routes.extend(django_routes(tree, values, project))
    return Code(
        applications=tuple(item.application for item in applications),
        scripts=scripts,
        ports=find_ports(tree, values, service),
        routes=tuple(sorted(routes, key=lambda route: (route.place.path, route.place.line, route.path))),
        variables=find_variables(tree, values, service, started, trials, idle),
        data_folders=tuple(folder for folder in folders if not is_tried(folder.place, trials)),
        input_folders=find_inputs(tree, values, service),
        clients=find_clients(roots, imports, modules),
        endpoints=tuple(endpoint for endpoint in endpoints if not is_tried(endpoint.place, trials)),
        django=django,
        static_folders=find_static_folders(values, service),
        imports=_imports(imports),
        folder_package=package,
        links=find_links(roots, imports),
        signs=find_signs(objects, values, service),
        unparsed=tuple(sorted(tree.unparsed.items())),
    )


def _started(
    roots: Roots,
    imports: Mapping[str, Sequence[ImportLine]],
    applications: Iterable[Application],
    scripts: Iterable[Script],
    django: Iterable[Django],
) -> frozenset[str]:
    """The files that run when the applications start, or the scripts where there is no application."""
    entries = [application.place.path for application in applications] or [script.path for script in scripts]
    for project in django:
        modules = {project.wsgi_settings, project.asgi_settings} - {""} or {project.settings}
        entries += [path for name in modules if (path := roots.resolve(project.manage, 0, name))]
    found = dict.fromkeys(entries)
    queue = [*found]
    for path in queue:
        for line in imports.get(path, ()):
            above = itertools.accumulate(line.module.split("."), lambda first, second: f"{first}.{second}")
            below = (f"{line.module}.{name}" if line.module else name for name in line.names)
            for name in (*above, *below):
                target = roots.resolve(path, line.level, name)
                if target is not None and target not in found:
                    found[target] = None
                    queue.append(target)
    return frozenset(found)


#: Modules below the top level that say something by themselves.
_TELLING = frozenset({"importlib.metadata"})


def _imports(imports: Mapping[str, Sequence[ImportLine]]) -> tuple[tuple[str, Place], ...]:
    found: dict[str, Place] = {}
    for path, lines in imports.items():
        if is_test(path) or is_setup(path):
            continue
        for line in lines:
            name = line.module.partition(".")[0]
            if line.level == 0 and name:
                place = Place(path=path, line=line.line)
                found.setdefault(name, place)
                dotted = {line.module, *(f"{line.module}.{item}" for item in line.names)} & _TELLING
                found.update((item, place) for item in dotted if item not in found)
    return tuple(sorted(found.items()))
