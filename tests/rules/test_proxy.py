"""The proxy, and the static files that it is there for."""

from __future__ import annotations

import pytest
from ruamel.yaml import YAML

from scaffolder.decisions import COMMAND
from scaffolder.model.project import Project
from tests.blueprints.rendered import check_invariants, compose, instructions, rendered
from tests.helpers import FASTAPI, FLASK, SCRIPT, check_decides, inferred, message_codes, project

MANAGE = """
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
"""
ENTRY = """
import os
from django.core.{kind} import get_{kind}_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
application = get_{kind}_application()
"""
STATIC = "INSTALLED_APPS = ['django.contrib.staticfiles']\nSTATIC_URL = 'static/'\n"
ROOT = "from pathlib import Path\nSTATIC_ROOT = Path(__file__).parent.parent / 'staticfiles'\n"
WHITENOISE = "MIDDLEWARE = ['whitenoise.middleware.WhiteNoiseMiddleware']\n"


def django(settings: str, *packages: str, kind: str = "wsgi") -> Project:
    files = {
        "manage.py": MANAGE,
        "shop/__init__.py": "",
        "shop/settings.py": settings,
        f"shop/{kind}.py": ENTRY.format(kind=kind),
    }
    return project(files, packages=["django 5.2", "gunicorn 23.0.0", *packages])


@pytest.mark.parametrize(
    ("settings", "packages", "proxy", "collected", "why"),
    [
        (STATIC + ROOT, (), "nginx", True, "no WhiteNoise"),
        (STATIC + ROOT, ("whitenoise 6.0",), "nginx", True, "no WhiteNoise"),
        (STATIC + ROOT + WHITENOISE, ("whitenoise 6.0",), "none", True, "WhiteNoise serves"),
        (STATIC + ROOT + WHITENOISE, (), "nginx", True, "no WhiteNoise"),
        (STATIC, (), "none", False, "sets no STATIC_ROOT"),
        (ROOT, (), "none", False, "does not name"),
        (STATIC + "STATIC_ROOT = compute()\n", (), "none", False, "STATIC_ROOT cannot be read"),
        (ROOT + STATIC.replace("static/", "https://cdn.example/"), (), "none", False, "STATIC_URL cannot be read"),
        (STATIC + ROOT + "STATICFILES_STORAGE = 'storages.backends.s3.S3Storage'\n", (), "none", False, "elsewhere"),
    ],
)
def test_nginx_serves_what_nothing_else_would(
    settings: str, packages: tuple[str, ...], proxy: str, collected: bool, why: str
) -> None:
    shop = django(settings, *packages)
    source = "inferred" if proxy == "nginx" or "WhiteNoise" in why else "default"
    check_decides(shop, "proxy", proxy, source, why)
    check_decides(shop, "collect-static", collected, "inferred")


@pytest.mark.parametrize(
    ("settings", "warned"),
    [
        (STATIC, True),
        (STATIC + "STATIC_ROOT = compute()\n", True),
        (STATIC + ROOT, False),
        (ROOT, False),
        ("", False),
        (STATIC + ROOT + "STATICFILES_STORAGE = 'storages.backends.s3.S3Storage'\n", False),
    ],
)
def test_static_files_that_nobody_serves_are_told(settings: str, warned: bool) -> None:
    assert ("static-unserved" in message_codes(django(settings))) == warned


def test_without_the_proxy_nothing_is_collected_and_it_is_told() -> None:
    shop = django(STATIC + ROOT)
    check_decides(shop, "collect-static", False, "inferred", "nothing serves", settings=["proxy=none"])
    assert "static-unserved" in message_codes(shop, "proxy=none")


def test_others_need_none() -> None:
    check_decides(project({"app.py": FLASK}, packages=["flask 3.0.0"]), "proxy", "none", "default")
    check_decides(project({"main.py": SCRIPT}), "proxy", "none", "default", "nothing listens")


def test_what_is_collected_goes_from_the_application_to_the_proxy() -> None:
    files = rendered(django(STATIC + ROOT))
    check_invariants(files)
    lines = instructions(files)
    assert ("COPY", "--from=application --chown=101:101 /app/staticfiles /srv/www/static/") in lines
    collecting = next(index for index, (word, rest) in enumerate(lines) if "collectstatic" in rest)
    assert collecting < lines.index(("FROM", "application AS runtime"))
    assert "location /static/ {" in files["docker/nginx.conf"]


@pytest.mark.parametrize(("folder", "made"), [("/var/www/static", True), ("../static", True), ("static", False)])
def test_a_folder_outside_of_the_project_is_made_for_who_collects(folder: str, made: bool) -> None:
    text = rendered(django(f"{STATIC}STATIC_ROOT = {folder!r}\n"))["Dockerfile"]
    (line,) = (line for line in text.splitlines() if "install -d -o app" in line)
    assert (len(line.split(" app ")[-1].split()) == 2 or line.endswith("static")) == made


