"""The tables of a SQLite database that lies among the code."""

from __future__ import annotations

import pytest

from scaffolder.model.project import Project
from tests.blueprints.rendered import instructions, rendered
from tests.helpers import check_decides, inferred, project

MANAGE = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_.settings')\n"
SERVING = "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"
AMONG_THE_CODE = "BASE_DIR / 'db.sqlite3'"


def site(name: str = AMONG_THE_CODE, engine: str = "sqlite3", files: tuple[str, ...] = ()) -> Project:
    settings = (
        "import os\nfrom pathlib import Path\nBASE_DIR = Path(__file__).resolve().parent.parent\n"
        "SECRET_KEY = os.environ['SECRET_KEY']\n"
        f"DATABASES = {{'default': {{'ENGINE': 'django.db.backends.{engine}', 'NAME': {name}}}}}\n"
    )
    sources = {"manage.py": MANAGE, "site_/settings.py": settings, "site_/wsgi.py": SERVING, "site_/__init__.py": ""}
    packages = ["django 5.1", "psycopg2-binary 2.9.9"]
    return project({**sources, **dict.fromkeys(files, "")}, packages=packages)


def codes(found: Project) -> set[str]:
    return {message.code for message in inferred(found).messages}


def test_the_build_makes_the_tables_and_a_warning_says_that_they_do_not_last() -> None:
    check_decides(site(), "migrate-in-build", True, "inferred", "sqlite3")
    assert "database-in-image" in codes(site())
    assert "migrations-left" not in codes(site())
    runs = [rest for word, rest in instructions(rendered(site())) if word == "RUN"]
    migrating = [run for run in runs if "manage.py migrate" in run]
    assert len(migrating) == 1
    assert "SECRET_KEY=" in migrating[0]


@pytest.mark.parametrize(
    ("found", "source"),
    [
        pytest.param(site("BASE_DIR / 'data' / 'db.sqlite3'"), "default", id="in a volume"),
        pytest.param(site("'shop'", "postgresql"), "default", id="a service"),
        pytest.param(site(files=("db.sqlite3",)), "inferred", id="brought by the repository"),
    ],
)
def test_no_tables_are_made_where_the_database_is_elsewhere(found: Project, source: str) -> None:
    check_decides(found, "migrate-in-build", False, source)
    assert "database-in-image" not in codes(found)


def test_it_can_be_turned_off() -> None:
    files = rendered(site(), "migrate-in-build=false")
    assert "manage.py migrate" not in files["Dockerfile"]
