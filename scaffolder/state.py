"""`scaffold.lock`: what was decided and written, with the pristine text of every generated file.

The text is the base of the next three-way merge, so an update needs no network, no git and no older `scaffold`. The
file is TOML, deterministic, and names no machine, user or time.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from scaffolder.errors import ProjectError
from scaffolder.model.change import RenderedFile
from scaffolder.model.forbidden import STATE_FILE, why_not_rendered
from scaffolder.poetry.tables import Table, parse_toml
from scaffolder.reading.files import MOST_DOTS
from scaffolder.reading.fingerprint import Scope

if TYPE_CHECKING:
    from scaffolder.model.decision import Decision, Json

FILE_NAME = STATE_FILE
FORMAT = 1

_CONFLICT = re.compile(r"^<<<<<<< ", re.MULTILINE)
_KEEP = "keep"
_MODES = {"644": False, "755": True}
_WAY_OUT = (
    f"Restore it: git checkout HEAD -- {FILE_NAME}. After a merge that went wrong, take it from either side:"
    f" git checkout --ours {FILE_NAME}. Without git, delete it and run: scaffold init, which then takes files that you"
    " edited for yours."
)

_HEADER = """\
# Written by scaffold; commit it beside poetry.lock, and do not edit it by hand.
# It holds what was decided, and the text of each file as it was generated: what differs from it is yours.
"""
#: The last line: a lock that was cut off between two entries has none.
_END = "# The end."


@dataclass(frozen=True, kw_only=True, slots=True)
class Blueprint:
    """The blueprint that was rendered.

    `source` is `built-in` or what `--blueprint` named, `ref` what `--ref` said, and `version` what that came to: a
    commit, or `sha256:` and the digest of a folder or zip.
    """

    name: str
    source: str
    version: str
    ref: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fingerprint:
    """What the files were made from, as sha256: where all of it is equal, there is nothing to decide again."""

    #: All that was read of the project; see `reading/fingerprint.py`.
    project: str
    #: What was handed to the blueprint.
    answers: str
    #: The files of the blueprint.
    blueprint: str
    #: What `project` covers besides the project's folder.
    scope: Scope = field(default_factory=Scope)


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """`scaffold.lock`, parsed."""

    scaffold: str
    blueprint: Blueprint
    #: Decision → value as `--json` shows it.
    values: Mapping[str, Json]
    #: Decision → the word for where its value came from.
    sources: Mapping[str, str] = field(default_factory=dict)
    #: Decision that somebody made → what would have been inferred.
    inferred: Mapping[str, Json] = field(default_factory=dict)
    #: None where a scaffold wrote the lock that knew none, or git merged it.
    fingerprint: Fingerprint | None = None
    #: Path → file as it was generated.
    files: Mapping[str, RenderedFile]
    #: Files that scaffold would write and that the user keeps as they are; none of them is among `files`.
    kept: frozenset[str] = frozenset()


def has_conflict(text: str) -> bool:
    """Whether git left conflicts in the text of a lock; `state_conflict` makes it whole."""
    return _CONFLICT.search(text) is not None


def digest(content: bytes) -> str:
    """The sha256 of a file's content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def dump_state(
    scaffold: str,
    blueprint: Blueprint,
    decisions: Iterable[Decision[Any]],
    files: Iterable[RenderedFile],
    kept: Collection[str] = (),
    *,
    fingerprint: Fingerprint | None = None,
    inferred: Mapping[str, Json] | None = None,
) -> str:
    """The text of `scaffold.lock`: decisions in their own order, files sorted by path.

    Of a file that the user keeps only the path is recorded: what scaffold would have written is no base of a merge.
    `inferred` holds what would have been decided without the user.
    """
    inferred = inferred or {}
    lines = [
        _HEADER,
        f"version = {FORMAT}",
        f"scaffold = {_literal(scaffold)}",
        "",
        "[blueprint]",
        f"name = {_literal(blueprint.name)}",
        f"source = {_literal(blueprint.source)}",
        f"version = {_literal(blueprint.version)}",
        *([f"ref = {_literal(blueprint.ref)}"] if blueprint.ref else []),
        *(_fingerprint_lines(fingerprint) if fingerprint else ()),
    ]
    for decision in decisions:
        lines += [
            "",
            "[[decision]]",
            f"name = {_literal(decision.key.name)}",
            f"value = {_literal(decision.key.dump(decision.value))}",
            f"source = {_literal(decision.source.word)}",
        ]
        if decision.key.name in inferred:
            lines.append(f"inferred = {_literal(inferred[decision.key.name])}")
    entries = {path: [f"status = {_literal(_KEEP)}"] for path in kept}
    entries |= {file.path: _entry(file) for file in files if file.path not in entries}
    for path in sorted(entries):
        lines += ["", "[[file]]", f"path = {_literal(path)}", *entries[path]]
    lines += ["", _END]
    return "\n".join(lines) + "\n"


def parse_state(text: str) -> State:
    """Read `scaffold.lock`, whatever its line ends.

    Raises ProjectError when it is broken, tampered with, left with conflicts by git (see `state_conflict`), or from a
    newer scaffold: each with the way out.
    """
    return _state(text, exact=True)


def missing() -> ProjectError:
    """The error of a command that needs `scaffold.lock`, where there is none."""
    return ProjectError(
        FILE_NAME,
        code="no-state",
        found="no such file",
        expected="what scaffold init wrote",
        hint="Run: scaffold init",
    )


def parse_merged(text: str) -> State:
    """As `parse_state`, for what git made of two locks: a text need not match its sha256, and a path may come twice."""
    return _state(text, exact=False)


