"""A plain `docker compose up` develops: edits answer without a build, services are reached from this machine alone."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from .engine import CommandError, run
from .system import System

pytestmark = pytest.mark.docker

#: Seconds in which an edit has to answer.
SECONDS = 20.0


@dataclass(frozen=True)
class Case:
    """A sample project whose health route answers `{"status": "ok"}`, and the file that says so."""

    name: str
    route: str
    file: str
    services: tuple[tuple[str, int], ...]
    #: Paths of what the build made in the project's folder.
    made: tuple[str, ...] = ()


CASES = (
    Case("fastapi-legacy", "/health", "orders/main.py", (("postgres", 5432), ("redis", 6379))),
    Case("django-release", "/healthz", "shelf/views.py", (("postgres", 5432),), made=("/static/library/page.css",)),
)
SETTINGS = {"DJANGO_SECRET_KEY": "for-this-test-only", "POSTGRES_PASSWORD": "for-this-test-only"}


@pytest.fixture(
    scope="module",
    params=[pytest.param(case, id=case.name, marks=pytest.mark.xdist_group(case.name)) for case in CASES],
)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture(scope="module")
def system(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    made = System.make(case.name, tmp_path_factory.mktemp("development") / case.name, SETTINGS)
    made.develops = True
    try:
        made.build()
        made.start()
        yield made
    finally:
        made.remove()


def inspected(system: System, service: str) -> Any:
    """What the engine says about the container of a service."""
    container = system.compose("ps", "--quiet", service).strip()
    return json.loads(run("docker", "inspect", container).stdout)[0]


def sources(system: System) -> list[Any]:
    """The folders of the host that the web service sees."""
    return [mount for mount in inspected(system, "web")["Mounts"] if mount["Type"] == "bind"]


def status(system: System, case: Case) -> str:
    """What the health route says, "" where nothing answers."""
    try:
        return str(json.loads(system.ask(case.route).text)["status"])
    except CommandError:
        return ""


def eventually(system: System, case: Case, expected: str) -> None:
    end = time.monotonic() + SECONDS
    while (found := status(system, case)) != expected:
        assert time.monotonic() < end, f"{found!r}\n{system.logs()}"
        time.sleep(0.3)


def test_an_edit_answers_without_a_build_also_after_one_that_failed(system: System, case: Case) -> None:
    file = system.folder / case.file
    text = file.read_text()
    assert status(system, case) == "ok"
    file.write_text(text.replace('"ok"', '"edited"'))
    eventually(system, case, "edited")
    file.write_text("raise SystemExit(3)\n")
    eventually(system, case, "")
    file.write_text(text.replace('"ok"', '"mended"'))
    eventually(system, case, "mended")


def test_what_the_build_made_is_still_there(system: System, case: Case) -> None:
    assert [system.ask(path).status for path in case.made] == [200] * len(case.made)


def test_services_answer_on_loopback_alone(system: System, case: Case) -> None:
    for service, port in case.services:
        address, _, published = system.compose("port", service, str(port)).strip().rpartition(":")
        assert address == "127.0.0.1"
        socket.create_connection((address, int(published)), timeout=5).close()


def test_the_source_is_seen_and_never_written(system: System) -> None:
    (source,) = sources(system)
    assert source["Source"] == str(system.folder)
    assert not source["RW"]


def test_production_has_neither_the_source_nor_ports_of_services(system: System, case: Case) -> None:
    system.develops = False
    try:
        system.start()
        assert sources(system) == []
        assert not any(inspected(system, service)["HostConfig"]["PortBindings"] for service, _ in case.services)
        assert status(system, case) == "ok", "what the image holds"
    finally:
        system.develops = True
