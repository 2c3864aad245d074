"""Poetry's constraint grammar, against poetry-core where it has an answer."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from poetry.core.constraints.version import Version, parse_constraint

from scaffolder.poetry.constraints import allows, uses_x_wildcard

VERSIONS = [
    "0.0.3", "0.0.4", "0.1", "0.9.9", "1.0.dev1", "1.0.0a1", "1.0", "1.0.1", "1.2.3", "1.2.4",
    "1.2.3.4", "1.9", "2.0.dev0", "2.0a1", "2.0", "2.0+local", "2.1", "3", "3.5", "3.6.0a1",
    "3.6", "3.11", "3.11.0", "3.11.7", "3.12.4", "3.13.0rc1", "4.0.dev0", "4.0", "10.0", "1!1.0",
    "2024.2.2",
]  # fmt: skip


@pytest.mark.parametrize(
    ("constraint", "inside", "outside"),
    [
        ("^3.9", "3.9 3.9.0 3.14.2", "3.8.9 4.0 4.0.0a1"),
        ("^0.2", "0.2 0.2.9", "0.3 1.0"),
        ("^0.0.3", "0.0.3", "0.0.4"),
        ("^0", "0.9", "1.0"),
        ("~3.11", "3.11 3.11.9", "3.12 3.10"),
        ("~3", "3.0 3.99", "4.0"),
        ("~3.12.7", "3.12.7 3.12.9", "3.12.6 3.13"),
        ("~=3.11", "3.11 3.99", "4.0 3.10"),
        ("~=1.4.5", "1.4.5 1.4.9", "1.5"),
        ("3.11.*", "3.11 3.11.9", "3.12 3.10.9"),
        ("!=3.11.*", "3.12 3.10.9", "3.11 3.11.9"),
        ("*", "0.1 99", ""),
        ("3.11", "3.11.0", "3.11.7"),
        ("<=3.10", "3.10.0 3.9.9", "3.10.1"),
        (">=3.8,<3.9.7 || >3.9.7,<4", "3.8 3.9.6 3.9.8", "3.9.7 4.0"),
        (">=3.8 <3.10", "3.9", "3.10"),
        (">= 3.8 , < 3.10", "3.9", "3.10"),
        (">=3.8,<3.10,", "3.9", "3.10"),
        ("2.7|3.6", "2.7 3.6", "3.5"),
        (">=3.5.*", "3.5 4.0", "3.4"),
        ("<2.0", "1.9", "2.0a1 2.0"),
        ("1.2.3", "1.2.3+cu118", "1.2.4"),
    ],
)
def test_grammar(constraint: str, inside: str, outside: str) -> None:
    assert [version for version in inside.split() if not allows(constraint, version)] == []
    assert [version for version in outside.split() if allows(constraint, version)] == []


@pytest.mark.parametrize(
    "constraint", ["", "^", "^3.11.*", "python", ">=1,,<2", "1.0 - 2.0", "=>1", "^^1", ">=1;<2", "🐍"]
)
def test_what_poetry_refuses(constraint: str) -> None:
    with pytest.raises(ValueError, match="constraint"):
        allows(constraint, "1.0")
    with pytest.raises(ValueError):  # noqa: PT011 - poetry-core's own
        parse_constraint(constraint)


def test_a_version_that_is_none() -> None:
    with pytest.raises(ValueError, match="not a version"):
        allows(">=1", "one")


@pytest.mark.parametrize("constraint", ["3.x", "3.4.x", "1.x.x", "^2.7 || 3.X", "!=3.x"])
def test_x_wildcards_of_poetry_1(constraint: str) -> None:
    assert uses_x_wildcard(constraint)
    allows(constraint, "3.4")


@pytest.mark.parametrize("constraint", ["x", "*", "^3.8", "1.0.post1", ">=3.5.*"])
def test_no_x_wildcard(constraint: str) -> None:
    assert not uses_x_wildcard(constraint)


def test_an_x_wildcard_that_no_poetry_since_1_2_reads() -> None:
    assert uses_x_wildcard(">=3.4.x")
    with pytest.raises(ValueError, match="constraint"):
        allows(">=3.4.x", "3.9")


def test_x_wildcards_mean_what_stars_mean() -> None:
    assert allows("3.x", "3.99")
    assert not allows("3.x", "4.0")


NUMBERS = st.sampled_from(
    ["1", "1.0", "1.2.3", "0", "0.0", "0.0.3", "0.2", "2.0a1", "3.5", "3.11", "1!1.0", "1.2.3.4", "v1.2"]
)
PARTS = st.tuples(
    st.sampled_from(["^", "~", "~=", ">=", "<=", ">", "<", "==", "!=", "", "="]), st.sampled_from(["", " "]), NUMBERS
).map("".join)


@settings(max_examples=150, deadline=None)
@given(parts=st.lists(PARTS, min_size=1, max_size=3), glue=st.sampled_from([",", " ", ", ", " || ", "|"]))
def test_agrees_with_poetry_core(parts: list[str], glue: str) -> None:
    constraint = glue.join(parts)
    reference = parse_constraint(constraint)
    for version in VERSIONS:
        assert allows(constraint, version) == reference.allows(Version.parse(version)), (constraint, version)


def test_agrees_with_poetry_core_on_real_locks(shared: Path) -> None:
    constraints = set()
    for path in sorted((shared / "sample-locks").glob("*.lock")):
        for package in tomllib.loads(path.read_text())["package"]:
            constraints.add(package["python-versions"])
            for value in package.get("dependencies", {}).values():
                for item in value if isinstance(value, list) else [value]:
                    constraints.add(item if isinstance(item, str) else item.get("version", "*"))
    assert len(constraints) > 100
    for constraint, version in itertools.product(sorted(constraints), VERSIONS):
        assert allows(constraint, version) == parse_constraint(constraint).allows(Version.parse(version)), (
            constraint,
            version,
        )
