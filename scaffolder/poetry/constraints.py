"""Poetry's version constraints: `^3.9`, `~1.2`, `>=1,<2 || >=3`, `3.11.*`, `!=1.5`.

Written on `packaging`, whose import is already paid for; poetry-core, whose import costs as much as reading a lock,
is the reference in the tests. One form more than poetry-core 2 is read: `3.x`, which Poetry 1 allowed (`>=3.x` no
Poetry since 1.2).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from packaging.version import VERSION_PATTERN, InvalidVersion, Version

_ANY = re.compile(r"v?[x*](\.[x*])*", re.IGNORECASE)
_X_WILDCARD = re.compile(r"(?<=\d)(\.x)+(?=$|[\s,|])", re.IGNORECASE)
_OPERATOR_SPACE = re.compile(r"([<>=!~^])\s+")
_PART = re.compile(
    rf"(?P<operator>\^|~=|~|<>|!=|>=?|<=?|==?)?(?P<version>{VERSION_PATTERN}|dev)(?P<wildcard>(\.[x*])*)",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Range:
    """All versions between two bounds, or all others when `outside`; None is no bound.

    `low == high`, both included, is a single version and its local builds.
    """

    low: Version | None = None
    high: Version | None = None
    include_low: bool = False
    include_high: bool = False
    outside: bool = False

    def __contains__(self, version: Version) -> bool:
        """Whether the range holds `version`; a local build counts as its version unless the bound names one."""
        return (self._above_low(version) and self._below_high(version)) is not self.outside

    def _above_low(self, version: Version) -> bool:
        low = self.low
        if low is None:
            return True
        # PEP 440: neither a post-release nor a local build of 2.0 is "> 2.0".
        if not self.include_low and version.is_postrelease and not low.is_postrelease:
            version = _changed(version, post=None, dev=None)
        if low.local is None:
            version = _without_local(version)
        return version > low or (self.include_low and version == low)

    def _below_high(self, version: Version) -> bool:
        high = self.high
        if high is None:
            return True
        if high.local is None:
            version = _without_local(version)
        return version < high or (self.include_high and version == high)


#: A version is allowed when all ranges of one alternative hold it.
Alternatives: TypeAlias = tuple[tuple[Range, ...], ...]


def allows(constraint: str, version: str) -> bool:
    """Whether Poetry takes `version` for `constraint`. Raises ValueError where Poetry refuses either text."""
    return _allows(constraint, version)


def uses_x_wildcard(constraint: str) -> bool:
    """Whether the constraint has a `3.x`, which Poetry 2 refuses; `>=3.x` too, which `parse` refuses."""
    return _X_WILDCARD.search(constraint.strip()) is not None


@functools.lru_cache(maxsize=16384)
def _allows(constraint: str, version: str) -> bool:
    if constraint == "*":
        return True
    wanted = _version(version)
    return any(all(wanted in part for part in alternative) for alternative in parse(constraint))


@functools.lru_cache(maxsize=4096)
def parse(constraint: str) -> Alternatives:
    """The constraint as ranges. Raises ValueError, with the part that cannot be read, where Poetry refuses it."""
    alternatives = re.split(r"\|\|?", constraint.strip())
    return tuple(_conjunction(alternative) for alternative in alternatives)


@functools.lru_cache(maxsize=16384)
def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        raise ValueError(f"not a version: {text!r}") from None


def _conjunction(text: str) -> tuple[Range, ...]:
    # Poetry tolerates a comma at the end, because published metadata has it.
    text = _OPERATOR_SPACE.sub(r"\1", text.strip().rstrip(",").rstrip())
    return tuple(_part(part) for part in re.split(r"\s*,\s*|\s+", text))


def _part(text: str) -> Range:
    if _ANY.fullmatch(text):
        return Range()
    match = _PART.fullmatch(text)
    if match is None:
        raise ValueError(f"not a version constraint: {text!r}")
    operator, wildcard = match["operator"] or "==", bool(match["wildcard"])
    version = _version("0.dev0" if match["version"].lower() == "dev" else match["version"])
    if (wildcard and operator in _REACH) or ("x" in match["wildcard"].lower() and operator in _ORDERED):
        raise ValueError(f"not a version constraint: {text!r}")
    if operator in _REACH:
        return Range(version, _first_dev(_REACH[operator](version)), include_low=True)
    if operator in _ORDERED:
        return _ORDERED[operator](version)
    if wildcard:
        return Range(_changed(version, dev=0), _first_dev(_next(version)), include_low=True, outside=operator == "!=")
    return Range(version, version, include_low=True, include_high=True, outside=operator == "!=")


_ORDERED: dict[str, Callable[[Version], Range]] = {
    "<": lambda version: Range(high=_first_dev(version)),
    "<=": lambda version: Range(high=version, include_high=True),
    ">": lambda version: Range(low=version),
    ">=": lambda version: Range(low=version, include_low=True),
}


def _next_breaking(version: Version) -> Version:
    release = version.release
    significant = next((index for index, part in enumerate(release[:3]) if part), min(len(release), 3) - 1)
    return _bumped(version, significant)


#: Operator → the first version that it no longer allows.
_REACH: dict[str, Callable[[Version], Version]] = {
    "^": _next_breaking,
    "~": lambda version: _bumped(version, min(1, len(version.release) - 1)),
    "~=": lambda version: _bumped(version, max(0, len(version.release) - 2)),
}


def _bumped(version: Version, index: int) -> Version:
    release = (*version.release[:index], version.release[index] + 1)
    return Version(f"{version.epoch}!{'.'.join(map(str, release))}")


def _next(version: Version) -> Version:
    """The version after all that `version.*` means."""
    if version.post is not None:
        return _changed(version, post=version.post if version.dev is not None else version.post + 1, dev=None)
    if version.pre is not None:
        return _changed(version, pre=version.pre[1] + (version.dev is None), dev=None)
    if version.dev is not None:
        return _changed(version, dev=version.dev + 1)
    return _bumped(version, len(version.release) - 1)


def _first_dev(version: Version) -> Version:
    """The bound that `< version` means: PEP 440 keeps a stable version's own pre-releases out."""
    return version if version.is_prerelease else _changed(version, dev=0)


def _changed(version: Version, **parts: int | None) -> Version:
    """A copy with `pre` (the number), `post` or `dev` replaced, and without a local build."""
    text = f"{version.epoch}!{'.'.join(map(str, version.release))}"
    if version.pre is not None:
        text += f"{version.pre[0]}{parts.get('pre', version.pre[1])}"
    for name, number in (("post", version.post), ("dev", version.dev)):
        changed = parts.get(name, number)
        text += "" if changed is None else f".{name}{changed}"
    return Version(text)


def _without_local(version: Version) -> Version:
    return version if version.local is None else Version(version.public)
