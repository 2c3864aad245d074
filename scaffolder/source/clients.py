"""Clients of backing services that the code imports or connects with."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence

from scaffolder.knowledge.services import SERVICES
from scaffolder.model.code import ClientUse, Place
from scaffolder.source.imports import ImportLine
from scaffolder.source.module import Module
from scaffolder.source.paths import is_history, is_sample, is_test
from scaffolder.source.roots import Roots

#: What decides which drivers SQLAlchemy takes; a client like any other.
SQLALCHEMY_ASYNCIO = "sqlalchemy.ext.asyncio"

#: Import names that mean a connection to something outside the process.
CLIENTS = frozenset(name for row in SERVICES.values() for name in row.imports if "." not in name) | frozenset(
    {
        "aio_pika",
        "aiokafka",
        "aiomysql",
        "aioredis",
        "amqp",
        "arq",
        "asyncmy",
        "asyncpg",
        "beanie",
        "boto3",
        "aioboto3",
        "botocore",
        "cassandra",
        "celery",
        "clickhouse_connect",
        "clickhouse_driver",
        "confluent_kafka",
        "cx_Oracle",
        "dramatiq",
        "elasticsearch",
        "elasticsearch_dsl",
        "faststream",
        "gridfs",
        "influxdb",
        "influxdb_client",
        "kafka",
        "kombu",
        "ldap",
        "ldap3",
        "memcache",
        "meilisearch",
        "minio",
        "mongoengine",
        "motor",
        "MySQLdb",
        "mysql",
        "nats",
        "neo4j",
        "odmantic",
        "ollama",
        "opensearchpy",
        "oracledb",
        "pika",
        "psycopg",
        "psycopg2",
        "pulsar",
        "pylibmc",
        "pymemcache",
        "pymilvus",
        "pymongo",
        "pymssql",
        "pymysql",
        "pyodbc",
        "qdrant_client",
        "redis",
        "rediscluster",
        "rq",
        "taskiq_redis",
        "typesense",
        "valkey",
        "weaviate",
    }
)

_SCHEME = re.compile(
    r"(?:^|(?<=[^A-Za-z0-9+.-]))((?:postgres|postgresql|postgis|mysql|mariadb|rediss?|amqps?|pyamqp|mongodb|memcached|kafka"
    r"|nats|bolt|neo4j|clickhouse|mssql|oracle)(?:\+[a-z0-9_]+)?://)"
)


def find_clients(
    roots: Roots, imports: Mapping[str, Sequence[ImportLine]], modules: Iterable[Module]
) -> tuple[ClientUse, ...]:
    """The first use of each client, sorted by place."""
    found: dict[str, Place] = {}
    looked_for: set[str] = set()
    for path in sorted(imports):
        if is_test(path) or is_sample(path) or is_history(path):
            continue
        for line in imports[path]:
            name = _client(line.module)
            # A file of the project may be called redis.py.
            if line.level == 0 and name and name not in found and not roots.is_own(path, name):
                found[name] = Place(path=path, line=line.line)
    for module in sorted(modules, key=lambda item: item.path):
        if is_test(module.path) or is_sample(module.path) or is_history(module.path):
            continue
        for node, _ in module.urls:
            text = _text(node)
            for scheme in _SCHEME.findall(text):
                found.setdefault(scheme, module.place(node))
                if text == scheme:
                    looked_for.add(scheme)
    uses = [ClientUse(client=name, place=place, looked_for=name in looked_for) for name, place in found.items()]
    return tuple(sorted(uses, key=lambda use: (use.place.path, use.place.line, use.client)))


def _client(module: str) -> str:
    if f"{module}.".startswith(f"{SQLALCHEMY_ASYNCIO}."):
        return SQLALCHEMY_ASYNCIO
    name = module.partition(".")[0]
    return name if name in CLIENTS else ""


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else ""
