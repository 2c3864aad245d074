"""The processes that the code calls for beside the main one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scaffolder.decisions import APPLICATION, FRAMEWORK, Process
from scaffolder.knowledge.development_groups import DEVELOPMENT_GROUPS
from scaffolder.knowledge.frameworks import FRAMEWORKS
from scaffolder.knowledge.health import FORMER_PATHS, FRAMEWORK_PATHS
from scaffolder.knowledge.servers import SERVERS
from scaffolder.model.code import Django, Sign
from scaffolder.model.decision import Decisions
from scaffolder.model.project import Project
from scaffolder.poetry.constraints import may_allow
from scaffolder.rules.context import Context
from scaffolder.rules.reach import reached_files
from scaffolder.rules.runnable import Runnable, find_runnable, runnables
from scaffolder.rules.server import interface_of, served_command
from scaffolder.source.paths import is_sample

#: Queues that take the modules with tasks as arguments, and how.
_INCLUDE = {
    # https://docs.celeryq.dev/en/stable/reference/cli.html#celery-worker
    "celery": "--include={modules}",
    # https://taskiq-python.github.io/guide/cli.html
    "taskiq": "{modules}",
}

#: Commands of Django that run the workers of an application in INSTALLED_APPS.
_DJANGO_WORKERS = {
    # https://github.com/rq/django-rq#running-workers
    "django_rq": ("rqworker", "default"),
    # https://huey.readthedocs.io/en/latest/django.html
    "huey.contrib.djhuey": ("run_huey",),
    # https://github.com/Bogdanp/django_dramatiq
    "django_dramatiq": ("rundramatiq",),
    # https://django-q2.readthedocs.io/en/stable/cluster.html
    "django_q": ("qcluster",),
}

#: Frameworks whose pages stand beside an API instead of being one.
_UI = ("streamlit", "gradio", "chainlit", "panel")

#: Where the tracking server keeps its database and artifacts.
MLFLOW_FOLDER = "/var/lib/mlflow"
MLFLOW = "mlflow"


def code_processes(context: Context, decisions: Decisions) -> Iterator[Process]:
    """Workers, then schedulers, then user interfaces, then a tracking server; each name once."""
    project = context.project
    usable = usable_distributions(project)
    yield from _workers(project, decisions, usable)
    yield from _beat(project, usable)
    yield from _blocking_schedulers(project, decisions, usable)
    yield from _interfaces(project, decisions, usable)
    yield from _tracking_server(project, usable)


def usable_distributions(project: Project) -> frozenset[str]:
    """The locked distributions, without those that only a group of development asks for."""
    groups = project.manifest.groups
    asked = {item.name for group in groups if group.name not in DEVELOPMENT_GROUPS for item in group.dependencies}
    developed = {item.name for group in groups if group.name in DEVELOPMENT_GROUPS for item in group.dependencies}
    return frozenset(package.name for package in project.lock.packages) - (developed - asked)


def _workers(project: Project, decisions: Decisions, usable: frozenset[str]) -> Iterator[Process]:
    """The best worker application of each kind, unless the main process is one itself."""
    main = decisions[FRAMEWORK]
    if main != "none" and FRAMEWORKS[main].interface == "worker":
        return
    kinds: set[str] = set()
    for runnable in _worker_runnables(project):
        server = SERVERS.get(interface_of(project, runnable.framework, runnable.text))
        if server is None or any(need not in usable for need in server.needs) or runnable.framework in kinds:
            continue
        command = with_tasks(project, served_command(server, runnable.text, 0), runnable)
        yield Process(
            name="worker" if not kinds else f"{runnable.framework}-worker",
            command=command,
            health_check=ping_of(project, command),
            evidence=runnable.evidence,
        )
        kinds.add(runnable.framework)
    for name, command, evidence in (*_django_workers(project, decisions), *_rq_workers(project, usable)):
        if name not in kinds:
            yield Process(name="worker" if not kinds else f"{name}-worker", command=command, evidence=evidence)
            kinds.add(name)


def _worker_runnables(project: Project) -> Iterator[Runnable]:
    for runnable in runnables(project):
        if runnable.framework != "none" and FRAMEWORKS[runnable.framework].interface == "worker":
            yield runnable


def with_tasks(project: Project, command: tuple[str, ...], runnable: Runnable) -> tuple[str, ...]:
    """A worker's command with the modules whose tasks it would not know: nothing that it imports leads there."""
    template = _INCLUDE.get(runnable.framework)
    signs = project.code.signs
    if template is None or any(sign.kind == f"{runnable.framework}-discovery" for sign in signs):
        return command
    reached = reached_files(project.code.links, [runnable.path])
    tasks = [sign for sign in signs if sign.kind == f"{runnable.framework}-task" and sign.place.path not in reached]
    modules = sorted({sign.module for sign in tasks if sign.root in ("", runnable.root)})
    if not modules:
        return command
    joined = [",".join(modules)] if template.startswith("--") else modules
    return (*command, *(template.replace("{modules}", text) for text in joined))


