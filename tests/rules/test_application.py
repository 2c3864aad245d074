"""What runs, its framework, and the folders it imports from."""

from __future__ import annotations

import pytest

from scaffolder.model.project import Project
from tests.helpers import (
    CELERY,
    FASTAPI,
    FLASK,
    FLASK_FACTORY,
    SCRIPT,
    check_decides,
    check_open,
    inferred,
    project,
)

WEB = ("fastapi 0.115.0", "flask 3.0.0", "celery 5.4.0", "streamlit 1.40.0", "django 5.1")
MANAGE = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n"
WSGI = "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"
SERVES_ITSELF = (
    "from http.server import HTTPServer, BaseHTTPRequestHandler\n"
    "if __name__ == '__main__':\n    HTTPServer(('', 9090), BaseHTTPRequestHandler).serve_forever()\n"
)
CONSOLE = '[tool.poetry.scripts]\nshop = "shop.cli:main"\nother = "shop.cli:other"\n'

#: Files, more of pyproject.toml, the application, its framework, and the evidence.
CASES = {
    "object": ({"shop/main.py": FASTAPI}, "", "shop.main:app", "fastapi", "shop/main.py:2"),
    "factory": ({"shop/__init__.py": FLASK_FACTORY}, "", "shop:create_app()", "flask", "create_app() makes a flask"),
    "django": (
        {"manage.py": MANAGE, "site/settings.py": "", "site/wsgi.py": WSGI, "site/__init__.py": ""},
        "",
        "site.wsgi:application",
        "django",
        "manage.py: Django, settings site.settings",
    ),
    "django, one level down": (
        {"back/manage.py": MANAGE, "back/site/settings.py": "", "back/site/wsgi.py": WSGI, "back/site/__init__.py": ""},
        "",
        "site.wsgi:application",
        "django",
        "back/manage.py",
    ),
    "streamlit": (
        {"dash.py": "import streamlit as st\nst.title('x')\n"},
        "",
        "dash.py",
        "streamlit",
        "dash.py: a streamlit script",
    ),
    "serves itself": ({"run.py": SERVES_ITSELF}, "", "run.py", "none", "run.py:3: HTTPServer on port 9090"),
    "worker": ({"shop/tasks.py": CELERY}, "", "shop.tasks:app", "celery", "shop/tasks.py:2"),
    "web before worker": ({"shop/tasks.py": CELERY, "shop/main.py": FLASK}, "", "shop.main:app", "flask", ""),
    "console script of the project's name": (
        {"shop/cli.py": "def main(): ...\n", "shop/__init__.py": ""},
        CONSOLE,
        "shop",
        "none",
        "pyproject.toml tool.poetry.scripts: shop = shop.cli:main",
    ),
    "worker before console script": (
        {"shop/cli.py": "def main(): ...\n", "shop/tasks.py": CELERY},
        CONSOLE,
        "shop.tasks:app",
        "celery",
        "",
    ),
    "console script that cannot be installed": (
        {"main.py": SCRIPT, "cli.py": ""},
        CONSOLE,
        "main.py",
        "none",
        "main.py:1: runs as a script",
    ),
    "script": ({"main.py": SCRIPT, "other.py": SCRIPT}, "", "main.py", "none", "main.py:1"),
    "well-known name": ({"run.py": SCRIPT, "app.py": SCRIPT}, "", "app.py", "none", ""),
    "shallow before deep": ({"other.py": SCRIPT, "deep/main.py": SCRIPT}, "", "other.py", "none", ""),
    "a main module at the top": ({"__main__.py": SCRIPT}, "", "__main__.py", "none", "__main__.py:1"),
    "package": ({"shop/__main__.py": SCRIPT, "shop/__init__.py": ""}, "", "-m shop", "none", "shop/__main__.py:1"),
    "procfile over rank": (
        {"a.py": FLASK, "shop/b.py": FLASK, "Procfile": "web: gunicorn shop.b:app\n"},
        "",
        "shop.b:app",
        "flask",
        "Procfile:1 web: gunicorn shop.b:app",
    ),
    "tests do not count": ({"tests/app.py": FLASK, "main.py": SCRIPT}, "", "main.py", "none", ""),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_application_and_its_framework(case: tuple[dict[str, str], str, str, str, str]) -> None:
    files, manifest, application, framework, evidence = case
    shop = project(files, packages=WEB, manifest=manifest)
    check_decides(shop, "application", application, "inferred", evidence)
    check_decides(shop, "framework", framework, "inferred")


def test_a_framework_that_is_not_locked_cannot_run() -> None:
    check_decides(project({"app.py": FLASK + SCRIPT}), "application", "app.py", "inferred")


def test_equal_candidates_stay_open_with_every_candidate() -> None:
    shop = project({"a.py": FLASK, "b.py": FLASK}, packages=WEB)
    check_open(shop, "application", "a:app", "b:app")


def test_two_frameworks_are_two_programs() -> None:
    shop = project({"shop/main.py": FLASK, "other/main.py": FASTAPI}, packages=WEB)
    check_open(shop, "application", "other.main:app", "shop.main:app")


def test_two_scripts_of_no_name_stay_open() -> None:
    check_open(project({"one.py": SCRIPT, "two.py": SCRIPT}), "application", "one.py", "two.py")


def test_two_console_scripts_of_other_names_stay_open() -> None:
    scripts = '[tool.poetry.scripts]\none = "shop:one"\ntwo = "shop:two"\n'
    check_open(project({"shop/__init__.py": ""}, manifest=scripts), "application", "one", "two")


def test_nothing_to_run_is_open_without_candidates() -> None:
    check_open(project({"shop/util.py": "x = 1\n"}), "application")


def test_projects_below_are_named_where_nothing_runs() -> None:
    below = {f"{folder}/{name}": "" for folder in ("api", "bot") for name in ("pyproject.toml", "poetry.lock")}
    (item,) = inferred(project(below)).open
    assert item.why.endswith(
        "Poetry projects lie in api, bot: run scaffold in one of them, or scaffold init --set projects=api,bot"
    )


def test_no_more_candidates_are_shown_than_help() -> None:
    shop = project({f"s{number:02}.py": SCRIPT for number in range(20)})
    (item,) = (item for item in inferred(shop).open if item.key.name == "application")
    assert len(item.candidates) == 12


def test_what_follows_from_an_open_decision_is_left_out() -> None:
    inference = inferred(project({"a.py": FLASK, "b.py": FLASK}, packages=WEB))
    names = {decision.key.name for decision in inference.decisions}
    assert [item.key.name for item in inference.open] == ["application"]
    assert {"python", "poetry", "image"} <= names
    assert not {"framework", "server", "command", "port"} & names


@pytest.fixture(scope="module")
def tie() -> Project:
    return project({"a.py": FLASK, "b.py": FLASK}, packages=WEB)


def test_a_flag_settles_a_tie(tie: Project) -> None:
    setting = "application=b:app"
    check_decides(tie, "application", "b:app", "flag", "--set application=b:app", settings=[setting])
    check_decides(tie, "framework", "flask", "inferred", "b.py:2", settings=[setting])


@pytest.mark.parametrize(
    ("application", "framework", "source", "evidence"),
    [
        ("unseen:app", "fastapi", "inferred", "pyproject.toml: fastapi is a dependency"),
        ("unseen.py", "none", "default", "unseen.py runs by itself"),
    ],
)
def test_the_framework_of_an_application_that_was_not_found(
    tie: Project, application: str, framework: str, source: str, evidence: str
) -> None:
    check_decides(tie, "framework", framework, source, evidence, settings=[f"application={application}"])


def test_an_unknown_application_without_a_web_framework_serves_itself() -> None:
    shop = project({"main.py": SCRIPT})
    check_decides(shop, "framework", "none", "default", "no known web", settings=["application=unseen:app"])


def test_import_folders() -> None:
    flat = project({"main.py": FASTAPI}, packages=WEB)
    check_decides(flat, "python-path", (".",), "default", "the project folder")
    nested = project({"src/api/main.py": FASTAPI, "src/api/__init__.py": ""}, packages=WEB)
    check_decides(nested, "python-path", ("src", "."), "inferred", "src/api/main.py imports from src")
