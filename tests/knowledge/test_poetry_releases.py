"""The table of Poetry releases."""

from __future__ import annotations

from packaging.version import Version

from scaffolder.knowledge.poetry_releases import OLDEST_USABLE, OLDEST_WANTED, POETRY_SERIES, WRITTEN_SINCE
from scaffolder.knowledge.pythons import PYTHONS
from scaffolder.poetry.constraints import allows


def test_in_order() -> None:
    assert sorted(POETRY_SERIES, key=lambda release: Version(release.newest)) == list(POETRY_SERIES)
    assert sorted(POETRY_SERIES, key=lambda release: release.first_release) == list(POETRY_SERIES)
    assert all(release.newest.startswith(release.series + ".") for release in POETRY_SERIES)
    assert sorted(WRITTEN_SINCE.values()) == list(WRITTEN_SINCE.values())


def test_the_newest_usable_release_for_each_python() -> None:
    newest = {}
    for minor, python in PYTHONS.items():
        running = [
            release.newest
            for release in POETRY_SERIES
            if allows(release.requires_python, python.newest) and Version(release.series) >= Version(OLDEST_USABLE)
        ]
        newest[minor] = running[-1] if running else ""
    assert newest["3.6"] == ""
    assert newest["3.7"] == "1.5.1"
    assert newest["3.8"] == "1.8.5"
    assert newest["3.9"] == "2.2.1"
    assert newest["3.10"] == newest["3.15"] == "2.5.1"


def test_every_format_is_read_by_a_release_that_is_wanted() -> None:
    for lock_format in WRITTEN_SINCE:
        assert any(
            lock_format in release.formats and Version(release.series) >= Version(OLDEST_WANTED)
            for release in POETRY_SERIES
        )
