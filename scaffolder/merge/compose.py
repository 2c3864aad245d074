"""A Compose file as keys and list items, each with the comment block above it.

`ruamel.yaml` tells where everything stands; the text itself is cut, not rewritten, so quotes, anchors, comments, flow
collections and spaces stay as they are, whoever wrote them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scaffolder.merge.lines import split
from scaffolder.merge.part import Part, end, indented, numbered
from scaffolder.merge.tree import Format, merge_trees

#: Lists whose items stand for themselves, so that both sides may change different ones. Any other list (a command, a
#: health check's test) is one value: its items mean something only together.
_SETS = frozenset(
    {
        "annotations",
        "args",
        "cache_from",
        "cache_to",
        "cap_add",
        "cap_drop",
        "configs",
        "depends_on",
        "device_cgroup_rules",
        "devices",
        "dns",
        "dns_opt",
        "dns_search",
        "env_file",
        "environment",
        "expose",
        "external_links",
        "extra_hosts",
        "group_add",
        "include",
        "labels",
        "networks",
        "platforms",
        "ports",
        "profiles",
        "secrets",
        "security_opt",
        "tags",
        "tmpfs",
        "volumes",
        "volumes_from",
    }
)
#: Branches that are worth nothing without their children, and whose children each stand for themselves.
_LOOSE = _SETS | {"services"}
#: Keys whose children are variables, as a map or as a list of NAME=value.
_VARIABLES = frozenset({"annotations", "args", "environment", "labels"})
_MOST_DEPTH = 40

#: Plain scalars that are no strings: quoting one changes what it means.
_TYPED = re.compile(
    r"~?$|null$|true$|false$|yes$|no$|on$|off$|[yn]$|[-+]?\.?\d[\d_.]*(e[-+]?\d+)?$|0[xob][\da-f_]+$|[-+]?\.(inf|nan)$"
    r"|\d{4}-\d\d?-\d\d?|[-+]?\d+(:\d+)+$",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[A-Za-z_][\w./=-]*$")
_SUBSTITUTION = re.compile(r"\$\{[^{}]*\}")
_BLOCK = re.compile(r"[|>]([-+\d]*)[ \t]*(?:#.*)?$")
_NAME = re.compile(r"[\w.-]*\w[\w.-]*")
_DASH = re.compile(r"(\s*)-(?=\s|$)")


class _OtherShapeError(Exception):
    """The text is YAML that is not cut into parts here."""


@dataclass(frozen=True, slots=True)
class _Node:
    """A value. `canon` is equal for two values that mean the same; `last` is the last line that is part of it."""

    first: int
    column: int
    last: int
    canon: str
    end_column: int = 0
    #: The value of a scalar, None for a null and for a collection.
    scalar: str | None = None
    plain: bool = False
    #: Of a block collection: (key or None, value).
    items: _Items | None = None
    is_map: bool = False


_Items = tuple[tuple[_Node | None, _Node], ...]


def parse(text: str) -> Part | None:
    """The file as a branch of its keys; None where it is not one document with a block mapping of unique keys."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - it takes longer to import than most commands take
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    lines = split(text)
    if not text.strip() or any("\t" in line[: len(line) - len(line.lstrip())] for line in lines):
        return None
    try:
        root = _Composer(lines, YAML(pure=True).parse(text)).root()
        children, rest = _children(lines, root, 0, len(lines), -1, ("",))
    except (YAMLError, _OtherShapeError, RecursionError, ValueError, AttributeError, IndexError):
        return None
    children = (*children[:-1], replace(children[-1], lead=children[-1].lead + "".join(rest)))
    part = Part(key="", lead="", text="", children=children)
    return part if part.body() == text else None


