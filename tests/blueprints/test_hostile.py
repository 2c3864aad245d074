"""Names and texts of a project that try to be something else in a generated file."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from scaffolder.errors import ProjectError, UsageError
from scaffolder.overrides import flag_overrides
from tests.blueprints.rendered import check_invariants, compose, instructions, rendered
from tests.helpers import FASTAPI, SCRIPT, inferred, project

TEXTS = (
    "it's",
    'say "x"',
    "back\\slash\\",
    "$(touch /tmp/x)",
    "${HOME} $HOME $$",
    "`id`",
    "# not a comment",
    "{{ port }} {% if x %}",
    "&& rm -rf / ; |",
    "ünï \u2028 ☃",
    "two\nlines\r\nUSER root",
    "tab\tbell\x07",
    "- yaml: [a, {b: c}] !!x *y &z",
    "%(x)s \\n ''' \"\"\"",
)


def dockerfile_word(text: str) -> str:
    """A double-quoted word of an instruction, as Docker reads it: no variable may be left to expand."""
    assert text[0] == text[-1] == '"'
    inner = text[1:-1]
    assert not re.search(r'(?<!\\)(?:\\\\)*["$]', inner), text
    return re.sub(r"\\(.)", r"\1", inner)


def single_line(text: str) -> str:
    return re.sub(r"[\0-\x1f\x7f]+", " ", text).strip()


@pytest.mark.parametrize("text", TEXTS, ids=repr)
def test_description_and_name(text: str) -> None:
    files = rendered(project({"main.py": SCRIPT}, name=text, description=text))
    check_invariants(files)
    labels = {rest.partition("=")[0]: rest.partition("=")[2] for word, rest in instructions(files) if word == "LABEL"}
    assert dockerfile_word(labels["org.opencontainers.image.description"]) == single_line(text)
    assert dockerfile_word(labels["org.opencontainers.image.title"]) == single_line(text)


@pytest.mark.parametrize("text", TEXTS, ids=repr)
def test_defaults_of_variables(text: str) -> None:
    source = f"import os\nx = os.environ.get('VALUE', {text!r})\n{SCRIPT}"
    files = rendered(project({"main.py": source}))
    check_invariants(files)
    (line,) = (line for line in files[".env.example"].split("\n") if "VALUE=" in line)
    value = line.partition("VALUE=")[2]
    if re.search(r"[\n\r\x07]", text):
        assert value == "", "such a default would not survive a .env file"
    else:
        assert read_env_value(value) == text


def read_env_value(value: str) -> str:
    """A value of a .env file, as Compose reads it."""
    if value.startswith("'"):
        assert value.count("'") == 2
        return value[1:-1]
    if value.startswith('"'):
        return dockerfile_word(value)
    assert not re.search(r"[\s#$`'\"\\]", value)
    return value


@pytest.mark.parametrize("text", [text for text in TEXTS if text.isprintable() and "/" not in text], ids=repr)
def test_folders_and_scripts(text: str) -> None:
    """The names of files are the user's; a module must be importable, and a folder or a script need not be."""
    shop = project({f"{text}/app.py": FASTAPI, f"{text}/x.py": "", f"{text} y.py": SCRIPT}, packages=["fastapi 1.0"])
    candidates = [item.text for item in inferred(shop).open[0].candidates] if inferred(shop).open else []
    for setting in [f"application={candidate}" for candidate in candidates[:3]] or ["framework=fastapi"]:
        if not _accepted(setting):
            continue
        check_invariants(rendered(shop, setting))


def _accepted(setting: str) -> bool:
    try:
        flag_overrides([setting])
    except UsageError:
        return False
    return True


FOLDERS = ("my src", "a$(id)", "it's", 'say"x"', "back\\slash", "{{ port }}", "ü", "a#b", "&b")


@pytest.mark.parametrize("folder", FOLDERS)
def test_import_folders(folder: str) -> None:
    files = rendered(project({"main.py": SCRIPT}), f"python-path={folder}")
    check_invariants(files)
    (line,) = re.findall(r"PYTHONPATH=(.*)", files["Dockerfile"])
    value = dockerfile_word(line) if line.startswith('"') else line
    assert value == f"/app/{folder}"
    if not line.startswith('"'):
        assert re.fullmatch(r"[^\s\"'$\\#]+", line)


@pytest.mark.parametrize("folder", FOLDERS)
def test_volumes(folder: str) -> None:
    files = rendered(project({"main.py": SCRIPT}), f"volumes={folder}")
    check_invariants(files)
    (install,) = re.findall(r"install -d -o app -g app (.*)", files["Dockerfile"])
    assert shlex.split(install) == ["/app", f"/app/{folder}"]
    (volume,) = compose(files)["services"]["app"]["volumes"]
    assert volume.replace("$$", "$").partition(":")[2] == f"/app/{folder}"
    assert "$" not in volume.replace("$$", "")


@pytest.mark.parametrize("folder", FOLDERS)
def test_mounts(folder: str) -> None:
    files = rendered(project({"main.py": SCRIPT}), f"mounts={folder}")
    check_invariants(files)
    (mount,) = compose(files)["services"]["app"]["volumes"]
    assert mount.replace("$$", "$") == f"./{folder}:/app/{folder}:ro,z"
    assert "$" not in mount.replace("$$", "")


@pytest.mark.parametrize("folder", FOLDERS)
def test_folders_of_the_repository_in_a_volume(folder: str) -> None:
    files = rendered(project({"main.py": SCRIPT, f"{folder}/x": ""}), f"volumes={folder}")
    check_invariants(files)
    (name,) = re.findall(r"^  # Made from what the image has in (.*), which", files["compose.yaml"], re.MULTILINE)
    assert json.loads(name) == folder


@pytest.mark.parametrize("text", [text for text in TEXTS if "\n" not in text], ids=repr)
def test_commands(text: str) -> None:
    word = shlex.quote(text)
    files = rendered(project({"main.py": SCRIPT}), f"command=run {word}")
    check_invariants(files)
    (command,) = (rest for word, rest in instructions(files) if word == "CMD")
    assert json.loads(command) == ["run", text]


@pytest.mark.parametrize("text", [text for text in TEXTS if "\n" not in text and "," not in text], ids=repr)
def test_processes(text: str) -> None:
    files = rendered(project({"main.py": SCRIPT}), f"processes=beat: run {shlex.quote(text)}")
    check_invariants(files)
    command = compose(files)["services"]["beat"]["command"]
    assert [word.replace("$$", "$") for word in command] == ["run", text]
    assert not any("$" in word.replace("$$", "") for word in command)


@pytest.mark.parametrize("text", [text for text in TEXTS if text.isprintable()], ids=repr)
def test_lines_of_a_procfile(text: str) -> None:
    files = rendered(project({"main.py": SCRIPT, "Procfile": f"job: run {shlex.quote(text)}\n"}))
    check_invariants(files)
    words = [word.replace("$$", "$") for word in compose(files)["services"]["job"]["command"]]
    assert words in (["run", text], ["sh", "-c", f"run {shlex.quote(text)}"])


@pytest.mark.parametrize("text", [text for text in TEXTS if "\x07" not in text], ids=repr)
def test_names_of_groups_and_extras_are_refused(text: str) -> None:
    """They become words of `poetry install`."""
    for table in (f"group.{json.dumps(text)}.dependencies]\na = '1'", f"extras]\n{json.dumps(text)} = []"):
        with pytest.raises(ProjectError) as caught:
            project({"main.py": SCRIPT}, manifest=f"\n[tool.poetry.{table}\n")
        assert caught.value.key.startswith("tool.poetry.")
