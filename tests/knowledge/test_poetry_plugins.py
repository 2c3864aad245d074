"""The pins of Poetry's plugins: exact, and beside Poetry's own."""

from __future__ import annotations

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from scaffolder.knowledge.poetry_constraints import has_pins, pins_for
from scaffolder.knowledge.poetry_plugins import FOLDER, OLDEST, plugin_pins

LINES = {
    (path.stem, *line.split(" ", 1)) for path in FOLDER.glob("*.txt") for line in path.read_text("utf-8").splitlines()
}


@pytest.mark.parametrize("plugin", sorted({plugin for plugin, _, _ in LINES}))
def test_lines(plugin: str) -> None:
    releases = {release for name, release, _ in LINES if name == plugin}
    assert "2.5.1" in releases
    for release in releases:
        assert Version(release) >= Version(OLDEST)
        assert has_pins(release)
    for name, _, line in LINES:
        assert name != plugin or [specifier.operator for specifier in Requirement(line).specifier] == ["=="]


def test_a_plugin_comes_with_what_it_needs_beside_poetry() -> None:
    pins = plugin_pins("poetry-dynamic-versioning", "2.1.4", "3.12")
    assert {"dunamai", "poetry-dynamic-versioning"} <= {pin.partition("==")[0] for pin in pins}
    own = {pin.partition("==")[0] for pin in pins_for("2.1.4", "3.12")}
    assert not own & {pin.partition("==")[0] for pin in pins}


def test_what_is_not_known_has_no_pins() -> None:
    assert plugin_pins("nobodys-plugin", "2.1.4", "3.12") == ()
    assert plugin_pins("poetry-dynamic-versioning", "1.8.5", "3.12") == ()
    assert plugin_pins("../poetry_constraints/2.1.4", "2.1.4", "3.12") == ()
