from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scaffolder import cli
from tests.commands.project import generated, lay_out

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line; returns exit code, standard output and standard error."""

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        code = cli.main([str(argument) for argument in arguments])
        return (code, *capsys.readouterr())

    return run


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project right after `init`."""
    return lay_out(tmp_path / "shop", generated("plain"))
