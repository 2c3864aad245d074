"""Django projects: settings, entry modules, databases and the routes of the URL configuration."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from scaffolder.model.code import Django, Route
from scaffolder.source.module import Module, Scope, addends, chain, keyword, literal, positional
from scaffolder.source.paths import dotted, folder_of, is_sample, is_test
from scaffolder.source.statics import static_folder, static_path
from scaffolder.source.tree import Tree
from scaffolder.source.values import Values

_DEPTH = 3
_LEVELS = 20
_LIMIT = 1000
#: Characters of a prefix below which routes are read: nobody's health check is longer.
_LONGEST = 100

_VARIABLE = "DJANGO_SETTINGS_MODULE"

#: URL scheme → engine, https://github.com/jazzband/dj-database-url#url-schema
_SCHEMES = {
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "psql": "postgresql",
    "pgsql": "postgresql",
    "postgis": "postgis",
    "mysql": "mysql",
    "mysql2": "mysql",
    "mysqlgis": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite3",
    "spatialite": "spatialite",
    "oracle": "oracle",
    "mssql": "mssql",
    "cockroach": "cockroachdb",
}

#: The last name of `django.db.backends.postgresql`, and the packages that are engines by themselves.
_ENGINE = re.compile(
    r"[\w.]*\.(?:db\.)?backends\.(\w+)|(djongo|django_(?:cockroachdb|mongodb_backend|tidb|snowflake)|mssql)$"
)

#: Names of settings for production.
_PRODUCTION = re.compile(r"prod(uction)?(_|$)")

#: Third-party URL configurations → the path below their prefix that answers without a login.
_HEALTH_INCLUDES = {
    # https://django-health-check.readthedocs.io/, https://django-watchman.readthedocs.io/,
    # https://github.com/korfuri/django-prometheus
    "health_check.urls": "",
    "watchman.urls": "",
    "django_prometheus.urls": "metrics",
    "django_healthchecks.urls": "",
    "django_health_check.urls": "",
}

#: https://docs.djangoproject.com/en/stable/ref/contrib/staticfiles/
STATIC_FILES = "django.contrib.staticfiles"

#: https://whitenoise.readthedocs.io/en/stable/django.html
WHITENOISE = "whitenoise.middleware.WhiteNoiseMiddleware"

#: What a settings file may name that decides how the project runs.
TELLING_NAMES = frozenset(
    {
        STATIC_FILES,
        WHITENOISE,
        # https://django-celery-beat.readthedocs.io/
        "django_celery_beat",
        # https://django-q2.readthedocs.io/en/stable/cluster.html
        "django_q",
        # https://github.com/rq/django-rq
        "django_rq",
        # https://huey.readthedocs.io/en/latest/django.html
        "huey.contrib.djhuey",
        # https://github.com/Bogdanp/django_dramatiq
        "django_dramatiq",
    }
)

#: Stands in `Django.names` for a storage of static files that lies elsewhere.
REMOTE_STORAGE = "storages"

#: Storages of static files that a build cannot fill: https://django-storages.readthedocs.io/
_REMOTE_STORAGES = re.compile(r"^storages\.backends\.|\bS3\w*Static|\bStatic\w*S3")

_PATTERNS = re.compile(r"^\^?([\w\-./]*?)(?:/\?)?\$?$")


def find_django(tree: Tree, values: Values) -> tuple[Django, ...]:
    """The Django projects of the tree, the shallowest `manage.py` first."""
    paths = [
        path
        for path in tree.texts
        if path.rpartition("/")[2] == "manage.py"
        and path.count("/") <= _DEPTH
        and not is_test(path)
        and ("django" in tree.texts[path].lower())
    ]
    if any(not is_sample(path) for path in paths):
        paths = [path for path in paths if not is_sample(path)]
    found = [project for path in paths if (project := _project(tree, values, path))]
    return tuple(sorted(found, key=lambda project: (project.manage.count("/"), project.manage)))


def _project(tree: Tree, values: Values, manage: str) -> Django | None:
    module = tree.module(manage)
    root = folder_of(manage)
    text = tree.texts[manage]
    if _VARIABLE not in text and "execute_from_command_line" not in text:
        return None
    settings = _named_settings(values, module) if module else ""
    modules = settings_modules(tree, root, settings)
    wsgi = _entry(tree, values, root, "wsgi", settings, modules)
    asgi = _entry(tree, values, root, "asgi", settings, modules)
    if not settings:
        settings = _entry_settings(tree, values, root, wsgi) or _entry_settings(tree, values, root, asgi)
        modules = settings_modules(tree, root, settings)
    engines = sorted({engine for item in modules for engine in _engines(values, item)})
    gis = any(engine in ("postgis", "spatialite") for engine in engines)
    serving = _entry_settings(tree, values, root, wsgi) or _entry_settings(tree, values, root, asgi)
    served = (*settings_modules(tree, root, serving), *modules)
    return Django(
        manage=manage,
        settings=settings,
        wsgi=wsgi,
        asgi=asgi,
        wsgi_settings=_entry_settings(tree, values, root, wsgi),
        asgi_settings=_entry_settings(tree, values, root, asgi),
        root=root,
        engines=tuple(engines),
        gis=gis or any("django.contrib.gis" in tree.texts[item.path] and _uses_gis(item) for item in modules),
        static_root=any("STATIC_ROOT" in item.scope.bindings for item in served),
        static_folder=static_folder(_setting(values, served, "STATIC_ROOT")),
        static_path=static_path(_setting(values, served, "STATIC_URL")),
        names=tuple(sorted({name for item in served for name in _telling_names(item)})),
    )


def file_of(tree: Tree, root: str, module: str) -> str | None:
    """The file of a dotted module below `root`."""
    if not module:
        return None
    stem = "/".join(part for part in (root, module.replace(".", "/")) if part)
    return next((path for path in (f"{stem}.py", f"{stem}/__init__.py") if path in tree.texts), None)


def _named_settings(values: Values, module: Module) -> str:
    """The module that a file puts into DJANGO_SETTINGS_MODULE; of several the one that is not for tests."""
    found: list[str] = []
    for site in module.calls:
        names = [literal(argument) for argument in site.call.args[:1]]
        if names != [_VARIABLE]:
            continue
        value = values.read(positional(site.call, 1) or keyword(site.call, "default"), module, site.scope)
        if value and value.text:
            found.append(value.text)
    for store in module.stores:
        if isinstance(store.target, ast.Subscript) and literal(store.target.slice) == _VARIABLE:
            value = values.read(store.value, module, store.scope)
            if value and value.text:
                found.append(value.text)
    found.sort(key=lambda name: "test" in name)
    return found[0] if found else ""


def settings_modules(tree: Tree, root: str, settings: str) -> tuple[Module, ...]:
    """The settings file and the files of its package that it imports from, the settings file first."""
    start = file_of(tree, root, settings)
    if start is None:
        return ()
    found: dict[str, Module] = {}
    queue = [start]
    for path in queue:
        module = tree.module(path) if path not in found else None
        if module is None:
            continue
        found[path] = module
        for imported in (*module.stars, *module.imports.values()):
            for name in (imported.module, f"{imported.module}.{imported.name}".strip(".")):
                target = tree.roots.resolve(path, imported.level, name)
                near = target is not None and folder_of(target).startswith(folder_of(start))
                if target and (near or imported in module.stars) and len(found) < 40:
                    queue.append(target)
    return tuple(found.values())


def idle_settings(tree: Tree, project: Django) -> frozenset[str]:
    """The files beside the settings for production that build on them, or on the same base, for other occasions.

    None where what serves names settings that are not called so: any of the others may be those for production.
    """
    serving = project.wsgi_settings or project.asgi_settings
    start = file_of(tree, project.root, serving)
    if start is None or not _PRODUCTION.match(serving.rpartition(".")[2]):
        return frozenset()
    named = (serving, project.settings)
    used = {module.path for name in named for module in settings_modules(tree, project.root, name)}
    return frozenset(
        path
        for path in tree.texts
        if path not in used
        and folder_of(path) == folder_of(start)
        and (module := tree.module(path))
        and any(tree.roots.resolve(path, star.level, star.module) in used for star in module.stars)
    )


def _entry(tree: Tree, values: Values, root: str, kind: str, settings: str, modules: tuple[Module, ...]) -> str:
    """The module `wsgi` or `asgi`: named by the settings, beside them, or the only one that makes an application.

    An `asgi.py` that hands out what the settings name is the one to serve, since it sets Django up first:
    https://channels.readthedocs.io/en/2.4.0/deploying.html#run-protocol-servers
    """
    beside = _near_settings(tree, root, kind, settings)
    if kind == "asgi" and "get_default_application" in tree.texts.get(file_of(tree, root, beside) or "", ""):
        return beside
    named = f"{kind.upper()}_APPLICATION"
    for module in modules:
        for binding in module.scope.bindings.get(named, ()):
            value = values.read(binding.value, module, module.scope)
            name = value.text.rpartition(".")[0] if value and value.text else ""
            if file_of(tree, root, name):
                return name
    if beside:
        return beside
    below = [
        path
        for path in tree.texts
        if (not root or path.startswith(f"{root}/"))
        and path.rpartition("/")[2] == f"{kind}.py"
        and f"get_{kind}_application" in tree.texts[path]
        and not is_test(path)
    ]
    return dotted(min(below, key=lambda path: (path.count("/"), path)), root) if below else ""


def _near_settings(tree: Tree, root: str, kind: str, settings: str) -> str:
    """The module of that name in the settings' own package or the nearest around it, "" when there is none."""
    package = settings
    while package:
        package = package.rpartition(".")[0]
        name = f"{package}.{kind}" if package else kind
        if file_of(tree, root, name):
            return name
    return ""


