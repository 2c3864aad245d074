"""Blueprints in folders and git repositories of a test's own; the cache and git's settings are nobody else's."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Made = Callable[..., Path]


@pytest.fixture(autouse=True)
def _isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def lay(folder: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


@pytest.fixture
def blueprint(tmp_path: Path) -> Made:
    """Make a blueprint that renders `template/`: (copier.yml, files in template/) → its folder."""

    def make(settings: str = "", files: Mapping[str, str] | None = None, name: str = "mine") -> Path:
        templates = {f"template/{path}": text for path, text in (files or {"out.txt.jinja": "{{ port }}\n"}).items()}
        return lay(tmp_path / name, {"copier.yml": f"_subdirectory: template\n{settings}", **templates})

    return make


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path, tag: str = "") -> str:
    """Commit everything in the folder, as a repository of its own; returns the commit."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message=change")
    if tag:
        git(folder, "tag", "--annotate", "--message=release", tag)
    return git(folder, "rev-parse", "HEAD")
