"""The git repository around a project, read from its files.

git itself is not run: it need not be installed, and a repository can make it run programs (`core.fsmonitor`, hooks).
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from scaffolder.reading.files import open_regular, read_all

#: The index of the Linux kernel, 90,000 files, has 9 MB.
_INDEX_LIMIT = 64_000_000
_SMALL = 1 << 16

_POINTER = re.compile(rb"\Agitdir: ([^\0\n]+?)\s*\Z")
_SHA256 = re.compile(rb"^\s*objectformat\s*=\s*sha256\s*$", re.IGNORECASE | re.MULTILINE)

#: Bytes of an entry before the object name, and of the flags behind it.
#: https://git-scm.com/docs/index-format
_STAT = 40
_FLAGS = 2
_EXTENDED = 0x4000
_ALIGNMENT = 8
_PLAIN, _WITH_EXTENDED, _COMPRESSED = 2, 3, 4


def repository_top(folder: Path) -> Path | None:
    """The folder that holds `.git`: `folder`, with links followed, or the nearest above it; None outside of git."""
    real = Path(os.path.realpath(folder))
    return next((above for above in (real, *real.parents) if os.path.lexists(above / ".git")), None)


def git_folder(top: Path, *, common: bool = False) -> Path:
    """Where the repository at `top` keeps its files; a worktree or a submodule names that folder in a file `.git`.

    `common` asks for what worktrees share: configuration and `info/exclude`.
    """
    folder = top / ".git"
    pointer = _POINTER.match(_content(folder, _SMALL) or b"")
    if pointer is not None:
        folder = top / os.fsdecode(pointer[1])
    if not common:
        return folder
    shared = _content(folder / "commondir", _SMALL)
    return folder / os.fsdecode(shared.strip()) if shared and b"\0" not in shared else folder


def is_tracked(root: Path, name: str) -> bool:
    """Whether git tracks the file of that name in the folder `root`, so that a commit would hold it.

    Reads the index, versions 2 to 4. False outside of a repository, and for an index that is missing, damaged, larger
    than 64 MB, or split (`core.splitIndex`) with the entry in its shared part.
    """
    top = repository_top(root)
    if top is None:
        return False
    index = _content(git_folder(top) / "index", _INDEX_LIMIT)
    if index is None:
        return False
    path = os.fsencode(Path(os.path.realpath(root)).relative_to(top) / name)
    config = _content(git_folder(top, common=True) / "config", _SMALL) or b""
    try:
        return _holds(index, path, 32 if _SHA256.search(config) else 20)
    except (IndexError, ValueError):
        return False


def _holds(index: bytes, path: bytes, object_name: int) -> bool:
    """Whether the index has an entry for the path. Raises IndexError or ValueError when it is cut off."""
    version, count = int.from_bytes(index[4:8]), int.from_bytes(index[8:12])
    if index[:4] != b"DIRC" or version not in (_PLAIN, _WITH_EXTENDED, _COMPRESSED):
        return False
    if version != _COMPRESSED and path + b"\0" not in index:
        return False
    start, name = 12, b""
    for _ in range(count):
        flags = start + _STAT + object_name
        begin = flags + _FLAGS
        if index[flags] << 8 & _EXTENDED:
            begin += _FLAGS
        if version == _COMPRESSED:
            removed, begin = _number(index, begin)
            end = index.index(b"\0", begin)
            name = name[: len(name) - removed] + index[begin:end]
            following = end + 1
        else:
            end = index.index(b"\0", begin)
            name = index[begin:end]
            following = start + (end - start) // _ALIGNMENT * _ALIGNMENT + _ALIGNMENT
        if name >= path:
            return name == path
        start = following
    return False


def _number(index: bytes, start: int) -> tuple[int, int]:
    """A variable-width integer, seven bits a byte, one added for each that continues; and where it ends."""
    byte = index[start]
    value = byte & 0x7F
    while byte & 0x80:
        start += 1
        byte = index[start]
        value = (value + 1) << 7 | byte & 0x7F
        if value > _INDEX_LIMIT:
            raise ValueError
    return value, start + 1


def _content(path: Path, limit: int) -> bytes | None:
    """The content of a regular file of at most `limit` bytes, else None."""
    try:
        descriptor, status = open_regular(str(path))
    except (OSError, ValueError):
        return None
    try:
        content = read_all(descriptor, limit) if stat.S_ISREG(status.st_mode) and status.st_size <= limit else None
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return content if content is not None and len(content) <= limit else None
