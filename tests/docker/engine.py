"""The Docker Engine as the tests use it: run its client, make base images exist."""

from __future__ import annotations

import fcntl
import gzip
import os
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

#: Beside a development checkout lies a script that makes stand-ins of base images where no registry is in reach.
PROVIDE = Path(__file__).resolve().parents[3] / "shared" / "engine" / "provide"

BUILD_SECONDS = 900


class CommandError(AssertionError):
    """A command failed; the message holds the command and the end of what it printed."""


def run(
    *command: str, cwd: Path | None = None, env: Mapping[str, str] | None = None, seconds: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run a command with its two outputs as one text; `env` is added to this process's own.

    Raises CommandError where it fails or takes longer than `seconds`.
    """
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        printed = error.output.decode(errors="replace") if isinstance(error.output, bytes) else error.output or ""
        raise CommandError(f"{' '.join(command)}: still running after {seconds} s\n{printed[-6000:]}") from None
    if done.returncode != 0:
        raise CommandError(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout[-6000:]}")
    return done


def answers() -> bool:
    """Whether a Docker Engine answers here."""
    try:
        run("docker", "info", seconds=20)
    except (CommandError, OSError):
        return False
    return True


def base_images(dockerfile: str) -> list[str]:
    """The images that a Dockerfile starts from: no stage of its own, no `scratch`, `ARG` defaults filled in; sorted."""
    defaults = dict(re.findall(r"^ARG\s+(\w+)=(\S+)", dockerfile, re.MULTILINE))
    images, stages = set(), {"scratch"}
    for image, stage in re.findall(
        r"^FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?", dockerfile, re.MULTILINE | re.IGNORECASE
    ):
        filled = re.sub(r"\$\{?(\w+)\}?", lambda found: defaults.get(found[1], found[0]), image)
        if filled not in stages:
            images.add(filled)
        stages.add(stage)
    return sorted(images)


def provide(images: Iterable[str]) -> None:
    """Make each image exist locally, where a script for that lies beside the checkout; else Docker will pull it."""
    missing = [image for image in images if not _exists(image)]
    if not missing or not PROVIDE.exists():
        return
    with (Path(tempfile.gettempdir()) / "scaffold-provide.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two workers must not build the same stand-in at once
        run(str(PROVIDE), *missing, seconds=BUILD_SECONDS)


def remove_image(*images: str) -> None:
    """Remove images that exist; the others are left out."""
    for image in _existing(images):
        run("docker", "image", "rm", "--force", image)


def _existing(images: Iterable[str]) -> Iterator[str]:
    return (image for image in images if _exists(image))


def _exists(image: str) -> bool:
    try:
        run("docker", "image", "inspect", image)
    except CommandError:
        return False
    return True


@contextmanager
def served(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    """A server on this machine that builds can reach; its address, such as `http://172.17.0.1:41234`.

    Skips the test where the engine runs on another machine, which fails it in CI.
    """
    bridge = run("docker", "network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}").stdout
    try:
        server = ThreadingHTTPServer((bridge.strip(), 0), handler)
    except OSError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no address of this machine is in reach of a build: {error}")
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{server.server_address[0]!s}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def found_in_layers(images: Iterable[str], texts: Mapping[str, str], folder: Path) -> set[str]:
    """The names of those texts that stand in a file of a layer, or in the configuration, of one of the images."""
    run("docker", "save", "--output", str(folder / "images.tar"), *images, seconds=300)
    found: set[str] = set()
    with tarfile.open(folder / "images.tar") as archive:
        for member in filter(tarfile.TarInfo.isfile, archive):
            blob = _unpacked(archive, member)
            found |= {name for name, text in texts.items() if text.encode() in blob}
    return found


def _unpacked(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    assert file is not None
    blob = file.read()
    return gzip.decompress(blob) if blob.startswith(b"\x1f\x8b") else blob
