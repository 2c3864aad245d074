"""Several projects in one Compose file: their services side by side, what they share once."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scaffolder.answers import answers
from scaffolder.answers.environment import is_documented
from scaffolder.answers.names import all_processes, tagged, volume_name, volumes_by_folder
from scaffolder.answers.place import ALONE, Place
from scaffolder.answers.processes import overridable, wait_condition
from scaffolder.answers.proxy import proxy_name
from scaffolder.answers.quoting import yaml_quoted
from scaffolder.answers.services import service_answers
from scaffolder.decisions import ENVIRONMENT, IMAGE, PROXY, SERVICE_IMAGES, SERVICES, Process
from scaffolder.knowledge.services import SERVICES as SERVICE_TABLE
from scaffolder.knowledge.services import SQL_SERVICES
from scaffolder.model.answers import Answers
from scaffolder.model.container import InitScript
from scaffolder.model.decision import Decisions
from scaffolder.model.message import Level, Message
from scaffolder.model.project import Project
from scaffolder.rules.beside import unique
from scaffolder.rules.init_scripts import init_scripts
from scaffolder.rules.services import filled, is_closed

#: What one Compose file has for all projects; every other file is a project's own.
SHARED_FILES = ("compose.yaml", "compose.override.yaml", ".env.example")


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A project of a workspace; `folder` is relative to its top."""

    folder: str
    project: Project
    decisions: Decisions


def places(members: Sequence[Member]) -> list[Place]:
    """Where each project stands. Who comes first has the first choice of ports, images and volumes.

    A main process is called by the project's folder, any other by that and its own name. Folders of one name are told
    apart by their whole paths, and one that is called like a backing service by the process behind it.
    """
    labels = _labels([member.folder for member in members])
    names: set[str] = set()
    volumes = {f"{service}-data" for service in SERVICE_TABLE}
    images: set[str] = set()
    closing = _closing(members)
    ports = {process.host_port for member in members for process in all_processes(member.decisions)}
    found = []
    for member, label in zip(members, labels, strict=True):
        processes = all_processes(member.decisions)
        named = {
            process.name: unique(
                label if process.main and label not in SERVICE_TABLE else f"{label}-{process.name}", names
            )
            for process in processes
        }
        found.append(
            Place(
                folder=member.folder,
                processes=named,
                ports=dict(_ports(processes, ports)),
                volumes={
                    folder: unique(f"{label}-{volume_name(folder)}", volumes)
                    for folder in volumes_by_folder(member.decisions)
                },
                userinfo={
                    service: filled(service, "{userinfo}", closing[service].decisions)
                    for service in member.decisions[SERVICES]
                    if not is_closed(service, member.decisions)
                },
                image=_image(member.decisions[IMAGE], label, images),
                proxy=""
                if member.decisions[PROXY] == "none"
                else unique(f"{label}-{proxy_name(member.decisions)}", names),
            )
        )
    return found


def _labels(folders: Sequence[str]) -> list[str]:
    """The last name of each folder in the letters of a host name; all of the path where two have the same."""
    last = [_label(folder.rpartition("/")[2]) for folder in folders]
    taken: set[str] = set()
    return [
        unique(label if last.count(label) == 1 else _label(folder), taken)
        for folder, label in zip(folders, last, strict=True)
    ]


def _label(text: str) -> str:
    """A text in the letters of a host name, and nothing that YAML takes for a number, a date or a truth."""
    label = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:50].strip("-")
    return f"project-{label}".strip("-") if not label or _NO_TEXT.fullmatch(label) else label


_NO_TEXT = re.compile(r"[0-9].*|true|false|null|yes|no|on|off|y|n")


def _ports(processes: Iterable[Process], taken: set[int]) -> Iterator[tuple[str, int]]:
    for process in processes:
        if process.port and process.publish != "none" and not process.host_port:
            candidates = itertools.chain(range(process.port, 65536), range(1024, process.port))
            port = next(port for port in candidates if port not in taken)
            taken.add(port)
            yield process.name, port


def _image(image: str, label: str, taken: set[str]) -> str:
    own = image if image not in taken else tagged(image, label)
    taken.add(own)
    return own


def _init_scripts(service: str, members: Sequence[Member]) -> tuple[tuple[InitScript, ...], str]:
    """The scripts of the first project that has any for a service, and its folder."""
    found = ((init_scripts(service, member.project, member.decisions), member.folder) for member in members)
    return next((item for item in found if item[0]), ((), "."))


