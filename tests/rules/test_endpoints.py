"""Services and connections from what the code hands to its clients, whatever the variables are called."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from scaffolder.decisions import CONNECTIONS, SERVICES
from scaffolder.model.project import Project
from tests.blueprints.rendered import compose, rendered
from tests.helpers import SCRIPT, inferred, project

USER, PASSWORD, DATABASE = "<user>", "<password>", "<database>"
PARTS = {"U": USER, "P": PASSWORD, "D": DATABASE}
POSTGRES = f"{USER}:{PASSWORD}@postgres:5432/{DATABASE}"
RABBITMQ = f"amqp://{USER}:{PASSWORD}@rabbitmq:5672/%2F"
ENTRY = """
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_.settings")
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
"""
MANAGE = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_.settings')\nimport django\n"


def case(packages: str, text: str, services: str, connections: Mapping[str, str] | None = None) -> tuple[object, ...]:
    return (packages, text, services, connections or {})


def django(packages: str, settings: str, services: str, connections: Mapping[str, str]) -> tuple[object, ...]:
    return (f"django {packages}", f"DJANGO\n{settings}", services, connections)


#: `E("X")` stands for `os.environ["X"]`, `G("X", ...)` for `os.environ.get("X", ...)`.
CASES = {
    # PostgreSQL
    "asyncpg.connect": case(
        "asyncpg",
        "import asyncpg\nP = {'password': E('P'), 'dbname': E('D')}\nasyncpg.connect(user=E('U'), host=E('H'), **P)",
        "postgres",
        {**PARTS, "H": "postgres"},
    ),
    "asyncpg.create_pool": case(
        "asyncpg",
        "import asyncpg\nasync def f():\n    await asyncpg.create_pool(dsn=G('X'))",
        "postgres",
        {"X": f"postgresql://{POSTGRES}"},
    ),
    "psycopg.connect(**dict)": case(
        "psycopg",
        "import psycopg\nC = {'host': G('H', 'localhost'), 'user': G('U'), 'dbname': G('D')}\nc = psycopg.connect(**C)",
        "postgres",
        {"H": "postgres", "U": USER, "D": DATABASE},
    ),
    "create_engine": case(
        "sqlalchemy psycopg",
        "from sqlalchemy import create_engine\ne = create_engine(E('X'))",
        "postgres",
        {"X": f"postgresql+psycopg://{POSTGRES}"},
    ),
    "create_engine, by a name and str()": case(
        "sqlalchemy pymysql",
        "from sqlalchemy import create_engine\nURL = E('X')\ne = create_engine(str(URL))",
        "mysql",
        {"X": f"mysql+pymysql://{USER}:{PASSWORD}@mysql:3306/{DATABASE}"},
    ),
    "create_engine of SQLite": case(
        "sqlalchemy psycopg2",
        "from sqlalchemy import create_engine\ne = create_engine(G('X', 'sqlite:///x.db'))",
        "",
    ),
    "create_engine with two drivers": case(
        "sqlalchemy psycopg2 pymysql", "from sqlalchemy import create_engine\ne = create_engine(E('X'))", ""
    ),
    "URL.create": case(
        "sqlalchemy asyncpg",
        "from sqlalchemy import URL\nu = URL.create('postgresql+asyncpg', E('U'), E('P'), E('H'), database=E('D'))",
        "postgres",
        {**PARTS, "H": "postgres"},
    ),
    "PostgresDsn.build": case(
        "pydantic psycopg",
        "from pydantic import PostgresDsn\nu = PostgresDsn.build(scheme='postgresql', username=E('U'), host=E('H'))",
        "postgres",
        {"U": USER, "H": "postgres"},
    ),
    "a field that is a PostgresDsn": case(
        "pydantic-settings asyncpg",
        "from pydantic import PostgresDsn\nfrom pydantic_settings import BaseSettings\n"
        "class S(BaseSettings):\n    main: PostgresDsn | None\n",
        "postgres",
        {"MAIN": f"postgresql://{POSTGRES}"},
    ),
    "a field whose default is read": case(
        "pydantic-settings aio-pika",
        "import aio_pika\nfrom pydantic_settings import BaseSettings\n"
        "class S(BaseSettings):\n    rmq: str = G('H', 'localhost')\n"
        "def settings():\n    return S()\ns: S = settings()\naio_pika.connect(host=s.rmq)",
        "rabbitmq",
        {"H": "rabbitmq"},
    ),
    "a host beside a user and a password": case(
        "pika",
        "import pika\nclass Q:\n    def __init__(self, host, port):\n        self.host, self.port = host, port\n"
        "q = Q(G('RB_HOST', 'localhost'), G('RB_PORT', '5672'))\nx = G('OTHER_HOST')\n"
        "pika.PlainCredentials(E('RB_USER'), E('RB_PASSWORD'))",
        "rabbitmq",
        {"RB_HOST": "rabbitmq", "RB_PORT": "5672", "RB_USER": USER, "RB_PASSWORD": PASSWORD},
    ),
    "f-string": case(
        "psycopg2",
        "u = f\"postgresql://{E('U')}:{quote_plus(E('P'))}@{E('H')}:{int(E('O'))}/{E('D')}?x=1\"",
        "postgres",
        {**PARTS, "H": "postgres", "O": "5432"},
    ),
    "format": case(
        "psycopg2",
        "u = 'postgresql://{}:{}@{h}/{}'.format(E('U'), E('P'), E('D'), h=E('H'))",
        "postgres",
        {**PARTS, "H": "postgres"},
    ),
    "peewee": case(
        "peewee psycopg2",
        "from peewee import PostgresqlDatabase\nd = PostgresqlDatabase(E('D'), user=E('U'), host=E('H'))",
        "postgres",
        {"D": DATABASE, "U": USER, "H": "postgres"},
    ),
    "pony": case(
        "pony psycopg2",
        "from pony.orm import Database\nd = Database()\nd.bind(provider='postgres', user=E('U'), host=E('H'))",
        "postgres",
        {"U": USER, "H": "postgres"},
    ),
    "piccolo": case(
        "piccolo asyncpg",
        "from piccolo.engine import PostgresEngine\nC = {'host': E('H'), 'user': E('U')}\nd = PostgresEngine(config=C)",
        "postgres",
        {"U": USER, "H": "postgres"},
    ),
    "tortoise": case(
        "tortoise-orm asyncpg",
        "from tortoise import Tortoise\nasync def f():\n    await Tortoise.init(db_url=E('X'))",
        "postgres",
        {"X": f"postgres://{POSTGRES}"},
    ),
    "tortoise's credentials": case(
        "tortoise-orm asyncpg",
        "C = {'default': {'engine': 'tortoise.backends.asyncpg', 'credentials': {'host': E('H'), 'user': E('U')}}}",
        "postgres",
        {"U": USER, "H": "postgres"},
    ),
    "a setting of Flask": case(
        "flask-sqlalchemy psycopg2",
        "from flask import Flask\na = Flask('a')\na.config['SQLALCHEMY_DATABASE_URI'] = E('X')",
        "postgres",
        {"X": f"postgresql://{POSTGRES}"},
    ),
    "Flask's from_prefixed_env": case(
        "flask flask-sqlalchemy psycopg2",
        "import flask\nfrom flask_sqlalchemy import SQLAlchemy\na = flask.Flask('a')\na.config.from_prefixed_env()",
        "postgres",
        {"FLASK_SQLALCHEMY_DATABASE_URI": f"postgresql://{POSTGRES}"},
    ),
    "DATABASES": django(
        "psycopg",
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': E('D'), 'HOST': E('H')}}",
        "postgres",
        {"D": DATABASE, "H": "postgres"},
    ),
    "DATABASES with the engine in a variable": django(
        "psycopg",
        "D = {'d': {'ENGINE': G('X', 'django.db.backends.sqlite3'), 'NAME': G('D', 'a.db'), 'HOST': G('H')}}",
        "postgres",
        {"X": "django.db.backends.postgresql", "D": DATABASE, "H": "postgres"},
    ),
    "DATABASES of SQLite": django(
        "psycopg", "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': E('D')}}", "", {}
    ),
    # MySQL
    "mysql.connector": case(
        "mysql-connector-python",
        "import mysql.connector\nc = mysql.connector.connect(host=E('H'), passwd=E('P'))",
        "mysql",
        {"H": "mysql", "P": PASSWORD},
    ),
    # Redis
    "a host that a function finds, beside its port": case(
        "celery",
        "import celery\ndef host():\n    return E('BROKER_HOST_ELSEWHERE') if X else E('BROKER_HOST')\n"
        "CELERY_BROKER_URL = f\"amqp://{E('U')}:{E('P')}@{host()}:{E('BROKER_PORT')}//\"",
        "rabbitmq",
        {"BROKER_HOST": "rabbitmq", "BROKER_PORT": "5672", "U": USER, "P": PASSWORD},
    ),
    "a storage of aiogram": case(
        "redis",
        "from aiogram.fsm.storage.redis import RedisStorage\ns = RedisStorage.from_url(E('X'))",
        "redis",
        {"X": "redis://redis:6379/0"},
    ),
    "a storage of aiogram 2": case(
        "aioredis",
        "from aiogram.contrib.fsm_storage.redis import RedisStorage2\ns = RedisStorage2(E('H'), E('O'), db=E('D'))",
        "redis",
        {"H": "redis", "O": "6379", "D": "0"},
    ),
    "a store of jobs": case(
        "redis",
        "from apscheduler.jobstores.redis import RedisJobStore\ns = RedisJobStore(host=E('H'), db=2)",
        "redis",
        {"H": "redis"},
    ),
    "a limiter of requests": case(
        "redis",
        "from slowapi import Limiter\nl = Limiter(key_func=f, storage_uri=E('X'))",
        "redis",
        {"X": "redis://redis:6379/0"},
    ),
    "redis.Redis": case(
        "redis",
        "import redis\nr = redis.Redis(E('H'), int(G('O', 6379)), db=G('N', 2))",
        "redis",
        {"H": "redis", "O": "6379", "N": "2"},
    ),
    "redis.from_url": case(
        "redis",
        "from redis import asyncio as aioredis\nr = aioredis.from_url(G('X', 'redis://localhost/3'))",
        "redis",
        {"X": "redis://redis:6379/3"},
    ),
    "arq": case(
        "arq redis",
        "from arq.connections import RedisSettings\nr = RedisSettings.from_dsn(E('X'))",
        "redis",
        {"X": "redis://redis:6379/0"},
    ),
    "celery": case(
        "celery redis",
        "from celery import Celery\na = Celery('a', broker=E('X'), backend=E('Y'))",
        "redis",
        {"X": "redis://redis:6379/0", "Y": "redis://redis:6379/0"},
    ),
    "celery without the driver of Redis": case(
        "celery",
        "from celery import Celery\na = Celery('a', broker=E('X'), backend=E('Y'))",
        "rabbitmq",
        {"X": RABBITMQ},
    ),
    "celery, later": case(
        "celery redis",
        "from celery import Celery\na = Celery('a')\na.conf.update(broker_url=E('X'))",
        "redis",
        {"X": "redis://redis:6379/0"},
    ),
    "celery that does not say": case(
        "celery", "from celery import Celery\na = Celery('a')\na.config_from_object('conf')", ""
    ),
    "dramatiq": case(
        "dramatiq redis",
        "from dramatiq.brokers.redis import RedisBroker\nb = RedisBroker(url=E('X'))",
        "redis",
        {"X": "redis://redis:6379/0"},
    ),
    "huey": case("huey redis", "from huey import RedisHuey\nh = RedisHuey('a', host=E('H'))", "redis", {"H": "redis"}),
    "taskiq": case(
        "taskiq-redis redis",
        "from taskiq_redis import ListQueueBroker\nb = ListQueueBroker(E('X'))",
        "redis",
        {"X": "redis://redis:6379/0"},
    ),
    "redis-om": case(
        "redis-om",
        "from redis_om import HashModel\nclass A(HashModel):\n    x: int",
        "redis",
        {"REDIS_OM_URL": "redis://redis:6379/0"},
    ),
    "CHANNEL_LAYERS": django(
        "channels-redis redis",
        "C = {'d': {'BACKEND': 'channels_redis.core.RedisChannelLayer', 'CONFIG': {'hosts': [(E('H'), 6379)]}}}",
        "redis",
        {"H": "redis"},
    ),
    "CACHES": django(
        "pymemcache",
        "C = {'d': {'BACKEND': 'django.core.cache.backends.memcached.PyMemcacheCache', 'LOCATION': E('X')}}",
        "memcached",
        {"X": "memcached:11211"},
    ),
    "RQ_QUEUES": django(
        "rq redis", "RQ_QUEUES = {'default': {'HOST': G('H', 'localhost'), 'PORT': 6379}}", "redis", {"H": "redis"}
    ),
    # others
    "pika": case(
        "pika",
        "import pika\nc = pika.PlainCredentials(E('U'), E('P'))\np = pika.ConnectionParameters(E('H'), credentials=c)",
        "rabbitmq",
        {"U": USER, "P": PASSWORD, "H": "rabbitmq"},
    ),
    "kombu": case("kombu", "from kombu import Connection\nc = Connection(E('X'))", "rabbitmq", {"X": RABBITMQ}),
    "pymongo": case(
        "pymongo",
        "from pymongo import MongoClient\nc = MongoClient(G('X', 'mongodb://localhost:27017/shop'))",
        "mongodb",
        {"X": "mongodb://mongodb:27017/shop"},
    ),
    "pymongo by host and port": case(
        "pymongo",
        "from pymongo import MongoClient\nc = MongoClient(E('DB_HOST'), int(E('DB_PORT')))",
        "mongodb",
        {"DB_HOST": "mongodb", "DB_PORT": "27017"},
    ),
    "motor": case(
        "motor",
        "from motor.motor_asyncio import AsyncIOMotorClient\nc = AsyncIOMotorClient(E('DATABASE_URL'))",
        "mongodb",
        {"DATABASE_URL": "mongodb://mongodb:27017/app"},
    ),
    "pymemcache": case(
        "pymemcache",
        "from pymemcache.client.base import Client\nc = Client((E('H'), int(E('O'))))",
        "memcached",
        {"H": "memcached", "O": "11211"},
    ),
    "aiokafka": case(
        "aiokafka",
        "from aiokafka import AIOKafkaConsumer\nc = AIOKafkaConsumer('t', bootstrap_servers=E('X').split(','))",
        "kafka",
        {"X": "kafka:9092"},
    ),
    "confluent_kafka": case(
        "confluent-kafka",
        "from confluent_kafka import Producer\nc = Producer({'bootstrap.servers': E('X')})",
        "kafka",
        {"X": "kafka:9092"},
    ),
    "quixstreams": case(
        "quixstreams confluent-kafka",
        "from quixstreams import Application\na = Application(broker_address=E('X'), consumer_group='g')",
        "kafka",
        {"X": "kafka:9092"},
    ),
    "quixstreams, in the cloud": case(
        "quixstreams confluent-kafka",
        "from quixstreams import Application\na = Application(consumer_group='g')",
        "",
    ),
    "faust": case(
        "faust-streaming",
        "import faust\na = faust.App('a', broker=E('X'))",
        "kafka",
        {"X": "kafka://kafka:9092"},
    ),
    "nats": case(
        "nats-py",
        "import nats\nasync def f():\n    await nats.connect(servers=[E('X')])",
        "nats",
        {"X": "nats://nats:4222"},
    ),
    "elasticsearch": case(
        "elasticsearch",
        "from elasticsearch import Elasticsearch\ne = Elasticsearch([E('X')])",
        "elasticsearch",
        {"X": f"http://elastic:{PASSWORD}@elasticsearch:9200"},
    ),
    "elasticsearch with a login": case(
        "elasticsearch",
        "from elasticsearch import Elasticsearch\ne = Elasticsearch(hosts=E('X'), basic_auth=(E('U'), E('P')))",
        "elasticsearch",
        {"X": "http://elasticsearch:9200", "U": "elastic", "P": PASSWORD},
    ),
    "opensearch": case(
        "opensearch-py",
        "from opensearchpy import OpenSearch\ne = OpenSearch(hosts=[{'host': E('H'), 'port': E('O')}])",
        "opensearch",
        {"H": "opensearch", "O": "9200"},
    ),
    "boto3": case(
        "boto3",
        "import boto3\ns = boto3.client('s3', endpoint_url=E('X'), **K)\nK = {'aws_access_key_id': E('U')}",
        "minio",
        {"X": "http://minio:9000", "U": USER},
    ),
    "a session of aioboto3": case(
        "aioboto3",
        "import aioboto3\ns = aioboto3.Session()\ndef f():\n    return s.client('s3', endpoint_url=E('X'))",
        "minio",
        {"X": "http://minio:9000"},
    ),
    "boto3 in the cloud": case("boto3", "import boto3\ns = boto3.client('s3', aws_access_key_id=E('U'))", ""),
    "boto3 in another cloud": case(
        "boto3", "import boto3\ns = boto3.client('s3', endpoint_url=G('X', 'https://fra1.example.com'))", ""
    ),
    "boto3 for something else": case("boto3", "import boto3\ns = boto3.client('dynamodb', endpoint_url=E('X'))", ""),
    "boto3 for whatever is asked for": case(
        "boto3", "import boto3\ndef f(name):\n    return boto3.resource(name, endpoint_url=E('X'))", ""
    ),
    "boto3 by a name": case(
        "boto3",
        "import boto3\nS = 's3'\ns = boto3.resource(S, endpoint_url=E('X'))",
        "minio",
        {"X": "http://minio:9000"},
    ),
    "an account in a host": case(
        "boto3", "import boto3\ns = boto3.client('s3', endpoint_url=f\"https://{E('X')}.r2.example.com\")", ""
    ),
    "a list of pydantic": case(
        "pydantic-settings aiokafka",
        "from aiokafka import AIOKafkaConsumer\nfrom pydantic_settings import BaseSettings\n"
        "class S(BaseSettings):\n    BROKERS: list[str]\n    TOPICS: list[str]\ns = S()\n"
        "c = AIOKafkaConsumer(s.TOPICS, bootstrap_servers=s.BROKERS)",
        "kafka",
        {"BROKERS": '["kafka:9092"]'},
    ),
    "a list by commas": case(
        "aiokafka",
        "from aiokafka import AIOKafkaConsumer\nc = AIOKafkaConsumer(bootstrap_servers=E('BROKERS').split(','))",
        "kafka",
        {"BROKERS": "kafka:9092"},
    ),
    "qdrant": case(
        "qdrant-client",
        "from qdrant_client import QdrantClient\nq = QdrantClient(E('X'))",
        "qdrant",
        {"X": "http://qdrant:6333"},
    ),
    "qdrant in the process": case(
        "qdrant-client",
        "from qdrant_client import QdrantClient\nq = QdrantClient(path='x')\nr = QdrantClient(':memory:')",
        "",
    ),
    "chroma": case(
        "chromadb", "import chromadb\nc = chromadb.HttpClient(E('H'), port=8000)", "chroma", {"H": "chroma"}
    ),
    "chroma in the process": case("chromadb", "import chromadb\nc = chromadb.PersistentClient('x')", ""),
    # through functions of the project
    "a helper": case(
        "redis",
        "import redis\ndef env(n, default=None):\n    return os.getenv(n, default)\nr = redis.Redis(env('H', 'x'))",
        "redis",
        {"H": "redis"},
    ),
    "a helper that needs it": case(
        "redis",
        "import redis\ndef env(name):\n    return os.environ[name]\nr = redis.from_url(env('X'))",
        "redis",
        {"X": "redis://redis:6379/0"},
    ),
    "a method": case(
        "redis",
        "import redis\nclass C:\n    @classmethod\n    def of(cls, name, default=''):\n"
        "        return os.getenv(name, default)\nr = redis.Redis(host=C.of('H'))",
        "redis",
        {"H": "redis"},
    ),
    "an attribute of the settings' own": case(
        "pydantic-settings psycopg",
        "from pydantic import BaseModel, PostgresDsn\nfrom pydantic_settings import BaseSettings\nclass D(BaseModel):\n"
        "    hostname: str = 'x'\nclass S(BaseSettings):\n    model_config = {'env_nested_delimiter': '__'}\n"
        "    main: D = D()\n    def url(self):\n"
        "        return PostgresDsn.build(scheme='postgresql', host=self.main.hostname)",
        "postgres",
        {"MAIN__HOSTNAME": "postgres"},
    ),
    "a client that is not installed": case("flask", "import redis\nr = redis.Redis(E('X'))", ""),
    "an argument in a circle": case("redis", "import redis\nX = [X]\nr = redis.Redis(host=X)", "redis"),
}


def made(packages: str, text: str) -> Project:
    text = re.sub(r"\bE\(('\w+')\)", r"os.environ[\1]", text)
    text = "import os\n" + re.sub(r"\bG\(", "os.environ.get(", text) + "\n"
    files = {"main.py": text + SCRIPT}
    if "DJANGO\n" in text:
        settings = text.replace("DJANGO\n", "")
        files = {"site_/settings.py": settings, "site_/wsgi.py": ENTRY, "site_/__init__.py": "", "manage.py": MANAGE}
    return project(files, packages=[f"{name} 3.0.0" for name in packages.split()])


def test_settings_of_django_that_nothing_uses_tell_nothing() -> None:
    settings = "DATABASES = {'default': {'ENGINE': 'django.db.backends.%s', 'HOST': 'db'}}\n"
    files = {
        "site_/settings.py": settings % "sqlite3",
        "site_/docker.py": settings % "postgresql",
        "site_/wsgi.py": ENTRY,
        "site_/__init__.py": "",
        "manage.py": MANAGE,
    }
    found = inferred(project(files, packages=["django 5.0.0", "psycopg 3.2.0"]))
    assert found.decisions[SERVICES] == ()
    assert "hard-coded-address" not in [message.code for message in found.messages]


@pytest.mark.parametrize(("packages", "text", "services", "connections"), CASES.values(), ids=CASES)
def test_endpoints(packages: str, text: str, services: str, connections: dict[str, str]) -> None:
    decisions = inferred(made(packages, text)).decisions
    found: tuple[str, ...] = decisions[SERVICES]
    assert " ".join(found) == services
    assert {item.variable: _plain(item.value) for item in decisions[CONNECTIONS]} == connections


def _plain(value: str) -> str:
    """A value with `<user>` for `${POSTGRES_USER:-app}` and the like."""
    value = re.sub(r"\$\{\w+_(USER|PASSWORD)[^}]*\}", lambda found: f"<{found[1].lower()}>", value)
    return re.sub(r"\$\{\w+_(?:DB|DATABASE)[^}]*\}", DATABASE, value)


HARD_CODED = {
    "nothing": ("redis", "import redis\nr = redis.Redis()", "main.py:3 (localhost)"),
    "another name": ("redis", "import redis\nr = redis.from_url('redis://:p@cache/0')", "main.py:3 (cache)"),
    "a host": ("psycopg2", "import psycopg2\nc = psycopg2.connect(host='localhost', dbname='x')", "main.py:3"),
    "a URL": (
        "pymongo",
        "from pymongo import MongoClient\nc = MongoClient('mongodb://u:p@127.0.0.1:27017')",
        "main.py:3",
    ),
    "by a name": (
        "sqlalchemy psycopg2",
        "import sqlalchemy\nDATABASE_URL = 'postgresql://localhost/x'\ne = sqlalchemy.create_engine(DATABASE_URL)",
        "main.py:3 (localhost), main.py:4 (localhost)",
    ),
    "an address": ("pymemcache", "from pymemcache import Client\nc = Client(('localhost', 11211))", "main.py:3"),
    "a setting": (
        "celery redis",
        "from celery import Celery\na = Celery('a', broker='redis://localhost')",
        "main.py:3",
    ),
}


@pytest.mark.parametrize("case", HARD_CODED.values(), ids=HARD_CODED)
def test_an_address_of_this_machine_in_the_code_is_told(case: tuple[str, str, str]) -> None:
    packages, text, places = case
    (message,) = inferred(made(packages, text)).messages
    assert message.code == "hard-coded-address"
    assert places in message.text
    assert ":p@" not in message.text
    assert "os.environ.get(" in message.hint


DATABASES = """DJANGO
DATABASES = {{"default": {{"ENGINE": "django.db.backends.postgresql", "HOST": "db", "NAME": E('N'), "USER": E('U'),
    "PASSWORD": {password}}}}}