def _entry_settings(tree: Tree, values: Values, root: str, name: str) -> str:
    path = file_of(tree, root, name)
    module = tree.module(path) if path else None
    return _named_settings(values, module) if module else ""


def _setting(values: Values, modules: Iterable[Module], name: str) -> str:
    """A setting that is a text; of several modules the first one's, of several lines the last one's."""
    for module in modules:
        for binding in reversed(module.scope.bindings.get(name, ())):
            value = values.read(binding.value, module, module.scope)
            return value.text or "" if value else ""
    return ""


def _engines(values: Values, module: Module) -> Iterator[str]:
    text_nodes = [node for node in ast.walk(module.tree) if isinstance(node, ast.Dict)]
    for table in text_nodes:
        for key, value in zip(table.keys, table.values, strict=True):
            if key is None or literal(key) != "ENGINE":
                continue
            read = values.read(value, module, module.scope)
            texts = [node.value for node in ast.walk(value) if isinstance(node, ast.Constant)]
            for text in [read.data if read else None, *texts]:
                match = _ENGINE.match(text) if isinstance(text, str) else None
                if match:
                    yield match[1] or match[2]
    for site in module.calls:
        parts = chain(site.call.func)
        if not parts or not (parts[0] == "dj_database_url" or parts[-1] in ("db", "db_url", "dj_db_url")):
            continue
        default = keyword(site.call, "default") or positional(site.call, 1)
        if default is None and parts[-1] == "parse":
            default = positional(site.call, 0)
        read = values.read(default, module, site.scope)
        scheme = read.text.partition("://")[0].partition("+")[0] if read and read.text else ""
        if scheme in _SCHEMES:
            yield _SCHEMES[scheme]


