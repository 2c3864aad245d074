"""Names in Compose files."""

from __future__ import annotations

import pytest

from scaffolder.answers.names import volume_name


@pytest.mark.parametrize(
    ("folder", "name"), [("data", "data"), ("/var/lib/x", "var-lib-x"), ("Ü", "data"), ("a b", "a-b")]
)
def test_volume_names(folder: str, name: str) -> None:
    assert volume_name(folder) == name
