"""The pins of Poetry's own dependencies: complete, unambiguous, and of no particular index."""

from __future__ import annotations

import pytest
from packaging.requirements import Requirement

from scaffolder.knowledge.poetry_constraints import FOLDER, pins_for
from scaffolder.knowledge.poetry_releases import OLDEST_USABLE, POETRY_SERIES

VERSIONS = sorted(path.stem for path in FOLDER.glob("*.txt"))
#: Poetry → Python releases at both ends of what it supports.
ENDS = {"1.5.1": ("3.7", "3.13"), "1.8.5": ("3.8", "3.14"), "2.2.1": ("3.9", "3.14"), "2.5.1": ("3.10", "3.14")}


def number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def test_every_series_that_can_be_pinned_has_its_newest_release() -> None:
    usable = [series.newest for series in POETRY_SERIES if number(series.series) >= number(OLDEST_USABLE)]
    assert set(usable) <= set(VERSIONS)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_line_is_an_exact_pin_and_nothing_else(version: str) -> None:
    lines = (FOLDER / f"{version}.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 30
    for line in lines:
        requirement = Requirement(line)
        assert [specifier.operator for specifier in requirement.specifier] == ["=="]
        assert not requirement.extras
        assert not requirement.url
        assert "machine" not in line


@pytest.mark.parametrize("version", VERSIONS)
def test_one_version_of_each_distribution_for_each_python(version: str) -> None:
    for python in ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14"):
        names = [pin.partition("==")[0] for pin in pins_for(version, python)]
        assert len(names) == len(set(names)), python


@pytest.mark.parametrize("version", ENDS)
def test_what_poetry_imports_is_pinned(version: str) -> None:
    for python in ENDS[version]:
        names = {pin.partition("==")[0] for pin in pins_for(version, python)}
        assert {"poetry-core", "cleo", "requests", "installer", "tomlkit", "dulwich", "virtualenv"} <= names
        assert "poetry" not in names
        assert ("tomli" in names) == (number(python) < (3, 11))


def test_the_python_decides_the_version() -> None:
    assert "poetry-core==1.9.1" in pins_for("1.8.5", "3.8")
    old = next(pin for pin in pins_for("1.8.5", "3.8") if pin.startswith("filelock=="))
    new = next(pin for pin in pins_for("1.8.5", "3.12.4") if pin.startswith("filelock=="))
    assert number(old.partition("==")[2]) < number(new.partition("==")[2])


def test_a_minor_python_means_its_newest_patch() -> None:
    assert pins_for("2.2.1", "3.9") == pins_for("2.2.1", "3.9.25")


def test_an_unknown_version_has_no_pins() -> None:
    assert pins_for("0.0.1", "3.12") == ()
    assert pins_for("../../../etc/passwd", "3.12") == ()
