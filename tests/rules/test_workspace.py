"""Which projects of a repository run, and which of their workers."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffolder.decisions import PROCESSES
from scaffolder.errors import OpenDecisionsError, UsageError
from scaffolder.model.decision import Source
from scaffolder.rules.workspace import offers
from scaffolder.workspace import Workspace, parse_settings, read_workspace
from tests.helpers import CELERY, FLASK, SCRIPT, written
from tests.workspace import WORKER_PACKAGES, api, library, repository, worker


def read(root: Path, *settings: str) -> Workspace:
    return read_workspace(root, settings, None)


def value(root: Path, *settings: str) -> tuple[str, ...]:
    return read(root, *settings).decided().value


def left_out(root: Path) -> dict[str, str]:
    return {offer.folder: offer.text for offer in offers(read(root).candidates) if not offer.chosen}


def test_what_has_something_to_start_runs(tmp_path: Path) -> None:
    decided = read(repository(tmp_path)).decided()
    assert decided.value == ("services/api", "services/worker")
    assert decided.source is Source.INFERRED
    assert "main.py:2" in decided.evidence[0]
    assert left_out(tmp_path) == {"libs/shared": "nothing to start was found"}


def test_a_library_that_others_need_does_not_run_whatever_scripts_it_has(tmp_path: Path) -> None:
    repository(tmp_path)
    (tmp_path / "libs/shared/tool.py").write_text(SCRIPT)
    lock = tmp_path / "services/api/poetry.lock"
    package = (
        '[[package]]\nname = "shared"\nversion = "1"\ndescription = ""\noptional = false\npython-versions = "*"\n'
        'files = []\ndevelop = true\n\n[package.source]\ntype = "directory"\nurl = "../../libs/shared"\n\n'
    )
    lock.write_text(lock.read_text().replace("[[package]]", f"{package}[[package]]", 1))
    assert left_out(tmp_path) == {"libs/shared": "a library of services/api"}


def test_what_shows_or_tests_something_does_not_run(tmp_path: Path) -> None:
    repository(tmp_path)
    for folder in ("examples/shop", "tests/fixtures/shop", "vendor/shop"):
        api(tmp_path, folder)
    assert value(tmp_path) == ("services/api", "services/worker")
    assert left_out(tmp_path)["examples/shop"] == "it lies in examples"


def test_a_project_that_cannot_be_read_is_left_out_and_named(tmp_path: Path) -> None:
    repository(tmp_path)
    written(tmp_path / "broken", {"pyproject.toml": "[tool.poetry\n"})
    assert value(tmp_path) == ("services/api", "services/worker")
    assert left_out(tmp_path)["broken"].startswith("broken/pyproject.toml: ")


def test_a_project_of_which_nobody_can_say_what_starts_is_left_out(tmp_path: Path) -> None:
    repository(tmp_path)
    written(tmp_path / "tie", {"one.py": SCRIPT, "two.py": SCRIPT})
    assert value(tmp_path) == ("services/api", "services/worker")
    assert left_out(tmp_path)["tie"] == "several things could be started: one.py, two.py"
    assert value(tmp_path, "tie:application=two.py") == ("services/api", "services/worker", "tie")


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("projects=services/worker", ("services/worker",)),
        ("projects=services/worker,services/api", ("services/worker", "services/api")),
        ("projects=-services/worker", ("services/api",)),
        ("projects=+tests/shop", ("services/api", "services/worker", "tests/shop")),
    ],
)
def test_somebody_says_which_run(tmp_path: Path, setting: str, expected: tuple[str, ...]) -> None:
    api(repository(tmp_path), "tests/shop")
    decided = read(tmp_path, setting).decided()
    assert (decided.value, decided.source) == (expected, Source.FLAG)


def test_saying_what_is_so_anyway_decides_nothing(tmp_path: Path) -> None:
    assert read(repository(tmp_path), "projects=+services/api").decided().source is Source.INFERRED


@pytest.mark.parametrize("setting", ["projects=services/nothing", "projects=../up", "nowhere:port=1", "projects=a:b"])
def test_a_project_that_is_not_there_is_an_error(tmp_path: Path, setting: str) -> None:
    repository(tmp_path)
    with pytest.raises(UsageError):
        value(tmp_path, setting)


def test_nothing_that_starts_is_an_error_with_what_there_is(tmp_path: Path) -> None:
    library(tmp_path, "libs/one")
    library(tmp_path, "libs/two")
    with pytest.raises(OpenDecisionsError, match="libs/one: nothing to start was found"):
        value(tmp_path)


def test_a_setting_is_about_one_project_or_about_all(tmp_path: Path) -> None:
    settings = parse_settings(["port=9000", "services/api:port=9001"])
    assert settings.about("services/api")["port"].value == 9001
    assert settings.about("services/worker")["port"].value == 9000
    with pytest.raises(UsageError, match="blueprint of your own"):
        parse_settings(["blueprint.team=core"])


def test_who_only_sends_tasks_runs_no_worker(tmp_path: Path) -> None:
    sender = FLASK + CELERY.replace("app", "queue") + "queue.send_task('work')\n"
    packages = ("flask 3.0.0", "gunicorn 23.0.0", *WORKER_PACKAGES)
    written(tmp_path / "api", {"main.py": sender}, packages=packages)
    alone = read(tmp_path, "projects=api")
    worker(tmp_path, "worker")
    beside = read(tmp_path)
    assert [process.name for process in alone.candidate("api")[1].decisions[PROCESSES]] == ["worker"]
    assert beside.candidate("api")[1].decisions[PROCESSES] == ()
    assert "the tasks are in worker" in str(beside.candidate("api")[1].decisions.decision(PROCESSES).evidence)


def test_who_has_tasks_keeps_the_worker(tmp_path: Path) -> None:
    sender = FLASK + CELERY.replace("app", "queue") + "@queue.task\ndef mine():\n    pass\n"
    packages = ("flask 3.0.0", "gunicorn 23.0.0", *WORKER_PACKAGES)
    written(tmp_path / "api", {"main.py": sender}, packages=packages)
    worker(tmp_path, "worker")
    assert [process.name for process in read(tmp_path).candidate("api")[1].decisions[PROCESSES]] == ["worker"]
