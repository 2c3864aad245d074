"""The server, what is added where none is locked, the workers and the command."""

from __future__ import annotations

import re

import pytest

from tests.blueprints.rendered import rendered
from tests.helpers import (
    CELERY,
    FASTAPI,
    FLASK,
    FLASK_FACTORY,
    SCRIPT,
    check_decides,
    decision,
    message_codes,
    project,
    project_files,
)

AIOHTTP = "from aiohttp import web\napp = web.Application()\n"
SANIC = "from sanic import Sanic\napp = Sanic('shop')\n"
STREAMLIT = "import streamlit as st\nst.title('x')\n"
HTTP = "0.0.0.0"  # noqa: S104 - the address in the expected commands

#: Source of app.py, packages, server, command.
LOCKED = {
    "flask, gunicorn": (
        FLASK,
        "flask 3.0.0, gunicorn 23.0.0",
        "gunicorn",
        "gunicorn --config gunicorn.conf.py app:app",
    ),
    "flask factory, gunicorn": (
        FLASK_FACTORY,
        "flask 3.0.0, gunicorn 23.0.0",
        "gunicorn",
        "gunicorn --config gunicorn.conf.py app:create_app()",
    ),
    "flask, waitress": (
        FLASK,
        "flask 3.0.0, waitress 3.0.0",
        "waitress",
        "python docker/waitress_server.py",
    ),
    "flask factory, waitress": (
        FLASK_FACTORY,
        "flask 3.0.0, waitress 3.0.0",
        "waitress",
        "python docker/waitress_server.py",
    ),
    "flask, both": (
        FLASK,
        "flask 3.0.0, waitress 3.0.0, gunicorn 23.0.0",
        "gunicorn",
        "gunicorn --config gunicorn.conf.py app:app",
    ),
    "flask, gevent for its own sake": (
        FLASK,
        "flask 3.0.0, gunicorn 23.0.0, gevent 25.5.1",
        "gunicorn-gevent",
        "gunicorn --config gunicorn.conf.py app:app",
    ),
    "flask, mod_wsgi": (
        FLASK,
        "flask 3.0.0, mod-wsgi 5.0.2",
        "mod-wsgi",
        "/opt/mod_wsgi/apachectl start -DFOREGROUND",
    ),
    "flask factory, granian": (
        FLASK_FACTORY,
        "flask 3.0.0, granian 2.3.2",
        "granian-wsgi",
        f"granian --interface=wsgi --host={HTTP} --port=5000 --factory app:create_app",
    ),
    "flask factory, hypercorn": (
        FLASK_FACTORY,
        "flask 3.0.0, hypercorn 0.17.3",
        "hypercorn-wsgi",
        f"hypercorn --bind={HTTP}:5000 --access-logfile=- --graceful-timeout=25 wsgi:app:create_app()",
    ),
    "fastapi, daphne": (
        FASTAPI,
        "fastapi 1.0, daphne 4.2.0",
        "daphne",
        f"python docker/daphne_server.py --bind={HTTP} --port=8000 app:app",
    ),
    "fastapi, uvicorn": (
        FASTAPI,
        "fastapi 1.0, uvicorn 0.34.0",
        "uvicorn",
        f"uvicorn app:app --host={HTTP} --port=8000",
    ),
    "fastapi, gunicorn and uvicorn": (
        FASTAPI,
        "fastapi 1.0, uvicorn 0.34.0, gunicorn 23.0.0",
        "gunicorn-uvicorn",
        "gunicorn --config gunicorn.conf.py app:app",
    ),
    "fastapi, the worker's own package": (
        FASTAPI,
        "fastapi 1.0, uvicorn 0.34.0, gunicorn 23.0.0, uvicorn-worker 0.3.0",
        "gunicorn-uvicorn-worker",
        "gunicorn --config gunicorn.conf.py app:app",
    ),
    "fastapi, hypercorn": (
        FASTAPI,
        "fastapi 1.0, hypercorn 0.17.0",
        "hypercorn",
        f"hypercorn --bind={HTTP}:8000 --access-logfile=- --graceful-timeout=25 app:app",
    ),
    "fastapi, gunicorn alone serves no ASGI": (FASTAPI, "fastapi 1.0, gunicorn 23.0.0, granian 1.0", "granian", ""),
    "aiohttp, gunicorn": (AIOHTTP, "aiohttp 3.10.0, gunicorn 23.0.0", "gunicorn-aiohttp", ""),
    "sanic": (SANIC, "sanic 24.6.0", "sanic", f"sanic app:app --host={HTTP} --port=8000"),
    "celery": (CELERY, "celery 5.4.0", "celery", "celery --app=app:app worker --loglevel=INFO"),
    "streamlit": (
        STREAMLIT,
        "streamlit 1.40.0",
        "streamlit",
        f"streamlit run app.py --server.address={HTTP} --server.port=8501 --server.headless=true",
    ),
}


