"""The command of the main process."""

from __future__ import annotations

from dataclasses import dataclass

from scaffolder.decisions import APPLICATION, COMMAND, PORT, PROXY, SERVER, WORKERS
from scaffolder.knowledge.servers import GUNICORN, SERVERS
from scaffolder.model.change import is_generated
from scaffolder.model.decision import Decision, Decisions
from scaffolder.model.project import Project
from scaffolder.rules.beside import declared
from scaffolder.rules.code_processes import with_tasks
from scaffolder.rules.container import FOR_DEVELOPMENT, PYTHON, command_of
from scaffolder.rules.context import Context, inferred
from scaffolder.rules.runnable import find_runnable
from scaffolder.rules.server import served_command, workers_words


def decide_command(context: Context, decisions: Decisions) -> Decision[tuple[str, ...]]:
    """The command, one word per argument."""
    said = declared(context, decisions, COMMAND, "command")
    if said is not None:
        return said
    application = decisions[APPLICATION]
    name = decisions[SERVER]
    if name == "none":
        arguments, evidence = _arguments(context.project, application)
        return inferred(COMMAND, (*_bare(application), *arguments), f"application: {application}", *evidence)
    server = SERVERS[name]
    file = entry_file(name, application)
    target = ENTRY_POINT if server.is_gunicorn and file else application
    command = served_command(server, target, decisions[PORT])
    if not server.setup:
        command += workers_words(server, decisions[WORKERS])
        command += server.behind_proxy if decisions[PROXY] != "none" else ()
    if server.is_gunicorn and has_own_gunicorn_config(context.project):
        bind = (f"--bind=0.0.0.0:{decisions[PORT]}", f"--worker-class={server.worker_class}")
        words = ("gunicorn", *bind, *command[len(GUNICORN) - 1 :])
        return inferred(COMMAND, words, f"server: {name}", "gunicorn.conf.py is the project's own")
    runnable = find_runnable(context.project, application)
    if runnable is not None:
        command = with_tasks(context.project, command, runnable)
    return inferred(COMMAND, command, f"server: {name}")


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryFile:
    """A generated file of docker/ from which the server starts; what it needs to import the application."""

    name: str
    module: str
    #: What is imported from the module.
    object: str
    #: The application, by that name: `app`, `app.server`, `create_app()`.
    expression: str


#: How gunicorn names the application in the generated `docker/entry_point.py`.
ENTRY_POINT = "entry_point:application"


def entry_file(server: str, application: str) -> EntryFile | None:
    """The file that stands between a server and the application; None where the server names it by itself.

    gunicorn takes a name or a call behind the colon, and Dash's application is `app.server`:
    https://docs.gunicorn.org/en/stable/run.html#gunicorn
    """
    if server == "none":
        return None
    module, _, expression = application.partition(":")
    owner, dot, _ = expression.removesuffix("()").partition(".")
    name = "entry_point.py" if SERVERS[server].is_gunicorn and dot else SERVERS[server].entry_file
    return EntryFile(name=name, module=module, object=owner, expression=expression) if name else None


def has_own_gunicorn_config(project: Project) -> bool:
    """Whether the project has a gunicorn.conf.py that scaffold did not write; gunicorn finds it by itself."""
    text = (project.texts or {}).get("gunicorn.conf.py")
    return text is not None and not is_generated(text)


def _bare(application: str) -> tuple[str, ...]:
    if application.startswith("-m "):
        return ("python", "-m", application.removeprefix("-m "))
    if application.endswith(".py"):
        return ("python", application)
    if ":" in application:
        return ("python", "-m", application.partition(":")[0])
    return (application,)


def _arguments(project: Project, application: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The arguments that a hand-written container file gives to what runs by itself, and the evidence.

    None where another program is given it, where an argument is filled in when the container starts, leads to a place
    of another image, or makes it a server for development.
    """
    started = command_of(project, application)
    if started is None:
        return (), ()
    words = started.command.words
    program = words[0]
    if PYTHON.fullmatch(program) and words[1:2] == ("-m",):
        program = words[2]
    elif PYTHON.fullmatch(program) and application.endswith(".py"):  # `python -u main.py`
        program = next(word for word in words if word.endswith(".py"))
    elif program != application:
        return (), ()
    arguments = words[words.index(program) + 1 :]
    is_elsewhere = any("$" in word or word.rpartition("=")[2].startswith("/") for word in arguments)
    if not arguments or is_elsewhere or not FOR_DEVELOPMENT.isdisjoint(arguments):
        return (), ()
    return arguments, (started.runnable.evidence,)
