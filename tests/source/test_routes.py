# ruff: noqa: E501 - lines of source in tables
from __future__ import annotations

import pytest

from tests.source.project import read

MAIN = "from fastapi import FastAPI\napp = FastAPI()\n"


def paths(files: dict[str, str]) -> list[tuple[str, str]]:
    return [(route.path, route.application) for route in read(files).routes]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("from fastapi import FastAPI\napp = FastAPI()\n@app.get('/health')\ndef f(): ...", "/health"),
        ("from fastapi import FastAPI\napp = FastAPI()\n@app.api_route('/up', methods=['GET'])\ndef f(): ...", "/up"),
        ("from fastapi import FastAPI\napp = FastAPI()\napp.add_api_route('/health', f)", "/health"),
        ("from flask import Flask\napp = Flask('x')\n@app.route('/')\ndef f(): ...", "/"),
        ("from flask import Flask\napp = Flask('x')\napp.add_url_rule('/ping', view_func=f)", "/ping"),
        (
            (
                "from flask import Flask\ndef create():\n    app = Flask('x')\n    @app.get('/ping')\n    def f(): ...\n"
                "    return app"
            ),
            "/ping",
        ),
        ("from aiohttp import web\napp = web.Application()\napp.router.add_get('/health', f)", "/health"),
        ("from aiohttp import web\napp = web.Application()\napp.add_routes([web.get('/health', f)])", "/health"),
        (
            (
                "from aiohttp import web\nr = web.RouteTableDef()\n@r.get('/health')\nasync def f(q): ...\n"
                "app = web.Application()\napp.add_routes(r)"
            ),
            "/health",
        ),
        (
            (
                "from starlette.applications import Starlette\nfrom starlette.routing import Route\n"
                "app = Starlette(routes=[Route('/health', f)])"
            ),
            "/health",
        ),
        (
            (
                "from starlette.applications import Starlette\nfrom starlette.routing import Route, Mount\n"
                "routes = [Mount('/api', routes=[Route('/health', f)])]\napp = Starlette(routes=routes)"
            ),
            "/api/health",
        ),
        ("from litestar import Litestar, get\n@get('/health')\ndef f() -> str: ...\napp = Litestar([f])", ""),
        (
            "from litestar import Litestar, get\n@get('/health')\ndef f() -> str: ...\napp = Litestar(route_handlers=[f])",
            "/health",
        ),
        (
            (
                "from litestar import Litestar, Controller, get\nclass C(Controller):\n    path = '/api'\n    @get('/health')\n"
                "    def f(self) -> str: ...\napp = Litestar(route_handlers=[C])"
            ),
            "/api/health",
        ),
        (
            (
                "from sanic import Sanic, Blueprint\nbp = Blueprint('x', url_prefix='/api')\n@bp.get('/health')\n"
                "def f(r): ...\napp = Sanic('x')\napp.blueprint(bp)"
            ),
            "/api/health",
        ),
        ("import falcon\napp = falcon.App()\napp.add_route('/health', Health())", "/health"),
        ("import bottle\n@bottle.route('/health')\ndef f(): ...\napp = bottle.default_app()", "/health"),
        ("from quart import Quart\napp = Quart('x')\n@app.route('/livez')\nasync def f(): ...", "/livez"),
        (
            (
                "from fastapi import FastAPI\nfrom prometheus_fastapi_instrumentator import Instrumentator\napp = FastAPI()\n"
                "Instrumentator().instrument(app).expose(app)"
            ),
            "/metrics",
        ),
    ],
)
def test_one_file(text: str, path: str) -> None:
    routes = read({"main.py": text}).routes
    assert [route.path for route in routes] == ([path] if path else [])


@pytest.mark.parametrize(
    "handler",
    [
        "@app.post('/health')\ndef f(): ...",
        "@app.api_route('/health', methods=['POST'])\ndef f(): ...",
        "@app.get('/health/{name}')\ndef f(name): ...",
        "@app.get(PREFIX + '/health')\ndef f(): ...",
        "@app.get('/health', dependencies=[Depends(verify_token)])\ndef f(): ...",
        "@app.get('/health')\ndef f(user=Depends(current_user)): ...",
        "@app.get('/health')\n@login_required\ndef f(): ...",
        "# @app.get('/health')\ndef f(): ...",
    ],
)
def test_what_a_probe_could_not_ask(handler: str) -> None:
    assert paths({"main.py": MAIN + handler}) == []


