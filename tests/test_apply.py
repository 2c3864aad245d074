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
    (root / "infra/run.sh").write_bytes(b"old")
    (root / "run.sh").symlink_to("infra/run.sh")
    apply(root, _plan(Change(path="run.sh", action=Action.UPDATE, before=b"old", after=b"new")))
    assert (root / "run.sh").is_symlink()
    assert (root / "infra/run.sh").read_bytes() == b"new"


def _docker(action: Action, after: bytes, before: bytes | None = None) -> Change:
    return Change(path="Dockerfile", action=action, before=before, after=after)


def test_what_would_not_work_is_not_written(root: Path) -> None:
    before = _tree(root)
    with pytest.raises(RefusedError) as caught:
        apply(root, _plan(CREATE, _docker(Action.CREATE, b"FROM x\nCOPY absent ./\n")))
    assert caught.value.code == "unsound"
    assert caught.value.paths == ("Dockerfile",)
    assert "absent" in caught.value.message
    assert _tree(root) == before


def test_what_does_not_work_already_holds_nobody_up(root: Path) -> None:
    former = b"FROM x\nCOPY absent ./\n"
    (root / "Dockerfile").write_bytes(former)
    apply(root, _plan(_docker(Action.MERGE, b"FROM y\nCOPY absent ./\n", former)))
    assert (root / "Dockerfile").read_bytes() == b"FROM y\nCOPY absent ./\n"


def test_a_file_with_conflicts_in_it_is_written(root: Path) -> None:
    apply(root, _plan(_docker(Action.CONFLICT, b"<<<<<<< yours\nFROM x\n=======\nFROM y\n>>>>>>> scaffold\n")))
    assert (root / "Dockerfile").exists()


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
