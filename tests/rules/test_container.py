"""What hand-written container files settle, and what they do not."""

from __future__ import annotations

import pytest

from scaffolder.decisions import BY_NAME, EnvironmentVariable
from scaffolder.model.project import Project
from tests.helpers import CELERY, FASTAPI, SCRIPT, check_decides, check_open, decision, inferred, message_codes, project

WEB = ("fastapi 0.115.0", "uvicorn 0.34.0")


def built(*lines: str, files: dict[str, str] | None = None, packages: tuple[str, ...] = WEB, **shape: str) -> Project:
    """A project with a Dockerfile of those lines."""
    texts = {"Dockerfile": "\n".join(lines) + "\n", **(files or {"app.py": FASTAPI})}
    return project(texts, packages=packages, **shape)


@pytest.mark.parametrize(
    ("command", "application"),
    [
        ('CMD ["uvicorn", "two:app"]', "two:app"),
        ("CMD poetry run uvicorn two:app --reload", "two:app"),
        ('ENTRYPOINT ["gunicorn", "-k", "uvicorn.workers.UvicornWorker", "two:app"]', "two:app"),
    ],
)
def test_a_command_settles_an_application_that_is_open(command: str, application: str) -> None:
    files = {"one.py": FASTAPI, "two.py": FASTAPI}
    check_open(project(files, packages=WEB), "application", "one:app", "two:app")
    check_decides(built("FROM a", command, files=files), "application", application, "inferred", "Dockerfile:2: ")


def test_a_script_settles_it_where_nothing_serves() -> None:
    files = {"one.py": SCRIPT, "two.py": SCRIPT}
    found = built("FROM a", 'CMD ["python", "./two.py"]', files=files, packages=())
    check_decides(found, "application", "two.py", "inferred", "Dockerfile:2: python ./two.py")


def test_a_page_that_other_modules_draw_is_known_by_its_command() -> None:
    files = {"src/main.py": "from src.view import build\n" + SCRIPT, "src/view.py": "import streamlit\n"}
    command = "CMD streamlit run src/main.py --server.address=0.0.0.0"
    found = built("FROM a", command, files=files, packages=("streamlit 1.40.0",))
    check_decides(found, "framework", "streamlit", "inferred", "Dockerfile:2")
    check_decides(found, "port", 8501, "default")


def test_a_script_does_not_hide_what_a_server_can_import() -> None:
    found = built("FROM a", 'CMD ["python", "run.py"]', files={"app.py": FASTAPI, "run.py": SCRIPT})
    check_decides(found, "application", "app:app", "inferred", "app.py:2")


def test_a_worker_does_not_hide_what_a_server_can_import() -> None:
    files = {"app.py": FASTAPI, "tasks.py": CELERY}
    found = built("FROM a", "CMD celery --app=tasks:app worker", files=files, packages=(*WEB, "celery 5.4.0"))
    check_decides(found, "application", "app:app", "inferred", "app.py:2")


def test_a_module_that_the_project_does_not_have_settles_nothing() -> None:
    files = {"one.py": FASTAPI, "two.py": FASTAPI}
    check_open(built("FROM a", "CMD uvicorn three:app", files=files), "application", "one:app", "two:app")


def test_a_module_in_which_nothing_was_seen() -> None:
    found = built("FROM a", "CMD uvicorn shop.web:api", files={"shop/web.py": "from other import api\n"})
    check_decides(found, "application", "shop.web:api", "inferred", "Dockerfile:2")


def test_the_procfile_is_stronger() -> None:
    files = {"one.py": FASTAPI, "two.py": FASTAPI, "Procfile": "web: uvicorn one:app\n"}
    check_decides(built("FROM a", "CMD uvicorn two:app", files=files), "application", "one:app", "inferred", "Procfile")


def test_the_server_that_is_started_comes_before_others_that_are_locked() -> None:
    packages = (*WEB, "hypercorn 0.17.0")
    check_decides(built("FROM a", packages=packages), "server", "uvicorn", "inferred")
    found = built("FROM a", 'CMD ["hypercorn", "app:app"]', packages=packages)
    check_decides(found, "server", "hypercorn", "inferred", "Dockerfile:2", "poetry.lock: hypercorn")


