"""A Dockerfile as its instructions. Pure; the lexer of BuildKit as far as a reader needs it.

Source: the Dockerfile reference, and moby/buildkit frontend/dockerfile/parser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_WORD = re.compile(r"\s*([A-Za-z]+)(?=\s|$)")
_DIRECTIVE = re.compile(r"#\s*(\w+)\s*=\s*(\S+)\s*$")
#: A word that opens a here-document: `<<EOF`, `<<-"EOF"`, `3<<EOF`, and not `<<<`.
_HEREDOC = re.compile(
    r"""(?:^|[\s;&|(])\d*<<(?P<dash>-?)(?P<quote>["']?)(?P<end>[^\s<>"';&|()]+)(?P=quote)(?=$|[\s;&|)])"""
)
_WITH_HEREDOC = frozenset({"ADD", "COPY", "RUN"})
_FLAG = re.compile(r"--([a-z-]+)(?:=(\S*))?(?:\s+|$)")
_STAGE = re.compile(r"(?P<image>\S+)(?:\s+AS\s+(?P<name>\S+))?", re.IGNORECASE)


class UnreadableError(Exception):
    """A text that is no Dockerfile; `args[0]` says where and why, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction, with the number of its first line."""

    line: int
    #: In capitals.
    word: str
    #: `--name=value` before the arguments, in order; the value of a bare flag is "".
    flags: tuple[tuple[str, str], ...]
    #: Everything after the flags on one line: comments, line breaks and here-documents left out.
    rest: str

    @property
    def arguments(self) -> tuple[str, ...]:
        """The arguments of a COPY or ADD, in either form, without quotes."""
        if self.rest.startswith("["):
            try:
                items = json.loads(self.rest)
            except ValueError:
                items = None
            if isinstance(items, list) and all(isinstance(item, str) for item in items):
                return tuple(items)
        return tuple(word.strip("\"'") for word in self.rest.split())

    @property
    def stage(self) -> tuple[str, str]:
        """The image of a FROM, and the name of its stage in small letters, "" without one."""
        match = _STAGE.fullmatch(self.rest)
        return (match["image"], (match["name"] or "").lower()) if match else ("", "")


def instructions(text: str) -> tuple[Instruction, ...]:
    """The instructions in order. Raises UnreadableError for a line that begins with no word, and for an open end."""
    return tuple(_instructions(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")))


def _instructions(lines: list[str]) -> Iterator[Instruction]:
    continued = re.compile(rf"{re.escape(_escape(lines))}[ \t]*$")
    at = 0
    while at < len(lines):
        if _idle(lines[at]):
            at += 1
            continue
        match = _WORD.match(lines[at])
        if match is None:
            raise UnreadableError(f"line {at + 1} begins with no instruction")
        start, joined = at, ""
        while at < len(lines):
            joined += continued.sub("", lines[at]) if not _idle(lines[at]) or at == start else ""
            more = continued.search(lines[at]) or (at > start and _idle(lines[at]))
            at += 1
            if not more:
                break
        word = match[1].upper()
        at = _after_heredocs(lines, at, joined) if word in _WITH_HEREDOC else at
        flags, rest = _flags(joined[match.end() :].strip())
        yield Instruction(start + 1, word, flags, rest)


def _escape(lines: Iterable[str]) -> str:
    """The character that continues a line, which a directive at the very top may change."""
    for line in lines:
        match = _DIRECTIVE.match(line)
        if match is None:
            break
        if match[1].lower() == "escape":
            return match[2]
    return "\\"


def _after_heredocs(lines: list[str], at: int, joined: str) -> int:
    for match in _HEREDOC.finditer(joined):
        while at < len(lines):
            line = lines[at].lstrip("\t") if match["dash"] else lines[at]
            at += 1
            if line == match["end"]:
                break
        else:
            raise UnreadableError(f"the here-document {match['end']} has no end")
    return at


def _flags(rest: str) -> tuple[tuple[tuple[str, str], ...], str]:
    flags = []
    while match := _FLAG.match(rest):
        flags.append((match[1], match[2] or ""))
        rest = rest[match.end() :]
    return tuple(flags), rest


def _idle(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")
