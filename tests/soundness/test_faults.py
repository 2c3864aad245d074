from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path
from posixpath import normpath

import pytest

from scaffolder.model.change import Action, Change
from scaffolder.reading.outcome import Outcome
from scaffolder.soundness import faults
from tests.conftest import REPOSITORY

GOLDEN = REPOSITORY / "tests/golden"
COMPOSE = "services:\n  web:\n    build: {}\n"


class Files:
    """A project in memory: path → text."""

    def __init__(self, **files: str) -> None:
        self._files = files

    def inside(self, path: str) -> str:
        return normpath(path)

    def read(self, path: str) -> str | None:
        return self._files.get(path)

    def find(self, folder: str, pattern: str) -> Iterable[str]:
        prefix = "" if folder == "." else f"{normpath(folder)}/"
        paths = {path.removeprefix(prefix) for path in self._files if path.startswith(prefix)}
        folders = {path[:at] for path in paths for at, sign in enumerate(path) if sign == "/"}
        return sorted(
            path for path in paths | folders if fnmatch(path, pattern) and path.count("/") == pattern.count("/")
        )


def found(**files: str) -> tuple[str, ...]:
    return faults(Files(**files), files)


def in_dockerfile(text: str, **files: str) -> tuple[str, ...]:
    return found(Dockerfile=f"FROM x\n{text}\n", **files)


@pytest.mark.parametrize(
    "text",
    [
        "COPY . .",
        "COPY a/b a/c ./",
        'COPY ["a/b", "./"]',
        "COPY a ./",
        "COPY a/* ./",
        "COPY /a/b ../",
        "COPY ../a/b ./",
        "COPY --chown=1:1 a/b ./",
        "COPY --from=other /absent ./",
        "COPY --from=x:1 /absent ./",
        "COPY $WHERE ./",
        "COPY <<EOF /x\nabsent\nEOF",
        "ADD https://example.com/x ./",
        "ADD git@example.com:x/y.git ./",
        "RUN --mount=type=bind,source=a,target=/a true",
        "RUN --mount=type=cache,target=/absent --mount=type=secret,id=absent true",
        "RUN --mount=from=other,source=/absent,target=/a true",
    ],
)
def test_what_works(text: str) -> None:
    assert in_dockerfile(text, **{"a/b": "", "a/c": ""}) == ()


def test_a_backslash_makes_the_next_character_plain() -> None:
    assert in_dockerfile(r"""COPY ["it\\'s \\\"a\\\"/b", "./"]""", **{'it\'s "a"/b': ""}) == ()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("COPY absent ./", "absent"),
        ('COPY ["a/b", "absent", "./"]', "absent"),
        ("COPY a/*.txt ./", "a/*.txt"),
        ("ADD absent ./", "absent"),
        ("RUN --mount=type=bind,source=absent,target=/a true", "absent"),
        ("COPY a/secret ./", "keeps out"),
        ("COPY a/se* ./", "keeps out"),
        ("COPY --from=later /a ./\nFROM x AS later", "no stage before"),
        ("COPY --from=0 /a ./", "no stage before"),
        ("RUN --mount=from=later,target=/a true\nFROM x AS Later", "no stage before"),
        ("FROM x AS a\nFROM x AS a", "two stages are called a"),
        ("COPPY a/b ./", "COPPY is no instruction"),
        ("CMD", "CMD says nothing"),
        ("RUN <<EOF\ntrue", "no Dockerfile"),
        ("<<<<<<< yours", "no Dockerfile"),
    ],
)
def test_what_does_not(text: str, word: str) -> None:
    (fault,) = in_dockerfile(text, **{"a/b": "", "a/secret": "", ".dockerignore": "**/secret"})
    assert fault.startswith("Dockerfile: ")
    assert word in fault


def test_a_dockerfile_begins_with_from() -> None:
    assert found(Dockerfile="ARG A=1\nFROM x\n") == ()
    assert found(Dockerfile="RUN true\nFROM x\n") == ("Dockerfile: it does not begin with FROM",)
    assert found(Dockerfile="") == ("Dockerfile: it does not begin with FROM",)


def test_other_line_ends_and_a_byte_order_mark_are_no_fault() -> None:
    assert found(Dockerfile="\ufeffFROM x\r\nRUN true && \\\r\n    true\r\n") == ()


