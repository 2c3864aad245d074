"""Poetry's constraint grammar: what the rest relies on, and the forms that poetry-core does not read."""

from __future__ import annotations

import time

import pytest

from scaffolder.poetry.constraints import allows, parse, uses_x_wildcard


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


def test_a_version_that_is_none() -> None:
    with pytest.raises(ValueError, match="one"):
        allows(">=1", "one")


@pytest.mark.parametrize("constraint", ["3.x", "3.4.x", "1.x.x", "^2.7 || 3.X", "!=3.x"])
def test_x_wildcards_of_poetry_1(constraint: str) -> None:
    assert uses_x_wildcard(constraint)
    allows(constraint, "3.4")


@pytest.mark.parametrize("constraint", ["x", "*", "^3.8", "1.0.post1", ">=3.5.*"])
def test_no_x_wildcard(constraint: str) -> None:
    assert not uses_x_wildcard(constraint)


@pytest.mark.parametrize("constraint", [">=3.4.x", "<4.x", "> 3.x", "<=3.x.x", ">=1!3.x", "^3.x", "~3.x", "~=3.x"])
def test_an_x_wildcard_that_no_poetry_since_1_2_reads(constraint: str) -> None:
    with pytest.raises(ValueError, match="constraint"):
        parse(constraint)


def test_such_a_wildcard_is_one_all_the_same() -> None:
    assert uses_x_wildcard(">=3.4.x")


def test_x_wildcards_mean_what_stars_mean() -> None:
    assert allows("3.x", "3.99")
    assert not allows("3.x", "4.0")
    assert allows(">=2,!=3.4.x", "3.5")
    assert not allows(">=2,!=3.4.x", "3.4.1")
    assert allows("^2.7 || 3.4.X", "3.4.9")


@pytest.mark.parametrize(
    "constraint",
    [
        "1" + " " * 998 + ",",
        ",".join(f"!=1.{number}" for number in range(140)),
        "||".join(["!=1,>=2"] * 100),
        "1" * 1_000_000,
        "1." * 500_000 + "x",
        "> " * 500_000,
    ],
)
def test_hostile_constraints_take_no_time(constraint: str) -> None:
    start = time.process_time()
    uses_x_wildcard(constraint)
    try:
        parse(constraint)
    except ValueError:
        assert len(constraint) > 1000
    assert time.process_time() - start < 2
