"""The base image: Debian's release, and what argues for an older one."""

from __future__ import annotations

import pytest

from tests.helpers import SCRIPT, check_decides, decision, project

MAIN = {"main.py": SCRIPT}


@pytest.mark.parametrize(
    ("python", "image"),
    [
        ("~3.13", "python:3.13-slim-trixie"),
        ("~3.8", "python:3.8-slim-bookworm"),
        ("3.8.17", "python:3.8.17-slim-bookworm"),
        ("3.12.4", "python:3.12.4-slim-bookworm"),
        ("3.9.2", "python:3.9.2-slim-buster"),
    ],
)
def test_the_newest_release_with_an_image_of_that_python(python: str, image: str) -> None:
    suite = image.rpartition("-")[2]
    check_decides(project(MAIN, python=python), "base-image", image, "inferred", f"Debian {suite}: the newest")


def test_old_c_code_takes_the_older_compiler() -> None:
    shop = project(MAIN, python="~3.12", packages=["unheard-of 1.0 sdist"])
    check_decides(shop, "base-image", "python:3.12-slim-bookworm", "inferred", "poetry.lock: unheard-of is compiled")


def test_a_pure_python_sdist_needs_no_older_compiler() -> None:
    shop = project(MAIN, python="~3.12", packages=["docopt 0.6.2 sdist"])
    check_decides(shop, "base-image", "python:3.12-slim-trixie", "inferred")


def test_a_library_that_the_newest_release_dropped() -> None:
    shop = project(MAIN, python="~3.12", packages=["pdfkit 1.0.0"])
    check_decides(shop, "base-image", "python:3.12-slim-bookworm", "inferred", "poetry.lock: pdfkit needs", "no longer")


def test_it_follows_the_python_that_was_set() -> None:
    assert decision(project(MAIN), "base-image", "python=3.12").value == "python:3.12-slim-trixie"


def test_a_flag() -> None:
    image = "registry.example.org:5000/python:3.12-slim@sha256:00"
    check_decides(project(MAIN), "base-image", image, "flag", settings=[f"base-image={image}"])
