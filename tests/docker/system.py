"""One sample project as a user would have it: copied, `scaffold init` run on it, built, started, asked, removed."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.conftest import PROJECTS

from .engine import BUILD_SECONDS, CommandError, base_images, provide, remove_image, run

#: What is asked of an image from inside it, in one container: JSON with the answers.
INSPECT = """
import importlib.metadata, json, os, pathlib, re, shutil, sys
names = {re.sub(r"[-_.]+", "-", d.metadata["Name"]).lower() for d in importlib.metadata.distributions()}
environment = pathlib.Path("/opt/venv")
print(json.dumps({
    "uid": os.getuid(),
    "prefix": sys.prefix,
    "distributions": sorted(names),
    "environment": sorted(p.name.split("-")[0].lower() for p in environment.glob("lib/*/site-packages/*.dist-info")),
    "programs": sorted(filter(shutil.which, ["gcc", "cc", "g++", "c++", "clang", "make", "poetry"])),
    "secrets": sorted(str(p) for p in pathlib.Path.cwd().rglob(".env")),
    "bytecode": any(environment.glob("lib/python*/site-packages/*/__pycache__/*.pyc")),
}))
"""


@dataclass(frozen=True)
class Reply:
    """What a server answered."""

    status: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class System:
    """A copied sample project and everything that Docker made of it; `remove` takes all of that away."""

    name: str
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    printed: str = ""
    #: Whether Compose reads what it finds, as a plain `docker compose up` does, or compose.yaml alone.
    develops: bool = False

    @classmethod
    def make(cls, name: str, folder: Path, settings: dict[str, str]) -> System:
        """Copy the sample into `folder`, run `scaffold init --yes` on it, write `settings` into `.env`, `scaffold env`.

        The name of a sample that lies deeper, such as `monorepo/services/api`, stands for all of `monorepo` beside it.
        """
        repository, _, inside = name.partition("/")
        shutil.copytree(PROJECTS / repository, folder, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
        return cls.initialise(repository, folder / inside, settings)

    @classmethod
    def initialise(cls, name: str, folder: Path, settings: dict[str, str], *options: str) -> System:
        """The same for a project that lies in `folder` already; `name` becomes a part of its tags."""
        done = run(sys.executable, "-m", "scaffolder", "init", "--yes", *options, str(folder), cwd=folder.parent)
        system = cls(name, folder, settings, done.stdout)
        system._write_env()
        provide(base_images("".join(path.read_text() for path in folder.rglob("Dockerfile"))))
        provide(service["image"] for service in system.services.values() if "build" not in service)
        return system

    def _write_env(self) -> None:
        if self.settings:
            (self.folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in self.settings.items()))
        run(sys.executable, "-m", "scaffolder", "env", "--quiet", str(self.folder), cwd=self.folder.parent)

    @cached_property
    def project(self) -> str:
        """The Compose project name: one of its own, so that nothing of another run is touched."""
        return f"scaffold-test-{self.name}-{os.getpid()}"

    @cached_property
    def image(self) -> str:
        """The tag under which `docker build` keeps the image."""
        return f"{self.project}:built"

    @cached_property
    def ports(self) -> dict[str, str]:
        """For each variable of compose.yaml that moves a published port, one that was free a moment ago."""
        names = re.findall(r"\$\{(\w+_PORT):-\d+\}:\d", (self.folder / "compose.yaml").read_text())
        with ExitStack() as held:
            probes = {name: held.enter_context(socket.socket()) for name in names}
            for probe in probes.values():
                probe.bind(("127.0.0.1", 0))
            return {name: str(probe.getsockname()[1]) for name, probe in probes.items()}

    @cached_property
    def services(self) -> dict[str, Any]:
        """The services of compose.yaml, as Docker Compose understands it."""
        config = json.loads(self.compose("--profile", "*", "config", "--format", "json"))
        services: dict[str, Any] = config["services"]
        return services

    @cached_property
    def build_command(self) -> tuple[str, ...]:
        """`docker build` with the context that the Dockerfile is written for; run it in the project's folder."""
        context = next(service["build"]["context"] for service in self.services.values() if "build" in service)
        return ("docker", "build", "--file", "Dockerfile", os.path.relpath(context, self.folder.resolve()))

    def build(self) -> None:
        """Build the image with `docker build`, then Compose's own from the same layers."""
        run(*self.build_command, "--tag", self.image, cwd=self.folder, seconds=BUILD_SECONDS)
        self.compose("build", seconds=BUILD_SECONDS)

    def inspect(self) -> dict[str, Any]:
        """Who runs in the image, and what is in it; see INSPECT."""
        command = ("docker", "run", "--rm", "--entrypoint", "python", self.image, "-c", INSPECT)
        found: dict[str, Any] = json.loads(run(*command).stdout.strip().splitlines()[-1])
        return found

    def compose(self, *arguments: str, seconds: float = 180) -> str:
        """Run `docker compose` on this system's files, in the project's folder; returns what it printed."""
        files = {} if self.develops else {"COMPOSE_FILE": "compose.yaml"}
        return run(
            *("docker", "compose", "--project-name", self.project, *arguments),
            cwd=self.folder,
            env={**self.ports, "COMPOSE_PROGRESS": "plain", **files},
            seconds=seconds,
        ).stdout

    def start(self, *arguments: str) -> None:
        """`docker compose up --wait`; where that fails, the message ends with the logs."""
        try:
            self.compose("up", "--wait", "--wait-timeout", "120", *arguments)
        except CommandError as error:
            raise CommandError(f"{error}\n{self.logs()}") from None

    def stop(self, service: str) -> tuple[float, int]:
        """Stop a service: the seconds that took, and its exit code."""
        container = self.compose("ps", "--quiet", service).strip()
        start = time.monotonic()
        self.compose("stop", service)
        seconds = time.monotonic() - start
        return seconds, int(run("docker", "inspect", "--format", "{{.State.ExitCode}}", container).stdout)

    def logs(self) -> str:
        """What every service has printed."""
        return self.compose("logs", "--no-color", "--tail", "80")

    def ask(
        self, path: str, body: object = None, *, service: str = "", headers: Mapping[str, str] | None = None
    ) -> Reply:
        """GET a path of that service, or of the first that publishes a port; POST where there is a JSON body."""
        name = service or next(name for name, service in self.services.items() if "ports" in service)
        target = self.services[name]["ports"][0]["target"]
        _, _, port = self.compose("port", name, str(target)).strip().rpartition(":")
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=dict(headers or {}))
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return Reply(response.status, response.read().decode(), dict(response.headers))
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, error.read().decode(), dict(error.headers))
        except OSError as error:
            raise CommandError(f"GET {path}: {error}\n{self.logs()}") from None

    def remove(self) -> None:
        """Remove containers, networks, volumes and the images that were built; base images stay."""
        built = [s.get("image", f"{self.project}-{n}") for n, s in self.services.items() if "build" in s]
        self.compose("down", "--volumes", "--remove-orphans", "--timeout", "2")
        remove_image(self.image, *built)