def test_only_the_proxy_is_published() -> None:
    files = rendered(project({"app.py": FASTAPI}, packages=["fastapi 1.0", "uvicorn 1.0"]), "proxy=nginx")
    services = compose(files)["services"]
    assert list(services) == ["web", "proxy"]
    assert "ports" not in services["web"]
    assert services["proxy"]["ports"] == ["${WEB_PORT:-8000}:8080"]
    assert services["proxy"]["depends_on"] == {"web": {"condition": "service_healthy"}}
    assert services["proxy"]["build"]["target"] == "proxy"
    assert services["proxy"]["read_only"]
    assert "set $web http://web:8000;" in files["docker/nginx.conf"]


def test_it_reaches_no_database() -> None:
    files = {"app.py": FASTAPI + "import redis\nredis.Redis()\n", "ui.py": "import streamlit as st\nst.title('x')\n"}
    shop = project(files, packages=["fastapi 1.0", "uvicorn 1.0", "redis 5.0", "streamlit 1.40"])
    services = compose(rendered(shop, "proxy=nginx", "services=redis"))["services"]
    assert services["proxy"]["networks"] == ["front"]
    assert services["ui"]["ports"] == ["${UI_PORT:-8501}:8501"]


def test_names_of_processes_and_their_ports_stay_apart() -> None:
    shop = project({"app.py": FASTAPI}, packages=["fastapi 1.0", "uvicorn 1.0"])
    files = rendered(shop, "proxy=nginx", "processes=proxy web: python x.py --port 8000")
    services = compose(files)["services"]
    assert list(services) == ["web", "proxy", "proxy-2"]
    assert services["proxy"]["ports"] == ["${PROXY_PORT:-8001}:8000"]
    assert services["proxy-2"]["ports"] == ["${WEB_PORT:-8000}:8080"]


@pytest.mark.parametrize(
    ("server", "application", "words", "variable"),
    [
        ("gunicorn", FLASK, (), "FORWARDED_ALLOW_IPS"),
        ("waitress", FLASK, (), "FORWARDED_ALLOW_IPS"),
        ("uvicorn", FASTAPI, (), "FORWARDED_ALLOW_IPS"),
        ("daphne", FASTAPI, ("--proxy-headers",), ""),
        ("hypercorn", FASTAPI, (), ""),
    ],
)
def test_the_server_believes_the_proxy_alone(
    server: str, application: str, words: tuple[str, ...], variable: str
) -> None:
    shop = project({"app.py": application}, packages=["flask 3.0", "fastapi 1.0", f"{server} 1.0"])
    command = inferred(shop, f"server={server}", "proxy=nginx").decisions[COMMAND]
    bare = inferred(shop, f"server={server}").decisions[COMMAND]
    assert command == (*bare, *words)
    web = compose(rendered(shop, f"server={server}", "proxy=nginx"))["services"]["web"]
    assert list(web.get("environment", {})) == ([variable] if variable else [])
    assert "environment" not in compose(rendered(shop, f"server={server}"))["services"]["web"]
    codes = message_codes(shop, f"server={server}", "proxy=nginx")
    assert ("forwarded-unread" in codes) == (not words and not variable)


def test_apache_believes_it_when_it_is_set_up() -> None:
    shop = project({"app.py": FLASK}, packages=["flask 3.0", "mod-wsgi 5.0"])
    assert "--trust-proxy-header=X-Forwarded-Proto" in rendered(shop, "proxy=nginx")["Dockerfile"]
    assert "--trust-proxy-header" not in rendered(shop)["Dockerfile"]


def test_static_files_of_flask_are_handed_out_where_there_are_any() -> None:
    packages = ["flask 3.0.0", "gunicorn 23.0.0"]
    files = rendered(project({"shop/app.py": FLASK, "shop/static/a.css": ""}, packages=packages), "proxy=nginx")
    check_invariants(files)
    assert ("COPY", "--from=application --chown=101:101 /app/shop/static /srv/www/static/") in instructions(files)
    bare = rendered(project({"shop/app.py": FLASK}, packages=packages), "proxy=nginx")
    assert "location /static/" not in bare["docker/nginx.conf"]
    two = {"a.py": FLASK, "b/c.py": FLASK, "static/a.css": "", "b/static/a.css": ""}
    shop = rendered(project(two, packages=packages), "proxy=nginx", "application=a:app")
    assert ("COPY", "--from=application --chown=101:101 /app/static /srv/www/static/") in instructions(shop)


def test_development_shows_static_files_as_they_are_edited() -> None:
    shop = project({"shop/app.py": FLASK, "shop/static/a.css": ""}, packages=["flask 3.0.0", "gunicorn 23.0.0"])
    override = YAML(typ="safe").load(rendered(shop, "proxy=nginx")["compose.override.yaml"])
    assert override["services"]["proxy"]["volumes"] == ["./shop/static:/srv/www/static/:ro,z"]
    collected = YAML(typ="safe").load(rendered(django(STATIC + ROOT))["compose.override.yaml"])
    assert "proxy" not in collected["services"], "what is collected lies in no folder of the host"


def test_without_a_proxy_there_is_no_trace_of_one() -> None:
    files = rendered(project({"app.py": FLASK}, packages=["flask 3.0.0"]))
    assert "docker/nginx.conf" not in files
    assert "nginx" not in files["Dockerfile"] + files["compose.yaml"]
    assert "application" not in [rest.split(" AS ")[-1] for word, rest in instructions(files) if word == "FROM"]