def member_answers(member: Member, place: Place) -> Answers:
    """The variables from which the files of one project are rendered."""
    given = answers(member.project, member.decisions, place)
    # Projects are built side by side, and Poetry's cache is for one at a time.
    given["builders"] = [{**builder, "sharing": ",sharing=locked"} for builder in given["builders"]]
    return given


def workspace_answers(
    name: str, members: Sequence[Member], spots: Sequence[Place], given: Sequence[Answers]
) -> Answers:
    """The variables from which the files of `SHARED_FILES` are rendered; `given` are those of each member.

    A backing service that several projects use is one, and all of them wait for the migrations of its database. The
    variables beside those of the three files are the first member's.
    """
    images = service_images([member.decisions for member in members])
    closing = _closing(members)
    aliases = _aliases(given, images)
    services = [
        service_answers(
            service,
            image,
            closing[service].decisions,
            *_init_scripts(service, members),
            aliases=aliases[service],
        )
        for service, image in images.items()
    ]
    networks = [{"name": "front", "internal": False}, {"name": "back", "internal": True}] if services else []
    waits = _waits(members, spots)
    clashes = _clashes(members)
    addresses = [address for item in given for address in item["connections"]]
    credentials = _once("name", (item["service_variables"] for item in given))
    return {
        **given[0],
        "compose_name": yaml_quoted(_label(name)),
        "processes": [
            {
                **_networked(process, networks),
                "depends_on": [*process["depends_on"], *waits.get(process["name"], ())],
                "environment": _with_defaults(process["environment"], member.decisions, clashes),
            }
            for member, item in zip(members, given, strict=True)
            for process in item["processes"]
        ],
        "proxies": [_networked(proxy, networks) for item in given for proxy in item["proxies"]],
        "services": services,
        "networks": networks,
        "volumes": sorted(_once("name", (item["volumes"] for item in given)), key=lambda volume: volume["name"]),
        "build_secrets": _once("name", (item["build_secrets"] for item in given)),
        "development": any(item["development"] for item in given),
        "developed": _developed([item["developed"] for item in given if item["development"]]),
        "service_variables": credentials,
        "connections": [item for number, item in enumerate(addresses) if item not in addresses[:number]],
        "variable_groups": _variable_groups(
            given, {item["name"] for item in (*addresses, *credentials)}, clashes.keys()
        ),
    }


def _aliases(given: Sequence[Answers], services: Iterable[str]) -> dict[str, list[str]]:
    """Service → the names that the code of any project calls it, without those that something else in the file has."""
    taken = {*services, *(item["name"] for own in given for item in (*own["processes"], *own["proxies"]))}
    called: dict[str, set[str]] = {service: set() for service in services}
    for service in (item for own in given for item in own["services"]):
        called[service["name"]].update(service["aliases"])
    return {service: sorted(names - taken) for service, names in called.items()}


def service_images(decided: Iterable[Decisions]) -> dict[str, str]:
    """Service → the image of the one that all use, in the order of the table: that of the first project which asks for
    another one than the table's."""
    wanted: dict[str, str] = {}
    for decisions in decided:
        for item in decisions[SERVICE_IMAGES]:
            usual = SERVICE_TABLE[item.service].image
            if wanted.get(item.service, usual) == usual:
                wanted[item.service] = item.image
    return {service: wanted[service] for service in SERVICE_TABLE if service in wanted}


def shared_remarks(members: Sequence[Member]) -> Iterator[Message]:
    """What two projects that share a service do not agree on."""
    images = service_images([member.decisions for member in members])
    for member in members:
        for item in member.decisions[SERVICE_IMAGES]:
            usual = SERVICE_TABLE[item.service].image
            if item.image not in (usual, images[item.service]):
                yield Message(
                    level=Level.WARNING,
                    code="service-shared",
                    text=f"{member.folder} asks for {item.image}, and all projects share one {item.service}, which"
                    f" runs {images[item.service]}.",
                    hint=f"Decide which: --set service-images={item.service}=IMAGE",
                )
    for service in SQL_SERVICES:
        migrating = [member.folder for member in members if service in _databases(member) and _releases(member)]
        if len(migrating) > 1:
            yield Message(
                level=Level.WARNING,
                code="database-shared",
                text=f"{', '.join(migrating)} each migrate the one database of {service}, one after the other. Tables"
                " of the same name, such as Alembic's own, are then the same table.",
                hint="Where they are not meant to share it, give one of them the address of another database.",
            )


