"""What a hand-written Dockerfile says.

Of several stages the last one is the image, unless it is named for something else (`dev`, `test`): then the last that
is not. What it is built on belongs to it; the stages that it copies from only build; any other stage has no say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from scaffolder.container.shell import LONGEST, expanded, simple_commands, unwrapped
from scaffolder.dockerfile import Instruction, UnreadableError, parse_dockerfile
from scaffolder.model.code import Place
from scaffolder.model.container import Container, ContainerCommand, ContainerVariable, InstalledPackage, Said

_MOST_INSTRUCTIONS = 1_000
_MOST_STAGES = 50
_MOST_NAMES = 500
_NOT_THE_IMAGE = re.compile(
    r"(^|[-_])(dev\w*|debug|tests?|testing|lint\w*|ci|docs?|alembic|migrat\w+)([-_]|$)", re.IGNORECASE
)
_PYTHON_IMAGE = re.compile(r"(?:^|/)python:(3\.\d{1,2}(?:\.\d{1,2})?)(?=[-@]|$)|:python(3\.\d{1,2})(?=[-@]|$)")
_SUITE = re.compile(r"[:-](buster|bullseye|bookworm|trixie)(?=[-@]|$)")
_POETRY_PIN = re.compile(r"poetry(?:\[[\w,-]*\])?(?:==|@)([12]\.\d{1,2}\.\d{1,2})")
_POETRY_VERSION = re.compile(r"[12]\.\d{1,2}\.\d{1,2}")
_PACKAGE = re.compile(r"([a-z0-9][a-z0-9.+-]{1,100}?)(?::[a-z0-9]+)?(?:[=/].*)?")
_PORT = re.compile(r"(\d{1,5})(?:/tcp)?", re.IGNORECASE)
_ASSIGNED = re.compile(r"""([A-Za-z_][A-Za-z0-9_]*)=((?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\])*)""", re.DOTALL)
_FOREIGN = re.compile(r"sources\.list|add-apt-repository|apt-key|nodesource|\bdpkg\s+-i|\.deb\b")

#: Options of `apt-get` that take the next word.
_WITH_VALUE = frozenset({"-c", "-o", "-t", "--config-file", "--default-release", "--option", "--target-release"})
_REMOVING = frozenset({"remove", "purge", "autoremove", "auto-remove"})


@dataclass(slots=True)
class _Stage:
    """A stage while it is read; `parent` is the index of the stage that it is built on, None for an image."""

    image: str
    name: str
    place: Place
    parent: int | None
    variables: dict[str, str]
    #: Variables of ENV alone, with their places.
    exported: dict[str, tuple[str, Place]] = field(default_factory=dict)
    sources: set[int] = field(default_factory=set)
    installed: list[tuple[str, Place]] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)
    poetries: list[Said] = field(default_factory=list)
    ports: list[Said] = field(default_factory=list)
    volumes: list[Said] = field(default_factory=list)
    arguments: list[Said] = field(default_factory=list)
    foreign: bool = False
    workdir: str = "/"
    command: tuple[Instruction, Place] | None = None
    entry_point: tuple[Instruction, Place] | None = None


def facts_of_dockerfile(path: str, text: str, *, target: str = "") -> Container:
    """The facts of a Dockerfile; none of a text that is no Dockerfile, or too long to be written by hand.

    `target` is the stage that is built, "" for the image as the module's docstring says.
    """
    if len(text) > LONGEST:
        return Container()
    try:
        file = parse_dockerfile(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    except UnreadableError:
        return Container()
    stages = _stages(path, file.instructions[:_MOST_INSTRUCTIONS])
    if not stages:
        return Container()
    last = _image(stages, target.lower())
    chain = _chain(stages, last)
    builders = _reached(stages, chain) - set(chain)
    own = [stages[index] for index in chain]
    root = own[-1]
    python = _PYTHON_IMAGE.search(root.image)
    suite = _SUITE.search(root.image)
    final = stages[last]
    others = [stages[index] for index in sorted(builders)]
    return Container(
        pythons=(Said(python[1] or python[2], root.place),) if python else (),
        poetries=tuple(said for stage in (*own, *others) for said in stage.poetries),
        suite=suite[1] if suite else "",
        foreign_packages=any(stage.foreign for stage in (*own, *others)),
        packages=tuple(_packages(own, others)),
        ports=tuple(said for stage in own for said in stage.ports),
        commands=tuple(_commands(own)),
        variables=tuple(
            ContainerVariable(name=name, value=value, place=place) for name, (value, place) in final.exported.items()
        ),
        volumes=tuple(said for stage in own for said in stage.volumes),
        arguments=tuple(said for stage in (*own, *others) for said in stage.arguments),
        workdir=final.workdir,
    )


def _stages(path: str, instructions: tuple[Instruction, ...]) -> list[_Stage]:
    stages: list[_Stage] = []
    outer: dict[str, str] = {}
    for instruction in instructions:
        place = Place(path=path, line=instruction.line)
        if instruction.word == "FROM":
            if len(stages) == _MOST_STAGES:
                return []
            stages.append(_stage(instruction, place, stages, outer))
        elif not stages:
            if instruction.word == "ARG":
                for name, value in _assignments(instruction.rest, outer):
                    outer.setdefault(name, value)
        else:
            _add(stages[-1], instruction, place, stages, outer)
    return stages


def _stage(instruction: Instruction, place: Place, stages: list[_Stage], outer: Mapping[str, str]) -> _Stage:
    words = instruction.arguments
    image = expanded(words[0], outer).replace('"', "") if words else ""
    parent = _index(stages, image.lower())
    if parent is None:
        return _Stage(image=image, name=instruction.stage, place=place, parent=None, variables={})
    base = stages[parent]
    return _Stage(
        image=image,
        name=instruction.stage,
        place=place,
        parent=parent,
        variables={name: value for name, (value, _) in base.exported.items()},
        exported=dict(base.exported),
        workdir=base.workdir,
    )


def _add(stage: _Stage, instruction: Instruction, place: Place, stages: list[_Stage], outer: Mapping[str, str]) -> None:
    word = instruction.word
    if word == "COPY":
        for flag, value in instruction.flags:
            source = _index(stages[:-1], value.lower()) if flag == "from" else None
            if source is not None:
                stage.sources.add(source)
    elif word == "ARG":
        _arguments(stage, instruction, place, outer)
    elif word == "ENV":
        for name, value in _assignments(instruction.rest, stage.variables, alone=True):
            stage.variables[name] = value
            stage.exported[name] = (value, place)
            _note_poetry_variable(stage, name, value, place)
    elif word == "RUN":
        _run(stage, instruction, place)
    else:
        _set(stage, instruction, place)


def _arguments(stage: _Stage, instruction: Instruction, place: Place, outer: Mapping[str, str]) -> None:
    for name, value in _assignments(instruction.rest, stage.variables):
        stage.variables[name] = value
        _note_poetry_variable(stage, name, value, place)
    for name in _ASSIGNED.sub(" ", instruction.rest).split()[:_MOST_NAMES]:
        if name in outer:
            stage.variables[name] = outer[name]
        elif not _is_for_image(name):
            stage.arguments.append(Said(name, place))


def _set(stage: _Stage, instruction: Instruction, place: Place) -> None:
    words = [expanded(word, stage.variables) for word in instruction.arguments[:_MOST_NAMES]]
    match instruction.word:
        case "EXPOSE":
            ports = [found[1] for word in words if (found := _PORT.fullmatch(word))]
            stage.ports += [Said(port, place) for port in ports if 0 < int(port) < 65536]
        case "VOLUME":
            stage.volumes += [Said(in_project(word, stage.workdir), place) for word in words]
        case "WORKDIR":
            folder = " ".join(words)
            stage.workdir = folder if folder.startswith("/") else f"{stage.workdir.rstrip('/')}/{folder}"
        case "CMD":
            stage.command = (instruction, place)
        case "ENTRYPOINT":
            # It takes away the CMD of the stages below:
            # https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
            stage.entry_point, stage.command = (instruction, place), None
        case _:
            pass


def in_project(folder: str, workdir: str) -> str:
    """A folder of the container, relative to the working folder where it lies below it."""
    top = workdir.rstrip("/")
    if top and folder.rstrip("/") == top:
        return "."
    return folder.removeprefix(f"{top}/").rstrip("/") if top else folder


def _run(stage: _Stage, instruction: Instruction, place: Place) -> None:
    text = instruction.body or " ".join(_without_flags(instruction))
    stage.foreign = stage.foreign or bool(_FOREIGN.search(text))
    lines = instruction.text.split("\n")
    for assigned in _ASSIGNED.finditer(text) if "POETRY_VERSION=" in text else ():
        _note_poetry_variable(stage, assigned[1], assigned[2], place)
    for words in simple_commands(text, stage.variables):
        if words[0].rpartition("/")[2] in ("apt-get", "apt", "aptitude"):
            _apt(stage, words[1:], instruction.line, lines, place.path)
        for number, word in enumerate(words):
            if pin := _POETRY_PIN.fullmatch(word):
                stage.poetries.append(Said(pin[1], place))
            elif (
                word == "--version"
                and "install.python-poetry.org" in text
                and _POETRY_VERSION.fullmatch(_at(words, number))
            ):
                stage.poetries.append(Said(words[number + 1], place))


def _at(words: tuple[str, ...], number: int) -> str:
    return words[number + 1] if number + 1 < len(words) else ""


def _apt(stage: _Stage, words: tuple[str, ...], first: int, lines: list[str], path: str) -> None:
    names: list[str] = []
    action = ""
    skip = False
    for word in words:
        if skip or word.startswith("-"):
            skip = not skip and word in _WITH_VALUE
            continue
        if not action:
            action = word
        elif found := _PACKAGE.fullmatch(word):
            names.append(found[1])
    if action in _REMOVING:
        stage.removed.update(names)
    elif action in ("install", "satisfy"):
        names = names[: _MOST_NAMES - len(stage.installed)]
        stage.installed += [(name, Place(path=path, line=first + _line_of(lines, name))) for name in names]


def _line_of(lines: list[str], word: str) -> int:
    """The number of the first line that holds the word, counted from 0; 0 when none does."""
    found = re.compile(rf"(?<![\w.+-]){re.escape(word)}(?![\w.+-])")
    return next((number for number, line in enumerate(lines[:500]) if word in line and found.search(line)), 0)


def _note_poetry_variable(stage: _Stage, name: str, value: str, place: Place) -> None:
    if name == "POETRY_VERSION" and _POETRY_VERSION.fullmatch(value):
        stage.poetries.append(Said(value, place))


def _without_flags(instruction: Instruction) -> Iterator[str]:
    rest = instruction.rest
    while match := re.match(r"--[a-z-]+(?:=\S*)?(?:\s+|$)", rest):
        rest = rest[match.end() :]
    if rest.startswith("["):
        yield from instruction.arguments
    else:
        yield rest


def _assignments(text: str, variables: Mapping[str, str], *, alone: bool = False) -> Iterator[tuple[str, str]]:
    """`NAME=value` pairs; with `alone` also the old form `NAME value`."""
    found = [(match[1], match[2]) for match in _ASSIGNED.finditer(text)]
    old = re.fullmatch(r"([A-Za-z_][A-Za-z0-9_]*)\s+(.*)", text, re.DOTALL)
    if alone and old and "=" not in old[1]:
        found = [(old[1], old[2])]
    for name, value in found[:_MOST_NAMES]:
        bare = re.sub(r"""\\(.)|["']""", r"\1", value)
        yield name, expanded(bare, variables)


