"""`make bench`: build the generated Dockerfile and its peers on the Docker Engine, change the project, build again.

All of them build the project in `project/`. A peer is a Dockerfile in `peers/`; the generated one is what
`scaffold init --yes` writes. A cold build finds nothing of an earlier one: its base image has a layer of its own, and
its cache mounts a name space of their own. The base image is there already and is not pulled. Bytes that a push would
send are those of the layers that the image before the change has not, each compressed by gzip as `docker push` does.

Prints a table and the targets, and writes both with every single run to results.json beside this file.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.layers import Layer, pushed, read_layers
from tests.bench.results import CHANGES, GENERATED, Image, table, target_table, targets, write_results
from tests.conftest import REPOSITORY
from tests.docker.engine import BUILD_SECONDS, CommandError, base_images, provide, remove_image, run

HERE = Path(__file__).resolve().parent
RESULT = HERE / "results.json"
PORT = 8000

#: A build after a change is measured again until one of these is reached.
MOST_RUNS, ENOUGH_SECONDS = 3, 20.0


def measure_images(rounds: int) -> None:
    """Measure, print, keep; in each round every image is built from nothing."""
    images: dict[str, Image] = {name: Image() for name in _contestants()}
    machine = _machine()
    for number in range(rounds):
        for name, image in images.items():
            sys.stderr.write(f"round {number + 1} of {rounds}: {name}\n")
            with tempfile.TemporaryDirectory() as temporary, _contestant(name, Path(temporary)) as contestant:
                contestant.measure(image)
    found = targets(images)
    sys.stdout.write(f"{table(images)}\n{target_table(found)}")
    write_results(RESULT, {**machine, "rounds": rounds, "load_after": os.getloadavg()[0]}, images)


def _contestants() -> list[str]:
    """The generated Dockerfile and each peer, by name."""
    return [GENERATED, *sorted(path.stem for path in (HERE / "peers").glob("*.Dockerfile"))]


@contextmanager
def _contestant(name: str, folder: Path) -> Iterator[Contestant]:
    """A copy of the project with this Dockerfile, on a base image that nothing was built on.

    Both are removed again, and with them what the build cache got meanwhile: a dozen builds of 500 MB fill a disk.
    """
    project = folder / "project"
    shutil.copytree(HERE / "project", project, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    if name == GENERATED:
        run(sys.executable, "-m", "scaffolder", "init", "--yes", str(project), cwd=REPOSITORY)
    else:
        shutil.copy(HERE / "peers" / f"{name}.Dockerfile", project / "Dockerfile")
    (base,) = base_images((project / "Dockerfile").read_text())
    provide([base])
    contestant = Contestant(project, base, f"scaffold-bench-{uuid.uuid4().hex[:12]}")
    cached = _build_cache()
    try:
        contestant.make_base(folder / "base")
        yield contestant
    finally:
        contestant.remove()
        for record in _build_cache():
            if record not in cached:
                run("docker", "builder", "prune", "--force", "--all", "--filter", f"id={record}")


@dataclass
class Contestant:
    """One Dockerfile in a copy of the project; `nonce` keeps its base image, tags and cache mounts from all others."""

    folder: Path
    base: str
    nonce: str
    layers: tuple[Layer, ...] = ()
    changes: int = 0
    tags: list[str] = field(default_factory=list)

    def make_base(self, context: Path) -> None:
        """The base image with one small layer more, so that no step on top of it is in any cache."""
        context.mkdir()
        (context / "nonce").write_text(self.nonce)
        (context / "Dockerfile").write_text(f"FROM {self.base}\nCOPY nonce /etc/bench\n")
        run("docker", "build", "--tag", self._base, str(context))

    def measure(self, image: Image) -> None:
        """Build from nothing, start, change, build again; every result goes into `image`."""
        image.add("cold", self._build())
        image.add("bytes", int(run("docker", "image", "inspect", "--format", "{{.Size}}", self.tags[-1]).stdout))
        self._push()
        image.add("compressed", sum(layer.compressed for layer in self.layers))
        for _ in range(MOST_RUNS):
            image.add("answer", self._seconds_to_answer())
        for name in CHANGES:
            spent: list[float] = []
            while not spent or (REPEATED[name] and len(spent) < MOST_RUNS and sum(spent) < ENOUGH_SECONDS):
                self.changes += 1
                CHANGE[name](self.folder, self.changes)
                spent.append(self._build())
                image.add(name, spent[-1])
                image.add(f"push-{name}", self._push())

    def remove(self) -> None:
        """Remove what was tagged."""
        remove_image(*self.tags, self._base)

    @property
    def _base(self) -> str:
        return f"{self.nonce}:base"

    def _build(self) -> float:
        """Seconds of one `docker build` of the folder as it is now; its image becomes the newest of `tags`."""
        self.tags.append(f"{self.nonce}:{len(self.tags)}")
        command = (
            *("docker", "build", "--tag", self.tags[-1], "--build-arg", f"BUILDKIT_CACHE_MOUNT_NS={self.nonce}"),
            *("--build-context", f"{self.base}=docker-image://{self._base}", "."),
        )
        start = time.perf_counter()
        run(*command, cwd=self.folder, seconds=BUILD_SECONDS)
        return round(time.perf_counter() - start, 3)

    def _push(self) -> int:
        """The bytes that a push of the newest image would send after one of the image before it."""
        with subprocess.Popen(["docker", "save", self.tags[-1]], stdout=subprocess.PIPE) as saving:
            assert saving.stdout
            layers = read_layers(saving.stdout, self.layers)
        if saving.returncode:
            raise CommandError(f"docker save: exit {saving.returncode}")
        sent = pushed(layers, self.layers)
        self.layers = layers
        return sent

    def _seconds_to_answer(self) -> float:
        """From `docker run` until the health check's route answers."""
        start = time.perf_counter()
        container = run("docker", "run", "--detach", "--publish", f"127.0.0.1::{PORT}", self.tags[-1]).stdout.strip()
        try:
            address = run("docker", "port", container, str(PORT)).stdout.split()[0]
            while not _answers(f"http://{address}/health"):
                if time.perf_counter() - start > 60:
                    raise CommandError(f"no answer within 60 s\n{run('docker', 'logs', container).stdout}")
                time.sleep(0.01)
            return round(time.perf_counter() - start, 3)
        finally:
            run("docker", "rm", "--force", container)


