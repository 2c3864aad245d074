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
        {
            "name": "A",
            "default": "b",
            "required": False,
            "at_start": False,
            "type": "str",
            "secret": False,
            "evidence": "",
        }
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
    assert "git checkout HEAD -- scaffold.lock" in caught.value.hint


def test_an_edited_text_is_noticed() -> None:
    text = dump_state("1", BLUEPRINT, Decisions(), (RenderedFile(path="f", text="one\n"),))
    with pytest.raises(ProjectError, match="does not match its sha256"):
        parse_state(text.replace("one\n", "two\n"))


def test_what_the_user_keeps_is_recorded_by_its_path_alone() -> None:
    files = (RenderedFile(path="Dockerfile", text="one\n"), RenderedFile(path="a", text="two\n"))
    text = dump_state("1", BLUEPRINT, Decisions(), files, kept={"Dockerfile", "b"})
    state = parse_state(text)
    assert state.kept == {"Dockerfile", "b"}
    assert set(state.files) == {"a"}
    assert "one" not in text


def test_other_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = dump_state("1", BLUEPRINT, _decisions(), (RenderedFile(path="f", text="one\ntwo\n"),))
    assert parse_state("\ufeff" + text.replace("\n", "\r\n")) == parse_state(text)


def test_a_lock_that_was_cut_off_anywhere_is_noticed() -> None:
    text = dump_state("1", BLUEPRINT, _decisions(), (RenderedFile(path="f", text="one\ntwo\n"),), kept={"g"})
    for end in range(len(text.rstrip())):
        with pytest.raises(ProjectError) as caught:
            parse_state(text[:end])
        assert caught.value.code == "state-broken"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('path = "f"', 'path = "../f"', "file[0].path"),
        ('path = "f"', 'path = ".git/hooks/pre-commit"', "file[0].path"),
        ('path = "f"', 'path = "pyproject.toml"', "file[0].path"),
        ('path = "f"', "path = 1", "file[0].path"),
        ('mode = "644"', 'mode = "4755"', "file[0].mode"),
        ('sha256 = "', 'sha256 = "0', "file[0].text"),
        ('path = "f"', 'path = "f"\nstatus = "mine"', "file[0].status"),
        ('scaffold = "1"', "scaffold = 1", "scaffold"),
        ('name = "default"', "name = []", "blueprint.name"),
        ('name = "python"\nvalue', 'name = "python"\nvalues', "decision[0].value"),
        ("[[decision]]", "[[file]]", "file[0].path"),
    ],
)
def test_each_wrong_value_is_named(old: str, new: str, key: str) -> None:
    text = dump_state("1", BLUEPRINT, _decisions(), (RenderedFile(path="f", text="one\n"),))
    assert old in text
    with pytest.raises(ProjectError) as caught:
        parse_state(text.replace(old, new, 1))
    assert (caught.value.code, caught.value.key) == ("state-broken", key)


def test_a_file_that_stands_there_twice_is_refused() -> None:
    text = dump_state("1", BLUEPRINT, Decisions(), (RenderedFile(path="f", text="one\n"),))
    with pytest.raises(ProjectError, match="a second time"):
        parse_state(text + text[text.index("[[file]]") :])


@pytest.mark.parametrize("text", ["version = " + "[" * 10_000, "a" + ".a" * 10_000 + " = 1", "version = 1" * 9, "\0"])
def test_a_hostile_lock_is_refused_soon(text: str) -> None:
    with pytest.raises(ProjectError) as caught:
        parse_state(text)
    assert caught.value.code == "state-broken"


def test_a_conflict_that_git_left_has_an_error_of_its_own() -> None:
    with pytest.raises(ProjectError) as caught:
        parse_state("version = 1\n<<<<<<< HEAD\n")
    assert caught.value.code == "state-conflict"


def test_a_lock_of_a_newer_scaffold_is_refused() -> None:
    with pytest.raises(ProjectError) as caught:
        parse_state("version = 2\n")
    assert caught.value.code == "state-too-new"


def test_the_ref_of_a_blueprint_is_recorded_where_there_is_one() -> None:
    web = Blueprint(name="web", source="https://git.example/web.git", version="0" * 40, ref="v1")
    assert parse_state(dump_state("1", web, Decisions(), ())).blueprint == web
    assert "ref" not in dump_state("1", BLUEPRINT, Decisions(), ())
