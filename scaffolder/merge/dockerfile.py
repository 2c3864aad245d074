"""A Dockerfile as stages and instructions, each with the comment block above it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scaffolder.dockerfile import Instruction, UnreadableError, is_idle, parse_dockerfile
from scaffolder.merge.lines import Chunk, split, three_way
from scaffolder.merge.part import Part, end, numbered
from scaffolder.merge.tree import Format

#: Instructions of which the last counts: two of them in one stage are one, edited.
_ONCE = frozenset({"FROM", "CMD", "ENTRYPOINT", "HEALTHCHECK", "STOPSIGNAL"})
_NAMED = frozenset({"ENV", "ARG", "LABEL"})
_NAME = re.compile(r"""\s*"?([^\s="]+)""")
#: An instruction on one line, up to its arguments.
_WORD = re.compile(r"[ \t]*[A-Za-z]+[ \t]+(?=[^\n]*\n?\Z)")
#: Where a stage is named: as a base, as itself, as a source.
_STAGE_USED = tuple(
    re.compile(rf"({before})([\w.-]+)(?=[\s,]|$)", re.IGNORECASE | re.MULTILINE)
    for before in (r"^FROM[ \t]+(?:--\S+[ \t]+)*", r"^FROM[ \t].*[ \t]AS[ \t]+", r"\bfrom=")
)
_STAGE_NAME = re.compile(r"\sAS\s+(\S+)\s*$", re.IGNORECASE)

#: A line that is one of a list, such as a package or a variable: two of them may stand in any order.
_ITEM = re.compile(r"\s+(?![-&|;])[^\s&|;<>()]+$")


def parse(text: str) -> Part | None:
    """The file as a branch of what stands before the first FROM, and of stages; None where it is not a Dockerfile."""
    try:
        file = parse_dockerfile(text)
    except UnreadableError:
        return None
    parts: list[Part] = []
    stage: list[Part] = []
    for found in file.instructions:
        if found.word == "FROM":
            parts += _stage(stage)
            stage = [_part(found)]
        else:
            (stage or parts).append(_part(found))
    parts += _stage(stage)
    return Part(key="", lead="", text="", children=(*numbered(parts), end(file.tail)), ordered=True)


def _part(found: Instruction) -> Part:
    word, meaning = found.word, f"{found.rest}\n{found.body}" if found.body else " ".join(found.rest.split())
    name = _NAME.match(found.rest)
    before = _WORD.match(found.text)
    subject = word if word in _ONCE else f"{word} {name[1]}" if word in _NAMED and name else ""
    return Part(
        key=f"{word} {meaning}",
        name=f"{word} {name[1]}" if name and word in _NAMED else word,
        lead=found.lead,
        text=found.text,
        meaning=(word, meaning),
        value=(before.end(), len(found.text.rstrip())) if before else None,
        subject=subject,
        kind=word,
    )


def _stage(instructions: list[Part]) -> list[Part]:
    if not instructions:
        return []
    source = str(instructions[0].key)
    named = _STAGE_NAME.search(source)
    stage = Part(
        key=named[1].lower() if named else source,
        name=f"stage {named[1]}" if named else source,
        lead="",
        text="",
        children=(*numbered(instructions), end("")),
        kind="stage",
        ordered=True,
    )
    return [stage]


def blend(base: str, ours: str, theirs: str) -> str | None:
    """An instruction over several lines that both sides changed, by line; None where they clash.

    Whether a line is followed by another is not part of it. Neighbouring lines of which each side changed its own do
    not clash, and lines of a list (packages, variables) that both sides add at one place are all kept.
    """
    if any("<<" in text for text in (base, ours, theirs)):
        return None
    sides = [split(text) for text in (base, ours, theirs)]
    if min(len(lines) for lines in sides) < 2:
        return None
    merged: list[str] = []
    for chunk in three_way(sides[0], sides[1], sides[2], same=_bare):
        lines = chunk.merged if chunk.merged is not None else _in_place(chunk) or _both_items(chunk)
        if lines is None:
            return None
        merged += lines
    return "".join(_continued(merged, "`" if all(_ends_in(text, "`") for text in (ours, theirs)) else "\\"))


def _bare(line: str) -> str:
    return _bare_right(line).strip()


def _ends_in(text: str, escape: str) -> bool:
    return text.partition("\n")[0].rstrip().endswith(escape)


def _in_place(chunk: Chunk) -> list[str] | None:
    """As many lines as before on both sides, and no line that both changed: each from the side that changed it."""
    if not len(chunk.base) == len(chunk.ours) == len(chunk.theirs):
        return None
    merged = []
    for base, ours, theirs in zip(chunk.base, chunk.ours, chunk.theirs, strict=True):
        if _bare(base) not in (_bare(ours), _bare(theirs)):
            return None
        merged.append(theirs if _bare(ours) == _bare(base) else ours)
    return merged


def _both_items(chunk: Chunk) -> list[str] | None:
    if chunk.base or not all(_ITEM.match(_bare_right(line)) for line in (*chunk.ours, *chunk.theirs)):
        return None
    known = {_bare(line) for line in chunk.theirs}
    return [*chunk.theirs, *(line for line in chunk.ours if _bare(line) not in known)]


def _bare_right(line: str) -> str:
    line = line.rstrip()
    return line[:-1].rstrip() if line.endswith(("\\", "`")) else line


def _continued(lines: list[str], escape: str) -> Iterator[str]:
    """The lines with the sign that another follows on all but the last; comments between them need none."""
    last = max((index for index, line in enumerate(lines) if not is_idle(line)), default=-1)
    for index, line in enumerate(lines[: last + 1]):
        if is_idle(line) or (index < last and line.rstrip().endswith(escape)):
            yield line
        elif index < last:
            yield f"{line.rstrip()} {escape}\n"
        else:
            yield f"{_bare_right(line)}\n"


def stages(root: Part) -> list[Part]:
    """The stages of a file."""
    return [part for part in root.children or () if part.kind == "stage"]


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The file with other names for stages, also where another stage uses them."""
    for used in _STAGE_USED:
        text = used.sub(lambda match: match[1] + names.get(match[2].lower(), match[2]), text)
    return text


FORMAT = Format(parse=parse, blend=blend, named=stages, renamed=renamed)
