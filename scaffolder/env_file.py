"""The syntax of `.env` files, as Docker Compose reads them.

https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_START = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*[=:][ \t]*")
_SINGLE = re.compile(r"'((?:\\.|[^'\\])*)'", re.DOTALL)
_DOUBLE = re.compile(r'"((?:\\.|[^"\\])*)"', re.DOTALL)
_COMMENT = re.compile(r"(?:^|[ \t])#.*")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_BARE = re.compile(r"[\w@%+=:,./?&~^!*()\[\]{}|;<>-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A variable and its value: without quotes, escapes and the comment behind it, with nothing interpolated."""

    name: str
    value: str


def assignments(text: str) -> Iterator[Assignment]:
    """Every assignment of a file, in order. What is no assignment is passed over."""
    return (item for _, item in logical_lines(text) if item is not None)


def logical_lines(text: str) -> Iterator[tuple[str, Assignment | None]]:
    """Each line without its end, and the assignment in it; a quoted value may span lines, which then are one.

    A byte order mark and any kind of line end are allowed.
    """
    start = 1 if text.startswith("\ufeff") else 0
    while start < len(text):
        match = _START.match(text, start)
        value, end = _value(text, match.end()) if match else ("", start)
        stop = text.find("\n", end)
        stop = len(text) if stop < 0 else stop
        yield text[start:stop].removesuffix("\r"), Assignment(match[1], value) if match else None
        start = stop + 1


def _value(text: str, start: int) -> tuple[str, int]:
    """The value that begins at `start`, and where it ends."""
    if match := _SINGLE.match(text, start):
        return match[1], match.end()
    if match := _DOUBLE.match(text, start):
        return re.sub(r"\\(.)", lambda item: _ESCAPES.get(item[1], item[1]), match[1], flags=re.DOTALL), match.end()
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    return _COMMENT.sub("", text[start:end]).strip(), end


def quoted(value: str) -> str:
    """A value as such a file holds it: bare where it can be, else in quotes in which nothing is interpolated."""
    if _BARE.fullmatch(value):
        return value
    if not {"'", "\\"}.intersection(value):
        return f"'{value}'"
    return '"' + re.sub(r'([\\"$])', r"\\\1", value) + '"'
