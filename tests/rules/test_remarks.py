"""The messages beside the decisions."""

from __future__ import annotations

from scaffolder.model.message import Level
from tests.helpers import FLASK, SCRIPT, inferred, message_codes, project, project_files

MAIN = {"main.py": SCRIPT}


def test_a_healthy_project_has_none() -> None:
    assert message_codes(project(MAIN, packages=["rich 13.0.0"])) == []


def test_a_stale_lock() -> None:
    lock = project_files(MAIN)["poetry.lock"]
    stale = project(MAIN | {"poetry.lock": lock}, packages=["rich 13.0.0"])
    assert message_codes(stale) == ["stale-lock", "not-locked"]
    message = inferred(stale).messages[0]
    assert (message.level, message.hint) == (Level.WARNING, "Run: poetry lock")
    assert "rich" in inferred(stale).messages[1].text


def test_an_end_of_life_python() -> None:
    assert message_codes(project(MAIN, python="~3.9")) == ["end-of-life-python"]
    assert message_codes(project(MAIN), "python=3.9") == ["end-of-life-python"]


def test_a_lock_without_hashes() -> None:
    lock = project_files(MAIN, packages=["rich 13.0.0"])["poetry.lock"]
    start = lock.index("files = [")
    bare = lock[:start] + "files = []" + lock[lock.index("\n]", start) + 2 :]
    (message,) = inferred(project(MAIN | {"poetry.lock": bare}, packages=["rich 13.0.0"])).messages
    assert message.code == "no-hashes"
    assert "rich" in message.text


def test_a_server_that_is_not_locked() -> None:
    shop = project({"app.py": FLASK}, packages=["flask 3.0.0"])
    (message,) = inferred(shop).messages
    assert (message.level, message.code) == (Level.INFO, "server-not-locked")
    assert message.hint == "Make it part of the lock: poetry add gunicorn"


def test_a_server_on_the_loopback_address() -> None:
    source = (
        "from http.server import HTTPServer, BaseHTTPRequestHandler\n"
        "if __name__ == '__main__':\n    HTTPServer(('127.0.0.1', 9090), BaseHTTPRequestHandler).serve_forever()\n"
    )
    assert message_codes(project({"run.py": source})) == ["loopback"]
    assert message_codes(project({"run.py": source.replace("127.0.0.1", "0.0.0.0")})) == []  # noqa: S104 - source code


def test_a_compose_file_that_ours_hides() -> None:
    (message,) = inferred(project(MAIN | {"docker-compose.yml": "services: {}\n"})).messages
    assert message.code == "hidden-compose-file"
    assert "docker compose -f docker-compose.yml up" in message.hint


def test_of_two_compose_files_the_one_that_compose_read_is_named() -> None:
    both = {"docker-compose.yaml": "services: {}\n", "docker-compose.yml": "services: {}\n"}
    (message,) = inferred(project(MAIN | both)).messages
    assert "docker compose -f docker-compose.yml up" in message.hint


def test_other_projects_below() -> None:
    others = {f"{folder}/{name}": "" for folder in ("bot", "examples/x") for name in ("pyproject.toml", "poetry.lock")}
    (message,) = inferred(project(MAIN | others)).messages
    assert message.code == "projects-below"
    assert message.hint.endswith("scaffold init --set projects=bot")
