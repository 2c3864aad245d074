"""Small locks and manifests for tests."""

from __future__ import annotations

import tomllib
from pathlib import Path

from scaffolder.model.lock import Lock
from scaffolder.model.manifest import Manifest
from scaffolder.poetry.lockfile import parse_lock
from scaffolder.poetry.manifest import parse_manifest


def lock(packages: str, *, metadata: str = 'lock-version = "2.1"', header: str = "", extras: str = "") -> Lock:
    """A lock with those `[[package]]` tables; a `@name version` line opens a table with the usual keys."""
    lines = [
        f'[[package]]\nname = "{line[1:].split()[0]}"\nversion = "{line.split()[1]}"\n'
        if line.startswith("@")
        else line
        for line in map(str.strip, packages.splitlines())
    ]
    body = "\n".join(lines)
    if "[[package]]" not in body:
        body = "package = []"
    return parse_lock(f'{header}\n{body}\n{extras}\n[metadata]\n{metadata}\npython-versions = "*"\ncontent-hash = ""\n')


def manifest(dependencies: str, rest: str = "") -> Manifest:
    """A `[tool.poetry]` project with those dependencies."""
    return parse_manifest(
        tomllib.loads(
            f'[tool.poetry]\nname = "shop"\nversion = "1"\n[tool.poetry.dependencies]\n{dependencies}\n{rest}'
        )
    )


def sample(shared: Path, name: str) -> tuple[Manifest, Lock]:
    """A project of the sample locks."""
    folder = shared / "sample-locks"
    return (
        parse_manifest(tomllib.loads((folder / f"{name}.pyproject.toml").read_text())),
        parse_lock((folder / f"{name}.poetry.lock").read_text()),
    )
