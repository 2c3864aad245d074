"""Three-way merge of parts: what a user did to one part never meets what scaffold did to another.

- A part that one side changed is taken from that side; a part that the user only wrote differently (quotes, comment at
  the end of the line) takes scaffold's new value and stays written the user's way.
- A part that the user removed stays removed, also when scaffold changed it.
- A part that scaffold removed goes, unless it holds a line of the user's.
- What both sides changed differently is a conflict: both texts, whole, between markers.
- Text is taken over as it stands. Nothing is written anew, so no line changes that the merge did not need to change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scaffolder.merge.lines import Chunk, marked, split, three_way
from scaffolder.merge.pairing import Siblings, moved, ordered, paired
from scaffolder.merge.part import END, Part, end, indented, own_lines
from scaffolder.merge.result import Conflict

BOTH_CHANGED = "you changed it, and so did scaffold"
BOTH_ADDED = "you added it, and so did scaffold, differently"
REMOVED_BY_SCAFFOLD = "you changed it, and scaffold no longer writes it"
REMOVED_BY_YOU = "you removed it, and scaffold changed it"
BOTH_MOVED = "you put it in another order, and so did scaffold"


def _blend_lines(base: str, ours: str, theirs: str) -> str | None:
    """A text merged by line, None where the sides clash."""
    chunks = list(three_way(split(base), split(ours), split(theirs)))
    if any(chunk.merged is None for chunk in chunks):
        return None
    return "".join(line for chunk in chunks for line in chunk.merged or ())


@dataclass(frozen=True, slots=True)
class Format:
    """What one kind of file knows of its parts."""

    #: The whole text as a branch, None where it has not the structure.
    parse: Callable[[str], Part | None]
    #: A leaf that both sides changed (base, ours, theirs), None where they clash.
    blend: Callable[[str, str, str], str | None] = _blend_lines
    #: A part of scaffold's as a child of the user's branch.
    adopted: Callable[[Part, Part], Part] = lambda part, branch: part
    #: Whether a part that scaffold adds must stand above one that the user added.
    above: Callable[[Part, Part], bool] = lambda part, own: False
    #: The parts that others refer to by their key.
    named: Callable[[Part], Sequence[Part]] = lambda root: ()
    #: A text of scaffold's in which such parts, and what refers to them, have other names (old → new).
    renamed: Callable[[str, Mapping[str, str]], str] = lambda text, names: text
    #: What both sides added stays as the user has it: scaffold's is an example of what can stand there.
    yields: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The merged text; `respelled` are lines of the user's that now hold scaffold's value."""

    text: str
    conflicts: tuple[Conflict, ...]
    kept: tuple[Conflict, ...] = ()
    respelled: Counter[str] = field(default_factory=Counter)


def merge_trees(form: Format, path: str, base: Part, ours: Part, theirs: Part) -> Outcome:
    """Merge three whole files."""
    merger = _Merger(form, path)
    text = merger.branch("", base, ours, theirs)
    return Outcome(text, tuple(merger.conflicts), tuple(merger.kept), merger.respelled)


