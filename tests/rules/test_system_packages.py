"""Debian packages of the builder and of the final image."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

from scaffolder.decisions import BUILD_PACKAGES, RUNTIME_PACKAGES
from scaffolder.rules import infer
from scaffolder.rules.context import Context
from scaffolder.rules.system_packages import needed_elsewhere
from tests.helpers import SCRIPT, check_decides, inferred, message_codes, project, project_files

MAIN = {"main.py": SCRIPT}


def test_wheels_need_nothing() -> None:
    shop = project(MAIN, packages=["psycopg2-binary 2.9.9"])
    check_decides(shop, "build-packages", (), "default", "every package that needs a compiler has a wheel")
    check_decides(shop, "runtime-packages", (), "default", "nothing needs a library")


def test_an_sdist_with_a_row_brings_headers_and_the_library_it_loads() -> None:
    shop = project(MAIN, packages=["psycopg2 2.9.9 sdist"])
    check_decides(
        shop,
        "build-packages",
        ("gcc", "libc6-dev", "libpq-dev"),
        "inferred",
        "poetry.lock: psycopg2 2.9.9 has no wheel for Python 3.13",
    )
    check_decides(shop, "runtime-packages", ("libpq5",), "inferred", "poetry.lock: psycopg2 2.9.9, compiled (libpq5)")


def test_a_library_with_which_it_no_longer_compiles_is_left_out() -> None:
    shop = project(MAIN, packages=["pycrypto 2.6.1 sdist"])
    check_decides(shop, "build-packages", ("gcc", "libc6-dev"), "inferred", "pycrypto 2.6.1")
    check_decides(shop, "runtime-packages", (), "default")


def test_an_unknown_sdist_may_hold_c() -> None:
    shop = project(MAIN, packages=["unheard-of 1.0 sdist"])
    check_decides(shop, "build-packages", ("gcc", "libc6-dev"), "inferred", "unheard-of 1.0")
    check_decides(shop, "runtime-packages", (), "default")


def test_pure_and_optional_sdists_need_nothing() -> None:
    shop = project(MAIN, packages=["docopt 0.6.2 sdist", "cbor2 5.6.0 sdist"])
    check_decides(shop, "build-packages", (), "default")


def test_a_program_that_a_wheel_starts() -> None:
    shop = project(MAIN, packages=["pytesseract 0.3.10"])
    check_decides(shop, "runtime-packages", ("tesseract-ocr",), "inferred", "pytesseract 0.3.10 (tesseract-ocr)")


def test_a_program_that_the_users_of_a_library_do_without() -> None:
    files = project_files(MAIN, packages=["mlflow-skinny 3.5"])
    needs = '[[package]]\nname = "mlflow-skinny"\n'
    git = '[[package]]\nname = "gitpython"\nversion = "3.1"\ndescription = ""\noptional = false\n'
    git += 'python-versions = "*"\ngroups = ["main"]\nfiles = []\n\n'
    rest = files["poetry.lock"].partition("[metadata]")
    body = rest[0].replace("]\n\n", ']\n\n[package.dependencies]\ngitpython = "*"\n\n', 1)
    assert needs in body
    tolerant = {**files, "poetry.lock": git + body + rest[1] + rest[2]}
    check_decides(project(tolerant), "runtime-packages", (), "default")
    used = project({**tolerant, "main.py": "import git\n" + SCRIPT})
    check_decides(used, "runtime-packages", ("git",), "inferred", "main.py:1 uses git")
    asked = project(MAIN, packages=["mlflow-skinny 3.5", "gitpython 3.1"])
    check_decides(asked, "runtime-packages", ("git",), "inferred", "gitpython 3.1 (git)")


def test_development_dependencies_need_nothing() -> None:
    shop = project(MAIN, packages=["psycopg2 2.9.9 sdist @dev"])
    check_decides(shop, "build-packages", (), "default")


def test_no_binary_builds_what_has_a_wheel() -> None:
    settings = {"poetry.toml": '[installer]\nno-binary = ["psycopg2"]\n'}
    lock = project(MAIN, packages=["psycopg2 2.9.9"])
    check_decides(lock, "build-packages", (), "default")
    # With no-binary the lock's wheel does not count; this lock lists no sdist, so nothing can be built either.
    check_decides(project(MAIN | settings, packages=["psycopg2 2.9.9"]), "build-packages", (), "default")
    with_sdist = project(MAIN | settings, packages=["psycopg2 2.9.9 sdist"])
    check_decides(with_sdist, "build-packages", ("gcc", "libc6-dev", "libpq-dev"), "inferred")


def test_what_one_platform_compiles_is_needed_there_alone() -> None:
    shop = project(MAIN, packages=["psycopg2 2.9.9 cp313-cp313-manylinux_2_17_x86_64 sdist"])
    names = ("gcc", "libc6-dev", "libpq-dev")
    reason = "psycopg2 2.9.9 has no wheel for Python 3.13 on linux/arm64"
    check_decides(shop, "build-packages", names, "inferred", reason)
    check_decides(shop, "runtime-packages", ("libpq5",), "inferred", "compiled on linux/arm64 (libpq5)")
    context, decisions = Context(shop), inferred(shop).decisions
    assert needed_elsewhere(context, decisions, BUILD_PACKAGES) == set(names)
    assert needed_elsewhere(context, decisions, RUNTIME_PACKAGES) == {"libpq5"}
    check_decides(shop, "build-packages", (), "default", settings=["platforms=linux/amd64"])
    asked = inferred(shop, "build-packages=gcc").decisions
    assert needed_elsewhere(context, asked, BUILD_PACKAGES) == set()
    alone = inferred(shop, "platforms=linux/arm64").decisions
    assert alone[BUILD_PACKAGES] == names
    assert needed_elsewhere(context, alone, BUILD_PACKAGES) == set()


def test_edits_add_and_take_away() -> None:
    shop = project(MAIN, packages=["psycopg2 2.9.9 sdist"])
    check_decides(
        shop,
        "build-packages",
        ("gcc", "libc6-dev", "git"),
        "flag",
        "psycopg2 2.9.9",
        "--set build-packages=+git,-libpq-dev",
        settings=["build-packages=+git,-libpq-dev"],
    )


def test_a_lock_that_lists_no_files_may_have_to_compile() -> None:
    shop = project({"main.py": SCRIPT}, packages=["psycopg2 2.8.3", "attrs 23.1.0"])
    bare = replace(shop.lock, packages=tuple(replace(package, files=None) for package in shop.lock.packages))
    decided = infer(replace(shop, lock=bare), {}).decisions
    assert decided[BUILD_PACKAGES] == ("gcc", "libc6-dev", "libpq-dev")
    assert decided[RUNTIME_PACKAGES] == ("libpq5",)


def test_what_pyproject_toml_calls_external() -> None:
    manifest = """
        [external]
        build-requires = ["dep:virtual/compiler/c", "dep:generic/nobody-knows"]
        host-requires = ["dep:generic/libffi"]
        dependencies = ["pkg:generic/ffmpeg"]
    """
    shop = project({"main.py": SCRIPT}, manifest=dedent(manifest))
    evidence = ("[external]: dep:virtual/compiler/c", "[external]: dep:generic/libffi")
    check_decides(shop, "build-packages", ("gcc", "libc6-dev", "libffi-dev"), "inferred", *evidence)
    check_decides(shop, "runtime-packages", ("ffmpeg", "libffi8"), "inferred", "[external]: pkg:generic/ffmpeg")
    assert message_codes(shop) == ["unknown-external"]
