from __future__ import annotations

import re
from string import Formatter

import pytest
from packaging.utils import canonicalize_name

from scaffolder.knowledge.clients import CLIENTS
from scaffolder.knowledge.services import SERVICES, Service

PLACEHOLDERS = {"host", "port", "number", "user", "password", "database", "userinfo", "query", "scheme", "url"}


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def fill(name: str, *, closed: bool, scheme: str = "") -> str:
    service = SERVICES[name]
    credentials = {"user": "app", "password": "secret", "database": "shop", "number": "0"}
    userinfo = query = ""
    if closed:
        assert service.authentication is not None
        userinfo, query = service.authentication.userinfo.format(**credentials), service.authentication.query
    return service.url.format(
        scheme=scheme or service.schemes[0], host=name, port=service.port, userinfo=userinfo, query=query, **credentials
    )


@pytest.mark.parametrize("name", SERVICES)
def test_the_image_is_pinned(name: str) -> None:
    image = SERVICES[name].image
    tag = image.rpartition(":")[2]
    assert re.search(r"\d", tag)
    assert "latest" not in tag
    for variant in SERVICES[name].variants.values():
        assert re.search(r":\S*\d", variant.image)


@pytest.mark.parametrize("name", SERVICES)
def test_a_row_is_whole(name: str) -> None:
    service = SERVICES[name]
    assert service.health[0] in {"CMD", "CMD-SHELL"}
    assert service.health[0] == "CMD" or len(service.health) == 2
    assert 0 < service.port < 65536
    assert not service.data or service.data.startswith("/")
    assert service.imports or any(name in row.services for row in CLIENTS.values())
    assert service.distributions
    assert service.variables
    assert [name for name in service.distributions if canonicalize_name(name) != name] == []
    assert not service.tmpfs or service.read_only
    for template in (*service.variables.values(), service.url):
        assert fields(template) <= PLACEHOLDERS


@pytest.mark.parametrize("name", SERVICES)
def test_every_placeholder_can_be_filled(name: str) -> None:
    service = SERVICES[name]
    keys: set[str] = set()
    if service.authentication is not None:
        authentication = service.authentication
        keys = {credential.key for credential in authentication.credentials}
        for template in (*authentication.environment.values(), *authentication.arguments, authentication.userinfo):
            assert fields(template) <= keys
    needed = {field for template in (*service.variables.values(), service.url) for field in fields(template)}
    assert needed & {"user", "password", "database"} <= keys


@pytest.mark.parametrize("name", SERVICES)
def test_a_password_is_a_secret_and_has_no_default(name: str) -> None:
    authentication = SERVICES[name].authentication
    for credential in authentication.credentials if authentication else ():
        assert credential.secret is (credential.key == "password")
        assert bool(credential.default) is not credential.secret


def test_variables_of_credentials_are_not_shared() -> None:
    names = [
        credential.variable
        for service in SERVICES.values()
        if service.authentication is not None
        for credential in service.authentication.credentials
    ]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "scheme", "url"),
    [
        ("postgres", "", "postgresql://app:secret@postgres:5432/shop"),
        ("postgres", "postgresql+asyncpg", "postgresql+asyncpg://app:secret@postgres:5432/shop"),
        ("mysql", "mysql+pymysql", "mysql+pymysql://app:secret@mysql:3306/shop"),
        ("redis", "", "redis://:secret@redis:6379/0"),
        ("rabbitmq", "", "amqp://app:secret@rabbitmq:5672/%2F"),
        ("mongodb", "", "mongodb://app:secret@mongodb:27017/shop?authSource=admin"),
        ("elasticsearch", "", "http://elastic:secret@elasticsearch:9200"),
    ],
)
def test_urls(name: str, scheme: str, url: str) -> None:
    assert fill(name, closed=True, scheme=scheme) == url


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("redis", "redis://redis:6379/0"),
        ("memcached", "memcached://memcached:11211"),
        ("mongodb", "mongodb://mongodb:27017/shop"),
        ("kafka", "kafka:9092"),
        ("nats", "nats://nats:4222"),
    ],
)
def test_urls_of_open_services(name: str, url: str) -> None:
    assert fill(name, closed=False) == url


def test_the_volume_of_postgres_is_that_of_its_major_version() -> None:
    assert (SERVICES["postgres"].image, SERVICES["postgres"].data) == ("postgres:18", "/var/lib/postgresql")


def test_a_check_during_initialisation_does_not_pass_through_the_socket() -> None:
    assert "-h 127.0.0.1" in SERVICES["postgres"].health[1]
    assert "--host=127.0.0.1" in SERVICES["mysql"].health[1]
    assert "127.0.0.1" not in SERVICES["mongodb"].health[1]


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_a_check_names_no_secret(service: Service) -> None:
    assert not any("{" in word for word in service.health)


@pytest.mark.parametrize(
    ("image", "folder"),
    [
        ("postgres:18", "/var/lib/postgresql"),
        ("postgres:17.2-alpine", "/var/lib/postgresql/data"),
        ("registry.example:5000/postgres:9.6", "/var/lib/postgresql/data"),
        ("pgvector/pgvector:pg16", "/var/lib/postgresql/data"),
        ("pgvector/pgvector:0.8.0-pg17", "/var/lib/postgresql/data"),
        ("postgres", "/var/lib/postgresql"),
    ],
)
def test_where_an_image_keeps_its_data(image: str, folder: str) -> None:
    assert SERVICES["postgres"].data_in(image) == folder
