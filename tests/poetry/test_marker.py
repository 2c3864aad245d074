"""Poetry's `python` and `platform` as markers, against poetry-core."""

from __future__ import annotations

import time

import pytest
from packaging.markers import Marker
from poetry.core.constraints.generic import parse_constraint as parse_platform
from poetry.core.constraints.version import parse_constraint
from poetry.core.packages.utils.utils import create_nested_marker

from scaffolder.poetry.marker import conjunction, platform_marker, python_marker

PYTHONS = [
    "2.7.18",
    "3.0.1",
    "3.4.0",
    "3.6.1",
    "3.7.9",
    "3.8.0",
    "3.8.1",
    "3.8.2",
    "3.8.3",
    "3.8.5",
    "3.9.0",
    "3.9.1",
    "3.9.7",
    "3.9.8",
    "3.10.0",
    "3.10.4",
    "3.11.2",
    "3.12.1",
    "4.0.0",
]
CONSTRAINTS = [
    "^3.8",
    "~3.8",
    "3.8",
    "3.8.*",
    ">=3.8,<4",
    "!=3.8.*",
    "<3.8",
    "<=3.8",
    ">3.8",
    ">3.8.2",
    "~=3.8",
    "~=3.8.2",
    "^2.7 || ^3.6",
    "^3.8.3",
    "*",
    ">=3.6.0 <3.9",
    "!=3.9.7",
    "3",
    "~3",
    "^3",
    "==3.8.5",
    "<4.0,!=3.10.*",
    "!=3.8",
    "~2.7 || ^3.4",
    "^0.1",
    "=3.11",
    ">= 3.8, < 3.12",
    ">=3.5.*",
    "~3.8.1",
    "^3.8,!=3.9.1",
    "v3.9",
    "== 3.8.*",
    "3.10.*",
]


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_python_markers_hold_where_those_of_poetry_hold(constraint: str) -> None:
    theirs = create_nested_marker("python_version", parse_constraint(constraint))
    assert _holds(python_marker(constraint)) == _holds(theirs)


def _holds(marker: str) -> list[str]:
    return [
        version
        for version in PYTHONS
        if not marker
        or Marker(marker).evaluate({"python_version": version.rpartition(".")[0], "python_full_version": version})
    ]


@pytest.mark.parametrize("constraint", ["linux", "!=win32", "linux || darwin", "!=win32,!=cygwin"])
def test_platform_markers_hold_where_those_of_poetry_hold(constraint: str) -> None:
    theirs = Marker(create_nested_marker("sys_platform", parse_platform(constraint)))
    ours = Marker(platform_marker(constraint))
    for platform in ("linux", "darwin", "win32", "cygwin"):
        assert ours.evaluate({"sys_platform": platform}) == theirs.evaluate({"sys_platform": platform})


@pytest.mark.parametrize("constraint", ["", " ", "three", ">=3.8;", "^3.11.*", "3.8\n; rm", "^"])
def test_what_poetry_refuses_is_refused(constraint: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is the text that cannot be read
        python_marker(constraint)
    assert str(caught.value) in constraint


def test_a_hostile_constraint_takes_no_time() -> None:
    start = time.perf_counter()
    with pytest.raises(ValueError, match="1"):
        python_marker("1" + "-a" * 5000 + "!")
    assert time.perf_counter() - start < 0.5


def test_conjunction_brackets_alternatives() -> None:
    assert conjunction("", "a", "") == "a"
    assert conjunction("a or b", "c", "c") == "(a or b) and c"
