"""The processes beside the main one: where they come from, what is said about them, and what each installs."""

from __future__ import annotations

import pytest

from scaffolder.decisions import CONNECTIONS, PROCESSES, Process
from scaffolder.errors import ProjectError
from scaffolder.model.project import Project
from tests.helpers import CELERY, FASTAPI, FLASK, SCRIPT, check_decides, inferred, message_codes, project

WEB = ("fastapi 1.0", "uvicorn 1.0")
CELERY_WORKER = ("celery", "--app=tasks:app", "worker", "--loglevel=INFO")


def processes(project: Project, *settings: str) -> dict[str, Process]:
    return {process.name: process for process in inferred(project, *settings).decisions[PROCESSES]}


def table(text: str, files: dict[str, str] | None = None, packages: tuple[str, ...] = WEB) -> Project:
    """A web application with this much of `[tool.scaffold]`."""
    return project({"app.py": FASTAPI, **(files or {})}, packages=packages, manifest=text)


def test_a_worker_gets_the_modules_that_nothing_leads_to() -> None:
    files = {
        "app.py": FLASK,
        "tasks.py": CELERY,
        "mail.py": "from tasks import app\n@app.task\ndef send(): ...\n",
        "shop/jobs.py": "from celery import shared_task\n@shared_task\ndef count(): ...\n",
    }
    packages = ["flask 3.0.0", "celery 5.4.0"]
    worker = processes(project(files, packages=packages))["worker"]
    assert worker.command == (*CELERY_WORKER, "--include=mail,shop.jobs")
    found = {**files, "tasks.py": CELERY + "import mail, shop.jobs\n"}
    assert processes(project(found, packages=packages))["worker"].command == CELERY_WORKER
    listed = {**files, "tasks.py": "from celery import Celery\napp = Celery('shop', include=['mail'])\n"}
    assert processes(project(listed, packages=packages))["worker"].command == CELERY_WORKER


@pytest.mark.parametrize(
    "schedule",
    [
        "app.conf.beat_schedule = {'a': {'task': 'a', 'schedule': 3}}\n",
        "app.conf.update(beat_schedule={'a': {'task': 'a', 'schedule': 3}})\n",
        "@app.on_after_configure.connect\ndef f(sender, **kwargs):\n    sender.add_periodic_task(3.0, a.s())\n",
    ],
)
def test_a_schedule_needs_a_clock(schedule: str) -> None:
    beat = processes(project({"tasks.py": CELERY + schedule}, packages=["celery 5.4.0"]))["beat"]
    assert beat.kind == "scheduler"
    assert beat.command[:3] == ("celery", "--app=tasks:app", "beat")
    assert "--pidfile=" in beat.command


def test_no_schedule_needs_none() -> None:
    empty = CELERY + "app.conf.beat_schedule = {}\n"
    assert processes(project({"tasks.py": empty}, packages=["celery 5.4.0"])) == {}


def test_queues_of_rq_get_a_worker_that_finds_redis() -> None:
    files = {"app.py": FLASK + "import redis, rq\nlow = rq.Queue('low', redis.Redis())\nother = rq.Queue()\n"}
    worker = processes(project(files, packages=["flask 3.0.0", "rq 2.0", "redis 5.0"]))["worker"]
    assert worker.command == ("rq", "worker", "low", "default")
    assert dict(worker.environment) == {"RQ_REDIS_URL": "${RQ_REDIS_URL:-redis://redis:6379/0}"}


def test_a_script_that_blocks_on_a_schedule_is_a_scheduler() -> None:
    clock = "from apscheduler.schedulers.blocking import BlockingScheduler\n"
    clock += "if __name__ == '__main__':\n    BlockingScheduler().start()\n"
    found = processes(project({"app.py": FLASK, "clock.py": clock}, packages=["flask 3.0.0", "apscheduler 3.10"]))
    assert (found["scheduler"].kind, found["scheduler"].command) == ("scheduler", ("python", "clock.py"))


PAGE = "import streamlit as st\nst.title('shop')\n"


def test_a_page_beside_an_api_is_published_on_a_port_of_its_own() -> None:
    page = processes(project({"app.py": FASTAPI, "page.py": PAGE}, packages=[*WEB, "streamlit 1.40"]))["ui"]
    assert (page.kind, page.port, page.publish, page.health_check) == ("ui", 8501, "all", "/_stcore/health")


def test_a_page_that_the_api_serves_itself_is_no_process() -> None:
    files = {"app.py": FASTAPI + "import page\n", "page.py": PAGE}
    assert processes(project(files, packages=[*WEB, "streamlit 1.40"])) == {}


