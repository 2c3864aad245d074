"""The processes of Compose, and what each depends on."""

from __future__ import annotations

import pytest

from scaffolder.answers import answers
from tests.answers.made import made
from tests.helpers import FLASK, SCRIPT, inferred, project


@pytest.mark.parametrize(
    ("files", "name", "restart"),
    [({"main.py": FLASK}, "web", "unless-stopped"), ({"main.py": SCRIPT}, "app", "on-failure")],
)
def test_the_main_process(files: dict[str, str], name: str, restart: str) -> None:
    processes = made(files)["processes"]
    assert isinstance(processes, list)
    assert (processes[0]["name"], processes[0]["restart"]) == (name, restart)


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


def test_a_variable_of_a_process_begins_with_no_digit() -> None:
    found = made({"main.py": FLASK}, "processes=2nd-worker: python main.py")["processes"]
    assert isinstance(found, list)
    assert [process["prefix"] for process in found] == ["WEB", "_2ND_WORKER"]
