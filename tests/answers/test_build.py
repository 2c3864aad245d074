"""The stages that install."""

from __future__ import annotations

import pytest

from tests.answers.made import builder
from tests.helpers import SCRIPT


@pytest.mark.parametrize(
    ("groups", "options"),
    [("main", ["--only main", "--no-root"]), ("main,ml", ["--only main,ml", "--no-root"]), ("none", ["--no-root"])],
)
def test_install_options(groups: str, options: list[str]) -> None:
    assert builder({"main.py": SCRIPT}, f"groups={groups}")["install_options"] == options


def test_sets_of_python_source() -> None:
    given = builder({"main.py": SCRIPT}, "groups=b,a")
    assert (given["group_set"], given["extra_set"]) == ('{"a", "b"}', "set()")
