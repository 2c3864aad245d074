"""Fixtures that every test may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

PROJECTS = REPOSITORY / "tests" / "projects"

#: Sample repositories of several projects, which run together.
WORKSPACES = [PROJECTS / "order-desk"]

#: The sample projects, which the Docker tests build and start; some lie deeper in a folder that is a repository.
SAMPLES = sorted(path.parent for path in PROJECTS.rglob("poetry.lock") if WORKSPACES[0] not in path.parents)


def sample_name(sample: Path) -> str:
    """The folder of a sample project below `tests/projects`: `rag-api`, `monorepo/services/api`."""
    return sample.relative_to(PROJECTS).as_posix()


#: The sample projects have tests of their own, which need what those projects lock.
collect_ignore = ["projects"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write tests/golden again instead of comparing")


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether the golden files are to be written instead of compared; never in CI."""
    wanted = bool(request.config.getoption("--update-golden"))
    assert not (wanted and os.environ.get("CI")), "CI compares golden files, it never writes them"
    return wanted


@pytest.fixture(scope="session", autouse=True)
def _quick() -> Iterator[None]:
    """Nothing is rendered twice, and nothing waits for the disk: `tests/journal` kills processes of its own."""
    from tests.commands.project import remembered_rendering

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scaffolder.blueprint.renderer.rendering", remembered_rendering)
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of sample locks and corpus manifests that lies beside a development checkout."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "sample-locks").is_dir():
        pytest.skip("the sample locks and the corpus are not beside this checkout")
    return folder
