"""The processes that a hand-written Compose file runs from the project, beside the main one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from scaffolder.decisions import APPLICATION, FRAMEWORK, Process
from scaffolder.knowledge.frameworks import FRAMEWORKS
from scaffolder.model.container import ContainerCommand
from scaffolder.model.decision import Decisions
from scaffolder.model.project import Project
from scaffolder.rules.code_processes import celery_application, ping_of, usable_distributions
from scaffolder.rules.context import Context
from scaffolder.rules.reach import module_files
from scaffolder.rules.runnable import find_runnable, named_runnable

#: Programs that run workers or schedulers, and the distribution that brings each.
_PROGRAMS = {
    "arq": "arq",
    "celery": "celery",
    "dramatiq": "dramatiq",
    "huey_consumer": "huey",
    "huey_consumer.py": "huey",
    "rq": "rq",
    "rqscheduler": "rq-scheduler",
    "taskiq": "taskiq",
}
#: What each does by its first argument, where it does several things.
_SUBCOMMANDS = {
    "celery": ("worker", "beat", "flower"),
    "rq": ("worker", "worker-pool"),
    "taskiq": ("worker", "scheduler"),
}
_SCHEDULERS = ("celery beat", "rqscheduler", "taskiq scheduler")
FLOWER = "celery flower"
FLOWER_PORT = 5555

#: Names of commands and scripts that come to an end, or are for a person or for development.
_ENDS = re.compile(
    r"(^|[_\W])(migrat\w*|makemigrations|init\w*|setup|seed\w*|load\w*|dump\w*|create\w*|populate\w*|import\w*|wait\w*|"
    r"collectstatic|compile\w*|compress|makemessages|check|flush|shell\w*|dbshell|test\w*|pytest|prestart|pre_start|"
    r"bootstrap|fixtures?|runserver\w*|lint|sync\w*|update|upgrade)([_\W]|$)"
)
#: What goes on all the same: `run_update_listener`.
_GOES_ON = re.compile(r"consum|daemon|listen|poll|schedul|watch|work|cluster|queue|loop|bot([_\W]|$)")
_FOR_DEVELOPMENT = frozenset({"--reload", "--watch", "--detach", "-D"})
_PYTHON = re.compile(r"(?:.*/)?python[\d.]*")


def composed_processes(context: Context, decisions: Decisions) -> Iterator[Process]:
    """A process for each service of the Compose file that works on a queue, keeps a schedule or goes on by itself.

    The service that runs the main process is none, nor what is published or comes to an end: the application and the
    migrations are found otherwise. A command counts where what it names is there in the project, and in the lock.
    """
    for service, group in groupby(context.project.container.commands, key=lambda command: command.service):
        commands = list(group) if service else []
        found = (process for command in commands if (process := _process(context, decisions, command)))
        yield from list(found)[:1]


def job_of(command: Sequence[str]) -> str:
    """What a command does, whatever its options: `celery worker`, `manage.py qcluster`; "" where it is not known."""
    words = list(command)
    if not words:
        return ""
    program = words[0].rpartition("/")[2]
    if program in _PROGRAMS:
        known = _SUBCOMMANDS.get(program)
        done = next((word for word in words[1:] if word in known), "") if known else ""
        return program if known is None else f"{program} {done}" if done else ""
    manage = next((place for place, word in enumerate(words[:2]) if word.rpartition("/")[2] == "manage.py"), None)
    if manage is not None:
        return f"manage.py {words[manage + 1]}" if words[manage + 1 :] else ""
    return " ".join(words[:3]) if _PYTHON.fullmatch(words[0]) else ""


def embeds_beat(command: Sequence[str]) -> bool:
    """Whether a worker of Celery keeps the schedule itself."""
    return job_of(command) == "celery worker" and any(word in ("-B", "--beat") for word in command)


def _process(context: Context, decisions: Decisions, said: ContainerCommand) -> Process | None:
    project, words = context.project, said.words
    job = job_of(words)
    if not job or _FOR_DEVELOPMENT & set(words) or any("$" in word for word in words):
        return None
    command = _own(project, decisions, said, job)
    if command is None:
        return None
    port = FLOWER_PORT if job == FLOWER else 0
    return Process(
        name=said.service,
        kind="scheduler" if job in _SCHEDULERS else "ui" if port else "worker",
        command=command,
        port=port,
        publish="loopback" if port else "none",
        health_check="tcp" if port else ping_of(project, command),
        evidence=f"{said.place}: {said.text}",
    )


def _own(project: Project, decisions: Decisions, said: ContainerCommand, job: str) -> tuple[str, ...] | None:
    """The command as it runs in scaffold's image; None where it is not the project's, or no process beside."""
    words = said.words
    program = words[0].rpartition("/")[2]
    if program in _PROGRAMS:
        main = decisions[FRAMEWORK]
        is_main = main == program and FRAMEWORKS[main].interface == "worker" and job in (main, f"{main} worker")
        needed = "flower" if job == FLOWER else _PROGRAMS[program]
        if is_main or needed not in usable_distributions(project) or not _is_there(project, decisions, words):
            return None
        return (program, *words[1:], *_schedule(words, job), *((f"--port={FLOWER_PORT}",) if job == FLOWER else ()))
    named = job.removeprefix("python").lower()
    if said.published or (_ENDS.search(named) and not _GOES_ON.search(named)):
        return None
    if job.startswith("manage.py "):
        manage = next((django.manage for django in project.code.django), "")
        place = next(number for number, word in enumerate(words) if word.rpartition("/")[2] == "manage.py")
        return ("python", manage, *words[place + 1 :]) if manage else None
    runnable = named_runnable(project, words)
    is_main = runnable is not None and runnable.text == decisions[APPLICATION]
    return words if said.restarts and not is_main and _is_there(project, decisions, words) else None


def _is_there(project: Project, decisions: Decisions, words: Sequence[str]) -> bool:
    """Whether the module or the script that a command names is one of the project; RQ names none."""
    if words[0] in ("rq", "rqscheduler"):
        return True
    links = project.code.links
    main = find_runnable(project, decisions[APPLICATION])
    roots = {"", main.root.replace("/", ".") if main is not None else ""}
    named = [celery_application(words)] if words[0] == "celery" else [word for word in words[1:] if word[:1] != "-"]
    for word in named:
        module = word.partition(":")[0]
        names = [f"{root}.{name}".strip(".") for root in roots for name in (module, module.rpartition(".")[0]) if name]
        if word.removeprefix("./") in links or any(next(module_files(links, name), "") for name in names):
            return True
    return False


def _schedule(words: Sequence[str], job: str) -> tuple[str, ...]:
    """Where Celery's beat keeps its file: the project's folder belongs to root. A file with its process id, left by an
    earlier container, would keep it from starting."""
    keeps = job == "celery beat" or embeds_beat(words)
    given = {word.partition("=")[0] for word in words}
    if not keeps or given & {"-s", "--schedule", "-S", "--scheduler"}:
        return ()
    pid = ("--pidfile=",) if job == "celery beat" and "--pidfile" not in given else ()
    return (*pid, "--schedule=/tmp/celerybeat-schedule")