@pytest.mark.parametrize("command", ["hypercorn app:app --reload", "hypercorn other:app", "unknown app:app"])
def test_a_server_for_development_or_of_something_else_does_not(command: str) -> None:
    found = built("FROM a", f"CMD {command}", packages=(*WEB, "hypercorn 0.17.0"))
    check_decides(found, "server", "uvicorn", "inferred")


def test_a_server_that_is_not_locked_does_not() -> None:
    check_decides(built("FROM a", "CMD hypercorn app:app"), "server", "uvicorn", "inferred")


@pytest.mark.parametrize(
    ("lines", "port", "evidence"),
    [
        (("CMD uvicorn app:app --port 9000", "EXPOSE 7000"), 9000, "Dockerfile:2: uvicorn app:app --port 9000"),
        (("EXPOSE 7000",), 7000, "Dockerfile:2: port 7000"),
        (("EXPOSE 80",), 8000, "the default of fastapi"),
        (("EXPOSE 7000 7001",), 8000, "the default of fastapi"),
        (("CMD uvicorn app:app --port 80", "EXPOSE 80"), 8000, "the default of fastapi"),
    ],
)
def test_ports(lines: tuple[str, ...], port: int, evidence: str) -> None:
    found = decision(built("FROM a", *lines), "port")
    assert (found.value, found.evidence) == (port, (evidence,))


def test_the_code_of_what_serves_itself_knows_its_port_better() -> None:
    code = "from http.server import HTTPServer\nHTTPServer(('', 9000), None).serve_forever()\n"
    found = built("FROM a", "EXPOSE 7000", files={"main.py": code}, packages=())
    assert decision(found, "port").value == 9000


@pytest.mark.parametrize(
    ("image", "files", "python"),
    [
        ("python:3.12.4-slim", {}, "3.12"),
        ("python:3.10", {}, "3.13"),  # gets no fixes any more
        ("python:3.9", {}, "3.13"),  # not allowed
        ("python:3.12", {".python-version": "3.11\n"}, "3.11"),
    ],
)
def test_python_is_a_preference_among_those_that_are_allowed(image: str, files: dict[str, str], python: str) -> None:
    found = built(f"FROM {image}", files={"app.py": FASTAPI, **files}, python=">=3.10,<3.14")
    assert decision(found, "python").value == python


def test_python_that_has_more_to_compile_is_not_preferred() -> None:
    packages = ("lxml 5.3.0 sdist cp313-cp313-manylinux_2_28_x86_64 cp313-cp313-manylinux_2_28_aarch64",)
    found = built("FROM python:3.12", files={"app.py": SCRIPT}, packages=packages, python=">=3.12,<3.14")
    assert decision(found, "python").value == "3.13"


@pytest.mark.parametrize(("used", "poetry"), [("1.8.2", "1.8"), ("1.1.12", "2."), ("9.9.9", "2.")])
def test_poetry_only_counts_where_the_lock_names_none(used: str, poetry: str) -> None:
    lines = ("FROM python:3.12", f"RUN pip install poetry=={used}")
    assert str(decision(built(*lines, generator="2.1.4"), "poetry").value) == "2.1.4"
    files = {"app.py": FASTAPI}
    named = built(*lines, files=files)
    lock = 'package = []\n\n[metadata]\nlock-version = "2.0"\npython-versions = "^3.12"\ncontent-hash = "x"\n'
    bare = built(*lines, files={**files, "poetry.lock": lock}, packages=())
    assert named.lock.generator
    assert str(decision(bare, "poetry").value).startswith(poetry)


def test_packages_to_run_with() -> None:
    found = built(
        "FROM python:3.12", "RUN apt-get install -y ffmpeg gcc curl libpq-dev libglib2.0-0 libgl1-mesa-glx nope"
    )
    check_decides(
        found, "runtime-packages", ("ffmpeg", "libgl1", "libglib2.0-0t64"), "inferred", "Dockerfile:2: apt-get install"
    )
    assert "unknown-package" in message_codes(found)