def _build_cache() -> list[str]:
    """The records of BuildKit's cache, newest first: one that others stand on cannot be removed before them."""
    records = run("docker", "buildx", "du", "--verbose").stdout
    found = re.findall(r"^ID:\s+(\S+).*?^Created at:\s+(.*?)$", records, re.MULTILINE | re.DOTALL)
    return [record for record, _ in sorted(found, key=lambda pair: pair[1], reverse=True)]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _change_code(folder: Path, number: int) -> None:
    with (folder / "forecast" / "main.py").open("a") as module:
        module.write(f"CHANGED = {number}\n")


def _bump_version(folder: Path, number: int) -> None:
    manifest = folder / "pyproject.toml"
    manifest.write_text(re.sub("^version = .*", f'version = "2.0.{number}"', manifest.read_text(), flags=re.MULTILINE))


def _add_dependency(folder: Path, _number: int) -> None:
    """What `poetry add humanize` and `poetry export` change."""
    run("git", "apply", str(HERE / "dependency.patch"), cwd=folder)


CHANGE: dict[str, Callable[[Path, int], None]] = {
    "code": _change_code,
    "version": _bump_version,
    "dependency": _add_dependency,
}
#: A lock can be changed so only once.
REPEATED = {"code": True, "version": True, "dependency": False}


def _machine() -> dict[str, object]:
    """What the figures depend on."""
    engine = json.loads(run("docker", "version", "--format", "{{json .Server}}").stdout)
    return {"processors": os.cpu_count(), "engine": engine["Version"], "load_before": os.getloadavg()[0]}
