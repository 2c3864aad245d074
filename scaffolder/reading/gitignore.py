"""Which names a .gitignore file ignores, as git decides it.

Made for walking a tree: an entry is asked for only when no folder above it is ignored, so a pattern has to match
the whole entry, and the last pattern that matches decides. Most entries match nothing; for them one set, one tuple of
endings and two regular expressions are asked, which is why this is not a loop over patterns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: A larger file is generated, and compiling it would take seconds.
_MOST_PATTERNS = 2_000
_PLAIN_NAME = re.compile(r"[^*?\[\\/]+")
_PLAIN_ENDING = re.compile(r"\*([^*?\[\\/]+)")
_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": " \\t",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "\\x21-\\x7e",
    "lower": "a-z",
    "print": "\\x20-\\x7e",
    "punct": "!-/:-@\\[-`{-~",
    "space": "\\s",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}


@dataclass(frozen=True, slots=True)
class _Rule:
    #: Regular expression for the name, or for the path below the file's folder when `whole_path`.
    regex: str
    ignores: bool
    folders_only: bool
    whole_path: bool
    #: The exact name, or the ending, that the pattern stands for; "" when only `regex` tells.
    name: str = ""
    ending: str = ""


class IgnoreRules:
    """The patterns of one file, compiled. Immutable."""

    __slots__ = ("_endings", "_names", "_paths", "_rules", "_shapes")

    def __init__(self, text: str) -> None:
        """Compiles the patterns of a .gitignore file; lines that git cannot read match nothing, as in git."""
        lines = text.removeprefix("\ufeff").split("\n")
        rules = [rule for rule in map(_rule, lines[: _MOST_PATTERNS * 5]) if rule][:_MOST_PATTERNS]
        self._names = frozenset(rule.name for rule in rules if rule.name)
        self._endings = tuple(dict.fromkeys(rule.ending for rule in rules if rule.ending))
        shapes = [rule.regex for rule in rules if not (rule.whole_path or rule.name or rule.ending)]
        self._shapes = _alternation(shapes)
        self._paths = _alternation([rule.regex for rule in rules if rule.whole_path])
        self._rules = tuple(reversed(rules))

    def __bool__(self) -> bool:
        """Whether there is any pattern."""
        return bool(self._rules)

    def decide(self, folder: str, name: str, *, is_folder: bool) -> bool | None:
        """True: ignored; False: a negated pattern takes it back; None: no pattern speaks of it.

        `folder` is the path of the entry's folder below the folder of the file, "" or ending in "/".
        """
        if (
            name not in self._names
            and not name.endswith(self._endings)
            and not (self._shapes and self._shapes.fullmatch(name))
            and not (self._paths and self._paths.fullmatch(folder + name))
        ):
            return None
        for rule in self._rules:
            if rule.folders_only and not is_folder:
                continue
            if rule.name == name or (rule.ending and name.endswith(rule.ending)):
                return rule.ignores
            if rule.name or rule.ending:
                continue
            if re.fullmatch(rule.regex, folder + name if rule.whole_path else name, re.DOTALL):
                return rule.ignores
        return None


def _alternation(regexes: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{regex})" for regex in regexes), re.DOTALL) if regexes else None


def _rule(line: str) -> _Rule | None:
    if line.startswith("#"):
        return None
    pattern = _without_trailing_spaces(line.removesuffix("\r"))
    ignores = not pattern.startswith("!")
    pattern = pattern if ignores else pattern[1:]
    folders_only = pattern.endswith("/")
    pattern = pattern[:-1] if folders_only else pattern
    if not pattern:
        return None
    if "/" in pattern:
        regex = _path_regex(pattern.removeprefix("/"))
        return _Rule(regex, ignores, folders_only, whole_path=True) if regex else None
    if _PLAIN_NAME.fullmatch(pattern):
        return _Rule("", ignores, folders_only, whole_path=False, name=pattern)
    if match := _PLAIN_ENDING.fullmatch(pattern):
        return _Rule("", ignores, folders_only, whole_path=False, ending=match[1])
    regex = _segment_regex(pattern)
    return _Rule(regex, ignores, folders_only, whole_path=False) if regex else None


def _without_trailing_spaces(line: str) -> str:
    stripped = line.rstrip(" ")
    backslashes = len(stripped) - len(stripped.rstrip("\\"))
    return stripped + " " if backslashes % 2 and stripped != line else stripped


def _path_regex(pattern: str) -> str:
    """The expression for a pattern with slashes, "" for one that matches nothing.

    `**` as a whole segment stands for any folders. What stands between two of them is tried at the first place where
    it fits and never again (atomic groups), so no pattern takes time that grows faster than the path.
    """
    chunks: list[list[str]] = [[]]
    for index, segment in enumerate(pattern.split("/")):
        if segment == "**":
            if chunks[-1] or index == 0:
                chunks.append([])
            continue
        regex = _segment_regex(segment)
        if not regex:
            return ""
        chunks[-1].append(regex)
    parts = ["/".join(chunk) for chunk in chunks]
    first, *inner, last = parts if len(parts) > 1 else ["", *parts]
    if len(parts) == 1:
        return last
    start = f"{first}/" if first else ""
    middle = "".join(f"(?>(?:[^/]+/)*?{part}/)" for part in inner)
    return start + middle + (f"(?:[^/]+/)*{last}" if last else ".+")


def _segment_regex(pattern: str) -> str:
    """The expression for a pattern without slashes, "" for one that matches nothing."""
    chunks = [""]
    index = 0
    while index < len(pattern):
        character = pattern[index]
        index += 1
        if character == "*":
            if len(chunks) == 1 or chunks[-1]:
                chunks.append("")
        elif character == "?":
            chunks[-1] += "[^/]"
        elif character == "[":
            regex, index = _bracket(pattern, index)
            if not regex:
                return ""
            chunks[-1] += regex
        elif character == "\\":
            if index == len(pattern):
                return ""
            chunks[-1] += re.escape(pattern[index])
            index += 1
        else:
            chunks[-1] += re.escape(character)
    first, *rest = chunks
    if not rest:
        return first
    *inner, last = rest
    return first + "".join(f"(?>[^/]*?{chunk})" for chunk in inner) + f"[^/]*{last}"


def _bracket(pattern: str, index: int) -> tuple[str, int]:
    """The expression for the bracket whose inside begins at `index`, and where it ends; "" when it never closes."""
    negated = pattern[index : index + 1] in ("!", "^")
    index += negated
    items = ""
    start = index
    while index < len(pattern):
        character = pattern[index]
        if character == "]" and index > start:
            return _set(items, negated=negated), index + 1
        if match := re.compile(r"\[:([a-z]*):\]").match(pattern, index):
            if match[1] not in _CLASSES:
                return "", index
            items += _CLASSES[match[1]]
            index = match.end()
            continue
        low, index = _character(pattern, index)
        if pattern[index : index + 1] == "-" and pattern[index + 1 : index + 2] not in ("", "]"):
            high, index = _character(pattern, index + 1)
            # git compares the low end by itself first, so [b-a] matches b.
            items += f"{re.escape(low)}-{re.escape(high)}" if low <= high else re.escape(low)
        else:
            items += re.escape(low)
    return "", index


def _character(pattern: str, index: int) -> tuple[str, int]:
    if pattern[index] == "\\" and index + 1 < len(pattern):
        return pattern[index + 1], index + 2
    return pattern[index], index + 1


def _set(items: str, *, negated: bool) -> str:
    if not items:
        return "[^/]" if negated else "(?!)"
    return f"(?!/)[{'^' if negated else ''}{items}]"
