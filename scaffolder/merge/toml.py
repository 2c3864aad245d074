"""TOML as tables and keys.

The text is cut, not rewritten: a statement ends where `tomllib` can read it, so strings and arrays over several lines,
comments and spaces stay as they are, whoever wrote them.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from itertools import islice

from scaffolder.merge.lines import split
from scaffolder.merge.part import Part, end, numbered
from scaffolder.merge.tree import Format

#: A value that is not complete after this many closing brackets or quotes is not cut out.
_MOST_ATTEMPTS = 200
_CLOSERS = ("]", "}", '"""', "'''")

_HEAD = re.compile(r"\s*\[\[?(?P<name>[^#\n]+?)\]\]?\s*(?:#|$)")
_KEY = re.compile(r"""\s*(?P<name>(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[\w \t.-])+?)\s*=""")


def parse(text: str) -> Part | None:
    """The file as a branch of keys and of tables with keys; None where it is not TOML."""
    try:
        tomllib.loads(text)
        statements = _statements(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    if statements is None:
        return None
    parts, last = statements
    tables: list[Part] = []
    rest: list[Part] = []
    current: Part | None = None
    for part in parts:
        if not part.text.lstrip().startswith("["):
            rest.append(part)
            continue
        tables += _closed(current, rest)
        current, rest = replace(part, meaning=None, loose=part.kind == ""), []
    tables += _closed(current, rest)
    return Part(key="", lead="", text="", children=(*numbered(tables), end(last)))


def _closed(table: Part | None, keys: list[Part]) -> list[Part]:
    if table is None:
        return list(numbered(keys))
    return [replace(table, children=(*numbered(keys), end("")))]


def _statements(text: str) -> tuple[list[Part], str] | None:
    """Every key and every table head as a leaf, and what follows the last of them."""
    parts: list[Part] = []
    lead, pending = "", ""
    attempts = 0
    for line in split(text):
        if not pending and (not line.strip() or line.lstrip().startswith("#")):
            lead += line
            continue
        first = not pending
        pending += line
        if not first and not any(closer in line for closer in _CLOSERS):
            continue
        attempts = 1 if first else attempts + 1
        if attempts > _MOST_ATTEMPTS:
            return None
        try:
            data = tomllib.loads(pending)
        except tomllib.TOMLDecodeError:
            continue
        parts.append(_part(lead, pending, data))
        lead = pending = ""
    return None if pending else (parts, lead)


def _part(lead: str, text: str, data: dict[str, object]) -> Part:
    match = _HEAD.match(text) or _KEY.match(text)
    name = re.sub(r"""[\s"']""", "", match["name"]) if match else text.strip()
    listed = text.lstrip().startswith("[[")
    return Part(
        key=f"[{name}]" if text.lstrip().startswith("[") else name,
        name=name,
        lead=lead,
        text=text,
        meaning=repr(data),
        value=_value(text, match.end(), data) if match and match.re is _KEY else None,
        kind="table" if listed else "",
    )


def _value(text: str, start: int, data: dict[str, object]) -> tuple[int, int] | None:
    """Where the value of a statement on one line stands: up to the first sign that can open its comment."""
    if text.find("\n") != len(text) - 1:
        return None
    start += len(text[start:]) - len(text[start:].lstrip())
    for sign in islice(re.finditer("#", text), _MOST_ATTEMPTS):
        if _reads(text[: sign.start()], data):
            return start, len(text[: sign.start()].rstrip())
    return start, len(text.rstrip())


def _reads(text: str, data: dict[str, object]) -> bool:
    try:
        return tomllib.loads(text) == data
    except tomllib.TOMLDecodeError:
        return False


FORMAT = Format(parse=parse)
