from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from scaffolder.knowledge.system_packages import (
    DISTRIBUTIONS,
    EXTERNAL,
    IMPORTS,
    LIBRARIES,
    PURE_PYTHON_SDISTS,
    SUITES,
    build_packages,
    build_run_packages,
    external_library,
    import_packages,
    library_packages,
    missing_libraries,
    needs_compiler,
    run_packages,
)

#: A package's name and its list of files, in `[[package]]` (format 2) or in `[metadata.files]` (format 1). Reading the
#: locks as TOML would take seconds.
FILES = re.compile(
    r'^\[\[package\]\]\nname = "([^"]+)"\n(?:(?!\[|files = ).*\n)*files = \[\n((?: .*\n)*)\]'
    r'|^"?([\w.-]+)"? = \[\n((?: .*\n)*)\]',
    re.MULTILINE,
)

#: Debian policy, 5.6.7.
DEBIAN_NAME = re.compile(r"[a-z0-9][a-z0-9+.-]+\Z")


def test_at_least_150_distributions() -> None:
    assert len(DISTRIBUTIONS) >= 150


@pytest.mark.parametrize("names", [DISTRIBUTIONS, PURE_PYTHON_SDISTS], ids=["distributions", "pure"])
def test_names_are_normalised(names: object) -> None:
    assert isinstance(names, dict | frozenset)
    assert [name for name in names if canonicalize_name(name) != name] == []


def test_rows_stand_in_alphabetical_order() -> None:
    assert list(DISTRIBUTIONS) == sorted(DISTRIBUTIONS)


@pytest.mark.parametrize("name", [*DISTRIBUTIONS, *IMPORTS])
def test_a_row_is_whole(name: str) -> None:
    needs = DISTRIBUTIONS.get(name) or IMPORTS[name]
    assert needs.build or needs.run
    assert {*needs.build, *needs.run} <= LIBRARIES.keys()
    assert needs.versions.keys() <= {*needs.build, *needs.run}
    for specifier in needs.versions.values():
        SpecifierSet(specifier)
    assert needs.source.startswith("debian:") or urlsplit(needs.source).scheme in {"http", "https"}
    for other in (*needs.unless, *needs.when):
        assert canonicalize_name(other) == other


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_library_names_debian_packages(name: str) -> None:
    library = LIBRARIES[name]
    assert library.build.keys() == library.run.keys()
    assert {*library.build} <= {*SUITES}
    packages = [package for half in (library.build, library.run) for suite in half for package in half[suite]]
    assert packages
    assert [package for package in packages if not DEBIAN_NAME.match(package)] == []


def test_every_library_is_used() -> None:
    used = {name for needs in (*DISTRIBUTIONS.values(), *IMPORTS.values()) for name in (*needs.build, *needs.run)}
    assert sorted(LIBRARIES.keys() - used) == []


def test_what_is_built_from_c_takes_a_compiler() -> None:
    languages = {"c", "c++", "rust", "fortran"}
    without = [name for name, needs in DISTRIBUTIONS.items() if needs.build and not languages & {*needs.build}]
    assert without == ["imageio-ffmpeg"], "its sdist is pure, and then looks for the program"


@pytest.mark.parametrize(
    ("distribution", "suite", "build", "build_run", "run"),
    [
        ("psycopg2", "bullseye", ("gcc", "libc6-dev", "libpq-dev"), ("libpq5",), ()),
        ("psycopg2", "bookworm", ("gcc", "libc6-dev", "libpq-dev"), ("libpq5",), ()),
        (
            "python-ldap",
            "bullseye",
            ("gcc", "libc6-dev", "libldap2-dev", "libsasl2-dev"),
            ("libldap-2.4-2", "libsasl2-2"),
            (),
        ),
        ("psycopg2", "trixie", ("gcc", "libc6-dev", "libpq-dev"), ("libpq5",), ()),
        (
            "python-ldap",
            "bookworm",
            ("gcc", "libc6-dev", "libldap-dev", "libsasl2-dev"),
            ("libldap-2.5-0", "libsasl2-2"),
            (),
        ),
        ("python-ldap", "trixie", ("gcc", "libc6-dev", "libldap-dev", "libsasl2-dev"), ("libldap2", "libsasl2-2"), ()),
        ("opencv-python", "bookworm", ("cmake", "g++", "libc6-dev", "make"), (), ("libgl1", "libglib2.0-0")),
        ("opencv-python", "trixie", ("cmake", "g++", "libc6-dev", "make"), (), ("libgl1", "libglib2.0-0t64")),
        ("opencv-python-headless", "trixie", ("cmake", "g++", "libc6-dev", "make"), (), ()),
        ("python-magic", "bookworm", (), (), ("libmagic1",)),
        ("python-magic", "trixie", (), (), ("libmagic1t64",)),
        ("wand", "trixie", (), (), ("libmagickwand-7.q16-10",)),
        ("rpds-py", "bookworm", ("cargo-web", "gcc", "libc6-dev", "rustc-web"), (), ()),
        ("rpds-py", "trixie", ("cargo", "gcc", "libc6-dev", "rustc"), (), ()),
        ("requests", "bookworm", (), (), ()),
    ],
)
def test_packages(
    distribution: str, suite: str, build: tuple[str, ...], build_run: tuple[str, ...], run: tuple[str, ...]
) -> None:
    assert build_packages(distribution, suite) == build
    assert build_run_packages(distribution, suite) == build_run
    assert run_packages(distribution, suite) == run


