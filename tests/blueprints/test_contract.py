"""The blueprint and the code that fills it in agree on every variable.

Copier ignores answers to questions that do not exist, and strict undefined sees only the branches that are taken.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, nodes
from jinja2.meta import find_undeclared_variables
from ruamel.yaml import YAML

from scaffolder.answers import answers
from scaffolder.built_in import built_in_folder
from scaffolder.reading.project import read_project
from scaffolder.render import render
from tests.conftest import PROJECTS
from tests.helpers import SCRIPT, inferred, project

FOLDER = built_in_folder()
SETTINGS = YAML(typ="safe").load((FOLDER / "copier.yml").read_text())
QUESTIONS = {name: question for name, question in SETTINGS.items() if not name.startswith("_")}
TEMPLATES = sorted(path for path in (FOLDER / "template").rglob("*") if path.is_file())
PARTIALS = sorted((FOLDER / "_partials").glob("*"))
OPTIONS = {name: value for name, value in SETTINGS["_envops"].items() if name != "undefined"}
ENVIRONMENT = Environment(**OPTIONS)  # noqa: S701 - no HTML

TYPES: dict[str, type | tuple[type, ...]] = {"str": str, "int": int, "bool": bool, "yaml": (list, dict)}


def used(text: str) -> set[str]:
    return find_undeclared_variables(ENVIRONMENT.parse(text)) - {"_copier_conf", "_copier_answers"}


def relative(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


@pytest.fixture(scope="module")
def given() -> dict[str, Any]:
    shop = project({"main.py": SCRIPT})
    return answers(shop, inferred(shop).decisions)


def test_the_questions_are_the_answers(given: dict[str, Any]) -> None:
    assert list(QUESTIONS) == list(dict.fromkeys(QUESTIONS))
    assert set(QUESTIONS) == set(given)


def test_the_answers_have_the_declared_types(given: dict[str, Any]) -> None:
    for name, value in given.items():
        assert isinstance(value, TYPES[QUESTIONS[name]["type"]]), name
        assert not isinstance(value, bool) or QUESTIONS[name]["type"] == "bool", name


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_a_template_uses_only_questions(path: Path) -> None:
    assert used(path.read_text()) <= set(QUESTIONS)
    assert used(relative(path)) <= set(QUESTIONS)


@pytest.mark.parametrize("path", PARTIALS, ids=relative)
def test_a_partial_takes_everything_as_an_argument(path: Path) -> None:
    assert used(path.read_text()) == set()
    assert path.read_text().startswith("{#"), "it opens with its contract"


def test_every_question_is_used() -> None:
    everywhere = {name for path in TEMPLATES for name in used(path.read_text()) | used(relative(path))}
    everywhere |= {name for pattern in SETTINGS.get("_exclude", ()) for name in used(pattern)}
    assert everywhere == set(QUESTIONS)


@pytest.mark.parametrize("path", [*TEMPLATES, *PARTIALS], ids=relative)
def test_templates_only_lay_out(path: Path) -> None:
    """No arithmetic, no string surgery, no filter, no comparison of one answer with another."""
    tree = ENVIRONMENT.parse(path.read_text())
    for kind in (nodes.BinExpr, nodes.Concat, nodes.Filter, nodes.Getitem):
        assert not list(tree.find_all(kind))
    for comparison in tree.find_all(nodes.Compare):
        assert all(isinstance(operand.expr, nodes.Const) for operand in comparison.ops)


def test_nothing_runs_and_nothing_needs_trust() -> None:
    assert not {"_tasks", "_migrations", "_jinja_extensions", "_secret_questions"} & set(SETTINGS)
    assert SETTINGS["_templates_suffix"] == ".jinja"


def test_going_through_the_questions_changes_no_answer(tmp_path: Path) -> None:
    """Copier does so for any other folder, and parses what is a text."""
    sample = read_project(PROJECTS / "rag-api")
    given = answers(sample, inferred(sample).decisions)
    copy = shutil.copytree(FOLDER, tmp_path / "copy")
    assert render(copy, given) == render(FOLDER, given)
