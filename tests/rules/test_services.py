"""Backing services, the variables that point to them, and the processes beside the main one."""

from __future__ import annotations

import pytest

from scaffolder.decisions import CONNECTIONS, PROCESSES, Process
from scaffolder.decisions import SERVICES as SERVICES_KEY
from tests.helpers import CELERY, FASTAPI, FLASK, SCRIPT, check_decides, inferred, message_codes, project

READS = "import os\n{}\nurl = os.environ['{}']\n" + SCRIPT

#: Source of main.py, packages, services, evidence.
SERVICES = {
    "import": ("import redis\n" + SCRIPT, "redis 5.0.0", ("redis",), "redis: main.py:1: import redis"),
    "scheme": ("url = 'redis://localhost'\n" + SCRIPT, "redis 5.0.0", ("redis",), "redis://"),
    "postgres": ("import psycopg\n" + SCRIPT, "psycopg 3.2.0", ("postgres",), "import psycopg"),
    "mysql, not mariadb too": ("import pymysql\n" + SCRIPT, "pymysql 1.1.0", ("mysql",), "import pymysql"),
    "a variable of its own": (
        READS.format("", "REDIS_URL"),
        "redis 5.0.0",
        ("redis",),
        "reads REDIS_URL; poetry.lock: redis",
    ),
    "a shared variable with one driver": (
        READS.format("", "DATABASE_URL"),
        "psycopg2 2.9.0",
        ("postgres",),
        "DATABASE_URL",
    ),
    "two, in the table's order": (
        "import redis\nimport psycopg\n" + SCRIPT,
        "psycopg 3.2.0, redis 5.0.0",
        ("postgres", "redis"),
        "",
    ),
}


@pytest.mark.parametrize("case", SERVICES.values(), ids=SERVICES)
def test_services(case: tuple[str, str, tuple[str, ...], str]) -> None:
    source, packages, services, evidence = case
    check_decides(
        project({"main.py": source}, packages=packages.split(", ")), "services", services, "inferred", evidence
    )


@pytest.mark.parametrize(
    ("default", "name", "services"),
    [
        ("sqlite:///shop.db", "OLD_DB_URL", ()),
        ("sqlite:///shop.db", "DATABASE_URL", ("postgres",)),
        ("sqlite:///:memory:", "OLD_DB_URL", ("postgres",)),
        ("none", "OLD_DB_URL", ("postgres",)),
    ],
)
def test_a_second_database_beside_a_file(default: str, name: str, services: tuple[str, ...]) -> None:
    source = f"import os\na = os.environ.get('MAIN_URL', '{default}')\nb = os.environ['{name}']\n" + SCRIPT
    found = inferred(project({"main.py": source}, packages=["asyncpg 0.30.0"])).decisions[SERVICES_KEY]
    assert found == services


def test_a_client_alone_is_weak_evidence_and_only_offered() -> None:
    shop = project({"main.py": SCRIPT}, packages=["redis 5.0.0"])
    check_decides(shop, "services", (), "default", "the code connects to none")
    (message,) = inferred(shop).messages
    assert message.code == "service-offered"
    assert "--set services=+redis" in message.hint
    check_decides(shop, "services", ("redis",), "flag", settings=["services=+redis"])
    assert message_codes(shop, "services=+redis") == []


def test_an_import_whose_distribution_is_not_installed_is_none() -> None:
    check_decides(project({"main.py": "import redis\n" + SCRIPT}), "services", (), "default")
    shop = project({"main.py": "import redis\n" + SCRIPT}, packages=["redis 5.0.0 @dev"])
    check_decides(shop, "services", (), "default")


def test_a_default_of_another_scheme_argues_against() -> None:
    source = "import os\nurl = os.environ.get('DATABASE_URL', 'sqlite:///x.db')\n" + SCRIPT
    check_decides(project({"main.py": source}, packages=["psycopg2 2.9.0"]), "services", (), "default")


def test_the_variable_gets_the_address_inside_compose() -> None:
    shop = project({"main.py": READS.format("import redis", "REDIS_URL")}, packages=["redis 5.0.0"])
    (connection,) = inferred(shop).decisions[CONNECTIONS]
    assert connection.variable == "REDIS_URL"
    assert connection.service == "redis"
    assert connection.value.startswith("redis://redis:6379")
    check_decides(shop, "connections", (connection,), "inferred", "REDIS_URL → redis (main.py:3)")


