"""Names, ports, volumes and mounts in Compose, each one of its own."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import PurePosixPath

from scaffolder.answers.place import ALONE, Place
from scaffolder.decisions import COMMAND, HEALTH_CHECK, MOUNTS, PORT, PROCESSES, PROXY, SERVICES, VOLUMES, Process
from scaffolder.knowledge.proxies import PROXIES
from scaffolder.model.decision import Decisions
from scaffolder.rules.beside import unique
from scaffolder.rules.processes import main_process_name


def volumes_by_folder(decisions: Decisions, place: Place = ALONE) -> dict[str, str]:
    """Folder → the name of its volume, one of its own."""
    taken = {f"{name}-data" for name in decisions[SERVICES]}
    everywhere: tuple[str, ...] = decisions[VOLUMES]
    folders = dict.fromkeys(everywhere)
    for process in decisions[PROCESSES]:
        folders.update(dict.fromkeys(process.volumes or ()))
    return {
        folder: place.volumes.get(folder) or unique(volume_name(folder), taken)
        for folder in folders
        if folder not in mounted(decisions)
    }


def is_mounted(decisions: Decisions, folder: str) -> bool:
    """Whether a process keeps that folder."""
    return any(folder in volumes_of(decisions, process) for process in all_processes(decisions))


def volumes_of(decisions: Decisions, process: Process) -> tuple[str, ...]:
    """The folders that a process keeps: its own, or those of the project."""
    folders: tuple[str, ...] = decisions[VOLUMES] if process.volumes is None else process.volumes
    return tuple(folder for folder in folders if folder not in mounted(decisions))


def mounts_of(decisions: Decisions, process: Process) -> tuple[str, ...]:
    """The folders of the host that a process reads: all, or those that it names itself."""
    return tuple(folder for folder in mounted(decisions) if process.volumes is None or folder in process.volumes)


def mounted(decisions: Decisions) -> tuple[str, ...]:
    """The folders of the host; one that somebody made a volume is none."""
    return tuple(folder for folder in decisions[MOUNTS] if folder not in decisions[VOLUMES])


def mount_source(folder: str) -> str:
    """Where a mounted folder lies on the host, from the project: there as well, or by its last name if it is
    absolute in the image."""
    return f"./{PurePosixPath(folder).name if folder.startswith('/') else PurePosixPath(folder)}"


def all_processes(decisions: Decisions, place: Place = ALONE) -> tuple[Process, ...]:
    """The main process, then the others, each under a name that no service has."""
    name = main_process_name(decisions)
    taken = {*decisions[SERVICES], name}
    main = next((process for process in decisions[PROCESSES] if process.main), None)
    if main is None:
        main = Process(
            name=name,
            kind=name if name in ("web", "worker") else "job",
            command=decisions[COMMAND],
            port=decisions[PORT],
            publish="all" if decisions[PORT] else "none",
            health_check=decisions[HEALTH_CHECK],
            main=True,
        )
    others = [process for process in decisions[PROCESSES] if not process.main]
    return (place.named(main), *(place.named(replace(process, name=unique(process.name, taken))) for process in others))


def variable_prefix(name: str) -> str:
    """What the names of a process's own variables in Compose begin with; such a name begins with no digit."""
    letters = re.sub(r"[^A-Z0-9]", "_", name.upper())
    return f"_{letters}" if letters[0].isdigit() else letters


def tagged(image: str, name: str) -> str:
    """The image's name with that of a process before its tag."""
    head, slash, tail = image.rpartition("/")
    base, colon, tag = tail.partition(":")
    return f"{head}{slash}{base}{f'-{name}' if name else ''}{colon}{tag}"


def published_ports(decisions: Decisions, place: Place = ALONE) -> dict[str, str]:
    """Process → `"${WEB_PORT:-8000}:8000"`, with a port of the host that no other has.

    Behind that of the main process listens the proxy where there is one.
    """
    proxy = PROXIES.get(decisions[PROXY])
    processes = all_processes(decisions, place)
    ports = {process.host_port for process in processes}
    variables: set[str] = set()
    published = {}
    for process in processes:
        if not process.port or process.publish == "none":
            continue
        candidates = itertools.chain(range(process.port, 65536), range(1024, process.port))
        host = process.host_port or next(port for port in candidates if port not in ports)
        ports.add(host)
        variable = unique(f"{variable_prefix(process.name)}_PORT", variables).replace("-", "_")
        address = "127.0.0.1:" if process.publish.startswith("loopback") else ""
        listens = proxy.port if proxy is not None and process.main else process.port
        published[process.name] = f'"{address}${{{variable}:-{host}}}:{listens}"'
    return published


def volume_name(folder: str) -> str:
    """The name of the volume of a folder."""
    return re.sub(r"[^a-z0-9]+", "-", folder.lower()).strip("-") or "data"
