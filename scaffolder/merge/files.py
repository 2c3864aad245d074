"""One file, three versions."""

from __future__ import annotations

import re
from collections.abc import Callable

from scaffolder.merge.convention import convention_of, plain
from scaffolder.merge.lines import conflict_markers, marked, side_of, split, three_way
from scaffolder.merge.pairing import renames
from scaffolder.merge.part import own_lines, written_lines
from scaffolder.merge.result import Conflict, Merged
from scaffolder.merge.tree import (
    BOTH_ADDED,
    BOTH_CHANGED,
    REMOVED_BY_SCAFFOLD,
    REMOVED_BY_YOU,
    Format,
    Outcome,
    merge_trees,
)

NOT_OURS = "scaffold did not write it"
MARKERS_LEFT = "nobody has resolved this conflict yet"

File = str | bytes | None


def merge(path: str, base: File, ours: File, theirs: File) -> Merged:
    r"""Bring the user's file forward.

    `base` is what scaffold wrote last (from `scaffold.lock`), `ours` the file now, `theirs` what scaffold would write;
    None where there is no such file. Bytes count as text where they are UTF-8. `path` only tells the kind of file.

    What is promised:

    - No line of the user's is lost: each is in the text, or holds scaffold's new value where the user had only written
      the old one differently (quotes, spaces).
    - An untouched file becomes `theirs` byte for byte; `ours` comes back byte for byte when scaffold has nothing new.
    - A file of the user's (`base` None) and one that the user deleted are left alone, also when scaffold has news.
      So is one with conflict markers: its `conflicts` are those that are still open. The caller must then keep `base`
      in the lock, or scaffold's news would count as merged.
    - A file that scaffold no longer writes goes (`text` None) unless the user changed it.
    - Byte order mark, line endings and a missing final newline stay as the user has them.
    - Merging the result again with the same `theirs` as base changes nothing.
    """
    base, ours, theirs = (_decoded(file) for file in (base, ours, theirs))
    if ours is None:
        return _without_ours(path, base, theirs)
    if ours == base:
        return Merged(theirs)
    if base is None:
        kept = () if theirs is None or ours == theirs else (_whole(path, ours, theirs, NOT_OURS),)
        return Merged(ours, kept=kept)
    if isinstance(ours, str) and unresolved(ours) and not (isinstance(base, str) and unresolved(base)):
        return Merged(ours, _left(path, ours))
    if theirs in (base, ours):
        return Merged(ours)
    if isinstance(ours, str) and isinstance(base, str):
        if theirs is None and plain(ours) == plain(base):
            return Merged(None)
        if isinstance(theirs, str):
            return _merge_texts(path, base, ours, theirs)
    why = REMOVED_BY_SCAFFOLD if theirs is None else BOTH_CHANGED
    return Merged(ours, kept=(_whole(path, ours, theirs, why),))


def unresolved(text: str) -> tuple[int, ...]:
    """The line numbers, from 1, at which conflicts begin that nobody has resolved yet; () when none is left."""
    return conflict_markers(text)


def _without_ours(path: str, base: File, theirs: File) -> Merged:
    if base is None:
        return Merged(theirs)
    kept = () if theirs in (base, None) else (_whole(path, None, theirs, REMOVED_BY_YOU),)
    return Merged(None, kept=kept)


def _merge_texts(path: str, base: str, ours: str, theirs: str) -> Merged:
    convention = convention_of(ours)
    base, ours, theirs = plain(base), plain(ours), plain(theirs)
    if ours == base:
        return Merged(convention.write(theirs))
    outcome = _by_structure(path, base, ours, theirs) or _by_line(path, base, ours, theirs)
    return Merged(convention.write(outcome.text), outcome.conflicts, outcome.kept)


def _by_structure(path: str, base: str, ours: str, theirs: str) -> Outcome | None:
    """The file merged by its parts; None where it has none, or where the result cannot be trusted."""
    form = _format_of(path)
    if form is None:
        return None
    trees = form.parse(base), form.parse(ours), form.parse(theirs)
    if trees[0] is None or trees[1] is None or trees[2] is None:
        return None
    there = {part.key for part in form.named(trees[2])}
    names = renames(form.named(trees[0]), form.named(trees[1]))
    names = {old: new for old, new in names.items() if old in there and new not in there}
    if names:
        trees = form.parse(form.renamed(base, names)), trees[1], form.parse(form.renamed(theirs, names))
    if trees[0] is None or trees[1] is None or trees[2] is None:
        return None
    outcome = merge_trees(form, path, trees[0], trees[1], trees[2])
    if _sound(form, outcome, base, ours):
        return outcome
    by_lines = _by_line(path, base, ours, theirs)
    if _sound(form, by_lines, base, ours):
        return by_lines
    return Outcome(marked(base, ours, theirs), (Conflict(path, "", ours, theirs, BOTH_CHANGED),))


