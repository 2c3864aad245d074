"""Every server on one project: it answers, finishes the request under way when it is stopped, and comes back."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scaffolder.knowledge.servers import SERVERS

from .system import System

pytestmark = pytest.mark.docker

#: Its lock holds all of them, so that the images share every layer but the last.
PROJECT = Path(__file__).with_name("servers")

#: Interface → the application that speaks it.
APPLICATIONS = {"wsgi": "wsgi:app", "asgi": "asgi:app"}

#: Exit codes of a server that has ended by itself: uvicorn sends itself the signal again when all is done.
ENDED = (0, 143)

WEB = [name for name, server in SERVERS.items() if server.interfaces[0] in APPLICATIONS]


@pytest.fixture(params=WEB)
def system(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[System]:
    folder = tmp_path / "servers"
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns("__pycache__"))
    application = APPLICATIONS[SERVERS[request.param].interfaces[0]]
    settings = ("--set", f"server={request.param}", "--set", f"application={application}")
    system = System.initialise(f"server-{request.param}", folder, {}, *settings)
    yield system
    system.remove()


def test_it_answers_finishes_and_comes_back(system: System) -> None:
    system.compose("build", seconds=600)
    system.start()
    assert system.ask("/").text == "quick"
    with ThreadPoolExecutor() as threads:
        slow = threads.submit(system.ask, "/slow")
        time.sleep(0.7)
        seconds, code = system.stop("web")
        assert (slow.result().status, slow.result().text) == (200, "slow"), system.logs()
    assert code in ENDED, system.logs()
    assert 1 < seconds < 8, "as long as the request takes, and not until it is killed"
    system.start()
    system.compose("restart", "web")
    system.start()
    assert system.ask("/").text == "quick"
