"""What a project names outside of its own folder: path dependencies, and packages of its own, within its repository."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from posixpath import normpath

from packaging.utils import canonicalize_name

from scaffolder.model.code import Code
from scaffolder.model.lock import Lock, LockedPackage
from scaffolder.model.manifest import Manifest
from scaffolder.poetry.tables import Table
from scaffolder.reading.files import read_toml
from scaffolder.reading.tree import ENTRY_LIMIT, list_files

_MANIFEST = "pyproject.toml"
_MOST_PATHS = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Outside:
    """Files outside of the project's folder, relative to it (`../../libs/shared/x.py`); each tuple is sorted."""

    files: tuple[str, ...] = ()
    #: Those of the project's own packages.
    own: tuple[str, ...] = ()
    #: Those of libraries that production installs.
    libraries: tuple[str, ...] = ()
    #: Whether the bounds cut something off.
    truncated: bool = False


def location(root: Path) -> str:
    """The project's folder below the uppermost folder that a build context may be: `services/api`, "" for that itself.

    That is the top of the git repository, and never `/`, a home folder or what holds one; without a repository, the
    last folder below these. Folders above one whose name cannot be printed do not count.
    """
    real = Path(os.path.realpath(root))
    parts = real.relative_to(uppermost(real)).parts
    first = next((place for place in range(len(parts), 0, -1) if not parts[place - 1].isprintable()), 0)
    return "/".join(parts[first:])


def outside_paths(manifest: Manifest, lock: Lock) -> tuple[str, ...]:
    """The path dependencies and packages that lie outside of the project's folder, normalised, sorted."""
    paths = {package.folder for package in manifest.packages} | {path for path, _ in _path_packages(lock)}
    return tuple(sorted(filter(_is_outside, paths)))


def within_reach(root: Path, path: str) -> Path | None:
    """Where a path outside of the project lies; None when nothing is there, above `location`, or behind a link."""
    real = Path(os.path.realpath(root))
    place = Path(normpath(f"{real}/{path}"))
    return place if _is_within(uppermost(real), place) else None


def list_outside(root: Path, manifest: Manifest, lock: Lock) -> Outside:
    """The files of every path dependency and package that lies outside of the project's folder.

    Leaves out what lies above `location`, what is reached through a link, the project's own folder, folders inside that
    are projects of their own, and what `list_files` leaves out.
    """
    real = Path(os.path.realpath(root))
    top = uppermost(real)
    own = {package.folder for package in manifest.packages if _is_outside(package.folder)}
    locked = {path: package for path, package in _path_packages(lock) if _is_outside(path)}
    found: dict[str, tuple[str, ...]] = {}
    listed, truncated = 0, len(own | locked.keys()) > _MOST_PATHS
    for path in sorted(own | locked.keys())[:_MOST_PATHS]:
        place = Path(normpath(f"{real}/{path}"))
        if not _is_within(top, place):
            continue
        if listed >= ENTRY_LIMIT:
            truncated = True
            break
        files, cut = list_files(place) if place.is_dir() else ((), False)
        listed += len(files)
        truncated = truncated or cut
        below = _of_one_project(files, os.path.relpath(real, place))
        found[path] = tuple(f"{path}/{file}" for file in below) if place.is_dir() else (path,)
    libraries = [path for path, package in locked.items() if path not in own and not _is_for_development(package)]
    return Outside(
        files=_joined(found, found),
        own=_joined(found, own),
        libraries=_joined(found, libraries),
        truncated=truncated,
    )


def build_requirements(root: Path, lock: Lock, present: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Directory dependency of production → the distributions that `[build-system]` of its pyproject.toml requires.

    They are normalised and sorted. `present` has the files that may be read. Raises ProjectError for what is no TOML.
    """
    found: dict[str, tuple[str, ...]] = {}
    for path, package in _path_packages(lock):
        manifest = f"{path}/{_MANIFEST}"
        if manifest in present and not _is_for_development(package):
            system = Table(read_toml(root, manifest, may_be_empty=True), manifest).table("build-system")
            names = (re.match(r"\s*([A-Za-z0-9][\w.-]*)", text, re.ASCII) for text in system.strings("requires"))
            found[path] = tuple(sorted({canonicalize_name(name[1]) for name in names if name}))
    return found


def with_libraries(code: Code, libraries: Code) -> Code:
    """The facts of the project's code, with the variables and clients of its libraries after its own."""
    own = {variable.name for variable in code.variables}
    return replace(
        code,
        variables=(*code.variables, *(variable for variable in libraries.variables if variable.name not in own)),
        clients=(*code.clients, *libraries.clients),
    )


def uppermost(real: Path) -> Path:
    """The uppermost folder that a build context of the project in `real`, a real path, may be; see `location`."""
    homes: tuple[Path, ...] = (Path(real.anchor),)
    with suppress(RuntimeError):  # there is no home folder
        home = Path(os.path.realpath(Path.home()))
        homes = (home, *home.parents)
    uppermost = real
    for folder in (real, *real.parents):
        if folder in homes:
            break
        uppermost = folder
        if os.path.lexists(folder / ".git"):
            break
    return uppermost


def _is_within(top: Path, place: Path) -> bool:
    """Whether the place exists below `top`, and no link leads there."""
    try:
        return place.is_relative_to(top) and Path(os.path.realpath(place, strict=True)) == place
    except (OSError, ValueError):
        return False


def _path_packages(lock: Lock) -> Iterator[tuple[str, LockedPackage]]:
    for package in lock.packages:
        if package.source is not None and package.source.kind in ("directory", "file"):
            yield normpath(package.source.url), package


def _is_outside(path: str) -> bool:
    return path == ".." or path.startswith("../")


def _is_for_development(package: LockedPackage) -> bool:
    """Whether the lock says that production does not need the package."""
    return package.category == "dev" or (package.groups is not None and "main" not in package.groups)


def _of_one_project(files: tuple[str, ...], own_folder: str) -> Iterator[str]:
    """The files without those in `own_folder` and those below another project's manifest."""
    others = {file[: -len(_MANIFEST)] for file in files if file.endswith(f"/{_MANIFEST}")} | {f"{own_folder}/"}
    for file in files:
        if not any(file.startswith(folder) for folder in others):
            yield file


def _joined(found: Mapping[str, tuple[str, ...]], paths: Container[str]) -> tuple[str, ...]:
    return tuple(sorted({file for path, files in found.items() if path in paths for file in files}))
