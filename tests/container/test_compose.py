from __future__ import annotations

import time

import pytest

from scaffolder.container.compose import ComposeFacts, facts_of_compose

SHOP = """\
x-env: &env
  LOG_LEVEL: info
services:
  worker:
    build: .
    command: celery -A shop worker
    environment: *env
  web:
    build: {context: ., dockerfile: docker/web.Dockerfile, target: production}
    command: ["sh", "-c", "migrate && uvicorn shop:app --port $$PORT"]
    ports: ["${PORT:-80}:${INNER:-8000}", "127.0.0.1:9000:9000/tcp"]
    environment:
      - DATABASE_URL=postgres://db/shop
      - DEBUG
    volumes:
      - .:/app
      - media:/app/media:rw
      - type: volume
        target: /data
  api:
    <<: {image: "ghcr.io/x/api:1"}
  other:
    build: ./other
  db:
    image: "postgres:${PG:-15}-alpine"
  cache:
    image: redis:$TAG
"""


def facts(text: str) -> ComposeFacts:
    return facts_of_compose("compose.yaml", text)


def test_the_projects_own_services() -> None:
    found = facts(SHOP)
    assert (found.dockerfile, found.target) == ("docker/web.Dockerfile", "production")
    container = found.container
    assert [(said.value, said.place.line) for said in container.ports] == [("8000", 11), ("9000", 11)]
    assert [command.words for command in container.commands] == [
        ("uvicorn", "shop:app", "--port", "$PORT"),
        ("migrate",),
        ("celery", "-A", "shop", "worker"),
    ]
    assert [variable.name for variable in container.variables] == ["DATABASE_URL", "DEBUG", "LOG_LEVEL"]
    assert [variable.value for variable in container.variables] == ["postgres://", "", ""]
    assert [said.value for said in container.volumes] == ["/app/media", "/data"]


def test_images_made_elsewhere() -> None:
    assert [(item.name, item.image, str(item.place)) for item in facts(SHOP).container.services] == [
        ("api", "ghcr.io/x/api:1", "compose.yaml:21"),
        ("db", "postgres:15-alpine", "compose.yaml:25"),
        ("cache", "redis:$TAG", "compose.yaml:27"),
    ]


def test_a_service_with_the_projects_image_is_the_projects() -> None:
    found = facts("services:\n  a:\n    build: .\n    image: shop\n  b:\n    image: shop\n    command: work\n")
    assert [command.words for command in found.container.commands] == [("work",)]
    assert found.container.services == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "services",
        "services: 3",
        "services: [a]",
        "services:\n  web:\n",
        "services:\n\tweb: b",
        "services: !!python/object:os.system x",
        "services: &s\n  a: *s\n",
        "---\nservices: {}\n---\nservices: {}\n",
        "services: {web: {build: 3, ports: [a, {target: x}, 99999999], command: 4, volumes: [[]]}}",
        "services: {web: {build: ../.., dockerfile: /etc/passwd}}",
        "services: {web: {build: {context: ., dockerfile: ../secret}}}",
    ],
)
def test_what_is_no_compose_file_says_nothing(text: str) -> None:
    found = facts(text)
    assert (found.container.ports, found.container.services, found.container.volumes) == ((), (), ())


@pytest.mark.parametrize(
    "text",
    [
        "services: " + "[" * 30_000,
        "services:\n  a: &a [x]\n" + "".join(f"  a{i}: &a{i} [*a, *a, *a]\n" for i in range(20)),
        "services:\n  a: &a\n    build: .\n    environment:\n"
        + "".join(f"      - V{i}=1\n" for i in range(400))
        + "".join(f"  b{i}: *a\n" for i in range(400)),
        "services:\n  web:\n    image: x\n" + "#" * 100_000,
    ],
    ids=["depth", "laughs", "aliases", "length"],
)
def test_a_hostile_file_costs_little(text: str) -> None:
    start = time.process_time()
    facts(text)
    assert time.process_time() - start < 2
