"""The declaration of every decision: its name, what it means, and which values it takes.

The order of `KEYS` is the order in which decisions are made, shown and saved.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, TypeVar

from scaffolder.knowledge import services as service_table
from scaffolder.knowledge.frameworks import FRAMEWORKS
from scaffolder.knowledge.proxies import PROXIES
from scaffolder.knowledge.pythons import MACHINES
from scaffolder.knowledge.servers import SERVERS
from scaffolder.model.decision import Json, Key

T = TypeVar("T")

#: What may stand in a list-valued override: `+item` adds to what is inferred, `-item` takes away from it.
EDIT_SIGNS = ("+", "-")


@dataclass(frozen=True, kw_only=True, slots=True)
class EnvironmentVariable:
    """A variable of the container's environment, as `.env.example` documents it."""

    name: str
    default: str = ""
    required: bool = False
    #: The application does not start without it, and nothing knows a default: Compose asks for it.
    at_start: bool = False
    secret: bool = False
    #: As in `model.code.Variable`.
    type: str = "str"
    #: Where it is read, such as `shop/settings.py:12`; "" when the user named it.
    evidence: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Connection:
    """A variable that the code reads, and the address of the backing service that it gets."""

    variable: str
    #: May hold `${NAME}` of the service's own variables.
    value: str
    service: str = ""
    #: Where it is read, such as `shop/settings.py:12`; "" when the user named it.
    evidence: str = ""


#: What a process is for. A `job` runs only when it is asked for, a `release` once before the others start.
KINDS = ("web", "worker", "scheduler", "job", "ui", "release")

#: To whom a process's port is published; `:8888` behind it says as which port of the host.
PUBLISHED = ("all", "loopback", "none")


