"""Real merges by git of two branches that both wrote their lock and their files."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from scaffolder.decisions import PYTHON
from scaffolder.errors import ProjectError
from scaffolder.model.change import RenderedFile
from scaffolder.model.decision import Decision, Decisions, Source
from scaffolder.state import FILE_NAME, Blueprint, State, dump_state, has_conflict
from scaffolder.state_conflict import healed, sides

HEAD = "services:\n  web:\n    image: shop\n"
REDIS = "  redis:\n    image: redis:7\n"
POSTGRES = "  postgres:\n    image: postgres:17\n"
DOCKERFILE = "FROM python:3.12\n\nRUN true\n\nUSER app\n\nCMD python\n"
Texts = Mapping[str, str]


def _lock(texts: Texts, *, scaffold: str = "1.0", python: str = "3.12", kept: tuple[str, ...] = ()) -> str:
    decisions = Decisions().having(Decision(key=PYTHON, value=python, source=Source.INFERRED, evidence=("x",)))
    files = [RenderedFile(path=path, text=text) for path, text in texts.items()]
    return dump_state(scaffold, Blueprint(name="default", source="built-in", version="1"), decisions, files, kept)


class Repository:
    """Two branches of one project; each commits what it rendered, and files with the user's edits."""

    def __init__(self, root: Path, style: str) -> None:
        self.root = root
        self._git("init", "--quiet", "--initial-branch", "ours")
        for name, value in (("user.name", "x"), ("user.email", "x@example.com"), ("merge.conflictStyle", style)):
            self._git("config", name, value)

    def merge(self, base: Texts, ours: Texts, theirs: Texts, /, **locks: str) -> None:
        self._commit(base, locks.get("base") or _lock(base))
        self._git("branch", "theirs")
        self._commit(ours, locks.get("ours") or _lock(ours))
        self._git("checkout", "--quiet", "theirs")
        self._commit(theirs, locks.get("theirs") or _lock(theirs))
        self._git("checkout", "--quiet", "ours")
        self._git("merge", "--quiet", "theirs", check=False)

    @property
    def lock(self) -> str:
        return (self.root / FILE_NAME).read_text()

    def healed(self) -> State:
        assert has_conflict(self.lock)
        ours, theirs = sides(self.lock)
        paths = {path for path in {*ours.files, *theirs.files} if (self.root / path).exists()}
        return healed(ours, theirs, {path: (self.root / path).read_text() for path in paths})

    def _commit(self, texts: Texts, lock: str) -> None:
        for path in self.root.iterdir():
            if path.is_file():
                path.unlink()
        for name, text in {**texts, FILE_NAME: lock}.items():
            (self.root / name).write_text(text)
        self._git("add", "--all")
        self._git("commit", "--quiet", "--message", "x")

    def _git(self, *arguments: str, check: bool = True) -> None:
        subprocess.run(["git", *arguments], cwd=self.root, check=check, capture_output=True)


@pytest.fixture(params=["merge", "diff3"])
def repository(tmp_path: Path, request: pytest.FixtureRequest) -> Repository:
    return Repository(tmp_path, request.param)


@pytest.mark.parametrize(
    ("resolve", "expected"),
    [
        (lambda ours, theirs: HEAD + REDIS, HEAD + REDIS),
        (lambda ours, theirs: HEAD + POSTGRES, HEAD + POSTGRES),
        (lambda ours, theirs: HEAD + REDIS + POSTGRES + "# mine\n", HEAD + REDIS),
        (lambda ours, theirs: HEAD, HEAD + REDIS),
    ],
    ids=["ours", "theirs", "both", "neither"],
)
def test_where_both_added_the_base_is_what_the_user_resolved_to(
    repository: Repository, resolve: Callable[[str, str], str], expected: str
) -> None:
    repository.merge({"compose.yaml": HEAD}, {"compose.yaml": HEAD + REDIS}, {"compose.yaml": HEAD + POSTGRES})
    (repository.root / "compose.yaml").write_text(resolve("", ""))
    base = repository.healed().files["compose.yaml"].text
    assert base == expected


