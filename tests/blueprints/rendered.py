"""Rendering in tests, and what any rendered file has to keep to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from ruamel.yaml import YAML

from scaffolder.answers import answers
from scaffolder.model.project import Project
from scaffolder.built_in import built_in_folder
from scaffolder.render import render
from tests.helpers import inferred

Files = Mapping[str, str]


def rendered(project: Project, *settings: str) -> dict[str, str]:
    """Path → text of every file that a project gets."""
    inference = inferred(project, *settings)
    assert not inference.open
    files = render(built_in_folder(), answers(project, inference.decisions))
    return {file.path: file.text for file in files}


def compose(files: Files, path: str = "compose.yaml") -> Any:
    """compose.yaml or another Compose file, parsed; a key that occurs twice is an error. Not to be changed."""
    return _parsed(files[path])


@cache
def _parsed(text: str) -> Any:
    return YAML(typ="safe").load(text)


def instructions(files: Files) -> list[tuple[str, str]]:
    """The instructions of the Dockerfile as (word, rest), continuation lines joined, comments left out."""
    lines = [line for line in files["Dockerfile"].split("\n") if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    return [tuple(line.split(maxsplit=1)) for line in joined.split("\n") if line.strip()]  # type: ignore[misc]


def check_invariants(files: Files) -> None:
    """Assert everything that holds for every render of every project."""
    for path, text in files.items():
        _check_text(path, text)
    for path in (path for path in files if path.endswith(".py")):
        compile(files[path], path, "exec")
    _check_dockerfile(instructions(files))
    _check_compose(compose(files))
    if "compose.override.yaml" in files:
        _check_override(compose(files, "compose.override.yaml"), compose(files))
    for line in files[".env.example"].split("\n"):
        assert not line or line.startswith("#") or re.match(r"[A-Za-z_]\w*=", line), line


def _check_text(path: str, text: str) -> None:
    assert text.endswith("\n"), path
    assert not text.endswith("\n\n"), path
    assert not text.startswith("\n"), path
    assert not re.search(r"[ \t]$", text, re.MULTILINE), path
    assert not re.search(r"[\0-\x08\x0b-\x1f\x7f]", text), path
    # Two blank lines stand before a stage and around the functions of Python, and nowhere else.
    assert "\n\n\n\n" not in text, path
    for match in () if path.endswith(".py") else re.finditer(r"\n\n\n", text):
        after = text[match.end() :]
        assert path == "Dockerfile", path
        assert re.match(r"(#[^\n]*\n)*FROM ", after), after[:60]


def _check_dockerfile(lines: list[tuple[str, str]]) -> None:
    stages = [rest.split(" AS ")[1] for word, rest in lines if word == "FROM"]
    assert len(stages) == len(set(stages))
    words = [word for word, _ in lines]
    assert set(words) <= {
        "FROM", "ENV", "ARG", "RUN", "COPY", "WORKDIR", "LABEL", "USER", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK",
        "CMD",
    }  # fmt: skip
    final = lines[max(index for index, (word, _) in enumerate(lines) if word == "FROM") :]
    shipped = [stage for stage in stages if stage.startswith("runtime") or stage == "proxy"]
    for user in (_user(lines, stage) for stage in shipped):
        assert user not in ("", "root", "0")
    commands = [rest for word, rest in lines if word == "CMD"]
    assert len([1 for word, _ in final if word == "CMD"]) == 1
    assert len(commands) == len([stage for stage in stages if stage.startswith("runtime")])
    assert all(isinstance(item, str) for command in commands for item in json.loads(command))
    for word, rest in lines:
        for stage in re.findall(r"--from=(\S+)|,from=([\w-]+)", rest):
            assert stage[0] in stages or stage[1] in stages, rest
        assert ":latest" not in rest
        if word == "HEALTHCHECK":
            json.loads(rest.split("CMD ", 1)[1])
        if word == "FROM":
            base = rest.split()[0]
            assert ":" in base or "@" in base or base in stages


def _user(lines: list[tuple[str, str]], stage: str) -> str:
    """Who a stage runs as, by its own instructions or those of the stages that it starts from."""
    starts = [index for index, (word, _) in enumerate(lines) if word == "FROM"]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        origin, _, name = lines[start][1].partition(" AS ")
        if name == stage:
            users = [rest for word, rest in lines[start:end] if word == "USER"]
            return users[-1] if users else _user(lines, origin)
    return ""


def _check_compose(document: Any) -> None:
    services = document["services"]
    volumes = set(document.get("volumes") or {})
    networks = set(document.get("networks") or {})
    for name, service in services.items():
        assert not service["image"].endswith(":latest"), name
        assert not service.get("privileged")
        assert service["cap_drop"] == ["ALL"]
        assert set(service.get("depends_on") or {}) <= set(services)
        assert set(service.get("networks") or ()) <= networks
        for volume in service.get("volumes") or ():
            assert volume.partition(":")[0] in volumes or (volume.startswith("./") and volume.endswith(":ro,z"))
        assert volumes == {name for service in services.values() for name in _volumes(service)}


def _check_override(document: Any, production: Any) -> None:
    """Development adds to what production has, publishes nothing but on loopback, and writes nothing of the host's."""
    assert set(document) == {"services"}
    others = [name for name, service in production["services"].items() if not _runs_the_source(name, service)]
    assert [name for name in document["services"] if name not in others] == [
        name for name in production["services"] if name not in others
    ]
    assert set(document["services"]) <= set(production["services"])
    for name, service in document["services"].items():
        assert set(service) <= {"command", "read_only", "volumes", "develop", "ports", "networks"}, name
        assert service.get("read_only", False) is False, name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ())), name
        assert all(volume.endswith(":ro,z") for volume in service.get("volumes", ())), name
        assert set(service.get("networks", ())) <= set(production.get("networks") or {}), name


def _runs_the_source(name: str, service: Any) -> bool:
    """Not a proxy, nor MLflow's own server: no edit of the project changes what they do."""
    return service.get("build", {}).get("target") != "proxy" and name != "mlflow"


def _volumes(service: Any) -> Iterator[str]:
    for volume in service.get("volumes") or ():
        if not volume.startswith("./"):
            yield volume.partition(":")[0]
