"""The conversation, driven by keys on a pipe."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from scaffolder import cli
from scaffolder.decisions import KEYS
from tests.commands.project import tree
from tests.helpers import FASTAPI, SCRIPT, written
from tests.workspace import repository

ENTER, DOWN, CTRL_C, CTRL_U, SPACE = "\r", "\x1b[B", "\x03", "\x15", " "
WRITE, CHANGE, SHOW, QUIT = (DOWN * index + ENTER for index in range(4))
WEB = ("fastapi 0.115.0", "uvicorn 0.34.0")


def change(name: str) -> str:
    """The keys that choose to change a decision."""
    return CHANGE + DOWN * [key.name for key in KEYS].index(name) + ENTER


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[PipeInput]:
    monkeypatch.setattr(cli, "_interactive", lambda: True)
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        yield pipe


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return written(tmp_path, {"shop/main.py": FASTAPI, "shop/__init__.py": ""}, packages=WEB)


@pytest.fixture
def tie(tmp_path: Path) -> Path:
    return written(tmp_path, {"one.py": SCRIPT, "two.py": SCRIPT})


@pytest.fixture
def talk(keyboard: PipeInput, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Type keys into `scaffold init`; returns exit code, standard output and standard error."""

    def talk(root: Path, keys: str, *options: str) -> tuple[int, str, str]:
        keyboard.send_text(keys)
        code = cli.main(["init", str(root), *options])
        return (code, *capsys.readouterr())

    return talk


Talk = Callable[..., tuple[int, str, str]]


def decided(root: Path, capsys: pytest.CaptureFixture[str], name: str) -> tuple[object, str]:
    """Value and source of a decision in the next run."""
    assert cli.main(["explain", "--json", str(root)]) == 0
    decisions = {item["name"]: item for item in json.loads(capsys.readouterr().out)["decisions"]}
    return decisions[name]["value"], decisions[name]["source"]


def test_write(shop: Path, talk: Talk) -> None:
    code, out, err = talk(shop, WRITE)
    assert (code, out) == (0, "")
    assert "Application" in err
    assert (shop / "Dockerfile").is_file()
    assert "tool.scaffold" not in (shop / "pyproject.toml").read_text()


def test_json_leaves_the_conversation_on_standard_error(shop: Path, talk: Talk) -> None:
    code, out, err = talk(shop, WRITE, "--json")
    assert code == 0
    assert json.loads(out)["files"]
    assert "Application" in err


@pytest.mark.parametrize("keys", [QUIT, CTRL_C, CHANGE + CTRL_C, change("port") + CTRL_C, change("server") + CTRL_C])
def test_quit_and_ctrl_c_write_nothing(shop: Path, talk: Talk, keys: str) -> None:
    before = tree(shop)
    code, _, err = talk(shop, keys)
    assert code == 130
    assert "Interrupted; nothing was written." in err
    assert tree(shop) == before


def test_show_prints_the_difference_and_asks_again(shop: Path, talk: Talk) -> None:
    before = tree(shop)
    code, out, err = talk(shop, SHOW + QUIT)
    assert (code, out) == (130, "")
    assert "+++ b/Dockerfile" in err
    assert tree(shop) == before


def test_a_text_with_validation(shop: Path, talk: Talk, capsys: pytest.CaptureFixture[str]) -> None:
    # "http" is refused, so the prompt stays until the text is mended.
    code, _, err = talk(shop, change("port") + CTRL_U + "http" + ENTER + CTRL_U + "9000" + ENTER + WRITE)
    assert code == 0
    assert "--port=9000" in err
    assert decided(shop, capsys, "port") == (9000, "saved")
    assert "EXPOSE 9000" in (shop / "Dockerfile").read_text()


def test_the_inferred_text_is_there_to_be_edited(shop: Path, talk: Talk, capsys: pytest.CaptureFixture[str]) -> None:
    assert talk(shop, change("port") + "1" + ENTER + CTRL_C)[0] == 130  # 80001 is no port
    assert talk(shop, change("port") + "\x7f" * 2 + "42" + ENTER + WRITE)[0] == 0
    assert decided(shop, capsys, "port") == (8042, "saved")


def test_a_choice_starts_at_the_inferred_value(shop: Path, talk: Talk, capsys: pytest.CaptureFixture[str]) -> None:
    assert talk(shop, change("server") + DOWN + ENTER + WRITE)[0] == 0
    assert decided(shop, capsys, "server") == ("hypercorn", "saved")


def test_a_confirmation(shop: Path, talk: Talk, capsys: pytest.CaptureFixture[str]) -> None:
    assert talk(shop, change("install-project") + "y" + WRITE)[0] == 0
    assert decided(shop, capsys, "install-project") == (True, "saved")


