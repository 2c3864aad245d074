from __future__ import annotations

import random
import sys
import time

import pytest

from tests.source.project import read, targets

WEB = "from fastapi import FastAPI\napp = FastAPI()\n"


@pytest.mark.parametrize(
    "text",
    [
        "print 'x'\nfrom fastapi import FastAPI\n",
        "from fastapi import FastAPI\napp = {{ cookiecutter.name }}(\n",
        "from fastapi import FastAPI\napp = FastAPI()\n\0",
        "from fastapi import FastAPI\napp = " + "(" * 5000 + ")" * 5000,
        "from fastapi import FastAPI\napp = " + "-" * 200_000 + "1",
        "from fastapi import FastAPI\napp = \udcff",
    ],
)
def test_a_file_that_cannot_be_parsed_is_listed_and_the_rest_is_read(text: str) -> None:
    code = read({"broken/main.py": text, "main.py": WEB})
    assert [path for path, reason in code.unparsed if reason] == ["broken/main.py"]
    assert targets(code) == ["main:app"]


@pytest.mark.parametrize(
    "text",
    [
        "app = app\n",
        "from main import app\n",
        "from main import *\nfrom . import *\n",
        "def f():\n    return f()\napp = f()\n",
        "class A(A): ...\napp = A()\n",
        "x = y\ny = x\nimport uvicorn\nuvicorn.run(app, port=x)\n",
        "import os\nX = os.path.join(X, 'a')\nos.makedirs(X)\n",
        "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    s: 'S' = S()\n",
        (
            "from fastapi import APIRouter, FastAPI\napp = FastAPI()\nr = APIRouter(prefix='/a')\n"
            "r.include_router(r)\napp.include_router(r)\n@r.get('/health')\ndef f(): ...\n"
        ),
        "import dash\napp = dash.Dash()\napp = app.server\n",
        "from flask import Flask\na = Flask('a')\nb = a\na = b\napp = a\n",
        "from aiohttp import web\napp = web.Application()\nfor app in (app, app): pass\n",
    ],
)
def test_circles_end(text: str) -> None:
    read({"main.py": text, "__init__.py": "from main import *\n"})


def test_two_files_that_import_each_other() -> None:
    code = read({"a.py": "from b import app\nserver = app\n", "b.py": "from a import app, server\nx = server\n"})
    assert code.applications == ()


def test_nothing_depends_on_the_order_of_the_files() -> None:
    files = {f"shop/m{i}.py": f"import os\nx = os.environ['A{i}']\n{WEB}" for i in range(20)}
    files |= {f"shop/r{i}.py": f"from shop.m{i} import app\n@app.get('/health')\ndef f(): ...\n" for i in range(20)}
    shuffled = list(files.items())
    random.Random(0).shuffle(shuffled)  # noqa: S311 - only an order
    assert read(files) == read(dict(shuffled))


def test_imports_with_their_first_place() -> None:
    code = read({"b.py": "import os\n", "a/c.py": "import sys\nfrom os import path\n", "tests/x.py": "import re\n"})
    assert [(name, str(place)) for name, place in code.imports] == [("os", "a/c.py:2"), ("sys", "a/c.py:1")]


def test_hidden_folders_are_not_the_product() -> None:
    assert read({".github/scripts/main.py": WEB}).applications == ()


def test_nothing_is_executed() -> None:
    read({"main.py": "import sys\nsys.modules['executed'] = None\nfrom fastapi import FastAPI\napp = FastAPI()\n"})
    assert "executed" not in sys.modules


def test_two_thousand_files_are_read_quickly() -> None:
    body = "\n".join(f"def function_{i}(x: int) -> int:\n    return x + {i}\n" for i in range(12))
    files = {f"shop/part{i // 50}/m{i}.py": f"import json\nfrom shop import core\n\n{body}" for i in range(2000)}
    files |= {"shop/__init__.py": "", "shop/core.py": "", "shop/main.py": WEB}
    start = time.process_time()
    code = read(files)
    assert targets(code) == ["shop.main:app"]
    # Measured at 0.1 s; the bound only catches what parses every file.
    assert time.process_time() - start < 1.0


def test_an_expression_of_any_length_is_read() -> None:
    long = "[] + " * 900 + "[]"
    code = read(
        {
            "main.py": f"from starlette.applications import Starlette\napp = Starlette(routes={long})\n",
            "manage.py": "import os, django\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'x.settings')\n",
            "x/settings.py": f"ROOT_URLCONF = 'x.urls'\nTHING = {long}\n",
            "x/urls.py": f"urlpatterns = {long}\n",
        }
    )
    assert targets(code) == ["main:app"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = ''' '''\nimport os\ny = " + "'" + "\\'" * 200_000, id="a quote that never ends"),
        pytest.param("'''" * 50_001 + "\nimport os\n\\", id="triple quotes and a last backslash"),
        pytest.param(
            "".join(f"class C{i}({', '.join([f'C{i + 1}'] * 50)}): ...\n" for i in range(20)) + "app = C0()\n",
            id="a tree of classes",
        ),
        pytest.param(
            "".join(f"x{i} = f'{{{'}{'.join([f'x{i - 1}'] * 40)}}}'\n" for i in range(1, 20))
            + "x0 = 'ab'\nimport uvicorn\nuvicorn.run(app, host=x19, port=80)\n",
            id="a text that grows",
        ),
        pytest.param(
            "".join(f"x{i} = {' or '.join([f'x{i - 1}'] * 40)}\n" for i in range(1, 20)) + "x0 = 1\napp = x19\n",
            id="a tree of names",
        ),
        pytest.param(
            "".join(f"def f{i}():\n" + f"    return f{i - 1}()\n" * 40 for i in range(1, 20)) + "app = f19()\n",
            id="a tree of calls",
        ),
    ],
)
def test_no_text_takes_long(text: str) -> None:
    start = time.process_time()
    read({"main.py": text})
    assert time.process_time() - start < 2.0


def test_url_configurations_that_include_each_other_end() -> None:
    lines = "".join(f"path('{i}/', include('x.urls')), " for i in range(50))
    code = read(
        {
            "manage.py": "import os, django\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'x.settings')\n",
            "x/settings.py": "ROOT_URLCONF = 'x.urls'\n",
            "x/urls.py": f"from django.urls import include, path\nurlpatterns = [path('health', f), {lines}]\n",
        }
    )
    assert ("/health", 2) in {(route.path, route.place.line) for route in code.routes}