def _fingerprint_lines(fingerprint: Fingerprint) -> list[str]:
    scope = fingerprint.scope
    lines = ["", "[fingerprint]"]
    lines += [f"{name} = {_literal(getattr(fingerprint, name))}" for name in ("project", "answers", "blueprint")]
    lines += [f"outside = {_literal(list(scope.outside))}"] if scope.outside else []
    lines += [f"named = {_literal(list(scope.named))}"] if scope.named else []
    lines += [f"levels = {scope.levels}"] if scope.levels else []
    lines += [f"folder = {_literal(scope.folder)}"] if scope.folder else []
    return lines


def _entry(file: RenderedFile) -> list[str]:
    return [
        f"mode = {_literal('755' if file.executable else '644')}",
        f"sha256 = {_literal(digest(file.text.encode()))}",
        f"text = {_text(file.text)}",
    ]


def _state(text: str, *, exact: bool) -> State:
    try:
        data = _table(text)
        _require_known_format(data)
        if not text.rstrip().endswith(_END):
            raise broken("no end: it was cut off", expected=f"{_END!r} in the last line")
        return _checked(data, exact=exact)
    except ProjectError as error:
        if error.code != "invalid-file":
            raise
        raise broken(error.found, key=error.key, expected=error.expected) from None


def _table(text: str) -> Table:
    if not text.strip():
        raise broken("an empty file")
    if conflict := _CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        raise ProjectError(
            FILE_NAME,
            code="state-conflict",
            found=f"a merge conflict in line {line}",
            expected="a file without <<<<<<<",
            hint="Resolve the conflicts in the other files and leave this one: scaffold update takes it from both"
            " sides.",
        )
    if any(line.count(".") > MOST_DOTS for line in text.split("\n")):
        raise broken("a line with thousands of dots")
    return Table(parse_toml(text.removeprefix("\ufeff"), FILE_NAME), FILE_NAME)


def _require_known_format(data: Table) -> None:
    version = data.integer("version")
    scaffold = data.string("scaffold")
    if version > FORMAT:
        raise ProjectError(
            FILE_NAME,
            key="version",
            code="state-too-new",
            found=f"format {version}, written by scaffold {scaffold or 'of an unknown version'}",
            expected=f"format {FORMAT}, the newest that this scaffold knows",
            hint=f"Install scaffold {scaffold or 'in the version that wrote it'}, or a newer one.",
        )
    if version != FORMAT:
        raise broken(f"format {version}", key="version")


def _checked(data: Table, *, exact: bool) -> State:
    blueprint = data.table("blueprint")
    files: dict[str, RenderedFile] = {}
    kept: set[str] = set()
    for entry in data.tables("file"):
        path = _path(entry)
        if exact and (path in files or path in kept):
            raise broken(f"{path} a second time", key=entry.at("path"))
        if entry.string("status") == _KEEP:
            kept.add(path)
        else:
            files[path] = _file(entry, path, exact=exact)
    return State(
        scaffold=data.required_string("scaffold"),
        blueprint=Blueprint(
            name=blueprint.required_string("name"),
            source=blueprint.required_string("source"),
            version=blueprint.required_string("version"),
            ref=blueprint.string("ref"),
        ),
        values=dict(map(_value, data.tables("decision"))),
        sources={entry.required_string("name"): entry.string("source") for entry in data.tables("decision")},
        inferred={
            entry.required_string("name"): cast("Json", entry.value("inferred"))
            for entry in data.tables("decision")
            if "inferred" in entry
        },
        fingerprint=_fingerprint(data.table("fingerprint")) if exact and "fingerprint" in data else None,
        files={path: file for path, file in files.items() if path not in kept},
        kept=frozenset(kept),
    )


def _fingerprint(entry: Table) -> Fingerprint:
    return Fingerprint(
        project=entry.required_string("project"),
        answers=entry.required_string("answers"),
        blueprint=entry.required_string("blueprint"),
        scope=Scope(
            outside=tuple(entry.strings("outside")),
            named=tuple(entry.strings("named")),
            levels=entry.integer("levels"),
            folder=entry.string("folder"),
        ),
    )


def _value(entry: Table) -> tuple[str, Json]:
    if "value" not in entry:
        raise broken("a decision without a value", key=entry.at("value"))
    return entry.required_string("name"), cast("Json", entry.value("value"))


def _path(entry: Table) -> str:
    path = entry.required_string("path")
    if reason := why_not_rendered(path):
        raise broken(f"{path!r}, but {reason}", key=entry.at("path"))
    if entry.string("status", _KEEP) != _KEEP:
        raise broken(f"the status {entry.string('status')!r}", key=entry.at("status"), expected=f'"{_KEEP}", or none')
    return path


def _file(entry: Table, path: str, *, exact: bool) -> RenderedFile:
    text = entry.required_string("text")
    mode = entry.required_string("mode")
    if mode not in _MODES:
        raise broken(f"the mode {mode!r}", key=entry.at("mode"), expected=" or ".join(_MODES))
    if entry.required_string("sha256") != digest(text.encode()) and exact:
        raise broken(f"a text of {path} that does not match its sha256", key=entry.at("text"))
    return RenderedFile(path=path, text=text, executable=_MODES[mode])


def broken(found: str, *, key: str = "", expected: str = "") -> ProjectError:
    """The error for a lock that is not as scaffold wrote it, with the ways out."""
    expected = expected or "the file as scaffold wrote it"
    return ProjectError(FILE_NAME, key=key, code="state-broken", found=found, expected=expected, hint=_WAY_OUT)


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
