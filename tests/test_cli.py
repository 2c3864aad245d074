"""The command line: exit codes, streams, JSON, and what is written."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import platformdirs
import pytest

from scaffolder import __version__, cli
from scaffolder.apply import apply
from scaffolder.commands import explain as explain_module
from scaffolder.commands import init as init_module
from scaffolder.decisions import KEYS
from scaffolder.state import FILE_NAME, parse_state
from tests.helpers import FASTAPI, SCRIPT, written
from tests.journal.faults import die_when, killed

DECISIONS = [key.name for key in KEYS]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parent.parent)}
FILES = {".dockerignore", ".env.example", "Dockerfile", "compose.yaml"}
WEB = ("fastapi 0.115.0", "uvicorn 0.34.0")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return written(tmp_path / "shop", {"shop/main.py": FASTAPI, "shop/__init__.py": ""}, packages=WEB)


@pytest.fixture
def tie(tmp_path: Path) -> Path:
    return written(tmp_path / "tie", {"one.py": SCRIPT, "two.py": SCRIPT})


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the command line; returns exit code, standard output and standard error."""

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        code = cli.main([str(argument) for argument in arguments])
        return (code, *capsys.readouterr())

    return run


Run = Callable[..., tuple[int, str, str]]


def contents(root: Path) -> dict[str, tuple[bytes, int]]:
    """Path → content and time of the last change."""
    return {
        path.relative_to(root).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_init_writes_the_files_and_says_so_on_standard_error(shop: Path, run: Run) -> None:
    code, out, err = run("init", "--yes", shop)
    assert (code, out) == (0, "")
    assert {path.name for path in shop.iterdir()} >= FILES | {"scaffold.lock"}
    for path in FILES:
        assert re.search(rf"^  create +{re.escape(path)}$", err, re.MULTILINE)
    assert "Application" in err
    assert f"cd {shop}" in err


def test_a_second_init_writes_nothing(shop: Path, run: Run) -> None:
    run("init", "--yes", shop)
    before = contents(shop)
    code, out, _ = run("init", "--yes", "--json", shop)
    assert code == 0
    assert {item["action"] for item in json.loads(out)["files"]} == {"unchanged"}
    assert contents(shop) == before


@pytest.mark.parametrize(
    "setting",
    ["port=9000", "application=shop.main:app", "services=+redis", "processes=beat: sleep 1", "environment=A=b,C"],
)
def test_a_run_after_a_decision_writes_nothing_either(shop: Path, run: Run, setting: str) -> None:
    assert run("init", "--yes", "--set", setting, shop)[0] == 0
    before = contents(shop)
    assert run("init", "--yes", shop)[0] == 0
    assert contents(shop) == before


def test_a_dry_run_prints_the_difference_and_writes_nothing(shop: Path, run: Run) -> None:
    before = contents(shop)
    code, out, err = run("init", "--dry-run", shop)
    assert code == 0
    assert "--- /dev/null\n+++ b/Dockerfile\n" in out
    assert "create" in err
    assert contents(shop) == before
    run("init", "--yes", shop)
    assert run("init", "--dry-run", "--quiet", shop) == (0, "", "")


def test_quiet(shop: Path, run: Run) -> None:
    assert run("init", "--yes", "-q", shop) == (0, "", "")


def test_json_of_init(shop: Path, run: Run) -> None:
    code, out, _ = run("init", "--yes", "--json", "--set", "python=3.9", shop)
    assert code == 0
    result = json.loads(out)
    assert list(result) == ["project", "decisions", "messages", "files"]
    assert result["project"] == {"name": "shop", "path": shop.as_posix()}
    assert [item["name"] for item in result["decisions"]] == DECISIONS
    assert all(list(item) == ["name", "value", "source", "evidence"] for item in result["decisions"])
    assert {item["source"] for item in result["decisions"]} <= {"default", "inferred", "saved", "flag", "answer"}
    assert [list(item) for item in result["messages"]] == [["level", "code", "text", "hint"]]
    assert {item["path"] for item in result["files"]} >= FILES | {"scaffold.lock", "pyproject.toml"}
    actions = {item["path"]: item["action"] for item in result["files"]}
    assert (actions["Dockerfile"], actions["pyproject.toml"]) == ("create", "update")
    assert all(list(item) == ["path", "action"] for item in result["files"])


def test_json_of_explain(shop: Path, run: Run) -> None:
    code, out, err = run("explain", "--json", shop)
    assert (code, err) == (0, "")
    result = json.loads(out)
    assert list(result) == ["project", "decisions", "packages", "messages"]
    assert [item["name"] for item in result["decisions"]] == DECISIONS
    assert result["packages"]
    assert all(list(item) == ["name", "version", "verdicts"] for item in result["packages"])
    assert out.isascii()


def test_explain_is_the_product_and_messages_are_conversation(shop: Path, run: Run) -> None:
    before = contents(shop)
    code, out, err = run("explain", "--set", "python=3.9", shop)
    assert code == 0
    assert "Application" in out
    assert max(map(len, out.splitlines())) <= 80
    assert "Python 3.9 gets no security fixes" in err
    assert contents(shop) == before


@pytest.mark.parametrize("command", [["explain"], ["init", "--yes"], ["init", "--dry-run"]])
def test_an_open_decision_is_exit_4(tie: Path, run: Run, command: list[str]) -> None:
    before = contents(tie)
    code, _, err = run(*command, tie)
    assert code == 4
    assert "Application is open." in err
    assert "one.py  (one.py:1: runs as a script)" in err
    assert "  --set application=two.py" in err
    assert contents(tie) == before


def test_an_open_decision_in_json(tie: Path, run: Run) -> None:
    code, out, _ = run("explain", "--json", tie)
    assert code == 4
    result = json.loads(out)
    assert "application" not in [item["name"] for item in result["decisions"]]
    (message,) = result["messages"]
    assert (message["level"], message["code"]) == ("error", "open-decision")
    assert "--set application=one.py" in message["hint"]


@pytest.mark.parametrize("command", ["init", "update", "check", "explain"])
def test_an_error_in_json(tie: Path, run: Run, command: str) -> None:
    (tie / "scaffold.lock").write_text("[")
    (tie / "poetry.lock").write_text("[")
    code, out, err = run(command, "--json", *(["--yes"] if command in ("init", "update") else ()), tie)
    assert code == 3
    (message,) = json.loads(out)["messages"]
    assert (message["level"], message["code"]) == ("error", "state-broken" if command == "check" else "invalid-file")
    assert message["text"] in err


def test_a_flag_settles_an_open_decision(tie: Path, run: Run) -> None:
    assert run("init", "--yes", "--set", "application=two.py", tie)[0] == 0
    assert 'application = "two.py"' in (tie / "pyproject.toml").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["init", "--yes", "--set", "prot=1"], "did you mean port?"),
        (["init", "--yes", "--set", "port=http"], "expected a port from 1 to 65535"),
        (["explain", "--set", "port"], "NAME=VALUE is expected"),
        (["explain", "--nonsense"], "No such option"),
        (["nonsense"], "No such command"),
        (["init", "--yes", "/nowhere/at/all"], "does not exist"),
        (["explain", "a", "b"], "unexpected extra argument"),
    ],
)
def test_usage_is_exit_2(
    run: Run, arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch, shop: Path
) -> None:
    monkeypatch.chdir(shop)
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_no_arguments_show_the_help(run: Run) -> None:
    code, out, err = run()
    assert code == 2
    assert "init" in out + err


