"""Write the pins of Poetry's own dependencies anew, from the package index that uv is set up to use.

    python scripts/refresh_poetry_constraints.py             every version that has a file
    python scripts/refresh_poetry_constraints.py 2.5.2 ...   these versions: the way to add one

Needs uv on PATH. Each file is one resolution for Linux and CPython that holds for every Python which that Poetry
supports. A version that was yanked, or does not resolve, is an error and leaves its file as it was.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scaffolder.knowledge.poetry_constraints import FOLDER
from scaffolder.knowledge.poetry_releases import POETRY_SERIES

#: What every image meets; uv repeats it on each line, where it says nothing.
_ENVIRONMENT = (
    "implementation_name == 'cpython' and platform_python_implementation == 'CPython' and sys_platform == 'linux'"
)
#: uv reads `environments` from a project, not from its own settings.
_PROJECT = """\
[project]
name = "pins"
version = "0"
requires-python = ">={python}"
dependencies = {dependencies}

[tool.uv]
environments = ["{environment}"]
constraint-dependencies = {constraints}
"""


def main(arguments: list[str]) -> int:
    """Refresh the named versions, or all; the exit code is 1 when one of them does not resolve."""
    versions = arguments or sorted(path.stem for path in FOLDER.glob("*.txt"))
    failed = [version for version in versions if not _refresh(version)]
    for version in failed:
        sys.stderr.write(f"{version}: not written\n")
    return 1 if failed else 0


def _refresh(version: str) -> bool:
    pins = resolved(version)
    if pins is None:
        return False
    (FOLDER / f"{version}.txt").write_text("".join(f"{pin}\n" for pin in pins), encoding="utf-8")
    sys.stdout.write(f"{version}: {len(pins)} pins\n")
    return True


def resolved(version: str, *plugins: str, constraints: Sequence[str] = ()) -> list[str] | None:
    """The pins of that Poetry with those plugins, but for its own; None, and a word why, where there are none."""
    with tempfile.TemporaryDirectory() as folder:
        python = _oldest_python(version)
        dependencies = json.dumps([f"poetry=={version}", *plugins])
        project = _PROJECT.format(
            python=python,
            dependencies=dependencies,
            environment=_ENVIRONMENT,
            constraints=json.dumps(list(constraints)),
        )
        Path(folder, "pyproject.toml").write_text(project, encoding="utf-8")
        command = ["uv", "pip", "compile", "--quiet", "--universal", "--no-header", "--no-annotate"]
        command += ["--no-emit-index-url", "--no-emit-find-links", "--python-version", python, "pyproject.toml"]
        done = subprocess.run(command, capture_output=True, cwd=folder, text=True, check=False)
    if done.returncode != 0 or "yanked" in done.stderr:
        sys.stderr.write(done.stderr)
        return None
    pins = (
        line.replace(f" and {_ENVIRONMENT}", "").replace(f" ; {_ENVIRONMENT}", "") for line in done.stdout.splitlines()
    )
    return [pin for pin in pins if not pin.startswith("poetry==")]


def _oldest_python(version: str) -> str:
    series = ".".join(version.split(".")[:2])
    supported = next((known.requires_python for known in POETRY_SERIES if known.series == series), None)
    oldest = re.match(r">=(\d+\.\d+)", supported or "")
    if oldest is None:
        raise SystemExit(f"{version}: the series {series} is not in knowledge/poetry_releases.py")
    return oldest[1]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
