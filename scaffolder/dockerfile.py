"""A Dockerfile as its instructions, every character of it in one of them. Pure.

Source: the Dockerfile reference, and moby/buildkit frontend/dockerfile/parser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_WORD = re.compile(r"\s*([A-Za-z]+)(?:\s|$)")
_DIRECTIVE = re.compile(r"#\s*(\w+)\s*=\s*(\S*)\s*$")
#: A word that opens a here-document, as BuildKit reads it: `<<EOF`, `<<-"EOF"`, `3<<EOF`, and not `<<<`.
_HEREDOC = re.compile(
    r"""(?:^|[\s;&|(])\d*<<(?P<dash>-?)(?P<quote>["']?)(?P<end>[^\s<>"';&|()]+)(?P=quote)(?=$|[\s;&|)])"""
)
_WITH_HEREDOC = frozenset({"RUN", "COPY", "ADD"})
_FLAG = re.compile(r"--([a-z-]+)(?:=(\S*))?(?:\s+|$)")
_STAGE = re.compile(r"(?P<image>\S+)(?:\s+AS\s+(?P<name>\S+))?", re.IGNORECASE)


class UnreadableError(Exception):
    """A text that is no Dockerfile; `args[0]` says where and why, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction with the comments and blank lines above it."""

    #: The number of its first line.
    line: int
    #: In capitals.
    word: str
    lead: str
    text: str
    #: Everything after the word on one line: comments, line breaks and here-documents left out.
    rest: str
    #: The here-documents, with their last lines.
    body: str

    @property
    def flags(self) -> tuple[tuple[str, str], ...]:
        """`--name=value` before the arguments, in order; the value of a bare flag is ""."""
        return self._split[0]

    @property
    def arguments(self) -> tuple[str, ...]:
        """What is behind the flags: the items of a JSON list, or the words without quotes."""
        rest = self._split[1]
        if rest.startswith("["):
            try:
                items = json.loads(rest)
            except (ValueError, RecursionError):
                items = None
            if isinstance(items, list) and all(isinstance(item, str) for item in items):
                return tuple(items)
        return tuple(word.strip("\"'") for word in rest.split())

    @property
    def stage(self) -> str:
        """The name that a FROM gives its stage, in small letters; "" without one."""
        match = _STAGE.fullmatch(self._split[1])
        return (match["name"] or "").lower() if match else ""

    @property
    def _split(self) -> tuple[tuple[tuple[str, str], ...], str]:
        flags, rest = [], self.rest
        while match := _FLAG.match(rest):
            flags.append((match[1], match[2] or ""))
            rest = rest[match.end() :]
        return tuple(flags), rest


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """The instructions in order, and the comments and blank lines behind the last."""

    instructions: tuple[Instruction, ...]
    tail: str


def parse_dockerfile(text: str) -> Dockerfile:
    """The file, whose lines end in a line feed and which begins without a byte order mark.

    Raises UnreadableError for a line that begins with no word, and for a here-document without its end. Whether the
    words are instructions is not looked at.
    """
    lines: list[str] = _LINE.findall(text)
    continued = re.compile(rf"{re.escape(_escape(lines))}[ \t]*$")
    found: list[Instruction] = []
    lead = ""
    at = 0
    while at < len(lines):
        if is_idle(lines[at]):
            lead += lines[at]
            at += 1
            continue
        match = _WORD.match(lines[at])
        if match is None:
            raise UnreadableError(f"line {at + 1} begins with no instruction")
        word = match[1].upper()
        stop = _end_of_line(lines, at, continued)
        joined = " ".join(continued.sub("", line).strip() for line in lines[at:stop] if not is_idle(line))
        after = _after_heredocs(lines, stop, joined) if word in _WITH_HEREDOC else stop
        rest = joined.partition(match[1])[2].strip()
        found.append(Instruction(at + 1, word, lead, "".join(lines[at:after]), rest, "".join(lines[stop:after])))
        lead, at = "", after
    return Dockerfile(tuple(found), lead)


def is_idle(line: str) -> bool:
    """Whether a line, which is no part of a here-document, is blank or a comment."""
    return not line.strip() or line.lstrip().startswith("#")


def _escape(lines: Iterable[str]) -> str:
    """The character that continues a line, which a directive at the very top may change."""
    for line in lines:
        match = _DIRECTIVE.match(line)
        if match is None:
            break
        if match[1].lower() == "escape" and len(match[2]) == 1:
            return match[2]
    return "\\"


def _end_of_line(lines: list[str], at: int, continued: re.Pattern[str]) -> int:
    """The index after the last line of a logical line; comments and blank lines within it do not end it."""
    while at < len(lines) and continued.search(lines[at].rstrip("\n")):
        at += 1
        while at < len(lines) and is_idle(lines[at]):
            at += 1
    return min(at + 1, len(lines))


def _after_heredocs(lines: list[str], at: int, joined: str) -> int:
    for match in _HEREDOC.finditer(joined):
        while at < len(lines):
            line = lines[at].rstrip("\n")
            at += 1
            if (line.lstrip("\t") if match["dash"] else line) == match["end"]:
                break
        else:
            raise UnreadableError(f"the here-document {match['end']} has no end")
    return at
