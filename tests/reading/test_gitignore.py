"""Which names are ignored, against git itself."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from scaffolder.reading.gitignore import IgnoreRules

PIECES = (
    "a,b,c,ab,*,**,?,a*,*b,*a*b,[ab],[!a],[a-c],\\a,a b,*.py,x.py,[[:alpha:]],[]],\\,a**b,**a,[^a]b,a?,[b-a],[\\]a],!a"
    ", ,a ,a\\ ,#a,[a-],b.*,*.*"
)
NAMES = "a,b,c,ab,aab,x.py,a b,d,],!a,#a,b.py,a-,-,a ,acb,\\"


def is_ignored(rules: IgnoreRules, path: str) -> bool:
    """As a walk asks: an ignored folder hides everything below it."""
    folder = ""
    *folders, name = path.split("/")
    for part in folders:
        if rules.decide(folder, part, is_folder=True):
            return True
        folder += f"{part}/"
    return bool(rules.decide(folder, name, is_folder=False))


@pytest.mark.parametrize(
    ("patterns", "ignored", "kept"),
    [
        ("*.log\n!keep.log", "a.log x/a.log", "keep.log x/keep.log a.txt"),
        ("build/", "build/a x/build/a", "build"),
        ("/data/*\n!/data/keep", "data/a data/b/c", "data/keep data/keep/a x/data/a"),
        ("docs/_build", "docs/_build docs/_build/a", "x/docs/_build"),
        ("**/tmp/**/x", "tmp/x a/tmp/b/c/x", "tmp/y x"),
        ("*\n!*/\n!*.py", "a b/c.txt", "a.py b/a.py"),
        ("#x\n\\#y\n\\!z\n", "#y !z", "#x"),
        ("a \nb\\ \n", "a", "b"),
        ("\ufeffx\r\ny\r\n", "x y", "z"),
        ("[", "", "[ a"),
    ],
)
def test_the_last_pattern_that_matches_decides(patterns: str, ignored: str, kept: str) -> None:
    rules = IgnoreRules(patterns)
    assert [path for path in ignored.split() if not is_ignored(rules, path)] == []
    assert [path for path in kept.split() if is_ignored(rules, path)] == []


def test_no_pattern_no_opinion() -> None:
    assert IgnoreRules("a").decide("", "b", is_folder=False) is None
    assert IgnoreRules("!a").decide("", "a", is_folder=False) is False
    assert not IgnoreRules("# nothing\n\n/\n")


@pytest.mark.parametrize("seed", range(3))
def test_as_git_decides(tmp_path: Path, seed: int) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")
    subprocess.run([git, "init", "-q", tmp_path], check=True)
    rng = random.Random(seed)  # noqa: S311 - reproducible patterns, no secret
    for _ in range(25):
        text = "".join(f"{_pattern(rng)}\n" for _ in range(rng.randint(1, 4)))
        (tmp_path / ".gitignore").write_text(text)
        paths = {"/".join(rng.choices(NAMES.split(","), k=rng.randint(1, 4))) for _ in range(60)}
        rules = IgnoreRules(text)
        ours = {path for path in paths if is_ignored(rules, path)}
        assert ours == _ignored_by_git(git, tmp_path, paths), text


def _pattern(rng: random.Random) -> str:
    body = "/".join(rng.choices(PIECES.split(","), k=rng.randint(1, 4)))
    return rng.choice(["", "", "!", "/", "!/"]) + body + rng.choice(["", "", "/", " "])


def _ignored_by_git(git: str, root: Path, paths: set[str]) -> set[str]:
    command = [git, "-C", str(root), "check-ignore", "--no-index", "-z", "--stdin"]
    result = subprocess.run(command, input="\0".join(paths), capture_output=True, text=True, check=False)
    return set(filter(None, result.stdout.split("\0")))


@pytest.mark.parametrize(
    "pattern", ["*a" * 60 + "b", "**/a/" * 60 + "b", "x/" + "*a" * 60 + "b", "[" * 5000, "*" * 5000]
)
def test_hostile_patterns_take_no_time(pattern: str) -> None:
    start = time.perf_counter()
    rules = IgnoreRules(pattern)
    rules.decide("a/" * 200, "a" * 250, is_folder=False)
    assert time.perf_counter() - start < 0.5


def test_a_generated_file_of_patterns_is_cut_off() -> None:
    start = time.perf_counter()
    rules = IgnoreRules("\n".join(f"a?{number}" for number in range(200_000)))
    assert rules.decide("", "ax7", is_folder=False) is True
    assert time.perf_counter() - start < 2
