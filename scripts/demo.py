"""`make demo`: run `scaffold init` on a copy of a sample project; build and start it where a Docker engine answers."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

SAMPLE = Path(__file__).resolve().parent.parent / "tests" / "projects" / "flask-factory"
#: Of the image and of what Compose starts: a name that nobody else has, because all of it is removed again.
PROJECT = "scaffold-demo"
PORT = "18000"


def main() -> int:
    """Show it all; the exit code is that of the first command that failed for a reason of our own."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "notes"
        shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
        before = _files(folder)
        init = ["init", "--yes", "--set", f"image={PROJECT}", folder.name]
        _say(f"$ scaffold {' '.join(init)}")
        subprocess.run([sys.executable, "-m", "scaffolder", *init], cwd=temporary, check=True)
        _say(f"\n{folder.name}/ (+ marks what scaffold wrote)")
        for path in _files(folder):
            _say(f"  {' ' if path in before else '+'} {path}")
        (folder / ".env").write_text("SECRET_KEY=only-for-this-demo\n")
        return _build_and_ask(folder)


def _build_and_ask(folder: Path) -> int:
    if not _succeeds("docker", "info"):
        _say("\nNo Docker engine answers here, so nothing is built. The files above are complete.")
        return 0
    for image in sorted(set(re.findall(r"^FROM (\S+:\S+)", (folder / "Dockerfile").read_text(), re.MULTILINE))):
        if not (_succeeds("docker", "image", "inspect", image) or _succeeds("docker", "pull", "--quiet", image)):
            _say(f"\nThe base image {image} is not on this machine and cannot be pulled, so nothing is built.")
            return 0
    try:
        _compose(folder, "build")
        _compose(folder, "up", "--wait", "--wait-timeout", "60")
        _compose(folder, "ps", "--format", "{{.Service}}: {{.Status}}")
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=10) as response:
            _say(f"GET /healthz: {response.status} {response.read().decode().strip()}")
    finally:
        _compose(folder, "down", "--volumes", "--rmi", "all", "--timeout", "2")
    return 0


def _compose(folder: Path, *arguments: str) -> None:
    _say(f"\n$ docker compose {' '.join(arguments)}")
    progress = "auto" if arguments[0] == "build" else "quiet"
    command = ["docker", "compose", "--project-name", PROJECT, "--progress", progress, *arguments]
    subprocess.run(command, cwd=folder, env={**os.environ, "WEB_PORT": PORT}, check=True)


def _succeeds(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
