"""docker/develop.py: what it copies, when it starts the command again, and how both end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scaffolder.built_in import built_in_folder

SCRIPT = built_in_folder() / "template" / "docker" / "develop.py.jinja"
#: When the files of the image were written, and a time after that.
BUILT, EDITED = 1_000_000_000, 1_000_000_060

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it runs in containers: Linux alone has sigtimedwait")


class Container:
    """A pretended container: /source and /app as folders, and develop.py made for them."""

    def __init__(self, folder: Path) -> None:
        self.source, self.app = folder / "source", folder / "app"
        self.script = folder / "develop.py"
        self.output = folder / "output"
        text = SCRIPT.read_text()
        for name, place in (("SOURCE", self.source), ("TARGET", self.app)):
            place.mkdir()
            line = f'{name} = "/{place.name}"\n'
            assert line in text
            text = text.replace(line, f"{name} = {str(place)!r}\n")
        assert "SHORTEST_PAUSE = 0.5\n" in text
        self.script.write_text(text.replace("SHORTEST_PAUSE = 0.5\n", "SHORTEST_PAUSE = 0.05\n"))
        self.running: list[subprocess.Popen[bytes]] = []

    def build(self, path: str, text: str) -> None:
        """A file that the image and the host both have."""
        self.put(self.source, path, text, BUILT)
        self.put(self.app, path, text, BUILT)

    def edit(self, path: str, text: str, when: float = EDITED) -> None:
        """Write a file on the host."""
        self.put(self.source, path, text, when)

    @staticmethod
    def put(top: Path, path: str, text: str, when: float) -> None:
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(text)
        os.utime(top / path, (when, when))

    def held(self, path: str) -> str | None:
        """What the container has there."""
        file = self.app / path
        return file.read_text() if file.exists() else None

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Run develop.py with a command."""
        with self.output.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-I", str(self.script), *command], cwd=self.app, stdout=output, stderr=output
            )
        self.running.append(process)
        return process

    def run(self, *command: str) -> int:
        """The exit code of a command that ends by itself."""
        return self.start(*command).wait(20)

    def runs(self) -> list[str]:
        """What each run of the command wrote into the file `runs`."""
        return (self.held("runs") or "").split()


@pytest.fixture
def container(tmp_path: Path) -> Iterator[Container]:
    made = Container(tmp_path)
    yield made
    for process in made.running:
        if process.poll() is None:
            process.terminate()
            process.wait(20)


