"""The table of Python releases and images."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scaffolder.knowledge.pythons import (
    AS_OF,
    DEBIAN,
    NEWEST_SETTLED,
    PYTHONS,
    full_version,
    suites_of,
)


def test_the_table_has_every_minor_series_in_order() -> None:
    assert list(PYTHONS) == [f"3.{minor}" for minor in range(6, 16)]
    assert all(minor == python.minor for minor, python in PYTHONS.items())


def test_releases_follow_each_other_and_live_five_years() -> None:
    pythons = list(PYTHONS.values())
    assert sorted(pythons, key=lambda python: python.first_release) == pythons
    assert sorted(pythons, key=lambda python: python.end_of_life) == pythons
    assert all(4.9 < (python.end_of_life - python.first_release).days / 365 < 5.2 for python in pythons)


def test_the_newest() -> None:
    assert max(row.first_release for row in PYTHONS.values()) <= AS_OF
    settled = [minor for minor, row in PYTHONS.items() if AS_OF - row.first_release >= timedelta(days=18 * 30)]
    assert settled[-1] == NEWEST_SETTLED


def test_end_of_life() -> None:
    assert [minor for minor, python in PYTHONS.items() if python.is_end_of_life] == ["3.6", "3.7", "3.8", "3.9", "3.10"]


def test_full_version() -> None:
    assert full_version("3.12.4") == "3.12.4"
    assert full_version("3.9") == "3.9.25"
    assert full_version("3.99") == "3.99.0"


@pytest.mark.parametrize(
    ("python", "suites"),
    [
        ("3.15", ("trixie", "bookworm")),
        ("3.12", ("trixie", "bookworm")),
        ("3.12.10", ("bookworm", "bullseye")),
        ("3.12.11", ("trixie", "bookworm", "bullseye")),
        ("3.10.6", ("bullseye", "buster")),
        ("3.11.4", ("bookworm", "bullseye", "buster")),
        ("3.9", ("trixie", "bookworm")),
        ("3.9.13", ("bullseye", "buster")),
        ("3.8", ("bookworm", "bullseye")),
        ("3.7", ("bookworm", "bullseye", "buster")),
        ("3.6", ("bullseye", "buster")),
        ("3.9.99", ()),
        ("3.5.10", ()),
        ("3.99", ()),
    ],
)
def test_suites_with_an_image(python: str, suites: tuple[str, ...]) -> None:
    assert suites_of(python) == suites


def test_every_python_of_the_table_has_an_image_of_its_newest_patch_release() -> None:
    assert all(suites_of(minor) for minor in PYTHONS)


def test_debian_releases_in_order() -> None:
    releases = list(DEBIAN.values())
    assert [release.version for release in releases] == [10, 11, 12, 13]
    assert sorted(release.glibc for release in releases) == [release.glibc for release in releases]
    assert all(set(release.images) <= set(PYTHONS) for release in releases)
