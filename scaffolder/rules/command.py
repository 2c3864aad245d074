"""The command of the main process."""

from __future__ import annotations

from scaffolder.decisions import APPLICATION, COMMAND, PORT, SERVER
from scaffolder.knowledge.servers import GUNICORN, SERVERS
from scaffolder.model.change import is_generated
from scaffolder.model.decision import Decision, Decisions
from scaffolder.model.project import Project
from scaffolder.rules.beside import declared
from scaffolder.rules.code_processes import with_tasks
from scaffolder.rules.context import Context, inferred
from scaffolder.rules.runnable import find_runnable
from scaffolder.rules.server import served_command


def decide_command(context: Context, decisions: Decisions) -> Decision[tuple[str, ...]]:
    """The command, one word per argument."""
    said = declared(context, decisions, COMMAND, "command")
    if said is not None:
        return said
    application = decisions[APPLICATION]
    name = decisions[SERVER]
    if name == "none":
        return inferred(COMMAND, _bare(application), f"application: {application}")
    server = SERVERS[name]
    target = ENTRY_POINT if any(entry_point(name, application)) else application
    command = served_command(server, target, decisions[PORT])
    if server.is_gunicorn and has_own_gunicorn_config(context.project):
        bind = (f"--bind=0.0.0.0:{decisions[PORT]}", f"--worker-class={server.worker_class}")
        words = ("gunicorn", *bind, *command[len(GUNICORN) - 1 :])
        return inferred(COMMAND, words, f"server: {name}", "gunicorn.conf.py is the project's own")
    runnable = find_runnable(context.project, application)
    if runnable is not None:
        command = with_tasks(context.project, command, runnable)
    return inferred(COMMAND, command, f"server: {name}")


#: What a server imports where the application is an attribute of an object: the generated `docker/entry_point.py`.
ENTRY_POINT = "entry_point:application"


def entry_point(server: str, application: str) -> tuple[str, str, str]:
    """Module, object and attribute of an application that gunicorn cannot name; three empty texts when it can.

    gunicorn takes a name or a call behind the colon, and Dash's application is `app.server`:
    https://docs.gunicorn.org/en/stable/run.html#gunicorn
    """
    module, _, name = application.partition(":")
    owner, dot, attribute = name.removesuffix("()").partition(".")
    needed = server != "none" and SERVERS[server].is_gunicorn and dot
    return (module, owner, attribute) if needed else ("", "", "")


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
