"""The health check of an image."""

from __future__ import annotations

import json

import pytest

from tests.answers.made import target
from tests.helpers import FASTAPI, SCRIPT


def test_the_health_check_follows_the_port_where_the_server_does() -> None:
    health = "@app.get('/health')\ndef f(): ...\n"
    follows = str(target({"main.py": FASTAPI + health}, "server=gunicorn-uvicorn")["health_command"])
    fixed = str(target({"main.py": FASTAPI + health}, "server=uvicorn")["health_command"])
    assert "os.environ.get('PORT', '8000')" in follows
    assert "127.0.0.1:8000/health" in fixed
    assert "PORT" not in fixed


@pytest.mark.parametrize("check", ["/health", "tcp"])
@pytest.mark.parametrize("server", ["uvicorn", "gunicorn-uvicorn"])
def test_the_health_check_is_python(check: str, server: str) -> None:
    words = json.loads(str(target({"main.py": FASTAPI}, f"health-check={check}", f"server={server}")["health_command"]))
    assert words[:2] == ["python", "-c"]
    compile(words[2], "health", "exec")


def test_nothing_to_ask_where_nothing_listens() -> None:
    given = target({"main.py": SCRIPT})
    assert (given["port"], given["has_health_check"]) == (0, False)
