"""What a database runs when its volume is new: taken over from a hand-written Compose file, or told."""

from __future__ import annotations

import pytest
from ruamel.yaml import YAML

from scaffolder.model.project import Project
from tests.blueprints.rendered import rendered
from tests.helpers import SCRIPT, message_codes, project

TABLE = "-- the tables of the app\nCREATE TABLE notes (id int);\n"
GRANT = "GRANT ALL ON notes TO shopkeeper;\n"


def shop(
    text: str = TABLE,
    volume: str = "./db/init.sql:/docker-entrypoint-initdb.d/1.sql",
    account: str = "POSTGRES_USER: shopkeeper",
    name: str = "docker-compose.yml",
) -> Project:
    compose = (
        "services:\n  web:\n    build: .\n"
        f"  db:\n    image: postgres:17\n    environment:\n      {account}\n    volumes:\n      - {volume}\n"
    )
    files = {"main.py": "import psycopg2\n" + SCRIPT, "db/init.sql": text, name: compose}
    return project(files, packages=["psycopg2 2.9.0"])


def volumes(made: Project) -> list[str]:
    services = YAML(typ="safe").load(rendered(made)["compose.yaml"])["services"]
    return list(services["postgres"]["volumes"][1:])


@pytest.mark.parametrize(
    ("volume", "expected"),
    [
        (
            "./db/init.sql:/docker-entrypoint-initdb.d/1.sql",
            "./db/init.sql:/docker-entrypoint-initdb.d/1.sql:ro",
        ),
        ("./db:/docker-entrypoint-initdb.d/:ro", "./db:/docker-entrypoint-initdb.d:ro"),
        (
            "{type: bind, source: ./db/init.sql, target: /docker-entrypoint-initdb.d/init.sql}",
            "./db/init.sql:/docker-entrypoint-initdb.d/init.sql:ro",
        ),
    ],
)
def test_it_runs_what_the_hand_written_file_runs(volume: str, expected: str) -> None:
    made = shop(volume=volume)
    assert volumes(made) == [expected]
    assert "init-script-left" not in message_codes(made)


@pytest.mark.parametrize(
    "volume",
    [
        "./db/other.sql:/docker-entrypoint-initdb.d/1.sql",
        "../db/init.sql:/docker-entrypoint-initdb.d/1.sql",
        "./db/init.sql:/scripts/1.sql",
        "init:/docker-entrypoint-initdb.d",
        "'./db/$X.sql:/docker-entrypoint-initdb.d/1.sql'",
    ],
)
def test_what_is_no_script_of_the_project(volume: str) -> None:
    made = shop(volume=volume)
    assert volumes(made) == []
    assert "init-script-left" not in message_codes(made)


@pytest.mark.parametrize(
    ("text", "account"),
    [
        (GRANT, "POSTGRES_USER: shopkeeper"),
        ("CREATE DATABASE app;\n", "POSTGRES_USER: shopkeeper"),
        ("CREATE DATABASE app;\n", "TZ: UTC"),
    ],
)
def test_a_script_that_names_what_is_called_otherwise_here_is_told(text: str, account: str) -> None:
    made = shop(text, account=account)
    assert volumes(made) == []
    assert "init-script-left" in message_codes(made)


def test_the_same_names_are_none_that_are_called_otherwise() -> None:
    assert volumes(shop("GRANT ALL ON notes TO app;\n", account="POSTGRES_USER: app"))


def test_a_file_that_scaffold_replaces_says_nothing() -> None:
    made = shop(name="compose.yaml")
    assert volumes(made) == []