@pytest.mark.parametrize("case", LOCKED.values(), ids=LOCKED)
def test_a_locked_server(case: tuple[str, str, str, str]) -> None:
    source, packages, server, command = case
    shop = project({"app.py": source}, packages=packages.split(", "))
    check_decides(shop, "server", server, "inferred", "poetry.lock: ")
    check_decides(shop, "added-packages", (), "default")
    if command:
        check_decides(shop, "command", tuple(command.split()), "inferred", f"server: {server}")


@pytest.mark.parametrize(
    ("source", "framework", "python", "server", "first"),
    [
        (FLASK, "flask", "^3.12", "gunicorn", "gunicorn=="),
        (AIOHTTP, "aiohttp", "^3.12", "gunicorn-aiohttp", "gunicorn=="),
        (FASTAPI, "fastapi", "^3.12", "uvicorn", "uvicorn=="),
        (FASTAPI, "fastapi", "~3.8", "uvicorn", "uvicorn==0.33.0"),
    ],
)
def test_a_server_is_added_beside_the_lock(source: str, framework: str, python: str, server: str, first: str) -> None:
    shop = project({"app.py": source}, packages=[f"{framework} 1.0"], python=python)
    check_decides(shop, "server", server, "inferred", "poetry.lock has no production server")
    added = decision(shop, "added-packages").value
    assert isinstance(added, tuple)
    assert added[0].startswith(first)
    assert all("==" in package for package in added)
    assert "server-not-locked" in message_codes(shop)


def test_what_the_settings_of_django_name_for_asgi_is_served_by_asgi_whatever_its_name() -> None:
    files = {
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        "shop/settings.py": "ASGI_APPLICATION = 'shop.routing.application'\n",
        "shop/routing.py": "from channels.routing import ProtocolTypeRouter\napplication = ProtocolTypeRouter({})\n",
        "shop/wsgi.py": "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
    }
    shop = project(files, packages=["django 3.2", "channels 3.0.4", "daphne 3.0.2"])
    check_decides(shop, "application", "shop.routing:application", "inferred")
    check_decides(shop, "server", "daphne", "inferred", "poetry.lock: daphne 3.0.2")


def test_what_is_locked_is_not_added_again() -> None:
    shop = project({"app.py": FASTAPI}, packages=["fastapi 1.0", "click 8.0.0", "h11 0.14.0"])
    added = decision(shop, "added-packages").value
    assert isinstance(added, tuple)
    assert [package.split("==")[0] for package in added] == ["uvicorn", "typing-extensions"]


def test_a_development_server_is_not_locked_for_production() -> None:
    shop = project({"app.py": FLASK}, packages=["flask 3.0.0", "gunicorn 23.0.0 @dev"])
    check_decides(shop, "server", "gunicorn", "inferred", "no production server")


def test_what_runs_by_itself_has_no_server() -> None:
    shop = project({"main.py": SCRIPT}, packages=["gunicorn 23.0.0"])
    check_decides(shop, "server", "none", "default", "main.py runs by itself")
    check_decides(shop, "added-packages", (), "default")
    check_decides(shop, "workers", 1, "default", "one process")
    check_decides(shop, "command", ("python", "main.py"), "inferred", "application: main.py")


@pytest.mark.parametrize(
    ("application", "command"),
    [
        ("main.py", ("python", "main.py")),
        ("-m shop.run", ("python", "-m", "shop.run")),
        ("shop:main", ("python", "-m", "shop")),
        ("shop-cli", ("shop-cli",)),
    ],
)
def test_bare_commands(application: str, command: tuple[str, ...]) -> None:
    shop = project({"main.py": SCRIPT})
    check_decides(shop, "command", command, "inferred", settings=[f"application={application}"])


def test_a_server_that_was_set_but_is_not_locked() -> None:
    shop = project({"app.py": FLASK}, packages=["flask 3.0.0"])
    check_decides(shop, "added-packages", (), "default", "run poetry add waitress", settings=["server=waitress"])


