"""The crash test: see `faults`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPOSITORY


def _swept(folder: Path, *options: str) -> dict[str, Any]:
    """In a process of its own, small enough to be forked hundreds of times in a second."""
    command = [sys.executable, "-m", "tests.journal.faults", str(folder), *options]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _check(report: dict[str, Any]) -> None:
    assert {fault: found["wrong"] for fault, found in report.items() if found["wrong"]} == {}
    assert all(found["runs"] > 15 for found in report.values())
    assert all(report[fault]["runs"] > 60 for fault in ("killed", "ENOSPC once", "EACCES once"))


def test_no_fault_leaves_a_project_between_two_states(tmp_path: Path) -> None:
    _check(_swept(tmp_path))


@pytest.mark.nightly
def test_no_fault_does_so_when_putting_back_is_interrupted_anywhere_too(tmp_path: Path) -> None:
    report = _swept(tmp_path, "every")
    _check(report)
    assert report["killed twice"]["runs"] > 500
