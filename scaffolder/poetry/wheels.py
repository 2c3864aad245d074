"""Whether Poetry installs a locked package from a wheel or from source, from the names of its files alone.

Poetry takes only files that the lock lists: a wheel that was published after locking does not count.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable
from enum import StrEnum
from itertools import product
from math import prod
from posixpath import basename
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from packaging.tags import compatible_tags, cpython_tags

from scaffolder.knowledge.pythons import full_version
from scaffolder.model.lock import LockedPackage, Target

#: glibc minor version → the older name of the same platform (PEP 600).
_LEGACY_PLATFORMS = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
#: Oldest glibc minor version that manylinux knows for a machine (PEP 599, PEP 513).
_OLDEST_GLIBC = {"x86_64": 5}
_OLDEST_GLIBC_ELSEWHERE = 17
_SDIST = (".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tar.Z", ".tar", ".tgz")
_ALL = ":all:"
#: In the name of one wheel. Real names have ten; the number is the product of three lists.
_MOST_TAGS = 1_000

#: Interpreter, ABI and platform.
Tag: TypeAlias = tuple[str, str, str]


class Verdict(StrEnum):
    """How a locked package gets into an image."""

    #: A wheel fits.
    WHEEL = "wheel"
    #: No wheel fits; it is built from its source archive, which may need a compiler: the lock does not say.
    SDIST = "sdist"
    #: Nothing that the lock lists can be installed.
    NONE = "none"
    #: The lock lists no files.
    UNKNOWN = "unknown"
    #: Built from a folder beside the project.
    PATH = "path"
    #: Built from a clone.
    GIT = "git"


def verdict(
    package: LockedPackage, target: Target, *, no_binary: Collection[str] = (), only_binary: Collection[str] = ()
) -> Verdict:
    """How Poetry installs `package` on `target`.

    `no_binary` and `only_binary` are Poetry's settings of that name: normalised names, or `:all:`.
    """
    kind = package.source.kind if package.source else ""
    if kind == "git":
        return Verdict.GIT
    if kind == "directory":
        return Verdict.PATH
    if kind in ("file", "url") and package.source:
        files: tuple[str, ...] | None = (basename(unquote(urlsplit(package.source.url).path)),)
    else:
        files = package.files
    if not files:
        return Verdict.UNKNOWN
    if not _names(no_binary, package) and not _supported(target).isdisjoint(_tags_of(files)):
        return Verdict.WHEEL
    if not _names(only_binary, package) and any(file.endswith(_SDIST) for file in files):
        return Verdict.SDIST
    return Verdict.NONE


def _names(policy: Collection[str], package: LockedPackage) -> bool:
    return _ALL in policy or package.name in policy


@functools.lru_cache(maxsize=16384)
def _tags_of(files: tuple[str, ...]) -> frozenset[Tag]:
    """The tags of the wheels among `files`; kept, because every Python and machine is compared with them."""
    return frozenset(tag for file in files if file.endswith(".whl") for tag in _tags(file))


def _tags(wheel: str) -> Iterable[Tag]:
    parts = [part.split(".") for part in wheel.removesuffix(".whl").lower().rsplit("-", 3)[1:]]
    if len(parts) != 3 or prod(map(len, parts)) > _MOST_TAGS:
        return ()
    interpreters, abis, platforms = parts
    return product(interpreters, abis, platforms)


@functools.lru_cache(maxsize=64)
def _supported(target: Target) -> frozenset[Tag]:
    major, minor = full_version(target.python).split(".")[:2]
    version = (int(major), int(minor))
    interpreter = f"cp{major}{minor}"
    # Python 3.7 and older mark their ABI `m`. Named here because packaging would ask the Python that runs this program.
    abi = interpreter + ("m" if version < (3, 8) else "")
    platforms = _platforms(target.machine, target.glibc)
    supported = (*cpython_tags(version, [abi], platforms), *compatible_tags(version, interpreter, platforms))
    return frozenset((tag.interpreter, tag.abi, tag.platform) for tag in supported)


def _platforms(machine: str, glibc: tuple[int, int]) -> list[str]:
    major, newest = glibc
    platforms = []
    for minor in range(newest, _OLDEST_GLIBC.get(machine, _OLDEST_GLIBC_ELSEWHERE) - 1, -1):
        platforms.append(f"manylinux_{major}_{minor}_{machine}")
        if minor in _LEGACY_PLATFORMS:
            platforms.append(f"{_LEGACY_PLATFORMS[minor]}_{machine}")
    return [*platforms, f"linux_{machine}"]