def test_without_a_terminal_init_does_not_hang(shop: Path, run: Run) -> None:
    before = contents(shop)
    code, out, err = run("init", shop)
    assert (code, out) == (2, "")
    assert "--yes" in err
    assert contents(shop) == before


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"pyproject.toml": "[tool.poetry\n"}, "pyproject.toml"),
        ({"poetry.lock": "<<<<<<< HEAD\n"}, "poetry.lock"),
        ({"pyproject.toml": '[tool.poetry]\nname = "a"\n[tool.scaffold]\nprot = 1\n'}, "tool.scaffold.prot"),
    ],
)
def test_a_project_that_cannot_be_read_is_exit_3(shop: Path, run: Run, files: dict[str, str], message: str) -> None:
    written(shop, files)
    for command in (["init", "--yes"], ["explain"], ["explain", "--json"], ["init", "--dry-run"]):
        code, out, err = run(*command, shop)
        assert code == 3
        assert bool(out) == ("--json" in command)
        assert message in err
        assert "Traceback" not in err


def test_a_missing_lock_is_exit_3_with_the_command_that_makes_one(shop: Path, run: Run) -> None:
    (shop / "poetry.lock").unlink()
    code, _, err = run("init", "--yes", shop)
    assert code == 3
    assert err.rstrip().endswith("poetry lock")


