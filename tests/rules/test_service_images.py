from __future__ import annotations

import pytest

from scaffolder.decisions import SERVICE_IMAGES
from scaffolder.knowledge.services import SERVICES
from tests.helpers import SCRIPT, check_decides, inferred, project

POSTGRES = "import psycopg2\n" + SCRIPT
SETTINGS = (
    "SECRET_KEY = 'x'\nROOT_URLCONF = 'shop.urls'\nINSTALLED_APPS = [{app}]\n"
    "DATABASES = {{'default': {{'ENGINE': 'django.db.backends.{engine}'}}}}\n"
)
MANAGE = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n" + SCRIPT


def images(*arguments: str, files: dict[str, str], packages: list[str]) -> dict[str, str]:
    made = project(files, packages=packages)
    return {item.service: item.image for item in inferred(made, *arguments).decisions[SERVICE_IMAGES]}


def test_a_service_runs_the_image_of_the_table() -> None:
    shop = project({"main.py": POSTGRES}, packages=["psycopg2 2.9.0"])
    (found,) = inferred(shop).decisions[SERVICE_IMAGES]
    assert found.image == SERVICES["postgres"].image


def test_no_service_has_no_image() -> None:
    check_decides(project({"main.py": SCRIPT}), "service-images", (), "default", "no services")


def test_pgvector_is_in_the_image_of_a_project_that_uses_it() -> None:
    shop = project(
        {"main.py": "import psycopg2\nfrom pgvector.psycopg2 import register_vector\n" + SCRIPT},
        packages=["psycopg2 2.9.0", "pgvector 0.4.0"],
    )
    (found,) = inferred(shop).decisions[SERVICE_IMAGES]
    assert found.image.startswith("pgvector/pgvector:")
    check_decides(shop, "service-images", (found,), "inferred", "postgres: main.py:2: import pgvector")


@pytest.mark.parametrize(("app", "engine"), [("'django.contrib.gis'", "postgresql"), ("", "postgis")])
def test_geodjango_gets_postgis(app: str, engine: str) -> None:
    engine = engine if engine == "postgresql" else "postgis"
    settings = SETTINGS.format(app=app, engine=engine).replace("db.backends.postgis", "contrib.gis.db.backends.postgis")
    files = {"manage.py": MANAGE, "shop/__init__.py": "", "shop/settings.py": settings}
    found = images(files=files, packages=["django 5.1.0", "psycopg2 2.9.0"])
    assert found["postgres"].startswith("postgis/postgis:")


def test_an_image_that_is_set_leaves_the_others() -> None:
    files = {"main.py": "import psycopg2, redis\n" + SCRIPT}
    found = images(
        "service-images=postgres=postgres:16-alpine", files=files, packages=["psycopg2 2.9.0", "redis 5.0.0"]
    )
    assert found == {"postgres": "postgres:16-alpine", "redis": SERVICES["redis"].image}


def test_an_image_of_a_service_that_is_not_there_is_not_used() -> None:
    assert images("service-images=redis=redis:7", files={"main.py": SCRIPT}, packages=[]) == {}
