"""Which names a .gitignore file ignores.

pathspec reads the patterns. Its `GitIgnoreSpec` answers for files whose folders nobody looked at; a walk asks for a
folder before what is inside, so here a pattern has to match the entry itself, and the last one that does decides.
"""

from __future__ import annotations

import re
import warnings
from itertools import islice
from typing import NamedTuple

from pathspec.patterns.gitignore.base import GitIgnorePatternError
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

#: A larger file is generated, and compiling it would take seconds.
_MOST_PATTERNS = 2_000
_LONGEST_PATTERN = 255
#: Number of stars in a pattern → the longest path that it is asked about: some million steps at worst.
_LONGEST_PATH = (4096, 4096, 1412, 179, 67, 38, 26, 19, 15)


class _Rule(NamedTuple):
    regex: re.Pattern[str]
    ignores: bool
    folders_only: bool
    #: Whether the pattern speaks of the path below the file's folder, and not of the name alone.
    whole_path: bool
    longest_path: int


class IgnoreRules:
    """The patterns of one file, compiled. Immutable."""

    __slots__ = ("_rules",)

    def __init__(self, text: str) -> None:
        """Compiles the patterns of a .gitignore file.

        Lines that pathspec cannot read match nothing, and neither do lines that would take too long: all after 2,000
        patterns, those of more than 255 characters or 8 stars. A pattern of 3 stars is not asked about a path of more
        than 179 characters, one of 4 about one of more than 67, and so on (`_LONGEST_PATH`). Unlike git, pathspec knows
        no `[[:alpha:]]`, no backslash inside brackets, no range that runs backwards and no space before a last slash.
        """
        lines = text.removeprefix("\ufeff").split("\n")[: _MOST_PATTERNS * 5]
        with warnings.catch_warnings():
            # Python's own, about `[[` in a pattern of somebody else.
            warnings.simplefilter("ignore", FutureWarning)
            rules = tuple(islice(filter(None, map(_rule, lines)), _MOST_PATTERNS))
        self._rules = rules[::-1]

    def __bool__(self) -> bool:
        """Whether there is any pattern."""
        return bool(self._rules)

    def decide(self, folder: str, name: str, *, is_folder: bool) -> bool | None:
        """True: ignored; False: a negated pattern takes it back; None: no pattern speaks of it.

        `folder` is the path of the entry's folder below the folder of the file, "" or ending in "/".
        """
        for regex, ignores, folders_only, whole_path, longest_path in self._rules:
            if folders_only and not is_folder:
                continue
            path = folder + name if whole_path else name
            if len(path) > longest_path:
                continue
            match = regex.search(path)
            # pathspec's only group is the "/" behind a folder that matches: then the entry is inside it.
            if match is not None and match.lastindex is None:
                return ignores
        return None


def _rule(line: str) -> _Rule | None:
    line = line.removesuffix("\r")
    stripped = line.rstrip(" ")
    folders_only = stripped.endswith("/")
    # Without the last slash pathspec says what the pattern matches, and not what is inside.
    pattern = stripped[:-1] if folders_only else line
    # A segment that is one star can match in one way only; `**` is one star.
    stars = sum(1 if segment == "**" else segment.count("*") for segment in pattern.split("/") if segment != "*")
    if len(pattern) > _LONGEST_PATTERN or stars >= len(_LONGEST_PATH):
        return None
    try:
        compiled = GitIgnoreSpecPattern(pattern)
    except (GitIgnorePatternError, re.error):
        return None
    if compiled.regex is None or compiled.include is None:
        return None
    return _Rule(compiled.regex, compiled.include, folders_only, "/" in pattern, _LONGEST_PATH[stars])