def test_a_file_of_the_users_is_exit_5_and_force_keeps_it(shop: Path, run: Run) -> None:
    (shop / "Dockerfile").write_text("FROM mine\n")
    before = contents(shop)
    code, _, err = run("init", "--yes", shop)
    assert code == 5
    assert "Dockerfile: not written by scaffold" in err
    assert "--force" in err
    assert contents(shop) == before

    assert run("init", "--dry-run", shop)[0] == 0
    code, out, err = run("init", "--yes", "--force", "--json", shop)
    assert code == 0
    assert {"path": "Dockerfile", "action": "update", "backup": "Dockerfile.orig"} in json.loads(out)["files"]
    assert "yours kept as Dockerfile.orig" in err
    assert (shop / "Dockerfile.orig").read_text() == "FROM mine\n"
    assert (shop / "Dockerfile").read_text().startswith("# Made by scaffold")


def test_a_broken_state_file_is_exit_3(shop: Path, run: Run) -> None:
    (shop / "scaffold.lock").write_text("version = [")
    code, _, err = run("init", "--yes", shop)
    assert code == 3
    assert "scaffold.lock" in err


def test_a_decision_is_saved_and_read_again(shop: Path, run: Run) -> None:
    manifest = shop / "pyproject.toml"
    manifest.write_bytes(b"# mine\r\n" + manifest.read_bytes().replace(b"\n", b"\r\n") + b"# the end\r\n")
    before = manifest.read_bytes()
    assert run("init", "--yes", "--set", "port=9000", shop)[0] == 0
    after = manifest.read_bytes()
    assert b"[tool.scaffold]\r\nport = 9000\r\n" in after
    assert after.startswith(before.removesuffix(b"# the end\r\n"))
    assert b"# the end\r\n" in after
    assert after.count(b"\n") == after.count(b"\r\n")
    _, out, _ = run("explain", "--json", shop)
    (port,) = (item for item in json.loads(out)["decisions"] if item["name"] == "port")
    assert port == {
        "name": "port",
        "value": 9000,
        "source": "saved",
        "evidence": ["pyproject.toml tool.scaffold.port"],
    }


def test_what_is_inferred_anyway_is_not_saved(shop: Path, run: Run) -> None:
    before = (shop / "pyproject.toml").read_bytes()
    assert run("init", "--yes", "--set", "port=8000", "--set", "server=uvicorn", shop)[0] == 0
    assert (shop / "pyproject.toml").read_bytes() == before


def test_a_flag_that_goes_back_to_what_is_inferred_takes_the_saved_one_away(shop: Path, run: Run) -> None:
    run("init", "--yes", "--set", "port=9000", shop)
    assert run("init", "--yes", "--set", "port=8000", shop)[0] == 0
    assert "9000" not in (shop / "pyproject.toml").read_text()
    assert "EXPOSE 8000" in (shop / "Dockerfile").read_text()
    assert run("init", "--dry-run", "-q", shop) == (0, "", "")


def test_a_flag_beats_what_is_saved(shop: Path, run: Run) -> None:
    run("init", "--yes", "--set", "port=9000", shop)
    _, out, _ = run("explain", "--json", "--set", "port=9001", shop)
    (port,) = (item for item in json.loads(out)["decisions"] if item["name"] == "port")
    assert (port["value"], port["source"]) == (9001, "flag")


def test_edits_follow_what_is_inferred(shop: Path, run: Run) -> None:
    run("init", "--yes", "--set", "services=+redis", shop)
    assert 'services = ["+redis"]' in (shop / "pyproject.toml").read_text()
    _, out, _ = run("explain", "--json", shop)
    (services,) = (item for item in json.loads(out)["decisions"] if item["name"] == "services")
    assert (services["value"], services["source"]) == (["redis"], "saved")


def test_env(shop: Path, run: Run) -> None:
    run("init", "--yes", shop)
    (shop / ".gitignore").write_text(".env\n")
    code, out, err = run("env", shop)
    assert (code, out) == (0, "")
    assert ".env" in err
    assert (shop / ".env").stat().st_mode & 0o777 == 0o600
    assert run("env", "--quiet", shop) == (0, "", "")


