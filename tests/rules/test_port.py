"""The port, and the health check that asks it."""

from __future__ import annotations

import pytest

from tests.helpers import CELERY, FASTAPI, FLASK, SCRIPT, check_decides, project

RUN = "\nif __name__ == '__main__':\n    {}\n"
UVICORN = FASTAPI.replace("from", "import uvicorn\nfrom", 1)
PACKAGES = ("fastapi 1.0", "uvicorn 0.34.0", "flask 3.0.0", "celery 5.4.0", "streamlit 1.40.0")
STREAMLIT = "import streamlit as st\nst.title('x')\n"

CASES = {
    "the framework's default": ({"app.py": FASTAPI}, 8000, "default", "the default of fastapi"),
    "its own file": (
        {"app.py": UVICORN + RUN.format("uvicorn.run(app, port=8123)")},
        8123,
        "inferred",
        "app.py:6: uvicorn",
    ),
    "flask's run": ({"app.py": FLASK + RUN.format("app.run(port=5555)")}, 5555, "inferred", "app.run"),
    "the only one named": (
        {"app.py": FASTAPI, "serve.py": "import uvicorn\nuvicorn.run('app:app', port=8200)\n"},
        8200,
        "inferred",
        "serve.py:2",
    ),
    "two named elsewhere": (
        {
            "app.py": FASTAPI,
            "one.py": "import uvicorn\nuvicorn.run('app:app', port=8201)\n",
            "two.py": "import uvicorn\nuvicorn.run('app:app', port=8202)\n",
        },
        8000,
        "default",
        "the default of fastapi",
    ),
    "procfile": (
        {"app.py": FASTAPI, "Procfile": "release: x --port 1234\nweb: uvicorn app:app --port 8300\n"},
        8300,
        "inferred",
        "Procfile:2 web",
    ),
    "procfile with a default": (
        {"app.py": FLASK, "Procfile": "web: gunicorn -b 0.0.0.0:${PORT:-8400} app:app\n"},
        8400,
        "inferred",
        "Procfile:1",
    ),
    "procfile with no port": (
        {"app.py": FLASK, "Procfile": "web: gunicorn app:app -b :$PORT\n"},
        5000,
        "default",
        "flask",
    ),
    "procfile with nonsense": (
        {"app.py": FLASK, "Procfile": "web: gunicorn app:app -b :99999\n"},
        5000,
        "default",
        "flask",
    ),
    "streamlit's own configuration": (
        {"app.py": STREAMLIT, ".streamlit/config.toml": "[server]\nport = 8600\n"},
        8600,
        "inferred",
        ".streamlit/config.toml server.port",
    ),
    "a worker": ({"app.py": CELERY}, 0, "default", "a worker does not listen"),
    "a script": ({"main.py": SCRIPT}, 0, "default", "nothing in the code listens"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_port(case: tuple[dict[str, str], int, str, str]) -> None:
    files, port, source, evidence = case
    check_decides(project(files, packages=PACKAGES), "port", port, source, evidence)


def test_port_by_flag() -> None:
    shop = project({"app.py": FASTAPI}, packages=PACKAGES)
    check_decides(shop, "port", 9000, "flag", "--set port=9000", settings=["port=9000"])
    check_decides(
        shop, "command", ("uvicorn", "app:app", "--host=0.0.0.0", "--port=9000"), "inferred", settings=["port=9000"]
    )
    check_decides(shop, "health-check", "none", "default", "nothing listens", settings=["port=none"])


ROUTE = "@app.get('{}')\ndef answer():\n    return 1\n"

HEALTH = {
    "route": ({"app.py": FASTAPI + ROUTE.format("/health")}, "/health", "inferred", "app.py:3: GET /health"),
    "preferred": (
        {"app.py": FASTAPI + ROUTE.format("/ping") + ROUTE.format("/healthz")},
        "/healthz",
        "inferred",
        "healthz",
    ),
    "none": ({"app.py": FASTAPI + ROUTE.format("/items")}, "tcp", "default", "no health route was found"),
    "of another application": (
        {
            "app.py": FASTAPI,
            "admin/panel.py": FASTAPI.replace("app =", "other =") + "@other.get('/health')\ndef f(): ...\n",
        },
        "tcp",
        "default",
        "",
    ),
    "streamlit": ({"app.py": STREAMLIT}, "/_stcore/health", "inferred", "streamlit answers there"),
    "worker": ({"app.py": CELERY}, "ping", "inferred", "inspect ping"),
    "worker over SQL": ({"app.py": f"{CELERY}B = f'sqla+sqlite:///{{x}}'\n"}, "none", "default", "nothing listens"),
    "worker over SQS": ({"app.py": f"{CELERY}app.conf.broker_url = 'sqs://'\n"}, "none", "default", "nothing listens"),
}


@pytest.mark.parametrize("case", HEALTH.values(), ids=HEALTH)
def test_health_check(case: tuple[dict[str, str], str, str, str]) -> None:
    files, path, source, evidence = case
    check_decides(project(files, packages=PACKAGES), "health-check", path, source, evidence)


@pytest.mark.parametrize(("release", "path"), [("1.17.0", "/healthz"), ("1.18.0", "/_stcore/health")])
def test_streamlit_moved_its_health_check(release: str, path: str) -> None:
    shop = project({"app.py": STREAMLIT}, packages=[f"streamlit {release}"])
    check_decides(shop, "health-check", path, "inferred", "streamlit answers there")


def test_django_may_refuse_the_host() -> None:
    files = {
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n",
        "site/settings.py": "ROOT_URLCONF = 'site.urls'\n",
        "site/urls.py": "from django.urls import path\nurlpatterns = [path('health', lambda request: None)]\n",
        "site/wsgi.py": "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
        "site/__init__.py": "",
    }
    check_decides(project(files, packages=["django 5.1"]), "health-check", "tcp", "default", "ALLOWED_HOSTS")
