"""Everything that was read: the input of every rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scaffolder.model.code import Code
from scaffolder.model.container import Container
from scaffolder.model.lock import Lock
from scaffolder.model.manifest import Manifest


@dataclass(frozen=True, kw_only=True, slots=True)
class PythonPin:
    """A Python version in a version file."""

    #: `.python-version`, `.tool-versions` or `runtime.txt`.
    path: str
    line: int
    #: `3.12` or `3.12.4`.
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcfileEntry:
    """A line of a Procfile: `web: gunicorn shop:app`."""

    name: str
    command: str
    #: The command as a shell splits it, none where a quote is left open.
    words: tuple[str, ...]
    line: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """A Poetry project, read. Nothing here names the machine it was read on."""

    #: Distribution name, or the folder's name when the project has none.
    name: str
    manifest: Manifest
    lock: Lock
    code: Code
    #: Every file that git would not ignore, relative POSIX paths, sorted; bounded (see `reading/tree.py`).
    files: tuple[str, ...]
    #: The same for the folders and files outside of the project that it names as dependencies or as its own packages:
    #: `../../libs/shared/pyproject.toml`.
    outside: tuple[str, ...] = ()
    #: Those folders and files themselves, whether they are there or not: `../../libs/shared`.
    outside_paths: tuple[str, ...] = ()
    #: The project's folder below the uppermost folder that a build context may be, the top of the git repository:
    #: `services/api`; "" where that is the project's folder. No part of what a project is: only as many of its last
    #: names count as the build context has levels.
    location: str = field(default="", compare=False, repr=False)
    #: Path of a directory dependency → distributions that its build requires, normalised; only those that say so.
    build_requirements: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    python_pins: tuple[PythonPin, ...] = ()
    procfile: tuple[ProcfileEntry, ...] = ()
    #: `server.port` of Streamlit's own configuration, 0 if silent.
    streamlit_port: int = 0
    #: `poetry.toml`: `installer.no-binary` and `installer.only-binary`, normalised names or `:all:`.
    no_binary: tuple[str, ...] = ()
    only_binary: tuple[str, ...] = ()
    #: Path → text of small files that rules look into (`alembic.ini`, ...).
    texts: Mapping[str, str] | None = None
    #: What hand-written container files say.
    container: Container = field(default_factory=Container)

    def has_file(self, path: str) -> bool:
        """Whether the project has that file (and git does not ignore it)."""
        return path in self.files
