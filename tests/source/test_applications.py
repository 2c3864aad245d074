# ruff: noqa: E501 - lines of source in tables
from __future__ import annotations

import pytest

from scaffolder.knowledge.frameworks import CONSTRUCTORS, FRAMEWORKS
from scaffolder.model.code import Application
from tests.source.project import read, target, targets


def one(text: str, path: str = "main.py") -> Application:
    code = read({path: text})
    assert len(code.applications) == 1, targets(code)
    return code.applications[0]


@pytest.mark.parametrize("constructor", sorted(set(CONSTRUCTORS) - {"pyramid.config.Configurator.make_wsgi_app"}))
def test_every_constructor_of_the_table(constructor: str) -> None:
    module, _, name = constructor.rpartition(".")
    application = one(f"from {module} import {name} as Made\n\napp = Made()\n")
    assert application.framework == CONSTRUCTORS[constructor]
    assert application.name == ("app.server" if application.framework == "dash" else "app")
    assert (application.place.path, application.place.line) == ("main.py", 3)
    assert FRAMEWORKS[application.framework].name == application.framework


@pytest.mark.parametrize(
    ("text", "framework"),
    [
        ("import fastapi as fa\napp = fa.FastAPI()", "fastapi"),
        ("import fastapi\napp: fastapi.FastAPI = fastapi.FastAPI()", "fastapi"),
        ("from fastapi import FastAPI\nclass App(FastAPI): ...\napp = App()", "fastapi"),
        ("from fastapi import FastAPI\ntry:\n    app = FastAPI()\nexcept Exception:\n    raise", "fastapi"),
        ("from fastapi import FastAPI\nif True:\n    app = FastAPI()", "fastapi"),
        ("from fastapi import FastAPI\nprint(app := FastAPI())", "fastapi"),
        ("from fastapi import FastAPI\napp = FastAPI() if True else None", "fastapi"),
        ("from aiohttp import web\napp = web.Application()", "aiohttp"),
        ("import falcon.asgi\napp = falcon.asgi.App()", "falcon-asgi"),
        ("import falcon\napp = falcon.App()", "falcon"),
        (
            (
                "from pyramid.config import Configurator\nwith Configurator() as config:\n    pass\n"
                "app = config.make_wsgi_app()"
            ),
            "pyramid",
        ),
        ("import gradio as gr\nwith gr.Blocks() as app:\n    gr.Textbox()\napp.launch()", "gradio"),
        ("from flask import Flask\napp = Flask(__name__).wsgi_app", "flask"),
    ],
)
def test_ways_to_write_a_constructor(text: str, framework: str) -> None:
    application = one(text)
    assert (application.framework, application.name, application.guarded) == (framework, "app", False)


@pytest.mark.parametrize(
    "text",
    [
        "from flask import Flask\ndef main():\n    app = Flask(__name__)\n    app.run()\n",
        "app = FastAPI()\n",
        "from somewhere import FastAPI\napp = FastAPI()\n",
        '"""\nfrom fastapi import FastAPI\napp = FastAPI()\n"""\n',
        "from typer import Typer\napp = Typer()\n",
        "import pytest\nfrom flask import Flask\n@pytest.fixture\ndef app():\n    return Flask(__name__)\n",
        "from fastapi import FastAPI\ndef setup(app: FastAPI) -> FastAPI:\n    return app\n",
        "from fastapi import FastAPI\nasync def create_app():\n    return FastAPI()\n",
    ],
)
def test_what_is_no_application(text: str) -> None:
    assert read({"main.py": text}).applications == ()


@pytest.mark.parametrize("path", ["tests/main.py", "test_main.py", "shop/main_test.py", "conftest.py", "shop/tests.py"])
def test_tests_are_never_reported(path: str) -> None:
    assert read({path: "from flask import Flask\napp = Flask(__name__)\n"}).applications == ()


def test_examples_count_only_when_there_is_nothing_else() -> None:
    text = "from flask import Flask\napp = Flask(__name__)\n"
    assert targets(read({"examples/main.py": text})) == ["examples.main:app"]
    assert targets(read({"examples/main.py": text, "shop.py": text})) == ["shop:app"]


@pytest.mark.parametrize(
    "factory",
    [
        "def create_app():\n    return FastAPI()\n",
        "def create_app() -> FastAPI:\n    return build()\n",
        "def create_app():\n    app = FastAPI()\n    app.state.x = 1\n    return app\n",
        "def create_app():\n    app: FastAPI = FastAPI()\n    app = CORSMiddleware(app)\n    return app\n",
        "def create_app():\n    if x:\n        return FastAPI()\n    return None\n",
        "def inner():\n    return FastAPI()\ndef create_app():\n    return inner()\n",
    ],
)
def test_factories(factory: str) -> None:
    code = read({"main.py": f"from fastapi import FastAPI\n{factory}"})
    found = next(item for item in code.applications if item.name == "create_app")
    assert (found.framework, found.factory, found.required_parameters) == ("fastapi", True, ())


def test_parameters_without_a_default_are_required() -> None:
    application = one(
        "from flask import Flask\ndef create_app(config, /, name, debug=False, *, mode, x=1, **rest):\n    return Flask(name)\n"
    )
    assert application.required_parameters == ("config", "name", "mode")


def test_an_aiohttp_factory_may_be_a_coroutine() -> None:
    assert one("from aiohttp import web\nasync def create_app() -> web.Application:\n    ...\n").factory


