"""Backing services: the image, how it is configured and checked, and what in a project shows that it is used.

Placeholders in templates: `{host}` is the service's name, `{port}` its port, `{number}` that of a numbered database;
`{user}`, `{password}` and `{database}` are credentials; `{userinfo}` and `{query}` are those of `Authentication`, empty
where the service runs open; `{scheme}` is one of `schemes`; `{url}` is `url` filled in. Commands and health checks are
written for the service's own shell: a `$` is the container's variable and has to be doubled in a Compose file.
Passwords have to be safe in a URL.

Sources of the tags: docker-library/official-images at 37079fb3 (2026-08-21) for postgres, mysql, mariadb, redis,
rabbitmq, mongo, memcached, elasticsearch and nats; the comment above a row names any other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True, slots=True)
class Credential:
    """A value that the service and its clients must agree on; it lives in `.env`."""

    #: `user`, `password` or `database`: the placeholder that it fills.
    key: str
    #: Its name in `.env`.
    variable: str
    #: What a new `.env` holds; "" for a secret, which has to be random.
    default: str = ""

    @property
    def secret(self) -> bool:
        """Whether it must never be written anywhere but in `.env`."""
        return self.key == "password"


@dataclass(frozen=True, kw_only=True, slots=True)
class Authentication:
    """How the service is closed to clients without credentials."""

    credentials: tuple[Credential, ...]
    #: The service refuses to start, or to be used from another container, without credentials.
    required: bool
    #: Container environment that sets the credentials: name → template.
    environment: Mapping[str, str]
    #: Arguments appended to the service's command.
    arguments: tuple[str, ...] = ()
    userinfo: str = "{user}:{password}@"
    query: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant:
    """Another image of the same service, used when a project needs an extension."""

    image: str
    #: Distributions, imports, schemes or Django engines that ask for it.
    evidence: tuple[str, ...]
    #: Platforms that the image lacks.
    missing_platforms: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """One backing service."""

    image: str
    port: int
    #: Compose `healthcheck.test`: it fails until a client in another container would succeed.
    health: tuple[str, ...]
    #: Seconds in which failing checks do not count.
    start_period: int
    #: Where the image keeps its data, "" when it keeps none.
    data: str
    #: Names whose import in the code shows the service, dotted where only that part of a distribution needs a server.
    #: A name may stand for more than one service.
    imports: tuple[str, ...]
    #: Normalised distributions: alone they are weak evidence.
    distributions: tuple[str, ...]
    #: URL schemes that show it, the one to write first; () where its URLs are plain HTTP.
    schemes: tuple[str, ...]
    url: str
    #: Environment variables that code reads for it → template of their value, the commonest first.
    variables: Mapping[str, str]
    authentication: Authentication | None = None
    #: Major version → where images older than it keep their data.
    data_before: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    #: Container environment that it needs whether closed or open.
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    #: Command in place of the image's, () to keep that one.
    command: tuple[str, ...] = ()
    #: Database backends of Django (last part of ENGINE) and cache backends (dotted path).
    django_engines: tuple[str, ...] = ()
    variants: Mapping[str, Variant] = field(default_factory=lambda: MappingProxyType({}))
    #: Capabilities to add after `cap_drop: [ALL]`: the entrypoint starts as root, takes its data folder and steps down.
    cap_add: tuple[str, ...] = ()
    #: It runs on a read-only root file system when `tmpfs` is mounted.
    read_only: bool = False
    tmpfs: tuple[str, ...] = ()
    #: Its data folder is named after the host name, which therefore has to stay the same.
    fixed_hostname: bool = False
    #: Memory limit that it works with at a small scale.
    memory: str = "512m"
    #: What a person must know besides, "" if nothing.
    note: str = ""
    #: Oldest major version of the image with which all of this works; 0 where only the table's own is known to.
    oldest: int = 0

    def data_in(self, image: str) -> str:
        """Where an image of this service keeps its data, by the major version in its tag; "" when it keeps none."""
        tag = image.partition("@")[0].rpartition("/")[2].rpartition(":")[2]
        version = re.search(r"pg(\d+)", tag) or re.match(r"v?(\d+)", tag)
        if version is None:
            return self.data
        return next((folder for major, folder in self.data_before.items() if int(version[1]) < major), self.data)

    def missing_platforms(self, image: str) -> tuple[str, ...]:
        """The platforms for which one of the service's images does not exist."""
        made = repository_of(image)
        found = (item.missing_platforms for item in self.variants.values() if repository_of(item.image) == made)
        return next(found, ())

    def takes(self, image: str) -> bool:
        """Whether everything here also works with another image of the service: same repository, new enough."""
        repositories = {repository_of(item) for item in (self.image, *(row.image for row in self.variants.values()))}
        tag = image.partition("@")[0].rpartition("/")[2].partition(":")[2]
        version = re.match(r"(?:pg|v)?(\d+)", tag)
        return (
            bool(self.oldest)
            and repository_of(image) in repositories
            and version is not None
            and int(version[1]) >= self.oldest
        )


