"""Small files beside the manifest that say how the project runs: Python pins, Procfile, poetry.toml, Streamlit's."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

from packaging.utils import canonicalize_name

from scaffolder.model.project import ProcfileEntry, PythonPin
from scaffolder.poetry.tables import Table, wrong

PROCFILE = "Procfile"
POETRY_SETTINGS = "poetry.toml"
STREAMLIT_SETTINGS = ".streamlit/config.toml"

#: File → the line that pins CPython in it. The group is the version; `3` alone, PyPy, `system` and paths pin nothing.
_PINS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (".python-version", re.compile(r"\s*(?:c?python[-@])?(\d+\.\d+(?:\.\d+)?)(?:-dev)?\s*(?:#.*)?")),
    (".tool-versions", re.compile(r"\s*python\s+(\d+\.\d+(?:\.\d+)?)(?:-dev)?(?:\s.*)?")),
    ("runtime.txt", re.compile(r"\s*python-(\d+\.\d+(?:\.\d+)?)\s*(?:#.*)?")),
)
PIN_FILES = tuple(path for path, _ in _PINS)
_PROCESS = re.compile(r"([A-Za-z0-9_-]+):[ \t]*(\S.*?)\s*")


def python_pins(texts: Mapping[str, str]) -> tuple[PythonPin, ...]:
    """The first CPython that each version file names: pyenv and asdf run the first, the others are fallbacks."""
    return tuple(pin for path, line in _PINS if (pin := _pin(path, line, texts.get(path, ""))))


def procfile(text: str) -> tuple[ProcfileEntry, ...]:
    """The processes of a Procfile, in file order; lines that declare none are left out."""
    matches = ((number, _PROCESS.fullmatch(line)) for number, line in enumerate(text.splitlines(), start=1))
    return tuple(
        ProcfileEntry(name=match[1], command=match[2], words=_words(match[2]), line=number)
        for number, match in matches
        if match is not None
    )


def _words(command: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(command))
    except ValueError:
        return ()


def streamlit_port(data: Mapping[str, object]) -> int:
    """`server.port` of Streamlit's configuration, 0 when silent. Raises ProjectError for what is no port."""
    server = Table(data, STREAMLIT_SETTINGS).table("server")
    port = server.integer("port")
    if "port" in server and not 0 < port < 65536:
        raise server.wrong("port", "a port from 1 to 65535", f"write port = 8501 in {STREAMLIT_SETTINGS}")
    return port


def binary_policy(data: Mapping[str, object], key: str) -> tuple[str, ...]:
    """`installer.no-binary` or `installer.only-binary` of poetry.toml: normalised names, or `:all:` alone.

    Poetry takes a boolean, a text with commas, or a list. Raises ProjectError for anything else.
    """
    installer = Table(data, POETRY_SETTINGS).table("installer")
    value = installer.value(key)
    if isinstance(value, bool):
        return (":all:",) if value else ()
    if value is not None and not isinstance(value, str | list):
        expected = 'true, false, or names such as "numpy,pandas"'
        raise wrong(POETRY_SETTINGS, installer.at(key), value, expected, f"poetry config --local installer.{key} numpy")
    names = [name.strip() for text in installer.string_or_strings(key) for name in text.split(",")]
    if ":all:" in names:
        return (":all:",)
    return tuple(sorted({canonicalize_name(name) for name in names if name and name != ":none:"}))


def _pin(path: str, pattern: re.Pattern[str], text: str) -> PythonPin | None:
    for number, line in enumerate(text.splitlines(), start=1):
        if match := pattern.fullmatch(line):
            return PythonPin(path=path, line=number, version=match[1])
    return None