def test_two_pages_that_cannot_be_told_apart_are_none() -> None:
    files = {"app.py": FASTAPI, "one.py": PAGE, "two.py": PAGE}
    assert processes(project(files, packages=[*WEB, "streamlit 1.40"])) == {}


LOGS = "import mlflow\nmlflow.set_tracking_uri('http://mlflow:5000')\n" + SCRIPT


def test_runs_that_are_logged_to_a_server_need_one() -> None:
    shop = project({"app.py": FASTAPI, "train.py": LOGS}, packages=[*WEB, "mlflow 3.5"])
    server = processes(shop)["mlflow"]
    assert (server.publish, server.health_check, server.volumes) == ("loopback", "/health", ("/var/lib/mlflow",))
    assert any(word.startswith("--allowed-hosts=mlflow:5000") for word in server.command)
    (address,) = inferred(shop).decisions[CONNECTIONS]
    assert (address.variable, address.value) == ("MLFLOW_TRACKING_URI", "http://mlflow:5000")
    older = processes(project({"app.py": FASTAPI, "train.py": LOGS}, packages=[*WEB, "mlflow 2.9"]))["mlflow"]
    assert not any(word.startswith("--allowed-hosts") for word in older.command)


@pytest.mark.parametrize(
    ("code", "packages"),
    [
        ("import mlflow\nmlflow.set_tracking_uri('sqlite:///runs.db')\n", ["mlflow 3.5"]),
        ("import mlflow\nmlflow.set_tracking_uri('file:./mlruns')\n", ["mlflow 3.5"]),
        (LOGS, ["mlflow 3.5 @dev"]),
    ],
)
def test_runs_in_a_folder_or_of_developers_need_none(code: str, packages: list[str]) -> None:
    assert processes(project({"app.py": FASTAPI, "train.py": code + SCRIPT}, packages=[*WEB, *packages])) == {}


ALEMBIC = {"alembic.ini": "[alembic]\nscript_location = migrations\n", "migrations/versions/1.py": ""}
DATABASE = ("import psycopg2\n", "psycopg2 2.9.0")


def test_alembic_migrates_before_the_others_start() -> None:
    shop = project({"app.py": DATABASE[0] + FASTAPI, **ALEMBIC}, packages=[*WEB, DATABASE[1], "alembic 1.14"])
    release = processes(shop)["migrate"]
    assert (release.kind, release.command) == ("release", ("alembic", "upgrade", "head"))


@pytest.mark.parametrize(
    ("ini", "path", "command"),
    [
        ("script_location = db", "api/alembic.ini", ("env", "--chdir=api", "alembic", "upgrade", "head")),
        (
            "script_location = %(here)s/db",
            "api/alembic.ini",
            ("alembic", "--config=api/alembic.ini", "upgrade", "head"),
        ),
        ("script_location = api/db", "api/alembic.ini", ("alembic", "--config=api/alembic.ini", "upgrade", "head")),
        ("script_location = api:db", "alembic.ini", ("alembic", "upgrade", "head")),
        ("script_location = elsewhere", "alembic.ini", None),
        ("no ini", "alembic.ini", None),
    ],
)
def test_alembic_is_run_where_its_paths_count_from(ini: str, path: str, command: tuple[str, ...] | None) -> None:
    files = {"app.py": DATABASE[0] + FASTAPI, path: f"[alembic]\n{ini}\n", "api/db/versions/1.py": ""}
    found = processes(project(files, packages=[*WEB, DATABASE[1], "alembic 1.14"]))
    assert (found["migrate"].command if command else found) == (command or {})


def test_flask_migrates_its_own_application() -> None:
    files = {"app.py": DATABASE[0] + FLASK, "migrations/versions/1.py": ""}
    release = processes(project(files, packages=["flask 3.0.0", "flask-migrate 4.0", DATABASE[1]]))["migrate"]
    assert (release.command, release.environment) == (("flask", "db", "upgrade"), (("FLASK_APP", "app:app"),))


def test_migrations_of_a_file_that_only_one_container_sees_are_left_and_said() -> None:
    shop = project({"app.py": FASTAPI, **ALEMBIC}, packages=[*WEB, "alembic 1.14"])
    assert processes(shop) == {}
    assert "migrations-left" in message_codes(shop)