def repository_of(image: str) -> str:
    """An image reference without tag and digest; `docker.io/library/` in front is left out."""
    head, _, name = image.partition("@")[0].rpartition("/")
    path = f"{head}/{name.partition(':')[0]}" if head else name.partition(":")[0]
    return re.sub(r"^(?:docker\.io/)?(?:library/)?", "", path)


#: Last part of a repository's name → service, where they differ.
_IMAGE_NAMES = {
    "cp-kafka": "kafka",
    "mongo": "mongodb",
    "mongodb-community-server": "mongodb",
    "mysql-server": "mysql",
    "pgvector": "postgres",
    "postgis": "postgres",
    "postgresql": "postgres",
    "redis-stack": "redis",
    "redis-stack-server": "redis",
    "timescaledb": "postgres",
    "timescaledb-ha": "postgres",
}


def service_of(image: str) -> str:
    """The service that an image runs, by the name of its repository; "" for one that is not in the table."""
    name = repository_of(image).rpartition("/")[2]
    service = _IMAGE_NAMES.get(name, name)
    return service if service in SERVICES else ""


#: What an entrypoint needs that runs `chown` on its data folder and then `gosu` or `setpriv`.
_STEPS_DOWN = ("CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID")

_SQL_CREDENTIALS = {"user": "app", "database": "app", "password": ""}


def _credentials(prefix: str, names: Mapping[str, str]) -> tuple[Credential, ...]:
    """`user`, `database`, `password` as `PREFIX_<name>`, in that order."""
    return tuple(
        Credential(key=key, variable=f"{prefix}_{name}", default=_SQL_CREDENTIALS[key]) for key, name in names.items()
    )


def _http_ok(port: int, path: str) -> tuple[str, ...]:
    """A check for images with bash and grep but without an HTTP client."""
    request = f"GET {path} HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n"
    return (
        "CMD",
        "bash",
        "-c",
        f"exec 3<>/dev/tcp/127.0.0.1/{port} && printf '{request}' >&3 && head -n 1 <&3 | grep -q ' 200'",
    )


_REDIS_VARIABLES = {
    "REDIS_URL": "{url}",
    "REDIS_URI": "{url}",
    "REDIS_HOST": "{host}",
    "REDIS_HOSTNAME": "{host}",
    "REDIS_PORT": "{port}",
    "REDIS_PASSWORD": "{password}",
    "REDIS_PASS": "{password}",
    "REDIS_DB": "0",
    "CACHE_URL": "{url}",
    "CELERY_BROKER_URL": "{url}",
    "CELERY_RESULT_BACKEND": "{url}",
    "BROKER_URL": "{url}",
    "RQ_REDIS_URL": "{url}",
    "CACHE_REDIS_URL": "{url}",
    "CACHE_REDIS_HOST": "{host}",
    "CACHE_REDIS_PORT": "{port}",
    "REDIS_OM_URL": "{url}",
}

_SQL_VARIABLES = {
    "DATABASE_URL": "{url}",
    "DATABASE_URI": "{url}",
    "DB_URL": "{url}",
    "DATABASE_DSN": "{url}",
    "DB_DSN": "{url}",
    "SQLALCHEMY_DATABASE_URI": "{url}",
    "SQLALCHEMY_DATABASE_URL": "{url}",
    "DB_HOST": "{host}",
    "DB_HOSTNAME": "{host}",
    "DB_SERVER": "{host}",
    "DB_PORT": "{port}",
    "DB_USER": "{user}",
    "DB_USERNAME": "{user}",
    "DB_PASSWORD": "{password}",
    "DB_PASS": "{password}",
    "DB_NAME": "{database}",
    "DB_DATABASE": "{database}",
    "DB_BASE": "{database}",
    "DATABASE_HOST": "{host}",
    "DATABASE_HOSTNAME": "{host}",
    "DATABASE_PORT": "{port}",
    "DATABASE_USER": "{user}",
    "DATABASE_PASSWORD": "{password}",
    "DATABASE_PASS": "{password}",
    "DATABASE_NAME": "{database}",
    "DATABASE_USERNAME": "{user}",
    "SQL_HOST": "{host}",
    "SQL_PORT": "{port}",
    "SQL_USER": "{user}",
    "SQL_PASSWORD": "{password}",
    "SQL_DATABASE": "{database}",
}

