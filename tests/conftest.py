"""Fixtures that every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

#: The sample projects have tests of their own, which need what those projects lock.
collect_ignore = ["projects"]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of sample locks and corpus manifests that lies beside a development checkout."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "sample-locks").is_dir():
        pytest.skip("the sample locks and the corpus are not beside this checkout")
    return folder