def test_the_release_of_a_procfile_replaces_the_usual_migrations() -> None:
    files = {"app.py": DATABASE[0] + FASTAPI, **ALEMBIC, "Procfile": "web: uvicorn app:app\nrelease: ./up.sh && true\n"}
    found = processes(project(files, packages=[*WEB, DATABASE[1], "alembic 1.14"]))
    assert {name: (item.kind, item.command) for name, item in found.items()} == {
        "release": ("release", ("sh", "-c", "./up.sh && true"))
    }


def test_a_table_beats_the_procfile_and_the_procfile_beats_the_code() -> None:
    files = {"tasks.py": CELERY, "Procfile": "web: uvicorn app:app\nworker: celery -A tasks worker -P solo\n"}
    packages = (*WEB, "celery 5.4.0")
    assert processes(table("", files, packages))["worker"].command == ("celery", "-A", "tasks", "worker", "-P", "solo")
    text = '[tool.scaffold.processes.worker]\ncommand = "celery -A tasks worker"\n'
    worker = processes(table(text, files, packages))["worker"]
    assert (worker.command, worker.health_check) == (("celery", "-A", "tasks", "worker"), "ping")


def test_a_table_changes_what_it_names_and_leaves_the_rest() -> None:
    text = '[tool.scaffold.processes]\nbeat = "celery -A tasks beat"\nworker = {volumes = ["data"]}\n'
    found = processes(table(text, {"tasks.py": CELERY}, (*WEB, "celery 5.4.0")))
    assert found["worker"].command == CELERY_WORKER
    assert found["worker"].volumes == ("data",)
    assert found["beat"].kind == "scheduler"


def test_a_volume_given_to_a_process_moves_its_data_there() -> None:
    text = '[tool.scaffold.processes.mlflow]\nvolumes = ["/srv/shared"]\n'
    server = processes(table(text, {"train.py": LOGS}, (*WEB, "mlflow 3.5")))["mlflow"]
    assert server.volumes == ("/srv/shared",)
    assert "--backend-store-uri=sqlite:////srv/shared/mlflow.db" in server.command
    assert "--artifacts-destination=/srv/shared/artifacts" in server.command


def test_a_table_named_like_the_framework_is_about_the_main_process() -> None:
    (main,) = processes(table("[tool.scaffold.processes.fastapi]\nport = 9000\n")).values()
    assert (main.name, main.main, main.port) == ("fastapi", True, 9000)


def test_a_process_is_left_out() -> None:
    files = {"tasks.py": CELERY}
    packages = (*WEB, "celery 5.4.0")
    assert processes(table("[tool.scaffold.processes]\nworker = false\n", files, packages)) == {}
    assert processes(table("", files, packages), "processes=-worker") == {}
    assert processes(table("", files, packages), "processes=none") == {}


def test_flags_change_what_is_saved() -> None:
    saved = '[tool.scaffold.processes.a]\ncommand = "a"\n[tool.scaffold.processes.b]\ncommand = "b"\n'
    assert list(processes(table(saved), "processes=-a,+c: d e")) == ["b", "c"]
    assert list(processes(table(saved), "processes=c job: d")) == ["c"]


def test_a_table_about_the_main_process_names_it_and_settles_its_decisions() -> None:
    text = '[tool.scaffold.processes.api]\ncommand = "uvicorn app:app --port=9000"\nhealth-check = "tcp"\n'
    shop = table(text)
    check_decides(shop, "port", 9000, "saved", "tool.scaffold.processes.api")
    check_decides(shop, "health-check", "tcp", "saved", "tool.scaffold.processes.api.health-check")
    check_decides(shop, "command", ("uvicorn", "app:app", "--port=9000"), "saved")
    (main,) = processes(shop).values()
    assert (main.name, main.main, main.publish) == ("api", True, "all")


def test_a_table_settles_which_application_is_the_main_one() -> None:
    text = '[tool.scaffold.processes.page]\ncommand = "uvicorn two:app"\nkind = "web"\nport = 80\n'
    files = {"one.py": FASTAPI, "two.py": FASTAPI}
    check_decides(project(files, packages=WEB, manifest=text), "application", "two:app", "saved", "processes.page")


GROUPS = (*WEB, "pandas 2.0 @train", "plotly 5.0 @page")
GROUP_FILES = {
    "app.py": FASTAPI + "import plotly\n",
    "shop/__init__.py": "",
    "shop/train.py": "from shop import table\n" + SCRIPT,
    "shop/table.py": "import pandas\n",
}
TRAIN = '[tool.scaffold.processes.train]\nkind = "job"\ncommand = "python -m shop.train"\n'


