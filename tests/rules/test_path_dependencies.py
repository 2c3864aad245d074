"""Which packages lie beside the project's own code, and where."""

from __future__ import annotations

import pytest

from scaffolder.answers import answers
from scaffolder.decisions import GROUPS
from scaffolder.model.message import Level
from scaffolder.model.project import Project
from scaffolder.rules.context import Context
from scaffolder.rules.path_dependencies import is_outside, path_dependencies
from tests.helpers import SCRIPT, inferred, project, project_files

MAIN = {"main.py": SCRIPT}


def _shop(*packages: tuple[str, str], group: str = "main", files: tuple[str, ...] = ()) -> Project:
    """A project that locks a package for each pair of kind and URL."""
    lock = project_files(MAIN, packages=["rich 1.0"])["poetry.lock"]
    tables = "".join(
        f'[[package]]\nname = "p{number}"\nversion = "1"\ndescription = ""\noptional = false\npython-versions = "*"\n'
        f'groups = ["{group}"]\nfiles = []\n[package.source]\ntype = "{kind}"\nurl = \'{url}\'\n\n'
        for number, (kind, url) in enumerate(packages)
    )
    lock = lock.replace("[metadata]", f"{tables}[metadata]")
    return project({**MAIN, **dict.fromkeys(files, ""), "poetry.lock": lock}, packages=["rich 1.0"])


def _paths(shop: Project, *settings: str) -> tuple[str, ...]:
    return tuple(path_dependencies(Context(shop), inferred(shop, *settings).decisions))


def test_folders_and_files_are_sorted_and_named_once() -> None:
    shop = _shop(
        ("file", "wheels/a-1-py3-none-any.whl"),
        ("directory", "./libs/b/"),
        ("directory", "libs/x/../b"),
        ("file", "a.zip"),
    )
    assert _paths(shop) == ("a.zip", "libs/b", "wheels/a-1-py3-none-any.whl")


def test_other_sources_are_none() -> None:
    shop = _shop(("git", "https://x.test/a.git"), ("url", "https://x.test/a.whl"), ("legacy", "https://x.test/simple"))
    assert _paths(shop) == ()


def test_only_of_groups_that_are_installed() -> None:
    shop = _shop(("directory", "libs/a"), group="dev")
    assert inferred(shop).decisions[GROUPS] == ("main",)
    assert _paths(shop) == ()
    assert _paths(shop, "groups=main,dev") == ("libs/a",)


@pytest.mark.parametrize(
    ("path", "outside"),
    [
        ("libs/a", False),
        ("..a/b", False),
        ("...", False),
        ("..", True),
        ("../a", True),
        ("../../a", True),
        ("/a", True),
    ],
)
def test_outside(path: str, outside: bool) -> None:
    assert is_outside(path) is outside


@pytest.mark.parametrize("path", ["/shared", "../../../../../../../../../../../../shared"])
def test_a_path_that_no_build_reaches_is_told_and_not_copied(path: str) -> None:
    shop = _shop(("directory", path), ("directory", "libs/a"), files=("libs/a/pyproject.toml",))
    found = inferred(shop)
    (message,) = [message for message in found.messages if message.code == "path-outside"]
    assert message.level is Level.WARNING
    assert f"{path} lies outside" in message.text
    assert answers(shop, found.decisions)["libraries"] == ["libs/a /app/libs/a"]


def test_a_path_for_development_alone_is_not_told() -> None:
    shop = _shop(("directory", "/shared"), group="dev")
    assert "path-outside" not in [message.code for message in inferred(shop).messages]


def test_a_folder_that_is_not_there() -> None:
    shop = _shop(("directory", "libs/a"), ("directory", "libs/b"), ("file", "a.whl"), files=("libs/b/setup.py",))
    (message,) = [message for message in inferred(shop).messages if message.code == "path-missing"]
    assert "libs/a" in message.text


def test_a_path_that_copy_would_expand() -> None:
    shop = _shop(("directory", "libs/a[1]$HOME"), files=("libs/a[1]$HOME/pyproject.toml",))
    (copied,) = answers(shop, inferred(shop).decisions)["libraries"]
    assert copied == r'["./libs/a[[]1]\\$HOME", "/app/libs/a[1]\\$HOME"]'


def test_files_come_before_the_install_and_folders_after() -> None:
    shop = _shop(("file", "wheels/a.whl"), ("directory", "libs/a"), files=("libs/a/pyproject.toml",))
    found = answers(shop, inferred(shop).decisions)
    assert found["path_dependencies"] == ["wheels/a.whl /app/wheels/a.whl"]
    assert found["libraries"] == ["libs/a /app/libs/a"]
    (builder,) = found["builders"]
    assert builder["install_options"] == ["--only main", "--no-root", "--no-directory"]
    assert builder["library_options"] == ["--only main", "--no-root"]


def test_a_poetry_that_cannot_leave_folders_out_gets_all_of_them_first() -> None:
    shop = _shop(("file", "wheels/a.whl"), ("directory", "libs/a"), files=("libs/a/pyproject.toml",))
    found = answers(shop, inferred(shop, "poetry=1.4.2").decisions)
    assert found["path_dependencies"] == ["libs/a /app/libs/a", "wheels/a.whl /app/wheels/a.whl"]
    (builder,) = found["builders"]
    assert (found["libraries"], builder["install_options"]) == ([], ["--only main", "--no-root"])


def test_a_folder_that_holds_one_is_not_ignored() -> None:
    shop = _shop(("directory", "docs/theme"), files=("docs/theme/pyproject.toml", "tests/test_a.py"))
    assert answers(shop, inferred(shop).decisions)["ignored_folders"] == ["tests"]