def framework_path(project: Project, framework: str) -> str:
    """The path on which the locked release of a framework says that it is well, "" when it has none."""
    versions, path = FORMER_PATHS.get(framework, ("", ""))
    locked = project.lock.version_of(framework)
    return path if path and locked and may_allow(versions, locked) else FRAMEWORK_PATHS.get(framework, "")


def ping_of(project: Project, command: Sequence[str]) -> str:
    """`ping` for a worker of Celery that answers one under the name it has by default, else `none`.

    A worker that runs tasks in its own process answers nothing meanwhile, and SQS and others carry no remote control:
    https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/
    """
    words = list(command)
    other = ("-n", "--hostname", "-P", "--pool", "solo", "--without-mingle", "multi")
    if words[:1] != ["celery"] or "worker" not in words or any(word.partition("=")[0] in other for word in words):
        return "none"
    if not celery_application(words) or _signs(project, "celery-unanswered"):
        return "none"
    return "none" if project.lock.version_of("pycurl") and project.lock.version_of("boto3") else "ping"


def celery_application(words: Sequence[str]) -> str:
    """The application that a command of Celery names, "" for none."""
    for word, following in zip(words, (*words[1:], ""), strict=True):
        if word in ("-A", "--app"):
            return following
        if word.startswith("--app="):
            return word.removeprefix("--app=")
    return ""


def _django(project: Project) -> Django | None:
    return project.code.django[0] if project.code.django else None


def _django_workers(project: Project, decisions: Decisions) -> Iterator[tuple[str, tuple[str, ...], str]]:
    django = _django(project)
    if django is None or decisions[FRAMEWORK] != "django":
        return
    for name, words in _DJANGO_WORKERS.items():
        if name in django.names:
            yield name.partition(".")[0], ("python", django.manage, *words), f"{django.settings}: {name}"


