"""The files of a project as they would be after some changes, read from the disk as far as those leave it alone."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path

from scaffolder.model.change import Change
from scaffolder.reading.files import LOCK_LIMIT, open_regular, read_all

_WILD = frozenset("*?[")


class Outcome:
    """The tree that `soundness.faults` looks at; without changes it is the project as it is."""

    def __init__(self, root: Path, changes: Iterable[Change] = ()) -> None:
        """Takes the contents of `changes` for those of their files; all others are read when they are asked for."""
        self._root = os.path.realpath(root)
        self._changed = {self._absolute(change.path): change.after for change in changes}

    def inside(self, path: str) -> str:
        """The shortest name of a path, relative to the project."""
        return os.path.relpath(self._absolute(path), self._root).replace(os.sep, "/")

    def read(self, path: str) -> str | None:
        """The text of a file, None when there is none, or none that can be read."""
        place = self._absolute(path)
        if place not in self._changed:
            return _text(place)
        content = self._changed[place]
        return None if content is None else content.decode(errors="replace")

    def find(self, folder: str, pattern: str) -> Iterable[str]:
        """The files and folders, relative to `folder`, whose path matches the pattern, sorted."""
        context = self._absolute(folder)
        made = {
            posixpath.join(*parts[:length])
            for place, content in self._changed.items()
            if content is not None and (parts := _below(context, place))
            for length in range(1, len(parts) + 1)
        }
        on_disk = {
            path for path in _on_disk(context, pattern) if self._changed.get(f"{context}/{path}", b"") is not None
        }
        return sorted(on_disk | {path for path in made if _matches(path, pattern)})

    def _absolute(self, path: str) -> str:
        return os.path.normpath(f"{self._root}/{path}")


def _text(place: str) -> str | None:
    with suppress(OSError):
        if not Path(place).is_file():  # before it is opened: opening a device may do something
            return None
        descriptor, _ = open_regular(place)
        try:
            return read_all(descriptor, LOCK_LIMIT).decode(errors="replace")
        finally:
            os.close(descriptor)
    return None


def _below(folder: str, place: str) -> list[str]:
    return list(Path(place).relative_to(folder).parts) if Path(place).is_relative_to(folder) else []


def _on_disk(context: str, pattern: str) -> Iterable[str]:
    if not _WILD & set(pattern):
        return [pattern] if os.path.lexists(f"{context}/{pattern}") else []
    found = [""]
    for part in pattern.split("/"):
        found = [posixpath.join(folder, name) for folder in found for name in _names(f"{context}/{folder}", part)]
    return found


def _names(folder: str, part: str) -> list[str]:
    if not _WILD & set(part):
        return [part] if os.path.lexists(f"{folder}/{part}") else []
    with suppress(OSError):
        return [entry.name for entry in os.scandir(folder) if fnmatchcase(entry.name, part)]
    return []


def _matches(path: str, pattern: str) -> bool:
    parts, patterns = path.split("/"), pattern.split("/")
    return len(parts) == len(patterns) and all(map(fnmatchcase, parts, patterns))
