"""What a change makes Docker do again: never the installed environment, unless the change is about it."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from .engine import BUILD_SECONDS, remove_image, run
from .inline import content_hash
from .system import System

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("layers")]

SAMPLE = "console-script"

#: The sample project in `monorepo`.
SERVICE = "services/api"

MOST_NEW_BYTES = 1_000_000

#: Instructions that are in the history and make no layer.
_WITHOUT_LAYER = re.compile(
    r"(?:/bin/sh -c #\(nop\)\s+)?(?:ARG|CMD|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|SHELL|STOPSIGNAL"
    r"|USER|VOLUME)\b"
)
_ENVIRONMENT = "COPY /opt/venv /opt/venv"


@dataclass(frozen=True)
class Layer:
    """One layer of an image."""

    digest: str
    made_by: str
    size: int


@dataclass(frozen=True)
class Build:
    """An image's layers, lowest first, and what BuildKit said."""

    layers: tuple[Layer, ...]
    log: str

    @property
    def environment(self) -> Layer:
        """The layer of what poetry.lock holds; the project's own scripts come after it."""
        return next(layer for layer in self.layers if layer.made_by.startswith(_ENVIRONMENT))

    def above(self, other: Build) -> list[Layer]:
        """The layers that `other` has not."""
        known = {layer.digest for layer in other.layers}
        return [layer for layer in self.layers if layer.digest not in known]

    def installs(self) -> list[str]:
        """How each step of the builder that runs `poetry install` ended: `CACHED` or `DONE`."""
        steps = re.findall(r"^(#\d+) \[builder [^\n]*poetry install", self.log, re.MULTILINE)
        return [
            word
            for step in dict.fromkeys(steps)
            for word in re.findall(rf"^{step} (CACHED|DONE)\b", self.log, re.MULTILINE)
        ]


def _build(folder: Path, tag: str, project: str = ".") -> Build:
    """Build with `folder` as the context; the project is a folder in it."""
    command = ("docker", "build", "--progress", "plain", "--tag", tag, "--file", f"{project}/Dockerfile", ".")
    log = run(*command, cwd=folder, seconds=BUILD_SECONDS).stdout
    digests = json.loads(run("docker", "image", "inspect", "--format", "{{json .RootFS.Layers}}", tag).stdout)
    listed = run("docker", "history", "--no-trunc", "--human=false", "--format", "{{.Size}} {{.CreatedBy}}", tag).stdout
    rows = [line.partition(" ") for line in reversed(listed.splitlines())]
    made = [(made_by, int(size)) for size, _, made_by in rows if not _WITHOUT_LAYER.match(made_by)]
    return Build(tuple(Layer(digest, *row) for digest, row in zip(digests, made, strict=True)), log)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[System, Build]]:
    """The sample project as it is, and its image."""
    system = System.make(SAMPLE, tmp_path_factory.mktemp("layers") / SAMPLE, {})
    yield system, _build(system.folder, system.image)
    system.remove()


@pytest.fixture
def tag() -> Iterator[str]:
    name = f"scaffold-test-layers-{os.getpid()}:changed"
    yield name
    remove_image(name)


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1, f"{path.name} has changed: {old!r} occurs {text.count(old)} times"
    path.write_text(text.replace(old, new))


def _lock_again(folder: Path) -> None:
    """Make the lock say that it is in step with pyproject.toml."""
    lock = folder / "poetry.lock"
    found = content_hash((folder / "pyproject.toml").read_text())
    lock.write_text(re.sub(r'content-hash = "\w+"', f'content-hash = "{found}"', lock.read_text()))


def change_code(folder: Path) -> None:
    with (folder / "src/greenhouse/cli.py").open("a") as module:
        module.write("\nCHANGED = True\n")


def bump_version(folder: Path) -> None:
    _edit(folder / "pyproject.toml", 'version = "0.7.0"', 'version = "0.8.0"')


def change_linter(folder: Path) -> None:
    with (folder / "pyproject.toml").open("a") as manifest:
        manifest.write("\n[tool.ruff]\nline-length = 99\n")


def drop_development_package(folder: Path) -> None:
    _edit(folder / "pyproject.toml", '"ruff>=0.9", ', "")
    lock = folder / "poetry.lock"
    packages, metadata = lock.read_text().split("[metadata]\n")
    kept = [package for package in packages.split("[[package]]\n") if 'name = "ruff"' not in package]
    lock.write_text("[[package]]\n".join(kept) + "[metadata]\n" + metadata)
    _lock_again(folder)
    assert len(tomllib.loads(lock.read_text())["package"]) == packages.count("[[package]]") - 1


def _check_that_the_environment_stays(before: Build, after: Build) -> None:
    assert after.environment == before.environment
    assert after.environment.size > MOST_NEW_BYTES
    assert after.installs() == ["CACHED"]
    new = after.above(before)
    assert new, "the change is not in the image"
    assert sum(layer.size for layer in new) <= MOST_NEW_BYTES, new


@pytest.mark.parametrize("change", [change_code, bump_version, change_linter, drop_development_package])
def test_the_environment_stays(
    change: Callable[[Path], None], sample: tuple[System, Build], tmp_path: Path, tag: str
) -> None:
    system, before = sample
    folder = shutil.copytree(system.folder, tmp_path / SAMPLE)
    change(folder)
    after = _build(folder, tag)
    _check_that_the_environment_stays(before, after)


@pytest.fixture(scope="module")
def monorepo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Build]]:
    """The repository with the sample project that needs two libraries outside of its folder, and its image."""
    repository = tmp_path_factory.mktemp("layers") / "monorepo"
    system = System.make(f"monorepo/{SERVICE}", repository, {})
    yield repository, _build(repository, system.image, SERVICE)
    system.remove()


#: File in the repository, text in it, what replaces it, and what the service then answers.
CHANGES = {
    "service": (f"{SERVICE}/api/main.py", '"ink"', '"lead"', "lead"),
    "linked library": ("libs/shared/shared/tables.py", '"amount"', '"price"', "price"),
    "copied library": ("libs/common/src/common/money.py", "100:.2f", "10:.2f", "199.9"),
    "version of a library": ("libs/shared/pyproject.toml", '"1.2.0"', '"1.3.0"', "1.3.0"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_environment_stays_when_a_library_outside_changes(
    change: str, monorepo: tuple[Path, Build], tmp_path: Path, tag: str
) -> None:
    original, before = monorepo
    repository = shutil.copytree(original, tmp_path / "monorepo")
    path, old, new, expected = CHANGES[change]
    _edit(repository / path, old, new)
    after = _build(repository, tag, SERVICE)
    _check_that_the_environment_stays(before, after)
    ask = "import api.main, importlib.metadata; print(api.main.bookings()[0], importlib.metadata.version('shared'))"
    assert expected in run("docker", "run", "--rm", tag, "python", "-c", ask).stdout


def test_a_changed_production_dependency_is_installed(sample: tuple[System, Build], tmp_path: Path, tag: str) -> None:
    system, before = sample
    folder = shutil.copytree(system.folder, tmp_path / SAMPLE)
    # A constraint that no earlier run has built.
    _edit(folder / "pyproject.toml", '"rich>=13.9"', f'"rich>=13.9,!=1.{time.time_ns()}"')
    _lock_again(folder)
    after = _build(folder, tag)
    assert after.installs() == ["DONE"]
    assert len(after.layers) == len(before.layers)
