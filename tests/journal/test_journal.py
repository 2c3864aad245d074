"""What the next command makes of a journal, and two runs at once. The faults themselves are in `test_faults`."""

from __future__ import annotations

import fcntl
import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scaffolder.apply import apply, write_private
from scaffolder.errors import ProjectError, RefusedError
from scaffolder.journal import recover
from scaffolder.model.change import Action, Change, Plan
from scaffolder.model.forbidden import JOURNAL, why_forbidden, why_not_rendered
from tests.journal.faults import PLAN, at_call, die_when, killed, project, snapshot


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return project(tmp_path / "shop")


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    descriptor = os.open(root, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    yield
    os.close(descriptor)


def _interrupt(root: Path, *, after: str) -> None:
    """Leaves the project as a run does that is killed right after it has written `after`."""
    target = root / after
    before = target.read_bytes()
    assert killed(lambda: apply(root, PLAN), 1, die_when(lambda: target.read_bytes() != before))


def test_nothing_is_said_without_a_journal(root: Path) -> None:
    assert recover(root) is None
    assert recover(root / "absent") is None


def test_what_was_interrupted_is_put_back_and_named(root: Path) -> None:
    before = snapshot(root)
    _interrupt(root, after="Dockerfile")
    assert snapshot(root) != before
    message = recover(root)
    assert message is not None
    assert message.code == "interrupted-run"
    assert "Dockerfile" in message.text
    assert snapshot(root) == before
    assert recover(root) is None


def test_a_file_that_was_edited_after_the_crash_stays_and_is_named(root: Path) -> None:
    _interrupt(root, after="scaffold.lock")
    (root / "Dockerfile").write_bytes(b"FROM mine\n")
    message = recover(root)
    assert message is not None
    assert "Edited since, and left as they are: Dockerfile" in message.text
    assert (root / "Dockerfile").read_bytes() == b"FROM mine\n"
    assert (root / "scaffold.lock").read_bytes() == b"version = 1\n"


def test_a_run_does_not_start_over_one_that_was_interrupted(root: Path) -> None:
    _interrupt(root, after="Dockerfile")
    now = snapshot(root)
    with pytest.raises(RefusedError) as caught:
        apply(root, PLAN)
    assert caught.value.code == "interrupted-run"
    assert snapshot(root) == now


def test_two_runs_at_once(root: Path) -> None:
    before = snapshot(root)
    with _locked(root), pytest.raises(RefusedError) as caught:
        apply(root, PLAN)
    assert caught.value.code == "busy"
    assert snapshot(root) == before
    apply(root, PLAN)


def test_nobody_puts_back_what_a_run_is_writing(root: Path) -> None:
    _interrupt(root, after="Dockerfile")
    now = snapshot(root)
    with _locked(root), pytest.raises(RefusedError) as caught:
        recover(root)
    assert caught.value.code == "busy"
    assert snapshot(root) == now


def test_the_lock_of_a_run_that_was_killed_is_gone(root: Path) -> None:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        with _locked(root):
            os.write(write, b".")
            signal.pause()
    os.read(read, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(read)
    os.close(write)
    apply(root, PLAN)


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 100_000,
        b'{"format": 2, "folders": [], "files": []}',
        b'{"format": 1, "folders": [], "files": [{"path": "a"}]}',
        b'{"format": 1, "folders": ["../x"], "files": []}',
        b'{"format": 1, "folders": [], "files": [{"path": "../../x", "before": null, "after": null}]}',
        b'{"format": 1, "folders": [], "files": [{"path": ".git/config", "before": null, "after": "0"}]}',
    ],
)
def test_a_record_that_no_run_wrote_is_refused(root: Path, record: bytes) -> None:
    (root / JOURNAL).mkdir()
    (root / JOURNAL / "record").write_bytes(record)
    with pytest.raises(ProjectError) as caught:
        recover(root)
    assert caught.value.code == "journal-broken"
    assert (root / JOURNAL / "record").exists()


@pytest.mark.parametrize("make", [Path.touch, lambda path: path.symlink_to("infra")], ids=["file", "link"])
def test_something_else_of_that_name_is_refused_and_kept(root: Path, make: Callable[[Path], None]) -> None:
    make(root / JOURNAL)
    now = snapshot(root)
    with pytest.raises(ProjectError):
        recover(root)
    with pytest.raises(ProjectError):
        apply(root, PLAN)
    assert snapshot(root) == now


def test_a_journal_cannot_write_through_a_link(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x").write_bytes(b"theirs")
    (root / "out").symlink_to(outside)
    (root / JOURNAL).mkdir()
    files = [{"path": "out/x", "before": None, "after": "anything"}]
    (root / JOURNAL / "record").write_text(json.dumps({"format": 1, "folders": [], "files": files}))
    with pytest.raises(RefusedError, match="out of the project"):
        recover(root)
    assert (outside / "x").read_bytes() == b"theirs"


def test_a_users_file_in_the_journal_survives(root: Path) -> None:
    (root / JOURNAL).mkdir()
    (root / JOURNAL / "notes.txt").touch()
    assert recover(root) is None
    assert (root / JOURNAL / "notes.txt").exists()


def test_a_file_that_appears_at_the_last_moment_is_not_replaced(root: Path) -> None:
    plan = Plan(changes=(Change(path="new", action=Action.CREATE, after=b"ours"),))
    linked: list[None] = []

    def appears(name: str, real: object, arguments: tuple[object, ...]) -> None:
        if name == "link" and not linked:
            linked.append(None)
            (root / "new").write_bytes(b"theirs")

    with at_call(1, appears), pytest.raises(RefusedError, match="changed while"):
        apply(root, plan)
    assert (root / "new").read_bytes() == b"theirs"
    assert not (root / JOURNAL).exists()


def test_a_file_system_without_second_names(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    before = snapshot(root)
    monkeypatch.setattr(os, "link", refuse)
    apply(root, PLAN)
    assert snapshot(root) != before
    assert not (root / JOURNAL).exists()


def test_secrets_are_never_readable_by_others(root: Path) -> None:
    modes: set[int] = set()

    def look(name: str, real: object, arguments: tuple[object, ...]) -> None:
        modes.update(path.stat().st_mode & 0o077 for path in root.rglob("*") if b"hunter2" in _content(path))

    with at_call(1, look):
        write_private(root, ".env", None, b"PASSWORD=hunter2\n")
        write_private(root, ".env", b"PASSWORD=hunter2\n", b"PASSWORD=hunter2\nA=1\n")
    assert modes == {0}
    assert (root / ".env").stat().st_mode & 0o777 == 0o600


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


@pytest.mark.parametrize(
    "path",
    [
        "", "/etc/passwd", "../x", "a/../../x", ".git/hooks/x", "sub/.GIT/x", ".git./x", ".env", "a/.env", ".ENV ",
        f"{JOURNAL}/record", "a\\b", "a\nb",
    ],
)  # fmt: skip
def test_what_nothing_ever_writes(path: str) -> None:
    assert why_forbidden(path)


@pytest.mark.parametrize("path", ["pyproject.toml", "poetry.lock", "scaffold.lock", "Scaffold.lock"])
def test_what_no_blueprint_writes(path: str) -> None:
    assert why_not_rendered(path)
    assert not why_forbidden(path)


@pytest.mark.parametrize("path", [".env.example", ".gitignore", "docker/.envrc", ".github/workflows/x.yml"])
def test_what_a_blueprint_may_write(path: str) -> None:
    assert not why_not_rendered(path)
