# Made by scaffold from pyproject.toml, poetry.lock and the source.
"""Run a command with the source as it is on the host: compose.override.yaml calls this, production never does.

    python -I docker/develop.py [--no-restart] COMMAND...

Whatever is edited below /source, the project on the host, is copied to its place below /app, and the command starts
again. The image's own files stay, the application writes where it does in production, and nothing of the host's is
written. A file that is deleted on the host, and a new folder at the top of the project, wait for the next build.
"""

import filecmp
import os
import shutil
import signal
import subprocess
import sys
import time

SOURCE = "/source"
TARGET = "/app"
# The top of what was built, and that of the project in it.
TOPS = (TARGET, os.getcwd())
# What people edit. Data is not among it: a database that the application changes must not be replaced.
SUFFIXES = (
    ".py", ".pyi",
    ".html", ".htm", ".jinja", ".jinja2", ".j2", ".mako", ".xml", ".txt", ".md",
    ".css", ".scss", ".js", ".mjs", ".ts", ".svg",
    ".cfg", ".conf", ".ini", ".json", ".toml", ".yaml", ".yml",
    ".graphql", ".sql", ".po", ".mo",
)  # fmt: skip
SKIPPED = ("__pycache__", "node_modules", "venv")
# Seconds that the command has to end in before it is killed.
GRACE = 10
SHORTEST_PAUSE = 0.5
ENDING = {signal.SIGINT, signal.SIGQUIT, signal.SIGTERM}
PASSED_ON = ENDING | {signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH}
AWAITED = PASSED_ON | {signal.SIGCHLD}


def tell(text):
    print("develop: {}".format(text), file=sys.stderr, flush=True)


def tell_once(error, told=set()):
    if str(error) not in told:
        told.add(str(error))
        tell("not copied: {}".format(error))


def is_followed(place, name):
    """Whether a folder's source belongs in the image: it is there, or it is new and not at the top of the project.

    At the top, what is not in the image was left out of the build: tests, data, environments.
    """
    inside = os.path.join(place, name)
    if name.startswith(".") or name in SKIPPED or os.path.ismount(inside):
        return False
    return os.path.isdir(inside) or (os.path.isdir(place) and place not in TOPS)


def is_source(place, name):
    """Whether a file is edited by people and belongs in the image, with the same rule at the top but for modules."""
    if name.startswith(".") or not name.endswith(SUFFIXES):
        return False
    return name.endswith(".py") or place not in TOPS or os.path.exists(os.path.join(place, name))


def is_newer(path, place):
    try:
        age = os.stat(place).st_mtime
    except FileNotFoundError:
        return True
    return os.stat(path).st_mtime > age


def copy(path, place):
    """Copy a file, with its time; whether that changed its content."""
    if os.path.exists(place) and filecmp.cmp(path, place, shallow=False):
        os.utime(place, (os.stat(path).st_atime, os.stat(path).st_mtime))
        return False
    os.makedirs(os.path.dirname(place), exist_ok=True)
    shutil.copyfile(path, place + ".new")
    shutil.copymode(path, place + ".new")
    os.utime(place + ".new", (os.stat(path).st_atime, os.stat(path).st_mtime))
    os.replace(place + ".new", place)
    return True


def copy_edited():
    """Copy every file that is newer on the host; whether one of them had another content."""
    copied = False
    for folder, names, files in os.walk(SOURCE, onerror=tell_once):
        place = os.path.normpath(os.path.join(TARGET, os.path.relpath(folder, SOURCE)))
        names[:] = [name for name in names if is_followed(place, name)]
        for name in files:
            path, inside = os.path.join(folder, name), os.path.join(place, name)
            try:
                if is_source(place, name) and is_newer(path, inside) and copy(path, inside):
                    tell("copied {}".format(inside))
                    copied = True
            except OSError as error:
                tell_once(error)
    return copied


def start(command):
    """Start the command in a process group of its own, with the signals that are blocked here."""
    return subprocess.Popen(
        command, start_new_session=True, preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, AWAITED)
    )


def stop(child):
    """End the command and whatever it started."""
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        pass
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


def run(command, restarts):
    """Run the command until it ends or is told to; its exit code. One that fails after an edit waits for the next."""
    copy_edited()
    child, edited, stopping, pause = start(command), False, False, SHORTEST_PAUSE
    while True:
        received = signal.sigtimedwait(AWAITED, pause)
        if received and received.si_signo in PASSED_ON:
            stopping = stopping or received.si_signo in ENDING
            if child.poll() is None:
                child.send_signal(received.si_signo)
        if child.poll() is not None and (stopping or not edited or child.returncode == 0):
            return child.returncode if child.returncode >= 0 else 128 - child.returncode
        began = time.monotonic()
        if not stopping and copy_edited():
            while copy_edited():
                time.sleep(SHORTEST_PAUSE)
            if restarts:
                stop(child)
                child, edited = start(command), True
        # A large project is looked through less often.
        pause = max(SHORTEST_PAUSE, 20 * (time.monotonic() - began))


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, AWAITED)
    words = sys.argv[1:]
    restarts = words[:1] != ["--no-restart"]
    sys.exit(run(words if restarts else words[1:], restarts))
