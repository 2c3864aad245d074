# ruff: noqa: E501, S104 - lines of source in tables
from __future__ import annotations

import pytest

from tests.source.project import read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import uvicorn\nuvicorn.run('main:app', host='0.0.0.0', port=8080)", (8080, "uvicorn.run", "", "0.0.0.0")),
        ("from uvicorn import run as serve\nserve(app, port=8080)", (8080, "serve", "", "")),
        ("import uvicorn\nPORT = 9001\nuvicorn.run(app, port=PORT)", (9001, "uvicorn.run", "", "")),
        (
            "import os, uvicorn\nuvicorn.run(app, port=int(os.environ.get('LISTEN', '8081')))",
            (8081, "uvicorn.run", "LISTEN", ""),
        ),
        ("import os, uvicorn\nuvicorn.run(app, port=int(os.getenv('P') or 82))", (82, "uvicorn.run", "P", "")),
        ("from flask import Flask\napp = Flask('x')\napp.run('0.0.0.0', 8082)", (8082, "app.run", "", "0.0.0.0")),
        ("app.run(debug=True, port=8083)", (8083, "app.run", "", "")),
        ("app.run_server(host='localhost', port=8084)", (8084, "app.run_server", "", "127.0.0.1")),
        ("from aiohttp import web\nweb.run_app(app, port=8085)", (8085, "web.run_app", "", "")),
        ("from waitress import serve\nserve(app, listen='*:8086')", (8086, "serve", "", "0.0.0.0")),
        ("from waitress import serve\nserve(app, host='127.0.0.1', port=8087)", (8087, "serve", "", "127.0.0.1")),
        (
            "from wsgiref.simple_server import make_server\nmake_server('', 8088, app)",
            (8088, "make_server", "", "0.0.0.0"),
        ),
        (
            "from http.server import HTTPServer\nHTTPServer(('', 8089), Handler)",
            (8089, "HTTPServer", "", "0.0.0.0"),
        ),
        (
            "from http.server import ThreadingHTTPServer as S\naddress = ('127.0.0.1', 8090)\nS(address, H)",
            (8090, "S", "", "127.0.0.1"),
        ),
        ("demo.launch(server_name='0.0.0.0', server_port=8091)", (8091, "demo.launch", "", "0.0.0.0")),
        ("from nicegui import ui\nui.run(port=8092)", (8092, "ui.run", "", "")),
        ("from bottle import run\nrun(host='0.0.0.0', port=8093)", (8093, "run", "", "0.0.0.0")),
        (
            "from hypercorn.config import Config\nc = Config()\nc.bind = ['0.0.0.0:8094']",
            (8094, "c.bind", "", "0.0.0.0"),
        ),
        ("server.add_insecure_port('[::]:50051')", (50051, "server.add_insecure_port", "", "0.0.0.0")),
        (
            "import uvicorn\ndef main(port: int = 8095):\n    uvicorn.run(app, port=port)",
            (8095, "uvicorn.run", "", ""),
        ),
        (
            (
                "import click, uvicorn\n@click.command()\n@click.option('-p', '--port', default=8096)\n"
                "def main(port=None):\n    uvicorn.run(app, port=port)"
            ),
            (8096, "uvicorn.run", "", ""),
        ),
        (
            (
                "import argparse, uvicorn\np = argparse.ArgumentParser()\np.add_argument('--port', type=int, default=8097)\n"
                "args = p.parse_args()\nuvicorn.run(app, port=args.port)"
            ),
            (8097, "uvicorn.run", "", ""),
        ),
        ("import os\nport = int(os.environ.get('PORT', 8098))", (8098, "PORT default", "PORT", "")),
    ],
)
def test_one_use(text: str, expected: tuple[int, str, str, str]) -> None:
    uses = read({"main.py": text}).ports
    assert [(use.port, use.via, use.variable, use.host) for use in uses] == [expected]


def test_a_field_of_a_settings_class_in_another_file() -> None:
    code = read(
        {
            "config.py": """
                from functools import lru_cache
                from pydantic_settings import BaseSettings, SettingsConfigDict

                class Settings(BaseSettings):
                    model_config = SettingsConfigDict(env_prefix="SHOP_")
                    host: str = "0.0.0.0"
                    api_port: int = 8123

                @lru_cache
                def get_settings() -> Settings:
                    return Settings()

                settings = get_settings()
            """,
            "main.py": """
                import uvicorn
                from config import settings

                if __name__ == "__main__":
                    uvicorn.run("main:app", host=settings.host, port=settings.api_port)
            """,
        }
    )
    assert [(use.port, use.variable, use.host, str(use.place)) for use in code.ports] == [
        (8123, "SHOP_API_PORT", "0.0.0.0", "main.py:6")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "import subprocess\nsubprocess.run(['x'], port=8080)",
        "import os\nport = os.environ.get('POSTGRES_PORT', 5432)",
        "import os\nport = os.environ.get('API_PORT', 5432)",
        "import redis\nredis.Redis(host='x', port=6379)",
        "import uvicorn\nuvicorn.run(app)",
        "import uvicorn\nuvicorn.run(app, port=unknown)",
        "import uvicorn\nuvicorn.run(app, port=0)",
        "import uvicorn\nuvicorn.run(app, port=70000)",
        "# uvicorn.run(app, port=8080)",
        "'''\nimport uvicorn\nuvicorn.run(app, port=8080)\n'''",
    ],
)
def test_what_is_no_port_of_this_program(text: str) -> None:
    assert read({"main.py": text}).ports == ()
