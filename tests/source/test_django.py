# ruff: noqa: E501 - lines of source in tables
from __future__ import annotations

import pytest

from scaffolder.model.code import Django
from tests.source.project import read

MANAGE = """
import os
import sys
def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "{settings}")
    from django.core.management import execute_from_command_line
    execute_from_command_line(sys.argv)
if __name__ == "__main__":
    main()
"""

ENTRY = """
import os
from django.core.{kind} import get_{kind}_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "{settings}")
application = get_{kind}_application()
"""


def project(files: dict[str, str]) -> Django:
    found = read(files, locked=["django"]).django
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("folder", ["", "backend/", "src/server/"])
def test_the_usual_layout_at_any_depth(folder: str) -> None:
    found = project(
        {
            f"{folder}manage.py": MANAGE.format(settings="shop.settings"),
            f"{folder}shop/__init__.py": "",
            f"{folder}shop/settings.py": """
                INSTALLED_APPS = ["django.contrib.gis"]
                WSGI_APPLICATION = "shop.wsgi.application"
                DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "x"}}
                STATIC_ROOT = "static"
            """,
            f"{folder}shop/wsgi.py": ENTRY.format(kind="wsgi", settings="shop.settings"),
            f"{folder}shop/asgi.py": ENTRY.format(kind="asgi", settings="shop.other"),
        }
    )
    assert found == Django(
        manage=f"{folder}manage.py",
        settings="shop.settings",
        wsgi="shop.wsgi",
        asgi="shop.asgi",
        wsgi_settings="shop.settings",
        asgi_settings="shop.other",
        root=folder.rstrip("/"),
        engines=("postgresql",),
        gis=True,
        static_root=True,
        static_folder="static",
    )


@pytest.mark.parametrize(
    ("folder", "settings", "static"),
    [
        ("", "STATIC_ROOT = BASE_DIR / 'staticfiles'", "staticfiles"),
        ("backend/", "STATIC_ROOT = BASE_DIR / 'staticfiles'", "backend/staticfiles"),
        ("", "STATIC_ROOT = os.path.join(BASE_DIR, 'a', 'b')", "a/b"),
        ("", "STATIC_ROOT = BASE_DIR.parent / 'static'", "../static"),
        ("", "STATIC_ROOT = os.path.join(os.path.dirname(BASE_DIR), 'static')", "../static"),
        ("", "STATIC_ROOT = os.path.join(BASE_DIR, '..', 'static')", "../static"),
        ("backend/", "STATIC_ROOT = BASE_DIR.parent / 'static'", "static"),
        ("", "STATIC_ROOT = '/var/www/static/'", "/var/www/static"),
        ("", "STATIC_ROOT = os.environ.get('STATIC_ROOT', str(BASE_DIR / 'static'))", "static"),
        ("", "STATIC_ROOT = os.environ['STATIC_ROOT']", ""),
        ("", "STATIC_ROOT = compute()", ""),
        ("", "STATIC_ROOT = BASE_DIR", ""),
        ("", "STATIC_ROOT = None", ""),
        ("", "STATIC_ROOT = 'a\\nb'", ""),
    ],
)
def test_where_static_files_are_collected(folder: str, settings: str, static: str) -> None:
    text = "import os\nfrom pathlib import Path\nBASE_DIR = Path(__file__).resolve().parent.parent\n"
    files = {
        f"{folder}manage.py": MANAGE.format(settings="shop.settings"),
        f"{folder}shop/settings.py": text + settings,
    }
    found = project(files)
    assert (found.static_root, found.static_folder) == (True, static)


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ("STATIC_URL = 'static/'", "/static/"),
        ("STATIC_URL = '/assets/v-1/'", "/assets/v-1/"),
        ("STATIC_URL = '/static'", "/static/"),
        ("STATIC_URL = 'https://cdn.example/static/'", ""),
        ("STATIC_URL = '//cdn.example/static/'", ""),
        ("STATIC_URL = '/'", ""),
        ("STATIC_URL = '/a/../b/'", ""),
        ("STATIC_URL = '/a b;}/'", ""),
        ("STATIC_URL = compute()", ""),
        ("", ""),
    ],
)
def test_where_static_files_are_asked_for(settings: str, path: str) -> None:
    found = project({"manage.py": MANAGE.format(settings="shop.settings"), "shop/settings.py": settings})
    assert found.static_path == path


def test_the_settings_that_serve_say_where_static_files_lie() -> None:
    files = {
        "manage.py": MANAGE.format(settings="shop.development"),
        "shop/base.py": "STATIC_URL = '/static/'\n",
        "shop/development.py": "from shop.base import *\nSTATIC_ROOT = 'here'\n",
        "shop/production.py": "from shop.base import *\nSTATIC_ROOT = '/srv/static'\n",
        "shop/wsgi.py": ENTRY.format(kind="wsgi", settings="shop.production"),
    }
    found = project(files)
    assert (found.static_folder, found.static_path) == ("/srv/static", "/static/")


@pytest.mark.parametrize(
    ("engine", "found"),
    [
        ("django_cockroachdb", ("django_cockroachdb",)),
        ("djongo", ("djongo",)),
        ("django.contrib.gis.db.backends.postgis", ("postgis",)),
        ("DB_ENGINE", ()),
    ],
)
def test_an_engine_is_a_module_or_a_package_of_its_own(engine: str, found: tuple[str, ...]) -> None:
    files = {
        "manage.py": MANAGE.format(settings="shop.settings"),
        "shop/settings.py": f"DATABASES = {{'default': {{'ENGINE': '{engine}'}}}}\n",
        "shop/wsgi.py": ENTRY.format(kind="wsgi", settings="shop.settings"),
    }
    assert project(files).engines == found