def test_a_call_of_a_factory_in_another_file_through_a_re_export() -> None:
    code = read(
        {
            "shop/__init__.py": "from .factory import create_app\n",
            "shop/factory.py": "from flask import Flask\ndef create_app():\n    return Flask(__name__)\n",
            "wsgi.py": "from shop import create_app\n\napplication = create_app()\n",
        }
    )
    served, factory = sorted(code.applications, key=lambda item: item.factory)
    assert target(served) == "wsgi:application"
    assert str(served.origin) == "shop/factory.py:2"
    assert (target(factory), factory.part_of) == ("shop.factory:create_app()", "wsgi:application")


def test_a_re_export_in_an_entry_file() -> None:
    code = read(
        {
            "shop/app.py": "from flask import Flask\napp = Flask(__name__)\n",
            "wsgi.py": "from shop.app import app as application\n",
            "routes.py": "from shop.app import app\n",
        }
    )
    assert targets(code) == ["shop.app:app", "wsgi:application"]
    assert {target(item): item.part_of for item in code.applications}["shop.app:app"] == "wsgi:application"


def test_the_guard_is_not_importable() -> None:
    application = one("from flask import Flask\nif __name__ == '__main__':\n    app = Flask(__name__)\n    app.run()\n")
    assert application.guarded


def test_a_file_that_starts_a_server_on_import_is_not_importable() -> None:
    code = read(
        {
            "shop.py": "from flask import Flask\napp = Flask(__name__)\n",
            "run.py": "from shop import app\napp.run(port=8000)\n",
        }
    )
    assert {target(item): item.guarded for item in code.applications} == {"shop:app": False, "run:app": True}
    assert all(not item.part_of for item in code.applications)


def test_wrappers_keep_the_framework_and_own_what_they_wrap() -> None:
    code = read(
        {
            "main.py": """
                import socketio
                from fastapi import FastAPI
                api = FastAPI()
                app = socketio.ASGIApp(socketio.AsyncServer(), api)
            """
        }
    )
    found = {item.name: item for item in code.applications}
    assert (found["app"].framework, found["app"].part_of) == ("fastapi", "")
    assert found["api"].part_of == "main:app"


def test_a_mounted_application_is_a_part() -> None:
    code = read(
        {
            "main.py": """
                from fastapi import FastAPI
                from admin import app as admin
                app = FastAPI()
                app.mount("/admin", admin)
            """,
            "admin.py": "from fastapi import FastAPI\napp = FastAPI()\n",
        }
    )
    assert {target(item): item.part_of for item in code.applications} == {"admin:app": "main:app", "main:app": ""}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import dash\napp = dash.Dash(__name__)\nserver = app.server\n", ["main:server"]),
        ("from dash import Dash\napp = Dash(__name__)\n", ["main:app.server"]),
        (
            "from dash import Dash\nfrom flask import Flask\nserver = Flask(__name__)\napp = Dash(server=server)\n",
            ["main:server"],
        ),
        ("from dash import Dash\napp = Dash(__name__)\napplication = app.server\n", ["main:application"]),
    ],
)
def test_dash_is_served_by_its_flask_object(text: str, names: list[str]) -> None:
    code = read({"main.py": text})
    assert targets(code) == names
    assert {item.framework for item in code.applications} == {"dash"}


@pytest.mark.parametrize(
    ("app", "index", "names"),
    [
        ("app = Dash(__name__)\n", "app.layout = 1\n", ["index:app.server"]),
        ("app = Dash(__name__)\nserver = app.server\n", "app.layout = 1\n", ["index:app.server"]),
        ("app = Dash(__name__)\nserver = app.server\napp.layout = 1\n", "app.layout = 2\n", ["app:server"]),
        ("app = Dash(__name__)\nserver = app.server\n", "app.title = 'x'\n", ["app:server"]),
        ("app = Dash(__name__)\nserver = app.server\n", "def f():\n    app.layout = 1\n", ["app:server"]),
        (
            "from flask import Flask\nserver = Flask(__name__)\napp = Dash(server=server)\n",
            "app.layout = 1\n",
            ["index:app.server"],
        ),
    ],
)
def test_dash_is_served_from_the_file_that_gives_it_its_layout(app: str, index: str, names: list[str]) -> None:
    files = {"app.py": f"from dash import Dash\n{app}", "index.py": f"from app import app\n{index}"}
    code = read(files, locked=["dash", "flask"])
    assert [f"{item.module}:{item.name}" for item in code.applications if not item.part_of] == names


def test_an_application_held_by_an_object() -> None:
    code = read(
        {
            "main.py": """
                from fastapi import FastAPI
                class Server:
                    def __init__(self):
                        self.app = FastAPI()
                server = Server()
                app = server.app
            """
        }
    )
    assert targets(code) == ["main:app"]


def test_workers() -> None:
    code = read(
        {
            "jobs/celery.py": "from celery import Celery\napp = Celery('jobs')\n",
            "jobs/arq.py": "import arq\nclass WorkerSettings:\n    functions = []\n",
            "jobs/actors.py": "import dramatiq\n@dramatiq.actor\ndef work(): ...\n",
        },
        locked=["celery", "arq", "dramatiq"],
    )
    assert {(item.framework, item.module, item.name) for item in code.applications} == {
        ("celery", "jobs.celery", "app"),
        ("arq", "jobs.arq", "WorkerSettings"),
        ("dramatiq", "jobs.actors", ""),
    }


@pytest.mark.parametrize(
    ("framework", "text"),
    [
        ("streamlit", "import streamlit as st\nst.title('x')\n"),
        ("nicegui", "from nicegui import ui\nui.label('x')\nui.run(port=9000)\n"),
        ("panel", "import panel as pn\npn.Row().servable()\n"),
        ("chainlit", "import chainlit as cl\n@cl.on_message\nasync def main(message): ...\n"),
    ],
)
def test_frameworks_that_serve_a_script(framework: str, text: str) -> None:
    application = one(text, "app.py")
    assert (application.framework, application.module, application.name) == (framework, "app", "")