def _closing(members: Sequence[Member]) -> dict[str, Member]:
    """Service → the first project for which it wants credentials, else the first that uses it."""
    found: dict[str, Member] = {}
    for member in members:
        for service in member.decisions[SERVICES]:
            if service not in found or (
                is_closed(service, member.decisions) and not is_closed(service, found[service].decisions)
            ):
                found[service] = member
    return found


def _networked(container: Answers, networks: Sequence[Answers]) -> Answers:
    """A container that reaches the others, whether it uses a service or not."""
    return {**container, "networks": container["networks"] or [network["name"] for network in networks[:1]]}


def _databases(member: Member) -> list[str]:
    return [service for service in member.decisions[SERVICES] if service in SQL_SERVICES]


def _releases(member: Member, place: Place = ALONE) -> list[str]:
    return [process.name for process in all_processes(member.decisions, place) if process.kind == "release"]


def _waits(members: Sequence[Member], spots: Sequence[Place]) -> dict[str, list[Answers]]:
    """Process → the migrations of other projects that it waits for, as they change the database that it uses.

    Migrations wait for those of the projects before theirs; what migrations wait for themselves waits for none.
    """
    found: dict[str, list[Answers]] = {}
    placed = list(zip(members, spots, strict=True))
    for number, (member, place) in enumerate(placed):
        processes = all_processes(member.decisions, place)
        needed = {name for process in processes if process.kind == "release" for name in process.depends_on}
        for process in processes:
            others = placed[:number] if process.kind == "release" else placed[:number] + placed[number + 1 :]
            found[process.name] = [
                {"name": release, "condition": wait_condition(_RELEASE)}
                for other, spot in others
                if process.name not in needed and set(_databases(member)) & set(_databases(other))
                for release in _releases(other, spot)
            ]
    return found


_RELEASE = Process(name="", kind="release", command=())


def _clashes(members: Sequence[Member]) -> dict[str, list[str]]:
    """Variable → the values that projects document for it, where these are not the same."""
    found: dict[str, list[str]] = {}
    for member in members:
        for variable in member.decisions[ENVIRONMENT]:
            values = found.setdefault(variable.name, [])
            if variable.default and is_documented(variable) and variable.default not in values:
                values.append(variable.default)
    return {name: values for name, values in found.items() if len(values) > 1}


def _with_defaults(
    environment: Sequence[Answers], decisions: Decisions, clashes: Mapping[str, Sequence[str]]
) -> list[Answers]:
    """The environment of a process in which each variable that other projects document otherwise has its own value."""
    there = {item["name"] for item in environment}
    own = [
        {"name": variable.name, "value": overridable(variable.name, variable.default)}
        for variable in decisions[ENVIRONMENT]
        if variable.name in clashes and variable.name not in there and variable.default
    ]
    return [*environment, *own]


def _variable_groups(given: Iterable[Answers], known: Collection[str], clashes: Collection[str]) -> list[Answers]:
    """The variables of all projects by the file that reads them, each once: where one cannot do without it, there."""
    rows = [
        (group["title"], variable)
        for item in given
        for group in item["variable_groups"]
        for variable in group["variables"]
        if variable["name"] not in known
    ]
    needed = {variable["name"] for _, variable in rows if not variable["optional"]}
    groups: dict[str, list[Answers]] = {}
    told: set[str] = set()
    for title, variable in rows:
        name = variable["name"]
        if name in told or (variable["optional"] and name in needed):
            continue
        told.add(name)
        differs = name in clashes
        notes = [variable["comment"]] if variable["comment"] else []
        notes += ["not the same in every project"] if differs else []
        groups.setdefault(title, []).append(
            {**variable, "comment": ", ".join(notes), "optional": variable["optional"] or differs}
        )
    return [{"title": title, "variables": variables} for title, variables in groups.items()]


def _developed(given: Sequence[Answers]) -> Answers:
    return {
        "processes": [process for item in given for process in item["processes"]],
        "proxies": [proxy for item in given for proxy in item["proxies"]],
        "services": _once("name", (item["services"] for item in given)),
    }


def _once(key: str, lists: Iterable[Iterable[Answers]]) -> list[Answers]:
    """The items of all lists, those that have the same value under `key` once."""
    found: dict[str, Answers] = {}
    for item in itertools.chain.from_iterable(lists):
        found.setdefault(item[key], item)
    return list(found.values())
