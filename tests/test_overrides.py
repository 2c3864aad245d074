"""`--set` and `[tool.scaffold]`."""

from __future__ import annotations

import pytest

from scaffolder.decisions import KEYS
from scaffolder.errors import ProjectError, UsageError
from scaffolder.model.decision import Source
from scaffolder.overrides import flag_overrides, parse_text, saved_overrides, saved_own_answers, split_settings
from scaffolder.rules import Override


def test_flags() -> None:
    assert flag_overrides(["port=9000", "environment=A=b"])["port"] == Override(
        value=9000, source=Source.FLAG, evidence="--set port=9000"
    )


def test_the_last_flag_wins() -> None:
    assert flag_overrides(["port=1", "port=2"])["port"].value == 2


@pytest.mark.parametrize(
    ("setting", "message", "hint"),
    [
        ("prot=1", "did you mean port?", "scaffold explain"),
        ("zzzz=1", "one of application, framework", "scaffold explain"),
        ("port", "NAME=VALUE is expected", "scaffold explain"),
        ("", "NAME=VALUE is expected", "scaffold explain"),
        ("=1", "unknown decision ''", "scaffold explain"),
        ("port=http", "expected a port from 1 to 65535", "The port that the main process listens on"),
        ("groups=+a,b", "either plain items, or only items that start with + or -", "The dependency groups"),
    ],
)
def test_flags_that_do_not_fit(setting: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        flag_overrides([setting])
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.exit_code == 2


def test_saved_decisions() -> None:
    found = saved_overrides({"port": 9000, "groups": ["main"], "install-project": True})
    assert found["port"] == Override(value=9000, source=Source.SAVED, evidence="pyproject.toml tool.scaffold.port")
    assert [item.value for item in found.values()] == [9000, ("main",), True]


@pytest.mark.parametrize(
    ("table", "key", "found", "expected"),
    [
        ({"prot": 1}, "tool.scaffold.prot", "unknown decision 'prot'", "did you mean port?"),
        ({"port": "http"}, "tool.scaffold.port", "'http'", "a port from 1 to 65535, or none"),
        ({"port": True}, "tool.scaffold.port", "True", "a port from 1 to 65535, or none"),
        ({"groups": {"a": 1}}, "tool.scaffold.groups", "{'a': 1}", "a list of texts"),
    ],
)
def test_saved_decisions_that_do_not_fit(table: dict[str, object], key: str, found: str, expected: str) -> None:
    with pytest.raises(ProjectError) as caught:
        saved_overrides(table)
    error = caught.value
    assert (error.file, error.key) == ("pyproject.toml", key)
    assert found in error.found
    assert expected in error.expected
    assert error.hint


def test_every_decision_can_be_parsed_by_name() -> None:
    for key in KEYS:
        if key.choices:
            assert parse_text(key.name, key.choices[0]) == key.parse(key.choices[0])


def test_answers_to_a_blueprint_are_kept_apart() -> None:
    decisions, own = split_settings(["port=1", "blueprint.team=a=b", "blueprint.level="])
    assert decisions == ["port=1"]
    assert {name: item.value for name, item in own.items()} == {"team": "a=b", "level": ""}
    table = {"port": 1, "blueprint": {"team": "core"}}
    assert set(saved_overrides(table)) == {"port"}
    assert {name: item.value for name, item in saved_own_answers(table).items()} == {"team": "core"}
    with pytest.raises(ProjectError):
        saved_own_answers({"blueprint": ["team"]})


@pytest.mark.parametrize("setting", ["blueprint.=x", "blueprint.team"])
def test_an_answer_needs_a_name_and_a_value(setting: str) -> None:
    with pytest.raises(UsageError):
        split_settings([setting])
