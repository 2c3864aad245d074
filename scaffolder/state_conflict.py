"""`scaffold.lock` as git leaves it when two branches wrote it differently, made whole again.

The base of the next three-way merge is the text from which the files on disk differ by the user's edits alone. Those
files were merged as well, by git or by hand, and now hold what scaffold wrote on both branches. So:

- Text that git merged by itself stays merged: in the files it merged the same lines in the same way.
- Where the two sides differ, the base is the side whose lines the file on disk has. A base with lines that the file
  lacks would read as if the user had deleted them, and what scaffold writes there would be lost for good; a base that
  lacks lines of the file merely makes them the user's, and they are the same when scaffold writes them again.
- A file that only one side knows was added by that branch or dropped by the other: it is there, or it is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from difflib import SequenceMatcher

from packaging.version import InvalidVersion, Version

from scaffolder.model.change import RenderedFile
from scaffolder.state import State, broken, parse_merged

_MARKER = re.compile(r"(<<<<<<<|\|\|\|\|\|\|\||=======|>>>>>>>)(?: .*)?")
#: Marker → the part of the conflict that it opens, and the parts that it may follow.
_OPENS = {
    "<<<<<<<": ("ours", {""}),
    "|||||||": ("ancestor", {"ours"}),
    "=======": ("theirs", {"ours", "ancestor"}),
    ">>>>>>>": ("", {"theirs"}),
}


def sides(text: str) -> tuple[State, State]:
    """Ours and theirs of a lock with conflicts, in any of git's styles (merge, diff3, zdiff3).

    Both hold what git merged by itself. Raises ProjectError when markers are missing or a side is no lock.
    """
    lines = list(_lines(text))
    ours, theirs = ("".join(line for part, line in lines if part in ("", side)) for side in ("ours", "theirs"))
    return parse_merged(ours), parse_merged(theirs)


def healed(ours: State, theirs: State, on_disk: Mapping[str, str]) -> State:
    """One state of two, usable as the base of a merge with the files `on_disk` (path → text).

    What was decided, and by which blueprint, is taken from the side of the newer scaffold, ours when there is none;
    a file that one of them keeps is kept.
    """
    newer, older = (theirs, ours) if _version(theirs) > _version(ours) else (ours, theirs)
    kept = ours.kept | theirs.kept
    paths = (ours.files.keys() & theirs.files.keys()) | ((ours.files.keys() ^ theirs.files.keys()) & on_disk.keys())
    return replace(
        newer,
        values={**older.values, **newer.values},
        files={path: _file(path, ours, theirs, on_disk.get(path)) for path in sorted(paths - kept)},
        kept=kept,
    )


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Each line with the part that it belongs to: ours, ancestor, theirs, "" outside of conflicts."""
    part = ""
    for number, line in enumerate(text.replace("\r\n", "\n").splitlines(keepends=True), start=1):
        match = _MARKER.fullmatch(line.rstrip("\n"))
        if match is None or (match[1] != "<<<<<<<" and not part):
            yield part, line
            continue
        opened, after = _OPENS[match[1]]
        if part not in after:
            raise broken(f"{match[1]} where none belongs, in line {number}")
        part = opened
    if part:
        raise broken("a merge conflict without its end")


def _file(path: str, ours: State, theirs: State, disk: str | None) -> RenderedFile:
    mine, other = ours.files.get(path), theirs.files.get(path)
    if mine is None or other is None:
        return ours.files.get(path) or theirs.files[path]
    if disk is None:
        return mine
    known = {line.strip() for line in disk.splitlines()}

    def missing(lines: list[str]) -> int:
        return sum(1 for line in lines if line.strip() not in known)

    return replace(mine, text="".join(_nearest(mine.text, other.text, missing)))


def _nearest(ours: str, theirs: str, missing: Callable[[list[str]], int]) -> Iterator[str]:
    """The lines of both where they agree; elsewhere of the side with fewer missing, then more lines, then ours."""
    left, right = ours.splitlines(keepends=True), theirs.splitlines(keepends=True)
    for _, start, stop, first, last in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        yield from min(left[start:stop], right[first:last], key=lambda lines: (missing(lines), -len(lines)))


def _version(state: State) -> Version:
    try:
        return Version(state.scaffold)
    except InvalidVersion:
        return Version("0")