def _index(stages: list[_Stage], name: str) -> int | None:
    named = next((index for index in range(len(stages) - 1, -1, -1) if stages[index].name == name and name), None)
    if named is not None:
        return named
    return int(name) if name.isdecimal() and len(name) < 4 and int(name) < len(stages) else None


def _image(stages: list[_Stage], target: str) -> int:
    named = next((index for index, stage in enumerate(stages) if target and stage.name == target), None)
    if named is not None:
        return named
    fitting = [index for index, stage in enumerate(stages) if not _NOT_THE_IMAGE.search(stage.name)]
    return fitting[-1] if fitting else len(stages) - 1


def _chain(stages: list[_Stage], last: int) -> list[int]:
    """The stage and those that it is built on."""
    chain = [last]
    while (parent := stages[chain[-1]].parent) is not None:
        chain.append(parent)
    return chain


def _reached(stages: list[_Stage], chain: list[int]) -> set[int]:
    found: set[int] = set()
    queue = list(chain)
    while queue:
        index = queue.pop()
        if index not in found:
            found.add(index)
            parent = stages[index].parent
            queue += [*stages[index].sources, *([] if parent is None else [parent])]
    return found


def _packages(own: list[_Stage], others: list[_Stage]) -> Iterator[InstalledPackage]:
    removed = {name for stage in own for name in stage.removed}
    seen: set[str] = set()
    for stage in (*reversed(own), *others):
        for name, place in stage.installed:
            if name not in seen:
                seen.add(name)
                yield InstalledPackage(name=name, place=place, build=name in removed or stage in others)


