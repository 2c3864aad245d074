"""Reading and deciding takes time in proportion to the lock."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.analysis import analyse
from tests.bench.tree import make_tree


@pytest.mark.parametrize("lock_format", ["2.0", "2.1"])
def test_three_times_the_packages_take_three_times_as_long(tmp_path: Path, lock_format: str) -> None:
    seconds = {}
    for packages in (400, 1_200):
        folder = tmp_path / str(packages)
        folder.mkdir()
        make_tree(folder, packages=packages, modules=0, lock_format=lock_format)
        seconds[packages] = min(analyse(folder) for _ in range(2))
    assert seconds[1_200] < 5 * seconds[400]