def test_what_git_merged_in_a_file_it_merged_in_its_base(repository: Repository) -> None:
    ours, theirs = DOCKERFILE.replace("3.12", "3.13"), DOCKERFILE.replace("CMD python", "CMD gunicorn")
    repository.merge(
        {"Dockerfile": DOCKERFILE}, {"Dockerfile": ours + "# mine\n"}, {"Dockerfile": theirs},
        base=_lock({"Dockerfile": DOCKERFILE}),
        ours=_lock({"Dockerfile": ours}, python="3.13"),
        theirs=_lock({"Dockerfile": theirs}),
    )  # fmt: skip
    both = ours.replace("CMD python", "CMD gunicorn")
    if has_conflict((repository.root / "Dockerfile").read_text()):
        (repository.root / "Dockerfile").write_text(both + "# mine\n")
    state = repository.healed()
    assert state.files["Dockerfile"].text == both
    assert state.values == {"python": "3.13"}


def test_each_place_is_taken_from_the_side_that_the_file_has(repository: Repository) -> None:
    ours = DOCKERFILE.replace("3.12", "3.13").replace("CMD python", "CMD waitress")
    theirs = DOCKERFILE.replace("3.12", "3.14").replace("CMD python", "CMD gunicorn")
    repository.merge({"Dockerfile": DOCKERFILE}, {"Dockerfile": ours}, {"Dockerfile": theirs})
    resolved = DOCKERFILE.replace("3.12", "3.14").replace("CMD python", "CMD waitress")
    (repository.root / "Dockerfile").write_text(resolved + "# mine\n")
    assert repository.healed().files["Dockerfile"].text == resolved


def test_a_file_of_one_side_is_there_or_is_not(repository: Repository) -> None:
    base = {"a": "a\n", "dropped": "x\n", "m": HEAD}
    ours = {"a": "a\n", "m": HEAD + REDIS, "added": "y\n"}
    theirs = {"a": "a\n", "dropped": "x\n", "m": HEAD + POSTGRES}
    repository.merge(base, ours, theirs)
    (repository.root / "m").write_text(HEAD + REDIS + POSTGRES)
    assert set(repository.healed().files) == {"a", "added", "m"}


def test_the_newer_scaffold_counts_and_what_one_side_keeps_is_kept(repository: Repository) -> None:
    texts = {"a": "a\n", "b": "b\n"}
    repository.merge(
        texts, {"a": "a\n", "b": "mine\n"}, {"a": "c\n", "b": "b\n"},
        base=_lock(texts),
        ours=_lock({"a": "a\n"}, scaffold="1.9", kept=("b",)),
        theirs=_lock({"a": "c\n", "b": "b\n"}, scaffold="1.10"),
    )  # fmt: skip
    state = repository.healed()
    assert state.scaffold == "1.10"
    assert state.kept == {"b"}
    assert set(state.files) == {"a"}


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace("=======\n", "", 1),
        lambda text: text[: text.rindex(">>>>>>>")],
        lambda text: text.replace("<<<<<<<", "<<<<<<< x\n<<<<<<<", 1),
        lambda text: text.replace("version = 1", "version = "),
    ],
    ids=["no middle", "no end", "twice", "no TOML"],
)
def test_markers_that_do_not_match_have_a_way_out(repository: Repository, edit: Callable[[str], str]) -> None:
    repository.merge({"a": HEAD}, {"a": HEAD + REDIS}, {"a": HEAD + POSTGRES})
    with pytest.raises(ProjectError) as caught:
        sides(edit(repository.lock))
    assert caught.value.code == "state-broken"
    assert "git checkout --ours scaffold.lock" in caught.value.hint


def test_other_line_ends_change_nothing(repository: Repository) -> None:
    repository.merge({"a": HEAD}, {"a": HEAD + REDIS}, {"a": HEAD + POSTGRES})
    assert sides(repository.lock.replace("\n", "\r\n")) == sides(repository.lock)
