"""Files of a blueprint: within bounds, without links."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from scaffolder.blueprint import entries
from scaffolder.blueprint.entries import check_bounds, digest, folder_entries, write_entries, zip_entries
from scaffolder.errors import ProjectError
from tests.blueprint.conftest import lay


def zipped(path: Path, *files: str | zipfile.ZipInfo) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in files:
            archive.writestr(file, "text")
    return path


def test_a_folder_without_its_repository_and_links(tmp_path: Path) -> None:
    folder = lay(tmp_path / "web", {"copier.yml": "", "a/b.jinja": "x", ".git/config": "", "a/run.sh": ""})
    (folder / "a" / "run.sh").chmod(0o755)
    (folder / "passwords").symlink_to("/etc/passwd")
    (folder / "root").symlink_to("/")
    found = folder_entries(folder, "web")
    assert [(entry.path, entry.executable) for entry in found] == [
        ("a/b.jinja", False),
        ("a/run.sh", True),
        ("copier.yml", False),
    ]


def test_the_digest_knows_contents_names_and_modes(tmp_path: Path) -> None:
    folder = lay(tmp_path / "web", {"a": "x", "b": ""})
    digests = {digest(folder_entries(folder, "web"))}
    assert digests == {digest(folder_entries(folder, "web"))}
    (folder / "a").chmod(0o755)
    digests.add(digest(folder_entries(folder, "web")))
    lay(folder, {"b": "y"})
    digests.add(digest(folder_entries(folder, "web")))
    (folder / "b").rename(folder / "c")
    digests.add(digest(folder_entries(folder, "web")))
    assert len(digests) == 4


def test_the_one_folder_in_a_zip_goes(tmp_path: Path) -> None:
    found = zip_entries(zipped(tmp_path / "a.zip", "web-1.0/copier.yml", "web-1.0/a/b"), "a")
    assert [entry.path for entry in found] == ["a/b", "copier.yml"]
    found = zip_entries(zipped(tmp_path / "b.zip", "copier.yml", "a/b"), "b")
    assert [entry.path for entry in found] == ["a/b", "copier.yml"]


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "a/../../x", "a//b", "a\\..\\x", ".git/config", ".GIT /hooks/x", "\x1b", "."]
)
def test_a_name_that_leaves_the_blueprint_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProjectError) as error:
        zip_entries(zipped(tmp_path / "a.zip", "copier.yml", name), "a")
    assert error.value.code == "blueprint-unsafe-path"


def test_a_link_in_a_zip_is_left_out(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("passwords")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert [entry.path for entry in zip_entries(zipped(tmp_path / "a.zip", "copier.yml", link), "a")] == ["copier.yml"]


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(ProjectError, match="no zip that can be read"):
        zip_entries(tmp_path / "a.zip", "a")


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("copier.yml", b"\0" * (entries.MOST_BYTES + 1))

    def never(*_: object) -> bytes:
        raise AssertionError("it was unpacked")

    monkeypatch.setattr(zipfile.ZipFile, "read", never)
    with pytest.raises(ProjectError) as error:
        zip_entries(tmp_path / "a.zip", "a")
    assert error.value.code == "blueprint-too-large"


def test_the_number_of_files_is_bounded() -> None:
    check_bounds([(str(number), 1) for number in range(entries.MOST_FILES)], "a")
    with pytest.raises(ProjectError):
        check_bounds([(str(number), 1) for number in range(entries.MOST_FILES + 1)], "a")


def test_what_is_laid_out_is_what_was_read(tmp_path: Path) -> None:
    folder = lay(tmp_path / "web", {"copier.yml": "", "a/b": "x\r\n"})
    (folder / "a" / "b").chmod(0o755)
    write_entries(folder_entries(folder, "web"), tmp_path / "copy")
    assert folder_entries(tmp_path / "copy", "web") == folder_entries(folder, "web")