def test_a_package_of_settings_is_read_through_its_star_imports() -> None:
    found = project(
        {
            "manage.py": MANAGE.format(settings="config.settings.production"),
            "config/settings/__init__.py": "",
            "config/settings/base.py": """
                import environ
                env = environ.Env()
                DATABASES = {"default": env.db("DATABASE_URL", default="mysql://root@db/x")}
            """,
            "config/settings/production.py": "from .base import *\nSTATIC_ROOT = '/static'\n",
            "config/wsgi.py": ENTRY.format(kind="wsgi", settings="config.settings.production"),
        }
    )
    assert (found.engines, found.static_root, found.wsgi, found.asgi) == (("mysql",), True, "config.wsgi", "")


@pytest.mark.parametrize(("serving", "required"), [("production", set()), ("cloud", {"BUCKET", "GS_PROJECT_ID"})])
def test_settings_for_another_occasion_require_nothing(serving: str, required: set[str]) -> None:
    code = read(
        {
            "manage.py": MANAGE.format(settings="config.settings.development"),
            "config/settings/base.py": "",
            "config/settings/development.py": "from .base import *\n",
            f"config/settings/{serving}.py": "from .base import *\n",
            "config/settings/aws.py": "from .base import *\nimport os\nBUCKET = os.environ['BUCKET']\nAWS_S3_ENDPOINT_URL = 'http://s3:9000'\n",
            "config/settings/gcp.py": "from .production import *\nfrom .base import *\nimport os\nX = os.environ['GS_PROJECT_ID']\n",
            "config/wsgi.py": ENTRY.format(kind="wsgi", settings=f"config.settings.{serving}"),
        },
        locked=["django", "boto3"],
    )
    assert {variable.name for variable in code.variables} == {"BUCKET", "GS_PROJECT_ID"}
    assert {variable.name for variable in code.variables if variable.required} == required
    assert bool(code.endpoints) == bool(required)


@pytest.mark.parametrize(
    ("statement", "settings"),
    [
        ("os.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'", "shop.settings"),
        (
            "NAME = 'shop.settings'\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', NAME)",
            "shop.settings",
        ),
        (
            (
                "from decouple import config\n"
                "os.environ.setdefault('DJANGO_SETTINGS_MODULE', config('DJANGO_SETTINGS_MODULE', default='shop.settings'))"
            ),
            "shop.settings",
        ),
        (
            (
                "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.test')\n"
                "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')"
            ),
            "shop.settings",
        ),
        ("os.environ.setdefault('DJANGO_SETTINGS_MODULE', compute())", ""),
    ],
)
def test_ways_to_name_the_settings(statement: str, settings: str) -> None:
    text = f"import os, sys\n{statement}\nfrom django.core.management import execute_from_command_line\n"
    assert project({"manage.py": text}).settings == settings


@pytest.mark.parametrize(
    ("entry", "served"),
    [
        (None, "shop.routing"),
        (ENTRY.format(kind="asgi", settings="shop.settings"), "shop.routing"),
        (
            """
            import django
            from channels.routing import get_default_application
            django.setup()
            application = get_default_application()
            """,
            "shop.asgi",
        ),
    ],
    ids=["none", "of Django alone", "of what the settings name"],
)
def test_which_module_is_served_by_asgi(entry: str | None, served: str) -> None:
    files = {
        "manage.py": MANAGE.format(settings="shop.settings"),
        "shop/settings.py": 'ASGI_APPLICATION = "shop.routing.application"\n',
        "shop/routing.py": "from channels.routing import ProtocolTypeRouter\napplication = ProtocolTypeRouter({})\n",
    }
    assert project(files | ({"shop/asgi.py": entry} if entry else {})).asgi == served


def test_routes_through_includes() -> None:
    code = read(
        {
            "manage.py": MANAGE.format(settings="shop.settings"),
            "shop/settings.py": "ROOT_URLCONF = 'shop.urls'\n",
            "shop/urls.py": """
                from django.contrib.auth.decorators import login_required
                from django.urls import include, path, re_path
                api = [path("ping/", ping)]
                urlpatterns = [
                    path("health/", health),
                    path("users/<int:pk>/", user),
                    path("private/", login_required(private)),
                    re_path(r"^livez$", live),
                    path("api/", include(api)),
                    path("more/", include("shop.more")),
                    path("ht/", include("health_check.urls")),
                ]
                urlpatterns += [path("late/", late)]
            """,
            "shop/more.py": "from django.urls import path\nurlpatterns = [path('', index)]\n",
            "shop/wsgi.py": ENTRY.format(kind="wsgi", settings="shop.settings"),
        },
        locked=["django"],
    )
    assert sorted(route.path for route in code.routes) == [
        "/api/ping/",
        "/health/",
        "/ht/",
        "/late/",
        "/livez",
        "/more/",
    ]
    assert {route.application for route in code.routes} == {"shop.wsgi:application"}


def test_routes_that_include_themselves_come_to_an_end() -> None:
    code = read(
        {
            "manage.py": MANAGE.format(settings="shop.settings"),
            "shop/settings.py": "ROOT_URLCONF = 'shop.urls'\n",
            "shop/urls.py": """
                from django.urls import include, path
                from shop.api import urls as api
                api = [path("", include(api)), path("a", include(api))]
                urlpatterns = [path("health/", health), path("v1/", include(api))]
            """,
        },
        locked=["django"],
    )
    assert [route.path for route in code.routes] == ["/health/"]


def test_another_manage_py_is_no_django() -> None:
    assert read({"manage.py": "import click\n"}).django == ()
