"""nginx in front of gunicorn: the model server once more, served in another way."""

from __future__ import annotations

import json
import shutil
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import PROJECTS

from .engine import run
from .system import System

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("proxy")]

SETTINGS = ("groups=main,gunicorn", "server=gunicorn", "proxy=nginx", "image=model-server-behind-nginx")
FLOWER = {"sepal_length": 6.7, "sepal_width": 3.1, "petal_length": 5.6, "petal_width": 2.4}

#: The development environment holds it, beside the interpreter.
HADOLINT = str(Path(sys.executable).with_name("hadolint"))


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    folder = tmp_path_factory.mktemp("proxy") / "model-server"
    shutil.copytree(PROJECTS / "model-server", folder, ignore=shutil.ignore_patterns("__pycache__"))
    options = [word for setting in SETTINGS for word in ("--set", setting)]
    system = System.initialise("proxy", folder, {}, *options)
    system.compose("build", seconds=600)
    yield system
    system.remove()


@pytest.fixture
def running(system: System) -> System:
    system.start()
    return system


def test_the_files_are_clean(system: System) -> None:
    run(HADOLINT, "--no-color", str(system.folder / "Dockerfile"))
    for target in ((), ("--target", "proxy")):
        assert "no warnings found" in run(*system.build_command, *target, "--check", cwd=system.folder).stdout


def test_only_nginx_is_published_and_hands_on(running: System) -> None:
    assert [name for name, service in running.services.items() if "ports" in service] == ["proxy"]
    assert json.loads(running.ask("/predict", FLOWER).text)["species"] == "virginica"
    query = "&".join(f"{name}={value}" for name, value in FLOWER.items())
    assert json.loads(running.ask(f"/predict?{query}").text)["species"] == "virginica"
    assert running.ask("/predict", {}).status == 400
    assert "Irises" in running.ask("/apidocs/").text
    assert running.ask("/nginx-health").text == "ok\n"


def test_static_files_never_reach_the_application(running: System) -> None:
    reply = running.ask("/static/page.css")
    assert ("sans-serif" in reply.text, reply.headers["Cache-Control"]) == (True, "public, max-age=60")
    assert running.ask("/static/missing.css").status == 404
    printed = running.logs()
    assert 'GET /static/page.css HTTP/1.1" 200' in printed
    (line,) = {line.partition(" | ")[2] for line in printed.splitlines() if "/static/page.css" in line}
    assert 'web="-"' in line, "nginx asked nobody"
    assert 'GET /static/missing.css HTTP/1.1" 404' in printed


def test_the_application_sees_the_client_and_its_scheme(running: System) -> None:
    _, _, port = running.compose("port", "proxy", "8080").strip().rpartition(":")
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/client", headers=headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        seen = json.load(response)
    assert seen == {"scheme": "https", "host": f"127.0.0.1:{port}"}
    assert "192.0.2.1" not in running.logs()


def test_it_runs_with_nothing_to_write_to_and_as_nobody(running: System) -> None:
    inside = ("exec", "--no-TTY", "proxy")
    assert running.compose(*inside, "id", "-u").strip() == "101"
    assert "nginx.pid" in running.compose(*inside, "ls", "/tmp")
    with pytest.raises(AssertionError, match="Read-only"):
        running.compose(*inside, "touch", "/etc/nginx/x")


def test_a_new_container_at_another_address_is_found(running: System) -> None:
    running.compose("rm", "--stop", "--force", "web")
    running.compose("run", "--detach", "--no-deps", "web", "sleep", "300")  # takes the address
    running.compose("up", "--detach", "--no-deps", "web")
    deadline = time.monotonic() + 30
    while running.ask("/health").status != 200 and time.monotonic() < deadline:
        time.sleep(0.5)
    assert running.ask("/health").status == 200, running.logs()


@pytest.mark.parametrize("stopped", ["proxy", "web"])
def test_a_request_under_way_is_answered_and_it_comes_back(running: System, stopped: str) -> None:
    with ThreadPoolExecutor() as threads:
        slow = threads.submit(running.ask, "/slow")
        time.sleep(0.7)
        seconds, code = running.stop(stopped)
        assert (slow.result().status, "done" in slow.result().text) == (200, True), running.logs()
    assert code == 0, running.logs()
    assert 1 < seconds < 8, "as long as the request takes, and not until it is killed"
    running.start()
    running.compose("restart")
    running.start()
    assert running.ask("/health").status == 200
