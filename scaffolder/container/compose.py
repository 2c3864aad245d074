"""What a hand-written Compose file says: about services that are built from the project, and the images beside them.

Source: https://docs.docker.com/reference/compose-file/services/
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scaffolder.container.shell import LONGEST, expanded, simple_commands, unwrapped
from scaffolder.knowledge.compose_files import INIT_FOLDER
from scaffolder.model.code import Place
from scaffolder.model.container import (
    Container,
    ContainerCommand,
    ContainerService,
    ContainerVariable,
    InitScript,
    Said,
)

_MOST_SERVICES = 100
#: Services that are built from one project.
_MOST_OWN = 20
_MOST_ITEMS = 200
_MOST_BRACKETS = 100
_BRACKET = re.compile(r"[\[\]{}]")

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://")
#: A file or a folder of the host that is mounted, and where: `./init.sql:/docker-entrypoint-initdb.d/init.sql:ro`.
_BIND = re.compile(r"\./([\w./-]+):(/[\w./-]+)(?::[\w,]+)?", re.ASCII)
#: The variables with which these images make a user and a database.
_ACCOUNT = re.compile(r"(POSTGRES|MYSQL|MARIADB)_(USER|DB|DATABASE)|MONGO_INITDB_(ROOT_USERNAME|DATABASE)")
_VOLUME = re.compile(r"[A-Za-z0-9][\w.-]*:(/[^:]*)(?::[\w,]+)?")


@dataclass(frozen=True, slots=True)
class ComposeFacts:
    """The facts, with folders as the container has them; and what the project's own service is built from."""

    container: Container = field(default_factory=Container)
    #: "" when no service is built from the project's folder.
    dockerfile: str = ""
    #: The stage that is built, "" when the file names none.
    target: str = ""


