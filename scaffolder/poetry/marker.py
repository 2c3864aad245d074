"""Poetry's `python = "^3.8"` and `platform = "linux"` of a dependency, as PEP 508 markers."""

from __future__ import annotations

import re
from collections.abc import Callable

_OR = re.compile(r"\s*\|\|?\s*")
_VERSION_PART = re.compile(
    r"\s*,?\s*(?P<operator>~=|===?|!=|<>|>=|<=|[\^~=<>]?)\s*v?(?P<version>\d+(?:\.\d+)*(?:\.[*xX])?|[*xX])"
    r"(?P<suffix>(?:[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview|post|dev)[-_.]?\d*){0,3})(?=[\s,]|$)",
    re.IGNORECASE,
)
#: Operator → index of the part that the next refused version bumps: `^1.2` ends before 2.0, `~1.2` before 1.3.
_REACH: dict[str, Callable[[list[int]], int]] = {
    "^": lambda release: next((index for index, part in enumerate(release) if part), len(release) - 1),
    "~": lambda release: min(1, len(release) - 1),
    "~=": lambda release: max(0, len(release) - 2),
}
_PLATFORM_PART = re.compile(r"\s*,?\s*(?P<operator>==?|!=|<>)?\s*(?P<value>[A-Za-z0-9_-]+)(?=[\s,]|$)")


def conjunction(*markers: str) -> str:
    """The marker that holds where all hold; empty ones always hold."""
    parts = [marker for marker in dict.fromkeys(markers) if marker]
    if len(parts) < 2:
        return "".join(parts)
    return " and ".join(f"({part})" if " or " in part else part for part in parts)


def python_marker(constraint: str) -> str:
    """The marker for a Python constraint in Poetry's grammar: `^3.8` → `python_version >= "3.8" and …`; "" for any.

    Raises ValueError, with what cannot be read, for anything that Poetry refuses.
    """
    return _disjunction([_python_conjunction(part) for part in _OR.split(constraint.strip())])


def platform_marker(constraint: str) -> str:
    """The marker for a platform constraint: `linux` → `sys_platform == "linux"`; `!=win32`; `linux || darwin`.

    Raises ValueError, with what cannot be read, for anything else.
    """
    return _disjunction([_platform_conjunction(part) for part in _OR.split(constraint.strip())])


def _disjunction(alternatives: list[str]) -> str:
    if "" in alternatives:
        return ""
    if len(alternatives) == 1:
        return alternatives[0]
    return " or ".join(f"({part})" if " and " in part else part for part in alternatives)


def _python_conjunction(text: str) -> str:
    return conjunction(*(_comparison(match) for match in _parts(_VERSION_PART, text)))


def _platform_conjunction(text: str) -> str:
    if text == "*":
        return ""
    return conjunction(
        *(
            f'sys_platform {"!=" if match["operator"] in ("!=", "<>") else "=="} "{match["value"]}"'
            for match in _parts(_PLATFORM_PART, text)
        )
    )


def _parts(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    matches: list[re.Match[str]] = []
    end = 0
    while text[end:].strip():
        match = pattern.match(text, end)
        if match is None:
            raise ValueError(text)
        matches.append(match)
        end = match.end()
    if not matches:
        raise ValueError(text)
    return matches


def _comparison(match: re.Match[str]) -> str:
    operator, version, suffix = match["operator"], match["version"], match["suffix"]
    if version in ("*", "x", "X"):
        return ""
    release = [int(part) for part in version.split(".") if part.isdigit()]
    if version[-1] in "*xX":
        return _wildcard(match, release)
    if operator in _REACH:
        return _within(release, _next(release, _REACH[operator](release)))
    if operator in ("", "=", "==", "==="):
        return f'{_variable(release)} == "{_dotted(release)}{suffix}"'
    return _bound("!=" if operator == "<>" else operator, release, suffix)


def _wildcard(match: re.Match[str], release: list[int]) -> str:
    operator = match["operator"]
    if operator in ("<", "<=", ">", ">="):
        return _bound(operator, release)
    if operator in ("", "=", "==", "!=", "<>"):
        return _within(release, _next(release, len(release) - 1), outside=operator in ("!=", "<>"))
    raise ValueError(match[0])


def _within(low: list[int], high: list[int], *, outside: bool = False) -> str:
    if outside:
        return f"{_bound('<', low)} or {_bound('>=', high)}"
    return f"{_bound('>=', low)} and {_bound('<', high)}"


def _bound(operator: str, release: list[int], suffix: str = "") -> str:
    # python_version has two parts: `> "3.8"` and `<= "3.8"` would speak of all of 3.8, Poetry speaks of 3.8.0.
    if operator in (">", "<=", "!=") or len(release) > 2 or suffix:
        full = release + [0] * (3 - len(release))
        return f'python_full_version {operator} "{_dotted(full)}{suffix}"'
    return f'python_version {operator} "{_dotted(release)}"'


def _variable(release: list[int]) -> str:
    return "python_full_version" if len(release) > 2 else "python_version"


def _next(release: list[int], index: int) -> list[int]:
    bumped = [*release[:index], release[index] + 1]
    return bumped + [0] * (2 - len(bumped))


def _dotted(release: list[int]) -> str:
    return ".".join(map(str, release))
