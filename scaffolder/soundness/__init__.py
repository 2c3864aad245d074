"""Whether the files of a project would work: looked at after a plan was made and before anything is written. Pure.

Only what is certain is a fault: a source with a variable in it, an image of another project, or a text in a language
that is not known here is passed over.
"""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from scaffolder.dockerfile import Instruction, UnreadableError, parse_dockerfile
from scaffolder.soundness.compose import NoYamlError, builds, load
from scaffolder.soundness.dockerignore import DockerIgnore
from scaffolder.soundness.secrets import leaks, values

_DOCKERFILE = re.compile(r"(?:.*/)?(?:Dockerfile(?:\..+)?|[^/]+\.Dockerfile)(?<!\.dockerignore)", re.IGNORECASE)
_COMPOSE = re.compile(r"(?:.*/)?(?:docker-)?compose[^/]*\.ya?ml")
_YAML = (".yaml", ".yml")
#: Source: the Dockerfile reference.
_WORDS = frozenset({
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD",
    "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
})  # fmt: skip


class Tree(Protocol):
    """The files of a project as they are, or would be. Paths are relative to the project, POSIX, and may leave it."""

    def inside(self, path: str) -> str:
        """The shortest name of a path: `../../services/api/Dockerfile` is `Dockerfile` in a project of that name."""

    def read(self, path: str) -> str | None:
        """The text of a file, None when there is none that can be read."""

    def find(self, folder: str, pattern: str) -> Iterable[str]:
        """The files and folders, relative to `folder`, that a COPY from there with that source would find."""


def faults(tree: Tree, paths: Iterable[str]) -> tuple[str, ...]:
    """What is wrong with the files at `paths`, sorted; each is a sentence without its full stop.

    Dockerfiles can be parsed, and what they copy exists and is not ignored; YAML and TOML can be loaded; no file holds
    a secret. None of them names the number of a line that an edit elsewhere would move.
    """
    secrets = values(tree.read(".env") or "")
    texts = {path: text for path in sorted(set(paths)) if (text := tree.read(path)) is not None}
    contexts = _contexts(tree, texts)
    found = set()
    for path, text in texts.items():
        found |= {f"{path} holds {what}" for what in leaks(text, secrets)}
        found |= {f"{path}: {what}" for what in _faults(tree, path, text, contexts)}
    return tuple(sorted(found))


def _faults(tree: Tree, path: str, text: str, contexts: Mapping[str, set[str]]) -> Iterator[str]:
    if path.endswith(_YAML):
        yield from _yaml_faults(text)
    elif path.endswith(".toml"):
        yield from _toml_faults(text)
    elif _DOCKERFILE.fullmatch(path):
        yield from _dockerfile_faults(tree, path, text, contexts.get(path, set()))


def _yaml_faults(text: str) -> Iterator[str]:
    try:
        load(text)
    except NoYamlError as error:
        yield f"it is no YAML ({error})"


def _toml_faults(text: str) -> Iterator[str]:
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError):
        yield "it is no TOML"


def _dockerfile_faults(tree: Tree, path: str, text: str, contexts: Iterable[str]) -> Iterator[str]:
    try:
        found = parse_dockerfile(text.removeprefix("\ufeff").replace("\r\n", "\n")).instructions
    except UnreadableError as error:
        yield f"it is no Dockerfile ({error})"
        return
    words = [instruction.word for instruction in found]
    yield from (f"{word} is no instruction" for word in words if word not in _WORDS)
    yield from (f"{instruction.word} says nothing" for instruction in found if not instruction.rest)
    if next((word for word in words if word != "ARG"), "") != "FROM":
        yield "it does not begin with FROM"
    yield from _stage_faults(found)
    ignored = tree.read(f"{path}.dockerignore")
    for context in contexts:
        patterns = tree.read(posixpath.normpath(f"{context}/.dockerignore")) if ignored is None else ignored
        yield from _source_faults(tree, found, context, DockerIgnore(patterns or ""))


def _stage_faults(found: Iterable[Instruction]) -> Iterator[str]:
    """A stage is numbered from 0, may have a name, and is there for those after it."""
    names = [instruction.stage for instruction in found if instruction.word == "FROM"]
    named = [name for name in names if name]
    yield from (f"two stages are called {name}" for name in set(named) if named.count(name) > 1)
    before = -1
    for instruction in found:
        before += instruction.word == "FROM"
        for origin in _origins(instruction):
            later = origin in names[max(before, 0) :] and origin not in names[: max(before, 0)]
            if later or (origin.isdecimal() and int(origin) >= before):
                yield f"{instruction.word} takes from {origin}, which is no stage before it"


def _origins(instruction: Instruction) -> Iterator[str]:
    for flag, value in instruction.flags:
        if flag == "from":
            yield value.lower()
        elif flag == "mount" and "from" in _options(value):
            yield _options(value)["from"].lower()


def _source_faults(tree: Tree, found: Iterable[Instruction], context: str, ignore: DockerIgnore) -> Iterator[str]:
    for instruction in found:
        for source in _sources(instruction):
            pattern = posixpath.normpath(f"/{source}").lstrip("/")
            if not pattern:
                continue
            paths = list(tree.find(context, pattern))
            if not paths:
                yield f"{instruction.word} needs {source}, which does not exist"
            elif all(map(ignore.ignores, paths)):
                yield f"{instruction.word} needs {source}, which .dockerignore keeps out of the build"


def _sources(instruction: Instruction) -> Iterator[str]:
    """What an instruction takes from the build context, as far as it can be known before the build."""
    sources: list[str] = []
    if instruction.word in ("ADD", "COPY") and not any(flag == "from" for flag, _ in instruction.flags):
        sources += instruction.arguments[:-1]
    mounts = [_options(value) for flag, value in instruction.flags if flag == "mount"]
    sources += [
        mount.get("source") or mount.get("src") or "."
        for mount in mounts
        if mount.get("type", "bind") == "bind" and "from" not in mount
    ]
    for source in sources:
        if "$" not in source and "://" not in source and not source.startswith(("<<", "git@")):
            yield re.sub(r"\\(.)", r"\1", source)  # also in the JSON form, a backslash makes the next character plain


def _options(flag: str) -> dict[str, str]:
    return {name: value for name, _, value in (option.partition("=") for option in flag.split(","))}


def _contexts(tree: Tree, texts: Mapping[str, str]) -> dict[str, set[str]]:
    """Dockerfile → the folders that Compose files build it in; the one at the top is built there in any case."""
    found: dict[str, set[str]] = {}
    for path, text in texts.items():
        if _COMPOSE.fullmatch(path):
            for context, dockerfile in builds(text):
                folder = posixpath.normpath(posixpath.join(posixpath.dirname(path), context))
                found.setdefault(tree.inside(posixpath.join(folder, dockerfile)), set()).add(folder)
    found.setdefault("Dockerfile", {"."})
    return found
