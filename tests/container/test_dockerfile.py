from __future__ import annotations

import time

import pytest

from scaffolder.container.dockerfile import facts_of_dockerfile
from scaffolder.model.container import Container


def facts(*lines: str, target: str = "") -> Container:
    return facts_of_dockerfile("Dockerfile", "\n".join(lines) + "\n", target=target)


def packages(found: Container, *, build: bool) -> list[str]:
    return [package.name for package in found.packages if package.build is build]


@pytest.mark.parametrize(
    ("image", "python", "suite"),
    [
        ("python:3.12", "3.12", ""),
        ("python:3.12.4-slim-bookworm", "3.12.4", "bookworm"),
        ("docker.io/library/python:3.11-slim@sha256:abc", "3.11", ""),
        ("tiangolo/uvicorn-gunicorn:python3.9", "3.9", ""),
        ("--platform=$BUILDPLATFORM python:${V:-3.13}-slim", "3.13", ""),
        ("python:3", "", ""),
        ("python:latest", "", ""),
        ("debian:bookworm", "", "bookworm"),
        ("cpython:3.12x", "", ""),
    ],
)
def test_the_image(image: str, python: str, suite: str) -> None:
    found = facts(f"FROM {image}")
    assert [said.value for said in found.pythons] == [python] * bool(python)
    assert found.suite == suite


def test_arguments_before_the_first_stage_fill_the_image_in() -> None:
    found = facts("ARG V=3.11", "FROM python:${V}-slim AS base", "FROM base")
    assert [(said.value, str(said.place)) for said in found.pythons] == [("3.11", "Dockerfile:2")]


@pytest.mark.parametrize(
    "line",
    [
        "RUN pip install poetry==1.8.3",
        'RUN pip install "poetry==1.8.3" && true',
        "ENV POETRY_VERSION=1.8.3",
        "ENV POETRY_VERSION 1.8.3",
        "ARG POETRY_VERSION=1.8.3",
        "RUN curl -sSL https://install.python-poetry.org | POETRY_VERSION=1.8.3 python3 -",
        "RUN curl -sSL https://install.python-poetry.org | python3 - --version 1.8.3",
    ],
)
def test_poetry(line: str) -> None:
    assert {said.value for said in facts("FROM python:3.12", line).poetries} == {"1.8.3"}


def test_packages_by_stage_with_their_lines() -> None:
    found = facts(
        "FROM python:3.12 AS build",
        "RUN apt-get update && apt-get install -y --no-install-recommends -t stable \\",
        "    gcc=4:12 libpq-dev:amd64 \\",
        "    && rm -rf /var/lib/apt/lists/*",
        "FROM python:3.12 AS dev",
        "RUN apt-get install -y vim",
        "FROM python:3.12",
        "COPY --from=build /venv /venv",
        "RUN apt-get install -y ffmpeg g++ && apt-get purge -y g++",
    )
    assert packages(found, build=False) == ["ffmpeg"]
    assert packages(found, build=True) == ["g++", "gcc", "libpq-dev"]
    assert {package.name: package.place.line for package in found.packages} == {
        "ffmpeg": 9,
        "g++": 9,
        "gcc": 3,
        "libpq-dev": 3,
    }


def test_packages_in_variables_and_here_documents() -> None:
    found = facts(
        "FROM python:3.12",
        'ENV NEEDED="ffmpeg pandoc"',
        "RUN apt-get install -y $NEEDED $(cat apt.txt) $UNKNOWN",
        "RUN <<EOF",
        "apt-get install -y poppler-utils",
        "EOF",
    )
    assert packages(found, build=False) == ["ffmpeg", "pandoc", "poppler-utils"]


def test_other_sources_of_packages_are_noticed() -> None:
    assert facts("FROM python:3.12", "RUN echo deb x > /etc/apt/sources.list.d/x.list").foreign_packages
    assert not facts("FROM python:3.12", "RUN apt-get update").foreign_packages


