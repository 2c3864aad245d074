"""Where the projects of a repository are looked for, and what is never taken for one."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from scaffolder.errors import UsageError
from scaffolder.reading.workspace import (
    find_projects,
    is_workspace,
    members_in,
    require_member,
    require_not_a_member,
    workspace_above,
    workspace_name,
)
from tests.helpers import written
from tests.workspace import api, repository, worker

LOCK = 'version = 1\n\n[[decision]]\nname = "projects"\nvalue = ["services/api", "services/\\u00fc"]\n'


def test_projects_are_folders_with_both_files(tmp_path: Path) -> None:
    repository(tmp_path)
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "pyproject.toml").write_text("[tool.ruff]\n")
    assert find_projects(tmp_path) == ("libs/shared", "services/api", "services/worker")


@pytest.mark.parametrize("folder", ["node_modules/x", ".venv/x", "a/b/c/d/e", "ignored/x", "new\nline", "env/x"])
def test_some_folders_are_not_searched(tmp_path: Path, folder: str) -> None:
    repository(tmp_path)
    worker(tmp_path, folder)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("ignored/\n")
    (tmp_path / "env").mkdir(exist_ok=True)
    (tmp_path / "env" / "pyvenv.cfg").write_text("")
    assert find_projects(tmp_path) == ("libs/shared", "services/api", "services/worker")


def test_links_are_not_followed(tmp_path: Path) -> None:
    repository(tmp_path / "top")
    api(tmp_path / "elsewhere", "api")
    (tmp_path / "top" / "linked").symlink_to(tmp_path / "elsewhere" / "api")
    (tmp_path / "top" / "again").symlink_to(tmp_path / "top" / "services")
    assert find_projects(tmp_path / "top") == ("libs/shared", "services/api", "services/worker")


def test_a_hundred_projects_are_found_at_once(tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f"services/s{number}/src").mkdir(parents=True)
        for name in ("pyproject.toml", "poetry.lock", "src/main.py"):
            (tmp_path / f"services/s{number}" / name).write_text("")
    start = time.perf_counter()
    assert len(find_projects(tmp_path)) == 100
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"pyproject.toml": "[tool.ruff]\nline-length = 100\n"},
        {"pyproject.toml": '[project]\nname = "all"\nversion = "1"\n', "uv.lock": ""},
        {"pyproject.toml": "[tool.poetry]\npackage-mode = false\n"},
    ],
)
def test_a_folder_without_a_poetry_project_is_a_workspace(tmp_path: Path, files: dict[str, str]) -> None:
    repository(tmp_path)
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert is_workspace(tmp_path)


def test_a_project_is_none_whatever_lies_below_it(tmp_path: Path) -> None:
    written(repository(tmp_path), {"main.py": ""}, packages=["flask 3.0.0"])
    assert not is_workspace(tmp_path)
    assert is_workspace(tmp_path, ["projects=services/api"])


def test_a_project_is_one_that_polylith_calls_so(tmp_path: Path) -> None:
    written(repository(tmp_path), {"workspace.toml": '[tool.polylith]\nnamespace = "shop"\n'}, packages=["flask 3.0.0"])
    assert is_workspace(tmp_path)


def test_a_project_is_one_that_only_gathers_those_below(tmp_path: Path) -> None:
    written(repository(tmp_path))
    manifest = tmp_path / "pyproject.toml"
    manifest.write_text(manifest.read_text().replace("[tool.poetry]\n", "[tool.poetry]\npackage-mode = false\n", 1))
    assert is_workspace(tmp_path)


def test_a_project_without_code_and_dependencies_is_one(tmp_path: Path) -> None:
    written(repository(tmp_path))
    assert is_workspace(tmp_path)
    (tmp_path / "run.py").write_text("print(1)\n")
    assert not is_workspace(tmp_path)


def test_one_project_below_makes_no_workspace(tmp_path: Path) -> None:
    api(tmp_path)
    assert not is_workspace(tmp_path)
    assert not is_workspace(tmp_path / "services" / "api")
    assert not is_workspace(tmp_path / "nowhere")


def test_the_name_is_that_of_the_manifest_or_the_folder(tmp_path: Path) -> None:
    top = repository(tmp_path / "shop")
    assert workspace_name(top) == "shop"
    (top / "pyproject.toml").write_text('[project]\nname = "market"\nversion = "1"\n')
    assert workspace_name(top) == "market"


@pytest.mark.parametrize("folder", ["/etc", "../up", "services/../api", ".", "", "services/nothing", "linked", "a:b"])
def test_a_project_lies_below_the_top(tmp_path: Path, folder: str) -> None:
    repository(tmp_path)
    api(tmp_path, "a:b")
    (tmp_path / "linked").symlink_to("services/api")
    with pytest.raises(UsageError):
        require_member(tmp_path, folder)


def test_a_lock_tells_whose_projects_they_are(tmp_path: Path) -> None:
    assert members_in(LOCK) == ("services/api", "services/ü")
    assert members_in(LOCK.replace("\n", "\r\n")) == ("services/api", "services/ü")
    assert members_in('[[decision]]\nname = "port"\nvalue = 80\n') == ()
    repository(tmp_path)
    (tmp_path / "scaffold.lock").write_text(LOCK)
    assert workspace_above(tmp_path / "services" / "api") == "../.."
    assert workspace_above(tmp_path / "services" / "worker") == ""


def test_a_project_of_a_workspace_is_sent_to_its_top(tmp_path: Path) -> None:
    repository(tmp_path)
    (tmp_path / "scaffold.lock").write_text(LOCK)
    with pytest.raises(UsageError, match="services/api is one of the projects of") as error:
        require_not_a_member(tmp_path / "services" / "api", "update")
    assert f"scaffold update {tmp_path}" in error.value.hint
    require_not_a_member(tmp_path / "services" / "worker", "update")
    shutil.copy(tmp_path / "scaffold.lock", tmp_path / "services" / "api" / "scaffold.lock")
    require_not_a_member(tmp_path / "services" / "api", "update")
