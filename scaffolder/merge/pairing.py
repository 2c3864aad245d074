"""Which part of one side is which part of the other, and in what order they all stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from scaffolder.merge.part import Part

#: Two texts are alike when they share this much of their words.
_ALIKE = 0.5
#: More candidates than this are not compared: they count as removed and added.
_MOST_PAIRS = 2_500

_WORD = re.compile(r"\w+|[^\w\s]")

Parts = Mapping[str, Part]


@dataclass(frozen=True, slots=True)
class Siblings:
    """The children of one branch by identity: one part has the same identity on every side."""

    base: Parts
    ours: Parts
    theirs: Parts


def paired(base: Sequence[Part], ours: Sequence[Part], theirs: Sequence[Part]) -> Siblings:
    """Give every part an identity: the key in base, or the key of the side that added it."""
    to_ours, to_theirs = _identities(base, ours), _identities(base, theirs)
    known = {part.key for part in base}
    added = [part for part in ours if to_ours[part.key] == part.key and part.key not in known]
    new = {part.subject: part.key for part in added if part.subject}
    known |= {part.key for part in ours}
    for part in theirs:
        if part.key not in known and to_theirs[part.key] == part.key and part.subject in new:
            to_theirs[part.key] = new.pop(part.subject)
    return Siblings(
        base={part.key: part for part in base},
        ours={to_ours[part.key]: part for part in ours},
        theirs={to_theirs[part.key]: part for part in theirs},
    )


def renames(base: Sequence[Part], ours: Sequence[Part]) -> dict[str, str]:
    """Old key → new key of every part that the user gave another one."""
    return {old: new for new, old in _identities(base, ours).items() if old != new}


def _identities(base: Sequence[Part], side: Sequence[Part]) -> dict[str, str]:
    """Key of a side → identity, which is the key of the part of base that it is, where it is one."""
    in_base, in_side = {part.key for part in base}, {part.key for part in side}
    gone = {part.key: part for part in base if part.key not in in_side}
    added = {part.key: part for part in side if part.key not in in_base}
    result = {part.key: part.key for part in side}
    subjects = {part.subject: part.key for part in reversed(gone.values()) if part.subject}
    for part in list(added.values()):
        old = subjects.pop(part.subject, None)
        if old is not None:
            result[part.key] = old
            del gone[old], added[part.key]
    for before, after in _alike(list(gone.values()), list(added.values())):
        result[after.key] = before.key
    return result


def _alike(gone: Sequence[Part], added: Sequence[Part]) -> list[tuple[Part, Part]]:
    """The pairs of one kind with the most in common, each part in one pair at most."""
    gone, added = [part for part in gone if part.kind], [part for part in added if part.kind]
    if not gone or not added or len(gone) * len(added) > _MOST_PAIRS:
        return []
    words = {id(part): Counter(_WORD.findall(part.body())) for part in (*gone, *added)}
    scored = [
        (-_likeness(words[id(old)], words[id(new)]), i, j)
        for i, old in enumerate(gone)
        for j, new in enumerate(added)
        if old.kind == new.kind
    ]
    pairs: list[tuple[Part, Part]] = []
    taken: tuple[set[int], set[int]] = (set(), set())
    for score, i, j in sorted(scored):
        if -score >= _ALIKE and i not in taken[0] and j not in taken[1]:
            pairs.append((gone[i], added[j]))
            taken[0].add(i)
            taken[1].add(j)
    return pairs


def _likeness(a: Counter[str], b: Counter[str]) -> float:
    return 2 * (a & b).total() / ((a.total() + b.total()) or 1)


def moved(base: Parts, side: Parts) -> bool:
    """Whether a side has parts of base in another order."""
    return [key for key in side if key in base] != [key for key in base if key in side]


def ordered(siblings: Siblings, starts_group: Callable[[str], bool]) -> list[str]:
    """Every identity of either side, in the merged order.

    Scaffold's order stands where the user moved nothing, the user's otherwise. A part that only one side has follows
    the part that it follows there. Where both have some at the same place scaffold's come first, so that the user has
    the last word; a new group of one side (`starts_group`) never comes between lines that the other added to the
    group above.
    """
    ours_first = moved(siblings.base, siblings.ours) or not siblings.base
    shared = siblings.ours.keys() & siblings.theirs.keys()
    ours, theirs = _runs(siblings.ours, shared), _runs(siblings.theirs, shared)
    result: list[str] = []
    for anchor in ours if ours_first else theirs:
        result += [anchor] if anchor else []
        old, new = ours[anchor], theirs[anchor]
        cut_old, cut_new = (_first(run, starts_group) for run in (old, new))
        result += new[:cut_new] + old[:cut_old] + new[cut_new:] + old[cut_old:]
    return result


def _runs(side: Parts, shared: set[str]) -> dict[str, list[str]]:
    """Shared identity ("" for the start) → what the side alone has after it."""
    runs: dict[str, list[str]] = {"": []}
    at = ""
    for key in side:
        if key in shared:
            at = key
            runs[at] = []
        else:
            runs[at].append(key)
    return runs


def _first(run: Sequence[str], starts_group: Callable[[str], bool]) -> int:
    return next((index for index, key in enumerate(run) if starts_group(key)), len(run))