def test_each_process_installs_what_its_own_code_reaches() -> None:
    shop = table(TRAIN, GROUP_FILES, GROUPS)
    check_decides(shop, "groups", ("main", "page"), "inferred", "app.py", "plotly")
    assert processes(shop)["train"].groups == ("main", "train")


def test_one_image_is_enough_where_all_need_the_same() -> None:
    files = {
        **GROUP_FILES,
        "app.py": FASTAPI + "import plotly, shop.table\n",
        "shop/table.py": "import pandas, plotly\n",
    }
    assert processes(table(TRAIN, files, GROUPS))["train"].groups is None


@pytest.mark.parametrize("loader", ["import importlib\n", "import django\n", "from pkgutil import iter_modules\n"])
def test_what_imports_by_name_gets_every_group_of_the_code(loader: str) -> None:
    files = {**GROUP_FILES, "shop/table.py": loader}
    files["shop/other.py"] = "import pandas\n"
    assert processes(table(TRAIN, files, GROUPS))["train"].groups == ("main", "page", "train")


BOTH = ("mlflow-skinny 3.5 @train", "scikit-learn 1.6 @train", "mlflow 3.5 @tracking", "mlflow-skinny 3.5 @page")
BOTH_FILES = {
    "app.py": FASTAPI + "import shop.registry\n",
    "shop/__init__.py": "",
    "shop/registry.py": "import mlflow\nmlflow.set_tracking_uri('http://mlflow:5000')\n",
    "shop/train.py": "import sklearn\nfrom shop import registry\n" + SCRIPT,
}


def test_of_groups_that_bring_the_same_library_one_is_enough() -> None:
    shop = table(TRAIN, BOTH_FILES, (*WEB, *BOTH))
    check_decides(shop, "groups", ("main", "page"), "inferred")
    found = processes(shop)
    assert found["train"].groups == ("main", "train")
    assert found["mlflow"].groups == ("main", "tracking")


def test_the_group_named_like_the_process_is_the_one() -> None:
    packages = ("plotly 5.0 @one", "plotly 5.0 @train")
    files = {"app.py": FASTAPI, "shop/__init__.py": "", "shop/train.py": "import plotly\n" + SCRIPT}
    assert processes(table(TRAIN, files, (*WEB, *packages)))["train"].groups == ("main", "train")


def test_a_program_is_not_in_every_distribution_of_its_library() -> None:
    found = processes(table(TRAIN, BOTH_FILES, (*WEB, "mlflow-skinny 3.5", "scikit-learn 1.6", "mlflow 3.5 @tracking")))
    assert found["mlflow"].groups == ("main", "tracking")
    assert found["train"].groups is None


def test_a_program_of_the_lock_needs_the_group_that_brings_it() -> None:
    text = '[tool.scaffold.processes.flower]\ncommand = "flower --port=5555"\n'
    files = {"app.py": FASTAPI, "mon.py": "import flower\n"}
    shop = table(text, files, (*WEB, "flower 2.0 @monitor"))
    assert processes(shop)["flower"].groups == ("main", "monitor")
    check_decides(shop, "groups", ("main",), "inferred")


def test_a_service_that_a_process_depends_on_is_there() -> None:
    check_decides(
        table('[tool.scaffold.processes.a]\ncommand = "a"\ndepends-on = ["redis"]\n'),
        *("services", ("redis",), "inferred", "a depends on it"),
    )


WRONG = {
    'a = {command = "x", colour = "red"}': ("a.colour", "one of command"),
    'a = {command = "x", kind = "robot"}': ("a.kind", "one of web"),
    'a = {command = "x", port = "http"}': ("a.port", "a port"),
    'a = {command = "x", port = true}': ("a.port", "a port"),
    'a = {command = ""}': ("a.command", "a command"),
    "a = 3": ("a", "a list of texts"),
    "a = true": ("a", "a list of texts"),
    "A = 'x'": ("A", "a process name"),
    'a = {command = "x", environment = {"1A" = "x"}}': ("a.environment", "NAME = text"),
    'a = {command = "x", environment = {A = "$x"}}': ("a.environment", "NAME = text"),
    'a = {command = "x", environment = {A = 1}}': ("a.environment", "NAME = text"),
    'a = {command = "x", volumes = ["../x"]}': ("a.volumes", "a folder"),
    'a = {command = "x", runtime-packages = ["a b"]}': ("a.runtime-packages", ""),
    "a = {port = 80}": ("a.command", "a command"),
    'a = {command = "x", groups = ["nope"]}': ("a.groups", "main"),
    'a = {command = "x", extras = ["nope"]}': ("a.extras", "no extras"),
    'a = {command = "x", kind = "web"}': ("a.port", "the port"),
    'a = {command = "x", health-check = "/x"}': ("a.health-check", "a port to ask"),
    'a = {command = "x", health-check = "ping"}': ("a.health-check", "celery"),
    'a = {command = "x", depends-on = ["b"]}': ("a.depends-on", "a process or a service: a, web"),
    'a = {command = "x", depends-on = ["a"]}': ("a.depends-on", "no circle"),
    'a = {command = "x", depends-on = ["b"]}\nb = {command = "x", depends-on = ["a"]}': (".depends-on", "no circle"),
    "web = false": ("web", "beside the main one"),
}


