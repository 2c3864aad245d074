"""`.env.example` as variables, each with the comment block above it."""

from __future__ import annotations

import re

from scaffolder.merge.lines import split
from scaffolder.merge.part import Part, end, numbered
from scaffolder.merge.tree import Format

#: A variable, or one that is only suggested: `# NAME=value`, the name right after the sign.
_VARIABLE = re.compile(r"(?P<off># ?)?(?:export[ \t]+)?(?P<name>[A-Za-z_][\w.-]*)[ \t]*=[ \t]*(?P<value>.*)")


def parse(text: str) -> Part:
    """The file as a branch of variables. A commented variable and a set one of the same name are two parts."""
    parts: list[Part] = []
    lead = ""
    lines = split(text)
    at = 0
    while at < len(lines):
        match = _VARIABLE.match(lines[at])
        stop = at + 1
        if match is None:
            lead += lines[at]
        else:
            stop = _closed(lines, at, match["value"])
            name = f"# {match['name']}" if match["off"] else match["name"]
            parts.append(
                Part(
                    key=name,
                    name=name,
                    lead=lead,
                    text="".join(lines[at:stop]),
                    meaning=(name, match["value"].rstrip(), *lines[at + 1 : stop]),
                    value=(match.start("value"), len(lines[at].rstrip())) if stop == at + 1 else None,
                    subject=name,
                )
            )
            lead = ""
        at = stop
    return Part(key="", lead="", text="", children=(*numbered(parts), end(lead)))


def _closed(lines: list[str], at: int, value: str) -> int:
    """The index after the line where a quoted value ends; a quote that is never closed ends with its own line."""
    quote = value[:1]
    if quote not in ("'", '"') or quote in value[1:]:
        return at + 1
    following = range(at + 1, min(at + 100, len(lines)))
    return next((index + 1 for index in following if quote in lines[index]), at + 1)


FORMAT = Format(parse=parse, yields=True)