_MYSQL_VARIABLES = {
    **_SQL_VARIABLES,
    "MYSQL_URL": "{url}",
    "MYSQL_HOST": "{host}",
    "MYSQL_HOSTNAME": "{host}",
    "MYSQL_PORT": "{port}",
    "MYSQL_USER": "{user}",
    "MYSQL_PASSWORD": "{password}",
    "MYSQL_DATABASE": "{database}",
    "MYSQL_DB": "{database}",
    "MYSQL_NAME": "{database}",
    "MYSQL_USERNAME": "{user}",
}

_MYSQL_HEALTH = (
    "CMD-SHELL",
    'MYSQL_PWD="$MYSQL_PASSWORD" mysql --host=127.0.0.1 --user="$MYSQL_USER" --execute="SELECT 1" "$MYSQL_DATABASE"',
)

_MYSQL_SCHEMES = (
    "mysql",
    "mysql+pymysql",
    "mysql+mysqldb",
    "mysql+aiomysql",
    "mysql+asyncmy",
    "mysql+mysqlconnector",
    "mysql2",
)

_MYSQL_IMPORTS = ("MySQLdb", "pymysql", "aiomysql", "asyncmy", "mysql")

_MYSQL_DISTRIBUTIONS = ("mysqlclient", "pymysql", "aiomysql", "asyncmy", "mysql-connector-python")

_S3_VARIABLES = {
    "S3_ENDPOINT_URL": "{url}",
    "S3_ENDPOINT": "{url}",
    "AWS_ENDPOINT_URL": "{url}",
    "AWS_ENDPOINT_URL_S3": "{url}",
    "AWS_S3_ENDPOINT_URL": "{url}",
    "MLFLOW_S3_ENDPOINT_URL": "{url}",
    "MINIO_URL": "{url}",
    "MINIO_ENDPOINT": "{host}:{port}",
    "MINIO_HOST": "{host}",
    "MINIO_PORT": "{port}",
    "MINIO_ACCESS_KEY": "{user}",
    "MINIO_SECRET_KEY": "{password}",
    "MINIO_ROOT_USER": "{user}",
    "MINIO_ROOT_PASSWORD": "{password}",
    "AWS_ACCESS_KEY_ID": "{user}",
    "AWS_SECRET_ACCESS_KEY": "{password}",
    "AWS_S3_ACCESS_KEY_ID": "{user}",
    "AWS_S3_SECRET_ACCESS_KEY": "{password}",
}

#: The services that speak SQL, in the order of the table.
SQL_SERVICES = ("postgres", "mysql", "mariadb")
#: A service → the one that an import or a variable means when the tables of both name it: the same clients reach both.
STANDS_FOR: Mapping[str, str] = {"mariadb": "mysql", "valkey": "redis"}

