"""Decisions into the blueprint's variables."""

from __future__ import annotations

import json

import pytest

from scaffolder.answers import answers
from scaffolder.answers.names import volume_name
from scaffolder.answers.quoting import quoted
from tests.helpers import FASTAPI, FLASK, SCRIPT, inferred, project


def made(files: dict[str, str], *settings: str) -> dict[str, object]:
    shop = project(files, packages=("fastapi 1.0", "uvicorn 1.0", "gunicorn 1.0", "flask 3.0.0"))
    return answers(shop, inferred(shop, *settings).decisions)


def builder(files: dict[str, str], *settings: str) -> dict[str, object]:
    """The only stage that installs."""
    return _only(made(files, *settings)["builders"])


def target(files: dict[str, str], *settings: str) -> dict[str, object]:
    """The only final stage."""
    return _only(made(files, *settings)["targets"])


def _only(stages: object) -> dict[str, object]:
    assert isinstance(stages, list)
    assert len(stages) == 1
    return dict(stages[0])


@pytest.mark.parametrize(
    ("text", "word"),
    [("a", '"a"'), ('a"b', '"a\\"b"'), ("$x", '"\\$x"'), ("a\\", '"a\\\\"'), ("a\nb\0", '"a b"'), ("", '""')],
)
def test_quoted(text: str, word: str) -> None:
    assert quoted(text) == word


@pytest.mark.parametrize(
    ("folder", "name"), [("data", "data"), ("/var/lib/x", "var-lib-x"), ("Ü", "data"), ("a b", "a-b")]
)
def test_volume_names(folder: str, name: str) -> None:
    assert volume_name(folder) == name


@pytest.mark.parametrize(
    ("groups", "options"),
    [("main", ["--only main", "--no-root"]), ("main,ml", ["--only main,ml", "--no-root"]), ("none", ["--no-root"])],
)
def test_install_options(groups: str, options: list[str]) -> None:
    assert builder({"main.py": SCRIPT}, f"groups={groups}")["install_options"] == options


def test_sets_of_python_source() -> None:
    given = builder({"main.py": SCRIPT}, "groups=b,a")
    assert (given["group_set"], given["extra_set"]) == ('{"a", "b"}', "set()")


def test_the_health_check_follows_the_port_where_the_server_does() -> None:
    health = "@app.get('/health')\ndef f(): ...\n"
    follows = str(target({"main.py": FASTAPI + health}, "server=gunicorn-uvicorn")["health_command"])
    fixed = str(target({"main.py": FASTAPI + health}, "server=uvicorn")["health_command"])
    assert "os.environ.get('PORT', '8000')" in follows
    assert "127.0.0.1:8000/health" in fixed
    assert "PORT" not in fixed


@pytest.mark.parametrize("check", ["/health", "tcp"])
@pytest.mark.parametrize("server", ["uvicorn", "gunicorn-uvicorn"])
def test_the_health_check_is_python(check: str, server: str) -> None:

    words = json.loads(str(target({"main.py": FASTAPI}, f"health-check={check}", f"server={server}")["health_command"]))
    assert words[:2] == ["python", "-c"]
    compile(words[2], "health", "exec")


def test_nothing_to_ask_where_nothing_listens() -> None:
    given = target({"main.py": SCRIPT})
    assert (given["port"], given["has_health_check"]) == (0, False)


@pytest.mark.parametrize(
    ("files", "name", "restart"),
    [({"main.py": FLASK}, "web", "unless-stopped"), ({"main.py": SCRIPT}, "app", "on-failure")],
)
def test_the_main_process(files: dict[str, str], name: str, restart: str) -> None:
    processes = made(files)["processes"]
    assert isinstance(processes, list)
    assert (processes[0]["name"], processes[0]["restart"]) == (name, restart)


def test_folders_of_development_stay_out_unless_the_code_imports_them() -> None:
    files = {"main.py": SCRIPT, "tests/a.py": "", "docs/x.md": ""}
    assert made(files)["ignored_folders"] == ["tests"]
    assert made(files | {"main.py": "import tests\n" + SCRIPT})["ignored_folders"] == []


def test_lists_do_not_depend_on_the_order_of_flags() -> None:
    one = made({"main.py": SCRIPT}, "volumes=b,a")
    two = made({"main.py": SCRIPT}, "volumes=a,b")
    assert one["volumes"] == two["volumes"]


def environment(source: str, *settings: str) -> dict[str, str]:
    found = made({"main.py": source}, *settings)
    processes = found["processes"]
    assert isinstance(processes, list)
    assert all(process["environment"] == processes[0]["environment"] for process in processes)
    return {item["name"]: json.loads(item["value"]) for item in processes[0]["environment"]}


def test_compose_asks_for_what_the_application_needs_at_its_start() -> None:
    source = (
        "import os\na = os.environ['NEEDED']\nn = int(os.environ['NUMBER'])\nb = os.environ['SECRET_KEY']\n"
        "c = os.environ.get('OTHER')\n"
        "d = os.getenv('DEFAULT', 'x')\n" + FLASK + "\ndef later():\n    return os.environ['LATER']\n"
    )
    assert environment(source, "processes=worker: python main.py") == {
        "NEEDED": "${NEEDED?set it in .env}",
        "NUMBER": "${NUMBER:?set it in .env}",
        "SECRET_KEY": "${SECRET_KEY:?run `scaffold env`, or set it in .env}",
    }


def test_a_port_that_the_code_insists_on_is_the_one_that_is_decided() -> None:
    assert environment("import os\np = os.environ['PORT']\n" + FLASK, "port=9000") == {"PORT": "9000"}
    assert environment("import os\np = os.environ.get('PORT', '1')\n" + FLASK, "port=9000") == {}


def test_only_what_imports_mlflow_is_told_of_its_server_and_waits_for_it() -> None:
    logs = "import mlflow\nmlflow.set_tracking_uri('http://mlflow:5000')\n" + SCRIPT
    tables = "".join(
        f'[tool.scaffold.processes.{name}]\nkind = "job"\ncommand = "python {name}.py"\n' for name in ("fetch", "train")
    )
    files = {"app.py": "from flask import Flask\napp = Flask(__name__)\n", "fetch.py": SCRIPT, "train.py": logs}
    shop = project(files, packages=["flask 3.0", "mlflow 3.5"], manifest=tables)
    given = answers(shop, inferred(shop).decisions)
    found = {item["name"]: item for item in given["processes"]}
    told = {name for name, item in found.items() if "MLFLOW_TRACKING_URI" in str(item["environment"])}
    waits = {name for name, item in found.items() if "mlflow" in str(item["depends_on"])}
    assert "train" in told
    assert told == waits
    assert not told & {"fetch", "mlflow"}
    assert {item["name"] for item in given["developed"]["processes"]} == {*found} - {"mlflow"}, (
        "an edit leaves it running"
    )


def test_a_variable_of_a_service_is_given_its_address_not_asked_for() -> None:
    found = environment("import os, redis\nr = os.environ['REDIS_URL']\n" + FLASK, "services=redis")
    assert found == {"REDIS_URL": "${REDIS_URL:-redis://redis:6379/0}"}


def test_a_variable_of_a_process_begins_with_no_digit() -> None:
    found = made({"main.py": FLASK}, "processes=2nd-worker: python main.py")["processes"]
    assert isinstance(found, list)
    assert [process["prefix"] for process in found] == ["WEB", "_2ND_WORKER"]