def facts_of_compose(path: str, text: str) -> ComposeFacts:
    """The facts of a Compose file that stands in the project's folder; none of what is no Compose file."""
    services = _services(text)
    own = [service for service in services if _dockerfile(service)]
    if not services:
        return ComposeFacts()
    images = {service.scalar("image") for service in own} - {""}
    own += [service for service in services if service not in own and service.scalar("image") in images]
    own = sorted(own, key=lambda service: not service.items("ports"))[:_MOST_OWN]
    build = own[0].child("build") if own else None
    container = Container(
        ports=tuple(_ports(own[0], path)) if own else (),
        commands=tuple(
            command for service in (*own, *_pythons(services, own, path)) for command in _commands(service, path)
        ),
        variables=tuple(variable for service in own for variable in _variables(service, path)),
        volumes=tuple(volume for service in own for volume in _volumes(service, path)),
        services=tuple(
            ContainerService(
                name=service.name,
                image=image,
                place=Place(path=path, line=service.line("image")),
                scripts=tuple(_init_scripts(service, path)),
                account=tuple(sorted(_account(service))),
            )
            for service in services
            if service not in own and not service.child("build") and (image := _text(service.scalar("image")))
        ),
    )
    return ComposeFacts(
        container=container,
        dockerfile=_dockerfile(own[0]) if own else "",
        target=build.scalar("target") if build is not None else "",
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Node:
    """A value of the file; what is of another kind than asked for is empty."""

    name: str
    node: Any
    #: The line of its key.
    at: int

    def child(self, key: str) -> _Node | None:
        return next((item for item in self.children() if item.name == key), None)

    def children(self) -> list[_Node]:
        """The entries of a mapping; those of `<<` after its own."""
        if getattr(self.node, "id", "") != "mapping":
            return []
        found: dict[str, _Node] = {}
        merged: list[Any] = []
        for key, value in self.node.value[:_MOST_ITEMS]:
            if getattr(key, "id", "") != "scalar":
                continue
            if key.value == "<<":
                merged += value.value[:_MOST_ITEMS] if getattr(value, "id", "") == "sequence" else [value]
            else:
                found.setdefault(key.value, _Node(key.value, value, key.start_mark.line + 1))
        for node in merged:
            if getattr(node, "id", "") == "mapping":
                for key, value in node.value[:_MOST_ITEMS]:
                    if getattr(key, "id", "") == "scalar":
                        found.setdefault(key.value, _Node(key.value, value, key.start_mark.line + 1))
        return list(found.values())

    def items(self, key: str) -> list[_Node]:
        """The items of a list, or the one value that stands for it."""
        child = self.child(key)
        if child is None:
            return []
        if getattr(child.node, "id", "") != "sequence":
            return [child]
        return [_Node("", node, node.start_mark.line + 1) for node in child.node.value[:_MOST_ITEMS]]

    @property
    def text(self) -> str:
        return str(self.node.value) if getattr(self.node, "id", "") == "scalar" else ""

    def scalar(self, key: str) -> str:
        child = self.child(key)
        return child.text if child is not None else ""

    def line(self, key: str) -> int:
        child = self.child(key)
        return child.at if child is not None else self.at


def _services(text: str) -> list[_Node]:
    from ruamel.yaml import YAML  # noqa: PLC0415 - only where there is a Compose file to read
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    if len(text) > LONGEST or "services" not in text or _is_deep(text):
        return []
    try:
        root = _Node("", YAML(typ="safe", pure=True).compose(text), 1)
    except (YAMLError, ValueError, RecursionError, AttributeError, IndexError):
        return []
    services = root.child("services")
    return services.children()[:_MOST_SERVICES] if services is not None else []


def _is_deep(text: str) -> bool:
    """Whether more brackets are open at once than anybody writes: the parser's time grows with the square of them."""
    depth = 0
    for bracket in _BRACKET.findall(text):
        depth += 1 if bracket in "[{" else -1
        if depth > _MOST_BRACKETS:
            return True
    return False


def _pythons(services: Sequence[_Node], own: Sequence[_Node], path: str) -> Iterator[_Node]:
    """Services that run a Python program from an image that is made elsewhere, most likely from this project."""
    for service in services:
        if service not in own and not service.child("build"):
            words = [command.words for command in _commands(service, path)]
            if any(command[0] == "celery" or command[:2] == ("python", "manage.py") for command in words):
                yield service


def _dockerfile(service: _Node) -> str:
    """The Dockerfile from which a service is built in the project's folder, "" for any other."""
    build = service.child("build")
    if build is None:
        return ""
    context = build.text or build.scalar("context") or "."
    if posixpath.normpath(_text(context)) != "." or build.child("dockerfile_inline"):
        return ""
    path = posixpath.normpath(_text(build.scalar("dockerfile")) or "Dockerfile")
    return "" if path.startswith(("/", "..")) or "$" in path else path


def _ports(service: _Node, path: str) -> Iterator[Said]:
    for item in service.items("ports"):
        port = item.scalar("target") or _text(item.text).rpartition(":")[2].partition("/")[0]
        if port.isascii() and port.isdecimal() and len(port) <= 5 and 0 < int(port) < 65536:
            yield Said(port, Place(path=path, line=item.at))


def _commands(service: _Node, path: str) -> Iterator[ContainerCommand]:
    for key in ("command", "entrypoint"):
        child = service.child(key)
        if child is None:
            continue
        words = tuple(_text(item.text) for item in service.items(key))
        found = simple_commands(_text(child.text)) if child.text else [words] if any(words) else []
        for command in reversed([inner for outer in found for inner in unwrapped(outer)]):
            yield ContainerCommand(
                words=command,
                place=Place(path=path, line=child.at),
                service=service.name,
                published=bool(service.items("ports")),
                restarts=service.scalar("restart").partition(":")[0] in ("always", "unless-stopped", "on-failure"),
            )


def _environment(service: _Node) -> Iterator[tuple[str, str, _Node]]:
    """Name, value and node of each variable."""
    child = service.child("environment")
    for item in child.children() or service.items("environment") if child is not None else ():
        name, text = (item.name, item.text) if item.name else item.text.partition("=")[::2]
        yield name, text, item


def _variables(service: _Node, path: str) -> Iterator[ContainerVariable]:
    for name, text, item in _environment(service):
        scheme = _SCHEME.match(text)
        if _NAME.fullmatch(name):
            yield ContainerVariable(name=name, value=scheme[0] if scheme else "", place=Place(path=path, line=item.at))


def _volumes(service: _Node, path: str) -> Iterator[Said]:
    """The folders of named volumes; a folder of the host is for development."""
    for item in service.items("volumes"):
        found = _VOLUME.fullmatch(_text(item.text))
        folder = item.scalar("target") if item.scalar("type") == "volume" else found[1] if found else ""
        if folder.startswith("/"):
            yield Said(folder, Place(path=path, line=item.at))


def _init_scripts(service: _Node, path: str) -> Iterator[InitScript]:
    for item in service.items("volumes"):
        source, target = item.scalar("source"), item.scalar("target")
        found = _BIND.fullmatch(_text(f"{source}:{target}" if source else item.text))
        script = posixpath.normpath(found[1]) if found else ".."
        if found and found[2].startswith(INIT_FOLDER) and not script.startswith("..") and script != ".":
            yield InitScript(path=script, target=posixpath.normpath(found[2]), place=Place(path=path, line=item.at))


def _account(service: _Node) -> set[str]:
    return {value for name, text, _ in _environment(service) if _ACCOUNT.fullmatch(name) and (value := _text(text))}


_NOTHING: Mapping[str, str] = {}


def _text(text: str) -> str:
    """A text as Compose fills it in when no variable is set: https://docs.docker.com/reference/compose-file/interpolation/"""
    return expanded(text.replace("$$", "\0"), _NOTHING).replace("\0", "$")