class _Merger:
    def __init__(self, form: Format, path: str) -> None:
        self._form = form
        self._path = path
        self.conflicts: list[Conflict] = []
        self.kept: list[Conflict] = []
        self.respelled: Counter[str] = Counter()

    def branch(self, where: str, base: Part | None, ours: Part, theirs: Part) -> str:
        """The head and the merged children; "" when no child is left of a branch that stands for them alone."""
        siblings = paired(*(part.children or () if part else () for part in (base, ours, theirs)))
        texts: dict[str, str] = {}
        for key in dict.fromkeys((*siblings.ours, *siblings.theirs)):
            child = siblings.ours.get(key) or siblings.theirs[key]
            inner = f"{where}.{child.name}" if where else child.name
            texts[key] = self._child(inner, siblings, key, ours, theirs)
        left = {key for key, text in texts.items() if text or key == END}
        if ours.loose and left == {END}:
            return texts[END]
        kept = Siblings(*(_only(side, left) for side in (siblings.base, siblings.ours, siblings.theirs)))
        if ours.ordered and moved(kept.base, kept.ours) and _moved_apart(kept):
            self.kept.append(Conflict(self._path, where, ours.body(), theirs.body(), BOTH_MOVED))
        order = ordered(kept, lambda key: (kept.ours.get(key) or kept.theirs[key]).lead.startswith("\n"))
        return _head(base, ours, theirs) + "".join(texts[key] for key in self._settled(order, kept))

    def _settled(self, order: list[str], siblings: Siblings) -> list[str]:
        """The order with each of scaffold's new parts above those of the user's that must come after it."""
        result: list[str] = []
        for key in order:
            at = len(result)
            if key not in siblings.ours and key not in siblings.base:
                own = (i for i, other in enumerate(result) if other not in siblings.theirs and other in siblings.ours)
                part = siblings.theirs[key]
                at = next((i for i in own if self._form.above(part, siblings.ours[result[i]])), at)
            result.insert(at, key)
        return result

    def _child(self, where: str, siblings: Siblings, key: str, ours_in: Part, theirs_in: Part) -> str:
        base, ours, theirs = siblings.base.get(key), siblings.ours.get(key), siblings.theirs.get(key)
        if theirs is not None:
            theirs = self._fitted(theirs, ours_in, theirs_in, ours)
        if ours is None or theirs is None:
            only = ours or theirs
            if base is None or only is None:
                return only.full() if only else ""
            return self._removed_by_scaffold(where, base, only) if ours else self._removed_by_user(where, base, only)
        if base is not None:
            before, base = base, self._fitted(base, ours_in, theirs_in, ours)
            if _means(ours, base):
                self.respelled += own_lines(base.body(), before.body())
        return self._lead(where, base, ours, theirs) + self._body(where, base, ours, theirs)

    def _fitted(self, part: Part, ours_in: Part, theirs_in: Part, ours: Part | None) -> Part:
        """A part of scaffold's indented and written like the user's, or like the siblings it will have."""
        if part.key == END:
            return part
        if ours_in.style != theirs_in.style:
            part = self._form.adopted(part, ours_in)
        if ours is not None:
            return _at(part, ours.column - part.column)
        columns = (child.column for child in ours_in.children or () if child.key != END)
        return _at(part, next(columns, part.column + ours_in.column - theirs_in.column) - part.column)

    def _removed_by_user(self, where: str, base: Part, theirs: Part) -> str:
        siblings = paired(base.children or (), (), theirs.children or ())
        added = [part for key, part in siblings.theirs.items() if key not in siblings.base]
        if theirs.loose and added and siblings.base.keys() <= siblings.theirs.keys():
            return theirs.lead + theirs.text + "".join(part.full() for part in added)
        if theirs.body() != base.body() and not _means(theirs, base):
            self.kept.append(Conflict(self._path, where, "", theirs.body(), REMOVED_BY_YOU))
        return ""

    def _removed_by_scaffold(self, where: str, base: Part, ours: Part) -> str:
        """What is left: comments that the user put above it, what they added to it, or all of it as a conflict."""
        mine, old = ours.body(), base.body()
        own = own_lines(mine, old)
        if ours.key == base.key and _means(ours, base) and not any("#" in line for line in own):
            self.respelled += own
            return self._comments(where, base.lead, ours.lead, "")
        if own and ours.loose and ours.children is not None and base.children is not None:
            before = self.respelled.copy()
            text = self.branch(where, base, ours, replace(ours, children=(end(""),)))
            if text:
                return ours.lead + text
            own -= self.respelled - before
        if not own:
            return self._comments(where, base.lead, ours.lead, "")
        self.conflicts.append(Conflict(self._path, where, ours.full(), "", REMOVED_BY_SCAFFOLD))
        return marked(base.full(), ours.full(), "")

    def _body(self, where: str, base: Part | None, ours: Part, theirs: Part) -> str:
        if ours.children is not None and theirs.children is not None:
            return self.branch(where, base if base and base.children is not None else None, ours, theirs)
        mine, its = ours.body(), theirs.body()
        old = base.body() if base else ""
        if base and mine == old:
            return its
        if _means(ours, theirs) or (base and _means(theirs, base)):
            return mine
        if base and _means(ours, base):
            respelled = _respelled(base, ours, theirs)
            if respelled is not None:
                self.respelled += own_lines(mine, old)
                return respelled
        blended = self._form.blend(old, mine, its) if base else None
        if blended is not None:
            return blended
        conflict = Conflict(self._path, where, mine, its, BOTH_CHANGED if base else BOTH_ADDED)
        if self._form.yields and not base:
            self.kept.append(conflict)
            return mine
        self.conflicts.append(conflict)
        return marked(old, mine, its)

    def _lead(self, where: str, base: Part | None, ours: Part, theirs: Part) -> str:
        if base is None and ours.key != END:
            return ours.lead
        return self._comments(where, base.lead if base else "", ours.lead, theirs.lead)

    def _comments(self, where: str, base: str, ours: str, theirs: str) -> str:
        chunks = three_way(split(base), split(ours), split(theirs), same=str.strip)
        return "".join(self._comment(where, chunk) for chunk in chunks)

    def _comment(self, where: str, chunk: Chunk) -> str:
        """A run of comment lines. Where the sides clash, blank lines decide nothing and additions are both kept."""
        if chunk.merged is not None:
            return "".join(chunk.merged)
        base, ours, theirs = (_written(lines) for lines in (chunk.base, chunk.ours, chunk.theirs))
        mine, its = "".join(chunk.ours), "".join(chunk.theirs)
        if theirs in (base, ours):
            return mine
        if ours == base:
            return its
        if not base:
            return its + mine
        place = f"{where} (comment)"
        removed_by_user = set(ours) <= set(base)
        if removed_by_user or set(theirs) <= set(base):
            why = REMOVED_BY_YOU if removed_by_user else REMOVED_BY_SCAFFOLD
            self.kept.append(Conflict(self._path, place, mine, its, why))
            return mine
        self.conflicts.append(Conflict(self._path, place, mine, its, BOTH_CHANGED))
        return marked("".join(chunk.base), mine, its)