def test_a_secret_of_the_service_is_referred_to_and_never_written() -> None:
    shop = project({"main.py": READS.format("import psycopg2", "DATABASE_URL")}, packages=["psycopg2 2.9.0"])
    (connection,) = inferred(shop).decisions[CONNECTIONS]
    assert connection.value.startswith("postgresql://")
    assert "${POSTGRES_PASSWORD:?" in connection.value
    assert "@postgres:5432/" in connection.value


@pytest.mark.parametrize(
    ("module", "package", "variables", "expected"),
    [
        ("redis", "redis", ("REDIS_HOST", "CACHE_REDIS_PASSWORD"), "REDIS_PASSWORD"),
        ("redis", "redis", ("REDIS_URL", "REDIS_PASSWORD"), ""),
        ("redis", "redis", ("REDIS_HOST",), ""),
        ("qdrant_client", "qdrant-client", ("QDRANT_URL", "QDRANT_API_KEY"), "QDRANT_API_KEY"),
        ("pymongo", "pymongo", ("MONGODB_HOSTNAME", "MONGODB_USERNAME", "MONGODB_PASSWORD"), "MONGODB_PASSWORD"),
        ("pymongo", "pymongo", ("MONGODB_HOSTNAME", "MONGODB_PASSWORD"), ""),
    ],
)
def test_a_service_is_closed_where_the_code_reads_its_password(
    module: str, package: str, variables: tuple[str, ...], expected: str
) -> None:
    source = f"import os\nimport {module}\n" + "".join(f"{name} = os.getenv('{name}')\n" for name in variables)
    found = inferred(project({"main.py": source + SCRIPT}, packages=[f"{package} 1.0"])).decisions[CONNECTIONS]
    closed = [item.value for item in found if "PASSWORD" in item.variable or "KEY" in item.variable]
    assert closed == ([f"${{{expected}:?run `scaffold env`, or set it in .env}}"] if expected else [])
    assert all("@" not in item.value for item in found)


def test_a_password_that_only_an_example_names_closes_nothing() -> None:
    files = {"main.py": READS.format("import redis", "REDIS_URL"), ".env.example": "REDIS_PASSWORD=x\n"}
    found = inferred(project(files, packages=["redis 5.0.0"])).decisions[CONNECTIONS]
    assert [item.value for item in found] == ["redis://redis:6379/0"]


def test_the_scheme_fits_the_driver_of_sqlalchemy() -> None:
    shop = project(
        {"main.py": READS.format("import sqlalchemy, asyncpg", "DATABASE_URL")},
        packages=["sqlalchemy 2.0.0", "asyncpg 0.29.0"],
    )
    (connection,) = inferred(shop).decisions[CONNECTIONS]
    assert connection.value.startswith("postgresql+asyncpg://")


@pytest.mark.parametrize(
    ("packages", "scheme"),
    [
        (["sqlalchemy 2.0.0", "asyncpg 0.29.0", "psycopg2 2.9.0"], "postgresql+asyncpg"),
        (["sqlalchemy 2.0.0", "psycopg 3.2.0", "psycopg2 2.9.0"], "postgresql+psycopg"),
        (["sqlalchemy 2.0.0", "psycopg2 2.9.0"], "postgresql"),
    ],
)
def test_asyncio_wants_a_driver_that_can(packages: list[str], scheme: str) -> None:
    source = READS.format("from sqlalchemy.ext.asyncio import create_async_engine", "DATABASE_URL")
    (connection,) = inferred(
        project({"main.py": source + "sync = 'postgresql://a@b/c'\n"}, packages=packages)
    ).decisions[CONNECTIONS]
    assert connection.value.startswith(f"{scheme}://")


def test_a_scheme_that_the_code_replaces_is_the_one_it_wants() -> None:
    source = READS.format("from sqlalchemy.ext.asyncio import create_async_engine", "DATABASE_URL")
    source += "url = url.replace('postgres://', 'postgresql+asyncpg://')\n"
    shop = project({"main.py": source}, packages=["sqlalchemy 2.0.0", "asyncpg 0.29.0"])
    (connection,) = inferred(shop).decisions[CONNECTIONS]
    assert connection.value.startswith("postgres://")


def test_no_variable_is_no_connection() -> None:
    shop = project({"main.py": "import redis\n" + SCRIPT}, packages=["redis 5.0.0"])
    check_decides(shop, "connections", (), "default", "no variable")