def _rq_workers(project: Project, usable: frozenset[str]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """https://python-rq.org/docs/workers/"""
    signs = _signs(project, "rq-queue")
    if not signs or "rq" not in usable or "django-rq" in usable:
        return
    queues = dict.fromkeys(sign.name for sign in signs)
    yield "rq", ("rq", "worker", *queues), f"{signs[0].place}: a queue of RQ"


def _beat(project: Project, usable: frozenset[str]) -> Iterator[Process]:
    """The clock of Celery, where a schedule is written down or kept in Django's database.

    No file with its process id: one that an earlier container left would keep it from starting.
    """
    target = next((item for item in _worker_runnables(project) if item.framework == "celery"), None)
    schedules = _signs(project, "celery-schedule")
    django = _django(project)
    in_database = django is not None and "django_celery_beat" in django.names
    if target is None or "celery" not in usable or not (schedules or in_database):
        return
    scheduler: tuple[str, ...] = ()
    if in_database and not _signs(project, "celery-scheduler"):
        scheduler = ("--scheduler=django_celery_beat.schedulers:DatabaseScheduler",)
    files = ("--pidfile=", *(() if in_database else ("--schedule=/tmp/celerybeat-schedule",)))
    yield Process(
        name="beat",
        kind="scheduler",
        command=("celery", f"--app={target.text}", "beat", "--loglevel=INFO", *files, *scheduler),
        evidence=f"{schedules[0].place}: {schedules[0].name}" if schedules else "django_celery_beat",
    )


def _blocking_schedulers(project: Project, decisions: Decisions, usable: frozenset[str]) -> Iterator[Process]:
    """Scripts that start an APScheduler which blocks: https://apscheduler.readthedocs.io/en/3.x/userguide.html"""
    scripts = {script.path: script for script in project.code.scripts}
    main = find_runnable(project, decisions[APPLICATION])
    seen: set[str] = set()
    for sign in _signs(project, "blocking-scheduler"):
        path = sign.place.path
        if path not in scripts or (main is not None and path == main.path) or "apscheduler" not in usable:
            continue
        if path not in seen:
            name = "scheduler" if not seen else _name_of(path)
            seen.add(path)
            yield Process(
                name=name, kind="scheduler", command=("python", path), evidence=f"{sign.place}: BlockingScheduler"
            )


def _name_of(path: str) -> str:
    stem = path.rpartition("/")[2].removesuffix(".py").lower()
    return "".join(char if char.isalnum() and char.isascii() else "-" for char in stem).strip("-") or "scheduler"


def _interfaces(project: Project, decisions: Decisions, usable: frozenset[str]) -> Iterator[Process]:
    """The one script of Streamlit and the like beside an API, unless the API imports it and serves it itself."""
    main = decisions[FRAMEWORK]
    if main == "none" or FRAMEWORKS[main].interface in ("self", "worker") or main == "dash":
        return
    found = [item for item in runnables(project) if item.framework in _UI and not is_sample(item.path)]
    found = [item for item in found if FRAMEWORKS[item.framework].distribution in usable]
    served = find_runnable(project, decisions[APPLICATION])
    reached = reached_files(project.code.links, [served.path] if served is not None else [])
    found = [item for item in found if item.path not in reached]
    best = [item for item in found if item.rank == found[0].rank]
    if len(best) != 1:
        return
    script = best[0]
    server = SERVERS[script.framework]
    own = [use.port for use in project.code.ports if use.place.path == script.path]
    streamlit = project.streamlit_port if script.framework == "streamlit" else 0
    port = streamlit or (own[0] if own else FRAMEWORKS[script.framework].port)
    yield Process(
        name="ui",
        kind="ui",
        command=served_command(server, script.text, port),
        port=port,
        publish="all",
        health_check=framework_path(project, script.framework) or "tcp",
        environment=tuple((name, value.replace("{port}", str(port))) for name, value in server.environment),
        evidence=script.evidence,
    )


def _tracking_server(project: Project, usable: frozenset[str]) -> Iterator[Process]:
    """https://mlflow.org/docs/latest/ml/tracking/server/; its pages ask nobody who they are, so only this machine
    gets there. Since 3.5 it answers only to hosts that it is told of.

    One worker, as one file of SQLite has one writer; the queues for judging language models, which 3.x starts beside
    it, off: with both as they come, an idle server takes 2.3 GB of memory, and 0.4 GB without.
    """
    signs = _signs(project, MLFLOW)
    version = project.lock.version_of(MLFLOW)
    if not signs or MLFLOW not in usable:
        return
    is_recent = may_allow(">=3.5", version)
    yield Process(
        name=MLFLOW,
        kind="web",
        command=(
            *(MLFLOW, "server", "--host=0.0.0.0", "--port=5000"),
            f"--backend-store-uri=sqlite:///{MLFLOW_FOLDER}/mlflow.db",
            f"--artifacts-destination={MLFLOW_FOLDER}/artifacts",
            "--workers=1",
            *(("--allowed-hosts=mlflow:5000,localhost:*,127.0.0.1:*",) if is_recent else ()),
        ),
        port=5000,
        publish="loopback",
        health_check="/health",
        environment=(("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false"),) if is_recent else (),
        volumes=(MLFLOW_FOLDER,),
        evidence=f"{signs[0].place} logs runs to a tracking server",
    )


def _signs(project: Project, kind: str) -> list[Sign]:
    return [sign for sign in project.code.signs if sign.kind == kind]