def test_several_choices(shop: Path, talk: Talk, capsys: pytest.CaptureFixture[str]) -> None:
    assert talk(shop, change("services") + SPACE + DOWN + SPACE + ENTER + WRITE)[0] == 0
    value, source = decided(shop, capsys, "services")
    assert isinstance(value, list)
    assert (len(value), source) == (2, "saved")


@pytest.mark.nightly
def test_taking_the_current_value_of_every_decision_changes_nothing(shop: Path, talk: Talk) -> None:
    looks = "".join(change(key.name) + ENTER for key in KEYS)
    assert talk(shop, looks + WRITE)[0] == 0
    assert "tool.scaffold" not in (shop / "pyproject.toml").read_text()


def test_what_no_text_can_say_survives_a_look(tmp_path: Path, talk: Talk) -> None:
    source = FASTAPI + "import os, redis\nurl = os.environ['REDIS_URL']\nx = os.environ.get('LIST', 'a, b')\n"
    procfile = "web: uvicorn shop.main:app\njob: python -c 'print(1, 2)'\n"
    root = written(tmp_path, {"shop/main.py": source, "Procfile": procfile}, packages=[*WEB, "redis 5.0.0"])
    looks = "".join(change(name) + ENTER for name in ("environment", "connections", "processes", "services"))
    code, _, err = talk(root, looks + WRITE)
    assert code == 0
    assert "REDIS_URL" in err
    assert "tool.scaffold" not in (root / "pyproject.toml").read_text()


def test_a_change_moves_what_follows_from_it(shop: Path, talk: Talk) -> None:
    code, _, err = talk(shop, change("application") + CTRL_U + "job.py" + ENTER + WRITE)
    assert code == 0
    assert "python job.py" in err
    assert "EXPOSE" not in (shop / "Dockerfile").read_text()


def test_an_answer_that_is_taken_back_is_not_saved(shop: Path, talk: Talk) -> None:
    there = change("port") + CTRL_U + "9000" + ENTER
    back = change("port") + CTRL_U + "8000" + ENTER
    assert talk(shop, there + back + WRITE)[0] == 0
    assert "tool.scaffold" not in (shop / "pyproject.toml").read_text()


