"""Every Debian package that the tables name is in the index of its release."""

from __future__ import annotations

import pytest

from scaffolder.knowledge.system_packages import DISTRIBUTIONS, IMPORTS, LIBRARIES, PROGRAMS, SUITES

from .engine import provide, run

pytestmark = pytest.mark.docker

IMAGE = "debian:bookworm-slim"
#: Only the index of the release is read, so that any Debian can do it.
LIST_INDEX = """
rm -rf /etc/apt/sources.list.d
echo 'deb [trusted=yes] http://deb.debian.org/debian {suite} main' > /etc/apt/sources.list
apt-get update -qq > /dev/null && apt-cache -o Dir::State::status=/dev/null dumpavail | grep -aE '^(Package|Source):'
"""


@pytest.fixture(scope="module")
def indexes() -> dict[str, set[tuple[str, str]]]:
    """The (`Package` or `Source`, name) pairs of each release's index."""
    provide([IMAGE])
    return {
        suite: {
            (field, value.split(" ")[0])
            for field, _, value in (
                line.partition(": ")
                for line in run(
                    "docker", "run", "--rm", IMAGE, "sh", "-c", LIST_INDEX.format(suite=suite)
                ).stdout.splitlines()
            )
        }
        for suite in SUITES
    }


@pytest.mark.parametrize("suite", SUITES)
def test_every_package_is_in_the_index(indexes: dict[str, set[tuple[str, str]]], suite: str) -> None:
    named = {
        (library, package)
        for library, packages in LIBRARIES.items()
        for package in (*packages.build.get(suite, ()), *packages.run.get(suite, ()))
    } | {("written", package) for package in PROGRAMS}
    assert len(indexes[suite]) > 30_000, "the index was not read"
    assert sorted(pair for pair in named if ("Package", pair[1]) not in indexes[suite]) == []


@pytest.mark.parametrize("library", [name for name, packages in LIBRARIES.items() if len(packages.run) < len(SUITES)])
def test_a_library_said_to_be_missing_is_missing(indexes: dict[str, set[tuple[str, str]]], library: str) -> None:
    packages = LIBRARIES[library]
    names = {name for half in (packages.build, packages.run) for suite in half for name in half[suite]}
    for suite in SUITES:
        if packages.is_in(suite):
            continue
        assert [name for name in names if ("Package", name) in indexes[suite]] == [], suite


def test_every_debian_source_exists(indexes: dict[str, set[tuple[str, str]]]) -> None:
    known = {name for index in indexes.values() for _, name in index}
    named = {needs.source for needs in (*DISTRIBUTIONS.values(), *IMPORTS.values())}
    sources = {source.removeprefix("debian:") for source in named if source.startswith("debian:")}
    assert sorted(sources - known) == []
