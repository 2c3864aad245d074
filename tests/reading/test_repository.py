"""Whether git tracks a file, read from repositories that git itself made."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from scaffolder.reading.repository import git_folder, is_tracked, repository_top
from scaffolder.reading.tree import is_ignored, list_files


def git(folder: Path, *arguments: str) -> None:
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a"}
    people = {"GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    subprocess.run(
        ["git", "-c", "commit.gpgsign=false", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        env={"PATH": os.environ["PATH"], **settings, **people},
    )


def repository(folder: Path, *options: str, files: Sequence[str] = (".env", "a.py", "services/api/.env")) -> Path:
    folder.mkdir(exist_ok=True)
    git(folder, "init", "-q", *options)
    for path in files:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("X=1\n")
    git(folder, "add", "-f", *files)
    return folder


@pytest.mark.parametrize("version", ["2", "4"])
def test_tracked_in_an_index_of_each_version(tmp_path: Path, version: str) -> None:
    top = repository(tmp_path, files=[".env", "a.py", "a/b/c.py", "a/b/d.py", "services/api/.env", "z.py"])
    git(top, "update-index", "--index-version", version)
    assert int.from_bytes((top / ".git/index").read_bytes()[4:8]) == int(version)
    assert is_tracked(top, ".env")
    assert is_tracked(top / "services/api", ".env")
    assert is_tracked(top / "a/b", "d.py")
    assert not is_tracked(top / "a", ".env")
    assert not is_tracked(top, "b.py")
    git(top, "rm", "-q", "--cached", ".env")
    assert not is_tracked(top, ".env")
    assert is_tracked(top, "z.py")


def test_tracked_in_an_index_with_extended_flags(tmp_path: Path) -> None:
    top = repository(tmp_path)
    (top / "b.py").touch()
    git(top, "add", "--intent-to-add", "b.py")
    assert int.from_bytes((top / ".git/index").read_bytes()[4:8]) == 3
    assert is_tracked(top / "services/api", ".env")


def test_tracked_in_a_repository_of_sha256(tmp_path: Path) -> None:
    top = repository(tmp_path, "--object-format=sha256")
    assert is_tracked(top / "services/api", ".env")
    assert not is_tracked(top, "b.py")


def test_a_worktree_and_a_submodule_keep_their_index_elsewhere(tmp_path: Path) -> None:
    top = repository(tmp_path / "main")
    git(top, "commit", "-q", "-m", "x")
    git(top, "worktree", "add", "-q", "-b", "other", str(tmp_path / "other"))
    git(top, "rm", "-q", "--cached", ".env")
    assert not is_tracked(top, ".env")
    assert is_tracked(tmp_path / "other", ".env")
    (top / ".git/info/exclude").write_text("ignored.py\n")
    (tmp_path / "other/ignored.py").touch()
    assert is_ignored(tmp_path / "other", "ignored.py")
    assert "ignored.py" not in list_files(tmp_path / "other")[0]


def test_without_a_repository(tmp_path: Path) -> None:
    assert repository_top(tmp_path) is None
    assert not is_tracked(tmp_path, ".env")


def test_a_link_to_the_project_changes_nothing(tmp_path: Path) -> None:
    top = repository(tmp_path / "main")
    (tmp_path / "link").symlink_to(top / "services/api")
    assert is_tracked(tmp_path / "link", ".env")


@pytest.mark.parametrize("index", [b"", b"DIRC", b"DIRC\0\0\0\2\xff\xff\xff\xff.env\0", b"XXXX" + b"\0" * 100])
def test_a_damaged_index_tracks_nothing(tmp_path: Path, index: bytes) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/index").write_bytes(index)
    assert not is_tracked(tmp_path, ".env")


def test_a_cut_index_of_version_4_tracks_nothing(tmp_path: Path) -> None:
    top = repository(tmp_path)
    git(top, "update-index", "--index-version", "4")
    content = (top / ".git/index").read_bytes()
    for length in range(12, 200):
        (top / ".git/index").write_bytes(content[:length])
        is_tracked(top / "services/api", ".env")
    (top / ".git/index").write_bytes(content[:74] + b"\xff" * 500)
    assert not is_tracked(top, ".env")


def test_a_pipe_or_a_folder_in_place_of_the_index_is_not_read(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    os.mkfifo(tmp_path / ".git/index")
    assert not is_tracked(tmp_path, ".env")
    (tmp_path / ".git/index").unlink()
    (tmp_path / ".git/index").mkdir()
    assert not is_tracked(tmp_path, ".env")


def test_a_pointer_that_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: ../nowhere\n")
    assert git_folder(tmp_path) == tmp_path / "../nowhere"
    assert not is_tracked(tmp_path, ".env")


def test_nothing_that_a_repository_names_is_run(tmp_path: Path) -> None:
    top = repository(tmp_path)
    with (top / ".git/config").open("a") as config:
        config.write(f"[core]\n\tfsmonitor = touch {tmp_path / 'ran'}\n\thooksPath = {tmp_path}\n")
    assert is_tracked(top, ".env")
    assert not (tmp_path / "ran").exists()