def _telling_names(module: Module) -> Iterator[str]:
    """`TELLING_NAMES` among the texts of a file; an application's configuration stands for the application."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        name = node.value.partition(".apps.")[0]
        if name in TELLING_NAMES:
            yield name
        elif _REMOTE_STORAGES.search(name):
            yield REMOTE_STORAGE


def _uses_gis(module: Module) -> bool:
    return any(isinstance(node, ast.Constant) and node.value == "django.contrib.gis" for node in ast.walk(module.tree))


def django_routes(tree: Tree, values: Values, project: Django) -> tuple[Route, ...]:
    """The routes of a project that answer GET under exactly one path, in the order of the URL configuration."""
    name = ""
    for module in settings_modules(tree, project.root, project.settings):
        for binding in module.scope.bindings.get("ROOT_URLCONF", ()):
            value = values.read(binding.value, module, module.scope)
            name = name or (value.text if value and value.text else "")
    candidates = [name, *_beside(project.settings)]
    path = next((path for item in candidates if (path := file_of(tree, project.root, item))), None)
    if path is None:
        return ()
    application = f"{project.wsgi}:application" if project.wsgi else ""
    return tuple(_patterns(tree, values, project.root, path, "/", application, set()))


def _beside(settings: str) -> Iterator[str]:
    package = settings
    while package:
        package = package.rpartition(".")[0]
        yield f"{package}.urls" if package else "urls"


def _patterns(
    tree: Tree, values: Values, root: str, path: str, prefix: str, application: str, seen: set[tuple[str, str]]
) -> Iterator[Route]:
    if not _enters(path, prefix, seen):
        return
    module = tree.module(path)
    if module is None:
        return
    lists = [binding.value for binding in module.scope.bindings.get("urlpatterns", ())]
    lists += [
        store.value
        for store in module.stores
        if isinstance(store.target, ast.Name) and store.target.id == "urlpatterns"
    ]
    for item in lists:
        yield from _list(tree, values, root, module, item, prefix, application, seen)


def _enters(place: str, prefix: str, seen: set[tuple[str, str]]) -> bool:
    """Whether the routes written at a place are still to be read below a prefix: they may include themselves."""
    if (place, prefix) in seen or len(seen) > _LIMIT or prefix.count("/") > _LEVELS or len(prefix) > _LONGEST:
        return False
    seen.add((place, prefix))
    return True


def _list(
    tree: Tree,
    values: Values,
    root: str,
    module: Module,
    expression: ast.expr,
    prefix: str,
    application: str,
    seen: set[tuple[str, str]],
) -> Iterator[Route]:
    if isinstance(expression, ast.BinOp):
        for part in addends(expression):
            yield from _list(tree, values, root, module, part, prefix, application, seen)
        return
    if isinstance(expression, ast.Starred):
        expression = expression.value
    if isinstance(expression, ast.Name) and expression.id != "urlpatterns":
        found = tree.define(expression, module, module.scope)
        listed = found.binding.value if found and found.binding else None
        if found and isinstance(listed, (ast.List, ast.Tuple)):
            place = f"{found.module.path}:{listed.lineno}:{listed.col_offset}"
            if _enters(place, prefix, seen):
                yield from _list(tree, values, root, found.module, listed, prefix, application, seen)
        return
    for item in getattr(expression, "elts", ()):
        if isinstance(item, ast.Starred):
            yield from _list(tree, values, root, module, item, prefix, application, seen)
        elif isinstance(item, ast.Call):
            yield from _pattern(tree, values, root, module, item, prefix, application, seen)


def _pattern(
    tree: Tree,
    values: Values,
    root: str,
    module: Module,
    call: ast.Call,
    prefix: str,
    application: str,
    seen: set[tuple[str, str]],
) -> Iterator[Route]:
    kind = chain(call.func)[-1:]
    if kind not in (("path",), ("re_path",), ("url",)):
        return
    written = values.read(positional(call, 0) or keyword(call, "route", "regex"), module, module.scope)
    view = positional(call, 1) or keyword(call, "view")
    if written is None or written.text is None or view is None:
        return
    text = written.text
    included = isinstance(view, ast.Call) and chain(view.func)[-1:] == ("include",)
    if kind != ("path",):
        match = _PATTERNS.match(text)
        if match is None or (not included and not text.endswith("$")):
            return
        text = match.group(1)
    elif not re.fullmatch(r"[\w\-./~]*", text):
        return
    route = prefix + text
    if not included or not isinstance(view, ast.Call):
        if not _is_guarded(view):
            yield Route(path=route, place=module.place(call), application=application)
        return
    yield from _included(tree, values, root, module, view, route, application, seen)


def _included(
    tree: Tree,
    values: Values,
    root: str,
    module: Module,
    include: ast.Call,
    route: str,
    application: str,
    seen: set[tuple[str, str]],
) -> Iterator[Route]:
    target = positional(include, 0) or keyword(include, "arg")
    if isinstance(target, ast.Tuple) and target.elts:
        target = target.elts[0]
    name = literal(target)
    if name in _HEALTH_INCLUDES:
        yield Route(path=route + _HEALTH_INCLUDES[name], place=module.place(include), application=application)
        return
    if name:
        path = file_of(tree, root, name) or tree.roots.resolve(module.path, 0, name)
        if path:
            yield from _patterns(tree, values, root, path, route, application, seen)
        return
    if isinstance(target, (ast.List, ast.Name)):
        found = tree.define(target, module, Scope()) if isinstance(target, ast.Name) else None
        if found and found.is_module:
            yield from _patterns(tree, values, root, found.module.path, route, application, seen)
            return
        yield from _list(tree, values, root, module, target, route, application, seen)


def _is_guarded(view: ast.expr) -> bool:
    return any(
        isinstance(node, ast.Call)
        and re.search(r"login|permission|staff|auth", ".".join(chain(node.func)), re.IGNORECASE)
        for node in ast.walk(view)
    )
