"""The hook, run by the real pre-commit, without a network."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.project import put
from tests.conftest import REPOSITORY


def _run(root: Path, environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def hooked(shop: Path, tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """The project with the hook of this checkout in its git repository, and the environment to commit in.

    Of what the hook needs nothing is fetched: the command on PATH is that of this checkout (`language: system`).
    """
    if importlib.util.find_spec("pre_commit") is None or shutil.which("git") is None:
        pytest.skip("pre-commit or git is not installed")
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "scaffold").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m scaffolder "$@"\n')
    (tools / "scaffold").chmod(0o755)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(REPOSITORY),
        "PRE_COMMIT_HOME": str(tmp_path / "home"),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    for name in ("AUTHOR", "COMMITTER"):
        environment |= {f"GIT_{name}_NAME": "a", f"GIT_{name}_EMAIL": "a@example.org"}
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    text = (REPOSITORY / ".pre-commit-hooks.yaml").read_text()
    assert "language: python" in text
    (hooks / ".pre-commit-hooks.yaml").write_text(text.replace("language: python", "language: system"))
    for root in (hooks, shop):
        _run(root, environment, "git", "init", "-q")
        _run(root, environment, "git", "add", "--all")
        _run(root, environment, "git", "commit", "-q", "-m", "x")
    head = _run(hooks, environment, "git", "rev-parse", "HEAD").stdout.strip()
    config = {"repos": [{"repo": str(hooks), "rev": head, "hooks": [{"id": "scaffold-check"}]}]}
    (shop / ".pre-commit-config.yaml").write_text(json.dumps(config))
    return shop, environment


def test_the_hook_passes_in_step_and_fails_out_of_step(hooked: tuple[Path, dict[str, str]]) -> None:
    shop, environment = hooked
    command = (sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose")
    _run(shop, environment, "git", "add", "--all")
    done = _run(shop, environment, *command)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "In step." in done.stdout
    put(shop, "redis")
    _run(shop, environment, "git", "add", "--all")
    done = _run(shop, environment, *command)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Services: redis is new" in done.stdout