#: Name, which is also the service's host name → service.
SERVICES: Mapping[str, Service] = {
    # From 18 on the volume is the parent folder: docker-library/postgres, Dockerfile-debian.template.
    # While it initialises, the server listens on its socket only: the check has to go through TCP.
    "postgres": Service(
        image="postgres:18",
        oldest=12,
        port=5432,
        health=(
            "CMD-SHELL",
            'PGPASSWORD="$POSTGRES_PASSWORD" psql -h 127.0.0.1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "SELECT 1"',
        ),
        start_period=60,
        data="/var/lib/postgresql",
        data_before=MappingProxyType({18: "/var/lib/postgresql/data"}),
        imports=("psycopg", "psycopg2", "psycopg2cffi", "asyncpg", "aiopg", "pg8000", "postgrest"),
        distributions=("psycopg", "psycopg2", "psycopg2-binary", "psycopg2cffi", "asyncpg", "aiopg", "pg8000"),
        schemes=(
            "postgresql",
            "postgres",
            "postgresql+psycopg",
            "postgresql+psycopg2",
            "postgresql+asyncpg",
            "postgresql+pg8000",
            "postgis",
        ),
        url="{scheme}://{userinfo}{host}:{port}/{database}",
        variables=MappingProxyType(
            {
                **_SQL_VARIABLES,
                "POSTGRES_URL": "{url}",
                "POSTGRES_URI": "{url}",
                "POSTGRES_DSN": "{url}",
                "POSTGRES_HOST": "{host}",
                "POSTGRES_HOSTNAME": "{host}",
                "POSTGRES_SERVER": "{host}",
                "POSTGRES_PORT": "{port}",
                "POSTGRES_USER": "{user}",
                "POSTGRES_PASSWORD": "{password}",
                "POSTGRES_DB": "{database}",
                "POSTGRES_DATABASE": "{database}",
                "PG_DSN": "{url}",
                "PG_URL": "{url}",
                "POSTGRES_NAME": "{database}",
                "POSTGRES_DB_NAME": "{database}",
                "POSTGRES_USERNAME": "{user}",
                "POSTGRES_PASS": "{password}",
                "PGHOST": "{host}",
                "PGPORT": "{port}",
                "PGUSER": "{user}",
                "PGPASSWORD": "{password}",
                "PGDATABASE": "{database}",
            }
        ),
        authentication=Authentication(
            credentials=_credentials("POSTGRES", {"user": "USER", "database": "DB", "password": "PASSWORD"}),
            required=True,
            environment=MappingProxyType(
                {"POSTGRES_USER": "{user}", "POSTGRES_DB": "{database}", "POSTGRES_PASSWORD": "{password}"}
            ),
        ),
        django_engines=("postgresql", "postgresql_psycopg2", "postgis"),
        variants=MappingProxyType(
            {
                # https://github.com/pgvector/pgvector#docker
                "pgvector": Variant(image="pgvector/pgvector:pg18", evidence=("pgvector",)),
                # https://github.com/postgis/docker-postgis: no arm64 image.
                "postgis": Variant(
                    image="postgis/postgis:18-3.6",
                    evidence=("postgis", "geoalchemy2", "django.contrib.gis"),
                    missing_platforms=("linux/arm64",),
                ),
            }
        ),
        cap_add=_STEPS_DOWN,
        read_only=True,
        tmpfs=("/tmp", "/var/run/postgresql"),  # noqa: S108 - a path in the container
    ),
    # 9.7 is the long-term release. Its clients log in with caching_sha2_password.
    "mysql": Service(
        image="mysql:9.7",
        oldest=8,
        port=3306,
        health=_MYSQL_HEALTH,
        start_period=120,
        data="/var/lib/mysql",
        imports=_MYSQL_IMPORTS,
        distributions=_MYSQL_DISTRIBUTIONS,
        schemes=_MYSQL_SCHEMES,
        url="{scheme}://{userinfo}{host}:{port}/{database}",
        variables=MappingProxyType(_MYSQL_VARIABLES),
        authentication=Authentication(
            credentials=_credentials("MYSQL", {"user": "USER", "database": "DATABASE", "password": "PASSWORD"}),
            required=True,
            environment=MappingProxyType(
                {
                    "MYSQL_USER": "{user}",
                    "MYSQL_DATABASE": "{database}",
                    "MYSQL_PASSWORD": "{password}",
                    "MYSQL_RANDOM_ROOT_PASSWORD": "1",
                }
            ),
        ),
        django_engines=("mysql",),
        cap_add=_STEPS_DOWN,
        read_only=True,
        tmpfs=("/tmp", "/var/run/mysqld"),  # noqa: S108 - a path in the container
        memory="1g",
        note="PyMySQL, aiomysql and asyncmy need the distribution `cryptography` to log in.",
    ),
    # The image creates a user for its own healthcheck.sh: https://mariadb.com/docs/server/server-management (Docker).
    "mariadb": Service(
        image="mariadb:12.3",
        oldest=10,
        port=3306,
        health=("CMD", "healthcheck.sh", "--connect", "--innodb_initialized"),
        start_period=120,
        data="/var/lib/mysql",
        imports=("mariadb", *_MYSQL_IMPORTS),
        distributions=("mariadb", *_MYSQL_DISTRIBUTIONS),
        schemes=("mariadb", "mariadb+mariadbconnector", "mariadb+pymysql", *_MYSQL_SCHEMES),
        url="{scheme}://{userinfo}{host}:{port}/{database}",
        variables=MappingProxyType(
            {
                **_MYSQL_VARIABLES,
                "MARIADB_URL": "{url}",
                "MARIADB_HOST": "{host}",
                "MARIADB_PORT": "{port}",
                "MARIADB_USER": "{user}",
                "MARIADB_PASSWORD": "{password}",
                "MARIADB_DATABASE": "{database}",
            }
        ),
        authentication=Authentication(
            credentials=_credentials("MARIADB", {"user": "USER", "database": "DATABASE", "password": "PASSWORD"}),
            required=True,
            environment=MappingProxyType(
                {
                    "MARIADB_USER": "{user}",
                    "MARIADB_DATABASE": "{database}",
                    "MARIADB_PASSWORD": "{password}",
                    "MARIADB_RANDOM_ROOT_PASSWORD": "1",
                }
            ),
        ),
        django_engines=("mysql",),
        cap_add=_STEPS_DOWN,
        read_only=True,
        tmpfs=("/tmp", "/run/mysqld"),  # noqa: S108 - a path in the container
    ),
    "redis": Service(
        image="redis:8",
        oldest=6,
        port=6379,
        health=("CMD-SHELL", "redis-cli ping | grep -q PONG"),
        start_period=20,
        data="/data",
        imports=("redis", "aioredis", "django_redis", "rq", "arq", "walrus", "redis_om", "flask_redis"),
        distributions=("redis", "aioredis", "django-redis", "rq", "arq", "redis-om", "flask-redis", "channels-redis"),
        schemes=("redis", "rediss", "redis+socket"),
        url="redis://{userinfo}{host}:{port}/{number}",
        variables=MappingProxyType(_REDIS_VARIABLES),
        authentication=Authentication(
            credentials=(Credential(key="password", variable="REDIS_PASSWORD"),),
            required=False,
            # redis-cli reads it: the health check needs no argument.
            environment=MappingProxyType({"REDISCLI_AUTH": "{password}"}),
            arguments=("--requirepass", "{password}"),
            userinfo=":{password}@",
        ),
        command=("redis-server", "--appendonly", "yes"),
        django_engines=("django.core.cache.backends.redis.RedisCache", "django_redis.cache.RedisCache"),
        cap_add=_STEPS_DOWN,
        read_only=True,
        memory="256m",
    ),
    # https://github.com/valkey-io/valkey-container/pull/144 (9.1.0); speaks Redis's protocol.
    "valkey": Service(
        image="valkey/valkey:9.1",
        oldest=7,
        port=6379,
        health=("CMD-SHELL", "valkey-cli ping | grep -q PONG"),
        start_period=20,
        data="/data",
        imports=("valkey", "glide"),
        distributions=("valkey", "valkey-glide", "django-valkey"),
        schemes=("valkey", "valkeys"),
        url="{scheme}://{userinfo}{host}:{port}/{number}",
        variables=MappingProxyType(
            {
                "VALKEY_URL": "{url}",
                "VALKEY_HOST": "{host}",
                "VALKEY_PORT": "{port}",
                "VALKEY_PASSWORD": "{password}",
                **_REDIS_VARIABLES,
            }
        ),
        authentication=Authentication(
            credentials=(Credential(key="password", variable="VALKEY_PASSWORD"),),
            required=False,
            environment=MappingProxyType({"REDISCLI_AUTH": "{password}", "VALKEYCLI_AUTH": "{password}"}),
            arguments=("--requirepass", "{password}"),
            userinfo=":{password}@",
        ),
        command=("valkey-server", "--appendonly", "yes"),
        django_engines=("django_valkey.cache.ValkeyCache",),
        cap_add=_STEPS_DOWN,
        read_only=True,
        memory="256m",
    ),
    # The default user may only log in from the same container, hence credentials are required.
    "rabbitmq": Service(
        image="rabbitmq:4.3",
        oldest=3,
        port=5672,
        health=("CMD", "rabbitmq-diagnostics", "--quiet", "check_port_listener", "5672"),
        start_period=60,
        data="/var/lib/rabbitmq",
        imports=("pika", "aio_pika", "aiormq", "amqp", "amqpstorm"),
        distributions=("pika", "aio-pika", "aiormq", "amqpstorm"),
        schemes=("amqp", "pyamqp", "amqps"),
        url="{scheme}://{userinfo}{host}:{port}/%2F",
        variables=MappingProxyType(
            {
                "RABBITMQ_URL": "{url}",
                "RABBITMQ_URI": "{url}",
                "AMQP_URL": "{url}",
                "AMQP_DSN": "{url}",
                "CLOUDAMQP_URL": "{url}",
                "CELERY_BROKER_URL": "{url}",
                "BROKER_URL": "{url}",
                "RABBITMQ_HOST": "{host}",
                "RABBITMQ_HOSTNAME": "{host}",
                "RABBITMQ_PORT": "{port}",
                "RABBITMQ_USER": "{user}",
                "RABBITMQ_USERNAME": "{user}",
                "RABBITMQ_PASSWORD": "{password}",
                "RABBITMQ_PASS": "{password}",
                "RABBITMQ_DEFAULT_USER": "{user}",
                "RABBITMQ_DEFAULT_PASS": "{password}",
                "RABBITMQ_VHOST": "/",
            }
        ),
        authentication=Authentication(
            credentials=_credentials("RABBITMQ", {"user": "USER", "password": "PASSWORD"}),
            required=True,
            environment=MappingProxyType({"RABBITMQ_DEFAULT_USER": "{user}", "RABBITMQ_DEFAULT_PASS": "{password}"}),
        ),
        cap_add=_STEPS_DOWN,
        fixed_hostname=True,
    ),
    # 8.0 is the long-term release. While it initialises, the server listens on 127.0.0.1 only: the check has to use the
    # host name.
    "mongodb": Service(
        image="mongo:8.0",
        oldest=5,
        port=27017,
        health=(
            "CMD-SHELL",
            'mongosh --quiet --host "$(hostname)" --eval \'db.adminCommand("ping").ok\' | grep -qx 1',
        ),
        start_period=60,
        data="/data/db",
        imports=("pymongo", "motor", "mongoengine", "beanie", "odmantic", "umongo"),
        distributions=("pymongo", "motor", "mongoengine", "beanie", "odmantic", "djongo"),
        schemes=("mongodb", "mongodb+srv"),
        url="mongodb://{userinfo}{host}:{port}/{database}{query}",
        variables=MappingProxyType(
            {
                "MONGODB_URL": "{url}",
                "MONGODB_URI": "{url}",
                "MONGO_URL": "{url}",
                "MONGO_URI": "{url}",
                "MONGODB_HOST": "{host}",
                "MONGODB_HOSTNAME": "{host}",
                "MONGO_HOST": "{host}",
                "MONGODB_PORT": "{port}",
                "MONGO_PORT": "{port}",
                "MONGODB_USER": "{user}",
                "MONGODB_USERNAME": "{user}",
                "MONGO_USER": "{user}",
                "MONGODB_PASSWORD": "{password}",
                "MONGO_PASSWORD": "{password}",
                "MONGODB_DATABASE": "{database}",
                "MONGODB_DB": "{database}",
                "MONGO_DB": "{database}",
                "MONGO_INITDB_ROOT_USERNAME": "{user}",
                "MONGO_INITDB_ROOT_PASSWORD": "{password}",
            }
        ),
        authentication=Authentication(
            credentials=_credentials("MONGODB", {"user": "USER", "database": "DATABASE", "password": "PASSWORD"}),
            required=False,
            environment=MappingProxyType(
                {"MONGO_INITDB_ROOT_USERNAME": "{user}", "MONGO_INITDB_ROOT_PASSWORD": "{password}"}
            ),
            query="?authSource=admin",
        ),
        django_engines=("djongo", "django_mongodb_backend"),
        cap_add=_STEPS_DOWN,
        memory="1g",
        note="On amd64 it needs a processor with AVX.",
    ),
    "memcached": Service(
        image="memcached:1.6",
        port=11211,
        health=(
            "CMD",
            "bash",
            "-c",
            "exec 3<>/dev/tcp/127.0.0.1/11211 && printf 'version\\r\\nquit\\r\\n' >&3 && grep -q VERSION <&3",
        ),
        start_period=10,
        data="",
        imports=("pymemcache", "pylibmc", "memcache", "bmemcached", "aiomcache"),
        distributions=("pymemcache", "pylibmc", "python-memcached", "python-binary-memcached", "aiomcache"),
        schemes=("memcached", "memcache", "cache+memcached"),
        url="{scheme}://{host}:{port}",
        variables=MappingProxyType(
            {
                "MEMCACHED_URL": "{url}",
                "MEMCACHED_SERVERS": "{host}:{port}",
                "CACHE_MEMCACHED_SERVERS": "{host}:{port}",
                "MEMCACHED_HOST": "{host}",
                "MEMCACHED_PORT": "{port}",
                "MEMCACHE_HOST": "{host}",
                "MEMCACHE_PORT": "{port}",
            }
        ),
        django_engines=(
            "django.core.cache.backends.memcached.PyMemcacheCache",
            "django.core.cache.backends.memcached.PyLibMCCache",
        ),
        read_only=True,
        memory="128m",
    ),
    # The official image has full versions only. https://www.elastic.co/docs/deploy-manage/deploy/self-managed (Docker).
    "elasticsearch": Service(
        image="elasticsearch:9.5.2",
        port=9200,
        health=(
            "CMD-SHELL",
            'curl -fs -u "elastic:$ELASTIC_PASSWORD" "http://127.0.0.1:9200/_cluster/health?wait_for_status=yellow"',
        ),
        start_period=120,
        data="/usr/share/elasticsearch/data",
        imports=("elasticsearch", "elasticsearch_dsl", "django_elasticsearch_dsl"),
        distributions=("elasticsearch", "elasticsearch-dsl", "django-elasticsearch-dsl"),
        schemes=("elasticsearch",),
        url="http://{userinfo}{host}:{port}",
        variables=MappingProxyType(
            {
                "ELASTICSEARCH_URL": "{url}",
                "ELASTICSEARCH_HOSTS": "{url}",
                "ELASTIC_URL": "{url}",
                "ELASTICSEARCH_DSN": "{url}",
                "ES_URL": "{url}",
                "ELASTICSEARCH_HOST": "{host}",
                "ES_HOST": "{host}",
                "ELASTICSEARCH_PORT": "{port}",
                "ES_PORT": "{port}",
                "ELASTICSEARCH_USER": "elastic",
                "ELASTICSEARCH_USERNAME": "elastic",
                "ELASTIC_USER": "elastic",
                "ELASTICSEARCH_PASSWORD": "{password}",
                "ELASTIC_PASSWORD": "{password}",
            }
        ),
        authentication=Authentication(
            credentials=(Credential(key="password", variable="ELASTIC_PASSWORD"),),
            required=True,
            environment=MappingProxyType({"ELASTIC_PASSWORD": "{password}"}),
            userinfo="elastic:{password}@",
        ),
        environment=MappingProxyType(
            {
                "discovery.type": "single-node",
                "xpack.security.http.ssl.enabled": "false",
                "ES_JAVA_OPTS": "-Xms512m -Xmx512m",
            }
        ),
        memory="2g",
        note="Its maker asks for vm.max_map_count of at least 262144 on the host.",
    ),
    # https://github.com/flavienbwk/opensearch-docker-compose/pull/19 (3.7.0 is published); the security plugin works
    # with certificates only, so it is off and the service has to stay on a network of its own.
    "opensearch": Service(
        image="opensearchproject/opensearch:3.7.0",
        port=9200,
        health=(
            "CMD-SHELL",
            'curl -fs "http://127.0.0.1:9200/_cluster/health?wait_for_status=yellow"',
        ),
        start_period=120,
        data="/usr/share/opensearch/data",
        imports=("opensearchpy", "opensearch_dsl", "django_opensearch_dsl"),
        distributions=("opensearch-py", "opensearch-dsl", "django-opensearch-dsl"),
        schemes=("opensearch",),
        url="http://{host}:{port}",
        variables=MappingProxyType(
            {
                "OPENSEARCH_URL": "{url}",
                "OPENSEARCH_HOSTS": "{url}",
                "OPENSEARCH_HOST": "{host}",
                "OPENSEARCH_PORT": "{port}",
            }
        ),
        environment=MappingProxyType(
            {
                "discovery.type": "single-node",
                "DISABLE_SECURITY_PLUGIN": "true",
                "DISABLE_INSTALL_DEMO_CONFIG": "true",
                "OPENSEARCH_JAVA_OPTS": "-Xms512m -Xmx512m",
            }
        ),
        memory="2g",
        note="Its makers ask for vm.max_map_count of at least 262144 on the host.",
    ),
    # https://github.com/apache/kafka/pull/22657 (4.3.1), docker/jvm/Dockerfile for the user and the data folder.
    "kafka": Service(
        image="apache/kafka:4.3.1",
        port=9092,
        health=(
            "CMD-SHELL",
            "/opt/kafka/bin/kafka-broker-api-versions.sh --bootstrap-server kafka:9092 > /dev/null",
        ),
        start_period=60,
        data="/var/lib/kafka/data",
        imports=("confluent_kafka", "kafka", "aiokafka", "faust"),
        distributions=("confluent-kafka", "kafka-python", "kafka-python-ng", "aiokafka", "faust", "faust-streaming"),
        schemes=("kafka",),
        url="{host}:{port}",
        variables=MappingProxyType(
            {
                "KAFKA_BOOTSTRAP_SERVERS": "{url}",
                "KAFKA_BOOTSTRAP_SERVER": "{url}",
                "KAFKA_BROKERS": "{url}",
                "KAFKA_BROKER": "{url}",
                "KAFKA_BROKER_URL": "{url}",
                "KAFKA_URL": "{url}",
                "KAFKA_SERVERS": "{url}",
                "KAFKA_HOST": "{host}",
                "KAFKA_PORT": "{port}",
            }
        ),
        environment=MappingProxyType(
            {
                "KAFKA_NODE_ID": "1",
                "KAFKA_PROCESS_ROLES": "broker,controller",
                "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
                "KAFKA_ADVERTISED_LISTENERS": "PLAINTEXT://kafka:9092",
                "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
                "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
                "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
                "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
                "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
                "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
                "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
                "KAFKA_LOG_DIRS": "/var/lib/kafka/data",
            }
        ),
        memory="1g",
    ),
    # The plain tag is built from scratch: without a shell or an HTTP client it could not be checked.
    "nats": Service(
        image="nats:2.14-alpine",
        port=4222,
        health=("CMD", "wget", "-q", "--spider", "http://127.0.0.1:8222/healthz?js-enabled-only=true"),
        start_period=10,
        data="/data",
        imports=("nats", "nats_client"),
        distributions=("nats-py", "asyncio-nats-client"),
        schemes=("nats",),
        url="nats://{host}:{port}",
        variables=MappingProxyType(
            {
                "NATS_URL": "{url}",
                "NATS_URI": "{url}",
                "NATS_SERVER": "{url}",
                "NATS_SERVERS": "{url}",
                "NATS_HOST": "{host}",
                "NATS_PORT": "{port}",
            }
        ),
        command=("nats-server", "--jetstream", "--store_dir", "/data", "--http_port", "8222"),
        read_only=True,
        memory="256m",
    ),
    # The project publishes no images since October 2025 and removed its Docker Hub repository in September 2026;
    # quay.io has the last one: https://github.com/minio/minio/issues/21647, github.com/onyx-dot-app/onyx/pull/14689.
    "minio": Service(
        image="quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z",
        port=9000,
        health=("CMD", "mc", "ready", "local"),
        start_period=20,
        data="/data",
        imports=("minio",),
        distributions=("minio", "django-minio-storage", "miniopy-async"),
        schemes=(),
        url="http://{host}:{port}",
        variables=MappingProxyType(_S3_VARIABLES),
        authentication=Authentication(
            credentials=(
                Credential(key="user", variable="MINIO_ROOT_USER", default="app-storage"),
                Credential(key="password", variable="MINIO_ROOT_PASSWORD"),
            ),
            required=True,
            environment=MappingProxyType({"MINIO_ROOT_USER": "{user}", "MINIO_ROOT_PASSWORD": "{password}"}),
            userinfo="",
        ),
        command=("server", "/data", "--console-address", ":9001"),
        note="Archived: this is its last image and gets no security fixes. The application has to create its buckets.",
    ),
    # https://github.com/qdrant/qdrant/pull/10084 (1.19.0); its Dockerfile starts from Debian: bash, but no HTTP client.
    "qdrant": Service(
        image="qdrant/qdrant:v1.19.0",
        port=6333,
        health=_http_ok(6333, "/readyz"),
        start_period=20,
        data="/qdrant/storage",
        imports=(),  # it also runs inside of the process: see knowledge.clients
        distributions=("qdrant-client", "langchain-qdrant", "llama-index-vector-stores-qdrant"),
        schemes=("qdrant",),
        url="http://{host}:{port}",
        variables=MappingProxyType(
            {
                "QDRANT_URL": "{url}",
                "QDRANT_URI": "{url}",
                "QDRANT_ENDPOINT": "{url}",
                "QDRANT_HOST": "{host}",
                "QDRANT_PORT": "{port}",
                "QDRANT_API_KEY": "{password}",
            }
        ),
        authentication=Authentication(
            credentials=(Credential(key="password", variable="QDRANT_API_KEY"),),
            required=False,
            environment=MappingProxyType({"QDRANT__SERVICE__API_KEY": "{password}"}),
            userinfo="",
        ),
    ),
    # Client mode only; https://github.com/mastra-ai/mastra/pull/15771 (1.5.8). From 1.0 on the data is in /data:
    # https://github.com/odysseus-dev/odysseus/pull/5307; bash, but no HTTP client: amikos-tech/chroma-cookbook#150.
    "chroma": Service(
        image="chromadb/chroma:1.5.8",
        port=8000,
        health=_http_ok(8000, "/api/v2/heartbeat"),
        start_period=20,
        data="/data",
        imports=(),  # it also runs inside of the process: see knowledge.clients
        distributions=("chromadb", "chromadb-client", "langchain-chroma"),
        schemes=(),
        url="http://{host}:{port}",
        variables=MappingProxyType(
            {
                "CHROMA_URL": "{url}",
                "CHROMA_HOST": "{host}",
                "CHROMA_PORT": "{port}",
                "CHROMA_SERVER_HOST": "{host}",
                "CHROMA_SERVER_HTTP_PORT": "{port}",
                "CHROMADB_HOST": "{host}",
                "CHROMADB_PORT": "{port}",
            }
        ),
    ),
}
