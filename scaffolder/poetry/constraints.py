"""Poetry's version constraints: `^3.9`, `~1.2`, `>=1,<2 || >=3`, `3.11.*`, `!=1.5`.

poetry-core reads them. One form more is read than it reads itself: `3.x`, which Poetry 1 allowed (`>=3.x` no Poetry
since 1.2).
"""

from __future__ import annotations

import functools
import re

from poetry.core.constraints.version import Version, VersionConstraint, parse_constraint

#: No published constraint comes near; poetry-core takes time that grows with the square of the length.
_LONGEST = 1_000
_X_WILDCARD = re.compile(r"(?P<part>(?:[<>]=?\s*)?v?(?<![\d.!])\d+(?:\.\d+)*)(?:\.x)+(?=$|[\s,|])", re.IGNORECASE)


def allows(constraint: str, version: str) -> bool:
    """Whether Poetry takes `version` for `constraint`. Raises ValueError where Poetry refuses either text."""
    return _allows(constraint, version)


def may_allow(constraint: str, version: str) -> bool:
    """Whether Poetry takes `version` for `constraint`; True where either is from before PEP 440 and cannot decide."""
    try:
        return allows(constraint, version)
    except ValueError:
        return True


def uses_x_wildcard(constraint: str) -> bool:
    """Whether the constraint has a `3.x`, which Poetry 2 refuses; `>=3.x` too, which `parse` refuses."""
    return _X_WILDCARD.search(constraint) is not None


@functools.lru_cache(maxsize=16384)
def _allows(constraint: str, version: str) -> bool:
    if constraint == "*":
        return True
    return parse(constraint).allows(Version.parse(version))


@functools.lru_cache(maxsize=4096)
def parse(constraint: str) -> VersionConstraint:
    """The constraint. Raises ValueError, with the part that cannot be read, where Poetry refuses it."""
    if len(constraint) > _LONGEST:
        raise ValueError(f"Could not parse version constraint: longer than {_LONGEST} characters")
    return parse_constraint(_X_WILDCARD.sub(_as_star, constraint))


def _as_star(wildcard: re.Match[str]) -> str:
    return wildcard[0] if wildcard["part"].startswith(("<", ">")) else f"{wildcard['part']}.*"