@pytest.mark.parametrize(("text", "expected"), WRONG.items(), ids=WRONG)
def test_errors_name_the_key_what_was_found_and_what_was_expected(text: str, expected: tuple[str, str]) -> None:
    with pytest.raises(ProjectError) as caught:
        inferred(table(f"[tool.scaffold.processes]\n{text}\n"))
    assert "pyproject.toml: tool.scaffold.processes." in caught.value.message
    for part in expected:
        assert part in caught.value.message


def test_console_scripts_are_offered_and_not_added() -> None:
    shop = table('[tool.poetry.scripts]\nimport-books = "shop:run"\n')
    assert processes(shop) == {}
    assert "script-offered" in message_codes(shop)


#: What a Compose file of the project runs, the manifest's packages, and the processes that follow: name → command.
COMPOSED: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "a worker with its own queues takes the place of the one that the code calls for": (
        "mailer: {build: ., command: celery -A tasks worker -Q mail}",
        {},
        {"mailer": "celery -A tasks worker -Q mail"},
    ),
    "a worker of another application is not the project's": (
        "mailer: {build: ., command: celery -A former worker}",
        {},
        {"worker": "celery --app=tasks:app worker --loglevel=INFO"},
    ),
    "a worker that keeps the schedule": (
        "worker: {build: ., command: celery -A tasks worker -B}",
        {"tasks.py": CELERY + "app.conf.beat_schedule = {'a': {'task': 'a', 'schedule': 3}}\n"},
        {"worker": "celery -A tasks worker -B --schedule=/tmp/celerybeat-schedule"},
    ),
    "a script that is started again": (
        "listen: {build: ., command: python -m listen, restart: always}",
        {"listen.py": "while True: pass\n"},
        {"listen": "python -m listen", "worker": "celery --app=tasks:app worker --loglevel=INFO"},
    ),
    "a script that comes to an end": (
        "listen: {build: ., command: python -m listen}\n  seed: {build: ., command: python seed.py, restart: always}",
        {"listen.py": "print()\n", "seed.py": "print()\n"},
        {"worker": "celery --app=tasks:app worker --loglevel=INFO"},
    ),
    "a script around a worker": (
        "queue: {build: ., command: ./start.sh}",
        {"start.sh": "#!/bin/sh\nset -e\nexec celery -A tasks worker -c 2\n"},
        {"queue": "celery -A tasks worker -c 2"},
    ),
}


@pytest.mark.parametrize("case", COMPOSED.values(), ids=COMPOSED)
def test_what_a_compose_file_runs_beside(case: tuple[str, dict[str, str], dict[str, str]]) -> None:
    service, files, expected = case
    compose = f"services:\n  web: {{build: ., command: flask run, ports: ['5000:5000']}}\n  {service}\n"
    shop = {"app.py": FLASK, "tasks.py": CELERY, **files, "docker-compose.yml": compose}
    found = processes(project(shop, packages=["flask 3.0.0", "celery 5.4.0"]))
    assert {name: " ".join(process.command) for name, process in found.items()} == expected


def test_commands_of_django_that_a_compose_file_runs() -> None:
    compose = """
        services:
          web: {build: ., command: python manage.py runserver, ports: ['8000:8000']}
          queue: {image: shop, command: python manage.py qcluster}
          news: {image: shop, command: python manage.py run_update_listener}
          setup: {build: ., command: python manage.py createsuperuser --noinput}
    """
    files = {
        "manage.py": "import os, django\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        "shop/settings.py": "WSGI_APPLICATION = 'shop.wsgi.application'\n",
        "shop/wsgi.py": "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
        "docker-compose.yml": compose,
    }
    found = processes(project(files, packages=["django 5.0"]))
    assert {name: " ".join(process.command) for name, process in found.items()} == {
        "queue": "python manage.py qcluster",
        "news": "python manage.py run_update_listener",
    }