def eventually(holds: Callable[[], Any], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_alive(number: str) -> bool:
    """Whether a process runs, and is not only waiting for its parent to ask."""
    try:
        return Path("/proc", number, "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


#: It writes down what main.py holds, and stays.
SERVER = (
    sys.executable,
    "-c",
    "import time; print(open('main.py').read(), file=open('runs', 'a'), flush=True); time.sleep(60)",
)
#: The same, but it fails where main.py holds `bad`.
FRAGILE = (*SERVER[:2], SERVER[2].replace("time.sleep(60)", "open('main.py').read() == 'bad' and exit(1); time.sleep(60)"))
NOTHING = (sys.executable, "-c", "")


def test_what_is_newer_on_the_host_is_copied_before_the_start(container: Container) -> None:
    container.build("shop/main.py", "old")
    container.edit("shop/main.py", "new")
    container.edit("shop/added.py", "")
    container.edit("shop/pages/index.html", "<p>")
    assert container.run(*NOTHING) == 0
    assert container.held("shop/main.py") == "new"
    assert container.held("shop/added.py") == ""
    assert container.held("shop/pages/index.html") == "<p>"


def test_what_the_application_wrote_later_stays(container: Container) -> None:
    container.build("state.json", "{}")
    container.put(container.app, "state.json", "written", EDITED)
    container.run(*NOTHING)
    assert container.held("state.json") == "written"


@pytest.mark.parametrize(
    "path",
    [
        "tests/test_shop.py",  # a folder at the top that the image does not have
        "shop/db.sqlite3",
        "shop/.env",
        ".env",
        "compose.yaml",  # a file at the top that the image does not have
        ".git/config.py",
        "shop/__pycache__/main.py",
        "shop/node_modules/a.js",
    ],
)
def test_what_is_no_source_stays_outside(container: Container, path: str) -> None:
    container.build("shop/main.py", "")
    container.edit(path, "x")
    container.run(*NOTHING)
    assert container.held(path) is None


def test_nothing_is_copied_from_an_empty_or_missing_source(container: Container) -> None:
    assert container.run(*NOTHING) == 0
    container.source.rmdir()
    assert container.run(*NOTHING) == 0
    assert "not copied" in container.output.read_text()


def test_what_cannot_be_copied_is_told_and_left(container: Container) -> None:
    container.build("shop/main.py", "old")
    container.edit("shop/main.py", "new")
    (container.app / "shop" / "main.py.new").mkdir()
    assert container.run(sys.executable, "-c", "import time; time.sleep(0.3)") == 0
    assert container.held("shop/main.py") == "old"
    assert container.output.read_text().count("main.py.new") == 1


def test_the_exit_code_is_that_of_the_command(container: Container) -> None:
    assert container.run(sys.executable, "-c", "exit(3)") == 3
    assert container.run("sh", "-c", "kill -9 $$") == 137


def test_an_edit_starts_the_command_again(container: Container) -> None:
    container.build("main.py", "one")
    container.start(*SERVER)
    eventually(lambda: container.runs() == ["one"])
    container.edit("main.py", "two")
    eventually(lambda: container.runs() == ["one", "two"])


def test_a_new_time_alone_does_not(container: Container) -> None:
    container.build("main.py", "one")
    container.start(*SERVER)
    eventually(lambda: container.runs() == ["one"])
    container.edit("main.py", "one")
    eventually(lambda: (container.app / "main.py").stat().st_mtime == EDITED)
    container.edit("main.py", "two", EDITED + 1)
    eventually(lambda: len(container.runs()) > 1)
    assert container.runs() == ["one", "two"]


def test_a_command_that_follows_edits_by_itself_is_left_running(container: Container) -> None:
    container.build("main.py", "one")
    process = container.start("--no-restart", *SERVER)
    eventually(lambda: container.runs() == ["one"])
    container.edit("main.py", "two")
    eventually(lambda: container.held("main.py") == "two")
    process.terminate()
    process.wait(20)
    assert container.runs() == ["one"]


def test_a_command_that_fails_after_an_edit_waits_for_the_next(container: Container) -> None:
    container.build("main.py", "good")
    process = container.start(*FRAGILE)
    eventually(lambda: container.runs() == ["good"])
    container.edit("main.py", "bad")
    eventually(lambda: container.runs() == ["good", "bad"])
    container.edit("main.py", "better", EDITED + 1)
    eventually(lambda: container.runs() == ["good", "bad", "better"])
    assert process.poll() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_command_and_then_this(container: Container, number: signal.Signals) -> None:
    code = (
        "import signal, sys, time\n"
        f"signal.signal({int(number)}, lambda *_: (print('ended', file=open('runs', 'w')), sys.exit(0)))\n"
        "open('ready', 'w').close(); time.sleep(60)"
    )
    process = container.start(sys.executable, "-c", code)
    eventually((container.app / "ready").exists)
    process.send_signal(number)
    assert process.wait(20) == 0
    assert container.runs() == ["ended"]


def test_what_the_command_started_ends_before_it_starts_again(container: Container) -> None:
    container.build("main.py", "one")
    child = "trap '' TERM; echo $$ >>runs; while :; do sleep 1; done"
    container.start("sh", "-c", 'sh -c "$0" & exec sleep 60', child)
    eventually(lambda: len(container.runs()) == 1)
    container.edit("main.py", "two")
    eventually(lambda: len(container.runs()) == 2)
    eventually(lambda: not is_alive(container.runs()[0]))
