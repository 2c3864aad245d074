"""`scaffold.lock`: what was decided and written, with the pristine text of every generated file.

The text is the base of the next three-way merge, so an update needs no network, no git and no older `scaffold`. The
file is TOML, deterministic, and names no machine, user or time.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scaffolder.errors import ProjectError
from scaffolder.model.change import RenderedFile
from scaffolder.model.decision import Decisions, Json

FILE_NAME = "scaffold.lock"
FORMAT = 1

_HEADER = """\
# Written by scaffold; commit it beside poetry.lock, and do not edit it by hand.
# It holds what was decided, and the text of each file as it was generated: what differs from it is yours.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Blueprint:
    """The blueprint that was rendered: `source` is `built-in` or what `--blueprint` named."""

    name: str
    source: str
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """`scaffold.lock`, parsed."""

    scaffold: str
    blueprint: Blueprint
    #: Decision → value as `--json` shows it.
    values: Mapping[str, Json]
    #: Path → file as it was generated.
    files: Mapping[str, RenderedFile]


def digest(content: bytes) -> str:
    """The sha256 of a file's content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def dump_state(scaffold: str, blueprint: Blueprint, decisions: Decisions, files: Iterable[RenderedFile]) -> str:
    """The text of `scaffold.lock`: decisions in their own order, files sorted by path."""
    lines = [
        _HEADER,
        f"version = {FORMAT}",
        f"scaffold = {_literal(scaffold)}",
        "",
        "[blueprint]",
        f"name = {_literal(blueprint.name)}",
        f"source = {_literal(blueprint.source)}",
        f"version = {_literal(blueprint.version)}",
    ]
    for decision in decisions:
        lines += [
            "",
            "[[decision]]",
            f"name = {_literal(decision.key.name)}",
            f"value = {_literal(decision.key.dump(decision.value))}",
            f"source = {_literal(decision.source.word)}",
        ]
    for file in sorted(files, key=lambda file: file.path):
        lines += [
            "",
            "[[file]]",
            f"path = {_literal(file.path)}",
            f"mode = {_literal('755' if file.executable else '644')}",
            f"sha256 = {_literal(digest(file.text.encode()))}",
            f"text = {_text(file.text)}",
        ]
    return "\n".join(lines) + "\n"


def parse_state(text: str) -> State:
    """Read `scaffold.lock`. Raises ProjectError when it is broken, tampered with, or from a newer scaffold."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _broken(f"text that is not TOML ({error})") from None
    version = data.get("version")
    if isinstance(version, int) and version > FORMAT:
        raise ProjectError(
            FILE_NAME,
            key="version",
            code="state-too-new",
            found=f"format {version}",
            expected=f"format {FORMAT}, the newest that this scaffold knows",
            hint="Install the scaffold that wrote it, or a newer one.",
        )
    if version != FORMAT:
        raise _broken(f"version = {version!r}")
    try:
        files = {entry["path"]: _file(entry) for entry in data.get("file", [])}
        return State(
            scaffold=data["scaffold"],
            blueprint=Blueprint(**data["blueprint"]),
            values={entry["name"]: entry["value"] for entry in data.get("decision", [])},
            files=files,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise _broken(f"an incomplete entry ({error})") from None


def _file(entry: Mapping[str, str]) -> RenderedFile:
    if digest(entry["text"].encode()) != entry["sha256"]:
        raise _broken(f"a text of {entry['path']} that does not match its sha256")
    return RenderedFile(path=entry["path"], text=entry["text"], executable=entry["mode"] == "755")


def _broken(found: str) -> ProjectError:
    return ProjectError(
        FILE_NAME,
        code="state-broken",
        found=found,
        expected="the file as scaffold wrote it",
        hint=f"Restore it: `git checkout {FILE_NAME}`. Or delete it and run `scaffold init`, which will then treat the"
        " generated files as yours.",
    )


def _literal(value: Json) -> str:
    """A value as inline TOML."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case str():
            return f'"{_escape(value)}"'
        case list():
            return f"[{', '.join(map(_literal, value))}]"
        case dict():
            return "{" + ", ".join(f"{_literal(key)} = {_literal(item)}" for key, item in value.items()) + "}"
        case None:
            raise TypeError("TOML has no null")


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\"\\]")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\r": "\\r"}


def _escape(text: str) -> str:
    escaped = _CONTROL.sub(lambda match: _ESCAPES.get(match[0], f"\\u{ord(match[0]):04x}"), text)
    return escaped.replace("\t", "\\t").replace("\n", "\\n")


def _text(text: str) -> str:
    """A multi-line string: literal, so that it reads like the file, unless the text itself forbids that."""
    if "'''" in text or _CONTROL.search(text.replace('"', "").replace("\\", "")) or text.endswith("'"):
        return f'"{_escape(text)}"'
    return f"'''\n{text}'''"