def _head(base: Part | None, ours: Part, theirs: Part) -> str:
    return theirs.text if base and ours.text.strip() == base.text.strip() and ours.style == theirs.style else ours.text


def _respelled(base: Part, ours: Part, theirs: Part) -> str | None:
    """The user's line with scaffold's value, None where that cannot be done within the line."""
    if not (base.value and ours.value and theirs.value):
        return None
    before, after = ours.text[: ours.value[0]], ours.text[ours.value[1] :]
    if after == base.text[base.value[1] :]:
        after = theirs.text[theirs.value[1] :]
    return before + theirs.text[slice(*theirs.value)] + after


def _means(one: Part, other: Part) -> bool:
    return one.body() == other.body() or (one.meaning is not None and one.meaning == other.meaning)


def _only(side: Mapping[str, Part], keys: set[str]) -> dict[str, Part]:
    return {key: part for key, part in side.items() if key in keys}


def _moved_apart(siblings: Siblings) -> bool:
    common = [key for key in siblings.ours if key in siblings.theirs]
    return moved(siblings.base, siblings.theirs) and common != [key for key in siblings.theirs if key in siblings.ours]


def _at(part: Part, by: int) -> Part:
    """The part moved right by so many columns, all of it."""
    if not by:
        return part
    children = part.children if part.children is None else tuple(_at(child, by) for child in part.children)
    value = part.value and (max(part.value[0] + by, 0), max(part.value[1] + by, 0))
    return replace(
        part,
        lead=indented(part.lead, by),
        text=indented(part.text, by),
        column=part.column + by,
        children=children,
        value=value,
    )


def _written(lines: Iterable[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]
