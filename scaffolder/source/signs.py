"""Signs that something runs beside the application: tasks, schedules, queues, runs that are logged elsewhere."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from scaffolder.model.code import Place, Sign
from scaffolder.source.module import Module, Site, chain, keyword, literal, positional
from scaffolder.source.objects import Objects
from scaffolder.source.paths import is_history, is_sample, is_test
from scaffolder.source.values import Values

#: Decorators that register a task whatever object they belong to.
_TASKS = {
    # https://docs.celeryq.dev/en/stable/userguide/tasks.html
    "celery.shared_task": "celery-task",
    "celery.task.task": "celery-task",
    # https://huey.readthedocs.io/en/latest/django.html
    "huey.contrib.djhuey.task": "huey-task",
    "huey.contrib.djhuey.db_task": "huey-task",
    "huey.contrib.djhuey.periodic_task": "huey-task",
    "huey.contrib.djhuey.db_periodic_task": "huey-task",
}
#: Methods that register a task with the object they belong to.
_REGISTERING = frozenset({"task", "periodic_task", "on_after_configure"})
_TASK_KINDS = {"celery": "celery-task", "huey": "huey-task", "taskiq": "taskiq-task"}

#: Names of settings that hold Celery's schedule, its scheduler and its task modules, behind any `CELERY_`.
#: https://docs.celeryq.dev/en/stable/userguide/configuration.html
_SCHEDULES = frozenset({"beat_schedule", "celery_beat_schedule", "celerybeat_schedule"})
_SCHEDULERS = frozenset({"beat_scheduler", "celery_beat_scheduler", "celerybeat_scheduler"})
_DISCOVERY = frozenset({"include", "imports", "celery_include", "celery_imports"})
_SETTINGS = {
    **dict.fromkeys(_SCHEDULES, "celery-schedule"),
    **dict.fromkeys(_SCHEDULERS, "celery-scheduler"),
    **dict.fromkeys(_DISCOVERY - {"include", "imports"}, "celery-discovery"),
}
#: The same as an attribute of `app.conf`, or an argument of `Celery(...)` and `app.conf.update(...)`.
_CONFIGURED = {**_SETTINGS, **dict.fromkeys(_DISCOVERY, "celery-discovery")}

#: https://mlflow.org/docs/latest/ml/tracking/
_TRACKING = "MLFLOW_TRACKING_URI"


#: How addresses of brokers begin over which nobody can ask a worker of Celery anything.
#: https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/
_UNANSWERED = ("sqla+", "sqlalchemy+", "sqs://", "azurequeues://", "azureservicebus://", "gcpubsub://")


def find_signs(objects: Objects, values: Values, modules: Iterable[Module]) -> tuple[Sign, ...]:
    """The signs in these modules, each kind and name once a module, sorted by place; samples and tests say nothing."""
    found: dict[tuple[str, str, str], Sign] = {}
    for module in modules:
        if is_test(module.path) or is_sample(module.path) or is_history(module.path):
            continue
        roots = objects.tree.roots
        root, dotted = roots.of(module.path), roots.name_of(module.path)
        for kind, place, name in _of_module(objects, values, module):
            sign = Sign(kind=kind, place=place, module=dotted, root=root, name=name)
            found.setdefault((module.path, kind, name), sign)
    return tuple(sorted(found.values(), key=lambda sign: (sign.place.path, sign.place.line, sign.kind, sign.name)))


def _of_module(objects: Objects, values: Values, module: Module) -> Iterator[tuple[str, Place, str]]:
    yield from _tasks(objects, module)
    yield from _settings(module)
    for node, _ in module.urls:
        start = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else node
        if str(literal(start)).startswith(_UNANSWERED):
            yield "celery-unanswered", module.place(node), ""
    for site in module.calls:
        yield from _call(objects, values, module, site)
    for node, _ in module.items:
        if literal(node.slice) == _TRACKING and chain(node.value)[-1:] == ("environ",):
            yield "mlflow", module.place(node), _TRACKING


def _tasks(objects: Objects, module: Module) -> Iterator[tuple[str, Place, str]]:
    for function, scope in module.defined:
        for decorator in function.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            kind = _TASKS.get(objects.tree.foreign(target, module), "")
            if not kind and isinstance(target, ast.Attribute) and target.attr in _REGISTERING:
                made = objects.made(target.value, module, scope)
                kind = _TASK_KINDS.get(made.framework, "") if made else ""
            if kind:
                yield kind, module.place(function), ""


def _settings(module: Module) -> Iterator[tuple[str, Place, str]]:
    for scope in (module.scope, *(scope for node, scope in module.scopes.items() if isinstance(node, ast.ClassDef))):
        for name, bindings in scope.bindings.items():
            kind = _SETTINGS.get(name.lower())
            if kind and not _is_empty(bindings[-1].value):
                yield kind, Place(path=module.path, line=bindings[-1].line), name
    for store in module.stores:
        parts = chain(store.target)
        if len(parts) > 1 and parts[-2] == "conf" and parts[-1].lower() in _CONFIGURED and not _is_empty(store.value):
            yield _CONFIGURED[parts[-1].lower()], module.place(store.target), parts[-1]


def _call(objects: Objects, values: Values, module: Module, site: Site) -> Iterator[tuple[str, Place, str]]:
    place = module.place(site.call)
    match site.last:
        case "add_periodic_task":
            yield "celery-schedule", place, site.last
        case "autodiscover_tasks":
            yield "celery-discovery", place, ""
        # https://apscheduler.readthedocs.io/en/3.x/userguide.html#choosing-the-right-scheduler-job-store-s-executor-s-and-trigger-s
        case "BlockingScheduler" if site.name.startswith("apscheduler."):
            yield "blocking-scheduler", place, ""
        case "set_broker" if site.name == "dramatiq.set_broker":
            yield "dramatiq-broker", place, ""
        case "Queue" if site.name in ("rq.Queue", "rq.queue.Queue"):
            value = values.read(positional(site.call, 0) or keyword(site.call, "name"), module, site.scope)
            yield "rq-queue", place, value.text if value and value.text else "default"
        case "set_tracking_uri" if site.name in ("mlflow.set_tracking_uri", "mlflow.tracking.set_tracking_uri"):
            yield from _tracking(values, module, site)
        case "getenv" | "get" if literal(positional(site.call, 0)) == _TRACKING:
            yield "mlflow", place, _TRACKING
        case "update" if site.parts[-2:] == ("conf", "update"):
            yield from _arguments(module, site)
        case _:
            if _is_celery(objects, module, site):
                yield from _arguments(module, site)


def _is_celery(objects: Objects, module: Module, site: Site) -> bool:
    if not site.name.startswith("celery."):
        return False
    made = objects.made(site.call, module, site.scope)
    return made is not None and made.framework == "celery"


def _arguments(module: Module, site: Site) -> Iterator[tuple[str, Place, str]]:
    for argument in site.call.keywords:
        kind = _CONFIGURED.get(argument.arg or "")
        if kind and not _is_empty(argument.value):
            yield kind, module.place(argument.value), argument.arg or ""


def _tracking(values: Values, module: Module, site: Site) -> Iterator[tuple[str, Place, str]]:
    """A server's address: from a variable, or written as a URL; a folder or a database file is none."""
    value = values.read(positional(site.call, 0) or keyword(site.call, "uri"), module, site.scope)
    if value is None:
        return
    text = value.text or ""
    if text.startswith(("http://", "https://")) or (value.variable and not text):
        yield "mlflow", module.place(site.call), value.variable


def _is_empty(expression: ast.expr) -> bool:
    match expression:
        case ast.Dict(keys=[]) | ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Constant(value=None | ""):
            return True
        case ast.Call(args=[], keywords=[]) as call:
            return chain(call.func) in (("dict",), ("list",), ("tuple",))
        case _:
            return False
