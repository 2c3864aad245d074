"""A plain `docker compose up` develops: edits answer without a build, services are reached from this machine alone."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from .engine import CommandError, run
from .system import System

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("fastapi-legacy")]

#: Seconds in which an edit has to answer.
SECONDS = 20.0


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    settings = {"POSTGRES_PASSWORD": "for-this-test-only"}
    made = System.make("fastapi-legacy", tmp_path_factory.mktemp("development") / "orders", settings)
    made.develops = True
    try:
        made.build()
        made.start()
        yield made
    finally:
        made.remove()


def mounts(system: System, service: str) -> list[dict[str, Any]]:
    """The folders of the host that a running service sees."""
    container = system.compose("ps", "--quiet", service).strip()
    found = json.loads(run("docker", "inspect", "--format", "{{json .Mounts}}", container).stdout)
    return [mount for mount in found if mount["Type"] == "bind"]


def eventually(system: System, expected: str) -> None:
    """Wait until the health route answers with that text, "" for no answer at all."""
    end = time.monotonic() + SECONDS
    while (status := said(system)) != expected:
        assert time.monotonic() < end, f"{status!r}\n{system.logs()}"
        time.sleep(0.3)


def said(system: System) -> str:
    try:
        return str(json.loads(system.ask("/health").text)["status"])
    except CommandError:
        return ""


def test_an_edit_answers_without_a_build(system: System) -> None:
    assert said(system) == "ok"
    main = system.folder / "orders" / "main.py"
    main.write_text(main.read_text().replace('"ok"', '"edited"'))
    eventually(system, "edited")


def test_an_edit_that_fails_waits_for_the_next(system: System) -> None:
    main = system.folder / "orders" / "main.py"
    good = main.read_text()
    main.write_text("raise SystemExit(3)\n")
    eventually(system, "")
    main.write_text(good.replace('"edited"', '"mended"'))
    eventually(system, "mended")


def test_services_answer_on_loopback_alone(system: System) -> None:
    for service, port in (("postgres", 5432), ("redis", 6379)):
        address, _, published = system.compose("port", service, str(port)).strip().rpartition(":")
        assert address == "127.0.0.1"
        socket.create_connection((address, int(published)), timeout=5).close()


def test_the_source_is_seen_and_never_written(system: System) -> None:
    (mount,) = mounts(system, "web")
    assert mount["Source"] == str(system.folder)
    assert not mount["RW"]


def test_production_has_neither_the_source_nor_ports_of_services(system: System) -> None:
    system.develops = False
    try:
        system.start()
        assert mounts(system, "web") == []
        for service in ("postgres", "redis"):
            container = system.compose("ps", "--quiet", service).strip()
            ports = json.loads(
                run("docker", "inspect", "--format", "{{json .HostConfig.PortBindings}}", container).stdout
            )
            assert ports == {}
        assert said(system) == "ok"
    finally:
        system.develops = True
