"""The simple commands of a shell text, as far as they can be told without running it.

Source: POSIX.1-2017, XCU chapter 2. Loops and conditions are not followed: every command in them counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

#: A longer text is not written by hand.
LONGEST = 64_000
_MOST_WORDS = 20_000
#: What a variable may grow to: each may hold the others.
_LONGEST_WORD = 2_000

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+|\\\r?\n)
      |(?P<comment>(?<![^\s;&|(])\#[^\n]*)
      |(?P<redirect>\d*(?:<<<?|>>?|<)&?[ \t]*[^\s;&|<>()]*|&>>?[ \t]*[^\s;&|<>()]*)
      |(?P<end>\n|&&|\|\||;;?|[|&()])
      |(?P<single>'[^']*')
      |(?P<double>"(?:[^"\\]|\\.)*")
      |(?P<escape>\\.)
      |(?P<variable>\$\{[^{}]*\}|\$[A-Za-z_][A-Za-z0-9_]*)
      |(?P<plain>[^\s;&|<>()'"\\$\#]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)(?::?([-+])([^{}]*))?\}|([A-Za-z_][A-Za-z0-9_]*))")
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_KEYWORDS = frozenset({"if", "then", "else", "elif", "do", "while", "until", "!", "{", "time", "exec", "sudo", "env"})

#: Program that runs another → how many words stand between them, or the word after which the other begins.
_WRAPPERS: Mapping[str, int | str] = {
    "ddtrace-run": 0,
    "doppler": "--",
    "dumb-init": "--",
    "gosu": 1,
    "newrelic-admin": 1,
    "nohup": 0,
    "opentelemetry-instrument": 0,
    "pdm": "run",
    "pipenv": "run",
    "poetry": "run",
    "su-exec": 1,
    "tini": "--",
    "uv": "run",
    "wait-for-it": "--",
    "wait-for-it.sh": "--",
    "wait-for": "--",
}
#: Programs that are also started as `python -m program`.
_MODULES = frozenset(
    {"celery", "chainlit", "daphne", "fastapi", "flask", "granian", "gunicorn", "hypercorn", "sanic", "streamlit"}
    | {"uvicorn", "waitress"}
)
_SHELLS = frozenset({"ash", "bash", "dash", "sh"})


def simple_commands(text: str, variables: Mapping[str, str] | None = None) -> list[tuple[str, ...]]:
    """The commands in order, each as its words; known variables are filled in, and `$` stays where one is unknown.

    Assignments before a command, redirections and words that only open a block are left out. A text that is too long
    to be written by hand has none.
    """
    if len(text) > LONGEST:
        return []
    return [words for words in map(_bare, _split(text, variables or {})) if words]


def expanded(text: str, variables: Mapping[str, str]) -> str:
    """The text with the variables that are known; bounded in length."""

    def value(match: re.Match[str]) -> str:
        known = variables.get(match[1] or match[4])
        if match[2] == "+":
            return match[3] if known else ""
        if known is None or (not known and match[2]):
            return match[3] if match[2] else match[0]
        return known

    return _VARIABLE.sub(value, text)[:_LONGEST_WORD]


def unwrapped(words: Sequence[str], variables: Mapping[str, str] | None = None) -> list[tuple[str, ...]]:
    """The commands that a command comes to: what `sh -c`, `poetry run`, `tini --` and the like start."""
    left = tuple(words)
    for _ in range(8):
        left = _bare(left)
        if not left:
            return []
        program = left[0].rpartition("/")[2]
        if program in _SHELLS:
            options = [word for word in left[1:3] if word.startswith("-")]
            if any("c" in option for option in options) and len(left) > len(options) + 1:
                return [
                    inner
                    for command in simple_commands(left[len(options) + 1], variables)
                    for inner in (unwrapped(command, variables) if command[0] not in _SHELLS else [command])
                ]
            left = tuple(word for word in left[1:] if not word.startswith("-"))
            return [left] if left else []
        if re.fullmatch(r"python[\d.]*", program) and left[1:2] == ("-m",) and left[2:3] and left[2] in _MODULES:
            left = left[2:]
            continue
        inside = _inside(program, left)
        if inside is None:
            return [(program if "/bin/" in left[0] or "Scripts" in left[0] else left[0], *left[1:])]
        left = inside
    return []


def _inside(program: str, words: tuple[str, ...]) -> tuple[str, ...] | None:
    place = _WRAPPERS.get(program)
    if place is None:
        return None
    if isinstance(place, int):
        return words[place + 1 :]
    if place in words:
        return words[words.index(place) + 1 :]
    rest = tuple(word for word in words[1:] if not word.startswith("-"))
    return rest if place == "--" and program in ("tini", "dumb-init") else None


def _split(text: str, variables: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    words: list[str] = []
    word: str | None = None
    count = 0
    for token in _TOKEN.finditer(text):
        kind, part = token.lastgroup, token[0]
        if kind in ("space", "comment", "redirect", "end"):
            if word is not None:
                words.append(word)
                count += 1
            word = None
            if kind == "end":
                yield tuple(words)
                words = []
            if count > _MOST_WORDS:
                return
            continue
        value = _value(str(kind), part, variables)
        if kind == "variable" and word is None and " " in value and _ends_word(text, token.end()):
            words += value.split()
            count += len(words)
            continue
        word = ((word or "") + value)[:_LONGEST_WORD]
    if word is not None:
        words.append(word)
    yield tuple(words)


def _ends_word(text: str, at: int) -> bool:
    return at == len(text) or text[at] in " \t\r\n;&|)"


def _value(kind: str, part: str, variables: Mapping[str, str]) -> str:
    if kind == "single":
        return part[1:-1]
    if kind == "double":
        return expanded(re.sub(r"\\([\"\\`])|\\\n", r"\1", part[1:-1]), variables)
    if kind == "escape":
        return part[1:]
    return expanded(part, variables) if kind == "variable" else part


def _bare(words: tuple[str, ...]) -> tuple[str, ...]:
    at = 0
    while at < len(words) and (words[at] in _KEYWORDS or _ASSIGNMENT.match(words[at])):
        at += 1
    return words[at:]
