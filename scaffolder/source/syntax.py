"""Source in the syntax of a newer Python than the one that runs `scaffold`.

`ast` reads the syntax of its own release. A project for Python 3.14 is read with Python 3.11 all the same: what is
newer is written the older way first, in the same lines. That is

- quotes, backslashes, comments and line ends within the fields of an f-string (3.12, https://peps.python.org/pep-0701/),
- type parameters and the statement `type` (3.12, https://peps.python.org/pep-0695/), which are left out,
- template strings (3.14, https://peps.python.org/pep-0750/), read as f-strings,
- `except` with several types and no parentheses (3.14, https://peps.python.org/pep-0758/),
- `lazy import` (3.15, https://peps.python.org/pep-0810/).
"""

from __future__ import annotations

import ast
import re
from contextlib import suppress
from dataclasses import dataclass, field

#: So deep may f-strings stand in each other.
_DEPTH = 10

_TOKEN = re.compile(
    r"""
    (?P<blank>(?:[ \t\f\r]|\\\r?\n)+|\#[^\n]*)
    |(?P<string>(?P<prefix>[rbuftRBUFT]{0,2})(?P<quote>\"{3}|'{3}|["']))
    |(?P<word>\w+)
    |(?P<sign>!=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}

#: The rest of a string that has no fields, behind its opening quote.
_REST = {
    '"': re.compile(r'(?:[^"\\\n]|\\.)*"', re.DOTALL),
    "'": re.compile(r"(?:[^'\\\n]|\\.)*'", re.DOTALL),
    '"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*"""', re.DOTALL),
    "'''": re.compile(r"(?:[^'\\]|\\.|'(?!''))*'''", re.DOTALL),
}
#: What stands between the fields of a string and needs no look.
_LITERAL = re.compile(r"(?:[^\\{}\"'\n]|\{\{|\\N\{[^{}\n]*\}|\\[^{}])+", re.DOTALL)

#: What could not stand in a field.
_NEWER = re.compile(r"[\"'\\\n#]")

_GENERIC = re.compile(r"(?:def|class)\s+\w+\s*(?=\[)")
_ALIAS = re.compile(r"type[ \t]+(?=\w+\s*(?:\[|=(?!=)))")
_ALIASED = re.compile(r"\w+\s*")
_LAZY = re.compile(r"lazy[ \t]+(?=import\b|from\b)")


@dataclass(slots=True)
class _Older:
    """A text while it is written the older way."""

    text: str
    #: Name that stands in a field → the expression in its place.
    expressions: dict[str, str] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)


def parse_source(text: str) -> ast.Module:
    """`ast.parse` for every syntax up to that of Python 3.15.

    Raises what it raises, about the text as it is: SyntaxError, ValueError, RecursionError, MemoryError.
    """
    try:
        return ast.parse(text)
    except SyntaxError:
        with suppress(SyntaxError):
            return parse_older(text)
        raise


def parse_older(text: str, depth: int = 0) -> ast.Module:
    """The text written the older way, as `ast.parse` reads it; `depth` is that of the f-strings around it.

    Raises SyntaxError for what the scanner cannot make out, and what `ast.parse` raises.
    """
    if depth > _DEPTH:
        raise SyntaxError
    older = _Older(text)
    _write_older(older)
    tree = ast.parse("".join(older.written))
    for node in ast.walk(tree):
        if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Name):
            expression = older.expressions.get(node.value.id)
            if expression is not None:
                node.value = _parse_field(expression, node.value, depth + 1)
    return tree


def _parse_field(expression: str, place: ast.expr, depth: int) -> ast.expr:
    """The expression, with the place of what stood for it."""
    tree = parse_older(f"({expression}\n)", depth)
    if len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
        raise SyntaxError
    parsed = tree.body[0].value
    if isinstance(parsed, ast.Tuple) and not parsed.elts and "(" not in expression:  # nothing, or a comment
        raise SyntaxError
    for node in ast.walk(parsed):
        ast.copy_location(node, place)
    return parsed


def _write_older(older: _Older) -> None:
    text, position, begins = older.text, 0, True
    while token := _TOKEN.match(text, position):
        position = token.end()
        if token["string"] is not None:
            position = _write_string(older, token)
        elif token["word"] is not None:
            position = _write_word(older, token, begins)
        else:
            older.written.append(token[0])
        if token["blank"] is None:
            begins = token[0] in ("\n", ";", ":")


