from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scaffolder.model.container import Container
from scaffolder.reading.container import read_container

Read = Callable[..., Container]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(files: dict[str, str], without: tuple[str, ...] = ()) -> Container:
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        return read_container(tmp_path, sorted(files), {}, without=without)

    return read


def test_what_scaffold_wrote_has_no_say(read: Read) -> None:
    generated = "# Made by scaffold\nFROM python:3.12\n"
    assert read({"Dockerfile": generated, "compose.yaml": "# Made by scaffold\nservices: {web: {build: .}}\n"}) == (
        Container()
    )


def test_a_compose_file_behind_a_generated_one_counts(read: Read) -> None:
    found = read(
        {
            "compose.yaml": "# Made by scaffold\nservices: {}\n",
            "docker-compose.yml": "services:\n  db:\n    image: postgres:15\n",
        }
    )
    assert [item.image for item in found.services] == ["postgres:15"]


def test_of_several_compose_files_the_one_that_compose_reads_counts(read: Read) -> None:
    names = ("compose.yml", "docker-compose.yml", "docker-compose.yaml")  # compose-go, cli/options.go
    files = {name: f"services:\n  db:\n    image: postgres:{15 + number}\n" for number, name in enumerate(names)}
    for number in range(3):
        assert [item.image for item in read(files).services] == [f"postgres:{15 + number}"]
        files[names[number]] = "# Made by scaffold\nservices: {}\n"


def test_the_dockerfile_is_the_one_at_the_top_else_the_one_that_compose_names(read: Read) -> None:
    compose = "services:\n  web:\n    build: {context: ., dockerfile: ops/web.Dockerfile, target: prod}\n"
    image = "FROM python:3.11 AS prod\nFROM python:3.10 AS last\n"
    files = {"compose.yaml": compose, "ops/web.Dockerfile": image}
    assert [str(said.place) for said in read(files).pythons] == ["ops/web.Dockerfile:1"]
    files["Dockerfile"] = "FROM python:3.12 AS prod\nFROM python:3.13\n"
    assert [said.value for said in read(files).pythons] == ["3.13"]
    assert [said.value for said in read(files, without=("Dockerfile",)).pythons] == ["3.11"]


def test_a_script_is_read_in_place_of_its_name(read: Read) -> None:
    found = read(
        {
            "Dockerfile": 'FROM a\nENTRYPOINT ["/app/scripts/start.sh"]\n',
            "scripts/start.sh": "#!/bin/sh\nset -e\nalembic upgrade head\nexec uvicorn app.main:app --port 9000\n",
            "other/stop.sh": "rm -rf /\n",
        }
    )
    assert [(str(command.place), command.words) for command in found.commands][:2] == [
        ("scripts/start.sh:4", ("uvicorn", "app.main:app", "--port", "9000")),
        ("scripts/start.sh:3", ("alembic", "upgrade", "head")),
    ]


def test_volumes_of_compose_are_below_the_images_folder(read: Read) -> None:
    found = read(
        {
            "Dockerfile": "FROM a\nWORKDIR /srv/shop\n",
            "compose.yaml": "services:\n  web:\n    build: .\n    volumes: ['m:/srv/shop/media', 'd:/data']\n",
        }
    )
    assert [said.value for said in found.volumes] == ["media", "/data"]


@pytest.mark.parametrize("kind", ["folder", "link", "latin1", "large"])
def test_what_cannot_be_read_says_nothing(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "Dockerfile"
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to("/etc/passwd")
    else:
        path.write_bytes(b"FROM python:3.12 # \xe9\n" if kind == "latin1" else b"FROM python:3.12\n" + b"#" * 3_000_000)
    assert read_container(tmp_path, ["Dockerfile"], {}) == Container()