def test_another_distribution_may_bring_the_library() -> None:
    assert run_packages("psycopg", "trixie") == ("libpq5",)
    assert run_packages("psycopg", "trixie", beside={"psycopg-binary", "django"}) == ()


def test_another_distribution_may_ask_for_it() -> None:
    assert run_packages("discord-py", "trixie") == ()
    assert run_packages("discord-py", "trixie", beside={"pynacl"}) == ("ffmpeg", "libopus0")


@pytest.mark.parametrize(
    ("distribution", "version", "packages"),
    [
        ("soundfile", "0.12.1", ("libsndfile1",)),
        ("soundfile", "0.13.0", ()),
        ("soundfile", "", ("libsndfile1",)),
        ("moviepy", "1.0.3", ("imagemagick",)),
        ("moviepy", "2.1.2", ()),
        ("kaleido", "0.2.1", ()),
        ("kaleido", "1.1.0", ("chromium", "fonts-liberation")),
    ],
)
def test_a_version_may_bundle_it(distribution: str, version: str, packages: tuple[str, ...]) -> None:
    assert run_packages(distribution, "trixie", version=version) == packages


def test_a_release_may_lack_a_library() -> None:
    assert run_packages("pdfkit", "bookworm") == ("wkhtmltopdf",)
    assert missing_libraries("pdfkit", "bookworm", built=False) == ()
    assert run_packages("pdfkit", "trixie") == ()
    assert missing_libraries("pdfkit", "trixie", built=False) == ("wkhtmltopdf",)


def test_what_is_missing_for_building_matters_only_then() -> None:
    assert missing_libraries("llvmlite", "trixie", built=False) == ()
    assert missing_libraries("llvmlite", "trixie", built=True) == ("llvm-15",)
    assert missing_libraries("requests", "trixie", built=True) == ()


def test_imports() -> None:
    assert import_packages("django.contrib.gis", "bookworm") == ("binutils", "libgdal32", "libgeos-c1v5", "libproj25")
    assert import_packages("django.contrib.gis", "trixie") == ("binutils", "libgdal36", "libgeos-c1t64", "libproj25")
    assert import_packages("tkinter", "trixie") == ("libtk8.6",)
    assert import_packages("json", "trixie") == ()


@pytest.mark.parametrize(
    ("distribution", "expected"),
    [
        ("psycopg2", True),
        ("never-heard-of", True),
        ("docopt", False),
        ("pdf2image", False),
        ("pyyaml", False),
    ],
)
def test_needs_compiler(distribution: str, expected: bool) -> None:
    assert needs_compiler(distribution) is expected


def test_a_pure_sdist_has_no_row_that_builds() -> None:
    assert [name for name in PURE_PYTHON_SDISTS if name in DISTRIBUTIONS and DISTRIBUTIONS[name].build] == []


def test_the_corpus_sdists_are_known(shared: Path) -> None:
    """All but a few of the packages that real locks list with an sdist and no wheel."""
    without_wheel = set()
    for path in (shared / "corpus").rglob("poetry.lock"):
        for new_name, new_files, old_name, old_files in FILES.findall(path.read_text()):
            files = new_files or old_files
            if "file = " in files and ".whl" not in files:
                without_wheel.add(canonicalize_name(new_name or old_name))
    assert len(without_wheel) > 50, "the locks were not read"
    assert without_wheel - PURE_PYTHON_SDISTS - DISTRIBUTIONS.keys() <= {
        "colbert-ai",
        "pyreadline",
        "win-unicode-console",
    }


def test_what_external_may_name_is_in_the_tables() -> None:
    assert set(EXTERNAL.values()) <= LIBRARIES.keys()
    assert all(re.fullmatch(r"(generic|virtual/(compiler|interface))/[a-z0-9+-]+", name) for name in EXTERNAL)


@pytest.mark.parametrize(
    ("dependency", "library"),
    [
        ("dep:generic/libffi", "ffi"),
        ("pkg:generic/libffi@>=3.4", "ffi"),
        ("dep:generic/OpenSSL ; python_version < '3.13'", "ssl"),
        ("dep:generic/libpq?arch=any", "pq"),
        ("dep:virtual/compiler/cxx", "c++"),
        ("virtual:compiler/c", "c"),
        ("virtual:interface/blas", "blas"),
        ("dep:generic/nobody-knows", ""),
        ("dep:github/openssl/openssl", ""),
        ("libffi", ""),
        ("", ""),
    ],
)
def test_the_forms_of_an_external_dependency(dependency: str, library: str) -> None:
    assert external_library(dependency) == library


def test_packages_of_a_library() -> None:
    assert library_packages("ssl", "trixie", run=False) == ("libssl-dev",)
    assert library_packages("ssl", "trixie", run=True) == ("libssl3t64",)
