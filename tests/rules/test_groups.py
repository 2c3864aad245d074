"""Dependency groups and extras."""

from __future__ import annotations

import pytest

from tests.helpers import SCRIPT, check_decides, project

MAIN = {"main.py": SCRIPT}


def test_main_alone() -> None:
    shop = project(MAIN, packages=["requests 2.32.0", "pytest 8.0.0 @test"])
    check_decides(shop, "groups", ("main",), "inferred", "pyproject.toml: main has 1 dependency")


def test_no_dependencies_is_no_group() -> None:
    check_decides(project(MAIN), "groups", (), "default")


def test_a_group_that_the_code_imports() -> None:
    shop = project(
        {"main.py": "import yaml\nimport numpy\n" + SCRIPT},
        packages=["requests 2.32.0", "pyyaml 6.0.0 @config", "numpy 2.0.0 @ml", "rich 13.0.0 @pretty"],
    )
    check_decides(
        shop,
        "groups",
        ("main", "config", "ml"),
        "inferred",
        "group config: main.py:1 imports yaml",
        "group ml: main.py:2 imports numpy",
    )


@pytest.mark.parametrize("group", ["dev", "test", "docs", "lint", "pre-commit"])
def test_a_development_group_stays_out_even_when_it_is_imported(group: str) -> None:
    shop = project({"main.py": "import requests\n" + SCRIPT}, packages=["rich 13.0.0", f"requests 2.32.0 @{group}"])
    check_decides(shop, "groups", ("main",), "inferred")


def test_what_main_brings_already_needs_no_group() -> None:
    shop = project({"main.py": "import requests\n" + SCRIPT}, packages=["requests 2.32.0", "rich 13.0.0 @more"])
    check_decides(shop, "groups", ("main",), "inferred")


@pytest.mark.parametrize(("group", "expected"), [("prod", ("main", "prod")), ("misc", ("main",))])
def test_a_production_group_with_a_server(group: str, expected: tuple[str, ...]) -> None:
    shop = project(MAIN, packages=["flask 3.0.0", f"gunicorn 23.0.0 @{group}"])
    check_decides(shop, "groups", expected, "inferred", *(["serves in production"] if len(expected) > 1 else []))


def test_only_a_group_when_main_is_empty() -> None:
    shop = project({"main.py": "import requests\n" + SCRIPT}, packages=["requests 2.32.0 @api"])
    check_decides(shop, "groups", ("api",), "inferred")


EXTRAS = (
    '[[package]]\nname = "{name}"\nversion = "1.0"\ndescription = ""\noptional = true\npython-versions = "*"\n'
    'groups = ["main"]\nmarkers = "extra == \'{extra}\'"\n'
    'files = [{{file = "{name}-1.0-py3-none-any.whl", hash = "sha256:0"}}]\n'
)


def _with_extras(source: str) -> dict[str, str]:
    manifest = (
        '[tool.poetry]\nname = "shop"\nversion = "1"\ndescription = ""\n[tool.poetry.dependencies]\npython = "^3.12"\n'
        'redis = {version = "1.0", optional = true}\nboto3 = {version = "1.0", optional = true}\n'
        '[tool.poetry.extras]\ncache = ["redis"]\naws = ["boto3"]\nall = ["redis", "boto3"]\ndev = ["redis"]\n'
    )
    lock = (
        EXTRAS.format(name="boto3", extra="aws")
        + EXTRAS.format(name="redis", extra="cache")
        + '[extras]\ncache = ["redis"]\naws = ["boto3"]\nall = ["redis", "boto3"]\ndev = ["redis"]\n'
        '[metadata]\nlock-version = "2.1"\npython-versions = "^3.12"\ncontent-hash = ""\n'
    )
    return {"pyproject.toml": manifest, "poetry.lock": lock, "main.py": source + SCRIPT}


def test_an_extra_that_the_code_imports() -> None:
    shop = project(_with_extras("import redis\n"))
    check_decides(shop, "extras", ("cache",), "inferred", "extra cache: main.py:1 imports redis")


def test_an_extra_that_django_imports_for_its_database() -> None:
    django = {
        "manage.py": "import os, django\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n",
        "settings.py": "DATABASES = {'default': {'ENGINE': 'django.db.backends.mysql'}}\n",
    }
    files = {name: text.replace("redis", "mysqlclient") for name, text in _with_extras("").items()}
    shop = project({**files, **django})
    check_decides(shop, "extras", ("cache",), "inferred", "extra cache: settings.py:1 imports MySQLdb")


def test_an_extra_that_serves_in_production() -> None:
    files = _with_extras("")
    files = {name: text.replace("cache", "deploy").replace("redis", "uvicorn") for name, text in files.items()}
    evidence = "extra deploy: uvicorn serves in production"
    check_decides(project(files), "extras", ("deploy",), "inferred", evidence)


def test_an_extra_that_nothing_imports() -> None:
    check_decides(project(_with_extras("")), "extras", (), "default")


def test_flags() -> None:
    shop = project(_with_extras(""))
    check_decides(shop, "extras", ("aws", "cache"), "flag", settings=["extras=aws,cache"])
    check_decides(shop, "groups", (), "flag", settings=["groups=none"])
