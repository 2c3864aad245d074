"""Packages beside the lock: setuptools, where nothing declares it (the servers are tested with the server)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scaffolder.decisions import ADDED_PACKAGES
from scaffolder.knowledge.setuptools import PINS
from scaffolder.rules import infer
from tests.helpers import FLASK, SCRIPT, check_decides, decision, project

PACKAGES = ["flask 3.0.0", "gunicorn 20.0.4"]


@pytest.mark.parametrize("lock_format", ["0.12", "1.0", "1.1"])
def test_a_lock_that_never_holds_setuptools(lock_format: str) -> None:
    shop = project({"app.py": FLASK}, packages=PACKAGES)
    old = replace(shop, lock=replace(shop.lock, format=lock_format, generator=""))
    decided = infer(old, {}).decisions.decision(ADDED_PACKAGES)
    assert decided.value == (PINS[0][1],)
    assert decided.evidence == (f"poetry.lock: format {lock_format} never holds setuptools, whatever needs it",)


def test_a_newer_lock_holds_what_is_declared() -> None:
    check_decides(project({"app.py": FLASK}, packages=PACKAGES), "added-packages", (), "default")


def test_code_that_imports_it() -> None:
    source = f"import pkg_resources\n{SCRIPT}"
    shop = project({"main.py": source}, packages=["attrs 23.1.0"])
    check_decides(shop, "added-packages", (PINS[0][1],), "inferred", "main.py:1 imports pkg_resources")
    locked = project({"main.py": source}, packages=["setuptools 75.0.0"])
    check_decides(locked, "added-packages", (), "default")


def test_what_builds_a_distribution_does_not_run() -> None:
    files = {"main.py": SCRIPT, "api/setup.py": "from setuptools import setup\nsetup()\n"}
    check_decides(project(files, packages=["attrs 23.1.0"]), "added-packages", (), "default")


@pytest.mark.parametrize(
    ("package", "added"),
    [
        ("drf-yasg 1.21.7", True),
        ("drf-yasg 1.21.8", False),
        ("django-choices 2.0.0", True),
        ("drf-yasg not.a.version", True),
    ],
)
def test_a_distribution_that_did_not_declare_it_then(package: str, added: bool) -> None:
    found = decision(project({"main.py": SCRIPT}, packages=[package]), "added-packages")
    assert bool(found.value) is added


def test_a_distribution_that_does_not_declare_it() -> None:
    shop = project({"main.py": SCRIPT}, packages=["tracerite 1.1.1"])
    check_decides(shop, "added-packages", (PINS[0][1],), "inferred", "tracerite imports pkg_resources")


@pytest.mark.parametrize(
    ("python", "pin"), [("3.7", "setuptools==68.0.0"), ("3.8", "setuptools==75.3.2"), ("3.12", "setuptools==80.9.0")]
)
def test_the_pin_follows_the_python(python: str, pin: str) -> None:
    shop = project({"main.py": f"import pkg_resources\n{SCRIPT}"}, packages=["attrs 23.1.0"], python=">=3.7")
    check_decides(shop, "added-packages", (pin,), "inferred", settings=[f"python={python}"])


def test_a_server_and_setuptools_come_together() -> None:
    shop = project({"app.py": f"import pkg_resources\n{FLASK}"}, packages=["flask 3.0.0"])
    check_decides(
        shop,
        "added-packages",
        ("gunicorn==23.0.0", "packaging==24.0", PINS[0][1]),
        "inferred",
        "poetry.lock lacks gunicorn",
        "app.py:1 imports pkg_resources",
    )
