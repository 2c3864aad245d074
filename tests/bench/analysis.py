"""Time of the analysis alone: a project read and every decision made, without the start of Python."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scaffolder.reading.project import read_project
from scaffolder.rules import infer
from tests.bench.tree import make_tree
from tests.conftest import REPOSITORY

#: Locked packages.
SIZES = (300, 1_000, 3_000)
ROUNDS = 3


def analysis_times() -> dict[str, float]:
    """What is analysed → seconds of processor time, the best of several fresh processes."""
    times = {}
    for packages in SIZES:
        with tempfile.TemporaryDirectory() as temporary:
            make_tree(Path(temporary), packages=packages, modules=0)
            command = [sys.executable, "-m", "tests.bench.analysis", temporary]
            runs = [subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True) for _ in range(ROUNDS)]
        times[f"{packages:,} packages"] = min(float(run.stdout) for run in runs)
    return times


def analyse(project: Path) -> float:
    """Read and decide one project; the seconds of processor time that it took."""
    start = time.process_time()
    inference = infer(read_project(project), {})
    seconds = time.process_time() - start
    if inference.open:
        raise ValueError(f"{inference.open[0].key.name} is open: the measured project has to settle every decision")
    return seconds


if __name__ == "__main__":
    sys.stdout.write(f"{analyse(Path(sys.argv[1]))}\n")