@pytest.mark.parametrize(
    ("lines", "packages"),
    [
        (("FROM python:3.12-slim-trixie", "RUN apt-get install -y nope"), ("nope",)),
        (("FROM python:3.12-slim-bookworm", "RUN apt-get install -y nope"), ()),
        (("FROM python:3.12-slim-trixie", "RUN curl x > /etc/apt/sources.list && apt-get install -y nope"), ()),
        (("FROM a AS b", "RUN apt-get install -y ffmpeg", "FROM python:3.12", "COPY --from=b /a /a"), ()),
    ],
)
def test_a_name_nobody_knows_counts_where_the_release_is_the_same(lines: tuple[str, ...], packages: object) -> None:
    assert decision(built(*lines), "runtime-packages").value == packages


@pytest.mark.parametrize(
    ("package", "build"),
    [("strange 1.0 sdist", ("gcc", "libc6-dev", "libxml2-dev")), ("strange 1.0", ())],
)
def test_headers_count_where_something_unknown_is_compiled(package: str, build: tuple[str, ...]) -> None:
    found = built("FROM python:3.12", "RUN apt-get install -y libxml2-dev libbz2-dev", packages=(*WEB, package))
    assert decision(found, "build-packages").value == build


COMPOSE = """\
services:
  web:
    build: .
    environment: [DATABASE_URL, PLAN=free, PATH=/x]
    volumes: ["media:/app/media", "cache:/root/.cache", ".:/app"]
  db:
    image: {image}
"""


def composed(image: str, code: str = FASTAPI, *packages: str) -> Project:
    files = {"app.py": code, "docker-compose.yml": COMPOSE.replace("{image}", image)}
    return built("FROM a", "WORKDIR /app", "ENV MODE=fast HOME_DIR=/x", files=files, packages=(*WEB, *packages))


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("postgres:15-alpine", "postgres:15-alpine"),
        ("docker.io/library/postgres:16", "docker.io/library/postgres:16"),
        ("postgis/postgis:16-3.5", "postgis/postgis:16-3.5"),
        ("postgres:9.6", "postgres:18"),
        ("postgres:latest", "postgres:18"),
        ("postgres", "postgres:18"),
        ("bitnami/postgresql:15", "postgres:18"),
        ("postgres:$TAG", "postgres:18"),
    ],
)
def test_the_version_that_compose_runs(image: str, expected: str) -> None:
    found = inferred(composed(image, FASTAPI, "asyncpg 0.30.0")).decisions
    assert [item.image for item in found[BY_NAME["service-images"]]] == [expected]


def test_a_service_without_a_client_is_none() -> None:
    assert decision(composed("postgres:15"), "services").value == ()


def test_mariadb_in_place_of_mysql() -> None:
    code = f"import pymysql\n{FASTAPI}"
    check_decides(composed("mysql:8.4", code, "pymysql 1.1.0"), "services", ("mysql",), "inferred")
    check_decides(composed("mariadb:11.4", code, "pymysql 1.1.0"), "services", ("mariadb",), "inferred")


def test_variables() -> None:
    found = decision(composed("busybox"), "environment")
    assert found.value == (
        EnvironmentVariable(name="MODE", default="fast", evidence="Dockerfile:3"),
        EnvironmentVariable(name="DATABASE_URL", evidence="docker-compose.yml:4"),
        EnvironmentVariable(name="PLAN", evidence="docker-compose.yml:4"),
    )


def test_the_scheme_of_an_address() -> None:
    compose = COMPOSE.replace("{image}", "postgres:16").replace(
        "DATABASE_URL", "DATABASE_URL=postgresql+asyncpg://db/x"
    )
    files = {"app.py": FASTAPI, "compose.yml": compose}
    found = decision(
        project(files, packages=(*WEB, "asyncpg 0.30.0", "psycopg2 2.9.9", "sqlalchemy 2.0.0")), "connections"
    )
    assert "postgresql+asyncpg://" in str(found.value)


def test_volumes() -> None:
    check_decides(composed("busybox"), "volumes", ("media",), "inferred", "docker-compose.yml:5: volume media")


def test_build_arguments_are_told() -> None:
    assert "build-arguments" in message_codes(built("FROM a", "ARG TOKEN"))
    assert "build-arguments" not in message_codes(built("FROM a", "ARG TOKEN=x TARGETARCH"))
