"""`scaffold update`: what it writes, what it leaves, what it says, and its exit codes."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from scaffolder.blueprint import opening
from scaffolder.built_in import built_in_folder
from scaffolder.merge import unresolved
from scaffolder.state import Blueprint, parse_state
from tests.commands.conftest import Run
from tests.commands.project import STATES, generated, put, tree


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text, f"{path.name} has no {old!r}"
    path.write_text(text.replace(old, new, 1))


def test_nothing_to_do(shop: Path, run: Run) -> None:
    before = tree(shop)
    assert run("update", "--yes", shop) == (0, "", "Nothing to do.\n")
    assert tree(shop) == before


@pytest.mark.parametrize("state", [state for state in STATES if state != "plain"])
def test_an_untouched_project_gets_what_a_fresh_init_writes(shop: Path, run: Run, state: str) -> None:
    put(shop, state)
    assert run("update", "--yes", "-q", shop) == (0, "", "")
    assert tree(shop) == generated(state)
    assert run("update", "--yes", shop)[2].startswith("Nothing to do.")


def test_a_cause_is_told_with_its_evidence(shop: Path, run: Run) -> None:
    put(shop, "celery")
    code, out, err = run("update", "--yes", "--json", shop)
    assert code == 0
    result = json.loads(out)
    assert list(result) == ["project", "decisions", "messages", "causes", "files"]
    causes = {cause["name"]: cause for cause in result["causes"]}
    assert causes["processes"]["kind"] == "decision"
    assert "compose.yaml" in causes["processes"]["files"]
    assert "worker is new" in causes["processes"]["text"]
    assert causes["services"]["after"] == ["redis"]
    assert any("redis" in line for line in causes["services"]["evidence"])
    assert "command" not in causes, "it did not move"
    files = {file["path"]: file for file in result["files"]}
    assert files["compose.yaml"]["why"]
    assert files["Dockerfile"]["action"] in ("unchanged", "update")
    assert list(files["compose.yaml"]) == ["path", "action", "why", "conflicts", "kept"]
    assert "worker is new" in err


def test_what_follows_from_another_decision_is_no_cause(shop: Path, run: Run) -> None:
    _, out, _ = run("update", "--yes", "--json", "--set", "python=3.12", shop)
    assert [cause["name"] for cause in json.loads(out)["causes"]] == ["python"]


def test_set_changes_an_answer_and_saves_it(shop: Path, run: Run) -> None:
    assert run("update", "--yes", "--set", "port=9000", shop)[0] == 0
    assert "port = 9000" in (shop / "pyproject.toml").read_text()
    assert "EXPOSE 9000" in (shop / "Dockerfile").read_text()
    assert run("update", "--yes", shop)[2].startswith("Nothing to do.")


def test_edits_and_news_in_different_places_both_stand(shop: Path, run: Run) -> None:
    replace(shop / "compose.yaml", "    env_file:\n", "    environment:\n      MINE: yes\n    env_file:\n")
    replace(shop / "Dockerfile", "USER ", "# mine\nUSER ")
    put(shop, "redis")
    code, out, _ = run("update", "--yes", "--json", shop)
    assert code == 0
    actions = {file["path"]: file["action"] for file in json.loads(out)["files"]}
    assert actions["compose.yaml"] == "merge"
    text = (shop / "compose.yaml").read_text()
    assert "MINE: yes" in text
    assert "redis:" in text
    assert "# mine\n" in (shop / "Dockerfile").read_text()


def test_a_conflict_is_exit_1_and_says_what_each_side_wants(shop: Path, run: Run) -> None:
    replace(shop / "Dockerfile", "EXPOSE 8000", "EXPOSE 8080")
    code, out, err = run("update", "--yes", "--json", "--set", "port=9000", shop)
    assert code == 1
    file = next(file for file in json.loads(out)["files"] if file["path"] == "Dockerfile")
    assert file["action"] == "conflict"
    assert [item["where"] for item in file["conflicts"]] == ["stage runtime.EXPOSE"]
    assert (file["conflicts"][0]["yours"], file["conflicts"][0]["scaffold"]) == ("EXPOSE 8080\n", "EXPOSE 9000\n")
    assert "--set port=9000" in file["why"][0]
    assert unresolved((shop / "Dockerfile").read_text())
    assert "EXPOSE 8080" in err
    assert "9000" in (shop / "compose.yaml").read_text(), "everything else lands"


def test_an_open_conflict_keeps_its_base_until_it_is_resolved(shop: Path, run: Run) -> None:
    dockerfile = shop / "Dockerfile"
    replace(dockerfile, "EXPOSE 8000", "EXPOSE 8080")
    assert run("update", "--yes", "--set", "port=9000", shop)[0] == 1
    waiting = dockerfile.read_bytes()
    base = parse_state((shop / "scaffold.lock").read_text()).files["Dockerfile"]
    assert run("update", "--yes", "--set", "python=3.12", shop)[0] == 1
    assert dockerfile.read_bytes() == waiting
    assert parse_state((shop / "scaffold.lock").read_text()).files["Dockerfile"] == base
    before = tree(shop)
    assert run("update", "--yes", shop)[0] == 1
    assert tree(shop) == before
    text = dockerfile.read_text()
    start, stop = text.index("<<<<<<<"), text.index(">>>>>>> scaffold\n") + len(">>>>>>> scaffold\n")
    dockerfile.write_text(f"{text[:start]}EXPOSE 8080\n{text[stop:]}")
    assert run("check", shop)[0] == 1, "what the update held back is still to come"
    assert run("update", "--yes", shop)[0] == 0
    assert "python:3.12" in dockerfile.read_text()
    assert "EXPOSE 8080" in dockerfile.read_text()
    assert run("check", shop)[0] == 0


def test_a_deleted_file_stays_deleted_and_is_named(shop: Path, run: Run) -> None:
    (shop / ".dockerignore").unlink()
    code, _, err = run("update", "--yes", "--set", "port=9000", shop)
    assert code == 0
    assert ".dockerignore  (you deleted it)" in err
    assert not (shop / ".dockerignore").exists()
    assert run("update", "--yes", shop)[0] == 0
    assert not (shop / ".dockerignore").exists()


def test_a_file_that_is_no_longer_rendered_goes_unless_it_was_edited(shop: Path, run: Run) -> None:
    put(shop, "gunicorn")
    run("update", "--yes", shop)
    assert (shop / "gunicorn.conf.py").exists()
    put(shop, "plain")
    run("update", "--yes", shop)
    assert not (shop / "gunicorn.conf.py").exists()
    put(shop, "gunicorn")
    run("update", "--yes", shop)
    (shop / "gunicorn.conf.py").write_text((shop / "gunicorn.conf.py").read_text() + "mine = 1\n")
    put(shop, "plain")
    code, _, err = run("update", "--yes", shop)
    assert code == 0
    assert "mine = 1" in (shop / "gunicorn.conf.py").read_text()
    assert "gunicorn.conf.py  (scaffold no longer writes it)" in err


def test_a_new_file_does_not_take_the_place_of_the_users(shop: Path, run: Run) -> None:
    before = (shop / "docker").is_dir()
    (shop / "gunicorn.conf.py").write_text("# Made by scaffold, once\n")
    put(shop, "gunicorn")
    found = tree(shop)
    code, _, err = run("update", "--yes", shop)
    assert code == 5
    assert "gunicorn.conf.py" in err
    assert tree(shop) == found
    assert before
    assert run("update", "--dry-run", shop)[0] == 0


def test_a_kept_file_is_left_alone(shop: Path, run: Run) -> None:
    lock = shop / "scaffold.lock"
    text = lock.read_text()
    start = text.index('mode = "644"', text.index('path = "compose.yaml"'))
    lock.write_text(text[:start] + 'status = "keep"\n\n' + text[text.index("[[file]]", start) :])
    (shop / "compose.yaml").write_text("services: {}\n")
    assert run("update", "--yes", "--set", "port=9000", shop)[0] == 0
    assert (shop / "compose.yaml").read_text() == "services: {}\n"
    assert parse_state(lock.read_text()).kept == {"compose.yaml"}
    assert run("check", shop)[0] == 0


def test_a_dry_run_writes_nothing_and_shows_the_same(shop: Path, run: Run) -> None:
    put(shop, "redis")
    before = tree(shop)
    code, out, err = run("update", "--dry-run", shop)
    assert code == 0
    assert tree(shop) == before
    assert "+++ b/compose.yaml" in out
    assert "\x1b[" not in out
    assert "Services: redis is new" in err
    assert "--- a/compose.yaml" in json.loads(run("update", "--dry-run", "--json", shop)[1])["difference"]
    assert run("update", "--yes", shop)[2] == err.replace("What would change:", "Changed:")


def test_a_difference_is_colored_on_a_terminal_alone(shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    put(shop, "redis")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert "\x1b[32m+  redis:\x1b[0m\n" in run("update", "--dry-run", shop)[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("update", "--dry-run", shop)[1]


def test_without_a_terminal_somebody_has_to_say_yes(shop: Path, run: Run) -> None:
    assert run("update", shop)[0] == 2


def test_without_a_lock_init_comes_first(tmp_path: Path, run: Run) -> None:
    root = put(tmp_path / "new", "plain")
    for command in (["update", "--yes"], ["check"]):
        code, _, err = run(*command, root)
        assert code == 3
        assert "scaffold init" in err


def test_line_ends_and_modes_stay(shop: Path, run: Run) -> None:
    compose = shop / "compose.yaml"
    compose.write_bytes(compose.read_bytes().replace(b"\n", b"\r\n"))
    compose.chmod(0o600)
    put(shop, "redis")
    assert run("update", "--yes", shop)[0] == 0
    content = compose.read_bytes()
    assert b"redis:" in content
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert compose.stat().st_mode & 0o777 == 0o600


def test_a_decision_of_the_users_stays_and_a_contradiction_is_told(shop: Path, run: Run) -> None:
    run("update", "--yes", "-q", "--set", "server=uvicorn", "--set", "image=mine", shop)
    text = (shop / "pyproject.toml").read_text()
    (shop / "pyproject.toml").write_text(text.replace('name = "shop"', 'name = "store"'))
    lock = (shop / "poetry.lock").read_text()
    (shop / "poetry.lock").write_text(lock)
    code, _, err = run("update", "--yes", shop)
    assert code == 0
    assert "Image name stays mine" in err
    assert "store" in err
    assert "image: " in (shop / "compose.yaml").read_text()
    assert "stays" not in run("update", "--yes", shop)[2]


def test_a_lock_that_git_left_with_conflicts_is_made_whole(shop: Path, run: Run) -> None:
    lock = shop / "scaffold.lock"
    text = lock.read_text()
    lock.write_text(text.replace('name = "default"\n', '<<<<<<< a\nname = "default"\n=======\nname = "x"\n>>>>>>> b\n'))
    assert run("check", shop)[0] == 1
    assert run("update", "--yes", shop)[0] == 0
    assert lock.read_text() == text


def test_a_new_version_of_the_blueprint_is_told_with_its_entries(
    shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "blueprint"
    shutil.copytree(built_in_folder(), folder)
    template = folder / "template" / ".dockerignore.jinja"
    template = next((folder / "template").glob("*ignore_file*"))
    template.write_text(template.read_text() + "*.bak\n")
    (folder / "CHANGELOG.md").write_text(
        "# Changes\n\n## 2\n\n- The ignore file leaves out\n  backups.\n\n## 1\n\n- First.\n"
    )
    record = Blueprint(name="default", source="built-in", version="2")
    monkeypatch.setattr(opening, "BUILT_IN", record)
    monkeypatch.setattr(opening, "built_in_folder", lambda: folder)
    code, out, _ = run("update", "--yes", "--json", shop)
    assert code == 0
    cause = json.loads(out)["causes"][0]
    assert (cause["kind"], cause["before"], cause["after"]) == ("blueprint", "1", "2")
    assert cause["evidence"] == ["The ignore file leaves out backups."]
    assert cause["files"] == [".dockerignore"]
