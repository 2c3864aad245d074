"""Answers into pyproject.toml, and back."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from scaffolder.decisions import BY_NAME
from scaffolder.model.decision import Json
from scaffolder.overrides import combined, flag_overrides, saved_overrides
from scaffolder.saved_answers import with_answers
from tests.test_decisions import TEXTS

TEXT = """\
# top
[tool.poetry]   # poetry's
name = "shop"

[tool.scaffold] # mine
# not the default, see ticket 7
port = 9000 # there
image = 'shop'

[tool.ruff]
line-length = 100
"""


@pytest.mark.parametrize(("key", "text", "value"), TEXTS, ids=lambda item: getattr(item, "name", None) or repr(item))
def test_every_value_is_read_again_as_it_was(key: Any, text: str, value: object) -> None:
    saved = with_answers(TEXT, {key.name: value})
    again = saved_overrides(tomllib.loads(saved)["tool"]["scaffold"])
    assert again[key.name].value == value


def test_comments_and_order_survive() -> None:
    changed = with_answers(TEXT, {"port": 9001})
    assert changed == TEXT.replace("9000", "9001")
    added = with_answers(TEXT, {"python": "3.12"})
    assert added == TEXT.replace("image = 'shop'\n", "image = 'shop'\npython = \"3.12\"\n")


def test_line_endings_survive() -> None:
    windows = TEXT.replace("\n", "\r\n")
    assert with_answers(windows, {"port": 9001}) == windows.replace("9000", "9001")


@pytest.mark.parametrize(
    "text",
    [
        "",
        '[tool.poetry]\nname = "a"\n',
        '[project]\nname = "a"\n',
        '[tool.poetry]\nname = "a"\n\n[project]\nname = "a"\n\n[tool.ruff]\nline-length = 1\n',
        '[tool]\npoetry = {name = "a"}\n',
        'tool = {poetry = {name = "a"}}\n',
        '\ufeff[tool.poetry]\nname = "a"\n',
        "# only a comment",
        '[tool.poetry]\nname = "a"\n[[tool.poetry.source]]\nname = "x"\n',
    ],
)
def test_the_table_is_made_where_there_is_none(text: str) -> None:
    changed = with_answers(text, {"port": 9000, "services": ("redis",)})
    before = tomllib.loads(text.removeprefix("\ufeff"))
    after = tomllib.loads(changed.removeprefix("\ufeff"))
    assert after["tool"].pop("scaffold") == {"port": 9000, "services": ["redis"]}
    assert after["tool"] == before.get("tool", {})
    assert {key: after[key] for key in before if key != "tool"} == {key: before[key] for key in before if key != "tool"}
    assert changed.startswith("\ufeff") == text.startswith("\ufeff")


def test_mixed_line_endings_survive() -> None:
    mixed = TEXT.replace("\n", "\r\n", 3)
    assert with_answers(mixed, {"port": 9001}) == mixed.replace("9000", "9001")


def test_nothing_to_save_changes_nothing() -> None:
    broken = "this is [not TOML"
    assert with_answers(broken, {}) == broken


def test_what_is_withdrawn_goes_and_the_rest_stays() -> None:
    assert with_answers(TEXT, {}, ["port"]) == TEXT.replace("port = 9000 # there\n", "")
    assert with_answers(TEXT, {}, ["python"]) == TEXT


@pytest.mark.parametrize(
    "value", ["it's", 'say "x"', "a\\b", "$(id) `id` ${HOME}", "tab\tnew\nline", "ü\u2028\x7f", "'''", '"""']
)
def test_hostile_texts_survive(value: str) -> None:
    saved = with_answers("", {"command": ("run", value)})
    assert tomllib.loads(saved)["tool"]["scaffold"]["command"] == ["run", value]


def test_names_are_those_of_the_decisions() -> None:
    assert set(tomllib.loads(with_answers("", {"install-project": True}))["tool"]["scaffold"]) <= set(BY_NAME)


def test_a_table_of_processes_keeps_its_rows_when_one_is_added() -> None:
    text = '[tool.scaffold.processes.a] # mine\ncommand = "a" # there\nport = 80\nkind = "web"\n'
    saved = saved_overrides(tomllib.loads(text)["tool"]["scaffold"])
    both = combined(saved, flag_overrides(["processes=+b job: c 'd e'"]))
    after = with_answers(text, {"processes": both["processes"].value})
    assert after.startswith(text)
    again = saved_overrides(tomllib.loads(after)["tool"]["scaffold"])
    assert again["processes"].value == both["processes"].value


@pytest.mark.parametrize(
    "text", [TEXT, "", "tool = {scaffold = {port = 1}}\n", '[tool.scaffold.blueprint] # mine\nteam = "x"\n']
)
def test_answers_to_a_blueprint_go_in_and_out(text: str) -> None:
    own: dict[str, Json] = {"team": "core", "it's": [1, "a"], "map": {"a": True}}
    after = with_answers(text, {}, own=own)
    assert tomllib.loads(after)["tool"]["scaffold"]["blueprint"] == own
    assert all(line in after for line in text.splitlines() if "#" in line)
    gone = with_answers(after, {}, own=dict.fromkeys(own))
    assert tomllib.loads(gone)["tool"]["scaffold"]["blueprint"] == {}
