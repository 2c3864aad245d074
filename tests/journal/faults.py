"""Runs a transaction again and again, with a fault at the first, the second, ... of its calls that change the disk.

    python -m tests.journal.faults FOLDER [every]

The calls are those of `os`, replaced in a forked child. One that only reads need not be tried: dying there leaves the
disk as dying at the next one that writes. Without `every`, the faults that tell least are tried at some calls only.
Prints a JSON object: fault → number of runs, and what went wrong in each.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from scaffolder.apply import apply
from scaffolder.errors import ScaffoldError
from scaffolder.journal import recover
from scaffolder.model.change import Action, Change, Plan
from scaffolder.model.forbidden import JOURNAL

WRITING = ("open", "write", "fsync", "link", "replace", "rename", "unlink", "mkdir", "rmdir", "chmod", "chown")
#: Path → mode and content, or the target of a link, or nothing for a folder.
Snapshot = dict[str, tuple[int, bytes | str | None]]
Fault = Callable[[str, Callable[..., Any], tuple[Any, ...]], None]

MANIFEST = b'[tool.poetry]\r\nname = "shop"\r\n'
FIRST = {
    "Dockerfile": b"FROM python:3.12\n",
    "compose.yaml": b"services: {}\n",
    "gunicorn.conf.py": b"workers = 2\n",
    "infra/env": b"A=1\n",
    "kept": b"mine\n",
    "pyproject.toml": MANIFEST,
    "scaffold.lock": b"version = 1\n",
}
PLAN = Plan(
    changes=(
        Change(path=".env.example", action=Action.UPDATE, before=b"A=1\n", after=b"A=1\nB=2\n", mode=0o600),
        Change(path="Dockerfile", action=Action.UPDATE, before=FIRST["Dockerfile"], after=b"FROM x\n" * 9, mode=0o640),
        Change(
            path="compose.yaml",
            action=Action.UPDATE,
            before=FIRST["compose.yaml"],
            after=b"services: {web: {}}\n",
            backup="compose.yaml.orig",
        ),
        Change(path="docker/a/run.sh", action=Action.CREATE, after=b"#!/bin/sh\n", mode=0o755),
        Change(path="docker/poetry.txt", action=Action.CREATE, after=b"poetry==2\n"),
        Change(path="gunicorn.conf.py", action=Action.DELETE, before=FIRST["gunicorn.conf.py"]),
        Change(path="kept", action=Action.KEEP, before=b"mine\n", after=b"mine\n"),
        Change(path="pyproject.toml", action=Action.UPDATE, before=MANIFEST, after=MANIFEST + b"[tool.scaffold]\r\n"),
        Change(path="scaffold.lock", action=Action.UPDATE, before=b"version = 1\n", after=b"version = 2\n"),
    )
)


def project(root: Path) -> Path:
    """A project before the transaction; `.env.example` is a link that its user made."""
    shutil.rmtree(root, ignore_errors=True)
    for path, content in FIRST.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    (root / ".env.example").symlink_to("infra/env")
    (root / "Dockerfile").chmod(0o640)
    (root / "infra/env").chmod(0o600)
    return root


def snapshot(root: Path) -> Snapshot:
    found: Snapshot = {}
    for path in sorted(root.rglob("*")):
        mode = path.lstat().st_mode
        content = str(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else None
        found[path.relative_to(root).as_posix()] = (stat.S_IMODE(mode) if not path.is_symlink() else 0, content)
    return found


@contextmanager
def at_call(number: int, fault: Fault) -> Iterator[list[str]]:
    """Calls `fault` instead of the call of that number, and of every later one; yields the names of all calls."""
    calls: list[str] = []
    real = {name: getattr(os, name) for name in WRITING}

    def counted(name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            reads = name == "open" and not arguments[1] & (os.O_WRONLY | os.O_RDWR)
            if not reads:
                calls.append(name)
                if len(calls) >= number:
                    fault(name, real[name], arguments)
            return None if name == "fsync" else real[name](*arguments, **options)  # nobody pulls the plug here

        return call

    try:
        for name in WRITING:
            setattr(os, name, counted(name))
        yield calls
    finally:
        for name in WRITING:
            setattr(os, name, real[name])


def die(name: str, real: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """Half of what was to be written is; then the process is gone."""
    if name == "write":
        real(arguments[0], arguments[1][: len(arguments[1]) // 2])
    os.kill(os.getpid(), signal.SIGKILL)


def die_when(condition: Callable[[], bool]) -> Fault:
    """Gone at the first call that finds the condition met."""

    def fault(name: str, real: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        if condition():
            die(name, real, arguments)

    return fault


def fails(code: int, *, once: bool) -> Fault:
    """The system refuses: once, or from then on."""
    left = [1 if once else sys.maxsize]

    def fault(name: str, real: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        if left[0] <= 0:
            return
        left[0] -= 1
        if name == "write":
            real(arguments[0], arguments[1][: len(arguments[1]) // 2])
        raise OSError(code, os.strerror(code), str(arguments[0]))

    return fault


def interrupts() -> Fault:
    """Ctrl-C, once."""
    pending = [True]

    def fault(name: str, real: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        if pending:
            pending.clear()
            raise KeyboardInterrupt

    return fault


def edits(target: Path, *, in_place: bool) -> Fault:
    """An editor saves `target`, once."""
    pending = [True]

    def fault(name: str, real: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        if not pending:
            return
        pending.clear()
        content = target.read_bytes() + b"# mine\n" if target.exists() else b"# mine\n"
        if in_place:
            target.write_bytes(content)
        else:
            (target.parent / "saved").write_bytes(content)
            shutil.move(target.parent / "saved", target)

    return fault


def killed(act: Callable[[], object], number: int, fault: Fault = die) -> bool:
    """Whether `act`, in a child that meets the fault at its call of that number, died; False when it ended well."""
    child = os.fork()
    if child == 0:
        try:
            with at_call(number, fault):
                act()
            os._exit(0)
        finally:
            os._exit(1)  # never back into whoever called
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0, "the child failed otherwise"
    return os.WIFSIGNALED(status)


class Sweep:
    """A folder to work in, and the two states that a project may be in."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.before = snapshot(project(self.root))
        apply(self.root, PLAN)
        self.after = snapshot(self.root)
        assert self.before != self.after

    def half_written(self) -> list[str]:
        """The files that are neither as before nor as after."""
        now = {path: item for path, item in snapshot(self.root).items() if not path.startswith(JOURNAL)}
        paths = now.keys() | self.before.keys() | self.after.keys()
        return [path for path in sorted(paths) if now.get(path) not in (self.before.get(path), self.after.get(path))]

    def whole(self) -> bool:
        return snapshot(self.root) in (self.before, self.after)

    def kill(self) -> tuple[int, list[str]]:
        """Killed at each call; then the next command recovers."""
        wrong: list[str] = []
        number = 0
        while True:
            number += 1
            project(self.root)
            died = killed(lambda: apply(self.root, PLAN), number)
            wrong += [f"call {number}: {path} is half-written" for path in self.half_written()]
            recover(self.root)
            if not self.whole():
                wrong.append(f"call {number}: {sorted(snapshot(self.root))}")
            if not died:
                return number - 1, wrong

    def kill_twice(self, step: int) -> tuple[int, list[str]]:
        """Killed at each call, and its recovery too at each of its calls; then the next command recovers."""
        wrong: list[str] = []
        runs, first, ended = 0, 0, False
        while not ended:
            first += step
            second = 0
            died = True
            while died:
                second += 1
                project(self.root)
                ended = not killed(lambda: apply(self.root, PLAN), first)
                died = killed(lambda: recover(self.root), second)
                wrong += [f"calls {first}, {second}: {path}" for path in self.half_written()]
                recover(self.root)
                if not self.whole():
                    wrong.append(f"calls {first}, {second}: {sorted(snapshot(self.root))}")
                runs += 1
        return runs, wrong

    def refuse(self, fault: Callable[[], Fault], step: int, *, leaves_nothing: bool) -> tuple[int, list[str]]:
        """An error at each call: the command says so and nothing has changed, or all has."""
        wrong: list[str] = []
        number, runs = 1 - step, -1
        while True:
            number += step
            runs += 1
            project(self.root)
            error: BaseException | None = None
            with at_call(number, fault()) as calls:
                try:
                    apply(self.root, PLAN)
                except (ScaffoldError, KeyboardInterrupt) as caught:
                    error = caught
            if len(calls) < number:
                return runs, wrong
            wrong += [f"call {number}: {path} is half-written" for path in self.half_written()]
            if leaves_nothing and snapshot(self.root) != (self.before if error else self.after):
                files = {path: item for path, item in snapshot(self.root).items() if not path.startswith(JOURNAL)}
                if error or files != self.after:
                    wrong.append(f"call {number} ({calls[number - 1]}): {error!r}, {sorted(snapshot(self.root))}")
            recover(self.root)
            if not self.whole():
                wrong.append(f"call {number}: {error!r}, {sorted(snapshot(self.root))}")

    def edit(self, name: str, step: int, *, in_place: bool) -> tuple[int, list[str]]:
        """An editor saves a file at each call: its line is there afterwards."""
        wrong: list[str] = []
        number, runs = 1 - step, 0
        while True:
            number += step
            target = project(self.root) / name
            with at_call(number, edits(target, in_place=in_place)) as calls, suppress(ScaffoldError):
                apply(self.root, PLAN)
            if len(calls) < number:
                return runs, wrong
            if not in_place and calls[number - 1] == "replace":
                continue  # between the last comparison and the move
            runs += 1
            if b"# mine\n" not in target.read_bytes():
                wrong.append(f"call {number} ({calls[number - 1]}): the line in {name} is lost")


def main(folder: Path, every: bool) -> None:
    sweep = Sweep(folder)
    step = 1 if every else 3
    report = {
        "killed": sweep.kill(),
        "killed twice": sweep.kill_twice(1 if every else 14),
        "interrupted": sweep.refuse(interrupts, step, leaves_nothing=True),
        "edited in place": sweep.edit("Dockerfile", 1, in_place=True),
        "edited by renaming": sweep.edit("Dockerfile", step, in_place=False),
        "edited through a link": sweep.edit("infra/env", step, in_place=True),
    }
    for code in (errno.ENOSPC, errno.EACCES):
        report[f"{errno.errorcode[code]} once"] = sweep.refuse(partial(fails, code, once=True), 1, leaves_nothing=True)
        report[errno.errorcode[code]] = sweep.refuse(partial(fails, code, once=False), step, leaves_nothing=False)
    found = {name: {"runs": runs, "wrong": wrong} for name, (runs, wrong) in report.items()}
    sys.stdout.write(json.dumps(found, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] == ["every"])
