"""A repository of two services and a library: one `init`, one Compose file, one Redis that both use."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from .system import System

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    system = System.make("order-desk", tmp_path_factory.mktemp("workspace") / "order-desk", {})
    try:
        system.compose("build", seconds=600)
        system.start()
        yield system
    finally:
        system.remove()


def test_a_request_to_one_project_makes_the_other_work(desk: System) -> None:
    taken = desk.ask("/orders", {"article": "lamp", "count": 3}, service="api")
    assert taken.status == 202
    assert json.loads(desk.ask(f"/orders/{json.loads(taken.text)['order']}", service="api").text) == {"price": 45}


def test_every_project_has_an_image_of_its_own_files(desk: System) -> None:
    assert sorted(desk.services) == ["api", "redis", "worker"]
    for service, own, other in (("api", "api", "worker"), ("worker", "worker", "api")):
        listed = desk.compose("exec", service, "python", "-c", "import os; print(os.listdir('/app/services'))")
        assert own in listed, service
        assert other not in listed, service