def test_the_context_is_the_one_that_compose_names() -> None:
    docker = "FROM x\nCOPY api/main.py ./\n"
    compose = COMPOSE.format("{context: .., dockerfile: deploy/Dockerfile}")
    files = {"deploy/Dockerfile": docker, "deploy/compose.yaml": compose, "api/main.py": ""}
    assert found(**files) == ()
    assert found(**files, **{".dockerignore": "api"}) != ()
    assert found(**files, **{".dockerignore": "api", "deploy/Dockerfile.dockerignore": ""}) == ()
    assert found(**{**files, "deploy/compose.yaml": COMPOSE.format("..")}) == ()  # nobody builds it


@pytest.mark.parametrize(
    "build", ["$CONTEXT", "https://example.com/x.git", "{dockerfile_inline: FROM x}", "/srv", "[]"]
)
def test_a_context_that_is_none_of_ours(build: str) -> None:
    assert (
        found(**{"compose.yaml": COMPOSE.format(f'"{build}"' if "{" not in build and "[" not in build else build)})
        == ()
    )


@pytest.mark.parametrize("text", ["a: [", "a: 1\na: 2\n", "a: *b\n", "\ta: 1\n", "<<<<<<< yours\na: 1\n=======\n"])
def test_what_is_no_yaml(text: str) -> None:
    (fault,) = found(**{"compose.yaml": text})
    assert fault.startswith("compose.yaml: it is no YAML")


@pytest.mark.parametrize("text", ["", "a: !reset null\n", "a: &b {c: 1}\nd:\n  <<: *b\n", "a: 1\n---\nb: 2\n", "- a\n"])
def test_what_is(text: str) -> None:
    assert found(**{"compose.yaml": text}) == ()


def test_toml_is_loaded_too() -> None:
    assert found(**{"pyproject.toml": "a = 1\n"}) == ()
    assert found(**{"pyproject.toml": "a = \n"}) == ("pyproject.toml: it is no TOML",)


def test_a_secret_of_env_stands_nowhere_else() -> None:
    files = {"Dockerfile": "FROM x\nENV A=hunter2hunter2\n", ".env": "DB_PASSWORD=hunter2hunter2\n"}
    assert faults(Files(**files), ["Dockerfile"]) == ("Dockerfile holds the value that DB_PASSWORD has in .env",)


def test_the_outcome_of_a_plan_is_read_before_it_is_written(tmp_path: Path) -> None:
    project = tmp_path / "api"
    for path in ("a/b", "a/c", "../lib/x"):
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(path)
    outcome = Outcome(
        project,
        [
            Change(path="a/new", action=Action.CREATE, after=b"new"),
            Change(path="d/e/new", action=Action.CREATE, after=b"new"),
            Change(path="a/c", action=Action.DELETE, before=b"a/c"),
        ],
    )
    assert outcome.inside("../api/a/./new") == "a/new"
    assert outcome.read("a/new") == "new"
    assert outcome.read("a/b") == "a/b"
    assert outcome.read("a/c") is None
    assert outcome.read("a") is None
    assert list(outcome.find(".", "a/*")) == ["a/b", "a/new"]
    assert list(outcome.find(".", "d")) == ["d"]
    assert list(outcome.find("..", "api/d/e/new")) == ["api/d/e/new"]
    assert list(outcome.find("..", "*/[bx]")) == ["lib/x"]
    assert list(outcome.find("a", "new")) == ["new"]
    assert not list(outcome.find(".", "a/c"))


@pytest.mark.parametrize(
    "files", sorted(GOLDEN.rglob("files")), ids=lambda path: path.parent.relative_to(GOLDEN).as_posix()
)
def test_what_is_written_for_each_sample_project_is_sound(files: Path) -> None:
    project = REPOSITORY / "tests/projects" / files.parent.relative_to(GOLDEN)
    rendered = {path.relative_to(files).as_posix(): path.read_bytes() for path in files.rglob("*") if path.is_file()}
    changes = [Change(path=path, action=Action.CREATE, after=content) for path, content in rendered.items()]
    assert faults(Outcome(project, changes), rendered) == ()
