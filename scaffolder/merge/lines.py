"""Three-way merge of lines, and the conflict markers.

The rules are those of `git merge-file`: a line that only one side changed is taken from that side, the same change on
both sides is made once, and changes that overlap or touch are a clash. Lines are matched by patience (lines that occur
once on either side are the anchors), so a moved or repeated block does not drag unrelated lines along, and the time is
near linear in the length of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

#: Ranges without a unique common line are compared pair by pair up to this many pairs; beyond it they count as changed.
_MOST_PAIRS = 250_000

_OPENING = re.compile(r"^<{7}(?: |$)")
_BEFORE = re.compile(r"^\|{7}(?: |$)")
_MIDDLE = re.compile(r"^={7}$")
_CLOSING = re.compile(r"^>{7}(?: |$)")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of lines: `merged` says what they become, None that the two sides clash."""

    base: Sequence[str]
    ours: Sequence[str]
    theirs: Sequence[str]
    merged: Sequence[str] | None


def split(text: str) -> list[str]:
    r"""The lines of a text, each with its `\n`; only `\n` ends a line. The last may lack it."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def marked(base: str, ours: str, theirs: str) -> str:
    """Both sides of a conflict, and what was there before, between markers that name them."""
    return f"<<<<<<< yours\n{_ended(ours)}||||||| before\n{_ended(base)}=======\n{_ended(theirs)}>>>>>>> scaffold\n"


def side_of(text: str, side: Literal["yours", "scaffold"]) -> str:
    """A text in which every conflict is settled for one side."""
    result: list[str] = []
    within = ""
    for line in split(text):
        if not within and _OPENING.match(line):
            within = "yours"
        elif within == "yours" and _BEFORE.match(line):
            within = "before"
        elif within in ("yours", "before") and _MIDDLE.match(line.rstrip()):
            within = "scaffold"
        elif within == "scaffold" and _CLOSING.match(line):
            within = ""
        elif within in ("", side):
            result.append(line)
    return "".join(result)


def conflict_markers(text: str) -> tuple[int, ...]:
    """The line numbers, from 1, where a conflict opens that is also divided and closed below; () when none is left.

    Lone lines of seven equals signs or arrows are a document's own business.
    """
    found: list[int] = []
    opened, divided = 0, False
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        stripped = line.rstrip("\r")
        if _OPENING.match(stripped):
            opened, divided = number, False
        elif opened and _MIDDLE.match(stripped):
            divided = True
        elif opened and divided and _CLOSING.match(stripped):
            found.append(opened)
            opened = 0
    return tuple(found)


def three_way(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str], same: Callable[[str], str] = str
) -> Iterator[Chunk]:
    """Merge three sequences of lines, in order. Lines are equal when `same` of them is; ours are then kept."""
    keys = [[same(line) for line in lines] for lines in (base, ours, theirs)]
    to_ours, to_theirs = dict(matches(keys[0], keys[1])), dict(matches(keys[0], keys[2]))
    stable = [(i, to_ours[i], to_theirs[i]) for i in sorted(to_ours.keys() & to_theirs.keys())]
    at = (0, 0, 0)
    for stop in [*stable, (len(base), len(ours), len(theirs))]:
        ranges = [slice(start, end) for start, end in zip(at, stop, strict=True)]
        if any(part.start < part.stop for part in ranges):
            texts = (base[ranges[0]], ours[ranges[1]], theirs[ranges[2]])
            yield from _decided(texts, tuple(own[part] for own, part in zip(keys, ranges, strict=True)))
        if stop[0] < len(base):
            line = [ours[stop[1]]]
            yield Chunk([base[stop[0]]], line, [theirs[stop[2]]], line)
        at = (stop[0] + 1, stop[1] + 1, stop[2] + 1)


def _decided(texts: tuple[Sequence[str], ...], keys: tuple[Sequence[str], ...]) -> Iterator[Chunk]:
    """What an unstable range becomes; of a clash, the lines that both sides begin or end with are not part."""
    base, ours, theirs = texts
    if keys[2] in (keys[0], keys[1]):
        yield Chunk(base, ours, theirs, ours)
        return
    if keys[1] == keys[0]:
        yield Chunk(base, ours, theirs, theirs)
        return
    short = min(len(ours), len(theirs))
    head = next((i for i in range(short) if keys[1][i] != keys[2][i]), short)
    tail = next((i for i in range(short - head) if keys[1][-1 - i] != keys[2][-1 - i]), short - head)
    if head:
        yield Chunk((), ours[:head], theirs[:head], ours[:head])
    yield Chunk(base, ours[head : len(ours) - tail], theirs[head : len(theirs) - tail], None)
    if tail:
        yield Chunk((), ours[-tail:], theirs[-tail:], ours[-tail:])


def matches(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of indexes of equal lines, both rising."""
    found: list[tuple[int, int]] = []
    work = [(0, len(a), 0, len(b))]
    while work:
        a0, a1, b0, b1 = work.pop()
        while a0 < a1 and b0 < b1 and a[a0] == b[b0]:
            found.append((a0, b0))
            a0, b0 = a0 + 1, b0 + 1
        while a0 < a1 and b0 < b1 and a[a1 - 1] == b[b1 - 1]:
            a1, b1 = a1 - 1, b1 - 1
            found.append((a1, b1))
        if a0 == a1 or b0 == b1:
            continue
        anchors = _anchors(a, b, (a0, a1, b0, b1))
        if not anchors:
            found += _compared(a, b, (a0, a1, b0, b1))
            continue
        found += anchors
        for i, j in [*anchors, (a1, b1)]:
            work.append((a0, i, b0, j))
            a0, b0 = i + 1, j + 1
    return sorted(found)


def _anchors(a: Sequence[str], b: Sequence[str], bounds: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """The longest rising run of lines that occur exactly once on either side."""
    a0, a1, b0, b1 = bounds
    in_a, in_b = Counter(a[a0:a1]), Counter(b[b0:b1])
    place = {b[j]: j for j in range(b0, b1) if in_b[b[j]] == 1}
    pairs = [(i, place[a[i]]) for i in range(a0, a1) if in_a[a[i]] == 1 and a[i] in place]
    tops: list[int] = []  # the lowest end of a rising run of each length
    ends: list[int] = []
    before: list[int] = []
    for index, (_, j) in enumerate(pairs):
        length = bisect_left(tops, j)
        before.append(ends[length - 1] if length else -1)
        tops[length : length + 1] = [j]
        ends[length : length + 1] = [index]
    run: list[tuple[int, int]] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        run.append(pairs[index])
        index = before[index]
    return run[::-1]


def _compared(a: Sequence[str], b: Sequence[str], bounds: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    a0, a1, b0, b1 = bounds
    if (a1 - a0) * (b1 - b0) > _MOST_PAIRS:
        return []
    blocks = SequenceMatcher(None, a[a0:a1], b[b0:b1], autojunk=False).get_matching_blocks()
    return [(a0 + i + n, b0 + j + n) for i, j, size in blocks for n in range(size)]


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"
