"""The files that scaffold writes, as they are on the disk right now."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection, Iterable
from pathlib import Path

from scaffolder.errors import RefusedError
from scaffolder.model.change import ExistingFile
from scaffolder.model.forbidden import SECRETS, why_forbidden
from scaffolder.reading.files import LOCK_LIMIT, open_regular, read_all


def locate(root: Path, path: str, forbidden: Collection[str] = SECRETS) -> Path:
    """Where the file at `path` really lies: links that stay inside the project are followed, as the user made them.

    Raises RefusedError for what `why_forbidden` says and for links that lead out of the project, in circles, or to a
    forbidden place.
    """
    if reason := why_forbidden(path, forbidden):
        raise refused(path, reason)
    top = os.path.realpath(root)
    place = os.path.realpath(f"{top}/{path}")
    if os.path.commonpath((top, place)) != top or place == top:
        raise refused(path, "a symbolic link on its way leads out of the project")
    if Path(place).is_symlink():
        raise refused(path, "it is a symbolic link that leads back to itself")
    meant = Path(place).relative_to(top).as_posix()
    if reason := why_forbidden(meant, forbidden):
        raise refused(path, f"it is a symbolic link to {meant}, and {reason}")
    return Path(place)


def read_place(place: Path, path: str) -> ExistingFile | None:
    """The file at a place that `locate` gave, None when there is none; `path` is its name for messages.

    Raises RefusedError for what is no regular file, may not be read, or is larger than any file that scaffold writes.
    """
    try:
        if not stat.S_ISREG(place.lstat().st_mode):  # before it is opened: opening a device may do something
            raise refused(path, "it is not a regular file")
        descriptor, status = open_regular(str(place), follow=False)
        try:
            content = read_all(descriptor, LOCK_LIMIT)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise refused(path, _words(error)) from error
    if len(content) > LOCK_LIMIT:
        raise refused(path, f"it has more than {LOCK_LIMIT // 1_000_000} MB")
    return ExistingFile(path=path, content=content, mode=stat.S_IMODE(status.st_mode))


def read_existing(root: Path, paths: Iterable[str]) -> dict[str, ExistingFile]:
    """The files among `paths` that exist below `root`. Raises RefusedError as `locate` and `read_place`."""
    files = (read_place(locate(root, path), path) for path in paths)
    return {file.path: file for file in files if file is not None}


def backups_in_the_way(root: Path, paths: Iterable[str]) -> dict[str, ExistingFile]:
    """The `.orig` files that already lie beside `paths`, so that a new backup takes a free name."""
    entries = [entry for path in paths for entry in (root / path).parent.glob(f"{Path(path).name}.orig*")]
    names = [entry.relative_to(root).as_posix() for entry in entries]
    return {name: ExistingFile(path=name, content=b"", mode=0o644) for name in names}


def refused(path: str, reason: str) -> RefusedError:
    """The error for a file that scaffold leaves alone, with the reason as a clause."""
    return RefusedError(
        f"{path} cannot be written: {reason}; nothing was changed.",
        code="unsafe-path",
        hint="Move it out of the way and run the same command again.",
        paths=(path,),
    )


def _words(error: OSError) -> str:
    if error.errno == errno.ENOTDIR:
        return "a file stands where one of its folders is needed"
    if error.errno in (errno.EACCES, errno.EPERM):
        return "it may not be read"
    return f"it cannot be read ({error.strerror})"
