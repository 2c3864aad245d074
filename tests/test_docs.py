"""README names every command, option, decision, exit code and file."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from ruamel.yaml import YAML

from scaffolder import errors
from scaffolder.built_in import built_in_folder
from scaffolder.cli import app, main
from scaffolder.decisions import KEYS, KINDS, PROCESSES
from scaffolder.errors import ScaffoldError
from tests.conftest import PROJECTS, REPOSITORY

README_FILE = REPOSITORY / "README.md"
README = README_FILE.read_text()
#: The project of the examples.
EXAMPLE = PROJECTS / "flask-factory"


def commands(group: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


COMMANDS = dict(commands(typer.main.get_command(app)))


def section(heading: str) -> str:
    """The text below a heading, up to the next heading of the same level or above."""
    level = heading.split(" ", maxsplit=1)[0]
    body = README.partition(f"\n{heading}")[2]
    assert body, f"README has no heading {heading!r}"
    return re.split(rf"\n#{{1,{len(level)}}} ", body)[0]


def options() -> Iterator[tuple[str, str]]:
    for name, command in COMMANDS.items():
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--") and option != "--help":
                    yield name, option


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_section_and_help(command: str) -> None:
    assert section(f"### `scaffold {command}")
    assert COMMANDS[command].help


@pytest.mark.parametrize(("command", "option"), list(options()))
def test_every_option_is_documented_with_its_command(command: str, option: str) -> None:
    assert f"`{option}" in section(f"### `scaffold {command}")


def test_no_section_is_about_a_command_that_is_gone() -> None:
    assert set(re.findall(r"^### `scaffold ([a-z]+(?: [a-z]+)?)", README, re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_every_decision_is_documented(key: object) -> None:
    assert f"`{key.name}`" in section("## Decisions")  # type: ignore[attr-defined]


def test_every_exit_code_is_documented() -> None:
    codes = {
        item.exit_code for item in vars(errors).values() if isinstance(item, type) and issubclass(item, ScaffoldError)
    }
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", section("## Exit codes"), re.MULTILINE)}
    assert codes | {0} <= documented


def test_the_version_of_docker_that_is_needed_is_named() -> None:
    assert "Docker Engine 23" in README


def test_every_key_of_a_process_is_documented() -> None:
    """Those that the table takes, and no others."""
    rows = re.findall(r"^\| (`.*?) \|", section("### Processes"), re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"`([a-z-]+)`", row)}
    with pytest.raises(ValueError, match=r"^expected one of ") as refused:
        PROCESSES.parse({"worker": {"unknown": 1}})
    assert documented == set(str(refused.value).removeprefix("expected one of ").split(", "))
    assert all(f"`{kind}`" in section("### Processes") for kind in KINDS)


@pytest.mark.parametrize("arguments", [("init", "--yes"), ("explain",)], ids=" ".join)
def test_the_example_is_what_is_printed(
    arguments: tuple[str, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    update_golden: bool,
) -> None:
    root = tmp_path / EXAMPLE.name
    shutil.copytree(EXAMPLE, root)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(root)
    assert main([*arguments]) == 0
    printed = "".join(capsys.readouterr())
    command = f"```console\n$ scaffold {' '.join(arguments)}\n"
    readme = README_FILE.read_text()
    before, _, rest = readme.partition(command)
    old, end, after = re.split(r"(?m)(^\$ |^```$)", rest, maxsplit=1)
    if update_golden:
        README_FILE.write_text(f"{before}{command}{printed}{end}{after}")
    else:
        assert old == printed, "run pytest tests/test_docs.py --update-golden"


def test_the_variables_of_a_blueprint_are_those_that_it_lists(update_golden: bool) -> None:
    """The table is written from the built-in blueprint, whose tests hold it to what is really given."""
    questions = YAML(typ="safe").load((built_in_folder() / "copier.yml").read_text())
    rows = [
        f"| `{name}` | {question['type']} | {question['help']} |"
        for name, question in questions.items()
        if not name.startswith("_")
    ]
    table = "\n".join(["| name | type | what it holds |", "|---|---|---|", *rows])
    before, start, rest = README_FILE.read_text().partition("<!-- variables:")
    comment, _, rest = rest.partition("\n")
    old, end, after = rest.partition("<!-- end of variables -->")
    if update_golden:
        README_FILE.write_text(f"{before}{start}{comment}\n\n{table}\n\n{end}{after}")
    else:
        assert old.strip() == table, "run pytest tests/test_docs.py --update-golden"
