"""What the hand-written container files of a project say: its Dockerfile, its Compose files, the scripts they start."""

from __future__ import annotations

from dataclasses import dataclass

from scaffolder.model.code import Place


@dataclass(frozen=True, slots=True)
class Said:
    """A word of a container file, and where it stands."""

    value: str
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class InstalledPackage:
    """A Debian package that the image installs."""

    name: str
    place: Place
    #: It is installed in a stage that only builds, or taken away again.
    build: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ContainerCommand:
    """A simple command that a container runs: wrappers such as `poetry run` are taken off, variables filled in."""

    words: tuple[str, ...]
    place: Place
    #: The service of the Compose file that starts it, "" for the image's own.
    service: str = ""
    #: That service has a port of the host.
    published: bool = False
    #: It is started again when it ends.
    restarts: bool = False

    @property
    def text(self) -> str:
        """The command as evidence shows it."""
        return " ".join(self.words)


@dataclass(frozen=True, kw_only=True, slots=True)
class ContainerVariable:
    """A variable that the image or a service of the project gets; `value` is "" where it is not the same everywhere,
    and `scheme://` of an address in a Compose file."""

    name: str
    place: Place
    value: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class InitScript:
    """A file of the project, or a folder of such files, that a database runs once, when its volume is new."""

    #: Relative to the project.
    path: str
    #: In the container: `/docker-entrypoint-initdb.d/1.sql`, or the folder itself.
    target: str
    place: Place
    #: The names in its text.
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class ContainerService:
    """A service of a Compose file that runs an image made elsewhere."""

    name: str
    image: str
    place: Place
    scripts: tuple[InitScript, ...] = ()
    #: The user and the database that it makes, as far as the file itself says so, sorted.
    account: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Container:
    """The facts of every hand-written container file; what scaffold wrote itself is not among them.

    Each tuple is in the order in which it counts: the Dockerfile before the Compose files.
    """

    #: Version of the Python image, `3.12` or `3.12.4`.
    pythons: tuple[Said, ...] = ()
    #: Version of the Poetry that is installed.
    poetries: tuple[Said, ...] = ()
    #: Debian release that the image names, `bookworm`; "" when it names none.
    suite: str = ""
    #: The image takes packages from places other than Debian.
    foreign_packages: bool = False
    packages: tuple[InstalledPackage, ...] = ()
    #: Ports that the image or a service of the project exposes, inside the container.
    ports: tuple[Said, ...] = ()
    #: The commands that containers of the project start; of a command of several parts the last comes first.
    commands: tuple[ContainerCommand, ...] = ()
    variables: tuple[ContainerVariable, ...] = ()
    #: Folders that outlive the container, relative to the project where they lie in it.
    volumes: tuple[Said, ...] = ()
    #: Build arguments without a default.
    arguments: tuple[Said, ...] = ()
    services: tuple[ContainerService, ...] = ()
    #: The working folder of the image, "" when it is not known.
    workdir: str = ""
    #: Files of the project that the others name: a Dockerfile under another name, and the scripts that are started.
    named: tuple[str, ...] = ()