@dataclass(frozen=True, kw_only=True, slots=True)
class Process:
    """A process beside the main one, or what somebody says about the main one."""

    name: str
    command: tuple[str, ...]
    #: One of KINDS.
    kind: str = "worker"
    #: The port that it listens on, 0 for none.
    port: int = 0
    #: One of PUBLISHED, with the port of the host behind `:` where somebody names it.
    publish: str = "none"
    #: A path, `tcp`, `ping` (what `celery inspect ping` says) or `none`.
    health_check: str = "none"
    #: Name and value; a value may hold `${NAME}`, as Compose fills it in.
    environment: tuple[tuple[str, str], ...] = ()
    #: The groups and extras that its image installs; None for those of the main process.
    groups: tuple[str, ...] | None = None
    extras: tuple[str, ...] | None = None
    #: Debian packages that its image holds beside those of the main process.
    runtime_packages: tuple[str, ...] = ()
    #: The folders that it keeps or shares; None for all of the decision `volumes`.
    volumes: tuple[str, ...] | None = None
    #: Processes that it waits for, beside every service and release.
    depends_on: tuple[str, ...] = ()
    #: It is the main process, about which somebody says more than the other decisions do.
    main: bool = False
    evidence: str = ""

    @property
    def host_port(self) -> int:
        """The port of the host that somebody named, 0 for none."""
        return int(self.publish.partition(":")[2] or 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceImage:
    """The image that a backing service runs."""

    service: str
    image: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessEdit:
    """What somebody says about one process: the fields of `Process` that they name, or that there is none."""

    name: str
    removed: bool = False
    given: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessEdits:
    """Edits of the processes that are inferred; `exact` when those that no edit names go away."""

    edits: tuple[ProcessEdit, ...]
    exact: bool = False


class FieldError(ValueError):
    """A part of a value does not fit; `field` is the dotted key below the decision."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def _pattern(expression: str, expected: str) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if not isinstance(value, str) or not re.fullmatch(expression, value):
            raise ValueError(f"expected {expected}")
        return value

    return parse


def _one_of(*choices: str) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if value not in choices:
            raise ValueError(f"expected one of {', '.join(choices)}")
        return str(value)

    return parse


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    known = {"true": True, "yes": True, "false": False, "no": False}
    if isinstance(value, str) and value.lower() in known:
        return known[value.lower()]
    raise ValueError("expected true or false")


def _items(value: object) -> list[str]:
    """The items of a list, or of a comma-separated text; empty items are dropped."""
    if isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip() and item.strip() != "none"]
    if isinstance(value, Sequence) and all(isinstance(item, str) for item in value):
        return list(value)
    raise ValueError("expected a list of texts")


def _list_of(item: Callable[[object], str]) -> Callable[[object], tuple[str, ...]]:
    """A parser of lists; each item may carry a sign of `EDIT_SIGNS`, all of them or none."""

    def parse(value: object) -> tuple[str, ...]:
        items = _items(value)
        signed = [text.startswith(EDIT_SIGNS) for text in items]
        if any(signed) and not all(signed):
            raise ValueError("expected either plain items, or only items that start with + or -")
        return tuple(text[0] + item(text[1:]) if text.startswith(EDIT_SIGNS) else item(text) for text in items)

    return parse


def _port(value: object) -> int:
    if value in ("none", 0, "0"):
        return 0
    number = int(value) if isinstance(value, str) and value.isdecimal() and len(value) <= 5 else value
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= 65535:
        raise ValueError("expected a port from 1 to 65535, or none")
    return number


def _publish(value: object) -> str:
    """One of `PUBLISHED`, a port of the host, or both: `loopback:8888`."""
    whom, _, port = value.partition(":") if isinstance(value, str) else ("", "", value)
    if whom in PUBLISHED and (not port or (whom != "none" and _port(port))):
        return str(value)
    if not isinstance(value, str) or value.isdecimal():
        number = _port(value)
        if number:
            return f"all:{number}"
    raise ValueError(f"expected one of {', '.join(PUBLISHED)}, a port of the host, or both: loopback:8888")


def _workers(value: object) -> int:
    if value == "auto":
        return 0
    number = int(value) if isinstance(value, str) and value.isdecimal() and len(value) <= 4 else value
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= 1024:
        raise ValueError("expected auto, or a number of processes from 1 to 1024")
    return number


def _folder(value: object) -> str:
    """A folder inside the project, `.` for the project itself; or an absolute one inside the container."""
    if not isinstance(value, str) or not re.fullmatch(r"[^\0-\x1f\x7f:]+", value) or ".." in PurePosixPath(value).parts:
        raise ValueError("expected a folder without '..' or ':'")
    return value


def _inner_folder(value: object) -> str:
    """A folder as above, but not the project itself or the root."""
    folder = _folder(value)
    if not PurePosixPath(folder).name:
        raise ValueError("expected a folder below the project, or an absolute one")
    return folder


def _outside(value: object) -> str:
    """The project itself, or a folder or file outside of it, normalised."""
    path = posixpath.normpath(value) if isinstance(value, str) and value.isprintable() else ""
    if not value or not re.match(r"\.\.?(/|$)", path):
        raise ValueError("expected '.', or paths outside of the project such as ../.. or ../../libs/shared")
    return path


def _import_folder(value: object) -> str:
    """A folder as above, or one outside of the project."""
    is_outside = isinstance(value, str) and re.match(r"\.\.(/|$)", value) and ":" not in value
    return _outside(value) if is_outside else _folder(value)


def _command(value: object) -> tuple[str, ...]:
    try:
        words = shlex.split(value) if isinstance(value, str) else _items(value)
    except ValueError as error:
        raise ValueError(f"expected a command ({error})") from None
    if not words or any(re.search(r"[\0\n\r]", word) for word in words):
        raise ValueError("expected a command of at least one word, on one line")
    return tuple(words)


_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _environment(value: object) -> tuple[EnvironmentVariable, ...]:
    variables = []
    for item in _items(value):
        name, _, default = item.partition("=")
        if not _VARIABLE_NAME.fullmatch(name) or re.search(r"[\0\n\r]", default):
            raise ValueError("expected NAME or NAME=default, on one line")
        variables.append(EnvironmentVariable(name=name, default=default))
    return tuple(variables)


def _dump_environment(variables: tuple[EnvironmentVariable, ...]) -> Json:
    return [
        {
            "name": variable.name,
            "default": variable.default,
            "required": variable.required,
            "at_start": variable.at_start,
            "type": variable.type,
            "secret": variable.secret,
            "evidence": variable.evidence,
        }
        for variable in variables
    ]


_PROCESS_NAME = _pattern(r"[a-z0-9][a-z0-9_-]{0,40}", "a process name of small letters, digits, - and _")

#: Commas between processes, not those inside a command.
_BETWEEN_PROCESSES = re.compile(
    rf",\s*(?=[+-]?[a-z0-9][a-z0-9_-]{{0,40}}(?:[ ](?:{'|'.join(KINDS)}))?:\s|-[a-z0-9][a-z0-9_-]*\s*(?:,|$))"
)
_PROCESS_TEXT = re.compile(
    rf"([+-]?)([a-z0-9][a-z0-9_-]{{0,40}})(?:[ ]({'|'.join(KINDS)}))?(?:\s*:\s*(.*))?", re.DOTALL
)


def _processes(value: object) -> ProcessEdits:
    """A table of processes, each a command or a table of fields, or false for none; or texts `name: command`.

    A table edits what is inferred. Texts stand for all there are, unless each begins with `+` or `-`.
    """
    if isinstance(value, Mapping):
        return ProcessEdits(edits=tuple(_process_row(name, row) for name, row in value.items()))
    if isinstance(value, str):
        value = [] if value.strip() in ("", "none") else _BETWEEN_PROCESSES.split(value.strip())
    rows = [_PROCESS_TEXT.fullmatch(text.strip()) for text in _items(value)]
    signs = {row[1] for row in rows if row is not None}
    if None in rows or ("" in signs and len(signs) > 1):
        raise ValueError("expected name: command, or only items that start with + or -")
    edits = tuple(_process_text(row[1], row[2], row[3], row[4]) for row in rows if row is not None)
    return ProcessEdits(edits=edits, exact=not signs or "" in signs)


def _process_text(sign: str, name: str, kind: str | None, command: str | None) -> ProcessEdit:
    if sign == "-":
        if kind or command:
            raise ValueError("expected -name, to leave a process out")
        return ProcessEdit(name=name, removed=True)
    if not command:
        raise ValueError("expected name: command")
    return ProcessEdit(name=name, given=(*((("kind", kind),) if kind else ()), ("command", _command(command))))


def _process_row(name: str, row: object) -> ProcessEdit:
    try:
        _PROCESS_NAME(name)
        if row is False:
            return ProcessEdit(name=name, removed=True)
        if not isinstance(row, Mapping):
            return ProcessEdit(name=name, given=(("command", _command(row)),))
    except ValueError as error:
        raise FieldError(name, str(error)) from None
    given = []
    for key, value in row.items():
        parse = _PROCESS_FIELDS.get(key)
        if parse is None:
            raise FieldError(f"{name}.{key}", f"expected one of {', '.join(_PROCESS_FIELDS)}")
        try:
            given.append((key.replace("-", "_"), parse(value)))
        except (ValueError, TypeError) as error:
            raise FieldError(f"{name}.{key}", str(error)) from None
    return ProcessEdit(name=name, given=tuple(given))


def _plain_list(item: Callable[[object], str]) -> Callable[[object], tuple[str, ...]]:
    """A parser of lists in which no item carries a sign."""

    def parse(value: object) -> tuple[str, ...]:
        return tuple(map(item, _items(value)))

    return parse


#: `$$` and what Compose fills in; any other `$` would be an error of Compose.
_INTERPOLATED = re.compile(r"(?:[^$\0\n\r]|\$\$|\$\{[A-Za-z_][A-Za-z0-9_]*(?::?[-?+][^{}$\0\n\r]*)?\})*")


def _process_environment(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, Mapping):
        raise ValueError('expected a table such as {LOG_LEVEL = "info"}')
    for name, text in value.items():
        if not _VARIABLE_NAME.fullmatch(name) or not isinstance(text, str) or not _INTERPOLATED.fullmatch(text):
            raise ValueError("expected NAME = text on one line, with $$ for a dollar sign and ${NAME} for a variable")
    return tuple(value.items())


def _dump_processes(processes: tuple[Process, ...]) -> Json:
    return [_dump_process(process) for process in processes]


def _dump_process(process: Process) -> Json:
    """Name, kind and command; of the other fields those that are set, named as in `[tool.scaffold.processes]`."""
    listed: dict[str, Json] = {"name": process.name, "kind": process.kind, "command": list(process.command)}
    for name in ("groups", "extras", "volumes", "runtime_packages", "depends_on"):
        value = getattr(process, name)
        if value or (value is not None and name in ("groups", "extras", "volumes")):
            listed[name.replace("_", "-")] = list(value)
    if process.port:
        listed |= {"port": process.port, "publish": process.publish}
    if process.health_check != "none":
        listed["health-check"] = process.health_check
    if process.environment:
        listed["environment"] = dict(process.environment)
    return listed


def _connections(value: object) -> tuple[Connection, ...]:
    """A table `NAME = "address"`, or a comma-separated text `NAME=address`."""
    if isinstance(value, str):
        value = dict(item.partition("=")[::2] for item in _items(value))
    if not isinstance(value, Mapping):
        raise ValueError('expected a table such as {DATABASE_URL = "postgresql://postgres/shop"}')
    for name, address in value.items():
        if not _VARIABLE_NAME.fullmatch(name) or not isinstance(address, str) or re.search(r"[\0\n\r]", address):
            raise ValueError("expected NAME = address, on one line")
    return tuple(Connection(variable=name, value=address) for name, address in value.items())


def _dump_connections(connections: tuple[Connection, ...]) -> Json:
    return [
        {"variable": connection.variable, "value": connection.value, "service": connection.service}
        for connection in connections
    ]


_IMAGE_REFERENCE = _pattern(r"[a-z0-9][A-Za-z0-9._/:@-]{0,250}", "an image reference such as postgres:17")


def _service_images(value: object) -> tuple[ServiceImage, ...]:
    """A table `service = "image"`, or a comma-separated text `service=image`."""
    if isinstance(value, str):
        value = dict(item.partition("=")[::2] for item in _items(value))
    if not isinstance(value, Mapping):
        raise ValueError('expected a table such as {postgres = "postgres:17"}')
    known = _one_of(*service_table.SERVICES)
    return tuple(ServiceImage(service=known(name), image=_IMAGE_REFERENCE(image)) for name, image in value.items())


def _dump_service_images(images: tuple[ServiceImage, ...]) -> Json:
    return {item.service: item.image for item in images}


def _amend_service_images(
    inferred: tuple[ServiceImage, ...], chosen: tuple[ServiceImage, ...]
) -> tuple[ServiceImage, ...]:
    """Each service keeps its image unless another was chosen for it."""
    images = {item.service: item.image for item in chosen}
    return tuple(ServiceImage(service=item.service, image=images.get(item.service, item.image)) for item in inferred)


def _text(value: str) -> Json:
    return value


def _list(value: tuple[str, ...]) -> Json:
    return list(value)


def _truth(value: bool) -> Json:
    return value


PYTHON: Key[str] = Key(
    name="python",
    title="Python",
    help="The Python of the image: 3.12, or 3.12.4 to pin the patch release.",
    parse=_pattern(r"3\.\d{1,2}(\.\d{1,2})?", "a version such as 3.12 or 3.12.4"),
    dump=_text,
)
BASE_IMAGE: Key[str] = Key(
    name="base-image",
    title="Base image",
    help="The image that every stage starts from; it must hold Python and apt-get.",
    parse=_pattern(r"[a-z0-9][A-Za-z0-9._/:@-]{0,250}", "an image reference such as python:3.12-slim-bookworm"),
    dump=_text,
)
PLATFORMS: Key[tuple[str, ...]] = Key(
    name="platforms",
    title="Platforms",
    help="The platforms that the image works on: linux/amd64, linux/arm64.",
    parse=_list_of(_one_of(*MACHINES)),
    dump=_list,
    choices=tuple(MACHINES),
)
POETRY: Key[str] = Key(
    name="poetry",
    title="Poetry",
    help="The Poetry that installs the lock inside the builder.",
    parse=_pattern(r"[12]\.\d{1,2}\.\d{1,2}", "a version such as 2.1.4"),
    dump=_text,
)
_NAME = _pattern(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}", "names of letters, digits, '.', '-' and '_'")
GROUPS: Key[tuple[str, ...]] = Key(
    name="groups",
    title="Groups",
    help="The dependency groups that the image installs.",
    parse=_list_of(_NAME),
    dump=_list,
)
EXTRAS: Key[tuple[str, ...]] = Key(
    name="extras",
    title="Extras",
    help="The extras of the project that the image installs.",
    parse=_list_of(_NAME),
    dump=_list,
)
PRIVATE_INDEXES: Key[tuple[str, ...]] = Key(
    name="private-indexes",
    title="Private indexes",
    help="The sources in pyproject.toml that ask for credentials.",
    parse=_list_of(_NAME),
    dump=_list,
)
PRIVATE_GIT_HOSTS: Key[tuple[str, ...]] = Key(
    name="private-git-hosts",
    title="Git hosts",
    help="Hosts of git dependencies that want a login: ssh://host (from your ssh agent), https://host (from ~/.netrc).",
    parse=_list_of(_pattern(r"(ssh|https?)://[a-z0-9.-]{1,250}(:\d{1,5})?", "hosts such as ssh://github.com")),
    dump=_list,
)
INSTALL_PROJECT: Key[bool] = Key(
    name="install-project",
    title="Install project",
    help="Whether the project itself is installed, so that its console scripts and metadata exist.",
    parse=_boolean,
    dump=_truth,
    choices=("true", "false"),
)
APPLICATION: Key[str] = Key(
    name="application",
    title="Application",
    help="What runs: module:object, module:factory(), path/to/script.py, -m module, or the name of a console script.",
    parse=_pattern(
        r"-m [\w.]+|[\w.]+:[\w.]+(\(\))?|[^\0-\x1f\x7f'\"\\$`]+\.py|[\w][\w.-]*",
        "module:object, module:factory(), a path that ends in .py, '-m module' or the name of a console script",
    ),
    dump=_text,
)
FRAMEWORK: Key[str] = Key(
    name="framework",
    title="Framework",
    help="The framework of the application; it decides how it can be served.",
    parse=_one_of(*FRAMEWORKS, "none"),
    dump=_text,
    choices=(*FRAMEWORKS, "none"),
)
PYTHON_PATH: Key[tuple[str, ...]] = Key(
    name="python-path",
    title="Import folders",
    help="The folders on sys.path, relative to the project; '.' is the project itself.",
    parse=_list_of(_import_folder),
    dump=_list,
)
CONTEXT: Key[tuple[str, ...]] = Key(
    name="context",
    title="Build context",
    help="What the build sees: the project ('.'), and what it needs outside, such as ../../libs/shared or all of ../..;"
    " the smallest folder that holds all of it becomes the context.",
    parse=_list_of(_outside),
    dump=_list,
)
SERVER: Key[str] = Key(
    name="server",
    title="Server",
    help="The program that serves the application; none when it serves itself or serves nothing.",
    parse=_one_of(*SERVERS, "none"),
    dump=_text,
    choices=(*SERVERS, "none"),
)
ADDED_PACKAGES: Key[tuple[str, ...]] = Key(
    name="added-packages",
    title="Added packages",
    help="Pinned packages that the image adds beside the lock: a server that is not locked, setuptools for old locks.",
    parse=_list_of(
        _pattern(r"[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9.!+]+", "pinned packages such as gunicorn==23.0.0")
    ),
    dump=_list,
)
WORKERS: Key[int] = Key(
    name="workers",
    title="Workers",
    help="Server processes; auto sizes them from the container's CPU and memory limits.",
    parse=_workers,
    dump=lambda value: value or "auto",
)
PORT: Key[int] = Key(
    name="port",
    title="Port",
    help="The port that the main process listens on inside the container; none when it does not listen.",
    parse=_port,
    dump=lambda value: value or "none",
)
PROXY: Key[str] = Key(
    name="proxy",
    title="Proxy",
    help="What stands in front of the web process and is published in its place; none for nothing.",
    parse=_one_of(*PROXIES, "none"),
    dump=_text,
    choices=(*PROXIES, "none"),
)
HEALTH_CHECK: Key[str] = Key(
    name="health-check",
    title="Health check",
    help="A path such as /health, tcp to see whether the port answers, ping for a worker of Celery, or none.",
    parse=_pattern(r"/[A-Za-z0-9._~/?=&%-]{0,200}|tcp|ping|none", "a path such as /health, tcp, ping or none"),
    dump=_text,
)
COMMAND: Key[tuple[str, ...]] = Key(
    name="command",
    title="Command",
    help="The command of the main process, one word per argument.",
    parse=_command,
    dump=_list,
)
_DEBIAN_PACKAGE = _pattern(r"[a-z0-9][a-z0-9.+-]{1,100}", "names of Debian packages")
BUILD_PACKAGES: Key[tuple[str, ...]] = Key(
    name="build-packages",
    title="Build packages",
    help="Debian packages of the builder only: compilers and headers.",
    parse=_list_of(_DEBIAN_PACKAGE),
    dump=_list,
)
RUNTIME_PACKAGES: Key[tuple[str, ...]] = Key(
    name="runtime-packages",
    title="Runtime packages",
    help="Debian packages of the final image: shared libraries and programs.",
    parse=_list_of(_DEBIAN_PACKAGE),
    dump=_list,
)
SERVICES: Key[tuple[str, ...]] = Key(
    name="services",
    title="Services",
    help="The backing services in compose.yaml.",
    parse=_list_of(_one_of(*service_table.SERVICES)),
    dump=_list,
    choices=tuple(service_table.SERVICES),
)
SERVICE_IMAGES: Key[tuple[ServiceImage, ...]] = Key(
    name="service-images",
    title="Service images",
    help="The image of a backing service; those that are not named keep the inferred one.",
    parse=_service_images,
    dump=_dump_service_images,
    amend=_amend_service_images,
)
ENVIRONMENT: Key[tuple[EnvironmentVariable, ...]] = Key(
    name="environment",
    title="Environment",
    help="The variables that .env.example documents: NAME or NAME=default.",
    parse=_environment,
    dump=_dump_environment,
)
CONNECTIONS: Key[tuple[Connection, ...]] = Key(
    name="connections",
    title="Connections",
    help="The variables through which the code finds the backing services.",
    parse=_connections,
    dump=_dump_connections,
)
MOUNTS: Key[tuple[str, ...]] = Key(
    name="mounts",
    title="Mounts",
    help="Folders of the host that the processes only read, relative to the project or absolute in the image.",
    parse=_list_of(_inner_folder),
    dump=_list,
)
VOLUMES: Key[tuple[str, ...]] = Key(
    name="volumes",
    title="Volumes",
    help="Folders whose content outlives the container, relative to the project or absolute.",
    parse=_list_of(_folder),
    dump=_list,
)
#: What a table in `[tool.scaffold.processes]` may hold.
_PROCESS_FIELDS: Mapping[str, Callable[[object], Any]] = {
    "command": _command,
    "kind": _one_of(*KINDS),
    "port": _port,
    "publish": _publish,
    "health-check": HEALTH_CHECK.parse,
    "environment": _process_environment,
    "groups": _plain_list(_NAME),
    "extras": _plain_list(_NAME),
    "runtime-packages": _plain_list(_DEBIAN_PACKAGE),
    "volumes": _plain_list(_folder),
    "depends-on": _plain_list(_PROCESS_NAME),
}
PROCESSES: Key[tuple[Process, ...]] = Key(
    name="processes",
    title="Processes",
    help="Processes beside the main one: name: command, or +name: command to add one, -name to leave one out.",
    parse=_processes,  # type: ignore[arg-type]  # edits, which rules/processes.py applies to what is found
    dump=_dump_processes,
)
COLLECT_STATIC: Key[bool] = Key(
    name="collect-static",
    title="Static files",
    help="Whether the build collects Django's static files into STATIC_ROOT.",
    parse=_boolean,
    dump=_truth,
    choices=("true", "false"),
)
MIGRATE_IN_BUILD: Key[bool] = Key(
    name="migrate-in-build",
    title="Tables",
    help="Whether the build makes the tables of a SQLite database that lies in the image.",
    parse=_boolean,
    dump=_truth,
    choices=("true", "false"),
)
READ_ONLY: Key[bool] = Key(
    name="read-only",
    title="Read-only",
    help="Whether the processes' file system is read-only but for the volumes and /tmp.",
    parse=_boolean,
    dump=_truth,
    choices=("true", "false"),
)
IMAGE: Key[str] = Key(
    name="image",
    title="Image name",
    help="The name of the image that Compose builds.",
    parse=_pattern(
        r"[a-z0-9]+(?:[._/-][a-z0-9]+)*(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?",
        "an image name such as shop or shop:1.0",
    ),
    dump=_text,
)
DEVELOPMENT: Key[bool] = Key(
    name="development",
    title="Development",
    help="Whether a plain `docker compose up` is for development: compose.override.yaml.",
    parse=_boolean,
    dump=_truth,
    choices=("true", "false"),
)

#: Every decision, in the order in which they are made and shown.
#: Of a repository of several projects, beside the decisions of each; see `rules/workspace.py`.
PROJECTS: Key[tuple[str, ...]] = Key(
    name="projects",
    title="Projects",
    help="The folders of the Poetry projects that one Compose file runs; +folder adds one, -folder leaves one out.",
    parse=_list_of(_folder),
    dump=_list,
)

KEYS: tuple[Key[Any], ...] = (
    APPLICATION,
    FRAMEWORK,
    PYTHON_PATH,
    GROUPS,
    EXTRAS,
    PYTHON,
    BASE_IMAGE,
    PLATFORMS,
    POETRY,
    PRIVATE_INDEXES,
    PRIVATE_GIT_HOSTS,
    INSTALL_PROJECT,
    CONTEXT,
    SERVER,
    ADDED_PACKAGES,
    WORKERS,
    PORT,
    PROXY,
    HEALTH_CHECK,
    COMMAND,
    BUILD_PACKAGES,
    RUNTIME_PACKAGES,
    SERVICES,
    SERVICE_IMAGES,
    ENVIRONMENT,
    CONNECTIONS,
    MOUNTS,
    VOLUMES,
    PROCESSES,
    COLLECT_STATIC,
    MIGRATE_IN_BUILD,
    READ_ONLY,
    IMAGE,
    DEVELOPMENT,
)

BY_NAME: Mapping[str, Key[Any]] = {key.name: key for key in KEYS}
