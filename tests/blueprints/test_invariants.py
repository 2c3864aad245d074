"""What holds for every file of every project, with any one decision changed."""

from __future__ import annotations

import ast
import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest

from scaffolder.decisions import KEYS
from scaffolder.knowledge.services import SERVICES
from scaffolder.model.project import Project
from scaffolder.reading.project import read_project
from tests.blueprints.rendered import check_invariants, compose, instructions, rendered
from tests.conftest import SAMPLES, sample_name
from tests.helpers import FASTAPI, FLASK, SCRIPT, inferred, project

#: One factor at a time, from a project that has a bit of everything.
SETTINGS = {
    "application": ["shop.main:create()", "jobs/it runs.py", "-m shop"],
    "framework": ["none", "flask", "celery"],
    "python-path": ["src,.", "../lib", "my src", "a$b", "it's"],
    "groups": ["none", "main,dev"],
    "extras": ["a,b"],
    "python": ["3.7", "3.8.20", "3.14"],
    "base-image": ["python:3.12-slim-bookworm", "registry.example:5000/x/python@sha256:0a1b"],
    "platforms": ["none", "linux/amd64", "linux/arm64"],
    "poetry": ["1.8.5", "2.0.1", "2.9.9"],
    "install-project": ["true", "false"],
    "context": [".", "..", "../lib,../a b/[x]$y.whl"],
    "server": ["none", "gunicorn", "uvicorn", "gunicorn-uvicorn"],
    "added-packages": ["none", "gunicorn==23.0.0", "a==1,b==2"],
    "workers": ["auto", "3"],
    "port": ["none", "80", "65535"],
    "proxy": ["nginx", "none"],
    "health-check": ["none", "tcp", "/a?b=c%20d&e"],
    "command": ["sh -c 'echo $HOME'", "a \"b\" 'c\\d'"],
    "build-packages": ["none", "gcc", "gcc,g++,libc6-dev"],
    "runtime-packages": ["none", "ffmpeg"],
    "private-indexes": ["none", "corp,my-other.index"],
    "private-git-hosts": ["none", "ssh://github.com", "ssh://git.corp:2222,https://git.corp"],
    "services": ["none", ",".join(SERVICES), *SERVICES],
    "service-images": ["none", "redis=redis:7", "redis=registry.example:5000/a/b@sha256:0a1b"],
    "environment": ["none", "A,B=x y,C='\"$`#"],
    "connections": ["none", "REDIS_URL=redis://elsewhere"],
    "mounts": ["none", "docs,/srv/x,a b", "ü,it's"],
    "volumes": ["none", "data,/var/lib/x,a b", "ü,it's"],
    "processes": ["none", "beat: celery beat, web: a, redis: b, beat-2: c", "+a job: b, +ui ui: x --port=80"],
    "collect-static": ["true", "false"],
    "migrate-in-build": ["true", "false"],
    "read-only": ["true", "false"],
    "image": ["a/b.c_d:1.0"],
    "development": ["no"],
}


@pytest.fixture(scope="module")
def shop() -> Project:
    source = FASTAPI + (
        "import os, redis\nurl = os.environ['REDIS_URL']\na = os.getenv('A', 'b')\n"
        "open('data/x', 'w')\n@app.get('/health')\ndef health(): ...\n"
    )
    return project(
        {"shop/main.py": source, "shop/__init__.py": "", "tests/test_a.py": ""},
        packages=[
            "fastapi 1.0",
            "uvicorn 0.34.0",
            "gunicorn 23.0.0",
            "redis 5.0.0",
            "psycopg2 2.9 sdist",
            "ruff 1.0 @dev",
        ],
        manifest='[tool.poetry.scripts]\nshop = "shop.main:run"\n',
    )


def test_every_decision_is_varied() -> None:
    assert set(SETTINGS) == {key.name for key in KEYS}


@pytest.mark.parametrize(
    "setting", [f"{name}={text}" for name, texts in SETTINGS.items() for text in texts], ids=lambda text: text[:50]
)
def test_one_factor_at_a_time(shop: Project, setting: str) -> None:
    check_invariants(rendered(shop, setting))


@pytest.mark.parametrize(
    "setting", [f"{name}={texts[0]}" for name, texts in SETTINGS.items() if name != "application"], ids=lambda t: t[:50]
)
def test_what_is_set_while_the_application_is_open(setting: str) -> None:
    open_one = project({"one.py": FASTAPI, "two.py": FASTAPI}, packages=["fastapi 1.0", "uvicorn 1.0"])
    assert [item.key.name for item in inferred(open_one, setting).open] == ["application"]


@pytest.mark.parametrize("sample", SAMPLES, ids=sample_name)
def test_sample_projects(sample: Path) -> None:
    read = read_project(sample)
    files = rendered(read)
    check_invariants(files)
    assert rendered(read) == files


def test_no_braces_are_left(shop: Project) -> None:
    for path, text in rendered(shop).items():
        assert "{{" not in text, path
        assert "{%" not in text, path


def test_processes_never_share_a_name_with_each_other_or_a_service(shop: Project) -> None:
    assert list(compose(rendered(shop, "processes=redis: a, app-2: b"))["services"]) == ["web", "redis-2", "app-2", "redis"]


def test_a_procfile_worker_that_is_the_main_process_runs_once() -> None:
    files = {
        "tasks.py": "from celery import Celery\napp = Celery('shop')\n",
        "Procfile": "worker: celery -A tasks worker\nbeat_1: celery beat\nbeat-1: celery beat\n",
    }
    services = compose(rendered(project(files, packages=["celery 5.4.0"])))["services"]
    assert list(services) == ["worker", "beat-1", "beat-1-2"]


