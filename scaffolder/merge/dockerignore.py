"""`.dockerignore` as lines. The last pattern that matches decides: order around `!` is kept."""

from __future__ import annotations

import re

from scaffolder.merge.lines import split
from scaffolder.merge.part import Part, end, numbered
from scaffolder.merge.tree import Format


def parse(text: str) -> Part:
    """The file as a branch of patterns, each with the comments above it."""
    parts: list[Part] = []
    lead = ""
    for line in split(text):
        pattern = line.strip()
        if not pattern or line.startswith("#"):
            lead += line
            continue
        parts.append(Part(key=pattern, name=pattern, lead=lead, text=line, meaning=pattern))
        lead = ""
    return Part(key="", lead="", text="", children=(*numbered(parts), end(lead)), ordered=True)


def _above(part: Part, own: Part) -> bool:
    """Whether scaffold's new pattern would undo the user's, which says the opposite of some of the same paths."""
    mine, its = str(own.meaning), str(part.meaning)
    if mine.startswith("!") == its.startswith("!"):
        return False
    heads = [re.split(r"[*?\[\\]", pattern.lstrip("!").lstrip("/"), maxsplit=1)[0] for pattern in (mine, its)]
    return heads[0].startswith(heads[1]) or heads[1].startswith(heads[0])


FORMAT = Format(parse=parse, above=_above)
