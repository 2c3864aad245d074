from __future__ import annotations

import pytest

from scaffolder.source.ranking import rank_applications
from tests.source.project import read, target

FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"
FLASK = "from flask import Flask\napp = Flask(__name__)\n"
CELERY = "from celery import Celery\napp = Celery()\n"


@pytest.mark.parametrize(
    ("files", "best"),
    [
        pytest.param({"main.py": FASTAPI, "jobs.py": CELERY}, "main:app", id="web before worker"),
        pytest.param({"jobs.py": CELERY}, "jobs:app", id="a worker alone"),
        pytest.param(
            {
                "shop/views.py": FASTAPI,
                "shop/web.py": "from fastapi import FastAPI\ndef get_app():\n    return FastAPI()\n",
                "shop/__main__.py": "import uvicorn\nuvicorn.run('shop.web:get_app', factory=True)\n",
            },
            "shop.web:get_app()",
            id="what the code hands to a server",
        ),
        pytest.param({"wsgi.py": FLASK, "main.py": FLASK}, "wsgi:app", id="wsgi.py"),
        pytest.param({"main.py": FLASK, "other.py": FLASK}, "main:app", id="main.py"),
        pytest.param({"shop/main.py": FLASK, "main.py": FLASK}, "main:app", id="the shallower"),
        pytest.param(
            {"main.py": FLASK + "def create_app():\n    return Flask('x')\n"}, "main:app", id="object before factory"
        ),
        pytest.param(
            {"main.py": FLASK + "\nif __name__ == '__main__':\n    second = Flask('x')\n"}, "main:app", id="guarded"
        ),
        pytest.param(
            {"main.py": "from flask import Flask\nweird = Flask('x')\napp = Flask('y')\n"}, "main:app", id="usual name"
        ),
        pytest.param(
            {"shop/__init__.py": FLASK, "wsgi.py": "from shop import app\n"}, "wsgi:app", id="re-export in wsgi.py"
        ),
        pytest.param(
            {
                "a.py": "from flask import Flask\ndef create_app(x):\n    return Flask('x')\n",
                "b.py": "from flask import Flask\ndef make():\n    return Flask('x')\n",
            },
            "b:make()",
            id="a factory that can be called bare",
        ),
    ],
)
def test_the_clear_winner(files: dict[str, str], best: str) -> None:
    ranking = rank_applications(read(files, locked=["flask", "fastapi", "celery"]).applications)
    assert ranking.best is not None
    assert target(ranking.best) == best
    assert ranking.ties == 1


@pytest.mark.parametrize(
    "files",
    [
        {"a/main.py": FLASK, "b/main.py": FLASK},
        {"one.py": FLASK, "two.py": FLASK},
        {"main.py": FASTAPI, "web/app.py": "import streamlit as st\nst.title('x')\n"},
    ],
)
def test_what_cannot_be_told_apart_is_a_tie(files: dict[str, str]) -> None:
    ranking = rank_applications(read(files).applications)
    assert ranking.ties == 2
    assert ranking.best is None


def test_a_framework_that_is_not_installed_cannot_run() -> None:
    code = read({"main.py": FASTAPI, "shop/other.py": FLASK})
    ranking = rank_applications(code.applications, locked={"flask"})
    assert [target(item) for item in ranking.applications] == ["shop.other:app"]
    assert rank_applications(code.applications, locked=set()).ties == 0


def test_the_entry_point_of_the_manifest_wins() -> None:
    code = read({"main.py": FASTAPI, "deep/down/thing.py": FASTAPI})
    ranking = rank_applications(code.applications, entrypoint="deep.down.thing:app")
    assert ranking.best is not None
    assert ranking.best.module == "deep.down.thing"


def test_nothing_to_rank() -> None:
    assert rank_applications(()).best is None
    assert rank_applications(()).ties == 0
