"""What `poetry.lock` says, in one shape for every format from 0.12 to 2.1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from packaging.utils import NormalizedName

from scaffolder.model.manifest import Dependency


@dataclass(frozen=True, kw_only=True, slots=True)
class PackageSource:
    """Where a locked package comes from when it is not the default index."""

    #: `legacy` (an index), `git`, `directory`, `file` or `url`.
    kind: str
    url: str
    reference: str = ""
    subdirectory: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class LockedPackage:
    """One `[[package]]`. The same name may occur twice with different versions and markers."""

    name: NormalizedName
    version: str
    python_versions: str
    #: Only an extra of the root brings it in.
    optional: bool
    #: Groups that need it (format 2.1), None when the lock does not say.
    groups: tuple[str, ...] | None
    #: `main` or `dev` in formats up to 2.0 of Poetry 1.4, "" when the lock does not say.
    category: str
    #: PEP 508 marker per group; the key "*" holds for every group that is not named. Empty: always.
    markers: Mapping[str, str]
    dependencies: tuple[Dependency, ...]
    #: Extra of this package → names of the distributions that it brings in.
    extras: Mapping[str, tuple[NormalizedName, ...]]
    #: File names, None when the lock lists none (Poetry < 1.0, and a few broken locks: unknown, not "no files").
    files: tuple[str, ...] | None
    source: PackageSource | None
    #: A directory or git dependency that is installed as a link.
    develop: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Lock:
    """`poetry.lock`, parsed."""

    #: `0.12`, `1.0`, `1.1`, `2.0`, `2.1`.
    format: str
    #: Version of Poetry in the header, "" when the header is silent.
    generator: str
    python_versions: str
    #: "" when the lock has none.
    content_hash: str
    packages: tuple[LockedPackage, ...]
    #: Extras of the root → names, as the lock records them.
    extras: Mapping[str, tuple[NormalizedName, ...]]

    def version_of(self, name: str) -> str:
        """Version of the first locked package of that normalised name, "" when it is not locked."""
        return next((package.version for package in self.packages if package.name == name), "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """What an image runs: a Python, a machine and a C library."""

    #: `3.12`, or `3.12.4` when the patch release matters.
    python: str
    #: `x86_64` or `aarch64`.
    machine: str = "x86_64"
    #: glibc of the base image's Debian release, as (major, minor).
    glibc: tuple[int, int] = (2, 36)
