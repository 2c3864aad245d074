"""Where a project stands in a Compose file: alone, or beside others of the same repository."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from scaffolder.decisions import Connection, Process


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """What the Compose file calls a project's own things; what is in no mapping keeps its name."""

    #: The project's folder, relative to the Compose file.
    folder: str = "."
    #: Name of a process → its service.
    processes: Mapping[str, str] = field(default_factory=dict)
    #: Name of a process → the port of the host that it is published on.
    ports: Mapping[str, int] = field(default_factory=dict)
    #: Folder → the name of its volume.
    volumes: Mapping[str, str] = field(default_factory=dict)
    #: Service → the user part of its addresses, of one that is closed because of another project.
    userinfo: Mapping[str, str] = field(default_factory=dict)
    #: The image, "" for that of the decision.
    image: str = ""
    #: The name of the proxy's service, "" for the usual one.
    proxy: str = ""

    def below(self, path: str) -> str:
        """A path that is relative to the project, relative to the Compose file."""
        return posixpath.normpath(posixpath.join(self.folder, path))

    def mounted(self, path: str) -> str:
        """The same as the source of a mount, which Compose must not take for the name of a volume."""
        below = self.below(path)
        return below if below.startswith(".") else f"./{below}"

    def named(self, process: Process) -> Process:
        """The process under the name that it has there, published where it is."""
        port = self.ports.get(process.name)
        return replace(
            process,
            name=self.processes.get(process.name, process.name),
            depends_on=tuple(self.processes.get(name, name) for name in process.depends_on),
            publish=f"{process.publish.partition(':')[0]}:{port}" if port else process.publish,
        )

    def addressed(self, connections: Iterable[Connection]) -> Iterator[Connection]:
        """The connections as they are there: to a process under its name, to a closed service with credentials."""
        for item in connections:
            name = self.processes.get(item.service, item.service)
            host = f"//{self.userinfo.get(item.service, '')}{name}:"
            yield replace(item, service=name, value=item.value.replace(f"//{item.service}:", host))


#: A project that has a Compose file of its own.
ALONE = Place()