def _commands(own: list[_Stage]) -> Iterator[ContainerCommand]:
    """ENTRYPOINT and CMD of the image, as Docker joins them; a script before a command of its own starts that."""
    entry_point = next((stage.entry_point for stage in own if stage.entry_point), None)
    command = next((stage.command for stage in own if stage.command), None)
    variables = own[0].variables
    first = _words(entry_point[0], variables) if entry_point else []
    second = _words(command[0], variables) if command else []
    if entry_point and command and not _is_script(first):
        joined = [(*first[-1], *second[0])] if first and second else first or second
        places = [(joined, entry_point[1])]
    else:
        places = [(second, command[1])] if command else []
        places += [(first, entry_point[1])] if entry_point else []
    for found, place in places:
        for words in reversed([inner for outer in found for inner in unwrapped(outer, variables)]):
            yield ContainerCommand(words=words, place=place)


def _words(instruction: Instruction, variables: Mapping[str, str]) -> list[tuple[str, ...]]:
    rest = instruction.rest
    if rest.startswith("["):
        # What is no JSON, such as ['uvicorn', 'app:app'], runs in a shell and fails; what is meant is clear.
        words = tuple(word.strip("[],'\"") for word in instruction.arguments)
        return [tuple(word for word in words if word)]
    return simple_commands(rest, variables)


def _is_script(commands: list[tuple[str, ...]]) -> bool:
    return bool(commands) and any(word.endswith((".sh", "entrypoint", "/start")) for word in commands[-1][:3])


def _is_for_image(name: str) -> bool:
    """Arguments that BuildKit sets itself: https://docs.docker.com/reference/dockerfile/#predefined-args"""
    return name.startswith(("TARGET", "BUILD", "HTTP_", "HTTPS_", "NO_PROXY", "http_", "https_", "no_proxy"))
