"""The stage of Poetry: what is pinned, what is not, and what is said about it."""

from __future__ import annotations

import pytest

from scaffolder.model.project import Project
from scaffolder.rules.poetry_stage import is_pinned, poetry_requirements
from tests.blueprints.rendered import check_invariants, instructions, rendered
from tests.helpers import FASTAPI, SCRIPT, check_decides, inferred, message_codes, project

MAIN = {"main.py": SCRIPT}
PACKAGE = {"shop/__init__.py": "", "main.py": SCRIPT}
VERSIONING = '[tool.poetry-dynamic-versioning]\nenable = true\n[tool.poetry.scripts]\nshop = "shop:main"\n'


def _requiring(*plugins: str, files: dict[str, str] = MAIN, manifest: str = "") -> Project:
    return project(files, manifest="\n".join(("[tool.poetry.requires-plugins]", *plugins, manifest)))


def _lines(shop: Project, *settings: str) -> tuple[str, ...]:
    return poetry_requirements(shop, inferred(shop, *settings).decisions)


def _is_pinned(shop: Project, *settings: str) -> bool:
    return is_pinned(shop, inferred(shop, *settings).decisions)


def _poetry_stage(files: dict[str, str]) -> str:
    return next(rest for _, rest in instructions(files) if "--requirement /poetry.txt" in rest)


def test_a_plugin_that_is_known_is_pinned_with_what_it_needs() -> None:
    shop = _requiring('Poetry_Dynamic_Versioning = ">=1.4"')
    names = [line.partition("==")[0] for line in _lines(shop)]
    assert {"poetry-dynamic-versioning", "dunamai", "jinja2", "markupsafe"} <= set(names)
    assert len(names) == len(set(names))
    assert all("==" in line for line in _lines(shop))
    assert _is_pinned(shop)
    assert "--no-deps" in _poetry_stage(rendered(shop))
    assert message_codes(shop) == []
    check_decides(shop, "poetry", "2.1.4", "inferred", "requires-plugins: poetry-dynamic-versioning")


@pytest.mark.parametrize(
    ("constraint", "line"),
    [
        ('"*"', "nobodys-plugin"),
        ('"^1.2"', "nobodys-plugin<2.0,>=1.2"),
        ('"1.2"', "nobodys-plugin==1.2"),
        ('"<1 || >2"', "nobodys-plugin"),
    ],
)
def test_a_plugin_that_is_not_known_is_said(constraint: str, line: str) -> None:
    shop = _requiring(f"nobodys-plugin = {constraint}")
    assert _lines(shop)[-1] == line
    assert message_codes(shop) == ["plugin-not-pinned"]
    files = rendered(shop)
    check_invariants(files)
    assert "--no-deps" not in _poetry_stage(files)
    assert "each pinned" not in files["docker/poetry.txt"]


def test_a_plugin_of_a_release_that_is_not_known() -> None:
    shop = _requiring('poetry-dynamic-versioning = "<1"')
    assert _lines(shop)[-1] == "poetry-dynamic-versioning<1"
    assert message_codes(shop) == ["plugin-not-pinned"]


@pytest.mark.parametrize("source", ['path = "../p"', 'git = "https://x.test/p.git"', 'version = "1", source = "corp"'])
def test_a_plugin_with_a_source_of_its_own_is_taken_from_nowhere_else(source: str) -> None:
    shop = _requiring(f"poetry-plugin-export = {{{source}}}")
    assert not any("export" in line for line in _lines(shop))
    assert _is_pinned(shop)
    assert message_codes(shop) == ["plugin-not-installed"]


def test_a_poetry_without_a_list_is_said() -> None:
    shop = project(MAIN)
    assert _lines(shop, "poetry=2.9.9") == ("poetry==2.9.9",)
    assert not _is_pinned(shop, "poetry=2.9.9")
    assert message_codes(shop, "poetry=2.9.9") == ["poetry-not-pinned"]
    assert "--no-deps" not in _poetry_stage(rendered(shop, "poetry=2.9.9"))
    assert message_codes(shop) == []


@pytest.mark.parametrize(
    ("poetry", "switch"),
    [
        ("1.7.1", "PYTHON_KEYRING_BACKEND=keyring.backends.null.Keyring"),
        ("1.8.5", "POETRY_KEYRING_ENABLED=false"),
        ("2.5.1", "POETRY_KEYRING_ENABLED=false"),
    ],
)
def test_no_poetry_asks_a_keyring(poetry: str, switch: str) -> None:
    dockerfile = rendered(project(MAIN), f"poetry={poetry}")["Dockerfile"]
    assert dockerfile.count(switch) == 2
    assert dockerfile.count("KEYRING") == 2


def _root_step(files: dict[str, str]) -> str:
    return next(rest for word, rest in instructions(files) if word == "RUN" and "--only-root" in rest)


def test_a_version_from_git_is_handed_over() -> None:
    shop = project(PACKAGE, manifest=VERSIONING)
    files = rendered(shop)
    check_invariants(files)
    assert ("ARG", "VERSION=1.0") in list(instructions(files))
    assert 'poetry version --no-ansi --no-plugins "$VERSION" &&' in _root_step(files)
    assert message_codes(shop) == ["dynamic-version"]


def test_a_placeholder_that_is_no_version() -> None:
    manifest = '[tool.poetry]\nname = "shop"\nversion = "$(id)"\n[tool.poetry.dependencies]\npython = "^3.12"\n'
    shop = project(PACKAGE | {"pyproject.toml": manifest + VERSIONING})
    assert ("ARG", "VERSION=0.0.0") in list(instructions(rendered(shop)))


def test_a_version_from_git_that_nobody_asks_for() -> None:
    shop = project({"main.py": FASTAPI}, packages=["fastapi 1.0"], manifest=VERSIONING.partition("[tool.poetry.s")[0])
    assert "VERSION=" not in rendered(shop)["Dockerfile"]
    assert "dynamic-version" not in message_codes(shop)


def test_no_plugin_acts_where_the_project_is_installed() -> None:
    shop = _requiring('poetry-dynamic-versioning = "*"', files=PACKAGE, manifest=VERSIONING)
    assert "poetry install --no-ansi --no-plugins --only-root" in _root_step(rendered(shop))
    assert "--no-plugins" not in _root_step(rendered(project(PACKAGE, manifest='[tool.poetry.scripts]\na = "shop:b"')))
