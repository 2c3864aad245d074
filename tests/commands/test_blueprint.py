"""`init` with a blueprint of one's own, from the command line and by keys."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from scaffolder import cli
from tests.blueprint.conftest import commit, lay
from tests.helpers import SCRIPT, written

ENTER, DOWN, CTRL_C = "\r", "\x1b[B", "\x03"
SETTINGS = """\
_subdirectory: template
team: {type: str, help: "Which team?", validator: "{% if not team.isalpha() %}letters only{% endif %}"}
level: {type: int, default: 3, choices: [1, 2, 3]}
token: {type: str, secret: true, default: none}
"""
OWNERS = "{{ team }} {{ level }} {{ token != 'none' }} {{ image_tag }}\n"

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `scaffold` beside the project `shop` and the blueprint `mine`; returns exit code and what was said."""
    written(tmp_path / "shop", {"job.py": SCRIPT})
    lay(tmp_path / "mine", {"copier.yml": SETTINGS, "template/OWNERS.jinja": OWNERS})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def run(*arguments: str) -> tuple[int, str]:
        code = cli.main(list(arguments))
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return run


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[PipeInput]:
    monkeypatch.setattr(cli, "_interactive", lambda: True)
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        yield pipe


def saved() -> object:
    table = tomllib.loads(Path("shop/pyproject.toml").read_text())["tool"].get("scaffold", {})
    return table.get("blueprint", {})


def recorded() -> object:
    return tomllib.loads(Path("shop/scaffold.lock").read_text())["blueprint"]


INIT = ("init", "--yes", "--quiet", "shop")
MINE = (*INIT, "--blueprint", "mine")


def test_answers_and_source_are_kept(run: Run) -> None:
    assert run(*MINE, "--set", "blueprint.team=core", "--set", "blueprint.level=3")[0] == 0
    assert Path("shop/OWNERS").read_text() == "core 3 False shop\n"
    assert saved() == {"team": "core"}
    assert {"name": "mine", "source": "../mine"}.items() <= recorded().items()  # type: ignore[attr-defined]
    before = {path: path.read_bytes() for path in Path("shop").iterdir() if path.is_file()}
    assert run(*INIT)[0] == 0
    assert {path: path.read_bytes() for path in Path("shop").iterdir() if path.is_file()} == before
    assert run("explain", "shop")[0] == 0


def test_an_answer_that_becomes_the_default_is_taken_out(run: Run) -> None:
    run(*MINE, "--set", "blueprint.team=core", "--set", "blueprint.level=1")
    assert saved() == {"team": "core", "level": 1}
    run(*INIT, "--set", "blueprint.level=3")
    assert saved() == {"team": "core"}
    assert Path("shop/OWNERS").read_text() == "core 3 False shop\n"


def test_a_secret_is_saved_nowhere(run: Run) -> None:
    run(*MINE, "--set", "blueprint.team=core", "--set", "blueprint.token=s3cret")
    assert Path("shop/OWNERS").read_text() == "core 3 True shop\n"
    assert not any(b"s3cret" in path.read_bytes() for path in Path("shop").rglob("*") if path.is_file())


def test_without_an_answer_nobody_is_asked_and_nothing_written(run: Run) -> None:
    code, said = run(*MINE)
    assert code == 4
    assert "--set blueprint.team=VALUE" in said
    assert not Path("shop/OWNERS").exists()


def test_the_table_is_checked(run: Run) -> None:
    with Path("shop/pyproject.toml").open("a") as file:
        file.write('\n[tool.scaffold]\nblueprint = "x"\n')
    code, said = run(*MINE)
    assert code == 3
    assert "tool.scaffold.blueprint" in said


def test_a_dry_run_writes_nothing(run: Run) -> None:
    code, said = run("init", "--dry-run", "shop", "--blueprint", "mine", "--set", "blueprint.team=core")
    assert code == 0
    assert "core 3" in said
    assert not Path("shop/OWNERS").exists()


def test_a_release_in_git_and_the_next_one(run: Run) -> None:
    lay(Path("mine"), {"copier.yml": "_subdirectory: template\n", "template/OWNERS.jinja": "one\n"})
    first = commit(Path("mine"), "v1")
    lay(Path("mine"), {"template/OWNERS.jinja": "two\n"})
    second = commit(Path("mine"), "v2")
    assert run(*MINE, "--ref", "v1")[0] == 0
    assert recorded() == {"name": "mine", "source": "../mine", "ref": "v1", "version": first}
    assert run(*INIT)[0] == 0
    assert Path("shop/OWNERS").read_text() == "one\n"
    assert run(*INIT, "--ref", "v2")[0] == 0
    assert recorded() == {"name": "mine", "source": "../mine", "ref": "v2", "version": second}
    assert Path("shop/OWNERS").read_text() == "two\n"


def _released(version: str, content: str) -> str:
    """Commit and tag a version of the blueprint; returns the commit."""
    entry = f"## {version}\n\n- OWNERS says {content}.\n\n"
    changelog = Path("mine/CHANGELOG.md")
    before = changelog.read_text() if changelog.exists() else ""
    lay(Path("mine"), {"copier.yml": "_subdirectory: template\n", "template/OWNERS.jinja": f"{content}\n"})
    changelog.write_text(entry + before)
    return commit(Path("mine"), f"v{version}")


