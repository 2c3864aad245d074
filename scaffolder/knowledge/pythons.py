"""Releases of CPython, and which official images exist for them.

Sources, read in November 2026:
- dates: peps.python.org/api/release-cycle.json, the machine-readable form of PEP 494, 537, 569, 596, 619, 664, 693,
  719, 745 and 790; a month without a day ends with the month. 3.15.0 is taken from the schedule of PEP 790;
- newest patch releases: endoflife.date/python, a copy of August 2026; later ones are not known here;
- images: every `ENV PYTHON_VERSION` in the history of github.com/docker-library/python up to June 2026, by Debian
  release. No image was ever withdrawn; a release that is no longer built keeps its last tag.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

#: The platform of most servers,
AMD64 = "linux/amd64"
#: and each that an image is meant for, by Docker's name → Python's name of the machine. The official images have more.
MACHINES: Mapping[str, str] = {AMD64: "x86_64", "linux/arm64": "aarch64"}

#: The day on which this table was true.
AS_OF = date(2026, 11, 20)


@dataclass(frozen=True, kw_only=True, slots=True)
class Python:
    """A minor series of CPython."""

    #: `3.12`.
    minor: str
    first_release: date
    end_of_life: date
    #: Number of the newest patch release known to this table.
    newest_patch: int

    @property
    def newest(self) -> str:
        """The newest patch release: `3.12.14`."""
        return f"{self.minor}.{self.newest_patch}"

    @property
    def is_end_of_life(self) -> bool:
        """Whether it got no more fixes when this table was made."""
        return self.end_of_life < AS_OF


@dataclass(frozen=True, kw_only=True, slots=True)
class Debian:
    """A Debian release that official Python images are built on."""

    suite: str
    version: int
    #: As (major, minor); decides which manylinux wheels install. Source: packages.debian.org, package libc6.
    glibc: tuple[int, int]
    #: Patch releases with an image, by minor: first and last number; None when images are still built.
    images: Mapping[str, tuple[int, int | None]]


def _python(minor: str, first_release: str, end_of_life: str, newest_patch: int) -> Python:
    return Python(
        minor=minor,
        first_release=date.fromisoformat(first_release),
        end_of_life=date.fromisoformat(end_of_life),
        newest_patch=newest_patch,
    )


#: Oldest first.
PYTHONS: Mapping[str, Python] = {
    python.minor: python
    for python in (
        _python("3.6", "2016-12-23", "2021-12-23", 15),
        _python("3.7", "2018-06-27", "2023-06-27", 17),
        _python("3.8", "2019-10-14", "2024-10-07", 20),
        _python("3.9", "2020-10-05", "2025-10-31", 25),
        _python("3.10", "2021-10-04", "2026-10-31", 21),
        _python("3.11", "2022-10-24", "2027-10-31", 16),
        _python("3.12", "2023-10-02", "2028-10-31", 14),
        _python("3.13", "2024-10-07", "2029-10-31", 15),
        _python("3.14", "2025-10-07", "2030-10-31", 7),
        _python("3.15", "2026-10-01", "2031-10-31", 0),
    )
}

#: Newest series that has been out for 18 months. Wheels are counted from the lock, but whether pure Python code has
#: caught up with a release cannot be counted: 3.14, say, makes no event loop in `asyncio.get_event_loop()` any more.
NEWEST_SETTLED = "3.13"

#: Oldest first.
DEBIAN: Mapping[str, Debian] = {
    debian.suite: debian
    for debian in (
        Debian(
            suite="buster",
            version=10,
            glibc=(2, 28),
            images={
                "3.6": (9, 15),
                "3.7": (4, 17),
                "3.8": (0, 17),
                "3.9": (0, 17),
                "3.10": (0, 12),
                "3.11": (0, 4),
            },
        ),
        Debian(
            suite="bullseye",
            version=11,
            glibc=(2, 31),
            images={
                "3.6": (14, 15),
                "3.7": (11, 17),
                "3.8": (11, 20),
                "3.9": (6, 23),
                "3.10": (0, 18),
                "3.11": (0, 13),
                "3.12": (0, 11),
                "3.13": (0, 6),
            },
        ),
        Debian(
            suite="bookworm",
            version=12,
            glibc=(2, 36),
            images={
                "3.7": (17, 17),
                "3.8": (17, 20),
                "3.9": (17, 25),
                "3.10": (12, None),
                "3.11": (4, None),
                "3.12": (0, None),
                "3.13": (0, None),
                "3.14": (0, None),
                "3.15": (0, None),
            },
        ),
        Debian(
            suite="trixie",
            version=13,
            glibc=(2, 41),
            images={
                "3.9": (23, 25),
                "3.10": (18, None),
                "3.11": (13, None),
                "3.12": (11, None),
                "3.13": (6, None),
                "3.14": (0, None),
                "3.15": (0, None),
            },
        ),
    )
}


def full_version(python: str) -> str:
    """`3.12` with the newest patch release that is known, `3.12.4` as it is; a series not in the table gets `.0`."""
    if python.count(".") > 1:
        return python
    known = PYTHONS.get(python)
    return known.newest if known else f"{python}.0"


def suites_of(python: str) -> tuple[str, ...]:
    """Debian releases with an official image for `3.12` or `3.12.4`, newest first; () when there is none.

    For `3.12` the image must hold the newest patch release: `python:3.12-slim-bullseye` exists but is stale.
    """
    minor, patch = _split(full_version(python))
    return tuple(
        debian.suite
        for debian in reversed(tuple(DEBIAN.values()))
        if minor in debian.images and _covers(debian.images[minor], patch)
    )


def _split(version: str) -> tuple[str, int]:
    major, minor, patch = version.split(".")[:3]
    return f"{major}.{minor}", int(patch)


def _covers(images: tuple[int, int | None], patch: int) -> bool:
    first, last = images
    return first <= patch and (last is None or patch <= last)