"""
#: Packages, source, what the services are found under besides their own names.
NAMED = {
    "a host": ("redis", "import redis\nr = redis.Redis('cache', db=2)", {"redis": ["cache"]}),
    "a URL": (
        "celery redis",
        "from celery import Celery\na = Celery('a', broker='redis://queue:6379/1')",
        {"redis": ["queue"]},
    ),
    "settings of Django": (
        "django psycopg",
        DATABASES.format(password="E('P')"),
        {"postgres": ["db"]},
    ),
    "a login": (
        "django psycopg",
        DATABASES.format(password="'secret'"),
        {"postgres": []},
    ),
    "a login in a URL": ("redis", "import redis\nr = redis.from_url('redis://:p@cache/0')", {"redis": []}),
    "its own name": ("redis", "import redis\nr = redis.Redis('redis')", {"redis": []}),
    "this machine": ("redis", "import redis\nr = redis.Redis('localhost')", {"redis": []}),
    "another machine": ("redis", "import redis\nr = redis.Redis('cache.example.com')", {"redis": []}),
    "what is no name": ("redis", "import redis\nr = redis.Redis('a\\nb')", {"redis": []}),
    "the name of a process": ("redis", "import redis\nr = redis.Redis('app')", {"redis": []}),
    "a default": ("redis", "import redis\nr = redis.Redis(G('H', 'cache'))", {"redis": []}),
}


@pytest.mark.parametrize("case", NAMED.values(), ids=NAMED)
def test_a_service_is_found_under_the_name_that_the_code_has_for_it(
    case: tuple[str, str, dict[str, list[str]]],
) -> None:
    packages, text, names = case
    shop = made(packages, text)
    services = compose(rendered(shop))["services"]
    assert {name: _aliases(services[name]["networks"]) for name in names} == names
    told = "hard-coded-address" in [message.code for message in inferred(shop).messages]
    assert not (told and any(names.values()))


def _aliases(networks: list[str] | dict[str, dict[str, list[str]]]) -> list[str]:
    return networks["back"]["aliases"] if isinstance(networks, dict) else []


NOT_HARD_CODED = {
    "a default": "r = redis.Redis(G('H', 'localhost'))",
    "another machine": "r = redis.Redis('cache.example.com')",
    "that of the service": "r = redis.Redis('redis')",
    "a pool": "r = redis.Redis(connection_pool=redis.ConnectionPool(host=E('H')))",
    "a socket": "r = redis.Redis(unix_socket_path='/run/redis.sock')",
    "any arguments": "def f(*args, **options):\n    return redis.Redis(*args), redis.Redis(**options)",
    "a parameter": "def f(host):\n    return redis.Redis(host)",
    "one of several": "class A:\n    REDIS_URL = 'redis://localhost'\nclass B:\n    REDIS_URL = E('X')",
}


@pytest.mark.parametrize("text", NOT_HARD_CODED.values(), ids=NOT_HARD_CODED)
def test_what_is_no_address_of_this_machine(text: str) -> None:
    shop = inferred(made("redis", f"import redis\n{text}"))
    assert [message.code for message in shop.messages] == []
    assert shop.decisions[SERVICES] == ("redis",)
