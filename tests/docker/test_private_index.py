"""A package index that asks for a password: the build gets through, and nothing of the password is left behind."""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from .engine import BUILD_SECONDS, CommandError, found_in_layers, remove_image, run, served
from .inline import initialised, lock, sha256_of, wheel
from .system import System

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("private-index")]

USERNAME, PASSWORD = "POETRY_HTTP_BASIC_CORP_USERNAME", "POETRY_HTTP_BASIC_CORP_PASSWORD"
WITH_SECRETS = ("--secret", f"id={USERNAME}", "--secret", f"id={PASSWORD}")

PYTHON = ">=3.12,<3.14"
FILE = "ledger-1.0-py3-none-any.whl"

MANIFEST = """\
[tool.poetry]
name = "till"
version = "1.0"
description = ""
authors = []
package-mode = false

[[tool.poetry.source]]
name = "corp"
url = "{index}/simple/"
priority = "explicit"

[tool.poetry.dependencies]
python = "{python}"
ledger = {{version = "^1.0", source = "corp"}}
"""

PACKAGE = """\
[[package]]
name = "ledger"
version = "1.0"
description = ""
optional = false
python-versions = ">=3.8"
groups = ["main"]
files = [
    {{file = "{file}", hash = "sha256:{hash}"}},
]

[package.source]
type = "legacy"
url = "{index}/simple"
reference = "corp"
"""

MAIN = """\
import ledger

if __name__ == "__main__":
    print(ledger.GREETING)
"""


@dataclass
class Index:
    """A package index with one wheel; without the right user and password it answers 401 and counts that."""

    username: str = field(default_factory=lambda: f"user-{secrets.token_hex(8)}")
    password: str = field(default_factory=lambda: secrets.token_hex(24))
    #: A text of its own in the wheel: no build before this one can have left a layer that holds it.
    greeting: str = field(default_factory=lambda: f"greeting-{secrets.token_hex(8)}")
    #: A folder of its own in the URL: nor has Poetry's cache a file from there.
    root: str = field(default_factory=lambda: f"/{secrets.token_hex(8)}")
    address: str = ""
    refused: int = 0
    served: list[str] = field(default_factory=list)

    @property
    def wheel(self) -> bytes:
        return wheel("ledger", "1.0", f"GREETING = {self.greeting!r}\n")

    @property
    def authorization(self) -> str:
        return "Basic " + b64encode(f"{self.username}:{self.password}".encode()).decode()

    def answer(self, path: str, authorization: str | None) -> tuple[int, str, bytes]:
        """Status, content type and body."""
        if authorization != self.authorization:
            self.refused += 1
            return 401, "text/plain", b"who are you?"
        self.served.append(path)
        if path == f"{self.root}/simple/ledger/":
            link = f'<a href="{self.root}/files/{FILE}#sha256={sha256_of(self.wheel)}">{FILE}</a>'
            return 200, "text/html", f"<!DOCTYPE html><html><body>{link}</body></html>".encode()
        if path == f"{self.root}/files/{FILE}":
            return 200, "application/octet-stream", self.wheel
        return 404, "text/plain", b"not here"


