"""The commands at the top of a repository of several projects, and in the folders of its projects."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.project import tree
from tests.workspace import api, repository, worker

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop")


@pytest.fixture
def started(shop: Path, run: Run) -> Path:
    """Right after `init`."""
    assert run("init", "--yes", "--quiet", shop)[0] == 0
    return shop


def actions(out: str) -> dict[str, str]:
    return {file["path"]: file["action"] for file in json.loads(out)["files"]}


def test_init_says_what_each_project_is_and_writes_everything(shop: Path, run: Run) -> None:
    code, out, err = run("init", "--yes", shop)
    assert (code, out) == (0, "")
    assert "runs      services/api     main:app" in err
    assert "left out  libs/shared" in err
    assert "curl http://127.0.0.1:5000/" in err
    assert {"compose.yaml", "scaffold.lock", "services/api/Dockerfile", "services/worker/Dockerfile"} <= tree(
        shop
    ).keys()
    assert not [path for path in tree(shop) if path.startswith("libs/") and "docker" in path.lower()]


def test_a_second_init_changes_nothing(started: Path, run: Run) -> None:
    before = tree(started)
    assert run("init", "--yes", "--quiet", started)[0] == 0
    assert run("update", "--yes", started)[2].startswith("Nothing to do.")
    assert tree(started) == before
    code, _, err = run("check", started)
    assert (code, err) == (0, "In step.\n")


def test_the_lock_makes_the_same_files_elsewhere(started: Path, run: Run, tmp_path: Path) -> None:
    other = repository(tmp_path / "deeper" / "shop")
    run("init", "--yes", "--quiet", other)
    assert tree(other) == tree(started)


def test_json_has_a_list_of_projects(shop: Path, run: Run) -> None:
    shown = json.loads(run("explain", "--json", shop)[1])
    assert shown["project"] == {"name": "shop", "path": shop.as_posix()}
    assert shown["decisions"][0]["value"] == ["services/api", "services/worker"]
    assert [item["folder"] for item in shown["projects"]] == ["services/api", "services/worker"]
    assert {"name", "decisions", "packages"} <= shown["projects"][0].keys()
    made = json.loads(run("init", "--yes", "--json", shop)[1])
    assert made["projects"][0]["decisions"] == shown["projects"][0]["decisions"]
    assert {"path": "compose.yaml", "action": "create"} in made["files"]


def test_a_dry_run_shows_everything_and_writes_nothing(shop: Path, run: Run) -> None:
    before = tree(shop)
    code, out, _ = run("init", "--dry-run", shop)
    assert (code, tree(shop)) == (0, before)
    assert "+++ b/compose.yaml" in out
    assert "+++ b/services/worker/Dockerfile" in out


def test_what_is_decided_about_a_project_is_saved_there(started: Path, run: Run) -> None:
    code, _, err = run("update", "--yes", "--set", "services/api:port=9000", started)
    assert code == 0
    assert "services/api: Port: 5000 → 9000 (--set services/api:port=9000)" in err
    assert "port = 9000" in (started / "services/api/pyproject.toml").read_text()
    assert "[tool.scaffold]" not in (started / "services/worker/pyproject.toml").read_text()
    assert '"${API_PORT:-9000}:9000"' in (started / "compose.yaml").read_text()
    assert run("check", started)[0] == 0


def test_which_projects_run_is_saved_at_the_top(started: Path, run: Run) -> None:
    assert run("init", "--yes", "--quiet", "--set", "projects=-services/worker", started)[0] == 0
    assert "services/worker/Dockerfile" not in tree(started)
    assert "services/worker/tasks.py" in tree(started)
    before = tree(started)
    _, _, err = run("update", "--yes", started)
    assert "services/worker is left out: you decided so" in err
    assert tree(started) == before
    assert run("check", started)[0] == 0
    run("update", "--yes", "--quiet", "--set", "projects=+services/worker", started)
    assert 'source = "inferred"' in (started / "scaffold.lock").read_text().partition('name = "projects"')[2][:80]


def test_a_new_project_takes_no_name_and_no_port(started: Path, run: Run) -> None:
    api(started, "services/about")
    code, out, _ = run("check", started)
    assert code == 1
    assert "Projects: services/about is new" in out
    run("update", "--yes", "--quiet", started)
    text = (started / "compose.yaml").read_text()
    assert '"${API_PORT:-5000}:5000"' in text
    assert '"${ABOUT_PORT:-5001}:5000"' in text
    assert run("check", started)[0] == 0
    before = tree(started)
    run("init", "--yes", "--quiet", started)
    assert tree(started) == before


def test_an_update_keeps_what_was_written_and_says_why_each_file_changes(started: Path, run: Run) -> None:
    compose = started / "compose.yaml"
    compose.write_text(compose.read_text().replace("  worker:\n", "  # mine\n  worker:\n"))
    dockerfile = started / "services/api/Dockerfile"
    dockerfile.write_text(dockerfile.read_text() + "# mine\n")
    with (started / "services/worker/tasks.py").open("a") as tasks:
        tasks.write("import os\nLIMIT = os.environ['LIMIT']\n")
    code, out, _ = run("check", started)
    assert (code, "services/worker: Environment: LIMIT is new" in out) == (1, True)
    code, out, _ = run("update", "--yes", "--json", started)
    assert code == 0
    assert actions(out)["services/api/Dockerfile"] == "unchanged"
    why = {file["path"]: file["why"] for file in json.loads(out)["files"]}
    assert "services/worker: Environment: LIMIT is new" in why["compose.yaml"][0]
    assert "# mine\n  worker:" in compose.read_text()
    assert "LIMIT" in compose.read_text()
    assert dockerfile.read_text().endswith("# mine\n")
    assert run("check", started)[0] == 0


def test_an_edited_file_pins_what_its_own_project_does_not_call_for(started: Path, run: Run) -> None:
    dockerfile = started / "services/api/Dockerfile"
    dockerfile.write_text(
        dockerfile.read_text().replace("FROM python:3.1", "FROM python:3.8 AS old\nFROM python:3.1", 1)
    )
    _, _, err = run("check", started)
    assert "services/api/Dockerfile pins Python 3.8" in err
    assert "--set services/api:python=3.8" in err


def test_a_file_in_the_way_is_refused_kept_or_replaced(shop: Path, run: Run) -> None:
    mine = 'FROM python:3.12\nCMD ["python", "main.py"]\n'
    (shop / "services/api/Dockerfile").write_text(mine)
    before = tree(shop)
    code, _, err = run("init", "--yes", shop)
    assert (code, tree(shop)) == (5, before)
    assert "services/api/Dockerfile" in err
    assert run("init", "--yes", "--quiet", "--existing", "keep", shop)[0] == 0
    assert (shop / "services/api/Dockerfile").read_text() == mine
    assert "services/api/docker/manifest.py" not in tree(shop)
    assert "services/worker/docker/manifest.py" in tree(shop)
    assert "  api:" not in (shop / "compose.override.yaml").read_text()
    assert run("check", shop)[0] == 0
    (shop / "services/api/Dockerfile").unlink()
    assert run("init", "--yes", "--quiet", shop)[0] == 0
    assert "services/api/docker/manifest.py" in tree(shop)


def test_what_a_replaced_file_alone_knew_is_saved(shop: Path, run: Run) -> None:
    (shop / "services/api/Dockerfile").write_text("FROM python:3.12\nRUN apt-get update && apt-get install -y ffmpeg\n")
    assert run("init", "--yes", "--quiet", "--existing", "replace", shop)[0] == 0
    assert "ffmpeg" in (shop / "services/api/pyproject.toml").read_text()
    before = tree(shop)
    assert run("init", "--yes", "--quiet", shop)[0] == 0
    assert tree(shop) == before
    assert run("check", shop)[0] == 0


def test_a_project_that_was_worked_on_by_itself_joins(shop: Path, run: Run) -> None:
    assert run("init", "--yes", "--quiet", shop / "services/api")[0] == 0
    assert "services/api/compose.yaml" in tree(shop)
    assert run("init", "--yes", "--quiet", shop)[0] == 0
    there = tree(shop).keys()
    assert not {"services/api/compose.yaml", "services/api/scaffold.lock", "services/api/.env.example"} & there
    assert {"compose.yaml", "services/api/Dockerfile"} <= there
    assert run("check", shop)[0] == 0


@pytest.mark.parametrize("command", ["init", "update", "check", "env"])
def test_a_project_of_it_sends_to_the_top(started: Path, run: Run, command: str) -> None:
    before = tree(started)
    yes = ["--yes"] if command in ("init", "update") else []
    code, _, err = run(command, *yes, started / "services/api")
    assert code == 2
    assert f"scaffold {command} {started}" in err
    assert tree(started) == before


def test_a_project_of_it_can_be_explained_and_taken_out(started: Path, run: Run) -> None:
    code, out, _ = run("explain", "--json", started / "services/api")
    assert code == 0
    assert json.loads(out)["messages"][0]["hint"].endswith(f"scaffold explain {started}")
    run("init", "--yes", "--quiet", "--set", "projects=-services/api", started)
    assert run("init", "--yes", "--quiet", started / "services/api")[0] == 0
    assert "services/api/compose.yaml" in tree(started)


def test_a_compose_file_at_the_top_that_is_hidden_is_named(shop: Path, run: Run) -> None:
    for path in ("docker-compose.yml", "services/api/docker-compose.yml"):
        (shop / path).write_text("services:\n  web:\n    image: nginx\n")
    messages = json.loads(run("init", "--yes", "--json", shop)[1])["messages"]
    assert [item["code"] for item in messages if item["code"].startswith("hidden")] == ["hidden-compose-file"]


def test_env_is_made_at_the_top(started: Path, run: Run) -> None:
    assert run("env", started)[0] == 0
    assert (started / ".env").is_file()


def test_a_broken_project_of_it_is_named_with_its_folder(started: Path, run: Run) -> None:
    (started / "services/api/pyproject.toml").write_text("[tool.poetry\n")
    code, _, err = run("update", "--yes", "--set", "projects=services/api", started)
    assert code == 3
    assert "services/api/pyproject.toml: " in err


def test_a_project_that_is_gone_takes_its_services_away(started: Path, run: Run) -> None:
    shutil.rmtree(started / "services/worker")
    code, out, _ = run("check", started)
    assert (code, "services/worker is gone" in out) == (1, True)
    assert run("update", "--yes", "--quiet", started)[0] == 0
    assert "  worker:" not in (started / "compose.yaml").read_text()
    assert run("check", started)[0] == 0


def test_an_open_decision_names_its_project(shop: Path, run: Run) -> None:
    worker(shop, "tie")
    for name in ("one", "two"):
        (shop / "tie" / f"{name}.py").write_text("if __name__ == '__main__':\n    print(1)\n")
    (shop / "tie/tasks.py").unlink()
    code, _, err = run("init", "--yes", "--set", "projects=+tie", shop)
    assert code == 4
    assert "--set tie:application=one.py" in err
    assert "--set projects=-tie" in err


def test_a_blueprint_of_ones_own_is_refused(shop: Path, run: Run) -> None:
    code, _, err = run("init", "--yes", "--blueprint", "https://git.example/blueprint", shop)
    assert (code, "several projects" in err) == (2, True)


FOLDERS = ['it\'s "a" $HOME', 'q"', "it's", "with space", "ünïcode", "#hash", "-dash", "[a]*?", "%41"]


def test_any_name_of_a_folder_works(shop: Path, run: Run) -> None:
    for folder in FOLDERS:
        api(shop, f"services/{folder}")
    assert run("init", "--yes", "--quiet", shop)[0] == 0
    assert {f"services/{folder}/Dockerfile" for folder in FOLDERS} <= tree(shop).keys()
    assert run("check", shop)[0] == 0
    assert run("update", "--yes", shop)[2].startswith("Nothing to do.")


@pytest.mark.parametrize("folder", ["a:b", "a\\b"])
def test_a_folder_whose_name_does_not_work_is_left_out(shop: Path, run: Run, folder: str) -> None:
    api(shop, folder)
    code, _, err = run("init", "--yes", shop)
    assert code == 0
    assert "left out  a" in err
    assert run("init", "--yes", "--set", f"projects=+{folder}", shop)[0] == 2


def test_a_lock_that_git_left_with_conflicts_is_made_whole(started: Path, run: Run) -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", *words], cwd=started, check=words[0] != "merge", capture_output=True)

    git("init", "--initial-branch=main")
    git("config", "user.name", "a")
    git("config", "user.email", "a@example.com")
    git("add", "--all")
    git("commit", "--message=one")
    for branch in ("left", "right"):
        git("checkout", "-b", branch, "main")
        api(started, f"services/{branch}")
        assert run("update", "--yes", "--quiet", started)[0] == 0
        git("add", "--all")
        git("commit", f"--message={branch}")
    git("merge", "left")
    lock = started / "scaffold.lock"
    assert "<<<<<<<" in lock.read_text()
    for name in ("compose.yaml", "compose.override.yaml", ".env.example"):
        git("checkout", "--ours", "--", name)
    assert run("check", started)[0] == 1
    assert run("update", "--yes", "--quiet", started)[0] == 0
    assert "  left:" in (started / "compose.yaml").read_text()
    assert "  right:" in (started / "compose.yaml").read_text()
    assert run("check", started)[0] == 0
