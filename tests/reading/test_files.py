"""One file of the project, in every state a disk can hold it."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from scaffolder.errors import ProjectError
from scaffolder.reading.files import LOCK_LIMIT, read_document, read_text, read_toml

NAME = "pyproject.toml"


def refused(root: Path, name: str = NAME) -> ProjectError:
    with pytest.raises(ProjectError) as caught:
        read_document(root, name)
    assert caught.value.file == name
    assert caught.value.hint
    assert str(root) not in f"{caught.value.message}{caught.value.hint}"
    return caught.value


def test_text_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes("a = 'ä'\r\n".encode())
    assert read_document(tmp_path, NAME) == "a = 'ä'\r\n"
    assert read_toml(tmp_path, NAME) == {"a": "ä"}


@pytest.mark.parametrize(
    ("content", "code", "found"),
    [
        (b"", "invalid-file", "an empty file"),
        (b"\xef\xbb\xbf \r\n", "invalid-file", "an empty file"),
        (b"\xef\xbb\xbfa = 1\n", "invalid-file", "a byte order mark before the first line"),
        (b"a = 1\nb = '\xe4'\n", "not-text", "the byte 0xe4, which is not UTF-8, at offset 11 (line 2)"),
        ("a = 1\n".encode("utf-16"), "not-text", "UTF-16"),
        (b"a = 1\nb = 2\0\n", "not-text", "a NUL character in line 2"),
        (b"a = 1\n<<<<<<< HEAD\nb = 1\n=======\nb = 2\n>>>>>>> x\n", "merge-conflict", "a merge conflict in line 2"),
        (b".".join([b"a"] * 10_000) + b" = 1", "invalid-file", "a line with thousands of dots"),
        (b"#" * (2 << 20), "too-large", "a file of 2.1 MB"),
    ],
)
def test_content_that_cannot_be_used(tmp_path: Path, content: bytes, code: str, found: str) -> None:
    (tmp_path / NAME).write_bytes(content)
    error = refused(tmp_path)
    assert (error.code, error.found) == (code, found)


def test_a_row_of_equals_signs_is_no_conflict(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text('a = """\n=======\n"""\n')
    assert read_toml(tmp_path, NAME) == {"a": "=======\n"}


def test_a_conflict_in_the_lock_is_resolved_by_locking(tmp_path: Path) -> None:
    (tmp_path / "poetry.lock").write_text("<<<<<<< HEAD\n=======\n>>>>>>> x\n")
    assert "poetry lock" in refused(tmp_path, "poetry.lock").hint


def test_a_huge_lock_is_refused_without_reading_it(tmp_path: Path) -> None:
    with (tmp_path / "poetry.lock").open("wb") as file:
        file.truncate(50_000_000)
    start = time.process_time()
    with pytest.raises(ProjectError, match=r"found a file of 50\.0 MB; expected at most 20 MB"):
        read_document(tmp_path, "poetry.lock", limit=LOCK_LIMIT)
    assert time.process_time() - start < 0.2


def test_missing(tmp_path: Path) -> None:
    assert refused(tmp_path).code == "missing-file"


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    assert refused(tmp_path).found == "a folder"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / NAME)
    assert refused(tmp_path).found == "a pipe"


def test_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(NAME)
        assert refused(tmp_path).code == "unreadable-file"


def test_a_forbidden_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / NAME).write_text("a = 1")

    def forbid(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", forbid)
    error = refused(tmp_path)
    assert (error.found, error.hint) == ("a file that may not be read", f"chmod u+r {NAME}")


def test_links(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "outside.toml").write_text("a = 1")
    (root / "inside.toml").write_text("a = 2")
    (root / "good").symlink_to("inside.toml")
    (root / "out").symlink_to("../outside.toml")
    (root / "circle").symlink_to("circle")
    (root / "broken").symlink_to("nowhere")
    assert read_toml(root, "good") == {"a": 2}
    assert refused(root, "out").found == "a link out of the project"
    assert refused(root, "circle").found == "a symbolic link that leads back to itself"
    assert refused(root, "broken").code == "missing-file"


def test_a_project_folder_that_is_itself_a_link(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "inside.toml").write_text("a = 2")
    (root / NAME).symlink_to("inside.toml")
    (tmp_path / "link").symlink_to("project")
    assert read_text(tmp_path / "link", NAME) == "a = 2"


def test_only_toml_errors_leave_the_parser(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("a = 1\nb = \n")
    with pytest.raises(ProjectError, match="no TOML at line 2, column 5"):
        read_toml(tmp_path, NAME)


def test_settings_may_be_empty(tmp_path: Path) -> None:
    (tmp_path / "poetry.toml").write_text("")
    assert read_toml(tmp_path, "poetry.toml", may_be_empty=True) == {}
