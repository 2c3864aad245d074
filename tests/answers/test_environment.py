"""The variables that Compose hands to a process."""

from __future__ import annotations

import json

from tests.answers.made import made
from tests.helpers import FLASK


def environment(source: str, *settings: str) -> dict[str, str]:
    found = made({"main.py": source}, *settings)
    processes = found["processes"]
    assert isinstance(processes, list)
    assert all(process["environment"] == processes[0]["environment"] for process in processes)
    return {item["name"]: json.loads(item["value"]) for item in processes[0]["environment"]}


def test_compose_asks_for_what_the_application_needs_at_its_start() -> None:
    source = (
        "import os\na = os.environ['NEEDED']\nn = int(os.environ['NUMBER'])\nb = os.environ['SECRET_KEY']\n"
        "c = os.environ.get('OTHER')\n"
        "d = os.getenv('DEFAULT', 'x')\n" + FLASK + "\ndef later():\n    return os.environ['LATER']\n"
    )
    assert environment(source, "processes=worker: python main.py") == {
        "NEEDED": "${NEEDED?set it in .env}",
        "NUMBER": "${NUMBER:?set it in .env}",
        "SECRET_KEY": "${SECRET_KEY:?run `scaffold env`, or set it in .env}",
    }


def test_a_port_that_the_code_insists_on_is_the_one_that_is_decided() -> None:
    assert environment("import os\np = os.environ['PORT']\n" + FLASK, "port=9000") == {"PORT": "9000"}
    assert environment("import os\np = os.environ.get('PORT', '1')\n" + FLASK, "port=9000") == {}


def test_a_variable_of_a_service_is_given_its_address_not_asked_for() -> None:
    found = environment("import os, redis\nr = os.environ['REDIS_URL']\n" + FLASK, "services=redis")
    assert found == {"REDIS_URL": "${REDIS_URL:-redis://redis:6379/0}"}