@pytest.mark.parametrize(("ref", "after"), [("main", "main"), ("v1.0", "v1.1")])
def test_what_is_newest_is_taken_when_asked_for_and_its_changes_are_shown(run: Run, ref: str, after: str) -> None:
    _released("1.0", "one")
    assert run(*MINE, "--ref", ref)[0] == 0
    second = _released("1.1", "two")
    assert run("update", "--yes", "shop") == (0, "Nothing to do.\n")
    assert run("check", "shop")[0] == 0
    assert Path("shop/OWNERS").read_text() == "one\n"
    code, said = run("update", "--yes", "--latest", "shop")
    assert (code, Path("shop/OWNERS").read_text()) == (0, "two\n")
    assert "OWNERS says two." in said
    assert "OWNERS says one." not in said
    assert recorded() == {"name": "mine", "source": "../mine", "ref": after, "version": second}
    assert run("update", "--yes", "--latest", "shop") == (0, "Nothing to do.\n")


def test_another_release_is_taken_by_its_name(run: Run) -> None:
    first, _ = _released("1.0", "one"), _released("1.1", "two")
    run(*MINE, "--ref", "v1.1")
    assert run("update", "--yes", "--ref", "v1.0", "shop")[0] == 0
    assert run("update", "--yes", "--ref", first, "shop")[0] == 0
    assert Path("shop/OWNERS").read_text() == "one\n"
    code, said = run("update", "--yes", "--latest", "shop")
    assert code == 2
    assert "--ref" in said, "a commit has no successor"


def test_only_what_comes_from_git_has_a_newest(run: Run) -> None:
    run(*INIT)
    assert run("update", "--yes", "--latest", "shop")[0] == 2
    run(*MINE, "--set", "blueprint.team=core")
    assert run("update", "--yes", "--latest", "shop")[0] == 2


@pytest.mark.parametrize("name", ["{{ '.git' }}/hooks/post-checkout", ".env", "pyproject.toml", "scaffold.lock"])
def test_a_blueprint_does_not_write_what_is_not_its_own(run: Run, name: str) -> None:
    lay(Path("mine"), {"copier.yml": "_subdirectory: template\n", f"template/{name}": "x\n"})
    before = Path("shop/pyproject.toml").read_text()
    assert run(*MINE)[0] == 5
    assert Path("shop/pyproject.toml").read_text() == before
    assert sorted(path.name for path in Path("shop").iterdir()) == ["job.py", "poetry.lock", "pyproject.toml"]


def test_back_to_the_built_in_one(run: Run) -> None:
    run(*MINE, "--set", "blueprint.team=core")
    code, said = run(*INIT, "--blueprint", "built-in")
    assert code == 3, "the answers are the user's to take out"
    assert "tool.scaffold.blueprint.team" in said
    manifest = Path("shop/pyproject.toml")
    manifest.write_text(manifest.read_text().partition("[tool.scaffold.blueprint]")[0])
    assert run(*INIT, "--blueprint", "built-in")[0] == 0
    assert not Path("shop/OWNERS").exists()
    assert Path("shop/Dockerfile").exists()


def test_the_questions_are_asked_when_the_files_are_written(run: Run, keyboard: PipeInput) -> None:
    """Write; the team, refused and corrected; the level, one down from 3, which is 1; no token."""
    keyboard.send_text(ENTER + "a1" + ENTER + "\x7f" + ENTER + DOWN + ENTER + ENTER)
    assert run("init", "shop", "--blueprint", "mine")[0] == 0
    assert Path("shop/OWNERS").read_text() == "a 1 False shop\n"
    assert saved() == {"team": "a", "level": 1}


def test_what_was_asked_to_show_the_files_is_not_asked_again(run: Run, keyboard: PipeInput) -> None:
    keyboard.send_text(DOWN * 2 + ENTER + "core" + ENTER + ENTER + ENTER + ENTER)
    assert run("init", "shop", "--blueprint", "mine")[0] == 0
    assert Path("shop/OWNERS").read_text().startswith("core 3")


def test_ctrl_c_at_a_question_writes_nothing(run: Run, keyboard: PipeInput) -> None:
    keyboard.send_text(ENTER + "core" + CTRL_C)
    assert run("init", "shop", "--blueprint", "mine")[0] == 130
    assert sorted(path.name for path in Path("shop").iterdir()) == ["job.py", "poetry.lock", "pyproject.toml"]


def test_export_and_check_from_the_command_line(run: Run) -> None:
    assert run("blueprint", "export", "new/web")[0] == 0
    assert run("blueprint", "export", "new/web")[0] == 5
    assert run("blueprint", "check", "mine", "--set", "blueprint.team=core") == (0, "Nothing is wrong with it.\n")
    code, said = run("blueprint", "check", "mine")
    assert code == 1
    assert "team" in said
    assert run(*INIT, "--blueprint", "new/web")[0] == 0
    exported = Path("shop/Dockerfile").read_text()
    assert run(*INIT, "--blueprint", "built-in")[0] == 0
    assert Path("shop/Dockerfile").read_text() == exported
