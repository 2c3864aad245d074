"""The exact versions of Poetry's own dependencies, one file per version of Poetry.

Source: `scripts/refresh_poetry_constraints.py`, which resolves them for every Python that the version supports.
A pinned Poetry whose dependencies float is no pin: python-poetry/poetry#6300, #3650 and #7878 broke so.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

#: Where the files are: `<version of Poetry>.txt`, lines of `name==version` with an optional marker, sorted by name.
FOLDER = Path(__file__).resolve().parent


@cache
def pins_for(poetry: str, python: str) -> tuple[str, ...]:
    """Every dependency of that Poetry on that Python (`3.12` or `3.12.4`) on Linux, as `name==version` sorted by name.

    The list is complete: `pip install --no-deps poetry==... <pins>` is a working Poetry. () when no pins are known
    for that version.
    """
    if not has_pins(poetry):
        return ()
    return applicable((FOLDER / f"{poetry}.txt").read_text(encoding="utf-8").splitlines(), python)


def has_pins(poetry: str) -> bool:
    """Whether the pins of that version of Poetry are known."""
    return (FOLDER / f"{poetry}.txt").is_file()


def applicable(pins: Iterable[str], python: str) -> tuple[str, ...]:
    """Those of the pins whose marker holds on that Python on Linux, without it, in the order given."""
    from packaging.requirements import Requirement  # noqa: PLC0415 - costs 30 ms, and only a Dockerfile needs it

    environment = _environment(python)
    return tuple(
        f"{requirement.name}{requirement.specifier}"
        for requirement in map(Requirement, pins)
        if requirement.marker is None or requirement.marker.evaluate(environment)
    )


def _environment(python: str) -> dict[str, str]:
    minor = ".".join(python.split(".")[:2])
    full = python if python.count(".") == 2 else f"{python}.99"  # the tag of a minor release is its newest patch
    return {
        "implementation_name": "cpython",
        "implementation_version": full,
        "os_name": "posix",
        "platform_machine": "",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": full,
        "python_version": minor,
        "sys_platform": "linux",
        "extra": "",
    }
