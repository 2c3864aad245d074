"""A Dockerfile as stages and instructions, each with the comment block above it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scaffolder.merge.lines import Chunk, split, three_way
from scaffolder.merge.part import Part, end, numbered
from scaffolder.merge.tree import Format

_WORD = re.compile(r"\s*([A-Za-z]+)(?:\s|$)")
_ESCAPE = re.compile(r"#\s*escape\s*=\s*(\S)\s*$", re.IGNORECASE)
_DIRECTIVE = re.compile(r"#\s*\w+\s*=")
#: A word that opens a here-document, as BuildKit reads it: `<<EOF`, `<<-"EOF"`, `3<<EOF`, and not `<<<`.
_HEREDOC = re.compile(
    r"""(?:^|[\s;&|(])\d*<<(?P<dash>-?)(?P<quote>["']?)(?P<end>[^\s<>"';&|()]+)(?P=quote)(?=$|[\s;&|)])"""
)
_WITH_HEREDOC = frozenset({"RUN", "COPY", "ADD"})

#: Instructions of which the last counts: two of them in one stage are one, edited.
_ONCE = frozenset({"FROM", "CMD", "ENTRYPOINT", "HEALTHCHECK", "STOPSIGNAL"})
_NAMED = frozenset({"ENV", "ARG", "LABEL"})
_NAME = re.compile(r"""\s*"?([^\s="]+)""")
#: Where a stage is named: as a base, as itself, as a source.
_STAGE_USED = tuple(
    re.compile(rf"({before})([\w.-]+)(?=[\s,]|$)", re.IGNORECASE | re.MULTILINE)
    for before in (r"^FROM[ \t]+(?:--\S+[ \t]+)*", r"^FROM[ \t].*[ \t]AS[ \t]+", r"\bfrom=")
)
_STAGE_NAME = re.compile(r"\sAS\s+(\S+)\s*$", re.IGNORECASE)

#: A line that is one of a list, such as a package or a variable: two of them may stand in any order.
_ITEM = re.compile(r"\s+(?![-&|;])[^\s&|;<>()]+$")


@dataclass(frozen=True, slots=True)
class _Instruction:
    word: str
    lead: str
    text: str
    #: Everything after the word on one line, comments and line breaks left out.
    rest: str


def parse(text: str) -> Part | None:
    """The file as a branch of what stands before the first FROM, and of stages; None where it is not a Dockerfile."""
    lines = split(text)
    escape = _escape(lines)
    parts: list[Part] = []
    stage: list[Part] = []
    last = ""
    for found in _instructions(lines, escape):
        if found is None:
            return None
        if not found.word:
            last = found.lead
            continue
        if found.word == "FROM":
            parts += _stage(stage)
            stage = [_part(found)]
        else:
            (stage or parts).append(_part(found))
    parts += _stage(stage)
    return Part(key="", lead="", text="", children=(*numbered(parts), end(last)), ordered=True)


def _escape(lines: list[str]) -> str:
    for line in lines:
        if not _DIRECTIVE.match(line):
            break
        match = _ESCAPE.match(line)
        if match:
            return match[1]
    return "\\"


def _instructions(lines: list[str], escape: str) -> Iterator[_Instruction | None]:
    """Every instruction, then one without a word that holds what follows the last; None where the text is no such."""
    continued = re.compile(rf"{re.escape(escape)}[ \t]*$")
    lead = ""
    at = 0
    while at < len(lines):
        if _idle(lines[at]):
            lead += lines[at]
            at += 1
            continue
        word = _WORD.match(lines[at])
        stop = _end_of_line(lines, at, continued)
        joined = " ".join(continued.sub("", line).strip() for line in lines[at:stop] if not _idle(line))
        after = _after_heredocs(lines, stop, joined) if word and word[1].upper() in _WITH_HEREDOC else stop
        if word is None or after is None:
            yield None
            return
        body = "".join(lines[stop:after])
        rest = joined.partition(word[1])[2].strip()
        yield _Instruction(word[1].upper(), lead, "".join(lines[at:after]), f"{rest}\n{body}" if body else rest)
        lead, at = "", after
    yield _Instruction("", lead, "", "")


def _end_of_line(lines: list[str], at: int, continued: re.Pattern[str]) -> int:
    """The index after the last line of a logical line; comments and blank lines within it do not end it."""
    while at < len(lines) and continued.search(lines[at].rstrip("\n")):
        at += 1
        while at < len(lines) and _idle(lines[at]):
            at += 1
    return min(at + 1, len(lines))


def _after_heredocs(lines: list[str], at: int, joined: str) -> int | None:
    for match in _HEREDOC.finditer(joined):
        while at < len(lines):
            line = lines[at].rstrip("\n")
            at += 1
            if (line.lstrip("\t") if match["dash"] else line) == match["end"]:
                break
        else:
            return None
    return at


def _idle(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _part(found: _Instruction) -> Part:
    word, meaning = found.word, " ".join(found.rest.split()) if "\n" not in found.rest else found.rest
    name = _NAME.match(found.rest)
    subject = word if word in _ONCE else f"{word} {name[1]}" if word in _NAMED and name else ""
    return Part(
        key=f"{word} {meaning}",
        name=f"{word} {name[1]}" if name and word in _NAMED else word,
        lead=found.lead,
        text=found.text,
        meaning=(word, meaning),
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

    Whether a line is followed by another is not part of it, and lines of a list (packages, variables) that both sides
    add at one place are all kept.
    """
    if any("<<" in text for text in (base, ours, theirs)):
        return None
    sides = [split(text) for text in (base, ours, theirs)]
    if min(len(lines) for lines in sides) < 2:
        return None
    merged: list[str] = []
    for chunk in three_way(sides[0], sides[1], sides[2], same=_bare):
        lines = chunk.merged if chunk.merged is not None else _both_items(chunk)
        if lines is None:
            return None
        merged += lines
    return "".join(_continued(merged, "`" if all(_ends_in(text, "`") for text in (ours, theirs)) else "\\"))


def _bare(line: str) -> str:
    return _bare_right(line).strip()


def _ends_in(text: str, escape: str) -> bool:
    return text.partition("\n")[0].rstrip().endswith(escape)


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
    last = max((index for index, line in enumerate(lines) if not _idle(line)), default=-1)
    for index, line in enumerate(lines[: last + 1]):
        if _idle(line) or (index < last and line.rstrip().endswith(escape)):
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
