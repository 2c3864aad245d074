"""The import statements of a file, found without parsing it.

Parsing costs about a hundred times as much as this. A line that begins with `import` or `from X import` is a
statement unless it stands inside a string that spans lines; only files that hold a triple quote or a continued line
can have such strings, and there the text before the match is cut into strings and comments by a small lexer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_STATEMENT = re.compile(
    r"\n[ \t]*(?:from[ \t]+(\.*)[ \t]*([\w.]*)[ \t]+import\b[ \t]*\(?[ \t]*([\w, \t]*)|import[ \t]+([\w., \t]+))"
)

#: No alternative can fail after its first quote: what is not closed runs to the end of the line or of the file, so
#: that no text makes the lexer start over and over again.
_SPANNING = re.compile(
    r'"""(?:\\(?:.|\Z)|[^\\])*?(?:"""|\Z)'
    r"|'''(?:\\(?:.|\Z)|[^\\])*?(?:'''|\Z)"
    r'|"(?:\\(?:.|\Z)|[^"\\\n])*"?'
    r"|'(?:\\(?:.|\Z)|[^'\\\n])*'?"
    r"|\#[^\n]*",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class ImportLine:
    """`from ..a.b import c, d`: level 2, module `a.b`, names on the same line (`c`, `d`)."""

    line: int
    level: int
    module: str
    names: tuple[str, ...] = ()


def import_lines(text: str) -> tuple[ImportLine, ...]:
    """The imports of a file in order. Statements behind a semicolon or on the line of an `if` are not seen."""
    padded = "\n" + text
    matches = list(_STATEMENT.finditer(padded))
    if not matches:
        return ()
    strings = _spans(padded, matches[-1].start()) if _may_span_lines(text) else ()
    found: list[ImportLine] = []
    line, counted = 0, 0
    for match in matches:
        start = match.start()
        if any(begin <= start < end for begin, end in strings):
            continue
        line += padded.count("\n", counted, start + 1)
        counted = start + 1
        dots, module, names, plain = match.groups()
        if plain is None:
            if dots or module:
                found.append(ImportLine(line, len(dots), module, _names(names)))
            continue
        found.extend(ImportLine(line, 0, name) for name in _names(plain))
    return tuple(found)


def _may_span_lines(text: str) -> bool:
    return '"""' in text or "'''" in text or "\\\n" in text


def _spans(padded: str, last: int) -> tuple[tuple[int, int], ...]:
    """Start and end of the strings before `last` that hold a line break."""
    spans: list[tuple[int, int]] = []
    for match in _SPANNING.finditer(padded):
        if match.start() > last:
            break
        if "\n" in match.group():
            spans.append(match.span())
    return tuple(spans)


def _names(text: str) -> tuple[str, ...]:
    """`a.b as c, d` → `a.b`, `d`."""
    return tuple(words[0] for part in text.split(",") if (words := part.split()))
