"""The variables that a small project gives a blueprint."""

from __future__ import annotations

from scaffolder.answers import answers
from tests.helpers import inferred, project


def made(files: dict[str, str], *settings: str) -> dict[str, object]:
    shop = project(files, packages=("fastapi 1.0", "uvicorn 1.0", "gunicorn 1.0", "flask 3.0.0"))
    return answers(shop, inferred(shop, *settings).decisions)


def builder(files: dict[str, str], *settings: str) -> dict[str, object]:
    """The only stage that installs."""
    return _only(made(files, *settings)["builders"])


def target(files: dict[str, str], *settings: str) -> dict[str, object]:
    """The only final stage."""
    return _only(made(files, *settings)["targets"])


def _only(stages: object) -> dict[str, object]:
    assert isinstance(stages, list)
    assert len(stages) == 1
    return dict(stages[0])
