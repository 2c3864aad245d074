"""From the command line or scaffold.lock to a folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scaffolder.blueprint import git as git_module
from scaffolder.blueprint.opening import OpenBlueprint, opened
from scaffolder.built_in import BUILT_IN, built_in_folder
from scaffolder.errors import ProjectError, UsageError
from scaffolder.state import FILE_NAME, Blueprint
from tests.blueprint.conftest import Made, commit, git, lay


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    return tmp_path / "shop"


def look(root: Path, chosen: str = "", ref: str = "", *, recorded: Blueprint = BUILT_IN) -> tuple[OpenBlueprint, str]:
    """What is opened, and the text of its copier.yml."""
    with opened(root, chosen, ref, recorded) as found:
        return found, (found.folder / "copier.yml").read_text()


def test_the_built_in_one_without_a_word(root: Path) -> None:
    found, _ = look(root)
    assert (found.record, found.folder) == (BUILT_IN, built_in_folder())
    assert look(root, "built-in", recorded=Blueprint(name="x", source="gone", version="1"))[0] == found


def test_a_folder_is_found_again_from_the_lock(
    root: Path, blueprint: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = blueprint("_a: 1\n")
    monkeypatch.chdir(tmp_path)
    chosen, text = look(root, "mine")
    assert chosen.record.source == "../mine"
    monkeypatch.chdir("/")
    again, again_text = look(root, recorded=chosen.record)
    assert (again.record, again_text) == (chosen.record, text)
    lay(folder, {"copier.yml": "_b: 1\n"})
    changed, text = look(root, recorded=chosen.record)
    assert changed.record.version != chosen.record.version
    assert "_b" in text


def test_a_commit_is_fetched_once(root: Path, blueprint: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = blueprint("_a: 1\n")
    first = commit(folder, "v1")
    monkeypatch.chdir(tmp_path)
    chosen, text = look(root, "mine", "v1")
    assert chosen.record == Blueprint(name="mine", source="../mine", ref="v1", version=first)
    assert "_a: 1" in text

    def never(*_: object, **__: object) -> None:
        raise AssertionError("git was asked")

    monkeypatch.setattr(git_module, "fetch", never)
    assert look(root, recorded=chosen.record)[0] == chosen
    assert look(root, "mine", first)[0].folder == chosen.folder


def test_a_ref_alone_is_of_the_recorded_repository(
    root: Path, blueprint: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = blueprint("_a: 1\n")
    commit(folder, "v1")
    monkeypatch.chdir(tmp_path)
    chosen, _ = look(root, "mine", "v1")
    lay(folder, {"copier.yml": "_a: 2\n"})
    second = commit(folder, "v2")
    assert "_a: 1" in look(root, recorded=chosen.record)[1]
    newer, text = look(root, "", "v2", recorded=chosen.record)
    assert (newer.record.ref, newer.record.version) == ("v2", second)
    assert "_a: 2" in text


def test_the_lock_alone_makes_nobody_ask_the_network(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = Blueprint(name="web", source="https://git.example/web.git", ref="v1", version="1" * 40)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("git was asked")

    monkeypatch.setattr(git_module, "fetch", never)
    with pytest.raises(ProjectError) as error:
        look(root, recorded=recorded)
    assert error.value.file == FILE_NAME
    assert f"--blueprint https://git.example/web.git --ref {'1' * 40}" in error.value.hint


@pytest.mark.parametrize("source", ["elsewhere", "/etc", "ext::sh -c id", "--upload-pack=x", "../gone"])
def test_a_source_in_the_lock_that_leads_nowhere(root: Path, source: str) -> None:
    with pytest.raises(ProjectError) as error:
        look(root, recorded=Blueprint(name="web", source=source, version="sha256:0"))
    assert error.value.file == FILE_NAME


@pytest.mark.parametrize("version", ["../../..", "main", "--all", "v1"])
def test_a_version_in_the_lock_names_no_folder(root: Path, version: str) -> None:
    with pytest.raises(ProjectError):
        look(root, recorded=Blueprint(name="web", source="https://git.example/web.git", version=version))


def test_a_ref_of_the_built_in_blueprint(root: Path) -> None:
    with pytest.raises(UsageError, match="no versions"):
        look(root, "", "v1")


def test_a_folder_that_is_no_blueprint(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lay(tmp_path / "docs", {"README.md": ""})
    with pytest.raises(ProjectError, match=r"no copier\.yml"):
        look(root, "docs")


def test_a_repository_that_is_gone_needs_no_second_look(
    root: Path, blueprint: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bare repository is git's too; what was fetched from it stays."""
    folder = blueprint()
    commit(folder, "v1")
    git(tmp_path, "clone", "--quiet", "--bare", str(folder), "web.git")
    monkeypatch.chdir(tmp_path)
    chosen, _ = look(root, "web.git")
    assert chosen.record.name == "web"
    for path in (tmp_path / "web.git").iterdir():
        shutil.rmtree(path) if path.is_dir() and path.name != "objects" else None
    assert look(root, recorded=chosen.record)[0] == chosen
