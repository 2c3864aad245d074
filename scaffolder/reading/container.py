"""Which container files of the project are hand-written, and what they say."""

from __future__ import annotations

import re
from collections.abc import Container as Has
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from scaffolder.container.compose import ComposeFacts, facts_of_compose
from scaffolder.container.dockerfile import facts_of_dockerfile, in_project
from scaffolder.container.shell import simple_commands, unwrapped
from scaffolder.knowledge.compose_files import COMPOSE_FILES
from scaffolder.model.change import is_generated
from scaffolder.model.code import Place
from scaffolder.model.container import Container, ContainerCommand, ContainerService, InitScript, Said
from scaffolder.reading.tree import read_texts

#: The first that is there and hand-written counts; one that a Compose file names comes after the first two.
DOCKERFILES = ("Dockerfile", "Containerfile")
_OTHER_DOCKERFILES = ("docker/Dockerfile", "Dockerfile.prod", "Dockerfile.production", "docker/Dockerfile.prod")
_MOST_SCRIPTS = 5
_MOST_INIT_FILES = 50
#: Of SQL.
_COMMENT = re.compile(r"--.*")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def read_container(root: Path, files: Sequence[str], texts: Mapping[str, str], *, without: Has[str] = ()) -> Container:
    """What the hand-written Dockerfile, the Compose file and the scripts that they start say.

    Files that scaffold wrote, and those in `without`, have no say. Nothing here raises: what cannot be read says
    nothing.
    """
    present = frozenset(files)
    compose = next(_hand_written(root, COMPOSE_FILES, present, texts, without), None)
    beside = facts_of_compose(*compose) if compose is not None else ComposeFacts()
    candidates = tuple(dict.fromkeys((*DOCKERFILES, beside.dockerfile, *_OTHER_DOCKERFILES)))
    found = next(_hand_written(root, candidates, present, texts, without), None)
    image = facts_of_dockerfile(*found, target=_target(beside, found[0])) if found is not None else Container()
    commands = (*image.commands, *beside.container.commands)
    started = _scripts(commands, files)
    scripts = read_texts(root, started)
    services = tuple(_with_words(root, service, present) for service in beside.container.services)
    run = [path for service in services for script in service.scripts for path in _files_of(script, present)]
    return Container(
        pythons=image.pythons,
        poetries=image.poetries,
        suite=image.suite,
        foreign_packages=image.foreign_packages,
        packages=image.packages,
        ports=(*image.ports, *beside.container.ports),
        commands=tuple(_with_scripts(commands, scripts, files)),
        variables=(*image.variables, *beside.container.variables),
        volumes=(*image.volumes, *(_below(image, volume) for volume in beside.container.volumes)),
        arguments=image.arguments,
        services=services,
        workdir=image.workdir,
        named=(*(path for path in (beside.dockerfile,) if path in present), *started, *run),
    )


def _with_words(root: Path, service: ContainerService, present: frozenset[str]) -> ContainerService:
    """The service with those of its scripts that are there, and the names in them."""
    if not service.scripts:
        return service
    found = []
    for script in service.scripts:
        files = _files_of(script, present)
        texts = read_texts(root, files)
        if files:
            text = _COMMENT.sub("", "\n".join(texts.values()))
            found.append(replace(script, words=frozenset(_NAME.findall(text))))
    return replace(service, scripts=tuple(found))


def _files_of(script: InitScript, present: frozenset[str]) -> list[str]:
    """The file, or those in the folder, by name."""
    if script.path in present:
        return [script.path]
    return sorted(path for path in present if path.rpartition("/")[0] == script.path)[:_MOST_INIT_FILES]


def _target(beside: ComposeFacts, dockerfile: str) -> str:
    return beside.target if beside.dockerfile == dockerfile else ""


def _hand_written(
    root: Path, paths: Sequence[str], present: frozenset[str], texts: Mapping[str, str], without: Has[str]
) -> Iterator[tuple[str, str]]:
    for path in paths:
        if path not in present or path in without:
            continue
        text = texts.get(path)
        text = read_texts(root, [path]).get(path, "") if text is None else text
        if text and not is_generated(text):
            yield path, text


def _scripts(commands: Iterable[ContainerCommand], files: Sequence[str]) -> list[str]:
    """The scripts of the project that the commands start."""
    found = dict.fromkeys(path for command in commands if (path := _script_of(command, files)))
    return list(found)[:_MOST_SCRIPTS]


def _script_of(command: ContainerCommand, files: Sequence[str]) -> str:
    """The one file of the project that the first word names, as a path in the image; "" for none."""
    word = command.words[0].removeprefix("./")
    name = word.rpartition("/")[2]
    if not name.endswith(".sh") and "/" not in command.words[0]:
        return ""
    named = [path for path in files if path == name or path.endswith(f"/{name}")]
    exact = [path for path in named if word == path or word.endswith(f"/{path}")]
    longest = max(exact, key=len, default="")
    return longest or (named[0] if len(named) == 1 else "")


def _with_scripts(
    commands: Sequence[ContainerCommand], scripts: Mapping[str, str], files: Sequence[str]
) -> Iterator[ContainerCommand]:
    """The commands, and in place of a script what it runs, its last command first."""
    for command in commands:
        path = _script_of(command, files) if scripts else ""
        if path not in scripts:
            yield command
            continue
        text = scripts[path]
        lines = text.split("\n")
        inner = [words for outer in simple_commands(text) for words in unwrapped(outer)]
        for words in reversed(inner):
            line = next((number for number, line in enumerate(lines, start=1) if words[0] in line), 1)
            last = max((number for number, line in enumerate(lines, start=1) if words[-1] in line), default=line)
            yield replace(command, words=words, place=Place(path=path, line=last))


def _below(image: Container, volume: Said) -> Said:
    return replace(volume, value=in_project(volume.value, image.workdir)) if image.workdir else volume