def test_several_packages_are_each_stood_for() -> None:
    manifest = (
        '[tool.poetry]\nname = "shop"\nversion = "1"\ndescription = ""\n'
        'packages = [{include = "a"}, {include = "b c"}]\n'
        '[tool.poetry.dependencies]\npython = "^3.12"\n[tool.poetry.scripts]\nshop = "a:run"\n'
    )
    files = rendered(project({"a/__init__.py": "", "b c/__init__.py": "", "pyproject.toml": manifest}))
    (line,) = (rest for word, rest in instructions(files) if word == "RUN" and "/dev/null" in rest)
    # `install -D SOURCE ONE TWO` would take TWO for a folder.
    assert line.count("install -D /dev/null ") == 2
    check_invariants(files)


@pytest.mark.parametrize(
    ("value", "starred"),
    [
        (">=3.4.x", ">=3.4.*"),
        ("^2.7 || 3.X.x, !=3.0.x", "^2.7 || 3.*, !=3.0.*"),
        ("*", "*"),
        ({"version": "3.x", "optional": True}, {"version": "3.*", "optional": True}),
        ([{"git": "https://a.example/b.x"}, {"version": "1.x"}], [{"git": "https://a.example/b.x"}, {"version": "1.*"}]),
    ],
)
def test_x_wildcards_of_the_lock_become_stars(value: object, starred: object) -> None:
    shop = project({"main.py": SCRIPT}, packages=["a 1.0"])
    (package,) = shop.lock.packages
    wild = dataclasses.replace(shop.lock, packages=(dataclasses.replace(package, python_versions=">=3.4.x"),))
    files = rendered(dataclasses.replace(shop, lock=wild))
    check_invariants(files)
    assert "def starred" not in rendered(shop)["docker/manifest.py"]
    functions = ast.parse(files["docker/manifest.py"])
    functions.body = [node for node in functions.body if isinstance(node, ast.FunctionDef) and node.name == "starred"]
    names: dict[str, Any] = {"re": re}
    exec(compile(functions, "docker/manifest.py", "exec"), names)  # noqa: S102 - Poetry, which the rest imports, is not here
    assert names["starred"](value) == starred


def test_gunicorn_alone_gets_a_configuration(shop: Project) -> None:
    assert "gunicorn.conf.py" in rendered(shop)
    assert "gunicorn.conf.py" not in rendered(shop, "server=uvicorn")


def test_a_server_that_is_added_leaves_when_it_is_locked() -> None:
    bare = project({"app.py": FLASK}, packages=["flask 3.0.0"])
    assert "poetry add" in rendered(bare)["Dockerfile"]
    locked = project({"app.py": FLASK}, packages=["flask 3.0.0", "gunicorn 23.0.0"])
    assert "poetry add" not in rendered(locked)["Dockerfile"]


def test_the_command_is_that_of_the_decision(shop: Project) -> None:
    (command,) = (rest for word, rest in instructions(rendered(shop, "command=a 'b $c' \"d\"")) if word == "CMD")
    assert json.loads(command) == ["a", "b $c", "d"]


def test_secrets_never_have_a_value() -> None:
    source = FASTAPI + "import os\nkey = os.environ.get('API_SECRET', 'hunter2')\n"
    files = rendered(project({"app.py": source}, packages=["fastapi 1.0"]), f"services={','.join(SERVICES)}")
    assert "hunter2" not in "".join(files.values())
    for line in files[".env.example"].splitlines():
        name, _, value = line.partition("=")
        assert not (name.endswith(("PASSWORD", "SECRET")) and value), line


def test_a_service_whose_image_lacks_a_platform_says_so() -> None:
    files = {"main.py": "import psycopg2, geoalchemy2\n" + SCRIPT}
    shop = project(files, packages=["psycopg2 2.9", "geoalchemy2 0.15"])
    assert compose(rendered(shop))["services"]["postgres"]["platform"] == "linux/amd64"
    assert "platform" not in compose(rendered(shop, "service-images=postgres=postgres:17"))["services"]["postgres"]


def test_the_volume_of_a_database_follows_its_major_version(shop: Project) -> None:
    services = compose(rendered(shop, "services=postgres", "service-images=postgres=postgres:16"))["services"]
    assert services["postgres"]["volumes"] == ["postgres-data:/var/lib/postgresql/data"]


def test_an_image_for_one_platform_says_so() -> None:
    rows = ["torch 2.0 cp313-cp313-manylinux_2_28_x86_64"]
    files = rendered(project({"app.py": FASTAPI}, packages=rows))
    assert {service["platform"] for service in compose(files)["services"].values()} == {"linux/amd64"}
    assert "docker build --platform linux/amd64 " in files["Dockerfile"]
    check_invariants(files)


def test_what_one_platform_compiles_costs_the_other_nothing() -> None:
    rows = ["psycopg2 2.9 cp313-cp313-manylinux_2_17_x86_64 sdist", "zope 1.0 sdist"]
    files = rendered(project({"app.py": FASTAPI}, packages=rows))
    here, there = (rest for word, rest in instructions(files) if word == "RUN" and "-dev" in rest)
    assert "libpq-dev" not in here
    assert "gcc" in here
    assert there.startswith('if [ "$TARGETARCH" != amd64 ]; then')
    assert "libpq-dev" in there
    assert not any("platform" in service for service in compose(files)["services"].values())
    check_invariants(files)