class _Composer:
    """Events to nodes. Aliases stay aliases: nothing is expanded."""

    def __init__(self, lines: Sequence[str], events: Iterator[Any]) -> None:
        self._lines = lines
        self._events = events
        self._anchors: set[str] = set()

    def root(self) -> _Items:
        """The keys and values of the only document."""
        self._next("StreamStartEvent")
        self._next("DocumentStartEvent")
        node = self._node(next(self._events), 0)
        self._next("DocumentEndEvent")
        self._next("StreamEndEvent")
        if node.items is None or not node.is_map:
            raise _OtherShapeError
        return node.items

    def _next(self, kind: str) -> None:
        if type(next(self._events)).__name__ != kind:
            raise _OtherShapeError

    def _node(self, event: Any, depth: int) -> _Node:
        kind = type(event).__name__
        if depth > _MOST_DEPTH:
            raise _OtherShapeError
        if kind == "AliasEvent":
            if event.anchor not in self._anchors:
                raise _OtherShapeError
            last, stop = event.end_mark.line, event.end_mark.column
            return _Node(event.start_mark.line, event.start_mark.column, last, f"*{event.anchor}", stop)
        node = self._scalar(event) if kind == "ScalarEvent" else self._collection(event, kind, depth)
        if event.anchor is None and event.tag is None:
            return node
        if event.anchor is not None:
            self._anchors.add(event.anchor)
        return replace(node, canon=f"&{event.anchor} !{event.tag} {node.canon}")

    def _scalar(self, event: Any) -> _Node:
        line, column = event.start_mark.line, event.start_mark.column
        last, stop = event.end_mark.line, event.end_mark.column
        if event.style in ("|", ">"):
            last = self._end_of_block(line, column, not event.value.strip())
        elif (line, column) == (last, stop):
            last = -1
        typed = event.style is None and _TYPED.match(event.value)
        null = bool(typed) and event.value.lower() in ("", "~", "null")
        canon = f"{'=' if typed else ''}{'' if null else json.dumps(event.value)}"
        return _Node(line, column, last, canon, stop, None if null else event.value, event.style is None)

    def _end_of_block(self, line: int, column: int, empty: bool) -> int:
        """The last line of a literal or folded text: what is indented like its first, blank lines between included."""
        header = _BLOCK.search(self._lines[line], column)
        if header is None or any(sign.isdigit() for sign in header[1]):
            raise _OtherShapeError
        last, least = line, 0
        for index in range(line + 1, len(self._lines)):
            text = self._lines[index]
            if not text.strip():
                last = index if "+" in header[1] else last
                continue
            least = least or _column(text)
            if empty or _column(text) < least:
                break
            last = index
        return last

    def _collection(self, event: Any, kind: str, depth: int) -> _Node:
        is_map = kind == "MappingStartEvent"
        values: list[_Node] = []
        inner = next(self._events)
        while type(inner).__name__ not in ("MappingEndEvent", "SequenceEndEvent"):
            values.append(self._node(inner, depth + 1))
            inner = next(self._events)
        keys: list[_Node | None] = list(values[::2]) if is_map else [None] * len(values)
        values = values[1::2] if is_map else values
        names = [key.canon for key in keys if key]
        if len(set(names)) < len(names) or any(key and (key.scalar is None or key.items) for key in keys):
            raise _OtherShapeError
        pairs = tuple(zip(keys, values, strict=True))
        inner_canon = [f"{key.canon}:{value.canon}" if key else value.canon for key, value in pairs]
        canon = f"{{{','.join(sorted(inner_canon))}}}" if is_map else f"[{','.join(inner_canon)}]"
        line, column = event.start_mark.line, event.start_mark.column
        if event.flow_style:
            return _Node(line, column, inner.end_mark.line, canon, inner.end_mark.column, is_map=is_map)
        last = max(max(key.last if key else -1, value.last) for key, value in pairs)
        return _Node(line, column, last, canon, items=pairs, is_map=is_map)


def _children(
    lines: Sequence[str], items: _Items, start: int, stop: int, floor: int, path: tuple[str, ...]
) -> tuple[tuple[Part, ...], Sequence[str]]:
    """The children of a block collection that stands in lines[start:stop], and the lines after it that are not its."""
    firsts = [_first(lines, key, value) for key, value in items]
    column = _column(lines[firsts[0]])
    parts: list[Part] = []
    gap = lines[start : firsts[0]]
    for index, (key, value) in enumerate(items):
        below = firsts[index + 1] if index + 1 < len(firsts) else stop
        if _column(lines[firsts[index]]) != column or (key and key.column != column):
            raise _OtherShapeError
        part, rest = _child(lines, key, value, (firsts[index], below), path, column)
        parts.append(replace(part, lead="".join(gap)))
        gap = rest
    cut = 0
    for index, line in enumerate(gap):
        if not line.strip():
            continue
        if _column(line) < column or _column(line) <= floor or not line.lstrip().startswith("#"):
            break
        cut = index + 1
    return (*numbered(parts), end("".join(gap[:cut]), column)), gap[cut:]


def _child(
    lines: Sequence[str],
    key: _Node | None,
    value: _Node,
    at: tuple[int, int],
    path: tuple[str, ...],
    column: int,
) -> tuple[Part, Sequence[str]]:
    first, stop = at
    name, subject, meaning = _identity(key, value, path)
    kind = "service" if path == ("", "services") else "port" if key is None and path[-1] == "ports" else ""
    part = Part(key=name, name=name, lead="", text="", meaning=meaning, subject=subject, kind=kind, column=column)
    own = (key.scalar if key else None) or ""
    if not own or value.items is None or not (value.is_map or own in _SETS):
        last = max(value.last, key.last if key else first, first)
        text = "".join(lines[first : last + 1])
        span = (value.column, value.end_column) if first == value.first == last and value.last >= 0 else None
        return replace(part, text=text, value=span), lines[last + 1 : stop]
    below = _first(lines, *value.items[0])
    head = max(index for index in range(first, below) if index == first or not _idle(lines[index]))
    children, rest = _children(lines, value.items, head + 1, stop, column, (*path, own))
    branch = replace(
        part,
        text="".join(lines[first : head + 1]),
        children=children,
        loose=own in _LOOSE and path != ("", "services"),
        style=_style(own, value, path),
    )
    return branch, rest


