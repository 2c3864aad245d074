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

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


def run(*command: str | Path, cwd: Path) -> str:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stdout}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, REPOSITORY, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment with the wheel in it.

    The dependencies are those of the environment that runs the tests, by a path entry: the `.pth` files over there, and
    with them the editable install of the checkout, are not followed.
    """
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", wheel, cwd=folder)
    (own,) = folder.glob("lib/python*/site-packages")
    (own / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


def test_wheel_contains_every_blueprint_file(wheel: Path) -> None:
    files = {p.relative_to(REPOSITORY).as_posix() for p in (REPOSITORY / "blueprints").rglob("*") if p.is_file()}
    with zipfile.ZipFile(wheel) as archive:
        packed = {name.removeprefix("scaffolder/") for name in archive.namelist()}
    assert files
    assert {file for file in files if "__pycache__" not in file} <= packed


def test_package_is_imported_from_the_wheel(environment: Path, tmp_path: Path) -> None:
    where = run(environment / "python", "-c", "import scaffolder; print(scaffolder.__file__)", cwd=tmp_path)
    assert where.startswith(str(environment.parent))


def test_init_runs_away_from_the_checkout(environment: Path, tmp_path: Path) -> None:
    project = tmp_path / "notes"
    shutil.copytree(REPOSITORY / "tests" / "projects" / "flask-factory", project)
    run(environment / "scaffold", "init", "--yes", project, cwd=tmp_path)
    assert {"Dockerfile", "compose.yaml", ".dockerignore", ".env.example", "scaffold.lock"} <= {
        path.name for path in project.iterdir()
    }
