"""Writing so that it is on the disk, alone, and with words for what fails."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scaffolder.errors import RefusedError

if sys.platform != "win32":
    import fcntl

_REMEDIES = {
    errno.ENOSPC: "Make room on the disk",
    errno.EDQUOT: "Make room in your quota",
    errno.EACCES: "Give yourself the right to write there (chmod, chown)",
    errno.EPERM: "Give yourself the right to write there (chmod, chown, chattr)",
    errno.EROFS: "Mount the file system for writing",
    errno.EXDEV: "Put it on the file system of the project",
    errno.EBUSY: "Unmount what is mounted there",
}


def write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Make a new file, with `mode` less the user's umask, whose content is on the disk on return. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """See to it that the names in a folder are on the disk, where the system knows how."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def exclusive(root: Path) -> Iterator[None]:
    """The only run that changes the project in `root`. Raises RefusedError while there is another.

    The lock is on the folder itself: it needs no file, and the system lifts it however the process ends.
    """
    if sys.platform == "win32":
        yield
        return
    with named(str(root)):
        descriptor = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusedError(
                "Another scaffold is writing in this project; nothing was changed.",
                code="busy",
                hint="Run the same command again when it is done.",
            ) from None
        except OSError:
            pass  # a file system without locks, such as some of NFS
        yield
    finally:
        os.close(descriptor)


@contextmanager
def named(path: str) -> Iterator[None]:
    """Failures of the system become a RefusedError that names `path`."""
    try:
        yield
    except OSError as error:
        raise RefusedError(
            f"{path} could not be written: {error.strerror or error}; nothing was changed.",
            code="write-failed",
            hint=f"{remedy(error)}, and run the same command again.",
            paths=(path,),
        ) from error


def remedy(error: BaseException) -> str:
    """What to do about a failure of the system, as the beginning of a sentence."""
    number = error.errno if isinstance(error, OSError) else None
    return _REMEDIES.get(number or 0, "Mend that")
