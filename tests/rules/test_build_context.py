"""What the build sees, how the files speak of it, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from scaffolder.answers import answers
from scaffolder.errors import ProjectError, UsageError
from scaffolder.model.answers import Answers
from scaffolder.model.project import Project
from scaffolder.overrides import flag_overrides, saved_overrides
from scaffolder.reading.project import read_project
from scaffolder.rules import infer
from tests.helpers import SCRIPT, check_decides, inferred, project, project_files, written

OUTER = '[[tool.poetry.packages]]\ninclude = "shop"\nfrom = "../../bases"\n'


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    (folder / ".git").mkdir(parents=True)
    return folder


def service(repository: Path, *paths: str, folder: str = "services/api", develop: bool = True, **shape: str) -> Project:
    """A project in a folder of the repository, with a locked folder or wheel for each path."""
    lock = project_files(packages=["rich 1.0"])["poetry.lock"]
    tables = ""
    for number, path in enumerate(paths):
        kind = "file" if path.endswith(".whl") else "directory"
        linked = str(develop and kind == "directory").lower()
        tables += f'[[package]]\nname = "p{number}"\nversion = "1"\ndescription = ""\noptional = false\n'
        tables += f'python-versions = "*"\ngroups = ["main"]\nfiles = []\ndevelop = {linked}\n'
        tables += f"[package.source]\ntype = '{kind}'\nurl = '{path}'\n\n"
        if kind == "directory":
            write(repository / folder, {f"{path}/pyproject.toml": "", f"{path}/a.py": ""})
    files = {"main.py": SCRIPT, "poetry.lock": lock.replace("[metadata]", f"{tables}[metadata]")}
    return read_project(written(repository / folder, files, packages=["rich 1.0"], manifest=shape.get("manifest", "")))


def write(root: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def answered(shop: Project, *settings: str) -> Answers:
    return answers(shop, inferred(shop, *settings).decisions)


def test_a_project_by_itself() -> None:
    shop = project({"main.py": SCRIPT})
    check_decides(shop, "context", (".",), "default")
    found = answered(shop)
    assert (found["build"]["context"], found["build"]["dockerfile"]) == (".", "")
    assert (found["home"], found["sources"], found["ignore_file"]) == ("/app", [". ."], ".dockerignore")


def test_a_library_outside(repository: Path) -> None:
    shop = service(repository, "../../libs/shared", "../web", "libs/own")
    check_decides(
        shop, "context", (".", "../../libs/shared", "../web"), "inferred", "p0 comes from ../../libs/shared", "../web"
    )
    found = answered(shop)
    assert (found["build"]["context"], found["build"]["dockerfile"]) == ("../..", '"services/api/Dockerfile"')
    assert found["build"]["argument"] == "--file Dockerfile ../.."
    assert (found["home"], found["python_path"]) == ("/app/services/api", "/app/services/api")
    assert found["owned_folders"] == ["/app", "/app/services/api"]
    assert found["libraries"] == [
        "libs/shared /app/libs/shared",
        "services/web /app/services/web",
        "services/api/libs/own /app/services/api/libs/own",
    ]
    assert found["sources"] == [
        "services/api ./",
        "libs/shared /app/libs/shared",
        "services/web /app/services/web",
    ]
    assert found["linked_libraries"] == ["/app/libs/shared", "/app/services/web", "/app/services/api/libs/own"]
    assert found["ignore_file"] == "Dockerfile.dockerignore"
    assert found["kept_paths"] == ["libs/shared", "services/api", "services/web"]


def test_the_evidence_is_the_line_of_the_manifest(repository: Path) -> None:
    manifest = '[tool.poetry.group.main.dependencies]\np0 = {path = "../shared/"}\n'
    check_decides(
        service(repository, "../shared", manifest=manifest),
        "context",
        (".", "../shared"),
        "inferred",
        "pyproject.toml: p0 = {path = '../shared/'}",
    )


def test_a_copy_is_in_the_environment_and_not_beside_it(repository: Path) -> None:
    found = answered(service(repository, "../shared", develop=False))
    assert found["libraries"] == ["shared /app/shared"]
    assert found["sources"] == ["api ./"]
    assert found["linked_libraries"] == []


def test_a_wheel_outside_comes_before_the_install(repository: Path) -> None:
    found = answered(service(repository, "../../wheels/a.whl"))
    assert found["path_dependencies"] == ["wheels/a.whl /app/wheels/a.whl"]
    assert (found["libraries"], found["sources"]) == ([], ["services/api ./"])


def test_packages_of_its_own_outside(repository: Path) -> None:
    write(repository, {"bases/shop/core.py": "from fastapi import FastAPI\napp = FastAPI()\n"})
    shop = service(repository, manifest=OUTER)
    reason = "packages = [{include = 'shop', from = '../../bases'}]"
    check_decides(shop, "context", (".", "../../bases/shop"), "inferred", reason)
    check_decides(shop, "python-path", ("../../bases", "."), "inferred", settings=["application=shop.core:app"])
    found = answered(shop, "application=shop.core:app")
    assert found["sources"] == ["services/api ./", "bases/shop /app/bases/shop"]
    assert found["python_path"] == "/app/bases:/app/services/api"


def test_the_folder_of_the_project_is_a_package_where_the_code_imports_it_so(repository: Path) -> None:
    service(repository)
    write(repository / "services/api", {"store.py": "", "main.py": f"from api.store import x\n{SCRIPT}"})
    shop = read_project(repository / "services/api")
    check_decides(shop, "context", (".", "../api"), "inferred", "main.py:1 imports api, the project's folder")
    check_decides(shop, "python-path", ("..", "."), "inferred", settings=["application=main.py"])
    found = answered(shop, "application=main.py")
    assert (found["sources"], found["python_path"]) == (["api ./"], "/app:/app/api")


def test_the_folder_of_the_project_named_from_outside_is_copied_once(repository: Path) -> None:
    manifest = OUTER.replace('"shop"', '"api"').replace("../../bases", "..")
    found = answered(service(repository, manifest=manifest), "application=main.py")
    assert (found["sources"], found["python_path"]) == (["api ./"], "/app:/app/api")


def test_an_own_package_outside_is_imported_even_where_the_application_is_inside(repository: Path) -> None:
    write(repository, {"bases/shop/core.py": ""})
    shop = service(repository, manifest=OUTER)
    check_decides(shop, "python-path", ("../../bases", "."), "inferred", settings=["application=main.py"])


def test_all_of_a_folder(repository: Path) -> None:
    found = answered(service(repository, "../shared"), "context=../..")
    assert (found["build"]["context"], found["build"]["dockerfile"]) == ("../..", '"services/api/Dockerfile"')
    assert (found["sources"], found["kept_paths"]) == ([". /app"], [])
    assert found["libraries"] == ["services/shared /app/services/shared"]


def test_more_than_is_inferred(repository: Path) -> None:
    found = answered(service(repository, "../shared"), "context=+../../data")
    assert found["sources"] == ["services/api ./", "services/shared /app/services/shared", "data /app/data"]


@pytest.mark.parametrize("path", ["../..", "../../../x"])
def test_above_the_repository(repository: Path, path: str) -> None:
    shop = service(repository, folder="api")
    with pytest.raises(UsageError) as caught:
        infer(shop, flag_overrides([f"context={path}"]))
    assert caught.value.hint == "--set context=.."
    with pytest.raises(ProjectError) as saved:
        infer(shop, saved_overrides({"context": [path]}))
    assert saved.value.key == "tool.scaffold.context"


@pytest.mark.parametrize("path", ["../../../elsewhere", "../a\tb"])
def test_a_dependency_that_no_build_may_reach(repository: Path, path: str) -> None:
    assert answered(service(repository, path, "../ok"))["libraries"] == ["ok /app/ok"]


def test_names_that_mean_something_elsewhere(repository: Path) -> None:
    found = answered(service(repository, "../#a *[x]", folder="!b $c/d'e"))
    assert found["home"] == '"/app/d\'e"'
    assert found["libraries"] == ['["./#a [*][[]x]", "/app/#a *[x]"]']
    assert found["linked_libraries"] == ["'/app/#a *[x]'"]
    assert found["kept_paths"] == ["\\#a \\*\\[x]", "d'e"]
    found = answered(service(repository, "../../a", folder="!b $c/d'e"))
    assert (found["build"]["context"], found["build"]["dockerfile"]) == ("../..", '"!b $$c/d\'e/Dockerfile"')
    assert found["project_pattern"] == "\\!b $c/d'e/"
    assert found["home"] == '"/app/!b \\$c/d\'e"'
    assert found["copies"]["settings"] == r"""["./!b \\$c/d\\'e/poetry.toml", "./"]"""