def _sound(form: Format, outcome: Outcome, base: str, ours: str) -> bool:
    """Whether the user's lines are all there, and the text can be read whichever side wins in its conflicts."""
    if own_lines(ours, base) - outcome.respelled - written_lines(outcome.text):
        return False
    sides = {side_of(outcome.text, side) for side in ("yours", "scaffold")} if outcome.conflicts else {outcome.text}
    return all(form.parse(text) is not None for text in sides)


def _by_line(path: str, base: str, ours: str, theirs: str) -> Outcome:
    """A text of unknown kind, merged as `git merge-file` does."""
    text: list[str] = []
    conflicts: list[Conflict] = []
    number = 1
    for chunk in three_way(split(base), split(ours), split(theirs)):
        if chunk.merged is None:
            sides = ["".join(lines) for lines in (chunk.base, chunk.ours, chunk.theirs)]
            last = number + len(chunk.ours) - 1
            where = f"line {number}" if last <= number else f"lines {number}-{last}"
            conflicts.append(Conflict(path, where, sides[1], sides[2], _why(*sides)))
            text.append(marked(*sides))
        else:
            text += chunk.merged
        number += len(chunk.ours)
    return Outcome("".join(text), tuple(conflicts))


def _why(base: str, ours: str, theirs: str) -> str:
    if not base:
        return BOTH_ADDED
    if not ours:
        return REMOVED_BY_YOU
    return BOTH_CHANGED if theirs else REMOVED_BY_SCAFFOLD


def _left(path: str, text: str) -> tuple[Conflict, ...]:
    """The conflicts between markers in a text."""
    lines = split(text)
    found: list[Conflict] = []
    for number in unresolved(text):
        stop = next(i for i in range(number, len(lines)) if lines[i].startswith(">>>>>>>"))
        block = "".join(lines[number - 1 : stop + 1])
        ours, theirs = side_of(block, "yours"), side_of(block, "scaffold")
        found.append(Conflict(path, f"line {number}", ours, theirs, MARKERS_LEFT))
    return tuple(found)


def _whole(path: str, ours: File, theirs: File, why: str) -> Conflict:
    mine, its = (file if isinstance(file, str) else "" for file in (ours, theirs))
    return Conflict(path, "", mine, its, why)


def _decoded(file: File) -> File:
    if not isinstance(file, bytes):
        return file
    try:
        text = file.decode()
    except UnicodeDecodeError:
        return file
    return file if "\0" in text else text


def _compose() -> Format:
    from scaffolder.merge.compose import FORMAT  # noqa: PLC0415

    return FORMAT


def _dockerfile() -> Format:
    from scaffolder.merge.dockerfile import FORMAT  # noqa: PLC0415

    return FORMAT


def _dockerignore() -> Format:
    from scaffolder.merge.dockerignore import FORMAT  # noqa: PLC0415

    return FORMAT


def _dotenv() -> Format:
    from scaffolder.merge.dotenv import FORMAT  # noqa: PLC0415

    return FORMAT


def _toml() -> Format:
    from scaffolder.merge.toml import FORMAT  # noqa: PLC0415

    return FORMAT


#: The kind of a file by its name; the first that matches counts. Only the kind that is needed is imported.
_KINDS: tuple[tuple[re.Pattern[str], Callable[[], Format]], ...] = (
    (re.compile(r".*\.?dockerignore$"), _dockerignore),
    (re.compile(r"(docker-)?compose([.-].+)?\.ya?ml$"), _compose),
    (re.compile(r"((Dockerfile|Containerfile)([.-].+)?|.+\.Dockerfile)$", re.IGNORECASE), _dockerfile),
    (re.compile(r".*\.?env(\..+)?\.(example|sample|template|dist)$"), _dotenv),
    (re.compile(r".+\.toml$"), _toml),
)


def _format_of(path: str) -> Format | None:
    name = path.rpartition("/")[2]
    return next((load() for pattern, load in _KINDS if pattern.match(name)), None)
