"""Which package indexes ask for credentials, and what the user hears about them."""

from __future__ import annotations

import re

import pytest

from scaffolder.model.message import Level
from scaffolder.model.project import Project
from scaffolder.rules.private_indexes import credential_names, index_remarks
from tests.helpers import SCRIPT, check_decides, inferred, message_codes, project, project_files

MAIN = {"main.py": SCRIPT}


def _shop(
    packages: dict[str, str], declared: tuple[str, ...] | None = None, group: str = "main", kind: str = "legacy"
) -> Project:
    """A project that locks each package from the source of that name; all sources are declared where nothing is said.

    https://python-poetry.org/docs/repositories/#package-sources
    """
    names = tuple(dict.fromkeys(packages.values())) if declared is None else declared
    manifest = "".join(f'[[tool.poetry.source]]\nname = "{name}"\nurl = "https://x.test/{name}"\n' for name in names)
    rows = [f"{package} 1.0 @{group}" for package in packages]
    lock = project_files(MAIN, packages=rows, manifest=manifest)["poetry.lock"]
    for package, source in packages.items():
        head, middle, tail = lock.partition(f'name = "{package}"\n')
        of_package, end, rest = tail.partition("\n\n")
        table = f'[package.source]\ntype = "{kind}"\nurl = "https://x.test/{source}"\nreference = "{source}"'
        lock = f"{head}{middle}{of_package}\n{table}{end}{rest}"
    return project({**MAIN, "poetry.lock": lock}, packages=rows, manifest=manifest)


def test_a_source_that_packages_come_from() -> None:
    shop = _shop({"ledger": "corp", "vault": "corp", "till": "Team-B"})
    evidence = ("2 packages come from corp", "1 package comes from Team-B")
    check_decides(shop, "private-indexes", ("corp", "Team-B"), "inferred", *evidence)


@pytest.mark.parametrize(
    "shop",
    [
        pytest.param(project(MAIN, packages=["rich 1.0"]), id="no source"),
        pytest.param(_shop({"rich": "corp"}, group="dev"), id="for development alone"),
        pytest.param(_shop({"rich": "corp"}, declared=("other",)), id="not the declared one"),
        pytest.param(_shop({"rich": "corp"}, declared=()), id="not declared"),
        pytest.param(_shop({"rich": "corp"}, kind="git"), id="no index"),
    ],
)
def test_none(shop: Project) -> None:
    check_decides(shop, "private-indexes", (), "default", "no installed package comes from one")
    assert "private-index" not in message_codes(shop)


@pytest.mark.parametrize("name", ["PyPI", "testpypi", "test_pypi", "pytorch", "torch_cu121", "nvidia", "jax", "tuna"])
def test_names_of_public_indexes(name: str) -> None:
    check_decides(_shop({"rich": name}), "private-indexes", (), "default")


@pytest.mark.parametrize("name", ["pypi-internal", "corp-pypi", "public-relations"])
def test_names_that_only_sound_public(name: str) -> None:
    check_decides(_shop({"rich": name}), "private-indexes", (name,), "inferred")


def test_by_flag() -> None:
    shop = _shop({"ledger": "corp", "mirror": "quick"})
    check_decides(shop, "private-indexes", ("corp",), "flag", settings=["private-indexes=-quick"])
    check_decides(shop, "private-indexes", (), "flag", settings=["private-indexes="])
    assert message_codes(shop, "private-indexes=") == []


def test_the_remark_says_what_to_type() -> None:
    (message,) = inferred(_shop({"ledger": "corp-b"})).messages
    assert (message.code, message.level) == ("private-index", Level.INFO)
    assert "corp-b" in message.text
    assert message.hint == (
        "docker build --secret id=POETRY_HTTP_BASIC_CORP_B_USERNAME --secret id=POETRY_HTTP_BASIC_CORP_B_PASSWORD"
        " --tag shop ."
    )


@pytest.mark.parametrize("name", ["corp.b", "corp b", "c\u00f6rp", "corp$(id)"])
def test_a_name_that_poetry_reads_from_no_variable(name: str) -> None:
    info, warning = index_remarks(("corp", name), "docker build .")
    assert (info.code, warning.code, warning.level) == ("private-index", "dotted-index", Level.WARNING)
    assert name in warning.text
    assert "poetry lock" in warning.hint


def test_a_dotted_name_in_a_project() -> None:
    assert message_codes(_shop({"ledger": "corp.b"})) == ["private-index", "dotted-index"]


@pytest.mark.parametrize(
    ("index", "middle"),
    [
        ("corp", "CORP"),
        ("corp-pypi", "CORP_PYPI"),
        ("My_Repo2", "MY_REPO2"),
        ("a.b c", "A_B_C"),
        ('x",required=false --mount', "X__REQUIRED_FALSE___MOUNT"),
        ("x;id\n$(id)`id`", "X_ID___ID__ID_"),
    ],
)
def test_names_of_variables(index: str, middle: str) -> None:
    names = credential_names(index)
    assert names == (f"POETRY_HTTP_BASIC_{middle}_USERNAME", f"POETRY_HTTP_BASIC_{middle}_PASSWORD")
    assert all(re.fullmatch(r"[A-Z0-9_]+", name) for name in names), "they go into a shell command unquoted"
