"""Small repositories of several Poetry projects."""

from __future__ import annotations

from pathlib import Path

from tests.helpers import CELERY, FLASK, written

API_PACKAGES = ("flask 3.0.0", "gunicorn 23.0.0", "redis 5.0.0")
WORKER_PACKAGES = ("celery 5.4.0", "redis 5.0.0")
REDIS = "import os\nimport redis\nclient = redis.from_url(os.environ['REDIS_URL'])\n"
TASKS = f"{CELERY}{REDIS}@app.task\ndef work():\n    pass\n"


def api(root: Path, folder: str = "services/api", **files: str) -> Path:
    """A Flask application that uses Redis."""
    there = {"main.py": FLASK + REDIS} | {f"{name}.py": text for name, text in files.items()}
    return written(root / folder, there, packages=API_PACKAGES, name=Path(folder).name)


def worker(root: Path, folder: str = "services/worker") -> Path:
    """A worker of Celery that uses Redis."""
    return written(root / folder, {"tasks.py": TASKS}, packages=WORKER_PACKAGES, name=Path(folder).name)


def library(root: Path, folder: str = "libs/shared") -> Path:
    """A package with nothing to start."""
    return written(root / folder, {"shared/__init__.py": "LIMIT = 3\n"}, name="shared")


def repository(root: Path) -> Path:
    """An API and a worker that share Redis, and a library."""
    api(root)
    worker(root)
    library(root)
    return root
