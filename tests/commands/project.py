"""A project on disk that changes, and the commands on it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from scaffolder.built_in import built_in_folder
from scaffolder.commands.init import init
from scaffolder.render import Rendering, rendering
from tests.helpers import FASTAPI, written

WEB = ("fastapi 0.115.0", "uvicorn 0.34.0")
REDIS = "import os, redis\nclient = redis.Redis.from_url(os.environ['REDIS_URL'])\n"
POSTGRES = "import os, psycopg\nconnection = psycopg.connect(os.environ['DATABASE_URL'])\n"
CELERY = "from celery import Celery\napp = Celery('shop')\n@app.task\ndef add(): ...\n"
MAIN = {"shop/__init__.py": "", "shop/main.py": FASTAPI}

#: What a project may have: packages, files, and a line of `[tool.scaffold]`.
TRAITS: Mapping[str, tuple[tuple[str, ...], Mapping[str, str], str]] = {
    "redis": (("redis 5.2.0",), {"shop/cache.py": REDIS}, ""),
    "celery": (("celery 5.4.0",), {"shop/tasks.py": CELERY}, ""),
    "postgres": (("psycopg 3.2.0",), {"shop/table.py": POSTGRES}, ""),
    "variable": ((), {"shop/key.py": "import os\nKEY = os.environ['API_KEY']\n"}, ""),
    "gunicorn": (("gunicorn 23.0.0",), {}, ""),
    "port": ((), {}, "port = 9000"),
    "python": ((), {}, 'python = "3.12"'),
    "read-only": ((), {}, "read-only = true"),
}
#: States that a project may be in, by name, each with its traits.
STATES: Mapping[str, frozenset[str]] = {
    "plain": frozenset(),
    "celery": frozenset({"redis", "celery"}),
    **{name: frozenset({name}) for name in ("redis", "variable", "gunicorn", "port")},
}


def put(root: Path, state: str | frozenset[str]) -> Path:
    """The project in `root` becomes that of a state, or one with those traits; what scaffold wrote stays."""
    chosen = [TRAITS[name] for name in sorted(STATES[state] if isinstance(state, str) else state)]
    for _, files, _ in TRAITS.values():
        for path in files:
            (root / path).unlink(missing_ok=True)
    packages = sorted({*WEB, *(package for trait in chosen for package in trait[0])})
    files = {path: text for trait in chosen for path, text in trait[1].items()}
    lines = [line for *_, line in chosen if line]
    manifest = "\n".join(["[tool.scaffold]", *lines, ""]) if lines else ""
    return written(root, {**MAIN, **files}, packages=packages, manifest=manifest)


@cache
def generated(state: str | frozenset[str]) -> Mapping[str, bytes]:
    """A project called `shop` in that state, right after `init`: path → content."""
    with tempfile.TemporaryDirectory() as folder:
        root = put(Path(folder) / "shop", state)
        init(root)
        return tree(root)


def lay_out(root: Path, files: Mapping[str, bytes]) -> Path:
    """The files in the folder `root`, which is returned."""
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def tree(root: Path) -> dict[str, bytes]:
    """Path → content."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@cache
def _rendered(folder: Path, answers: str) -> Rendering:
    return rendering(folder, json.loads(answers))


def remembered_rendering(
    folder: Path, answers: Mapping[str, Any], own: Mapping[str, Any], **options: bool
) -> Rendering:
    """What Copier renders; for the built-in blueprint once for the same answers, as it takes a fifth of a second."""
    if own or folder != built_in_folder() or any(options.values()):
        return rendering(folder, answers, own, **options)
    return _rendered(folder, json.dumps(answers))
