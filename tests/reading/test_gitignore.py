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
    "a,b,c,ab,*,**,?,a*,*b,*a*b,[ab],[!a],[a-c],\\a,a b,*.py,x.py,[]],\\,a**b,**a,[^a]b,a?,!a, ,a\\ ,#a,[a-],b.*,*.*"
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
        ("*\n!*/\n!*.py", "a b/c.txt b/c/d.txt", "a.py b/a.py b/c/a.py"),
        ("data/**\n!data/**/\n!data/**/*.csv", "data/a data/b/a", "data/a.csv data/b/c/a.csv a"),
        ("/*\n!/src\ntests/", "a/b tests/a src/tests/a", "src/a src/b/c"),
        ("src/__pycache__/\n!src/", "src/__pycache__/a", "src/a"),
        ("a/**\n", "a/b a/b/c", "a b/a/b"),
        ("report.[0-9]*.[0-9]*.[0-9]*.[0-9]*.json", "report.20250101.1.2.0.001.json", "report.1.2.json"),
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
    assert IgnoreRules("/*\n!/src").decide("src/", "a.log", is_folder=False) is None, "an outer file may ignore it"


@pytest.mark.parametrize("line", ["[b-a]", "a\\", "!", "[a", "//", "!/"])
def test_lines_that_cannot_be_read_match_nothing(line: str) -> None:
    rules = IgnoreRules(f"{line}\nb")
    assert is_ignored(rules, "b")
    assert not is_ignored(rules, "a")
    assert not is_ignored(rules, "a/c")


def test_a_pattern_that_python_would_warn_of() -> None:
    IgnoreRules("[[a]\n[a--b]\n[a&&b]\n")


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
    return rng.choice(["", "", "!", "/", "!/"]) + body + rng.choice(["", "", "/"])


def _ignored_by_git(git: str, root: Path, paths: set[str]) -> set[str]:
    command = [git, "-C", str(root), "check-ignore", "--no-index", "-z", "--stdin"]
    result = subprocess.run(command, input="\0".join(paths), capture_output=True, text=True, check=False)
    return set(filter(None, result.stdout.split("\0")))


@pytest.mark.parametrize(
    "pattern",
    [
        *("*a" * 60 + "b", "a*" * 30 + "b", "**/a/" * 60 + "b", "x/" + "*a" * 60 + "b", "[" * 5000, "*" * 5000),
        *("*a" * stars + "b" for stars in range(1, 9)),
        *("**/a/" * stars + "b" for stars in range(1, 9)),
    ],
)
def test_hostile_patterns_take_no_time(pattern: str) -> None:
    start = time.process_time()
    rules = IgnoreRules(pattern)
    for length in (15, 19, 26, 38, 67, 179, 255):
        rules.decide("", "a" * length, is_folder=False)
        rules.decide("a/" * (length // 2 - 1), "a", is_folder=False)
    rules.decide("a/" * 200, "a" * 250, is_folder=False)
    assert time.process_time() - start < 0.5


def test_a_pattern_of_many_stars_is_not_asked_about_a_long_path() -> None:
    rules = IgnoreRules("*a*a*a*b")
    assert rules.decide("", "a" * 66 + "b", is_folder=False) is True
    assert rules.decide("", "a" * 67 + "b", is_folder=False) is None


def test_a_generated_file_of_patterns_is_cut_off() -> None:
    start = time.process_time()
    rules = IgnoreRules("\n".join(f"a?{number}" for number in range(200_000)))
    assert rules.decide("", "ax7", is_folder=False) is True
    assert time.process_time() - start < 2
