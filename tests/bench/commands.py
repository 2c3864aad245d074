"""`make bench-commands`: time `scaffold` beside a bare `copier copy` of an empty template, in one run on one machine.

Prints a table and writes it to build/bench-commands.json. Times are the best of several runs, in seconds of wall clock;
those of the analysis alone are in seconds of processor time.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench.analysis import analysis_times
from tests.bench.tree import make_tree
from tests.conftest import REPOSITORY

ROUNDS = 7
RESULT = REPOSITORY / "build" / "bench-commands.json"


def measure_commands() -> None:
    """Measure, print, keep."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        template = folder / "template"
        (template / "files").mkdir(parents=True)
        (template / "copier.yml").write_text("_subdirectory: files\n")
        (template / "files" / "empty").touch()
        project = folder / "project"
        project.mkdir()
        make_tree(project)
        scaffold = [sys.executable, "-m", "scaffolder"]
        copier = [sys.executable, "-m", "copier", "copy", "--quiet", str(template), str(folder / "copy")]
        times = {
            "copier copy": _best(copier, before=lambda: _remove(folder / "copy")),
            "scaffold --help": _best([*scaffold, "--help"]),
            "scaffold explain": _best([*scaffold, "explain", str(project)]),
            "scaffold init --yes": _best([*scaffold, "init", "--yes", str(project)], before=lambda: _unwrite(project)),
        }
    ratios = {name: seconds / times["copier copy"] for name, seconds in times.items()}
    for name, seconds in times.items():
        sys.stdout.write(f"{name:<22}{seconds * 1000:7.0f} ms{ratios[name]:7.2f} x copier copy\n")
    analysis = analysis_times()
    for name, seconds in analysis.items():
        sys.stdout.write(f"{name:<22}{seconds * 1000:7.0f} ms\n")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({"seconds": times, "ratios": ratios, "analysis": analysis}, indent=2) + "\n")


def _best(command: Sequence[str], before: Callable[[], None] = lambda: None) -> float:
    seconds = []
    for _ in range(ROUNDS):
        before()
        start = time.perf_counter()
        subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _unwrite(project: Path) -> None:
    """Take away what a former `init` wrote."""
    for name in ("Dockerfile", "compose.yaml", ".dockerignore", ".env.example", "scaffold.lock"):
        (project / name).unlink(missing_ok=True)
    _remove(project / "docker")