def _write_string(older: _Older, token: re.Match[str]) -> int:
    """Write a string with names in the place of its fields; returns where it ends."""
    if not _has_fields(token):
        end = _string_end(older.text, token, 0)
        older.written.append(older.text[token.start() : end])
        return end
    start = len(older.written)
    older.written.append(token["prefix"].translate(str.maketrans("tT", "ff")) + token["quote"])
    end = _read_fields(older.text, token.end(), token["quote"], 0, older)
    older.written.append(token["quote"])
    kept = sum(part.count("\n") for part in older.written[start:])
    older.written.append(_lines(older.text.count("\n", token.start(), end) - kept))
    return end


def _write_word(older: _Older, token: re.Match[str], begins: bool) -> int:
    """Write a word, or in the older way the statement that begins with it; returns how far that went."""
    text, start = older.text, token.start()
    if token[0] in ("def", "class") and (found := _GENERIC.match(text, start)):
        older.written.append(found[0])
        return _leave_out_brackets(older, found.end())
    if begins and (found := _LAZY.match(text, start)):
        return found.end()
    if begins and (found := _ALIAS.match(text, start)) and (name := _ALIASED.match(text, found.end())):
        older.written.append(name[0])
        return _leave_out_brackets(older, name.end()) if text[name.end()] == "[" else name.end()
    if begins and token[0] == "except":
        end = _find(text, token.end(), ":", 0)
        types = text[token.end() : end]
        is_bare = "," in types and not re.match(r"\s*[*(]|.*\bas\b", types, re.DOTALL)
        older.written.append(f"except ({types})" if is_bare else text[start:end])
        return end
    older.written.append(token[0])
    return token.end()


def _leave_out_brackets(older: _Older, start: int) -> int:
    end = _find(older.text, start + 1, "]", 0) + 1
    older.written.append(_lines(older.text.count("\n", start, end)))
    return end


def _lines(number: int) -> str:
    """So many line ends that end no statement."""
    return "\\\n" * number


def _has_fields(token: re.Match[str]) -> bool:
    return any(letter in "fFtT" for letter in token["prefix"])


def _string_end(text: str, token: re.Match[str], depth: int) -> int:
    if _has_fields(token):
        return _read_fields(text, token.end(), token["quote"], depth + 1, None)
    found = _REST[token["quote"]].match(text, token.end())
    if found is None:
        raise SyntaxError
    return found.end()


def _find(text: str, position: int, wanted: str, depth: int) -> int:
    """Where, from there on, the first of these signs stands in no string and no bracket."""
    closing: list[str] = []
    while token := _TOKEN.match(text, position):
        sign = token["sign"]
        if not closing and sign is not None and sign in wanted:
            return position
        position = token.end() if token["string"] is None else _string_end(text, token, depth)
        if sign in _CLOSING:
            closing.append(_CLOSING[sign])
        elif sign in _CLOSING.values() and (not closing or closing.pop() != sign):
            raise SyntaxError
    raise SyntaxError


def _read_fields(text: str, position: int, end: str, depth: int, older: _Older | None) -> int:
    """Read what stands from there to the quote, or in a format the brace, `end`; returns where that ends.

    `older` takes what is read, with names in place of the expressions.
    """
    if depth > _DEPTH:
        raise SyntaxError
    start = position
    while not text.startswith(end, position):
        if text.startswith("{", position) and not text.startswith("{{", position):
            if older:
                older.written.append(text[start:position])
            start = position = _read_field(text, position + 1, depth, older)
            continue
        literal = _LITERAL.match(text, position)
        position = literal.end() if literal else position + 1
        if position > len(text):
            raise SyntaxError
    if older:
        older.written.append(text[start:position])
    return position + len(end)


def _read_field(text: str, start: int, depth: int, older: _Older | None) -> int:
    """Read a field from behind its opening brace; returns where it ends."""
    end = _find(text, start, "!:}", depth)
    conversion = text[end : end + 2] if text[end] == "!" else ""
    if older:
        older.written.append(f"{{{_field(older, text[start:end])}{conversion}")
    end += len(conversion)
    if text.startswith(":", end):
        if older:
            older.written.append(":")
        end = _read_fields(text, end + 1, "}", depth + 1, older) - 1
    if not text.startswith("}", end):
        raise SyntaxError
    if older:
        older.written.append("}")
    return end + 1


def _field(older: _Older, expression: str) -> str:
    """The expression, or a name for one that could not always stand in a field; the text that `=` adds is lost then."""
    if not _NEWER.search(expression):
        return expression
    name = f"__field_{len(older.expressions)}__"
    older.expressions[name] = expression.rstrip().removesuffix("=")
    return name
