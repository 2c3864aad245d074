"""The command where gunicorn cannot name the application: a module of our own stands between them."""

from __future__ import annotations

from tests.blueprints.rendered import rendered
from tests.helpers import FLASK, check_decides, project

DASH = "import dash\napp = dash.Dash(__name__)\n"
PACKAGES = ["dash 2.18.0", "flask 3.0.0", "gunicorn 23.0.0"]
OWN = "workers = 1\n"


def test_an_attribute_of_an_object() -> None:
    shop = project({"shop/board.py": DASH, "shop/__init__.py": ""}, packages=PACKAGES)
    check_decides(shop, "application", "shop.board:app.server", "inferred")
    check_decides(
        shop,
        "command",
        ("gunicorn", "--config", "gunicorn.conf.py", "entry_point:application"),
        "inferred",
    )
    text = rendered(shop)["docker/entry_point.py"]
    assert "PYTHONPATH=/app:/app/docker" in rendered(shop)["Dockerfile"].replace('"', "")
    assert "from shop.board import app\n" in text
    assert text.endswith("application = app.server\n")


def test_beside_a_configuration_of_the_users_own() -> None:
    shop = project({"board.py": DASH, "gunicorn.conf.py": OWN}, packages=PACKAGES)
    check_decides(
        shop,
        "command",
        (
            "gunicorn",
            "--bind=0.0.0.0:8050",
            "--worker-class=gthread",
            "entry_point:application",
        ),
        "inferred",
        "the project's own",
    )


def test_a_plain_name_needs_no_such_module() -> None:
    shop = project({"app.py": FLASK}, packages=PACKAGES)
    check_decides(shop, "command", ("gunicorn", "--config", "gunicorn.conf.py", "app:app"), "inferred")
    assert "docker/entry_point.py" not in rendered(shop)
