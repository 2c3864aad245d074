"""The syntax of `.env` files; what Compose reads was checked with `docker compose config`."""

from __future__ import annotations

import pytest

from scaffolder.env_file import assignments, logical_lines, quoted

HOSTILE = ["", "a b", "it's"]
HOSTILE += ["$HOME", "${X:-y}", '"', "\\", "#x", " #x ", "a#b", "`id`", "é", "'\"$\\", "=", "a=b:c", "\t"]


def pairs(text: str) -> list[tuple[str, str]]:
    return [(item.name, item.value) for item in assignments(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A=1\nB=2", [("A", "1"), ("B", "2")]),
        ("\ufeffA=1\r\nB=2\r\n", [("A", "1"), ("B", "2")]),
        ("export A = x y \n", [("A", "x y")]),
        ("A=\nB=1", [("A", ""), ("B", "1")]),
        ("A: 1", [("A", "1")]),
        ("A=b#c # d", [("A", "b#c")]),
        ("A= # d", [("A", "")]),
        ("A='b # c' # d\nB=1", [("A", "b # c"), ("B", "1")]),
        ('A="b \\"c\\" \\n"\nB=1', [("A", 'b "c" \n'), ("B", "1")]),
        ("A='-----BEGIN\nB=2\n-----END'\nC=3", [("A", "-----BEGIN\nB=2\n-----END"), ("C", "3")]),
        ("A='open\nB=1", [("A", "'open"), ("B", "1")]),
        ("# A=1\n=2\nnot one\nA", []),
        ("A=1\nA=2", [("A", "1"), ("A", "2")]),
    ],
)
def test_assignments(text: str, expected: list[tuple[str, str]]) -> None:
    assert pairs(text) == expected


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_that_is_quoted_is_read_back(value: str) -> None:
    assert pairs(f"A={quoted(value)}\nB=1") == [("A", value), ("B", "1")]


def test_lines_of_a_file() -> None:
    text = "# x\r\nA='1\n2' # why\n\nB=3"
    assert [line for line, _ in logical_lines(text)] == ["# x", "A='1\n2' # why", "", "B=3"]


def test_a_hostile_file_takes_no_time() -> None:
    assert len(pairs("A='\n" * 30_000)) > 0
    assert len(pairs('A="\\\n' * 30_000)) > 0
    assert len(pairs("A=" + " #" * 200_000)) == 1