def test_ports() -> None:
    found = facts("FROM a", "ENV PORT=8080", "EXPOSE $PORT 9000/tcp 53/udp 99999 8000-8010 $NONE")
    assert [said.value for said in found.ports] == ["8080", "9000"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (('CMD ["uvicorn", "app:app"]',), [("uvicorn", "app:app")]),
        (("CMD ['uvicorn', 'app:app']",), [("uvicorn", "app:app")]),
        (("CMD migrate && exec serve --port $PORT",), [("serve", "--port", "80"), ("migrate",)]),
        (('ENTRYPOINT ["poetry", "run"]', 'CMD ["serve"]'), [("serve",)]),
        (('ENTRYPOINT ["python"]', 'CMD ["app.py"]'), [("python", "app.py")]),
        (('ENTRYPOINT ["./entrypoint.sh"]', 'CMD ["serve"]'), [("serve",), ("./entrypoint.sh",)]),
        (('CMD ["old"]', 'CMD ["new"]'), [("new",)]),
        (("CMD []",), []),
        ((), []),
    ],
)
def test_commands(lines: tuple[str, ...], expected: list[tuple[str, ...]]) -> None:
    assert [command.words for command in facts("FROM a", "ENV PORT=80", *lines).commands] == expected


def test_the_image_is_the_last_stage_that_is_not_for_something_else() -> None:
    lines = ("FROM python:3.12 AS app", 'CMD ["a"]', "FROM app AS dev", 'CMD ["b"]')
    assert facts(*lines).commands[0].words == ("a",)
    assert facts(*lines, target="DEV").commands[0].words == ("b",)


def test_variables_volumes_and_arguments() -> None:
    found = facts(
        "FROM a AS base",
        "ENV A=1 B='two words'",
        "ENV C three words",
        "FROM base",
        "WORKDIR /app",
        "ARG TOKEN D=4 TARGETARCH",
        "ENV D=$D",
        "VOLUME /app/data /var/media",
    )
    assert {variable.name: variable.value for variable in found.variables} == {
        "A": "1",
        "B": "two words",
        "C": "three words",
        "D": "4",
    }
    assert [said.value for said in found.volumes] == ["data", "/var/media"]
    assert [said.value for said in found.arguments] == ["TOKEN"]
    assert found.workdir == "/app"


@pytest.mark.parametrize(
    "text", ["", "?", "FROM", "RUN x", "FROM a\nRUN <<E\n", "\0" * 9, "FROM a\nCMD " + "[" * 50_000]
)
def test_what_is_no_dockerfile_says_nothing(text: str) -> None:
    assert facts_of_dockerfile("Dockerfile", text).commands == ()


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nENV " + " ".join(f"A{i}=$A{i - 1}$A{i - 1}" for i in range(1, 4_000)),
        "FROM a\nRUN apt-get install " + " \\\n".join(f"p{i}" for i in range(7_000)),
        "FROM a AS x\nENV " + " ".join(f"A{i}=1" for i in range(5_000)) + "\n" + "FROM x AS x\n" * 800,
        "FROM a\nRUN " + "${" * 30_000,
        "FROM a\nRUN " + '"' * 60_000,
        "FROM a\nCMD " + 'sh -c "' * 5_000,
    ],
    ids=["variables", "packages", "stages", "braces", "quotes", "shells"],
)
def test_a_hostile_file_costs_little(text: str) -> None:
    start = time.process_time()
    facts_of_dockerfile("Dockerfile", text)
    assert time.process_time() - start < 1


def test_line_ends_and_a_byte_order_mark_do_not_matter() -> None:
    found = facts_of_dockerfile("Dockerfile", "\ufeffFROM python:3.12\r\nEXPOSE 8000\r\n")
    assert [said.value for said in (*found.pythons, *found.ports)] == ["3.12", "8000"]
