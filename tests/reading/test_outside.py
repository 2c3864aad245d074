"""What a project names outside of its own folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffolder.errors import ProjectError
from scaffolder.model.project import Project
from scaffolder.reading import outside
from scaffolder.reading.outside import location
from scaffolder.reading.project import read_project
from tests.helpers import SCRIPT, written

SERVICE = "services/api"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The temporary folder stands for a home folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    write(tmp_path / "repo", {".git/HEAD": ""})
    return tmp_path / "repo"


def write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def locked(*urls: str, kind: str = "directory", groups: str = '["main"]') -> str:
    """A poetry.lock with a package for each URL."""
    packages = "".join(
        f'[[package]]\nname = "p{number}"\nversion = "1"\ndescription = ""\noptional = false\npython-versions = "*"\n'
        f'groups = {groups}\nfiles = []\n[package.source]\ntype = "{kind}"\nurl = "{url}"\n\n'
        for number, url in enumerate(urls)
    )
    metadata = '[metadata]\nlock-version = "2.1"\npython-versions = "^3.12"\ncontent-hash = "x"\n'
    return f"{packages or 'package = []'}\n{metadata}"


def service(repository: Path, lock: str, manifest: str = "") -> Project:
    """The project `services/api` of a repository, read."""
    folder = repository / SERVICE
    return read_project(written(folder, {"main.py": SCRIPT, "poetry.lock": lock}, manifest=manifest))


def test_the_files_of_a_folder_and_a_file(repository: Path) -> None:
    write(repository, {"libs/a/pyproject.toml": "", "libs/a/a/__init__.py": "", "libs/b/b.py": "", "c.whl": ""})
    assert service(repository, locked("../../libs/a")).outside == (
        "../../libs/a/a/__init__.py",
        "../../libs/a/pyproject.toml",
    )
    assert service(repository, locked("../../c.whl", kind="file")).outside == ("../../c.whl",)


def test_what_git_ignores_in_a_library_is_left_out(repository: Path) -> None:
    write(repository, {".gitignore": "*.log\n", "libs/.gitignore": "/a/gen/\n", "libs/a/.gitignore": "x.py\n"})
    write(repository, {"libs/a/a.py": "", "libs/a/x.py": "", "libs/a/gen/a.py": "", "libs/a/a.log": ""})
    assert service(repository, locked("../../libs/a")).outside == ("../../libs/a/.gitignore", "../../libs/a/a.py")


def test_the_project_and_its_neighbours_are_no_part_of_the_library_around_them(repository: Path) -> None:
    write(
        repository, {"pyproject.toml": "", "core/a.py": "", "services/web/pyproject.toml": "", "services/web/b.py": ""}
    )
    assert service(repository, locked("../..")).outside == ("../../core/a.py", "../../pyproject.toml")


@pytest.mark.parametrize("url", ["../../../elsewhere", "../../libs/link", "../../link/a", "/etc", "../../libs/gone"])
def test_what_lies_above_the_repository_or_behind_a_link_is_not_read(repository: Path, url: str) -> None:
    write(repository.parent, {"elsewhere/a.py": "", "elsewhere/a/b.py": ""})
    write(repository, {"libs/x.py": ""})
    (repository / "libs/link").symlink_to("../../elsewhere")
    (repository / "link").symlink_to("../elsewhere")
    assert service(repository, locked(url)).outside == ()


def test_a_link_in_a_library_that_leads_out_of_it_is_left_out(repository: Path) -> None:
    write(repository.parent, {"secret.py": ""})
    write(repository, {"libs/a/a.py": ""})
    (repository / "libs/a/b.py").symlink_to("../../../secret.py")
    assert service(repository, locked("../../libs/a")).outside == ("../../libs/a/a.py",)


def test_own_packages_outside_are_code_of_the_project(repository: Path) -> None:
    write(repository, {"bases/shop/core.py": "from fastapi import FastAPI\napp = FastAPI()\n", "bases/other/x.py": ""})
    manifest = '[[tool.poetry.packages]]\ninclude = "shop"\nfrom = "../../bases"\n'
    found = service(repository, locked(), manifest)
    assert found.outside == ("../../bases/shop/core.py",)
    assert [name for name, _ in found.code.imports] == ["fastapi"]


def test_variables_of_a_library_come_after_the_project_s_own(repository: Path) -> None:
    write(repository, {"libs/a/a.py": "import os\nA = os.environ['A_URL']\nB = os.environ['B_URL']\n"})
    (repository / SERVICE).mkdir(parents=True)
    (repository / SERVICE / "settings.py").write_text("import os\nB = os.environ['B_URL']\n")
    (repository / SERVICE / "main.py").write_text("import settings\n" + SCRIPT)
    found = read_project(written(repository / SERVICE, {"poetry.lock": locked("../../libs/a")}))
    assert [(variable.name, variable.place.path) for variable in found.code.variables] == [
        ("B_URL", "settings.py"),
        ("A_URL", "../../libs/a/a.py"),
    ]


def test_code_of_a_library_for_development_does_not_count(repository: Path) -> None:
    write(repository, {"libs/a/a.py": "import os\nA = os.environ['A_URL']\n"})
    assert service(repository, locked("../../libs/a", groups='["dev"]')).code.variables == ()


def test_what_the_build_of_a_library_requires(repository: Path) -> None:
    requires = '[build-system]\nrequires = ["Cython>=3", "setuptools_rust", "./x"]\n'
    write(repository, {"libs/a/pyproject.toml": requires, "libs/b/pyproject.toml": "", "libs/c/setup.py": ""})
    found = service(repository, locked("../../libs/a", "../../libs/b", "../../libs/c"))
    assert found.build_requirements == {"../../libs/a": ("cython", "setuptools-rust"), "../../libs/b": ()}


def test_a_library_whose_manifest_is_no_toml(repository: Path) -> None:
    write(repository, {"libs/a/pyproject.toml": "= 1"})
    with pytest.raises(ProjectError) as caught:
        service(repository, locked("../../libs/a"))
    assert "../../libs/a/pyproject.toml" in str(caught.value)
    service(repository, locked("../../libs/a", groups='["dev"]'))


def test_bounds(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "_MOST_PATHS", 1)
    write(repository, {"libs/a/a.py": "", "libs/b/b.py": ""})
    found = service(repository, locked("../../libs/a", "../../libs/b"))
    assert found.outside == ("../../libs/a/a.py",)
    assert found.code.truncated


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("repo/services/api", "services/api"),
        ("repo", ""),
        ("repo/a\tb/c", "c"),
        ("loose/services/api", "services/api"),
        ("loose", ""),
        ("", ""),
    ],
)
def test_location_is_below_the_repository_or_the_home_folder(repository: Path, folder: str, expected: str) -> None:
    place = repository.parent / folder
    place.mkdir(parents=True, exist_ok=True)
    assert location(place) == expected


def test_location_without_a_home_folder(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", unknown)
    assert location(repository / "a") == "a"
    assert location(Path("/srv/shop/api")) == "shop/api"
    assert location(Path("/")) == ""