def test_prefixes_add_up_over_three_files() -> None:
    files = {
        "shop/main.py": """
            from fastapi import FastAPI
            from shop.api import api_router
            from shop.config import settings

            def create_app() -> FastAPI:
                app = FastAPI()
                app.include_router(api_router, prefix=settings.api_prefix)
                return app

            app = create_app()
        """,
        "shop/config.py": """
            from pydantic_settings import BaseSettings
            class Settings(BaseSettings):
                api_prefix: str = "/api/v1"
            settings = Settings()
        """,
        "shop/api/__init__.py": """
            from fastapi import APIRouter
            from shop.api.routes import health as h
            api_router = APIRouter()
            api_router.include_router(h.router, prefix="/ops")
        """,
        "shop/api/routes/__init__.py": "",
        "shop/api/routes/health.py": """
            from fastapi import APIRouter
            router = APIRouter(prefix="/health")
            @router.get("/live")
            def live(): ...
            @router.get("")
            def health(): ...
        """,
    }
    assert [entry for entry in paths(files) if entry[1] == "shop.main:app"] == [
        ("/api/v1/ops/health/live", "shop.main:app"),
        ("/api/v1/ops/health", "shop.main:app"),
    ]


def test_a_prefix_that_cannot_be_read_hides_what_is_below() -> None:
    files = {
        "main.py": MAIN + "from health import router\napp.include_router(router, prefix=compute())\n",
        "health.py": "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/health')\ndef f(): ...",
    }
    assert paths(files) == []


def test_a_router_behind_a_login_hides_what_is_below() -> None:
    files = {
        "main.py": MAIN + "from health import router\napp.include_router(router, dependencies=[Depends(auth)])\n",
        "health.py": "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/health')\ndef f(): ...",
    }
    assert paths(files) == []


def test_blueprints_are_registered_in_a_function_of_another_file() -> None:
    files = {
        "shop/__init__.py": """
            from flask import Flask
            from shop.views import register
            def create_app():
                app = Flask(__name__)
                register(app)
                return app
        """,
        "shop/views.py": """
            from flask import Blueprint
            main = Blueprint("main", __name__, url_prefix="/ignored")
            other = Blueprint("other", __name__, url_prefix="/kept")
            @main.route("/health")
            def health(): ...
            @other.route("/ping")
            def ping(): ...
            def register(app):
                app.register_blueprint(main, url_prefix="/web")
                for blueprint in (other,):
                    app.register_blueprint(blueprint)
        """,
    }
    assert paths(files) == [("/web/health", "shop:create_app"), ("/kept/ping", "shop:create_app")]


def test_a_router_that_a_factory_gets_as_an_argument() -> None:
    files = {
        "shop/main.py": "from shop.setup import create\nfrom shop.api import router\napp = create(router=router)\n",
        "shop/setup.py": """
            from fastapi import FastAPI
            def create(router) -> FastAPI:
                application = FastAPI()
                application.include_router(router, prefix="/api")
                return application
        """,
        "shop/api.py": "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/health')\ndef f(): ...",
    }
    assert ("/api/health", "shop.main:app") in paths(files)


def test_handlers_in_another_file_that_imports_the_application() -> None:
    files = {
        "shop/__init__.py": "from flask import Flask\napp = Flask(__name__)\nfrom shop import views\n",
        "shop/views.py": "from shop import app\n@app.route('/')\ndef index(): ...\n",
    }
    assert paths(files) == [("/", "shop:app")]


def test_a_router_that_nobody_includes_serves_nothing() -> None:
    files = {
        "main.py": MAIN,
        "health.py": "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/health')\ndef f(): ...",
    }
    assert paths(files) == []


def test_mounted_applications_and_circles() -> None:
    files = {
        "main.py": MAIN + "from sub import sub\napp.mount('/sub', sub)\napp.include_router(app.router)\n",
        "sub.py": "from fastapi import FastAPI\nsub = FastAPI()\n@sub.get('/health')\ndef f(): ...\n",
    }
    assert ("/sub/health", "main:app") in paths(files)
