"""Which names a .gitignore file ignores.

pathspec translates the patterns, but for the simplest, which are most: to import it takes a sixth of a `check`. Its
`GitIgnoreSpec` answers for files whose folders nobody looked at; a walk asks for a folder before what is inside, so
here a pattern has to match the entry itself, and the last one that does decides.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

#: A larger file is generated, and compiling it would take seconds.
_MOST_PATTERNS = 2_000
_LONGEST_PATTERN = 255
#: Number of stars in a pattern → the longest path that it may match: some million steps at worst.
_LONGEST_PATH = {3: 179, 4: 67, 5: 38, 6: 26, 7: 19, 8: 15}
_NAMED_GROUP = re.compile(r"\(\?P<\w+>")
#: What the simplest patterns are made of, and what becomes of that in an expression.
_TOKEN = re.compile(r"(?P<literal>[\w.$~+@,=%-]+|/(?!/))|(?P<star>\*(?!\*))|(?P<any>\?)|(?P<one_of>\[\w+\])")
_EXPRESSIONS = {"star": "[^/]*", "any": "[^/]"}


class _Rule(NamedTuple):
    regex: re.Pattern[str]
    ignores: bool
    folders_only: bool
    #: Whether the pattern speaks of the path below the file's folder, and not of the name alone.
    whole_path: bool


class IgnoreRules:
    """The patterns of one file, compiled. Immutable."""

    __slots__ = ("_names", "_paths", "_rules")

    def __init__(self, text: str) -> None:
        """Compiles the patterns of a .gitignore file.

        Lines that pathspec cannot read match nothing, and neither do lines that would take too long: all after 2,000
        patterns, those of more than 255 characters or 8 stars. A pattern of 3 stars matches no path of more than 179
        characters, one of 4 none of more than 67, and so on (`_LONGEST_PATH`). Unlike git, pathspec knows no
        `[[:alpha:]]`, no backslash inside brackets, no range that runs backwards and no space before a last slash.
        """
        lines = text.removeprefix("\ufeff").split("\n")[: _MOST_PATTERNS * 5]
        with warnings.catch_warnings():
            # Python's own, about `[[` in a pattern of somebody else.
            warnings.simplefilter("ignore", FutureWarning)
            rules = tuple(islice(filter(None, map(_rule, lines)), _MOST_PATTERNS))
            self._names = _alternation(rule.regex for rule in rules if not rule.whole_path)
            self._paths = _alternation(rule.regex for rule in rules if rule.whole_path)
        self._rules = rules[::-1]

    def __bool__(self) -> bool:
        """Whether there is any pattern."""
        return bool(self._rules)

    def decide(self, folder: str, name: str, *, is_folder: bool) -> bool | None:
        """True: ignored; False: a negated pattern takes it back; None: no pattern speaks of it.

        `folder` is the path of the entry's folder below the folder of the file, "" or ending in "/".
        """
        path = folder + name
        # Most entries match nothing: two questions instead of one for each pattern.
        if not self._names.search(name) and not self._paths.search(path):
            return None
        for rule in self._rules:
            if rule.folders_only and not is_folder:
                continue
            match = rule.regex.search(path if rule.whole_path else name)
            # pathspec's only group is the "/" behind a folder that matches: then the entry is inside it.
            if match is not None and match.lastindex is None:
                return rule.ignores
        return None


def _alternation(regexes: Iterable[re.Pattern[str]]) -> re.Pattern[str]:
    """What matches where any of `regexes` does; never, when there is none."""
    # One expression cannot have pathspec's group, which has a name, more than once.
    return re.compile("|".join(_NAMED_GROUP.sub("(?:", regex.pattern) for regex in regexes) or "(?!)")


def _rule(line: str) -> _Rule | None:
    line = line.removesuffix("\r")
    stripped = line.rstrip(" ")
    if not stripped or stripped.startswith("#"):
        return None
    folders_only = stripped.endswith("/")
    # Without the last slash pathspec says what the pattern matches, and not what is inside.
    pattern = stripped[:-1] if folders_only else line
    whole_path = "/" in pattern
    # A segment that is one star can match in one way only; `**` is one star.
    stars = sum(1 if segment == "**" else segment.count("*") for segment in pattern.split("/") if segment != "*")
    if len(pattern) > _LONGEST_PATTERN or stars > max(_LONGEST_PATH):
        return None
    if not whole_path:
        # A name has no folders above it that pathspec's expression would have to look for.
        pattern = f"!/{pattern[1:]}" if pattern.startswith("!") else f"/{pattern}"
    regex = _simple(pattern) or _translated(pattern)
    if regex is None:
        return None
    if stars in _LONGEST_PATH:
        regex = f"(?!.{{{_LONGEST_PATH[stars] + 1}}}){regex}"
    try:
        return _Rule(re.compile(regex), not pattern.startswith("!"), folders_only, whole_path)
    except re.error:
        return None


def _simple(pattern: str) -> str | None:
    """The expression for a pattern of letters, lone stars, question marks and sets of letters; None for any other."""
    body = pattern.removeprefix("!").removeprefix("/")
    if not body or body.strip("/") != body:
        return None
    regex, at = "", 0
    while match := _TOKEN.match(body, at):
        regex += _EXPRESSIONS.get(match.lastgroup or "") or (match[0] if match["one_of"] else re.escape(match[0]))
        at = match.end()
    return f"^{regex}\\Z" if at == len(body) else None


def _translated(pattern: str) -> str | None:
    from pathspec.patterns.gitignore.base import GitIgnorePatternError  # noqa: PLC0415 - rarely needed
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern  # noqa: PLC0415

    try:
        regex: str | None = GitIgnoreSpecPattern.pattern_to_regex(pattern)[0]
    except GitIgnorePatternError:
        return None
    return regex
