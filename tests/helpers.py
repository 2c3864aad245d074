"""Builders of small Poetry projects, and the assertions that rule tests are made of."""

from __future__ import annotations

import json
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict, Unpack

from scaffolder.decisions import BY_NAME
from scaffolder.model.decision import Decision
from scaffolder.model.project import Project
from scaffolder.overrides import combined, flag_overrides, saved_overrides
from scaffolder.poetry.manifest import parse_manifest
from scaffolder.reading.project import read_project
from scaffolder.rules import Inference, infer

#: A module that defines `app`, by framework.
FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"
FLASK = "from flask import Flask\napp = Flask(__name__)\n"
FLASK_FACTORY = "from flask import Flask\ndef create_app():\n    return Flask(__name__)\n"
CELERY = "from celery import Celery\napp = Celery('shop')\n"
SCRIPT = "if __name__ == '__main__':\n    print('hello')\n"


class Shape(TypedDict, total=False):
    """What a project is made of besides its files."""

    #: Each is `name version`, and optionally `sdist` (no wheel), tags of wheels (no others; also with `sdist`) or
    #: `@group` (not main); all are locked as given.
    packages: Sequence[str]
    #: Constraint in pyproject.toml; "" for none.
    python: str
    #: Constraint in poetry.lock; the same by default.
    lock_python: str
    name: str
    description: str
    #: More of pyproject.toml; it may not repeat a table.
    manifest: str
    #: The Poetry that wrote the lock.
    generator: str


def project_files(files: Mapping[str, str] | None = None, **shape: Unpack[Shape]) -> dict[str, str]:
    """The files of a Poetry project with a lock that is in step; those in `files` win over what is made here."""
    rows = [package.split() for package in shape.get("packages", ())]
    manifest = _manifest(rows, shape)
    return {"pyproject.toml": manifest, "poetry.lock": _lock(rows, manifest, shape), **(files or {})}


def written(root: Path, files: Mapping[str, str] | None = None, **shape: Unpack[Shape]) -> Path:
    """`project_files` in the folder `root`, which is returned."""
    for path, text in project_files(files, **shape).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    return root


def project(files: Mapping[str, str] | None = None, **shape: Unpack[Shape]) -> Project:
    """`project_files`, read."""
    with tempfile.TemporaryDirectory() as folder:
        return read_project(written(Path(folder), files, **shape))


def inferred(project: Project, *settings: str) -> Inference:
    """What is decided, with `--set` for each of `settings`."""
    return infer(project, combined(saved_overrides(project.manifest.scaffold), flag_overrides(settings)))


def decision(project: Project, name: str, *settings: str) -> Decision[object]:
    """One decision. Raises Undecided when it is open."""
    return inferred(project, *settings).decisions.decision(BY_NAME[name])


def check_decides(
    project: Project, name: str, value: object, source: str, *evidence: str, settings: Sequence[str] = ()
) -> None:
    """Assert the value, the source, and that each text of `evidence` stands in the evidence."""
    found = decision(project, name, *settings)
    assert (found.value, found.source.word) == (value, source), found.evidence
    joined = " | ".join(found.evidence)
    for text in evidence:
        assert text in joined
    assert found.evidence or found.source.word == "default", "only a default may lack evidence"


def check_open(project: Project, name: str, *candidates: str) -> None:
    """Assert that a decision is open with exactly these candidates, in this order."""
    found = {item.key.name: item for item in inferred(project).open}
    assert name in found, f"{name} is settled"
    assert tuple(candidate.text for candidate in found[name].candidates) == candidates
    assert all(candidate.evidence for candidate in found[name].candidates)
    assert found[name].why


def message_codes(project: Project, *settings: str) -> list[str]:
    """The codes of the messages, in order."""
    return [message.code for message in inferred(project, *settings).messages]


def _manifest(rows: Sequence[Sequence[str]], shape: Shape) -> str:
    name, python = shape.get("name", "shop"), shape.get("python", "^3.12")
    lines = ["[tool.poetry]", f"name = {json.dumps(name)}", 'version = "1.0"']
    lines += [f"description = {json.dumps(shape.get('description', ''))}", "", "[tool.poetry.dependencies]"]
    lines += [f'python = "{python}"'] if python else []
    lines += [f'{row[0]} = "{row[1]}"' for row in rows if _group(row) == "main"]
    for group in sorted({_group(row) for row in rows} - {"main"}):
        lines += ["", f"[tool.poetry.group.{group}.dependencies]"]
        lines += [f'{row[0]} = "{row[1]}"' for row in rows if _group(row) == group]
    return "\n".join(lines) + f"\n{shape.get('manifest', '')}"


def _lock(rows: Sequence[Sequence[str]], manifest: str, shape: Shape) -> str:
    generator = shape.get("generator", "2.1.4")
    lines = [f"# This file is automatically @generated by Poetry {generator} and should not be changed by hand.", ""]
    for row in sorted(map(tuple, rows)):
        stem = f"{row[0].replace('-', '_')}-{row[1]}"
        wheels = [f"{stem}-{word}.whl" for word in row[2:] if "-" in word and not word.startswith("@")]
        files = wheels + [f"{stem}.tar.gz"] * ("sdist" in row) or [f"{stem}-py3-none-any.whl"]
        lines += [
            "[[package]]",
            f'name = "{row[0]}"',
            f'version = "{row[1]}"',
            'description = ""',
            "optional = false",
            'python-versions = "*"',
            f'groups = ["{_group(row)}"]',
            "files = [",
            *(f'    {{file = "{file}", hash = "sha256:{"0" * 64}"}},' for file in files),
            "]",
            "",
        ]
    if not rows:
        lines += ["package = []", ""]
    python = shape.get("lock_python", shape.get("python", "^3.12")) or "*"
    content_hash = parse_manifest(tomllib.loads(manifest), "pyproject.toml").content_hashes["D"]
    lines += ["[metadata]", 'lock-version = "2.1"', f'python-versions = "{python}"', f'content-hash = "{content_hash}"']
    return "\n".join(lines) + "\n"


def _group(row: Sequence[str]) -> str:
    return next((word[1:] for word in row if word.startswith("@")), "main")
