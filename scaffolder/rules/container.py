"""What hand-written container files say about the main process; the lock and the manifest are stronger."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scaffolder.knowledge.servers import SERVERS, Server
from scaffolder.model.container import ContainerCommand
from scaffolder.model.project import Project
from scaffolder.rules.reach import module_files
from scaffolder.rules.runnable import WORKER_RANK, Runnable, runnables

#: `shop.main:app`, with brackets behind a factory.
_TARGET = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*(?:\(\))?")
#: Programs that are given an application as `module:object`.
_SERVING = frozenset({"daphne", "granian", "gunicorn", "hypercorn", "uvicorn", "waitress-serve"})
#: The program of a command that runs a file or a module.
PYTHON = re.compile(r"(?:.*/)?python[\d.]*")
#: A server with one of these is there for development.
FOR_DEVELOPMENT = frozenset({"--reload", "--debug", "runserver"})


@dataclass(frozen=True, slots=True)
class MainCommand:
    """A command of a container file that starts something that could be the main process."""

    command: ContainerCommand
    #: Its evidence is the command, and where that stands.
    runnable: Runnable


def main_command(project: Project) -> MainCommand | None:
    """The first command that names a candidate, or where there is none, a module that a server is told to import.

    A script or a worker is no reason to leave out an application that a server can import, when there is one that comes
    before all others: the script starts that one, or does something beside it.
    """
    candidates = runnables(project)
    best = [item for item in candidates if item.rank == candidates[0].rank]
    is_served = len(best) == 1 and best[0].framework != "none" and best[0].rank < WORKER_RANK
    for command in project.container.commands:
        found = _named(command.words, candidates) or (None if candidates else _unseen(project, command.words))
        if found is not None and not (is_served and (found.framework == "none" or _is_worker(found))):
            evidence = f"{command.place}: {command.text}"
            return MainCommand(command, replace(_as_run(found, command.words), evidence=evidence, rank=0))
    return None


def _as_run(found: Runnable, words: Sequence[str]) -> Runnable:
    """A script that Streamlit runs is one of Streamlit's, though other modules draw the page."""
    is_page = words[:2] == ("streamlit", "run") and found.text.endswith(".py")
    return replace(found, framework="streamlit") if is_page else found


def command_of(project: Project, application: str) -> MainCommand | None:
    """The command of a container file that starts the application that was decided; None when none does."""
    found = main_command(project)
    return found if found is not None and found.runnable.text == application else None


def servers_of(command: ContainerCommand) -> Iterator[tuple[str, Server]]:
    """The servers of the table that the program of a command may be, in the order of the table.

    None for a command that is for development, as those of Compose files mostly are.
    """
    program = command.words[0].rpartition("/")[2]
    if FOR_DEVELOPMENT.isdisjoint(command.words) and not command.place.path.endswith((".yaml", ".yml")):
        for name, server in SERVERS.items():
            if program and program == server.command[0] and program != "python":
                yield name, server


def _is_worker(runnable: Runnable) -> bool:
    return runnable.framework in ("arq", "celery", "dramatiq", "huey", "taskiq")


def _named(words: Sequence[str], candidates: Sequence[Runnable]) -> Runnable | None:
    """The candidate that a command names by its own notation, as a module or as a path; None for none or several."""
    if any(word == "manage.py" or word.endswith("/manage.py") for word in words[:2]):
        return None
    by_module = PYTHON.fullmatch(words[0]) is not None and words[1:2] == ("-m",)
    for exact in (True, False):
        found = [item for item in candidates if _names(item, words, by_module=by_module, exact=exact)]
        if exact and found:
            return found[0]
        if len(found) == 1:
            return found[0]
    return None


def _names(item: Runnable, words: Sequence[str], *, by_module: bool, exact: bool) -> bool:
    text = item.text.removesuffix("()")
    if text.startswith("-m ") or by_module:
        module = text.removeprefix("-m ").partition(":")[0]
        return exact and by_module and words[2:3] == (module,)
    if ":" in text:
        targets = {word.removesuffix("()") for word in words[1:] if _TARGET.fullmatch(word)}
        return text in targets if exact else any(text.endswith(f".{target}") for target in targets)
    if text.endswith(".py"):
        paths = {_path(word) for word in words[1:] if word.endswith(".py")}
        return text in paths if exact else any(path.endswith(f"/{text}") or text.endswith(f"/{path}") for path in paths)
    return exact and words[0] == text


def _path(word: str) -> str:
    return word.removeprefix("./").removeprefix("/app/")


def _unseen(project: Project, words: Sequence[str]) -> Runnable | None:
    """An application that a server is told to import from a module of the project, where nothing in it was seen."""
    if words[0] not in _SERVING:
        return None
    for word in words[1:]:
        if _TARGET.fullmatch(word):
            files = list(module_files(project.code.links, word.partition(":")[0]))
            return Runnable(text=word, framework="none", evidence="", path=files[0]) if files else None
    return None
