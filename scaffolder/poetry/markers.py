"""PEP 508 markers, evaluated for an image as Poetry evaluates them for an environment."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from packaging.utils import canonicalize_name

from scaffolder.knowledge.pythons import full_version
from scaffolder.model.lock import Target
from scaffolder.poetry.constraints import allows

#: Linux kernel of the machine that builds: nobody knows it; markers that ask compare with a recent one.
_KERNEL = "6.1.0"
_ALIASES = {
    "os.name": "os_name",
    "sys.platform": "sys_platform",
    "platform.version": "platform_version",
    "platform.machine": "platform_machine",
    "platform.python_implementation": "platform_python_implementation",
    "python_implementation": "platform_python_implementation",
}
_NAMES = frozenset(
    {
        "extra",
        "implementation_name",
        "implementation_version",
        "os_name",
        "platform_machine",
        "platform_python_implementation",
        "platform_release",
        "platform_system",
        "platform_version",
        "python_full_version",
        "python_version",
        "sys_platform",
    }
)
_VERSIONS = frozenset({"python_version", "python_full_version", "platform_release"})
_PYTHON = frozenset({"python_version", "python_full_version"})
_TOKEN = re.compile(
    r"""\s*(?: (?P<bracket>[()]) | (?P<text>"[^"]*"|'[^']*') | (?P<operator>===|==|~=|!=|<=|>=|<|>|not\s+in\b|in\b)
    | (?P<word>[A-Za-z_.]+) )""",
    re.VERBOSE,
)
_SEPARATOR = re.compile(r"[ ,|]+")
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Comparison:
    """`name operator "value"`; `mirrored` when the text stands first: `"arm" in platform_version`."""

    name: str
    operator: str
    value: str
    mirrored: bool


@dataclass(frozen=True, slots=True)
class Junction:
    """Several markers joined by `all` (and) or `any` (or)."""

    all: bool
    parts: tuple[Marker, ...]


Marker: TypeAlias = Comparison | Junction
_ALWAYS = Junction(all=True, parts=())
_NEVER = Junction(all=False, parts=())


@functools.lru_cache(maxsize=65536)
def holds(marker: str, target: Target, extras: frozenset[str] | None = None) -> bool:
    """Whether the marker holds in an image. `extras` are the active ones, normalised; None leaves `extra` open: true.

    "" and `*` always hold, `<empty>` never. Raises ValueError, with the marker, for anything that is not a marker.
    """
    environment = _environment(target)
    return _evaluate(parse(marker), lambda comparison: _compare(comparison, environment, extras))


@functools.lru_cache(maxsize=65536)
def reaches(marker: str, target: Target) -> bool:
    """Whether Poetry's resolver follows a dependency with this marker in an image.

    The resolver asks twice: whether the marker holds, and whether the Python versions that it speaks of include the
    full version. They differ for `python_version <= "3.11.2"`: it holds on 3.11.9, but the resolver does not follow
    it. Raises ValueError, with the marker, for anything that is not a marker.
    """
    full = full_version(target.python)
    return holds(marker, target) and _evaluate(parse(marker), lambda comparison: _speaks_of(comparison, full))


@functools.lru_cache(maxsize=16384)
def parse(marker: str) -> Marker:
    """The marker as a tree. Raises ValueError, with the marker, for anything that is not a marker."""
    text = marker.strip()
    if text in ("", "*"):
        return _ALWAYS
    if text == "<empty>":
        return _NEVER
    try:
        tokens = _tokens(text)
        tree = _disjunction(tokens)
    except (ValueError, IndexError, RecursionError):
        raise ValueError(f"not an environment marker: {marker!r}") from None
    if tokens:
        raise ValueError(f"not an environment marker: {marker!r}")
    return tree


def _tokens(text: str) -> list[tuple[str, str]]:
    """Kind and text of each token, last first."""
    tokens: list[tuple[str, str]] = []
    end = 0
    while end < len(text):
        match = _TOKEN.match(text, end)
        if match is None or match.lastgroup is None:
            raise ValueError(text[end:])
        tokens.append((match.lastgroup, match[match.lastgroup]))
        end = match.end()
    return tokens[::-1]


def _disjunction(tokens: list[tuple[str, str]]) -> Marker:
    parts = [_conjunction(tokens)]
    while tokens and tokens[-1] == ("word", "or"):
        tokens.pop()
        parts.append(_conjunction(tokens))
    return parts[0] if len(parts) == 1 else Junction(all=False, parts=tuple(parts))


def _conjunction(tokens: list[tuple[str, str]]) -> Marker:
    parts = [_atom(tokens)]
    while tokens and tokens[-1] == ("word", "and"):
        tokens.pop()
        parts.append(_atom(tokens))
    return parts[0] if len(parts) == 1 else Junction(all=True, parts=tuple(parts))


def _atom(tokens: list[tuple[str, str]]) -> Marker:
    if tokens[-1] == ("bracket", "("):
        tokens.pop()
        inner = _disjunction(tokens)
        if tokens.pop() != ("bracket", ")"):
            raise ValueError("a bracket is not closed")
        return inner
    left, operator, right = tokens.pop(), tokens.pop(), tokens.pop()
    mirrored = left[0] == "text"
    name, value = (right, left) if mirrored else (left, right)
    variable = _ALIASES.get(name[1], name[1])
    if operator[0] != "operator" or value[0] != "text" or variable not in _NAMES:
        raise ValueError("not a comparison")
    return Comparison(variable, " ".join(operator[1].split()), value[1][1:-1], mirrored)


def _evaluate(marker: Marker, compare: Callable[[Comparison], bool]) -> bool:
    if isinstance(marker, Comparison):
        return compare(marker)
    parts = (_evaluate(part, compare) for part in marker.parts)
    return all(parts) if marker.all else any(parts)


@functools.lru_cache(maxsize=256)
def _environment(target: Target) -> dict[str, str]:
    full = full_version(target.python)
    return {
        "implementation_name": "cpython",
        "implementation_version": full,
        "os_name": "posix",
        "platform_machine": target.machine,
        "platform_python_implementation": "CPython",
        "platform_release": _KERNEL,
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": full,
        "python_version": ".".join(full.split(".")[:2]),
        "sys_platform": "linux",
    }


def _compare(comparison: Comparison, environment: dict[str, str], extras: frozenset[str] | None) -> bool:
    if comparison.name == "extra":
        return extras is None or _compare_extra(comparison, extras)
    actual = environment[comparison.name]
    if comparison.mirrored and comparison.operator in ("in", "not in") and comparison.name not in _PYTHON:
        return (comparison.value in actual) is (comparison.operator == "in")
    if comparison.name in _VERSIONS:
        try:
            return allows(_version_constraint(comparison), actual)
        except ValueError:
            return _compare_text(comparison, actual)
    return _compare_text(comparison, actual)


def _compare_extra(comparison: Comparison, extras: frozenset[str]) -> bool:
    found = any(canonicalize_name(name) in extras for name in _values(comparison))
    return found is (comparison.operator not in ("!=", "not in"))


def _compare_text(comparison: Comparison, actual: str) -> bool:
    if comparison.operator in ("!=", "not in"):
        return actual not in _values(comparison)
    # Poetry knows no order of texts: `sys_platform >= "l"` never holds.
    return comparison.operator in ("==", "===", "in") and actual in _values(comparison)


def _values(comparison: Comparison) -> list[str]:
    if comparison.operator in ("in", "not in"):
        return _SEPARATOR.split(comparison.value)
    return [comparison.value]


def _version_constraint(comparison: Comparison) -> str:
    operator = "==" if comparison.operator == "===" else comparison.operator
    if operator in ("in", "not in"):
        return _listed_versions(comparison)
    if comparison.mirrored:
        operator = _MIRRORED.get(operator, operator)
    value = comparison.value
    if comparison.name == "python_full_version" and "*" not in value:
        value += ".0" * max(0, 2 - value.count("."))
    return operator + value


def _listed_versions(comparison: Comparison) -> str:
    operator, glue = ("==", " || ") if comparison.operator == "in" else ("!=", ", ")
    return glue.join(
        f"{operator}{value}{'.*' if value.count('.') < 2 else ''}" for value in _values(comparison) if value
    )


def _speaks_of(comparison: Comparison, full: str) -> bool:
    """Whether the Python versions that a comparison is about include `full`; true for other comparisons."""
    if comparison.name not in _PYTHON:
        return True
    constraint = _version_constraint(comparison)
    if comparison.name == "python_version":
        constraint = _of_all_patches(constraint)
    try:
        return allows(constraint, full)
    except ValueError:
        return True


def _of_all_patches(constraint: str) -> str:
    """`python_version <= "3.11"` speaks of all of 3.11."""
    match = re.fullmatch(r"(==|!=|<=|>)(\d+)(?:\.(\d+))?", constraint)
    if match is None:
        return constraint
    major, minor = match[2], int(match[3] or 0)
    if match[1] in ("==", "!="):
        return f"{match[1]}{major}.{minor}.*"
    return f"{'<' if match[1] == '<=' else '>='}{major}.{minor + 1}"
