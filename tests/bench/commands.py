"""`make bench-commands`: time `scaffold` beside a bare `copier copy` of an empty template, in one run on one machine;
and a `check` with nothing to do beside `import tomlkit`.

Prints a table and writes it to build/bench-commands.json. Times are the best of several runs, in seconds of wall clock;
those of the analysis alone are in seconds of processor time.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.bench.analysis import analysis_times
from tests.bench.tree import make_tree
from tests.conftest import REPOSITORY

ROUNDS = 7
TOMLKIT = "import tomlkit"
RESULT = REPOSITORY / "build" / "bench-commands.json"
_HAND_WRITTEN = "services:\n  api:\n    build: .\n  cache:\n    image: redis:7\n"


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
    checks = _checks()
    for name, seconds in checks.items():
        ratio = seconds / checks[TOMLKIT]
        sys.stdout.write(f"{name:<36}{seconds * 1000:5.0f} ms{ratio:7.2f} x {TOMLKIT}\n")
    analysis = analysis_times()
    for name, seconds in analysis.items():
        sys.stdout.write(f"{name:<22}{seconds * 1000:7.0f} ms\n")
    RESULT.parent.mkdir(exist_ok=True)
    found = {"seconds": times, "ratios": ratios, "checks": checks, "analysis": analysis}
    RESULT.write_text(json.dumps(found, indent=2) + "\n")


def _checks() -> dict[str, float]:
    """Seconds of `scaffold check` on projects that are in step, with Python's bytecode cached, and without."""
    check = [sys.executable, "-m", "scaffolder", "check", "--quiet"]
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        small, large, mine = folder / "small", folder / "large", folder / "mine"
        for project, packages, modules in ((small, 10, 20), (large, 300, 2_000), (mine, 10, 20)):
            project.mkdir()
            make_tree(project, packages=packages, modules=modules)
        (mine / "docker-compose.yml").write_text(_HAND_WRITTEN)
        for words, environment in (("", _environment(folder / "cache")), (", no bytecode", _environment(None))):
            seconds[f"{TOMLKIT}{words}"] = _best([sys.executable, "-c", TOMLKIT], environment=environment)
            for name, project in (
                ("check", small),
                ("check, 300 packages, 2,000 files", large),
                ("check, Compose file by hand", mine),
            ):
                subprocess.run(
                    [sys.executable, "-m", "scaffolder", "init", "--yes", str(project)],
                    cwd=REPOSITORY,
                    env=environment,
                    check=True,
                    capture_output=True,
                )
                seconds[f"{name}{words}"] = _best([*check, str(project)], environment=environment)
    return seconds


def _environment(cache: Path | None) -> dict[str, str]:
    """Where bytecode is cached in a folder, or nowhere."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **({"PYTHONPYCACHEPREFIX": str(cache)} if cache else {"PYTHONDONTWRITEBYTECODE": "1"})}


def _best(
    command: Sequence[str],
    before: Callable[[], None] = lambda: None,
    environment: Mapping[str, str] | None = None,
) -> float:
    seconds = []
    for _ in range(ROUNDS):
        before()
        start = time.perf_counter()
        subprocess.run(command, cwd=REPOSITORY, env=environment, check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _unwrite(project: Path) -> None:
    """Take away what a former `init` wrote."""
    for name in ("Dockerfile", "compose.yaml", ".dockerignore", ".env.example", "scaffold.lock"):
        (project / name).unlink(missing_ok=True)
    _remove(project / "docker")
