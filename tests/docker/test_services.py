"""The rows of `knowledge.services` on the engine: hardened, from an empty volume, and again from a used one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from scaffolder.knowledge.services import SERVICES

from .engine import CommandError, provide, run

pytestmark = pytest.mark.docker

CREDENTIALS = {"user": "app", "database": "app", "password": "5f0c2a9e7b41d83c"}

#: Small enough to be started in every run, and a stand-in can be had where no registry is in reach.
STARTED = ("postgres", "mysql", "mariadb", "redis", "valkey", "rabbitmq", "memcached")


def compose(name: str) -> dict[str, Any]:
    service = SERVICES[name]
    filled: dict[str, Any] = {
        "image": service.image,
        "environment": dict(service.environment),
        "healthcheck": {
            "test": [word.replace("$", "$$") for word in service.health],
            "interval": "1s",
            "timeout": "10s",
            "retries": 5,
            "start_period": f"{service.start_period}s",
        },
        "cap_drop": ["ALL"],
        "cap_add": list(service.cap_add),
        "security_opt": ["no-new-privileges:true"],
        "read_only": service.read_only,
        "tmpfs": list(service.tmpfs),
        "mem_limit": service.memory,
    }
    arguments: tuple[str, ...] = ()
    if service.authentication is not None:
        arguments = service.authentication.arguments
        for variable, template in service.authentication.environment.items():
            filled["environment"][variable] = template.format(**CREDENTIALS)
    if service.command:
        filled["command"] = [word.format(**CREDENTIALS) for word in (*service.command, *arguments)]
    if service.data:
        filled["volumes"] = [f"data:{service.data}"]
    if service.fixed_hostname:
        filled["hostname"] = name
    return {"services": {name: filled}, "volumes": {"data": {}} if service.data else {}}


@pytest.fixture(params=STARTED)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Name of a service, and the `docker compose` command for a project that runs only it."""
    name = request.param
    provide([SERVICES[name].image])
    file = tmp_path / "compose.json"
    file.write_text(json.dumps(compose(name)))
    command = ("docker", "compose", "-p", f"scaffold-{name}-{uuid4().hex[:8]}", "-f", str(file))
    yield name, command
    run(*command, "down", "--volumes", "--timeout", "5")


def test_it_gets_healthy_and_comes_back_on_its_data(project: tuple[str, tuple[str, ...]]) -> None:
    name, command = project
    for _ in range(2):
        try:
            run(*command, "up", "--wait", "--wait-timeout", "180", seconds=200)
        except CommandError as error:
            pytest.fail(f"{error}\n{run(*command, 'logs', '--tail', '40').stdout}")
        run(*command, "down", "--timeout", "20")
    assert SERVICES[name].health


@pytest.mark.parametrize("name", STARTED)
def test_the_check_fails_where_nothing_runs(name: str) -> None:
    service = SERVICES[name]
    provide([service.image])
    kind, *words = service.health
    check = ["sh", "-c", *words] if kind == "CMD-SHELL" else words
    with pytest.raises(CommandError):
        run("docker", "run", "--rm", "--network", "none", "--entrypoint", check[0], service.image, *check[1:])
