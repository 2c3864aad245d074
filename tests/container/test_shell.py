from __future__ import annotations

import pytest

from scaffolder.container.shell import LONGEST, expanded, simple_commands, unwrapped


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b && c", [("a", "b"), ("c",)]),
        ("a; b | c || d & e", [("a",), ("b",), ("c",), ("d",), ("e",)]),
        ("a 'b c' \"d $X\" e\\ f", [("a", "b c", "d x y", "e f")]),
        ("install $X", [("install", "x", "y")]),
        ('install "$X"', [("install", "x y")]),
        ("a ${Y:-z} $Z", [("a", "z", "$Z")]),
        ("A=1 B=2 exec a", [("a",)]),
        ("if [ a ]; then b; fi", [("[", "a", "]"), ("b",), ("fi",)]),
        ("a > b 2>&1 < c", [("a",)]),
        ("a # not b\nc", [("a",), ("c",)]),
        ("a \\\n  b", [("a", "b")]),
        ("a 'b", [("a", "'b")]),
        ("", []),
    ],
)
def test_simple_commands(text: str, expected: list[tuple[str, ...]]) -> None:
    assert simple_commands(text, {"X": "x y"}) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("poetry", "run", "uvicorn", "a:b"), [("uvicorn", "a:b")]),
        (("/sbin/tini", "-g", "--", "gunicorn", "a:b"), [("gunicorn", "a:b")]),
        (("python3.12", "-m", "uvicorn", "a:b"), [("uvicorn", "a:b")]),
        (("python", "-m", "shop"), [("python", "-m", "shop")]),
        (("sh", "-c", "migrate && exec poetry run serve"), [("migrate",), ("serve",)]),
        (("/bin/bash", "-lc", "serve"), [("serve",)]),
        (("sh", "start.sh", "now"), [("start.sh", "now")]),
        (("/venv/bin/gunicorn", "a:b"), [("gunicorn", "a:b")]),
        (("ddtrace-run", "gosu", "app", "serve"), [("serve",)]),
        (("exec",), []),
    ],
)
def test_wrappers_are_taken_off(words: tuple[str, ...], expected: list[tuple[str, ...]]) -> None:
    assert unwrapped(words) == expected


def test_a_variable_cannot_grow_without_end() -> None:
    variables = {"A": "x" * 1_000}
    assert len(expanded("$A" * 100, variables)) == 2_000


def test_wrappers_within_wrappers_end() -> None:
    assert unwrapped(("poetry", "run") * 50 + ("a",))[:1] != [("a",)]


def test_a_text_that_nobody_writes_by_hand_has_no_commands() -> None:
    assert simple_commands("a\n" * LONGEST) == []
