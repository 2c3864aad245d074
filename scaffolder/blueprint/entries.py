"""The files of a blueprint, read from a folder or a zip within bounds, and laid out in a folder of our own.

A symbolic link is left out wherever it comes from: nothing that a blueprint names lies outside of it.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import stat
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from scaffolder.errors import ProjectError
from scaffolder.model.forbidden import why_forbidden

#: A blueprint is templates and a few lines about them: the built-in one has 12 files and 50 kB.
MOST_FILES = 2_000
MOST_BYTES = 20_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One file: `path` is relative to the blueprint, POSIX."""

    path: str
    content: bytes
    executable: bool = False


def folder_entries(folder: Path, name: str) -> tuple[Entry, ...]:
    """The files in a folder, sorted by path, without `.git`. Raises ProjectError beyond the bounds."""
    found = list(itertools.islice(_walk(folder), MOST_FILES + 1))
    check_bounds([(path, size) for path, size, _ in found], name)
    return tuple(
        Entry(path=path, content=(folder / path).read_bytes(), executable=executable)
        for path, _, executable in sorted(found)
    )


def zip_entries(file: Path, name: str) -> tuple[Entry, ...]:
    """The files in a zip, sorted by path. The one folder that all of them lie in, as in a forge's download, goes.

    Raises ProjectError for what is no zip, is encrypted or damaged, leaves the blueprint, or is beyond the bounds.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            infos = {info.filename: info for info in archive.infolist() if not info.is_dir() and not _is_link(info)}
            check_bounds([(path, info.file_size) for path, info in infos.items()], name)
            entries = [
                Entry(path=path, content=archive.read(info), executable=bool(info.external_attr >> 16 & stat.S_IXUSR))
                for path, info in sorted(infos.items())
            ]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise ProjectError(
            name,
            code="blueprint-unreadable",
            found=f"no zip that can be read ({error})",
            expected="a zip without a password",
            hint="Make it again, or name the folder itself with --blueprint.",
        ) from None
    tops = {entry.path.partition("/")[0] for entry in entries}
    if len(tops) != 1 or any("/" not in entry.path for entry in entries):
        return tuple(entries)
    return tuple(
        Entry(path=entry.path.partition("/")[2], content=entry.content, executable=entry.executable)
        for entry in entries
    )


def check_bounds(found: Collection[tuple[str, int]], name: str) -> None:
    """Raise ProjectError, naming the blueprint, when (path, size) are too many, too large, or a path leaves it."""
    if len(found) > MOST_FILES or sum(size for _, size in found) > MOST_BYTES:
        raise ProjectError(
            name,
            code="blueprint-too-large",
            found=f"more than {MOST_FILES:,} files or {MOST_BYTES // 1_000_000} MB",
            expected="a blueprint",
            hint="Keep it in a folder or repository of its own.",
        )
    for path, _ in found:
        if reason := why_forbidden(path, ()) or (
            "" if path == PurePosixPath(path).as_posix() else "it is no plain path"
        ):
            raise ProjectError(
                name,
                code="blueprint-unsafe-path",
                found=f"the file name {path!r} ({reason})",
                expected="names that stay inside the blueprint",
                hint="Rename it in the blueprint.",
            )


def write_entries(entries: Iterable[Entry], folder: Path) -> None:
    """Lay the files out in `folder`, which is made. Raises OSError, also where one has the name of another's folder."""
    folder.mkdir(parents=True)
    for entry in entries:
        target = folder / entry.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(entry.content)
        target.chmod(0o755 if entry.executable else 0o644)


def digest(entries: Iterable[Entry]) -> str:
    """What identifies the content: the same files give the same text on every machine."""
    whole = hashlib.sha256()
    for entry in entries:
        whole.update(f"{entry.path}\0{entry.executable:d}\0{len(entry.content)}\0".encode(errors="surrogateescape"))
        whole.update(entry.content)
    return f"sha256:{whole.hexdigest()}"


def _walk(folder: Path) -> Iterator[tuple[str, int, bool]]:
    for top, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name.casefold() != ".git")
        for name in sorted(files):
            path = Path(top, name)
            status = path.lstat()
            if name.casefold() != ".git" and stat.S_ISREG(status.st_mode):
                yield path.relative_to(folder).as_posix(), status.st_size, bool(status.st_mode & stat.S_IXUSR)


def _is_link(info: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(info.external_attr >> 16)