@pytest.mark.parametrize(
    ("packages", "value"), [(["flask 3.0.0", "gunicorn 23.0.0"], 0), (["flask 3.0.0", "waitress 3.0.0"], 1)]
)
def test_workers(packages: list[str], value: int) -> None:
    check_decides(project({"app.py": FLASK}, packages=packages), "workers", value, "default")


def test_workers_that_were_set() -> None:
    shop = project({"app.py": FLASK}, packages=["flask 3.0.0", "gunicorn 23.0.0"])
    check_decides(shop, "workers", 3, "flag", settings=["workers=3"])
    check_decides(shop, "workers", 0, "flag", settings=["workers=auto"])


def test_a_command_that_was_set_is_split_like_a_shell_would() -> None:
    shop = project({"main.py": SCRIPT})
    check_decides(shop, "command", ("a", "b c", "$(d)"), "flag", settings=["command=a 'b c' '$(d)'"])


def test_gevent_that_another_package_brings_changes_nothing() -> None:
    files = project_files({"app.py": FLASK}, packages=["flask 3.0.0", "gunicorn 23.0.0", "gevent 25.5.1"])
    lock = files["poetry.lock"].replace('name = "gunicorn"', 'name = "gunicorn"\ndependencies = {gevent = "*"}')
    manifest = re.sub(r".*gevent.*\n", "", files["pyproject.toml"])
    shop = project({**files, "poetry.lock": lock, "pyproject.toml": manifest})
    assert "gevent" in {package.name for package in shop.lock.packages}
    check_decides(shop, "server", "gunicorn", "inferred")


def test_sync_workers_only_where_they_are_set() -> None:
    shop = project({"app.py": FLASK}, packages=["flask 3.0.0", "gunicorn 23.0.0"])
    files = rendered(shop, "server=gunicorn-sync")
    assert 'worker_class = "sync"' in files["gunicorn.conf.py"]
    assert "threads =" not in files["gunicorn.conf.py"]


@pytest.mark.parametrize(
    ("source", "package", "option"),
    [
        (FASTAPI, "uvicorn 0.34.0", "--workers=3"),
        (FASTAPI, "hypercorn 0.17.3", "--workers=3"),
        (FLASK, "granian 2.3.2", "--workers=3"),
        (FLASK, "uwsgi 2.0.30", "--processes=3"),
        (CELERY, "celery 5.4.0", "--concurrency=3"),
    ],
)
def test_a_number_of_workers_reaches_the_server(source: str, package: str, option: str) -> None:
    shop = project({"app.py": source}, packages=["flask 3.0.0", "fastapi 1.0", package])
    assert option in decision(shop, "command", "workers=3").value  # type: ignore[operator]
    assert option not in decision(shop, "command").value  # type: ignore[operator]
    assert "workers-ignored" not in message_codes(shop, "workers=3")


def test_a_number_of_workers_that_nothing_obeys_is_said() -> None:
    shop = project({"app.py": FLASK}, packages=["flask 3.0.0", "waitress 3.0.0"])
    assert "workers-ignored" in message_codes(shop, "workers=3")
    assert "workers-ignored" not in message_codes(shop)


def test_a_server_that_nothing_brings_is_said() -> None:
    shop = project({"app.py": FLASK}, packages=["flask 3.0.0"])
    assert "server-missing" in message_codes(shop, "server=waitress")
    assert "server-missing" not in message_codes(shop, "server=gunicorn")


def test_apache_is_set_up_when_the_image_is_built() -> None:
    shop = project({"app.py": FLASK_FACTORY}, packages=["flask 3.0.0", "mod-wsgi 5.0.2"])
    files = rendered(shop, "workers=2")
    assert files["docker/application.wsgi"].endswith("from app import create_app\n\napplication = create_app()\n")
    setup = files["Dockerfile"].partition("RUN mod_wsgi-express setup-server docker/application.wsgi")[2]
    assert "--port=5000 \\\n" in setup
    assert "--processes=2\n" in setup
    assert "STOPSIGNAL SIGWINCH\n" in setup


@pytest.mark.parametrize(("package", "name"), [("waitress 3.0.2", "waitress_server.py"), ("gunicorn 23.0.0", "")])
def test_a_server_starts_from_its_own_file(package: str, name: str) -> None:
    files = rendered(project({"app.py": FLASK_FACTORY}, packages=["flask 3.0.0", package]))
    written = {path.removeprefix("docker/") for path in files if path.endswith(("_server.py", ".wsgi", "_point.py"))}
    assert written == ({name} if name else set())
    for path in written:
        compile(files[f"docker/{path}"], path, "exec")
        assert "create_server(create_app(), listen=" in files[f"docker/{path}"]
