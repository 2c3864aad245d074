"""Callables that connect to a backing service, and what each of their arguments tells about where that is.

A row is found by the package that the callable is imported from and the last part of its name, whatever submodule lies
between. Arguments are those of the libraries' own documentation and source.

Roles: `url`; `host`, `port`, `user`, `password`, `database` (`number` where databases are numbered); `address` for
`host:port`; `node` for what may be a URL, a host or an address. `config` is a dictionary whose entries are arguments,
`login` a pair of user and password.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scaffolder.knowledge.services import SQL_SERVICES


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """One callable."""

    #: The services that it may connect to, of which the scheme of a URL, or else the drivers that are installed, say
    #: which it is; where they say nothing, the last.
    services: tuple[str, ...]
    #: Keyword → role.
    keywords: Mapping[str, str]
    #: Roles of positional arguments, "" for one that tells nothing.
    positions: tuple[str, ...] = ()
    #: Keywords, and the first letters of a `node`, that mean a store inside of the process.
    embedded: tuple[str, ...] = ()
    #: Keywords without which it does not connect to a server of one's own.
    needs: tuple[str, ...] = ()
    #: What its first argument has to be, where that is written in the code.
    only: str = ""
    #: Where it connects to without any argument: `localhost`, "" where something else says that.
    default: str = "localhost"
    #: The scheme that its URLs need, "" for the usual one.
    scheme: str = ""


def _rows(package: str, names: str, client: Client) -> dict[tuple[str, str], Client]:
    return {(package, name): client for name in names.split()}


_PARTS = {
    "host": "host",
    "port": "port",
    "user": "user",
    "username": "user",
    "password": "password",
    "passwd": "password",
    "db": "database",
    "dbname": "database",
    "database": "database",
    "path": "database",
    "dsn": "url",
    "conninfo": "url",
    "url": "url",
}
_POSTGRES = Client(services=("postgres",), keywords=_PARTS, positions=("url",), default="")
_POSTGRES_PARTS = Client(services=("postgres",), keywords=_PARTS)
_MYSQL = Client(services=("mysql",), keywords=_PARTS, positions=("host", "user", "password", "database", "port"))
_ANY_SQL = Client(services=SQL_SERVICES, keywords={"url": "url", "name_or_url": "url"}, positions=("url",), default="")
_URL_PARTS = ("", "user", "password", "host", "port", "database")

_REDIS_PARTS = {
    "host": "host",
    "port": "port",
    "db": "number",
    "password": "password",
    "url": "url",
    "redis_url": "url",
    "endpoint": "host",
}
_REDIS = Client(services=("redis",), keywords=_REDIS_PARTS, positions=("host", "port", "number"))
_REDIS_NAMED = Client(services=("redis",), keywords=_REDIS_PARTS, positions=("", "host", "port", "number"))
_REDIS_URL = Client(services=("redis",), keywords=_REDIS_PARTS, positions=("url",))
_REDIS_KEYWORDS = Client(services=("redis",), keywords=_REDIS_PARTS, default="")
_REDIS_BACKEND = Client(services=("redis",), keywords=_REDIS_PARTS, positions=("url",), default="")

_LIMITER = Client(services=("redis", "memcached"), keywords={"storage_uri": "url"}, needs=("storage_uri",))

_RABBIT_PARTS = {
    "url": "url",
    "host": "host",
    "hostname": "host",
    "port": "port",
    "login": "user",
    "username": "user",
    "password": "password",
}
_RABBIT = Client(services=("rabbitmq",), keywords=_RABBIT_PARTS, positions=("url",))
_RABBIT_HOST = Client(services=("rabbitmq",), keywords=_RABBIT_PARTS, positions=("host",))

_MONGO = Client(
    services=("mongodb",),
    keywords={"host": "node", "port": "port", "username": "user", "password": "password", "uri": "url"},
    positions=("node", "port"),
)
_MEMCACHED = Client(services=("memcached",), keywords={"server": "node", "servers": "node"}, positions=("node",))
_KAFKA = Client(
    services=("kafka",),
    keywords={"bootstrap_servers": "address", "bootstrap.servers": "address"},
    positions=("config",),
    needs=("bootstrap_servers", "bootstrap.servers"),
)
_QUIX = Client(
    services=("kafka",),
    keywords={"broker_address": "address"},
    positions=("address",),
    needs=("broker_address",),
)
_ELASTIC_PARTS = {"hosts": "node", "host": "host", "port": "port", "basic_auth": "login", "http_auth": "login"}
_S3_PARTS = {
    "endpoint_url": "url",
    "aws_access_key_id": "user",
    "aws_secret_access_key": "password",
    "key": "user",
    "secret": "password",
    "client_kwargs": "config",
}
_S3 = Client(services=("minio",), keywords=_S3_PARTS, needs=("endpoint_url",), only="s3")
_QDRANT = Client(
    services=("qdrant",),
    keywords={"url": "url", "location": "node", "host": "host", "port": "port"},
    positions=("node", "url", "port"),
    embedded=("path", ":memory:"),
)
_CHROMA = Client(services=("chroma",), keywords={"host": "host", "port": "port"}, positions=("host", "port"))

#: Package, and last part of the name → row.
CLIENTS: Mapping[tuple[str, str], Client] = {
    **_rows("psycopg", "connect ConnectionPool AsyncConnectionPool", _POSTGRES),
    **_rows("psycopg_pool", "ConnectionPool AsyncConnectionPool", _POSTGRES),
    **_rows("psycopg2", "connect", _POSTGRES),
    **_rows(
        "psycopg2",
        "SimpleConnectionPool ThreadedConnectionPool",
        Client(services=("postgres",), keywords=_PARTS, positions=("", "", "url"), default=""),
    ),
    **_rows("asyncpg", "connect create_pool", _POSTGRES),
    **_rows("aiopg", "connect create_pool", _POSTGRES),
    **_rows("pg8000", "connect Connection", _POSTGRES_PARTS),
    **_rows(
        "peewee",
        "PostgresqlDatabase",
        Client(services=("postgres",), keywords=_PARTS, positions=("database",)),
    ),
    **_rows(
        "playhouse",
        "PostgresqlExtDatabase PooledPostgresqlDatabase PooledPostgresqlExtDatabase",
        Client(services=("postgres",), keywords=_PARTS, positions=("database",)),
    ),
    **_rows("peewee", "MySQLDatabase", Client(services=("mysql",), keywords=_PARTS, positions=("database",))),
    **_rows("playhouse", "PooledMySQLDatabase", Client(services=("mysql",), keywords=_PARTS, positions=("database",))),
    **_rows("playhouse", "connect", _ANY_SQL),
    **_rows("piccolo", "PostgresEngine", Client(services=("postgres",), keywords={**_PARTS, "config": "config"})),
    # https://tortoise.github.io/databases.html#db-url: `postgres`, never `postgresql`.
    **_rows(
        "tortoise",
        "register_tortoise init RegisterTortoise",
        Client(services=("postgres", "mysql"), keywords={"db_url": "url"}, needs=("db_url",), scheme="postgres"),
    ),
    **_rows("databases", "Database DatabaseURL", _ANY_SQL),
    **_rows("sqlalchemy", "create_engine create_async_engine", _ANY_SQL),
    **_rows("sqlmodel", "create_engine", _ANY_SQL),
    **_rows(
        "sqlalchemy",
        "create URL",
        Client(
            services=SQL_SERVICES, keywords={**_PARTS, "drivername": "scheme"}, positions=("scheme", *_URL_PARTS[1:])
        ),
    ),
    **_rows(
        "pydantic",
        "build",
        Client(services=SQL_SERVICES, keywords={**_PARTS, "scheme": "scheme"}, needs=("scheme",), default=""),
    ),
    **_rows(
        "langchain_postgres",
        "PGVector from_documents from_texts from_connection_string",
        Client(
            services=("postgres",), keywords={"connection": "url", "connection_string": "url"}, needs=("connection",)
        ),
    ),
    **_rows("pymysql", "connect Connection", _MYSQL),
    **_rows("MySQLdb", "connect", _MYSQL),
    **_rows("mysql", "connect MySQLConnectionPool", _MYSQL),
    **_rows("aiomysql", "connect create_pool", _MYSQL),
    **_rows("asyncmy", "connect create_pool", _MYSQL),
    **_rows(
        "mariadb",
        "connect ConnectionPool",
        Client(services=("mariadb",), keywords=_PARTS, positions=("host", "user", "password", "database", "port")),
    ),
    **_rows("redis", "Redis StrictRedis", _REDIS),
    **_rows("redis", "ConnectionPool BlockingConnectionPool", _REDIS_KEYWORDS),
    **_rows("redis", "from_url", _REDIS_URL),
    **_rows("aioredis", "Redis StrictRedis", _REDIS),
    **_rows("aioredis", "from_url create_redis create_redis_pool create_pool", _REDIS_URL),
    # https://docs.aiogram.dev/en/latest/dispatcher/finite_state_machine/storages.html; the second of version 2
    **_rows("aiogram", "from_url", _REDIS_URL),
    **_rows("aiogram", "RedisStorage", _REDIS_KEYWORDS),
    **_rows("aiogram", "RedisStorage2", _REDIS),
    # https://apscheduler.readthedocs.io/en/3.x/modules/jobstores/redis.html
    **_rows("apscheduler", "RedisJobStore", Client(services=("redis",), keywords=_REDIS_PARTS)),
    **_rows("valkey", "Valkey StrictValkey", Client(services=("valkey",), keywords=_REDIS_PARTS, positions=("host",))),
    **_rows("valkey", "from_url", Client(services=("valkey",), keywords=_REDIS_PARTS, positions=("url",))),
    **_rows("walrus", "Database Walrus", _REDIS),
    **_rows("redis_om", "get_redis_connection", _REDIS_KEYWORDS),
    **_rows("arq", "RedisSettings", Client(services=("redis",), keywords={**_REDIS_PARTS, "database": "number"})),
    **_rows("arq", "from_dsn", _REDIS_URL),
    **_rows("huey", "RedisHuey PriorityRedisHuey RedisExpireHuey PriorityRedisExpireHuey", _REDIS_NAMED),
    **_rows("dramatiq", "RedisBroker RedisBackend", Client(services=("redis",), keywords=_REDIS_PARTS)),
    **_rows("dramatiq", "RabbitmqBroker", Client(services=("rabbitmq",), keywords=_RABBIT_PARTS)),
    **_rows("taskiq_redis", "ListQueueBroker PubSubBroker RedisStreamBroker", _REDIS_URL),
    **_rows("taskiq_redis", "RedisAsyncResultBackend RedisScheduleSource", _REDIS_BACKEND),
    **_rows("taskiq_aio_pika", "AioPikaBroker", _RABBIT),
    **_rows("aiocache", "Cache RedisCache", Client(services=("redis",), keywords=_REDIS_PARTS, needs=("endpoint",))),
    **_rows("flask_limiter", "Limiter", _LIMITER),
    **_rows("slowapi", "Limiter", _LIMITER),
    # https://docs.celeryq.dev/en/stable/userguide/configuration.html#broker-url: RabbitMQ without one.
    **_rows(
        "celery",
        "Celery",
        Client(
            services=("redis", "rabbitmq"),
            keywords={"broker": "url", "backend": "result", "broker_url": "url", "result_backend": "result"},
            positions=("", "", "result", "", "url"),
            default="",
        ),
    ),
    **_rows(
        "kombu",
        "Connection BrokerConnection",
        Client(services=("redis", "rabbitmq"), keywords=_RABBIT_PARTS, positions=("url",)),
    ),
    **_rows("pika", "ConnectionParameters", _RABBIT_HOST),
    **_rows("pika", "URLParameters", _RABBIT),
    **_rows(
        "pika",
        "PlainCredentials",
        Client(services=("rabbitmq",), keywords=_RABBIT_PARTS, positions=("user", "password"), default=""),
    ),
    **_rows("aio_pika", "connect connect_robust", _RABBIT),
    **_rows("aiormq", "connect", _RABBIT),
    **_rows(
        "amqpstorm",
        "Connection",
        Client(services=("rabbitmq",), keywords=_RABBIT_PARTS, positions=("host", "user", "password", "port")),
    ),
    **_rows("faststream", "RabbitBroker", _RABBIT),
    **_rows("faststream", "RedisBroker", _REDIS_URL),
    **_rows("faststream", "KafkaBroker", Client(services=("kafka",), keywords={}, positions=("address",))),
    **_rows("faststream", "NatsBroker", Client(services=("nats",), keywords={"servers": "url"}, positions=("url",))),
    **_rows("pymongo", "MongoClient AsyncMongoClient", _MONGO),
    **_rows("motor", "AsyncIOMotorClient MotorClient", _MONGO),
    **_rows("mongoengine", "connect", Client(services=("mongodb",), keywords=_MONGO.keywords, positions=("", "", ""))),
    **_rows("flask_pymongo", "PyMongo", Client(services=("mongodb",), keywords={"uri": "url"}, default="")),
    **_rows("pymemcache", "Client PooledClient HashClient RetryingClient", _MEMCACHED),
    **_rows("pylibmc", "Client", _MEMCACHED),
    **_rows("memcache", "Client", _MEMCACHED),
    **_rows("bmemcached", "Client", _MEMCACHED),
    **_rows(
        "aiomcache",
        "Client",
        Client(services=("memcached",), keywords={"host": "host", "port": "port"}, positions=("host", "port")),
    ),
    **_rows("kafka", "KafkaProducer KafkaConsumer KafkaAdminClient", _KAFKA),
    **_rows("aiokafka", "AIOKafkaProducer AIOKafkaConsumer", _KAFKA),
    **_rows("confluent_kafka", "Producer Consumer AdminClient SerializingProducer DeserializingConsumer", _KAFKA),
    # https://quix.io/docs/quix-streams/configuration.html#required-parameters: without an address, Quix's cloud
    **_rows("quixstreams", "Application Producer Consumer", _QUIX),
    **_rows(
        "faust",
        "App",
        Client(services=("kafka",), keywords={"broker": "url"}, scheme="kafka"),
    ),
    **_rows("nats", "connect", Client(services=("nats",), keywords={"servers": "url"}, positions=("url",))),
    **_rows(
        "elasticsearch",
        "Elasticsearch AsyncElasticsearch",
        Client(services=("elasticsearch",), keywords=_ELASTIC_PARTS, positions=("node",), needs=("hosts",)),
    ),
    **_rows(
        "elasticsearch_dsl",
        "create_connection",
        Client(services=("elasticsearch",), keywords=_ELASTIC_PARTS, needs=("hosts",)),
    ),
    **_rows(
        "opensearchpy",
        "OpenSearch AsyncOpenSearch",
        Client(services=("opensearch",), keywords=_ELASTIC_PARTS, positions=("node",)),
    ),
    **_rows("boto3", "client resource", _S3),
    **_rows("aioboto3", "client resource", _S3),
    **_rows("aiobotocore", "create_client", _S3),
    **_rows("s3fs", "S3FileSystem", Client(services=("minio",), keywords=_S3_PARTS, needs=("endpoint_url",))),
    **_rows(
        "minio",
        "Minio",
        Client(
            services=("minio",),
            keywords={"endpoint": "address", "access_key": "user", "secret_key": "password"},
            positions=("address", "user", "password"),
            default="",
        ),
    ),
    **_rows("qdrant_client", "QdrantClient AsyncQdrantClient", _QDRANT),
    **_rows(
        "langchain_qdrant",
        "from_documents from_texts from_existing_collection",
        Client(services=("qdrant",), keywords=_QDRANT.keywords, embedded=("path", ":memory:"), needs=("url", "host")),
    ),
    **_rows("chromadb", "HttpClient AsyncHttpClient", _CHROMA),
}

#: Callables of a name of their own that is imported nowhere, such as a method, with a keyword that tells them.
METHODS: Mapping[tuple[str, str], tuple[str, Client]] = {
    ("client", "endpoint_url"): ("boto3", _S3),
    ("resource", "endpoint_url"): ("boto3", _S3),
    ("create_client", "endpoint_url"): ("aiobotocore", _S3),
    ("bind", "provider"): ("pony", Client(services=SQL_SERVICES, keywords={**_PARTS, "provider": "scheme"})),
    ("update", "broker_url"): ("celery", CLIENTS["celery", "Celery"]),
    ("update", "result_backend"): ("celery", CLIENTS["celery", "Celery"]),
}

#: Type of pydantic → the services that it means. https://docs.pydantic.dev/latest/api/networks/
DSN_TYPES: Mapping[str, tuple[str, ...]] = {
    "PostgresDsn": ("postgres",),
    "MySQLDsn": ("mysql",),
    "MariaDBDsn": ("mariadb",),
    "RedisDsn": ("redis",),
    "AmqpDsn": ("rabbitmq",),
    "MongoDsn": ("mongodb",),
    "KafkaDsn": ("kafka",),
    "NatsDsn": ("nats",),
}

#: Variables that a library reads by itself, by the package whose import says that it does.
#: https://redis.io/docs/latest/integrate/redisom-for-python/ (REDIS_OM_URL)
LIBRARY_VARIABLES: Mapping[str, str] = {"redis_om": "REDIS_OM_URL"}

#: Service → distributions that reach it and much else, so that they are no evidence alone.
GENERAL_CLIENTS: Mapping[str, tuple[str, ...]] = {
    "minio": ("boto3", "aioboto3", "aiobotocore", "s3fs", "django-storages"),
    "rabbitmq": ("celery", "kombu", "taskiq-aio-pika"),
    "redis": ("taskiq-redis", "walrus"),
}

#: Keys of a configured database or cache → role, by what marks the table that holds them.
TABLES: Mapping[str, Mapping[str, str]] = {
    "ENGINE": {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password", "NAME": "database"},
    "BACKEND": {"LOCATION": "node"},
    "engine": {"host": "host", "port": "port", "user": "user", "password": "password", "database": "database"},
    "hosts": {"hosts": "node"},
    "HOST": {"HOST": "host", "PORT": "port", "DB": "number"},
}
