from __future__ import annotations

import os
from pathlib import Path

import pytest

from scaffolder.apply import apply
from scaffolder.errors import RefusedError
from scaffolder.model.change import Action, Change, Plan
from scaffolder.reading.targets import backups_in_the_way, read_existing


def _plan(*changes: Change) -> Plan:
    return Plan(changes=changes)


def _tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


CREATE = Change(path="a/new", action=Action.CREATE, after=b"new", mode=0o755)
UPDATE = Change(path="old", action=Action.UPDATE, before=b"old", after=b"newer", mode=0o640, backup="old.orig")
DELETE = Change(path="gone", action=Action.DELETE, before=b"gone", after=None)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "old").write_bytes(b"old")
    (tmp_path / "gone").write_bytes(b"gone")
    return tmp_path


def test_a_plan_is_carried_out_and_leaves_nothing_else(root: Path) -> None:
    apply(root, _plan(CREATE, UPDATE, DELETE))
    assert _tree(root) == {"a/new": b"new", "old": b"newer", "old.orig": b"old"}
    assert (root / "a/new").stat().st_mode & 0o777 == 0o755
    assert (root / "old").stat().st_mode & 0o777 == 0o640


def test_a_file_that_changed_meanwhile_is_left(root: Path) -> None:
    (root / "old").write_bytes(b"edited just now")
    with pytest.raises(RefusedError) as caught:
        apply(root, _plan(CREATE, UPDATE))
    assert caught.value.code == "changed-meanwhile"
    assert _tree(root) == {"old": b"edited just now", "gone": b"gone"}


def test_a_file_that_appeared_meanwhile_is_left(root: Path) -> None:
    (root / "a").mkdir()
    (root / "a/new").write_bytes(b"theirs")
    with pytest.raises(RefusedError):
        apply(root, _plan(UPDATE, CREATE))
    assert _tree(root) == {"a/new": b"theirs", "old": b"old", "gone": b"gone"}


@pytest.mark.parametrize("path", ["../out", "/etc/passwd", "a/../../out", ".git/hooks/x", ".env", ""])
def test_nothing_is_written_outside_of_the_project(root: Path, path: str) -> None:
    with pytest.raises(RefusedError):
        apply(root, _plan(Change(path=path, action=Action.CREATE, after=b"x")))


def test_symbolic_links_are_not_followed_out_of_the_project(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (root / "link").symlink_to(outside, target_is_directory=True)
    (root / "file").symlink_to(outside / "target")
    for path in ("link/x", "file"):
        with pytest.raises(RefusedError, match="symbolic link"):
            apply(root, _plan(Change(path=path, action=Action.CREATE, after=b"x")))
        with pytest.raises(RefusedError, match="symbolic link"):
            read_existing(root, [path])
    assert list(outside.iterdir()) == []


def test_a_link_that_stays_inside_is_kept_and_its_target_written(root: Path) -> None:
    (root / "infra").mkdir()
    (root / "infra/Dockerfile").write_bytes(b"old")
    (root / "Dockerfile").symlink_to("infra/Dockerfile")
    apply(root, _plan(Change(path="Dockerfile", action=Action.UPDATE, before=b"old", after=b"new")))
    assert (root / "Dockerfile").is_symlink()
    assert (root / "infra/Dockerfile").read_bytes() == b"new"


@pytest.mark.parametrize("target", [".env", ".git/config", "file"])
def test_a_link_to_what_is_never_written_is_refused(root: Path, target: str) -> None:
    (root / ".git").mkdir()
    (root / "file").symlink_to(target)
    with pytest.raises(RefusedError, match="symbolic link"):
        apply(root, _plan(Change(path="file", action=Action.CREATE, after=b"x")))
    assert list((root / ".git").iterdir()) == []


def test_two_names_of_one_file_are_not_written_both(root: Path) -> None:
    (root / "link").symlink_to("old")
    one, two = (Change(path=path, action=Action.UPDATE, before=b"old", after=b"x") for path in ("link", "old"))
    with pytest.raises(RefusedError, match="the same file as link"):
        apply(root, _plan(one, two))
    assert (root / "old").read_bytes() == b"old"


def test_a_read_only_file_is_named(root: Path) -> None:
    (root / "old").chmod(0o444)
    with pytest.raises(RefusedError) as caught:
        apply(root, _plan(CREATE, UPDATE))
    assert caught.value.code == "read-only"
    assert "chmod u+w old" in caught.value.hint
    assert _tree(root) == {"old": b"old", "gone": b"gone"}


def test_reading_finds_files_and_refuses_folders(root: Path) -> None:
    (root / "folder").mkdir()
    found = read_existing(root, ["old", "absent", "a/b/absent"])
    assert list(found) == ["old"]
    assert found["old"].content == b"old"
    with pytest.raises(RefusedError, match="not a regular file"):
        read_existing(root, ["folder"])


def test_reading_refuses_a_fifo_without_opening_it(root: Path) -> None:
    os.mkfifo(root / "pipe")
    with pytest.raises(RefusedError, match="not a regular file"):
        read_existing(root, ["pipe"])


def test_backups_in_the_way_are_found_in_folders_too(root: Path) -> None:
    (root / "a").mkdir()
    (root / "a/x.orig").touch()
    (root / "old.orig2").touch()
    assert set(backups_in_the_way(root, ["a/x", "old"])) == {"a/x.orig", "old.orig2"}
