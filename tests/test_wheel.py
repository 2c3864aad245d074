"""The wheel alone, in an environment of its own and away from the checkout, runs `scaffold init`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

from tests.conftest import PROJECTS, REPOSITORY


def run(*command: str | Path, cwd: Path) -> str:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stdout}"
    return done.stdout


def build(folder: Path) -> Path:
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, REPOSITORY, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


def install(wheel: Path, folder: Path) -> Path:
    """The wheel in a new environment, whose `bin` folder is returned.

    The dependencies are those of the environment that runs the tests, by a path entry: the `.pth` files over there, and
    with them the editable install of the checkout, are not followed.
    """
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", wheel, cwd=folder)
    (own,) = folder.glob("lib/python*/site-packages")
    (own / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


def test_the_wheel_brings_all_that_init_needs(tmp_path: Path) -> None:
    """One test, as two workers would each build a wheel."""
    wheel = build(tmp_path)
    files = {p.relative_to(REPOSITORY).as_posix() for p in (REPOSITORY / "blueprints").rglob("*") if p.is_file()}
    with zipfile.ZipFile(wheel) as archive:
        packed = {name.removeprefix("scaffolder/") for name in archive.namelist()}
    assert files
    assert {file for file in files if "__pycache__" not in file} <= packed

    binaries = install(wheel, tmp_path / "environment")
    where = run(binaries / "python", "-c", "import scaffolder; print(scaffolder.__file__)", cwd=tmp_path)
    assert where.startswith(str(binaries.parent))

    project = tmp_path / "notes"
    shutil.copytree(PROJECTS / "flask-factory", project)
    run(binaries / "scaffold", "init", "--yes", project, cwd=tmp_path)
    assert {"Dockerfile", "compose.yaml", ".dockerignore", ".env.example", "scaffold.lock"} <= {
        path.name for path in project.iterdir()
    }
