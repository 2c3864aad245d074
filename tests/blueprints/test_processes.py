"""Several processes in the rendered files: images, targets, ports, volumes, what waits for what."""

from __future__ import annotations

from typing import Any

import pytest

from tests.blueprints.rendered import check_invariants, compose, instructions, rendered
from scaffolder.errors import ProjectError
from scaffolder.model.project import Project
from tests.helpers import FASTAPI, SCRIPT, project, project_files

PACKAGES = ("fastapi 1.0", "uvicorn 1.0", "pandas 2.0 @train")
TRAIN = '[tool.scaffold.processes]\ntrain = {kind = "job", command = "python train.py"}\n'
FILES = {"app.py": FASTAPI, "train.py": "import pandas\n" + SCRIPT, "fetch.py": SCRIPT}


def files(table: str) -> dict[str, str]:
    made = rendered(project(FILES, packages=PACKAGES, manifest=f"[tool.scaffold.processes]\n{table}\n"))
    check_invariants(made)
    return made


def services(table: str) -> Any:
    return compose(files(table))["services"]


def test_a_job_waits_until_it_is_asked_for_and_has_an_image_of_its_own() -> None:
    train = services('train = {kind = "job", command = "python train.py"}')["train"]
    assert (train["profiles"], train["restart"]) == (["jobs"], "no")
    assert (train["image"], train["build"]["target"]) == ("shop-train", "runtime-train")


def test_the_last_stage_is_the_main_process() -> None:
    made = instructions(files('train = {kind = "job", command = "python train.py"}'))
    stages = [rest.partition(" AS ")[2] for word, rest in made if word == "FROM"]
    assert stages[-2:] == ["runtime-train", "runtime"]
    assert [rest for word, rest in made if word == "CMD"][0] == '["python", "train.py"]'


def test_processes_that_need_the_same_share_a_target() -> None:
    made = services('a = {kind = "job", command = "python train.py"}\nb = "python train.py --again"\nc = "python fetch.py"')
    assert made["a"]["build"]["target"] == made["b"]["build"]["target"] == "runtime-a"
    assert made["b"]["command"] == ["python", "train.py", "--again"]
    assert "target" not in made["c"]["build"]


def test_debian_packages_of_a_process_are_in_its_image_alone() -> None:
    made = instructions(files('a = {command = "python fetch.py", runtime-packages = ["ffmpeg"]}'))
    stages = [index for index, (word, _) in enumerate(made) if word == "FROM"]
    own, main = made[stages[-2] : stages[-1]], made[stages[-1] :]
    assert any("ffmpeg" in rest for _, rest in own)
    assert not any("ffmpeg" in rest for _, rest in main)
    assert len([1 for word, rest in made if word == "RUN" and "poetry install" in rest]) == 1


def test_a_job_that_others_wait_for_runs_without_being_asked() -> None:
    made = services('fetch = {kind = "job", command = "python fetch.py"}\nbot = {command = "b", depends-on = ["fetch"]}')
    assert "profiles" not in made["fetch"]
    assert made["bot"]["depends_on"] == {"fetch": {"condition": "service_completed_successfully"}}


def test_what_waits_for_a_process_waits_until_it_is_healthy_where_it_can_say_so() -> None:
    made = services('a = "x"\nb = {command = "x", kind = "web", port = 80}\nc = {command = "x", depends-on = ["a", "b"]}')
    assert [item["condition"] for item in made["c"]["depends_on"].values()] == ["service_started", "service_healthy"]


def test_everything_waits_for_a_release() -> None:
    made = services('up = {kind = "release", command = "x"}\nbot = "y"')
    for name in ("web", "bot"):
        assert made[name]["depends_on"]["up"]["condition"] == "service_completed_successfully"


def test_published_ports_are_distinct_and_only_where_they_are_asked_for() -> None:
    made = services(
        'a = {command = "x", kind = "ui", port = 8000}\nb = {command = "x", kind = "web", port = 80, publish = "loopback"}\n'
        'c = {command = "x", kind = "worker", port = 81}'
    )
    assert made["web"]["ports"] == ["${WEB_PORT:-8000}:8000"]
    assert made["a"]["ports"] == ["${A_PORT:-8001}:8000"]
    assert made["b"]["ports"] == ["127.0.0.1:${B_PORT:-80}:80"]
    assert "ports" not in made["c"]


