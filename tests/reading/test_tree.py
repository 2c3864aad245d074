"""The files of a project and the text of its modules."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from scaffolder.reading import tree
from scaffolder.reading.tree import list_files, read_sources, read_texts


def write(root: Path, *paths: str, text: str = "") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def test_files_are_sorted_posix_paths(tmp_path: Path) -> None:
    write(tmp_path, "b.py", "a/z.py", "a/b/c.txt", "a.py")
    assert list_files(tmp_path) == (("a.py", "a/b/c.txt", "a/z.py", "b.py"), False)


def test_what_is_never_part_of_a_project_is_left_out(tmp_path: Path) -> None:
    folders = [".git", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".mypy_cache", "env", "conda"]
    write(tmp_path, "a.py", "env/pyvenv.cfg", "conda/conda-meta/x", *(f"{folder}/lib/x.py" for folder in folders))
    assert list_files(tmp_path)[0] == ("a.py",)


def test_a_project_in_an_environment_of_its_own_is_read(tmp_path: Path) -> None:
    write(tmp_path, "pyvenv.cfg", "a.py")
    assert list_files(tmp_path)[0] == ("a.py", "pyvenv.cfg")


def test_gitignore_files_inside_and_above_count(tmp_path: Path) -> None:
    write(tmp_path, ".git/info/exclude", text="private.py\n")
    write(tmp_path, ".gitignore", text="*.log\n/services/api/out\nservices/*/tmp\n")
    root = tmp_path / "services" / "api"
    write(root, ".gitignore", text="gen/*\n!gen/keep.py\n")
    write(root, "sub/.gitignore", text="!keep.log\n/only.py\n")
    write(root, "a.py", "a.log", "out/a.py", "tmp/a.py", "private.py", "gen/a.py", "gen/keep.py")
    write(root, "sub/keep.log", "sub/other.log", "sub/only.py", "sub/x/only.py")
    expected = (".gitignore", "a.py", "gen/keep.py", "sub/.gitignore", "sub/keep.log", "sub/x/only.py")
    assert list_files(root)[0] == expected


def test_a_project_that_the_repository_around_it_ignores_is_read(tmp_path: Path) -> None:
    write(tmp_path, ".git/HEAD")
    write(tmp_path, ".gitignore", text="demo/\n*.log\n")
    write(tmp_path, "demo/shop/a.py", "demo/shop/a.log")
    assert list_files(tmp_path / "demo" / "shop")[0] == ("a.log", "a.py")


def test_links_are_files_inside_the_project_or_nothing(tmp_path: Path) -> None:
    root = tmp_path / "project"
    write(root, "real.py", "folder/a.py", text="x = 1")
    write(tmp_path, "outside.py")
    (root / "inside").symlink_to("real.py")
    (root / "out").symlink_to("../outside.py")
    (root / "loop").symlink_to("loop")
    (root / "again").symlink_to(".")
    (root / "broken").symlink_to("nowhere")
    (root / "link.py").symlink_to("real.py")
    assert list_files(root)[0] == ("folder/a.py", "inside", "link.py", "real.py")
    assert list(read_sources(root, ["link.py", "real.py"])) == ["real.py"]


def test_names_that_cannot_be_printed_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "é.py", "a b.py", "new\nline.py", "esc\x1b[31m.py")
    with open(os.fsencode(tmp_path) + b"/latin\xe4.py", "wb"):  # noqa: PTH123 - a name that is not UTF-8
        pass
    assert list_files(tmp_path)[0] == ("a b.py", "é.py")


def test_pipes_are_neither_listed_nor_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")
    assert list_files(tmp_path)[0] == ()
    assert read_sources(tmp_path, ["a.py"]) == {}


def test_the_bounds_cut_off_what_lies_deepest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a/b/deep.py", "a/mid.py", "top.py", "top.txt")
    monkeypatch.setattr(tree, "PYTHON_LIMIT", 2)
    assert list_files(tmp_path) == (("a/mid.py", "top.py", "top.txt"), True)
    monkeypatch.setattr(tree, "ENTRY_LIMIT", 3)
    assert list_files(tmp_path) == (("top.py", "top.txt"), True)


def test_sources_are_decoded_as_python_does(tmp_path: Path) -> None:
    contents = {
        "plain.py": "x = 'ä'".encode(),
        "bom.py": b"\xef\xbb\xbfx = 1",
        "latin.py": b"# -*- coding: latin-1 -*-\nx = '\xe4'",
        "undeclared.py": b"x = '\xe4'",
        "unknown.py": b"# coding: klingon\nx = 1",
        "binary.py": b"\x00\x01",
        "large.py": b"#" * (2 << 20),
        "text.txt": b"x",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    assert read_sources(tmp_path, sorted(contents)) == {
        "bom.py": "x = 1",
        "latin.py": "# -*- coding: latin-1 -*-\nx = 'ä'",
        "plain.py": "x = 'ä'",
    }


def test_sources_that_vanish_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "folder.py").mkdir()
    assert read_sources(tmp_path, ["gone.py", "folder.py", "nul\0.py"]) == {}


def test_texts_are_read_by_path(tmp_path: Path) -> None:
    write(tmp_path, "a.ini", text="\ufeffx")
    (tmp_path / "latin.ini").write_bytes(b"\xe4")
    assert read_texts(tmp_path, ["a.ini", "latin.ini", "none.ini"]) == {"a.ini": "x"}


def test_two_thousand_files_are_listed_at_once(tmp_path: Path) -> None:
    write(tmp_path, *(f"src/p{number % 50}/m{number}.py" for number in range(2000)))
    (tmp_path / ".gitignore").write_text(
        "\n".join([*(f"name{n}" for n in range(50)), "*.py[cod]", "docs/_b/", "*.log"])
    )
    start = time.process_time()
    files, truncated = list_files(tmp_path)
    assert time.process_time() - start < 0.3
    assert (len(files), truncated) == (2001, False)
