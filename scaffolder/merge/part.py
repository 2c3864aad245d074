"""A file as a tree of parts that hold every one of its characters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace

from scaffolder.merge.lines import split

#: The key of the part that closes every branch: no lines of its own, below it what follows the last real part.
END = "\0end"


@dataclass(frozen=True, slots=True)
class Part:
    """A key with its value, an instruction, a variable, a line of a list: whatever is edited as one.

    The text of a file is the `lead`, `text` and children of its parts, in order.
    """

    #: Equal keys among siblings are the same part; no two siblings have the same.
    key: str
    #: The comment and blank lines above it.
    lead: str
    #: Its own lines: all of a leaf, the head of a branch.
    text: str
    #: Equal meanings are only written differently; None where only the text tells.
    meaning: Hashable = None
    #: How a person would name it.
    name: str = ""
    #: None for a leaf.
    children: tuple[Part, ...] | None = None
    #: How far its lines are indented.
    column: int = 0
    #: Where the value stands in `text` when that is one line; what is around it is spelling.
    value: tuple[int, int] | None = None
    #: Siblings with different keys and the same subject are one part, edited.
    subject: str = ""
    #: Siblings with different keys and the same kind are one part, edited or renamed, when their texts are alike.
    kind: str = ""
    #: The branch stands for its children alone: part of them may stay when it goes.
    loose: bool = False
    #: The order of the children means something.
    ordered: bool = False
    #: How the children of the branch are written, where there are several ways.
    style: str = ""

    def full(self) -> str:
        """All of its text, the lead included."""
        return self.lead + self.body()

    def body(self) -> str:
        """All of its text without the lead."""
        if not self.children:
            return self.text
        return self.text + "".join(child.full() for child in self.children)


def end(lead: str, column: int = 0) -> Part:
    """The part that closes a branch."""
    return Part(key=END, lead=lead, text="", column=column, name="the end")


def numbered(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts with keys made different: the second of a key becomes `key#2`."""
    seen: Counter[str] = Counter()
    result: list[Part] = []
    for part in parts:
        seen[part.key] += 1
        count = seen[part.key]
        result.append(part if count == 1 else replace(part, key=f"{part.key}#{count}"))
    return tuple(result)


def indented(text: str, by: int) -> str:
    """The text with every line that is not blank moved right, or left as far as there is space."""
    if not by:
        return text
    return "".join(_moved(line, by) for line in split(text))


def _moved(line: str, by: int) -> str:
    if not line.strip():
        return line
    if by > 0:
        return " " * by + line
    return line[min(-by, len(line) - len(line.lstrip(" "))) :]


def own_lines(text: str, base: str) -> Counter[str]:
    """The lines of `text` that `base` has not, or not as often, as `written_lines` counts them."""
    return written_lines(text) - written_lines(base)


def written_lines(text: str) -> Counter[str]:
    """The lines of a text; spaces around a line, a sign that another follows, and blank lines do not count."""
    return Counter(bare for line in text.split("\n") if (bare := line.rstrip(" \t\r\\`").strip()))
