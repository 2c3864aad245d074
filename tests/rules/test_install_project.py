"""Whether the project itself is installed, and the empty files that stand for its packages."""

from __future__ import annotations

import pytest

from scaffolder.rules.install_project import package_stubs
from tests.helpers import FASTAPI, SCRIPT, check_decides, project

PACKAGE = {"shop/__init__.py": "", "main.py": SCRIPT}
SCRIPTS = '[tool.poetry.scripts]\nshop = "shop:main"\n'


def _manifest(rest: str, name: str = 'name = "shop"\n') -> dict[str, str]:
    return {
        "pyproject.toml": f'[tool.poetry]\n{name}version = "1"\ndescription = ""\n{rest}\n'
        '[tool.poetry.dependencies]\npython = "^3.12"\n[tool.poetry.scripts]\nshop = "shop:main"\n'
    }


@pytest.mark.parametrize(
    ("files", "manifest", "value", "source", "evidence"),
    [
        (PACKAGE, SCRIPTS, True, "inferred", "pyproject.toml tool.poetry.scripts.shop"),
        (PACKAGE, '[tool.poetry.plugins."x.y"]\na = "shop:a"\n', True, "inferred", "declares entry points"),
        ({"src/shop/__init__.py": "", "main.py": SCRIPT}, "", True, "inferred", "src/shop is a package in a src"),
        (PACKAGE, "", False, "default", "nothing needs"),
        ({"main.py": SCRIPT}, SCRIPTS, False, "inferred", "there is no package named shop"),
        (PACKAGE | _manifest("package-mode = false"), "", False, "inferred", "package-mode = false"),
        (PACKAGE | _manifest('readme = "READ.md"'), "", False, "inferred", "readme READ.md does not exist"),
        (
            PACKAGE | _manifest('packages = [{include = "gone"}]'),
            "",
            False,
            "inferred",
            "packages names gone, which does not exist",
        ),
        (
            PACKAGE | {"shop/py.typed": ""} | _manifest('packages = [{include = "shop"}, {include = "shop/py.typed"}]'),
            "",
            True,
            "inferred",
            "tool.poetry.scripts.shop",
        ),
        (PACKAGE | _manifest('packages = [{include = "shop"}]'), "", True, "inferred", "tool.poetry.scripts.shop"),
        (PACKAGE | _manifest("package-mode = false", name=""), "", False, "inferred", "package-mode"),
    ],
)
def test_install_project(files: dict[str, str], manifest: str, value: bool, source: str, evidence: str) -> None:
    check_decides(project(files, manifest=manifest), "install-project", value, source, evidence)


@pytest.mark.parametrize(
    ("files", "packages", "stubs"),
    [
        (["shop/__init__.py"], "", ("shop/__init__.py",)),
        (["shop.py"], "", ("shop.py",)),
        (["src/shop/a.py"], "", ("src/shop/__init__.py",)),
        (["lib/a/x.py"], 'packages = [{include = "a", from = "lib"}]', ("lib/a/__init__.py",)),
        (["a/x.py", "b.py"], 'packages = [{include = "a"}, {include = "b.py"}]', ("a/__init__.py", "b.py")),
        (
            ["a/x.py", "a/py.typed"],
            'packages = [{include = "a"}, {include = "a/py.typed"}]',
            ("a/__init__.py", "a/py.typed"),
        ),
        (["a/x.py"], 'packages = [{include = "./a/**/*.py"}, {include = "a"}]', ("a/__init__.py",)),
    ],
)
def test_stubs(files: list[str], packages: str, stubs: tuple[str, ...]) -> None:
    shop = project(dict.fromkeys(files, "") | _manifest(packages))
    assert package_stubs(shop) == stubs


@pytest.mark.parametrize(
    "source",
    ["import importlib.metadata\n", "from importlib import metadata\n", "from importlib.metadata import version\n"],
)
def test_code_that_asks_for_its_own_version(source: str) -> None:
    shop = project({"shop/__init__.py": source, "shop/main.py": FASTAPI}, packages=["fastapi 1.0"])
    check_decides(shop, "install-project", True, "inferred", "shop/__init__.py:1 imports importlib.metadata")


def test_an_author_that_poetry_cannot_read() -> None:
    shop = project(PACKAGE | _manifest('authors = [""]'))
    check_decides(shop, "install-project", False, "inferred", "Poetry cannot read the author ''")
    fine = project(PACKAGE | _manifest('authors = ["Zoë O\'Hara (she) <zoe@example.com>"]'))
    check_decides(fine, "install-project", True, "inferred")