def test_a_worker_beside_the_web() -> None:
    shop = project({"app.py": FLASK, "tasks.py": CELERY}, packages=["flask 3.0.0", "celery 5.4.0"])
    (process,) = inferred(shop).decisions[PROCESSES]
    assert process.name == "worker"
    assert process.command == ("celery", "--app=tasks:app", "worker", "--loglevel=INFO")
    check_decides(shop, "processes", (process,), "inferred", "worker: tasks.py:2")


def test_a_worker_that_is_the_main_process_is_not_run_twice() -> None:
    check_decides(project({"tasks.py": CELERY}, packages=["celery 5.4.0"]), "processes", (), "default", "one process")


def test_the_procfile_says_which_processes_there_are() -> None:
    procfile = "web: gunicorn app:app\nrelease: flask db upgrade\nJob_Runner: python 'job runner.py'\nsh: a && b $C\n"
    shop = project(
        {"app.py": FLASK, "tasks.py": CELERY, "Procfile": procfile},
        packages=["flask 3.0.0", "celery 5.4.0", "gunicorn 23.0.0"],
    )
    assert inferred(shop).decisions[PROCESSES] == (
        Process(name="release", kind="release", command=("flask", "db", "upgrade"), evidence="Procfile:2"),
        Process(name="job-runner", command=("python", "job runner.py"), evidence="Procfile:3"),
        Process(name="sh", command=("sh", "-c", "a && b $C"), evidence="Procfile:4"),
    )


def connections(settings: str, *packages: str) -> dict[str, str]:
    files = {"app.py": FASTAPI + "import settings\n", "settings.py": "import os\nimport psycopg2\n" + settings}
    shop = project(files, packages=["fastapi 1.0", "uvicorn 1.0", "psycopg2 2.9.9", *packages])
    return {item.variable: item.value for item in inferred(shop).decisions[CONNECTIONS]}


def test_an_address_says_whether_it_is_for_an_async_driver() -> None:
    settings = "import sqlalchemy.ext.asyncio\nu, a = os.environ['DATABASE_URL'], os.environ['DATABASE_ASYNC_URL']\n"
    found = connections(settings, "sqlalchemy 2.0.0", "asyncpg 0.30.0")
    assert {name: value.partition("://")[0] for name, value in found.items()} == {
        "DATABASE_URL": "postgresql",
        "DATABASE_ASYNC_URL": "postgresql+asyncpg",
    }


def test_names_of_nested_settings_point_to_the_database() -> None:
    found = connections("host, name = os.environ['POSTGRES__HOST'], os.environ['POSTGRES__NAME']\n")
    assert found == {"POSTGRES__HOST": "postgres", "POSTGRES__NAME": "${POSTGRES_DB:-app}"}


def test_a_prefix_before_the_host_of_the_database_does_not_hide_it() -> None:
    settings = "import os\nhost = os.environ.get('SHOP_DB_HOST', 'localhost')\n"
    shop = project({"app.py": FLASK + settings}, packages=["flask 3.0.0", "asyncpg 0.30.0"])
    found = inferred(shop).decisions[CONNECTIONS]
    assert [(item.variable, item.value) for item in found] == [("SHOP_DB_HOST", "postgres")]


def test_the_database_of_tests_is_not_that_of_the_application() -> None:
    read = "os.environ['DATABASE_URL'], os.getenv('TEST_DATABASE_URL'), os.getenv('DATABASE_TEST_URL')"
    assert connections(f"urls = {read}\n").keys() == {"DATABASE_URL"}
    assert "TEST_DATABASE_URL" in connections("url = os.environ['TEST_DATABASE_URL']\n")


def test_variables_of_mysql_point_to_mariadb() -> None:
    files = {
        "app.py": FLASK + "import os\nimport pymysql\nhost = os.getenv('MYSQL_HOST', '127.0.0.1')\n",
        "compose.yml": "services:\n  web:\n    build: .\n  db:\n    image: mariadb:11\n",
    }
    decided = inferred(project(files, packages=["flask 3.0.0", "pymysql 1.1.0"])).decisions
    assert [(item.variable, item.value) for item in decided[CONNECTIONS]] == [("MYSQL_HOST", "mariadb")]


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_HOSTNAME", "postgres"), ("DB_SERVER", "postgres"), ("SHOP_DB_HOSTNAME", "postgres")],
)
def test_other_words_for_the_host(name: str, value: str) -> None:
    source = f"import os\nimport psycopg\nhost = os.environ['{name}']\n" + SCRIPT
    found = inferred(project({"main.py": source}, packages=["psycopg 3.2.0"])).decisions[CONNECTIONS]
    assert [(item.variable, item.value) for item in found] == [(name, value)]
