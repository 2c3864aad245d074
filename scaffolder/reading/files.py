"""Reads one file of the project: bounded, never outside the project, never from a pipe or a device."""

from __future__ import annotations

import codecs
import errno
import os
import stat
from pathlib import Path
from typing import NoReturn

from scaffolder.errors import ProjectError
from scaffolder.poetry.tables import parse_toml

#: A lock of 500 packages has 0.8 MB.
LOCK_LIMIT = 20_000_000
TEXT_LIMIT = 1 << 20
_CHUNK = 1 << 16

#: tomllib needs time that grows with the square of the parts of a dotted key: 5,000 of them take 0.3 s.
MOST_DOTS = 5_000

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOCTTY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_KINDS = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: File → what makes it anew; anything else is to be corrected by hand.
_REMEDIES = {"poetry.lock": "poetry lock"}


def read_text(root: Path, relative: str, *, limit: int = TEXT_LIMIT) -> str:
    """The text of the file at `relative` below the folder `root`, line ends and byte order mark as they are.

    Raises ProjectError for anything that is not a file of at most `limit` bytes of UTF-8 inside the project:
    missing, a folder, a pipe, forbidden, a link in circles or out of the project, another encoding.
    """
    content = _content(root, relative, limit)
    if content.startswith(_UTF_16):
        hint = f"iconv -f UTF-16 -t UTF-8 {relative} > new && mv new {relative}"
        _refuse(relative, "not-text", "UTF-16", "UTF-8", hint)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"the byte 0x{content[error.start]:02x}, which is not UTF-8, at offset {error.start} (line {line})"
        hint = _REMEDIES.get(relative, f"iconv -f LATIN1 -t UTF-8 {relative} > new && mv new {relative}")
        _refuse(relative, "not-text", found, "UTF-8", hint)


def read_document(root: Path, relative: str, *, limit: int = TEXT_LIMIT, may_be_empty: bool = False) -> str:
    """The text of a TOML file, as `read_text`.

    Raises ProjectError too where it is empty, begins with a byte order mark (Poetry refuses one as well), holds NUL,
    was left with the markers of a merge conflict, or is made to keep a parser busy for minutes.
    """
    text = read_text(root, relative, limit=limit)
    remedy = _REMEDIES.get(relative, f"restore {relative} from version control")
    if not may_be_empty and not text.strip("\ufeff \t\r\n"):
        _refuse(relative, "invalid-file", "an empty file", "TOML", remedy)
    if text.startswith("\ufeff"):
        hint = f"sed -i '1s/^\\xEF\\xBB\\xBF//' {relative}"
        _refuse(relative, "invalid-file", "a byte order mark before the first line", "UTF-8 without one", hint)
    if (position := text.find("\0")) >= 0:
        line = text.count("\n", 0, position) + 1
        _refuse(relative, "not-text", f"a NUL character in line {line}", "text", remedy)
    if any(line.count(".") > MOST_DOTS for line in text.split("\n")):
        _refuse(relative, "invalid-file", "a line with thousands of dots", "TOML", remedy)
    if line := _conflict_line(text):
        hint = f"resolve the conflict in {relative}"
        if relative == "poetry.lock":
            hint = "resolve pyproject.toml first, then: git checkout --theirs poetry.lock && poetry lock"
        _refuse(relative, "merge-conflict", f"a merge conflict in line {line}", "a file without <<<<<<<", hint)
    return text


def read_toml(root: Path, relative: str, *, may_be_empty: bool = False) -> dict[str, object]:
    """The content of a TOML file, read as `read_document`; ProjectError names line and column of what is no TOML."""
    return parse_toml(read_document(root, relative, may_be_empty=may_be_empty), relative)


def open_regular(path: str, *, follow: bool = True) -> tuple[int, os.stat_result]:
    """A descriptor, open for reading, and its stat; the caller closes it. Does not wait for the writer of a pipe.

    `follow` says whether `path` may be a link. Raises OSError as `os.open`.
    """
    descriptor = os.open(path, _FLAGS if follow else _FLAGS | _NO_LINK)
    return descriptor, os.fstat(descriptor)


def read_all(descriptor: int, limit: int) -> bytes:
    """At most `limit` + 1 bytes from the descriptor: one more than allowed shows that the file is larger."""
    chunks = []
    left = limit + 1
    # Room for all that is allowed would be made, and given back, for each file.
    while left > 0 and (chunk := os.read(descriptor, min(left, _CHUNK))):
        chunks.append(chunk)
        left -= len(chunk)
    return b"".join(chunks)


def is_inside(root: Path | str, path: Path | str) -> bool:
    """Whether the path, with every link followed, lies below the folder. Raises OSError for a link in circles."""
    inner = os.path.realpath(path, strict=True)
    outer = os.path.realpath(root)
    return os.path.commonpath((inner, outer)) == outer


def _content(root: Path, relative: str, limit: int) -> bytes:
    path = root / relative
    try:
        if path.is_symlink() and not is_inside(root, path):
            expected = "a file inside the project, for an image holds nothing else"
            _refuse(relative, "unreadable-file", "a link out of the project", expected, f"replace {relative} by a copy")
        descriptor, status = open_regular(str(path))
        try:
            _check(relative, status, limit)
            content = read_all(descriptor, limit)
        finally:
            os.close(descriptor)
    except OSError as error:
        _refuse_for(relative, error)
    if len(content) > limit:
        _refuse_size(relative, len(content), limit)
    return content


def _check(relative: str, status: os.stat_result, limit: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        found = next((words for test, words in _KINDS if test(status.st_mode)), "a device")
        _refuse(relative, "unreadable-file", found, "a file", f"move {relative} away")
    if status.st_size > limit:
        _refuse_size(relative, status.st_size, limit)


def _refuse_size(relative: str, size: int, limit: int) -> NoReturn:
    remedy = _REMEDIES.get(relative, f"restore {relative} from version control")
    found, expected = f"a file of {size / 1e6:.1f} MB", f"at most {limit / 1e6:.0f} MB"
    _refuse(relative, "too-large", found, expected, remedy)


def _refuse_for(relative: str, error: OSError) -> NoReturn:
    if error.errno == errno.ENOENT:
        _refuse(relative, "missing-file", "no such file", "a file", f"restore {relative} from version control")
    if error.errno in (errno.EACCES, errno.EPERM):
        _refuse(relative, "unreadable-file", "a file that may not be read", "a readable file", f"chmod u+r {relative}")
    if error.errno == errno.ELOOP:
        found = "a symbolic link that leads back to itself"
        _refuse(relative, "unreadable-file", found, "a file", f"rm {relative} and restore it")
    found = f"a file that cannot be read ({error.strerror or type(error).__name__})"
    _refuse(relative, "unreadable-file", found, "a readable file", f"look at it with: ls -l {relative}")


def _refuse(relative: str, code: str, found: str, expected: str, hint: str) -> NoReturn:
    raise ProjectError(relative, code=code, found=found, expected=expected, hint=hint)


def _conflict_line(text: str) -> int:
    """The line of the first merge-conflict marker, 0 when there is no conflict."""
    if "<<<<<<< " not in text and ">>>>>>> " not in text:
        return 0
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith(("<<<<<<< ", ">>>>>>> ")):
            return number
    return 0