def test_an_open_decision_is_asked_first(tie: Path, talk: Talk, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = talk(tie, DOWN + ENTER + WRITE)
    assert code == 0
    assert "python two.py" in err
    assert decided(tie, capsys, "application") == ("two.py", "saved")


def test_something_else_than_the_candidates(tie: Path, talk: Talk, capsys: pytest.CaptureFixture[str]) -> None:
    assert talk(tie, DOWN * 2 + ENTER + "three.py" + ENTER + WRITE)[0] == 0
    assert decided(tie, capsys, "application") == ("three.py", "saved")


def test_an_open_decision_without_candidates_takes_a_text(
    tmp_path: Path, talk: Talk, capsys: pytest.CaptureFixture[str]
) -> None:
    root = written(tmp_path, {"lib/a.py": "x = 1\n"})
    assert talk(root, "-m lib.a" + ENTER + WRITE)[0] == 0
    assert decided(root, capsys, "application") == ("-m lib.a", "saved")


def test_ctrl_c_at_an_open_decision_writes_nothing(tie: Path, talk: Talk) -> None:
    before = tree(tie)
    assert talk(tie, CTRL_C)[0] == 130
    assert tree(tie) == before


def test_the_end_of_input_is_an_interruption(shop: Path, keyboard: PipeInput) -> None:
    before = tree(shop)
    keyboard.close()
    assert cli.main(["init", str(shop)]) == 130
    assert tree(shop) == before


KEEP, REPLACE, MERGE, SHOW_FILE, QUIT_FILE = (DOWN * index + ENTER for index in range(5))
MINE, SCAFFOLDS, MINE_FROM_HERE, SCAFFOLDS_FROM_HERE = (DOWN * index + ENTER for index in range(4))
HAND_WRITTEN = "FROM python:3.12\nCMD uvicorn shop.main:app\n"


@pytest.fixture
def adopted(shop: Path) -> Path:
    (shop / "Dockerfile").write_text(HAND_WRITTEN)
    return shop


def test_a_file_in_the_way_can_be_kept(adopted: Path, talk: Talk) -> None:
    code, _, err = talk(adopted, WRITE + SHOW_FILE + KEEP)
    assert code == 0
    assert "+HEALTHCHECK" in err
    assert (adopted / "Dockerfile").read_text() == HAND_WRITTEN
    assert 'status = "keep"' in (adopted / "scaffold.lock").read_text()


def test_a_file_in_the_way_can_be_replaced(adopted: Path, talk: Talk) -> None:
    assert talk(adopted, WRITE + REPLACE)[0] == 0
    assert (adopted / "Dockerfile.orig").read_text() == HAND_WRITTEN
    assert (adopted / "Dockerfile").read_text().startswith("# Made by scaffold")


def test_a_merge_starts_from_the_users_file(adopted: Path, talk: Talk) -> None:
    (adopted / "Dockerfile").unlink()
    assert talk(adopted, WRITE)[0] == 0
    generated = (adopted / "Dockerfile").read_text()
    (adopted / "scaffold.lock").unlink()
    lines = generated.splitlines(keepends=True)
    own = "".join(["# first\n", *lines[1:5], "RUN mine\n", *lines[5:]])
    (adopted / "Dockerfile").write_text(own)

    assert talk(adopted, WRITE + MERGE + SCAFFOLDS + MINE)[0] == 0
    assert (adopted / "Dockerfile").read_text() == own.replace("# first\n", lines[0])
    assert (adopted / "Dockerfile.orig").read_text() == own
    (adopted / "scaffold.lock").unlink()
    assert talk(adopted, WRITE + SCAFFOLDS_FROM_HERE, "--existing", "merge")[0] == 0
    assert (adopted / "Dockerfile").read_text() == generated
    lock = tomllib.loads((adopted / "scaffold.lock").read_text())
    assert next(item for item in lock["file"] if item["path"] == "Dockerfile")["text"] == generated


def test_leaving_all_of_mine(adopted: Path, talk: Talk) -> None:
    assert talk(adopted, WRITE + MERGE + MINE_FROM_HERE)[0] == 0
    assert (adopted / "Dockerfile").read_text() == HAND_WRITTEN
    assert not (adopted / "Dockerfile.orig").exists()


@pytest.mark.parametrize("keys", [QUIT_FILE, CTRL_C, MERGE + CTRL_C])
def test_quitting_at_a_file_writes_nothing(adopted: Path, talk: Talk, keys: str) -> None:
    assert talk(adopted, WRITE + keys)[0] == 130
    assert not (adopted / "scaffold.lock").exists()
    assert (adopted / "Dockerfile").read_text() == HAND_WRITTEN


def test_what_is_no_text_can_only_be_kept_or_replaced(adopted: Path, talk: Talk) -> None:
    (adopted / "Dockerfile").write_bytes(b"\xff")
    assert talk(adopted, WRITE + DOWN + DOWN + ENTER)[0] == 130
    assert talk(adopted, WRITE + KEEP, "--existing", "merge")[0] == 0
    assert (adopted / "Dockerfile").read_bytes() == b"\xff"


def test_which_projects_of_a_repository_run_is_asked_first(tmp_path: Path, talk: Talk) -> None:
    code, _, err = talk(repository(tmp_path), ENTER + WRITE)
    assert code == 0
    assert "services/api:" in err
    assert "services/worker:" in err
    text = (tmp_path / "compose.yaml").read_text()
    assert "  api:" in text
    assert "  worker:" in text


def test_a_project_can_be_left_out_and_another_changed(tmp_path: Path, talk: Talk) -> None:
    repository(tmp_path)
    pick = DOWN + DOWN + SPACE + ENTER
    assert talk(tmp_path, pick + change("port") + CTRL_U + "9000" + ENTER + WRITE)[0] == 0
    text = (tmp_path / "compose.yaml").read_text()
    assert '"${API_PORT:-9000}:9000"' in text
    assert "  worker:" not in text
    assert "port = 9000" in (tmp_path / "services/api/pyproject.toml").read_text()


def test_a_change_asks_for_the_project(tmp_path: Path, talk: Talk) -> None:
    keys = CHANGE + DOWN + ENTER + change("read-only").removeprefix(CHANGE) + "y"
    assert talk(repository(tmp_path), ENTER + keys + WRITE)[0] == 0
    assert "read-only = true" in (tmp_path / "services/worker/pyproject.toml").read_text()


def test_an_update_asks_about_projects_when_something_changes(
    tmp_path: Path, talk: Talk, keyboard: PipeInput, capsys: pytest.CaptureFixture[str]
) -> None:
    talk(repository(tmp_path), ENTER + WRITE)
    assert cli.main(["update", str(tmp_path)]) == 0
    assert "Nothing to do." in capsys.readouterr().err
    (tmp_path / "services/worker/more.py").write_text("import os\nLIMIT = os.environ['LIMIT']\n")
    keyboard.send_text(WRITE)
    assert cli.main(["update", str(tmp_path)]) == 0
    assert "LIMIT" in (tmp_path / ".env.example").read_text()


@pytest.mark.parametrize("keys", [CTRL_C, ENTER + QUIT, ENTER + CHANGE + CTRL_C])
def test_quitting_in_a_repository_writes_nothing(tmp_path: Path, talk: Talk, keys: str) -> None:
    assert talk(repository(tmp_path), keys)[0] == 130
    assert not (tmp_path / "scaffold.lock").exists()
