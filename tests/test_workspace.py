"""Several projects in one Compose file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from scaffolder.answers.workspace import Member, places, service_images, shared_remarks
from scaffolder.blueprint.opening import opened
from scaffolder.blueprint.renderer import Renderer
from scaffolder.workspace import read_workspace, render_workspace, settle_projects
from tests.helpers import FLASK, written
from tests.workspace import API_PACKAGES, api, repository, worker

MIGRATED = {"alembic.ini": "[alembic]\nscript_location = migrations\n", "migrations/versions/1.py": ""}
DATABASE = "import os\nimport psycopg2\nconnection = psycopg2.connect(os.environ['DATABASE_URL'])\n"


def members(root: Path, *settings: str) -> list[Member]:
    workspace = read_workspace(root, settings, None)
    return [item.member for item in settle_projects(workspace, workspace.decided().value)]


def rendered(root: Path, *settings: str) -> dict[str, str]:
    with opened(root) as found:
        files = render_workspace(Renderer(found, {}), "shop", members(root, *settings)).files
    return {path: file.text for path, file in files.items()}


def compose(root: Path, *settings: str) -> Any:
    return YAML(typ="safe").load(rendered(root, *settings)["compose.yaml"])


def migrated(root: Path, folder: str) -> None:
    packages = ("flask 3.0.0", "gunicorn 23.0.0", "psycopg2 2.9.9", "alembic 1.13.0")
    written(root / folder, {"main.py": FLASK + DATABASE, **MIGRATED}, packages=packages, name=Path(folder).name)


def test_each_project_has_its_files_and_the_top_has_what_is_shared(tmp_path: Path) -> None:
    paths = rendered(repository(tmp_path)).keys()
    assert {path for path in paths if "/" not in path} == {".env.example", "compose.override.yaml", "compose.yaml"}
    assert {path.rpartition("/")[0] for path in paths if path.endswith("Dockerfile")} == {
        "services/api",
        "services/worker",
    }


def test_a_service_that_two_projects_use_is_one(tmp_path: Path) -> None:
    services = compose(repository(tmp_path))["services"]
    assert sorted(services) == ["api", "redis", "worker"]
    for name in ("api", "worker"):
        assert services[name]["environment"]["REDIS_URL"] == "${REDIS_URL:-redis://redis:6379/0}"
        assert services[name]["depends_on"] == {"redis": {"condition": "service_healthy"}}
        assert services[name]["build"] == {"context": f"./services/{name}"}


def test_a_variable_that_two_projects_read_is_one(tmp_path: Path) -> None:
    repository(tmp_path)
    api(
        tmp_path,
        "services/shop",
        settings="import os\nKEY = os.environ['SECRET_KEY']\nLEVEL = os.getenv('LEVEL', 'a')\n",
    )
    api(tmp_path, "services/desk", settings="import os\nKEY = os.environ['SECRET_KEY']\nLEVEL = os.environ['LEVEL']\n")
    example = rendered(tmp_path)[".env.example"]
    assert len(re.findall(r"^SECRET_KEY=$", example, re.MULTILINE)) == 1
    assert len(re.findall(r"^(?:# )?LEVEL=", example, re.MULTILINE)) == 1
    assert "\nLEVEL=" in example, "one of them cannot do without it"
    assert "# services/desk/settings.py:2" in example


def test_values_that_projects_document_differently_stay_apart(tmp_path: Path) -> None:
    for folder, level in (("one", "debug"), ("two", "it's {info}")):
        files = {"main.py": FLASK, ".env.example": f'LEVEL="{level}"\nSAME=yes\n'}
        written(tmp_path / folder, files, packages=API_PACKAGES, name=folder)
    services = compose(tmp_path)["services"]
    assert services["one"]["environment"] == {"LEVEL": "${LEVEL:-debug}"}
    assert services["two"]["environment"] == {"LEVEL": "it's {info}"}
    example = rendered(tmp_path)[".env.example"]
    assert "# LEVEL=" in example
    assert "\nSAME=yes" in example


def test_ports_do_not_collide_and_are_where_somebody_wants_them(tmp_path: Path) -> None:
    for folder in ("a", "b", "c"):
        api(tmp_path, folder)
    services = compose(tmp_path, "b:port=5001")["services"]
    assert [services[name]["ports"][0] for name in "abc"] == [
        "${A_PORT:-5000}:5000",
        "${B_PORT:-5001}:5001",
        "${C_PORT:-5002}:5000",
    ]


@pytest.mark.parametrize(
    ("folders", "names"),
    [
        (["services/api", "services/worker"], ["api", "worker"]),
        (["a/server", "b/server", "c"], ["a-server", "b-server", "c"]),
        (["My Shop", "ümlaut", "日本"], ["my-shop", "mlaut", "project"]),
        (["redis", "123", "true", "-x"], ["redis-web", "project-123", "project-true", "x"]),
        (["it's a $HOME", "[a]*?"], ["it-s-a-home", "a"]),
        (["x" * 200], ["x" * 50]),
    ],
)
def test_a_main_process_is_called_by_its_folder(tmp_path: Path, folders: list[str], names: list[str]) -> None:
    for folder in folders:
        api(tmp_path, folder)
    found = places(members(tmp_path))
    by_folder = {place.folder: place.processes["web"] for place in found}
    assert [by_folder[folder] for folder in folders] == names


def test_other_processes_volumes_and_images_are_called_by_the_folder_too(tmp_path: Path) -> None:
    for folder in ("api", "api-train"):
        write = "open('data/x.txt', 'a').write('')\n"
        written(tmp_path / folder, {"main.py": FLASK + write}, packages=API_PACKAGES, name="same")
    found = compose(tmp_path, "api:processes=+train job: python main.py", "volumes=data")
    assert list(found["services"]) == ["api", "api-train", "api-train-2"]
    assert list(found["volumes"]) == ["api-data", "api-train-data"]
    assert found["services"]["api"]["volumes"] == ["api-data:/app/data"]
    assert [found["services"][name]["image"] for name in ("api", "api-train-2")] == ["same", "same-api-train"]


def test_a_process_finds_another_under_its_name_here(tmp_path: Path) -> None:
    code = FLASK + "import mlflow\nmlflow.set_tracking_uri('http://localhost:5000')\nmlflow.log_metric('a', 1)\n"
    packages = ("flask 3.0.0", "gunicorn 23.0.0", "mlflow 2.9.0")
    written(tmp_path / "one", {"main.py": code}, packages=packages, name="one")
    api(tmp_path, "two")
    found = compose(tmp_path)["services"]
    assert "one-mlflow" in found
    assert "http://one-mlflow:" in str(found["one"]["environment"])


def test_all_wait_for_the_migrations_of_their_database(tmp_path: Path) -> None:
    migrated(tmp_path, "shop")
    migrated(tmp_path, "bill")
    packages = ("flask 3.0.0", "gunicorn 23.0.0", "psycopg2 2.9.9")
    written(tmp_path / "desk", {"main.py": FLASK + DATABASE}, packages=packages, name="desk")
    worker(tmp_path, "tasks")
    services = compose(tmp_path)["services"]
    assert services["desk"]["depends_on"].keys() == {"postgres", "bill-migrate", "shop-migrate"}
    assert services["shop-migrate"]["depends_on"].keys() == {"postgres", "bill-migrate"}
    assert services["bill-migrate"]["depends_on"].keys() == {"postgres"}
    assert services["tasks"]["depends_on"].keys() == {"redis"}
    assert [message.code for message in shared_remarks(members(tmp_path))] == ["database-shared"]


def test_an_image_that_one_project_asks_for_serves_all(tmp_path: Path) -> None:
    repository(tmp_path)
    found = members(tmp_path, "services/worker:service-images=redis=redis:7")
    assert service_images([member.decisions for member in found]) == {"redis": "redis:7"}
    assert not list(shared_remarks(found))
    found = members(
        tmp_path, "services/worker:service-images=redis=redis:7", "services/api:service-images=redis=redis:6"
    )
    assert service_images([member.decisions for member in found]) == {"redis": "redis:6"}
    assert [message.code for message in shared_remarks(found)] == ["service-shared"]


def test_a_service_that_one_project_closes_is_closed_for_all(tmp_path: Path) -> None:
    closed = FLASK + (
        "import os\nimport redis\n"
        "client = redis.Redis(host=os.environ['REDIS_HOST'], password=os.environ['REDIS_PASSWORD'])\n"
    )
    written(tmp_path / "closed", {"main.py": closed}, packages=API_PACKAGES, name="closed")
    api(tmp_path, "open")
    services = compose(tmp_path)["services"]
    assert "REDIS_PASSWORD" in str(services["redis"])
    assert ":${REDIS_PASSWORD" in services["open"]["environment"]["REDIS_URL"]


def test_a_service_is_found_under_the_names_that_any_project_has_for_it(tmp_path: Path) -> None:
    for folder, host in (("a", "cache"), ("b", "store"), ("c", "a")):
        files = {"main.py": f"{FLASK}import redis\nstore = redis.Redis('{host}')\n"}
        written(tmp_path / folder, files, packages=("flask 3.0.0", "redis 5.0.0"), name=folder)
    services = compose(tmp_path)["services"]
    assert services["redis"]["networks"] == {"back": {"aliases": ["cache", "store"]}}


def test_every_container_reaches_the_others(tmp_path: Path) -> None:
    repository(tmp_path)
    written(tmp_path / "page", {"main.py": FLASK}, packages=API_PACKAGES[:2], name="page")
    services = compose(tmp_path)["services"]
    assert services["page"]["networks"] == ["front"]
    assert services["api"]["networks"] == ["front", "back"]
    assert "networks" not in compose(tmp_path, "projects=page")["services"]["page"]


def test_a_proxy_stands_before_its_own_project(tmp_path: Path) -> None:
    files = rendered(repository(tmp_path), "services/api:proxy=nginx")
    services = YAML(typ="safe").load(files["compose.yaml"])["services"]
    assert services["api-proxy"]["depends_on"].keys() == {"api"}
    assert services["api-proxy"]["build"] == {"context": "./services/api", "target": "proxy"}
    assert (
        "http://api:" in files["services/api/docker/nginx.conf"]
        or "api:5000" in files["services/api/docker/nginx.conf"]
    )
    assert "ports" not in services["api"]


def test_development_mounts_each_project(tmp_path: Path) -> None:
    override = YAML(typ="safe").load(
        rendered(repository(tmp_path), "services/worker:development=false")["compose.override.yaml"]
    )
    assert sorted(override["services"]) == ["api", "redis"]
    assert override["services"]["api"]["volumes"] == ["./services/api:/source:ro,z"]
    assert [item["path"] for item in override["services"]["api"]["develop"]["watch"]] == [
        "services/api/pyproject.toml",
        "services/api/poetry.lock",
    ]


def test_builds_of_several_projects_take_turns_at_the_cache(tmp_path: Path) -> None:
    assert ",sharing=locked" in rendered(repository(tmp_path))["services/api/Dockerfile"]


def test_names_and_ports_stay_when_a_project_comes_in_between(tmp_path: Path) -> None:
    api(tmp_path, "b")
    api(tmp_path, "d")
    before = compose(tmp_path)["services"]
    for folder in ("a", "c"):
        api(tmp_path, folder)
    after = compose(tmp_path, "projects=b,d,a,c")["services"]
    assert {name: after[name] for name in before} == before
