"""A project on disk that changes, and the commands on it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from scaffolder.built_in import built_in_folder
from scaffolder.render import Rendering, rendering
from tests.helpers import FASTAPI, written

WEB = ("fastapi 0.115.0", "uvicorn 0.34.0")
REDIS = "import os, redis\nclient = redis.Redis.from_url(os.environ['REDIS_URL'])\n"
CELERY = "from celery import Celery\napp = Celery('shop')\n@app.task\ndef add(): ...\n"
MAIN = {"shop/__init__.py": "", "shop/main.py": FASTAPI}

#: States that a project may be in: packages, and files besides MAIN.
STATES: Mapping[str, tuple[tuple[str, ...], Mapping[str, str]]] = {
    "plain": (WEB, {}),
    "redis": ((*WEB, "redis 5.2.0"), {"shop/cache.py": REDIS}),
    "celery": ((*WEB, "redis 5.2.0", "celery 5.4.0"), {"shop/cache.py": REDIS, "shop/tasks.py": CELERY}),
    "variable": (WEB, {"shop/key.py": "import os\nKEY = os.environ['API_KEY']\n"}),
    "gunicorn": ((*WEB, "gunicorn 23.0.0"), {}),
    "port": (WEB, {"pyproject.toml.more": "[tool.scaffold]\nport = 9000\n"}),
}


def put(root: Path, state: str) -> Path:
    """The project in `root` becomes that of a state; what scaffold wrote stays."""
    packages, files = STATES[state]
    for name in ("cache.py", "tasks.py", "key.py"):
        (root / "shop" / name).unlink(missing_ok=True)
    more = dict(files)
    manifest = more.pop("pyproject.toml.more", "")
    return written(root, {**MAIN, **more}, packages=packages, manifest=manifest)


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