def _identity(key: _Node | None, value: _Node, path: tuple[str, ...]) -> tuple[str, str, str]:
    """Key, subject and meaning of a child."""
    parent = path[-1]
    if key is not None:
        name = key.scalar or ""
        if parent in _VARIABLES and value.items is None and (value.scalar is not None or value.canon == "="):
            return name, name, _variable(name, value.scalar)
        if parent == "depends_on" and value.canon == '{"condition":"service_started"}':
            return name, name, name
        return name, "", value.canon
    text = value.scalar
    if text is None:
        return value.canon, _target(value), value.canon
    if parent in _VARIABLES:
        name, sign, content = text.partition("=")
        return name, name, _variable(name, content if sign else None)
    if parent == "depends_on":
        return text, text, text
    return text, _short_target(parent, text), value.canon


def _variable(name: str, value: str | None) -> str:
    return name if value is None else f"{name}={value}"


def _target(value: _Node) -> str:
    """What an item in the long form is about: the port, the place, the file."""
    found = {key.scalar: inner.scalar for key, inner in value.items or () if key and inner.scalar is not None}
    return next((f"{found[name]}" for name in ("target", "path", "source", "name") if name in found), "")


def _short_target(parent: str, text: str) -> str:
    """What an item in the short form is about: `8000` of `80:8000`, `/data` of `data:/data:ro`."""
    fields = _SUBSTITUTION.sub("", text).split(":")
    if parent == "ports":
        return fields[-1].partition("/")[0]
    if parent == "volumes" and len(fields) > 1:
        return fields[1]
    return text if parent == "env_file" else ""


def _style(own: str, value: _Node, path: tuple[str, ...]) -> str:
    """`map` or `list` where Compose reads either, and every child can be written either way."""
    if own not in (*_VARIABLES, "depends_on") or path == ("",):
        return ""
    return "map" if value.is_map else "list"


def adopted(part: Part, branch: Part) -> Part:
    """Scaffold's variable or dependency, written as the map or the list that the user made of theirs."""
    listed = _DASH.match(part.text) is not None
    name, sign, content = str(part.meaning).partition("=")
    depends = branch.name == "depends_on"
    if not branch.style or listed == (branch.style == "list") or not (depends or name == part.key):
        return part
    if branch.style == "list":
        text = f"- {_quoted(part.key if depends else str(part.meaning))}\n"
    elif depends:
        text = f"{part.key}:\n  condition: service_started\n"
    else:
        text = f"{part.key}: {json.dumps(content, ensure_ascii=False)}\n" if sign else f"{part.key}:\n"
    return replace(part, text=indented(text, part.column), children=None, value=None)


def _quoted(text: str) -> str:
    return text if _PLAIN.match(text) and not _TYPED.match(text) else json.dumps(text, ensure_ascii=False)


def blend(base: str, ours: str, theirs: str) -> str | None:
    """A list item that is a map is merged by its keys; any other value that both sides changed is a clash."""
    bare = [_DASH.sub(r"\1 ", text, count=1) if _DASH.match(text) else "" for text in (base, ours, theirs)]
    trees = [parse(text) for text in bare]
    if not (trees[0] and trees[1] and trees[2]):
        return None
    outcome = merge_trees(FORMAT, "", trees[0], trees[1], trees[2])
    column = len(ours) - len(ours.lstrip())
    if outcome.conflicts or outcome.text[: column + 1].strip():
        return None
    return f"{outcome.text[:column]}-{outcome.text[column + 1 :]}"


def services(root: Part) -> Sequence[Part]:
    """The services of a file."""
    found = [part.children for part in root.children or () if part.key == "services"]
    return [part for part in found[0] or () if part.kind == "service"] if found else ()


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The file with other names for services, also where one depends on another."""
    root = parse(text)
    return text if root is None else _renamed(root, names, False)


def _renamed(part: Part, names: Mapping[str, str], refers: bool) -> str:
    refers = refers or part.name == "depends_on"
    text = part.text
    if part.kind == "service" or refers:
        text = _NAME.sub(lambda match: names.get(match[0], match[0]), text)
    return part.lead + text + "".join(_renamed(child, names, refers) for child in part.children or ())


def _first(lines: Sequence[str], key: _Node | None, value: _Node) -> int:
    """The line on which a child begins: that of its key, or of its dash."""
    if key is not None:
        if lines[key.first][: key.column].strip():
            raise _OtherShapeError
        return key.first
    for index in range(min(value.first, len(lines) - 1), -1, -1):
        match = _DASH.match(lines[index])
        if match and (index < value.first or len(match[1]) < value.column):
            return index
        if index < value.first and not _idle(lines[index]):
            break
    raise _OtherShapeError


def _column(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _idle(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


FORMAT = Format(parse=parse, blend=blend, adopted=adopted, named=services, renamed=renamed)