def _handler(index: Index) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, content_type, body = index.answer(self.path, self.headers.get("Authorization"))
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            if status == 401:
                self.send_header("WWW-Authenticate", 'Basic realm="corp"')
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing: the test says what was asked."""

    return Handler


@pytest.fixture(scope="module")
def index() -> Iterator[Index]:
    index = Index()
    with served(_handler(index)) as address:
        index.address = address + index.root
        yield index


@pytest.fixture(scope="module")
def project(index: Index, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    manifest = MANIFEST.format(index=index.address, python=PYTHON)
    package = PACKAGE.format(index=index.address, file=FILE, hash=sha256_of(index.wheel))
    files = {"pyproject.toml": manifest, "poetry.lock": lock(package, manifest, PYTHON), "main.py": MAIN}
    system = initialised("private-index", tmp_path_factory.mktemp("private") / "till", files)
    with ExitStack() as cleaning:
        cleaning.callback(system.remove)
        yield system


@pytest.fixture
def credentials(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(USERNAME, index.username)
    monkeypatch.setenv(PASSWORD, index.password)


@pytest.fixture(scope="module")
def built(index: Index, project: System) -> Iterator[tuple[str, str, str]]:
    """The tags of the image and of its builder stage, and the log of both builds."""
    builder = f"{project.image}-builder"
    log = ""
    for tag, target in ((project.image, ()), (builder, ("--target", "builder"))):
        log += run(
            *("docker", "build", "--progress", "plain", *WITH_SECRETS, *target, "--tag", tag, "."),
            cwd=project.folder,
            env={USERNAME: index.username, PASSWORD: index.password},
            seconds=BUILD_SECONDS,
        ).stdout
    yield project.image, builder, log
    remove_image(builder)


def traces(index: Index) -> dict[str, str]:
    """What would give the account away."""
    return {
        "user": index.username,
        "password": index.password,
        "header": index.authorization.removeprefix("Basic "),
    }


# First: what is built once is cached, and a cached step asks for no secret.
def test_without_the_secrets_the_build_fails_and_names_one(index: Index, project: System) -> None:
    with pytest.raises(CommandError, match=f"secret {USERNAME}: not found"):
        run("docker", "build", "--progress", "plain", ".", cwd=project.folder, seconds=BUILD_SECONDS)
    assert (index.served, index.refused) == ([], 0)


def test_the_image_holds_the_package(index: Index, built: tuple[str, str, str]) -> None:
    assert run("docker", "run", "--rm", built[0]).stdout.strip() == index.greeting
    assert f"{index.root}/files/{FILE}" in index.served


def test_no_layer_holds_the_password(index: Index, built: tuple[str, str, str], tmp_path: Path) -> None:
    image, builder, _ = built
    found = found_in_layers((image, builder), {**traces(index), "greeting": index.greeting}, tmp_path)
    assert found == {"greeting"}, "greeting is in the package: where it is not found, the search finds nothing at all"


def test_neither_history_nor_log_hold_the_password(index: Index, built: tuple[str, str, str]) -> None:
    image, builder, log = built
    told = log + "".join(run("docker", "history", "--no-trunc", tag).stdout for tag in (image, builder))
    told += run("docker", "image", "inspect", image, builder).stdout
    assert "poetry install" in told
    assert [name for name, text in traces(index).items() if text in told] == []


@pytest.mark.usefixtures("credentials")
def test_compose_hands_the_secrets_to_the_build(index: Index, project: System) -> None:
    text = project.compose("config", "--format", "json")
    config = json.loads(text)
    assert [s["source"] for s in config["services"]["app"]["build"]["secrets"]] == [USERNAME, PASSWORD]
    assert {name: s["environment"] for name, s in config["secrets"].items()} == {USERNAME: USERNAME, PASSWORD: PASSWORD}
    assert "secrets" not in config["services"]["app"], "the running container needs none"
    assert [name for name, value in traces(index).items() if value in text] == []


@pytest.mark.usefixtures("credentials", "built")
def test_compose_builds(index: Index, project: System) -> None:
    served = len(index.served)
    lock_file = project.folder / "poetry.lock"
    lock_file.write_text(lock_file.read_text().replace('description = ""', f'description = "{index.greeting}"'))
    log = project.compose("build", seconds=BUILD_SECONDS)
    assert len(index.served) > served, "Compose took the layers of another build"
    assert [name for name, value in traces(index).items() if value in log] == []
    assert index.greeting in project.compose("run", "--rm", "app")


def test_what_is_built_starts_without_credentials(
    index: Index, project: System, built: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(USERNAME, raising=False)
    monkeypatch.delenv(PASSWORD, raising=False)
    run("docker", "tag", built[0], project.services["app"]["image"])
    assert index.greeting in project.compose("run", "--rm", "app")
