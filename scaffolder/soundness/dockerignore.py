"""What a .dockerignore file keeps out of a build. Pure.

Source: moby/patternmatcher, whose patterns speak of whole paths; the last one that matches a path or a folder above it
decides.
"""

from __future__ import annotations

import posixpath
import re
from typing import NamedTuple

#: A larger file, or a longer pattern, is written by no person.
_MOST_PATTERNS = 2_000
_LONGEST_PATTERN = 255


class _Pattern(NamedTuple):
    regex: re.Pattern[str]
    text: str
    ignores: bool


class DockerIgnore:
    """The patterns of one file, compiled. Immutable."""

    __slots__ = ("_patterns",)

    def __init__(self, text: str) -> None:
        """Compiles the patterns; what the matcher cannot read matches nothing, as do all after 2,000."""
        lines = text.removeprefix("\ufeff").splitlines()
        patterns = (_pattern(line.strip()) for line in lines if line.strip() and not line.startswith("#"))
        self._patterns = tuple(pattern for pattern in patterns if pattern is not None)[:_MOST_PATTERNS]

    def ignores(self, path: str) -> bool:
        """Whether nothing at `path`, a file or folder relative to the context, reaches the build."""
        parts = path.split("/")
        above = ["/".join(parts[: length + 1]) for length in range(len(parts))]
        ignored = False
        for pattern in self._patterns:
            if pattern.ignores is not ignored and any(map(pattern.regex.fullmatch, above)):
                ignored = pattern.ignores
        return ignored and not any(
            pattern.text.startswith((f"{path}/", "*")) for pattern in self._patterns if not pattern.ignores
        )


def _pattern(line: str) -> _Pattern | None:
    ignores = not line.startswith("!")
    text = posixpath.normpath(line.removeprefix("!").strip()).lstrip("/")
    if len(text) > _LONGEST_PATTERN:
        return None
    try:
        return _Pattern(re.compile(_regex(text)), text, ignores)
    except re.error:
        return None


_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\\.|\[\^?[^\]]+\]|.", re.DOTALL)
_WILD = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _regex(pattern: str) -> str:
    return "".join(map(_translated, _TOKEN.findall(pattern)))


def _translated(token: str) -> str:
    if token in _WILD:
        return _WILD[token]
    if len(token) > 1 and token.startswith("["):
        return token
    return re.escape(token[-1])
