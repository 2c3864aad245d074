"""The command where gunicorn cannot name the application, and of what runs by itself."""

from __future__ import annotations

import pytest

from tests.blueprints.rendered import rendered
from tests.helpers import FLASK, SCRIPT, check_decides, project

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


@pytest.mark.parametrize(
    ("lines", "arguments"),
    [
        ('ENTRYPOINT ["python", "/app/main.py"]\nCMD ["--mode=http"]', ("--mode=http",)),
        ("CMD python -u main.py serve --port 8000", ("serve", "--port", "8000")),
        ("CMD python main.py --reload", ()),
        ("CMD python main.py --level $LEVEL", ()),
        ("CMD python other.py --mode=http", ()),
        ("CMD python main.py --config /etc/shop.ini", ()),
        ("CMD python main.py --config=/etc/shop.ini", ()),
        ("CMD supervise main.py --mode=http", ()),
    ],
)
def test_what_a_container_file_gives_to_a_script(lines: str, arguments: tuple[str, ...]) -> None:
    shop = project({"main.py": SCRIPT, "Dockerfile": f"FROM a\n{lines}\n"}, packages=["mcp 1.0.0"])
    check_decides(shop, "command", ("python", "main.py", *arguments), "inferred")


def test_what_a_container_file_gives_to_a_module() -> None:
    files = {"shop/__init__.py": "", "shop/__main__.py": SCRIPT, "Dockerfile": "FROM a\nCMD python -m shop --http\n"}
    shop = project(files, packages=["mcp 1.0.0"])
    check_decides(shop, "command", ("python", "-m", "shop", "--http"), "inferred", "Dockerfile:2")


@pytest.mark.parametrize(
    "command", ["python launch main:app", "python -X dev serve.py main:app", "python -u run main:app"]
)
def test_what_a_container_file_gives_to_another_program_is_left(command: str) -> None:
    shop = project({"main.py": FLASK, "Dockerfile": f"FROM a\nCMD {command}\n"}, packages=["flask 3.0.0"])
    check_decides(shop, "command", ("python", "-m", "main"), "inferred", settings=("server=none",))
