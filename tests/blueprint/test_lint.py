"""What `scaffold blueprint check` finds."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from scaffolder.answers import answers
from scaffolder.blueprint import lint
from scaffolder.blueprint.samples import SAMPLES
from scaffolder.commands.blueprint import check, export
from scaffolder.errors import ProjectError, RefusedError, UsageError
from scaffolder.reading.project import read_project
from scaffolder.rules import infer
from tests.blueprint.conftest import Made, lay


@pytest.fixture
def _one_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """One project is enough to see a fault that is there for all."""
    monkeypatch.setattr(lint, "SAMPLES", {"flask": SAMPLES["flask"]})


one_sample = pytest.mark.usefixtures("_one_sample")


def found(folder: Path, *settings: str) -> str:
    return "\n".join(check(folder, settings))


def test_nothing_is_wrong_with_the_built_in_one(tmp_path: Path) -> None:
    export(tmp_path / "mine")
    assert found(tmp_path / "mine") == ""


@one_sample
def test_a_name_that_nothing_gives(blueprint: Made) -> None:
    folder = blueprint(
        "team: {type: str, default: x, validator: '{{ teem }}'}\n",
        {"{{ prot }}.txt.jinja": "{{ team }}\n", "a.jinja": "{% if false %}\n{{ prot }}{% endif %}\n"},
    )
    text = found(folder)
    assert "copier.yml: team: teem is given by nothing" in text
    assert "template/a.jinja: prot is given by nothing" in text
    assert "the name template/{{ prot }}.txt.jinja: prot is given by nothing" in text


@one_sample
def test_a_question_that_nothing_uses(blueprint: Made) -> None:
    settings = "team: {type: str, default: x}\ndepth: {type: int, default: 1}\nport: {type: int}\n"
    text = found(blueprint(settings, {"a.jinja": "{{ team }}\n"}))
    assert "copier.yml: depth is used nowhere" in text
    assert "copier.yml: port is used nowhere" in text
    assert "team is used" not in text


@one_sample
def test_what_another_question_uses_is_used(blueprint: Made) -> None:
    settings = "team: {type: bool, default: true}\nlead: {type: str, default: x, when: '{{ team }}'}\n"
    assert found(blueprint(settings, {"a.jinja": "{{ lead }}\n"})) == ""


@one_sample
def test_an_included_template_knows_what_its_caller_knows(blueprint: Made) -> None:
    folder = blueprint("", {"a.jinja": "{% for process in processes %}{% include 'part.jinja' %}{% endfor %}\n"})
    lay(folder, {"part.jinja": "{{ process.name }}"})
    assert found(folder) == ""


@one_sample
def test_what_is_not_the_same_everywhere(blueprint: Made) -> None:
    text = found(
        blueprint(
            "",
            {
                "c.jinja": "{{ make_secret() }}\n",
                "a.jinja": "{{ now() }} {{ _copier_python }}\n",
                "b.jinja": "{{ _copier_conf.src_path }}\n",
            },
        )
    )
    assert "now is not the same everywhere" in text
    assert "_copier_python is not the same everywhere" in text
    assert "b names a folder of this machine" in text
    assert "c is not the same every time" in text


@one_sample
@pytest.mark.parametrize(
    ("path", "text", "word"),
    [
        ("compose.yaml", "a: [\n", "no YAML"),
        ("Dockerfile", "FROM a\nCPOY . .\n", "CPOY"),
        ("Dockerfile", "FROM a\nCOPY nothing-here .\n", "nothing-here"),
        ("a.toml", "a = \n", "no TOML"),
        (".env", "A=1\n", "nothing but its owner writes .env"),
        ("pyproject.toml", "", "pyproject.toml"),
        (".git/hooks/x", "", ".git"),
        ("a.jinja", "{{ 1 / 0 }}\n", "template/a.jinja:1"),
        ("a.jinja", "{% if %}\n", "template/a.jinja:1"),
        ("a.jinja", "{{ '$HOME' | expandvars }}\n", "expandvars"),
    ],
)
def test_what_would_not_work(blueprint: Made, path: str, text: str, word: str) -> None:
    if path.startswith(".git"):
        path = "{{ '.git' }}/hooks/x.jinja"
    assert word in found(blueprint("", {path: text}))


def test_a_fault_names_the_samples_that_have_it(blueprint: Made) -> None:
    text = found(blueprint("", {"Dockerfile.jinja": "FROM a\n{% if gunicorn %}CPOY a b{% endif %}\n"}))
    assert "(for flask, private, library)" in text


@one_sample
def test_code_is_a_finding_and_does_not_run(blueprint: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "_tasks" in found(blueprint(f"_tasks: [touch {tmp_path}/ran]\n"))
    assert not (tmp_path / "ran").exists()


@one_sample
def test_a_question_without_a_default_is_answered_on_the_command_line(blueprint: Made) -> None:
    folder = blueprint("team: {type: str}\n", {"a.jinja": "{{ team }}\n"})
    assert "team, which has no default" in found(folder)
    assert found(folder, "blueprint.team=core") == ""
    with pytest.raises(UsageError):
        found(folder, "port=1")


@one_sample
def test_a_link_is_named(blueprint: Made) -> None:
    folder = blueprint()
    (folder / "template" / "x").symlink_to("/etc/passwd")
    assert found(folder) == "template/x: a symbolic link, which is left out"


def test_a_blueprint_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        check(tmp_path / "gone")
    with pytest.raises(ProjectError, match=r"no copier\.yml"):
        check(tmp_path)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_decided(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = read_project(lay(Path(folder), SAMPLES[name]))
        assert not infer(project, {}).open


def test_the_samples_together_switch_nearly_everything(tmp_path: Path) -> None:
    """What only rare projects have is always off, and what each has is always on; the rest is both."""
    given = []
    for name, files in SAMPLES.items():
        project = read_project(lay(tmp_path / name, files))
        given.append(answers(project, infer(project, {}).decisions))
    switches = {name for name in given[0] if len({bool(values[name]) for values in given}) == 2}
    assert switches >= {
        "build_options", "entry_file", "gunicorn", "ignored_folders", "install_project", "libraries",
        "linked_libraries", "networks", "poetry_settings", "port", "runtime_packages", "services", "uv_version",
        "variable_groups", "volumes",
    }  # fmt: skip


def test_an_export_is_all_of_it(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    paths = export(tmp_path / "mine")
    assert sorted(
        path.relative_to(tmp_path / "mine").as_posix() for path in (tmp_path / "mine").rglob("*") if path.is_file()
    ) == list(paths)
    assert "copier.yml" in paths
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_an_export_overwrites_nothing(tmp_path: Path) -> None:
    lay(tmp_path, {"mine/a": "x", "file": ""})
    (tmp_path / "link").symlink_to(tmp_path / "new")
    for name in ("mine", "file", "link", "file/below"):
        with pytest.raises(RefusedError):
            export(tmp_path / name)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "file", "link", "mine"]