@pytest.mark.parametrize(
    ("publish", "ports"),
    [
        ("8888", ["${WEB_PORT:-8888}:8000"]),
        ('"8888"', ["${WEB_PORT:-8888}:8000"]),
        ('"all:8888"', ["${WEB_PORT:-8888}:8000"]),
        ('"loopback:8888"', ["127.0.0.1:${WEB_PORT:-8888}:8000"]),
        ('"none"', None),
    ],
)
def test_a_port_of_the_host_can_be_named(publish: str, ports: list[str] | None) -> None:
    made = services(f'web = {{publish = {publish}}}\nui = {{command = "x", port = 8888}}')
    assert made["web"].get("ports") == ports
    assert made["ui"]["ports"] == ["${UI_PORT:-8889}:8888" if ports else "${UI_PORT:-8888}:8888"]


@pytest.mark.parametrize("publish", ["0", "70000", '"none:80"', '"loopback:x"', '"elsewhere"', "true", "[80]", '""'])
def test_what_is_no_port_of_the_host_is_refused(publish: str) -> None:
    with pytest.raises(ProjectError, match=r"processes\.web\.publish"):
        services(f"web = {{publish = {publish}}}")


def test_the_same_folder_is_the_same_volume_and_others_are_not() -> None:
    made = services('a = {command = "x", volumes = ["/data"]}\nb = {command = "x", volumes = ["/data", "data"]}')
    assert made["a"]["volumes"] == ["data:/data"]
    assert made["b"]["volumes"] == ["data:/data", "data-2:/app/data"]
    assert "volumes" not in made["web"]


def test_a_process_without_a_health_check_does_not_take_that_of_the_image() -> None:
    """`up --wait` fails for a disabled check of what goes on, so there it is one that always succeeds."""
    made = services('a = "python fetch.py"\nb = {command = "celery -A app worker"}\nmigrate = "python migrate.py"')
    assert made["a"]["healthcheck"] == {"test": ["CMD", "true"]}
    assert made["migrate"]["healthcheck"] == {"disable": True}
    assert "inspect ping" in made["b"]["healthcheck"]["test"][-1]


def test_each_image_installs_the_libraries_of_its_own_groups() -> None:
    made = instructions(rendered(_with_a_library()))
    stages = [rest for word, rest in made if word == "FROM"]
    assert "builder-train AS project-train" in stages
    copied = [rest for word, rest in made if word == "COPY" and "/layer/opt/venv" in rest]
    assert copied == ["--from=project-train /layer/opt/venv /opt/venv", "--from=project /layer/opt/venv /opt/venv"]


def test_what_a_library_adds_is_copied_from_the_root() -> None:
    """The cp of Debian bookworm looks for the folders above a file below the working directory: coreutils 9.1."""
    runs = [" ".join(rest.split()) for word, rest in instructions(rendered(_with_a_library())) if word == "RUN"]
    copying = [run for run in runs if "cp --archive --parents" in run]
    assert len(copying) == 2
    assert all("&& env --chdir=/ find /opt/venv " in run for run in copying)


def _with_a_library() -> Project:
    """A project with a directory dependency in the group of one process."""
    files = project_files(FILES, packages=PACKAGES, manifest=TRAIN)
    package = '[[package]]\nname = "own"\nversion = "1.0"\ndescription = ""\noptional = false\n'
    package += 'python-versions = "*"\ngroups = ["train"]\nfiles = []\n'
    package += '[package.source]\ntype = "directory"\nurl = "libs/own"\n\n'
    manifest = files["pyproject.toml"].replace(
        "[tool.poetry.group.train.dependencies]\n",
        '[tool.poetry.group.train.dependencies]\nown = {path = "libs/own"}\n',
    )
    lock = files["poetry.lock"].replace("[[package]]\n", f"{package}[[package]]\n", 1)
    return project({**files, "pyproject.toml": manifest, "poetry.lock": lock, "libs/own/pyproject.toml": ""})
