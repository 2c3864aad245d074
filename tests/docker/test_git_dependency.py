"""A package that is cloned from a host that wants a login, in a project whose version comes from git as well."""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pytest

from .engine import BUILD_SECONDS, CommandError, found_in_layers, remove_image, run, served
from .inline import initialised, lock
from .system import System

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("git-dependency")]

PYTHON = ">=3.12,<3.14"
#: New each time: no build before this one can have left a layer that holds them.
GREETING, PASSWORD = f"greeting-{secrets.token_hex(8)}", secrets.token_hex(24)

LEDGER = {
    "pyproject.toml": """\
[project]
name = "ledger"
version = "1.0"

[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
""",
    "ledger.py": f"GREETING = {GREETING!r}\n",
}

MANIFEST = """\
[project]
name = "till"
requires-python = "{python}"
dynamic = ["version", "dependencies"]

[project.scripts]
till = "till:main"

[tool.poetry]
version = "0.0.0"
packages = [{{include = "till"}}]

[tool.poetry.dependencies]
ledger = {{git = "{address}/ledger.git", rev = "{commit}"}}

[tool.poetry.requires-plugins]
poetry-dynamic-versioning = ">=1.9"

[tool.poetry-dynamic-versioning]
enable = true

[tool.scaffold]
private-git-hosts = ["{address}"]
"""

PACKAGE = """\
[[package]]
name = "ledger"
version = "1.0"
description = ""
optional = false
python-versions = "*"
groups = ["main"]
files = []
develop = false

[package.source]
type = "git"
url = "{address}/ledger.git"
reference = "{commit}"
resolved_reference = "{commit}"
"""

TILL = """\
from importlib.metadata import version

from ledger import GREETING


def main():
    print(version("till"), GREETING)
"""


class _Repositories(SimpleHTTPRequestHandler):
    """Files, for who knows the password."""

    def do_GET(self) -> None:
        if self.headers.get("Authorization") == f"Basic {b64encode(f'clerk:{PASSWORD}'.encode()).decode()}":
            super().do_GET()
            return
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="git"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing."""


def _repository(folder: Path) -> str:
    """Write ledger.git into `folder`, ready to be served as plain files; its commit."""
    work = folder / "ledger"
    work.mkdir(parents=True)
    for name, text in LEDGER.items():
        (work / name).write_text(text)
    identity = ("-c", "user.name=clerk", "-c", "user.email=clerk@example.com")
    run("git", "init", "--quiet", "--initial-branch=main", cwd=work)
    run("git", "add", ".", cwd=work)
    run("git", *identity, "commit", "--quiet", "--message=Begin", cwd=work)
    run("git", "clone", "--quiet", "--bare", str(work), str(folder / "ledger.git"))
    run("git", "update-server-info", cwd=folder / "ledger.git")
    return run("git", "rev-parse", "HEAD", cwd=work).stdout.strip()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    folder = tmp_path_factory.mktemp("git")
    commit = _repository(folder / "served")
    with ExitStack() as cleaning:
        handler = partial(_Repositories, directory=str(folder / "served"))
        address = cleaning.enter_context(served(handler))
        manifest = MANIFEST.format(address=address, commit=commit, python=PYTHON)
        package = PACKAGE.format(address=address, commit=commit)
        files = {"pyproject.toml": manifest, "poetry.lock": lock(package, manifest, PYTHON), "till/__init__.py": TILL}
        system = initialised("git-dependency", folder / "till", files)
        cleaning.callback(system.remove)
        host = address.removeprefix("http://").partition(":")[0]
        (folder / "netrc").write_text(f"machine {host} login clerk password {PASSWORD}\n")
        yield system


def _build(project: System, tag: str, *options: str) -> str:
    options = (*options, "--build-arg", "VERSION=3.2.1", "--tag", tag)
    return run(
        "docker", "build", "--progress", "plain", *options, ".", cwd=project.folder, seconds=BUILD_SECONDS
    ).stdout


# First: what is built once is cached, and a cached step asks for no secret.
def test_without_the_netrc_the_build_fails_and_says_so(project: System) -> None:
    with pytest.raises(CommandError, match="secret netrc: not found"):
        _build(project, project.image)


def test_the_clone_gets_in_and_leaves_no_trace(project: System, tmp_path: Path) -> None:
    builder = f"{project.image}-builder"
    netrc = ("--secret", f"id=netrc,src={project.folder.parent / 'netrc'}")
    try:
        log = _build(project, project.image, *netrc) + _build(project, builder, *netrc, "--target", "builder")
        printed = run("docker", "run", "--rm", project.image).stdout
        assert printed.strip() == f"3.2.1 {GREETING}", "the version is the one that was handed over"
        found = found_in_layers((project.image, builder), {"greeting": GREETING, "password": PASSWORD}, tmp_path)
        assert found == {"greeting"}
        assert PASSWORD not in log
        kept = run("docker", "run", "--rm", "--entrypoint", "ls", project.image, "/opt/venv").stdout.split()
        assert "src" not in kept
    finally:
        remove_image(builder)
