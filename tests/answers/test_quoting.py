"""Texts of a project between quotes."""

from __future__ import annotations

import pytest

from scaffolder.answers.quoting import quoted


@pytest.mark.parametrize(
    ("text", "word"),
    [("a", '"a"'), ('a"b', '"a\\"b"'), ("$x", '"\\$x"'), ("a\\", '"a\\\\"'), ("a\nb\0", '"a b"'), ("", '""')],
)
def test_quoted(text: str, word: str) -> None:
    assert quoted(text) == word
