"""A blueprint that is not scaffold's: its questions, and what it cannot do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from scaffolder.errors import OpenDecisionsError, ProjectError, RefusedError, ScaffoldError, UsageError
from scaffolder.model.change import RenderedFile
from scaffolder.model.decision import Source
from scaffolder.render import rendering
from scaffolder.rules import Override
from tests.blueprint.conftest import Made, lay

VARIABLES = {"port": 8000, "processes": [{"name": "web"}]}


def own(source: Source = Source.FLAG, /, **values: object) -> dict[str, Override]:
    return {name: Override(value=value, source=source, evidence="") for name, value in values.items()}


def out(folder: Path, answers: Mapping[str, Override] | None = None, **options: Any) -> str:
    (file,) = rendering(folder, VARIABLES, answers, **options).files
    return file.text


QUESTIONS = """
team: {type: str, help: Which team, validator: "{% if not team.isalpha() %}letters only{% endif %}"}
level: {type: int, default: 3}
ratio: {type: float, default: 0.5}
strict: {type: bool, default: true}
color: {type: str, choices: [red, green], default: red}
tags: {type: yaml, default: [a, b]}
extra: {type: json, default: "{}"}
sizes: {type: str, multiselect: true, choices: [s, m, l], default: [s]}
where: {type: path, default: a/b}
image: {type: str, default: "web-{{ port }}"}
depth: {type: int, default: 1, when: "{{ strict }}"}
"""
ALL = {"out.jinja": "{{ [team, level, ratio, strict, color, tags, extra, sizes, where, image] }}\n"}


def test_every_type_takes_its_default_or_what_was_given(blueprint: Made) -> None:
    folder = blueprint(QUESTIONS, ALL)
    expected = "['core', 3, 0.5, True, 'red', ['a', 'b'], {}, ['s'], 'a/b', 'web-8000']\n"
    assert out(folder, own(team="core")) == expected
    given = own(
        team="core", level="4", ratio="1", strict="no", color="green", tags="[c]", extra='{"a": 1}', sizes="[l, m]"
    )
    assert out(folder, given) == "['core', 4, 1.0, False, 'green', ['c'], {'a': 1}, ['m', 'l'], 'a/b', 'web-8000']\n"


def test_what_is_answered_is_given_back_in_a_form_that_says_the_same_again(blueprint: Made) -> None:
    folder = blueprint(QUESTIONS, ALL)
    given = own(team="core", level="4", tags="'8000'", extra='["a", null]', sizes="[l]")
    once = rendering(folder, VARIABLES, given)
    assert once.own["level"] == 4
    again = rendering(folder, VARIABLES, own(Source.SAVED, **once.own))
    assert again == once
    assert "'8000'" in again.files[0].text


def test_a_question_that_does_not_arise_has_no_answer(blueprint: Made) -> None:
    folder = blueprint(QUESTIONS, ALL)
    assert rendering(folder, VARIABLES, own(team="core")).own["depth"] == 1
    assert "depth" not in rendering(folder, VARIABLES, own(team="core", strict="false")).own


def test_a_question_without_a_default_is_open(blueprint: Made) -> None:
    with pytest.raises(OpenDecisionsError, match="team") as error:
        out(blueprint(QUESTIONS, ALL))
    assert "--set blueprint.team=" in error.value.hint


@pytest.mark.parametrize(
    ("name", "value", "word"), [("team", "a1", "letters only"), ("level", "x", "int"), ("color", "blue", "red")]
)
def test_an_answer_that_does_not_fit_names_its_question(blueprint: Made, name: str, value: str, word: str) -> None:
    folder = blueprint(QUESTIONS, ALL)
    with pytest.raises(UsageError) as error:
        out(folder, {**own(team="core"), **own(**{name: value})})
    assert f"blueprint.{name}" in error.value.message
    assert word in error.value.message
    with pytest.raises(ProjectError) as saved:
        out(folder, {**own(team="core"), **own(Source.SAVED, **{name: value})})
    assert (saved.value.file, saved.value.key) == ("pyproject.toml", f"tool.scaffold.blueprint.{name}")


@pytest.mark.parametrize("name", ["temas", "port"])
def test_an_answer_to_nothing_is_an_error(blueprint: Made, name: str) -> None:
    with pytest.raises(UsageError, match="team"):
        out(blueprint(QUESTIONS, ALL), own(team="core", **{name: "1"}))


def test_a_secret_decides_but_is_not_written(blueprint: Made) -> None:
    question = "token: {type: str, secret: true, default: none}\n"
    folder = blueprint(question, {"out.jinja": "{{ token != 'none' }}\n"})
    done = rendering(folder, VARIABLES, own(token="s3cret"))
    assert (done.files[0].text, done.secret) == ("True\n", frozenset({"token"}))
    leaky = blueprint(question, {"out.jinja": "{{ token }}\n"}, "leaky")
    assert out(leaky) == "none\n"
    with pytest.raises(RefusedError) as error:
        out(leaky, own(token="s3cret"))
    assert "s3cret" not in error.value.message + error.value.hint


@pytest.mark.parametrize(
    "settings",
    [
        "_tasks: [touch ran]\n",
        '_migrations: [{version: v1, command: "touch ran"}]\n',
        "_jinja_extensions: [os.path]\n",
        "---\n_tasks: [touch ran]\n---\n_skip_if_exists: [a]\n",
    ],
)
def test_what_runs_code_is_refused(blueprint: Made, settings: str) -> None:
    with pytest.raises(RefusedError) as error:
        out(blueprint(settings))
    assert error.value.code == "blueprint-untrusted"
    assert "--trust" in error.value.hint


def test_an_included_file_may_not_bring_a_task_along(blueprint: Made) -> None:
    folder = blueprint("---\n!include 'more.yml'\n")
    lay(folder, {"more.yml": "_tasks: [touch ran]\n"})
    with pytest.raises(RefusedError):
        out(folder)


def test_a_trusted_blueprint_runs_its_tasks_away_from_the_project(
    blueprint: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = rendering(blueprint("_tasks: [touch ran]\n"), VARIABLES, trust=True).files
    assert [file.path for file in files] == ["out.txt", "ran"]
    assert not (tmp_path / "ran").exists()


def test_the_users_trust_in_copier_is_none_of_ours(
    blueprint: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path, {"settings.yml": f"trust: [{tmp_path}/]\ndefaults: {{level: 9}}\n"})
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(tmp_path / "settings.yml"))
    with pytest.raises(RefusedError):
        out(blueprint("_tasks: [touch ran]\n"))
    assert out(blueprint("level: 3\n", {"out.jinja": "{{ level }}\n"}, "other")) == "3\n"


#: Ways out of the sandbox, to the disk, the machine, the clock or chance.
ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ cycler.__init__.__globals__.os.popen('touch ran').read() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ _copier_conf.src_path.parser.os }}",
    "{{ _copier_conf.settings.from_file('/etc/passwd') }}",
    "{{ _copier_conf.src_path.__class__('/etc/passwd').read_text() }}",
    "{% include '../../secret.txt' %}",
    "{% include '/etc/passwd' %}",
    "{% import '../secret.txt' as x %}",
    "{{ '$SECRET' | expandvars }}",
    "{{ '~' | expanduser }}",
    "{{ '/etc/*' | fileglob }}",
    "{{ ['$SECRET'] | map('expandvars') | list }}",
    "{{ '.' | realpath }}",
    "{{ '/' | relpath }}",
    "{{ '%Y' | strftime }}",
    "{{ [1, 2] | random }}",
    "{{ 100 | ans_random }}",
    "{{ lipsum() }}",
    "{% for i in range(999999999) %}{% endfor %}",
    "{{ 1 / 0 }}",
    "{{ [].x.y }}",
    "{% if %}",
]


@pytest.mark.parametrize("template", ESCAPES)
@pytest.mark.parametrize("place", ["file", "default", "validator", "exclude"])
def test_there_is_no_way_out(
    blueprint: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template: str, place: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECRET", "s3cret")
    lay(tmp_path, {"secret.txt": "s3cret"})
    text = template.replace("'", "''")
    settings = {
        "file": "",
        "default": f"a: {{type: str, default: '{text}'}}\n",
        "validator": f"a: {{type: str, default: x, validator: '{text}'}}\n",
        "exclude": f"_exclude: ['{text}']\n",
    }[place]
    folder = blueprint(settings, {"out.jinja": template if place == "file" else "{{ a }}\n"})
    made, words = attempt(folder)
    assert "s3cret" not in words
    assert not any("s3cret" in file.text or "root:" in file.text for file in made)
    assert not list(tmp_path.rglob("ran"))
    assert place != "file" or not made


def attempt(folder: Path) -> tuple[tuple[RenderedFile, ...], str]:
    """The files, or what the user is told instead."""
    try:
        return rendering(folder, VARIABLES).files, ""
    except ScaffoldError as error:
        return (), f"{error.message} {error.hint}"


def test_external_data_stays_in_the_render(blueprint: Made, tmp_path: Path) -> None:
    lay(tmp_path, {"secret.yml": "a: s3cret"})
    folder = blueprint(f"_external_data: {{x: {tmp_path}/secret.yml}}\n", {"out.jinja": "{{ _external_data.x }}\n"})
    with pytest.raises(ProjectError):
        out(folder)


@pytest.mark.parametrize("include", ["/etc/passwd", "../secret.yml", "../*.yml"])
def test_settings_include_nothing_from_outside(blueprint: Made, tmp_path: Path, include: str) -> None:
    lay(tmp_path, {"secret.yml": "port: s3cret"})
    with pytest.raises(ProjectError) as error:
        out(blueprint(f"---\n!include '{include}'\n"))
    assert "s3cret" not in error.value.message


@pytest.mark.parametrize("name", ["{{ '..' }}/x.jinja", "{{ '/tmp' }}/x.jinja", "{{ '../../../x' }}.jinja"])
def test_no_file_lands_beside_the_render(blueprint: Made, tmp_path: Path, name: str) -> None:
    folder = blueprint("", {name: "x\n"})
    files, _ = attempt(folder)
    assert all(not file.path.startswith(("/", "..")) for file in files)
    assert {path.name for path in tmp_path.iterdir()} <= {"mine", "cache"}


def test_a_file_that_is_no_text_is_named(blueprint: Made) -> None:
    folder = blueprint()
    (folder / "template" / "logo.png").write_bytes(b"\x89PNG\xff")
    with pytest.raises(ProjectError, match=r"logo\.png"):
        out(folder)


@pytest.mark.parametrize(
    ("template", "where"),
    [
        ("a\n{{ missing.x }}\n", "mine/template/out.jinja:2"),
        ("a\n\n{% if %}\n", "mine/template/out.jinja:3"),
        ("{{ 1 / 0 }}\n", "mine/template/out.jinja:1"),
    ],
)
def test_an_error_names_template_and_line(blueprint: Made, template: str, where: str) -> None:
    with pytest.raises(ProjectError) as error:
        out(blueprint("_envops: {undefined: jinja2.StrictUndefined}\n", {"out.jinja": template}))
    assert error.value.file == where


@pytest.mark.parametrize(
    "settings",
    ["a: [\n", "- a\n", "a: {type: nonsense, default: 1}\n", "a: {secret: true}\n", "_min_copier_version: '99'\n"],
)
def test_broken_settings_are_an_error_with_words(
    blueprint: Made, settings: str, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = blueprint()
    (folder / "copier.yml").write_text(settings)
    with pytest.raises(ProjectError) as error:
        out(folder)
    assert error.value.file.startswith("mine/copier.yml")
    assert "scaffold-" not in error.value.message
    assert capfd.readouterr() == ("", "")


def test_copiers_own_answers_file_is_not_written(blueprint: Made) -> None:
    folder = blueprint(
        "", {"{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers | to_nice_yaml }}\n", "a": "x\n"}
    )
    assert [file.path for file in rendering(folder, VARIABLES).files] == ["a"]


def test_a_list_in_a_path_makes_a_file_of_each(blueprint: Made) -> None:
    folder = blueprint("", {"{% yield p from processes %}{{ p.name }}{% endyield %}.txt.jinja": "{{ p.name }}\n"})
    assert [(file.path, file.text) for file in rendering(folder, VARIABLES).files] == [("web.txt", "web\n")]
