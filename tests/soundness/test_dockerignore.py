from __future__ import annotations

import pytest

from scaffolder.soundness.dockerignore import DockerIgnore


@pytest.mark.parametrize(
    ("patterns", "path", "ignored"),
    [
        ("a", "a", True),
        ("a", "a/b", True),
        ("a", "b/a", False),
        ("/a/", "a", True),
        ("./a", "a", True),
        ("**/a", "a", True),
        ("**/a", "b/c/a/d", True),
        ("a/**", "a/b", True),
        ("a/**", "a", False),
        ("*.md", "x.md", True),
        ("*.md", "docs/x.md", False),
        ("*/*.md", "docs/x.md", True),
        ("x?", "xy", True),
        ("x?", "x/", False),
        ("[ab].c", "a.c", True),
        ("[^ab].c", "a.c", False),
        ("a.b", "axb", False),
        ("\\*", "a", False),
        ("# a", "a", False),
        ("", "a", False),
        ("[", "a", False),
        ("*\n!a", "a", False),
        ("*\n!a", "a/b", False),
        ("*\n!a", "b", True),
        ("*\n!a/b", "a", False),
        ("*\n!a/b", "a/c", True),
        ("!a\na", "a", True),
        ("*\n!**/x", "a", False),
        ("\ufeffa\r\nb\r\n", "a", True),
    ],
)
def test_the_last_pattern_that_matches_decides(patterns: str, path: str, ignored: bool) -> None:
    assert DockerIgnore(patterns).ignores(path) is ignored
