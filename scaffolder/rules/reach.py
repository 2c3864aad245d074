"""What a command runs: the files of the project that it starts from, and everything that they import."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence

from packaging.utils import canonicalize_name

from scaffolder.model.code import FileImports, Place
from scaffolder.model.project import Project

#: Libraries that import modules by names in texts or settings: what they reach cannot be known.
_BY_NAME = frozenset({"django", "granian", "gunicorn", "hydra", "hypercorn", "kedro", "sanic", "scrapy", "uvicorn"})

#: A word that may name a module, with what stands behind it: `shop.tasks:app`, `shop.worker.Settings`.
_MODULE = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*")

#: What separates the commands of a shell.
_SEPARATORS = re.compile(r"&&|\|\||[;|&()]")


def reached_imports(
    project: Project, command: Sequence[str], folders: tuple[str, ...]
) -> tuple[tuple[str, Place], ...] | None:
    """Top-level names of what a command imports from outside of the project, each with a first place, sorted.

    A program of the lock that is given no file of the project, as `mlflow server`, imports itself alone. None when it
    cannot be known: nothing in the command was found, or something on the way imports by name.
    """
    words = command_words(command)
    entries = sorted(_entries(project, words, folders))
    program = program_of(project, words)
    links = project.code.links
    files = reached_files(links, entries)
    found: dict[str, Place] = {program: Place(path=entries[0] if entries else "", line=1)} if program else {}
    for path in files:
        if path not in links or links[path].dynamic:
            return None
        for name, line in links[path].names:
            found.setdefault(name, Place(path=path, line=line))
    if not found and not files:
        return None
    return None if _BY_NAME & found.keys() else tuple(sorted(found.items()))


def reached_files(links: Mapping[str, FileImports], entries: Iterable[str]) -> tuple[str, ...]:
    """The entries and every file of the project that they import, directly or not; a breadth-first walk."""
    found = dict.fromkeys(entries)
    queue = list(found)
    for path in queue:
        for other in links[path].files if path in links else ():
            if other not in found:
                found[other] = None
                queue.append(other)
    return tuple(queue)


def command_words(command: Sequence[str]) -> list[str]:
    """The words of a command; of a text for a shell, its words."""
    words = list(command)
    if words[:2] != ["sh", "-c"] or len(words) != 3:
        return words
    try:
        return [word for part in _SEPARATORS.split(words[2]) for word in shlex.split(part)]
    except ValueError:
        return []


def _entries(project: Project, words: Iterable[str], folders: Sequence[str]) -> Iterator[str]:
    scripts = {script.name: script.module for script in project.manifest.scripts}
    roots = dict.fromkeys("" if folder == "." else folder.removeprefix("./") for folder in (*folders, "."))
    links = project.code.links
    for word in words:
        bare = (word.rpartition("=")[2] if word.startswith("-") else word).removeprefix("./").partition(":")[0]
        if bare in links:
            yield bare
            if links[bare].names and any(name == "streamlit" for name, _ in links[bare].names):
                yield from _pages(links, bare)
            continue
        module = scripts.get(bare, bare)
        if project.code.folder_package is not None:
            module = module.removeprefix(f"{project.code.folder_package.name}.")
        if _MODULE.fullmatch(module):
            yield from _modules(links, module, roots)


def _pages(links: Iterable[str], script: str) -> Iterator[str]:
    """https://docs.streamlit.io/develop/concepts/multipage-apps/pages-directory"""
    folder = f"{script.rpartition('/')[0]}/pages/".removeprefix("/")
    return (path for path in links if path.startswith(folder))


def _modules(links: Iterable[str], module: str, roots: Iterable[str]) -> Iterator[str]:
    """The files of a module, or of the module that the last name is an attribute of."""
    known = links if isinstance(links, Mapping) else frozenset(links)
    for name in (module, module.rpartition(".")[0]):
        paths = [f"{root}/{name.replace('.', '/')}".removeprefix("/") for root in roots] if name else []
        files = [f"{path}{end}" for path in paths for end in (".py", "/__init__.py", "/__main__.py")]
        found = [file for file in files if file in known]
        if found:
            yield from found
            return


def module_files(links: Iterable[str], module: str) -> Iterator[str]:
    """The files that are a module of the project, imported from its folder; none when there is no such module."""
    path = module.replace(".", "/")
    return (file for file in (f"{path}.py", f"{path}/__init__.py") if file in links)


def program_of(project: Project, command: Sequence[str]) -> str:
    """The distribution that the program of a command belongs to, as far as its name tells; "" for none."""
    words = command_words(command)
    name = canonicalize_name(words[0].partition("-")[0]) if words else ""
    return name if name and project.lock.version_of(name) else ""