def test_env_without_an_example_is_exit_3(shop: Path, run: Run) -> None:
    code, _, err = run("env", shop)
    assert code == 3
    assert "scaffold init" in err


def test_a_bug_is_exit_70_with_a_log(shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(root: Path) -> None:
        raise RuntimeError("an odd \udce9 thing")

    monkeypatch.setattr(explain_module, "read_project", fail)
    monkeypatch.setattr(platformdirs, "user_log_path", lambda *_, **__: tmp_path / "log")
    code, out, err = run("explain", shop)
    assert (code, out) == (70, "")
    assert "Traceback" not in err
    log = tmp_path / "log" / "error.log"
    assert str(log) in err
    text = log.read_text()
    assert "RuntimeError" in text
    assert __version__ in text


def test_a_bug_without_a_place_for_the_log_shows_the_details(
    shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(root: Path) -> None:
        raise RuntimeError("odd")

    (tmp_path / "file").touch()
    monkeypatch.setattr(explain_module, "read_project", fail)
    monkeypatch.setattr(platformdirs, "user_log_path", lambda *_, **__: tmp_path / "file" / "log")
    code, _, err = run("explain", shop)
    assert code == 70
    assert "RuntimeError: odd" in err


def test_ctrl_c_is_exit_130_and_writes_nothing(shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(root: Path) -> None:
        raise KeyboardInterrupt

    before = contents(shop)
    monkeypatch.setattr(init_module, "read_project", interrupt)
    code, out, err = run("init", "--yes", shop)
    assert (code, out) == (130, "")
    assert "Interrupted; nothing was written." in err
    assert contents(shop) == before


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"scaffold {__version__}\n", "")


@pytest.mark.parametrize("arguments", [["--help"], ["init", "--help"], ["explain", "--help"], ["env", "--help"]])
def test_help(run: Run, arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, err) == (0, "")
    assert "Usage:" in out


def test_control_characters_of_a_project_never_reach_the_terminal(tmp_path: Path, run: Run) -> None:
    root = written(tmp_path, {"main.py": SCRIPT}, manifest='[tool.scaffold]\n"a\\u001b[31m" = 1\n')
    code, _, err = run("explain", root)
    assert code == 3
    assert "\x1b" not in err


def test_the_path_is_the_current_folder_by_default(shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop)
    code, out, _ = run("explain", "--json")
    assert (code, json.loads(out)["project"]["path"]) == (0, ".")
    _, _, err = run("init", "--yes")
    assert "cd " not in err


def test_the_same_project_gives_the_same_bytes_anywhere(
    shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = written(tmp_path / "else" / "where", {"shop/main.py": FASTAPI, "shop/__init__.py": ""}, packages=WEB)
    run("init", "--yes", shop)
    monkeypatch.chdir(other)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("NO_COLOR", "1")
    run("init", "--yes")
    names = [*FILES, "scaffold.lock"]
    assert [(shop / name).read_bytes() for name in names] == [(other / name).read_bytes() for name in names]
    assert str(tmp_path).encode() not in b"".join((shop / name).read_bytes() for name in names)


def _process(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "scaffolder", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, stdin=subprocess.DEVNULL, check=False, env={**ENVIRONMENT, **environment}
    )


def test_there_is_no_colour_in_any_environment(shop: Path) -> None:
    done = _process("explain", shop, FORCE_COLOR="1", LC_ALL="C", PYTHONUTF8="0")
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout + done.stderr


def test_a_reader_that_goes_away_is_no_bug(shop: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", '"$0" -m scaffolder explain --json "$1" | true; exit "${PIPESTATUS[0]}"', sys.executable, shop],
        capture_output=True,
        check=False,
        env=ENVIRONMENT,
    )
    assert done.returncode in (0, 141)
    assert done.stderr == b""


def test_help_is_fast() -> None:
    """In seconds of CPU, which other work on the machine does not add to; a bare Python takes about 0.02."""

    def seconds(*arguments: str) -> float:
        before = os.times()
        subprocess.run([sys.executable, *arguments], capture_output=True, check=True, env=ENVIRONMENT)
        after = os.times()
        return after.children_user - before.children_user + after.children_system - before.children_system

    bare = min(seconds("-c", "pass") for _ in range(3))
    assert min(seconds("-m", "scaffolder", "--help") for _ in range(3)) < max(0.15, bare * 10)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from scaffolder import cli; cli.main(['--help']);"
        "print(sorted({'copier', 'jinja2', 'questionary', 'prompt_toolkit', 'pydantic', 'rich', 'tomlkit', 'pathspec',"
        " 'ruamel', 'packaging', 'poetry'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=ENVIRONMENT)
    assert done.stdout.splitlines()[-1] == "[]"


def test_explain_imports_no_renderer_and_no_prompt(shop: Path) -> None:
    code = (
        f"import sys; from scaffolder import cli; cli.main(['explain', {str(shop)!r}]);"
        "print(sorted({'copier', 'jinja2', 'questionary', 'prompt_toolkit', 'pydantic', 'rich', 'tomlkit'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=ENVIRONMENT)
    assert done.stdout.splitlines()[-1] == "[]"


def _killed_halfway(root: Path) -> None:
    """Leaves the project as `init` does that is killed after it moved the first files into place."""
    plan = init_module.init(root, dry_run=True).plan
    assert killed(lambda: apply(root, plan), 1, die_when((root / "Dockerfile").exists))
    assert not (root / "scaffold.lock").exists()


@pytest.mark.parametrize("command", [("explain",), ("init", "--dry-run"), ("init", "--yes"), ("explain", "--json")])
def test_every_command_puts_an_interrupted_run_back_first(shop: Path, run: Run, command: tuple[str, ...]) -> None:
    before = contents(shop)
    _killed_halfway(shop)
    code, out, err = run(*command, shop)
    assert code == 0
    assert "interrupted" in err
    if "--json" in command:
        assert "interrupted-run" in [message["code"] for message in json.loads(out)["messages"]]
    if "--yes" in command:
        assert set(contents(shop)) > FILES
    else:
        assert contents(shop) == before
    assert not (shop / ".scaffold-journal").exists()


def test_the_command_says_so_even_when_it_fails(shop: Path, run: Run) -> None:
    _killed_halfway(shop)
    code, _, err = run("env", shop)
    assert code == 3  # .env.example is gone again
    assert "interrupted" in err


def test_a_lock_with_conflicts_is_made_whole(shop: Path, run: Run) -> None:
    assert run("init", "--yes", shop)[0] == 0
    lock = shop / "scaffold.lock"
    text = lock.read_text()
    lock.write_text(
        text.replace('name = "default"\n', '<<<<<<< HEAD\nname = "default"\n=======\nname = "x"\n>>>>>>> b\n')
    )
    assert run("init", "--yes", shop)[0] == 0
    assert lock.read_text() == text


def test_a_file_that_the_user_keeps_is_left_alone(shop: Path, run: Run) -> None:
    assert run("init", "--yes", shop)[0] == 0
    (shop / "compose.yaml").write_text("services: {}\n")
    assert run("init", "--yes", shop)[0] == 5
    lock = shop / "scaffold.lock"
    start = lock.read_text().index('mode = "644"', lock.read_text().index('path = "compose.yaml"'))
    end = lock.read_text().index("[[file]]", start)
    lock.write_text(lock.read_text()[:start] + 'status = "keep"\n\n' + lock.read_text()[end:])
    assert run("init", "--yes", shop)[0] == 0
    text = lock.read_text()
    assert run("init", "--yes", shop)[0] == 0
    assert (shop / "compose.yaml").read_text() == "services: {}\n"
    assert lock.read_text() == text
    assert 'status = "keep"' in text


@pytest.fixture
def mine(tmp_path: Path) -> dict[str, str]:
    """A project whose hand-written files know what nothing else does; path → text of those in the way."""
    files = {
        "Dockerfile": "FROM python:3.12\nRUN apt-get install -y ffmpeg\n"
        "EXPOSE 9000\nENV MODE=fast\nCMD uvicorn two:app\n",
        "compose.yaml": "services:\n  web:\n    build: .\n  db:\n    image: postgres:15\n"
        "  reader:\n    build: .\n    command: python -m reader\n    restart: always\n",
        ".env.example": "MINE=1\nGIVEN=fast\n",
        ".dockerignore": "secret\n",
    }
    reader = "import os\nGIVEN = os.environ['GIVEN']\n"
    code = {"one.py": FASTAPI, "two.py": f"import asyncpg\n{FASTAPI}", "reader.py": reader}
    packages = ("fastapi 0.115.0", "uvicorn 0.34.0", "asyncpg 0.30.0")
    written(tmp_path, {**files, **code}, packages=packages)
    return files


def test_existing_keep_leaves_every_file_alone(tmp_path: Path, mine: dict[str, str], run: Run) -> None:
    assert run("init", "--yes", tmp_path)[0] == 5
    code, out, _ = run("init", "--yes", "--existing", "keep", "--json", tmp_path)
    assert code == 0
    assert {path: (tmp_path / path).read_text() for path in mine} == mine
    assert not list(tmp_path.glob("*.orig"))
    actions = {item["path"]: item["action"] for item in json.loads(out)["files"]}
    assert actions == {".env.example": "keep", "Dockerfile": "keep", "compose.yaml": "keep", "scaffold.lock": "create"}
    before = contents(tmp_path)
    assert run("init", "--yes", tmp_path)[0] == 0
    assert contents(tmp_path) == before


def test_existing_replace_keeps_what_the_files_knew(tmp_path: Path, mine: dict[str, str], run: Run) -> None:
    (tmp_path / "Dockerfile.orig").write_text("older")
    assert run("init", "--yes", "--existing", "replace", tmp_path)[0] == 0
    assert (tmp_path / "Dockerfile.orig").read_text() == "older"
    assert (tmp_path / "Dockerfile.orig2").read_text() == mine["Dockerfile"]
    for path in mine.keys() - {"Dockerfile"}:
        assert (tmp_path / f"{path}.orig").read_text() == mine[path]
    saved = tomllib.loads((tmp_path / "pyproject.toml").read_text())["tool"]["scaffold"]
    assert saved == {
        "application": "two:app",
        "python": "3.12",
        "port": 9000,
        "runtime-packages": ["+ffmpeg"],
        "service-images": {"postgres": "postgres:15"},
        "processes": ["+reader worker: python -m reader"],
    }
    assert "GIVEN=fast" in (tmp_path / ".env.example").read_text().splitlines()
    assert "MODE=fast" in (tmp_path / ".env.example").read_text().splitlines()
    before = contents(tmp_path)
    for path in sorted(before):
        if ".orig" in path:
            (tmp_path / path).unlink()
            del before[path]
    state = parse_state((tmp_path / FILE_NAME).read_text())
    assert run("init", "--yes", tmp_path)[0] == 0
    again = parse_state((tmp_path / FILE_NAME).read_text())
    assert replace(again, fingerprint=state.fingerprint) == state  # it counts the names of all files
    assert {**contents(tmp_path), FILE_NAME: before[FILE_NAME]} == before


def test_existing_merge_adds_to_lists_and_keeps_the_rest(tmp_path: Path, mine: dict[str, str], run: Run) -> None:
    assert run("init", "--yes", "--existing", "merge", tmp_path)[0] == 0
    assert (tmp_path / "Dockerfile").read_text() == mine["Dockerfile"]
    lines = (tmp_path / ".env.example").read_text().splitlines()
    assert "MINE=1" in lines
    assert any(line.startswith("POSTGRES_PASSWORD") for line in lines)
    assert (tmp_path / ".env.example.orig").read_text() == mine[".env.example"]
    lock = tomllib.loads((tmp_path / "scaffold.lock").read_text())
    assert {item["path"] for item in lock["file"] if item.get("status")} == {"Dockerfile", "compose.yaml"}


@pytest.mark.parametrize("existing", ["keep", "replace", "merge"])
def test_a_dry_run_shows_what_would_become_of_each(
    tmp_path: Path, mine: dict[str, str], run: Run, existing: str
) -> None:
    before = contents(tmp_path)
    code, out, _ = run("init", "--dry-run", "--existing", existing, tmp_path)
    assert code == 0
    assert ("-FROM python:3.12" in out) is (existing == "replace")
    assert contents(tmp_path) == before


def test_force_and_another_existing_contradict_each_other(shop: Path, run: Run) -> None:
    assert run("init", "--yes", "--force", "--existing", "keep", shop)[0] == 2
    assert run("init", "--yes", "--existing", "all", shop)[0] == 2
