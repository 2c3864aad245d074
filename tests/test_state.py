from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffolder.decisions import COMMAND, ENVIRONMENT, INSTALL_PROJECT, PYTHON, EnvironmentVariable
from scaffolder.errors import ProjectError
from scaffolder.model.change import RenderedFile
from scaffolder.model.decision import Decision, Decisions, Source
from scaffolder.state import Blueprint, dump_state, parse_state

BLUEPRINT = Blueprint(name="default", source="built-in", version="1")


def _decisions() -> Decisions:
    return (
        Decisions()
        .having(Decision(key=PYTHON, value="3.12", source=Source.INFERRED, evidence=("x",)))
        .having(Decision(key=INSTALL_PROJECT, value=True, source=Source.FLAG, evidence=("x",)))
        .having(Decision(key=COMMAND, value=("a", 'say "hi"\t\\'), source=Source.INFERRED, evidence=("x",)))
        .having(
            Decision(
                key=ENVIRONMENT,
                value=(EnvironmentVariable(name="A", default="b"),),
                source=Source.DEFAULT,
            )
        )
    )


def test_a_round_trip_keeps_decisions_and_files() -> None:
    files = (RenderedFile(path="b", text="two\n"), RenderedFile(path="a/x.sh", text="#!/bin/sh\n", executable=True))
    text = dump_state("1.2.3", BLUEPRINT, _decisions(), files)
    state = parse_state(text)
    assert state.scaffold == "1.2.3"
    assert state.blueprint == BLUEPRINT
    assert state.values["python"] == "3.12"
    assert state.values["install-project"] is True
    assert state.values["command"] == ["a", 'say "hi"\t\\']
    assert state.values["environment"] == [
        {"name": "A", "default": "b", "required": False, "at_start": False, "secret": False, "evidence": ""}
    ]
    assert state.files == {"a/x.sh": files[1], "b": files[0]}


def test_files_stand_in_order_whatever_the_order_of_rendering() -> None:
    one, two = RenderedFile(path="a", text="1\n"), RenderedFile(path="b", text="2\n")
    assert dump_state("1", BLUEPRINT, Decisions(), (one, two)) == dump_state("1", BLUEPRINT, Decisions(), (two, one))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives(text: str) -> None:
    state = parse_state(dump_state("1", BLUEPRINT, Decisions(), (RenderedFile(path="f", text=text),)))
    assert state.files["f"].text == text


def test_a_plain_text_reads_like_the_file() -> None:
    text = 'FROM python\nCMD ["a", "b"]\n'
    assert text in dump_state("1", BLUEPRINT, Decisions(), (RenderedFile(path="Dockerfile", text=text),))


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "version = [",
        "<<<<<<< HEAD\nversion = 1\n",
        'version = "1"',
        "version = 1",
        'version = 1\nscaffold = "1"\n[blueprint]\nname = "x"\n',
        'version = 1\nscaffold = "1"\n[blueprint]\nname = "x"\nsource = "y"\nversion = "1"\n[[file]]\npath = "a"\n',
    ],
)
def test_a_broken_lock_says_how_to_go_on(broken: str) -> None:
    with pytest.raises(ProjectError) as caught:
        parse_state(broken)
    assert caught.value.code == "state-broken"
    assert "git checkout scaffold.lock" in caught.value.hint


def test_an_edited_text_is_noticed() -> None:
    text = dump_state("1", BLUEPRINT, Decisions(), (RenderedFile(path="f", text="one\n"),))
    with pytest.raises(ProjectError, match="does not match its sha256"):
        parse_state(text.replace("one\n", "two\n"))


def test_a_lock_of_a_newer_scaffold_is_refused() -> None:
    with pytest.raises(ProjectError) as caught:
        parse_state("version = 2\n")
    assert caught.value.code == "state-too-new"
