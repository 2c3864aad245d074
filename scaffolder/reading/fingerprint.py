"""One number for all that decides: equal only while nothing that `read_project` reads has changed.

Contents count, and the names of all files; times do not. It says too often that something changed (a comment in a
module), and never too seldom.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffolder.knowledge.compose_files import COMPOSE_FILES, OVERRIDE_FILES
from scaffolder.knowledge.example_files import EXAMPLE_FILES
from scaffolder.model.change import GENERATED_MARK
from scaffolder.model.forbidden import STATE_FILE
from scaffolder.reading.files import LOCK_LIMIT, open_regular, read_all
from scaffolder.reading.tree import list_files, would_be_listed

#: Names of the files that are read, wherever they stand, besides Python's; `reading/project.py` says what for.
_READ = frozenset(
    {
        ".python-version",
        ".tool-versions",
        "Procfile",
        "alembic.ini",
        "config.toml",
        "poetry.lock",
        "poetry.toml",
        "pyproject.toml",
        "runtime.txt",
    }
)
#: The same, for files that are passed over as soon as scaffold wrote them.
_READ_UNLESS_GENERATED = frozenset({".dockerignore", *EXAMPLE_FILES, *COMPOSE_FILES, *OVERRIDE_FILES})
_ALWAYS = ("poetry.lock", "pyproject.toml")
_HEAD = 1_000
_MARK = GENERATED_MARK.encode()


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """What decides besides the files whose names tell; it follows from those."""

    #: Path dependencies and packages outside, relative to the project.
    outside: tuple[str, ...] = ()
    #: Files of the project that hand-written container files name, whatever these are called.
    named: tuple[str, ...] = ()
    #: How many of the folders above the project count by their name.
    levels: int = 0
    #: The name of the project's folder where it stands for that of the project, "" otherwise.
    folder: str = ""


def project_digest(
    root: Path, scope: Scope, own: Collection[str], changed: Mapping[str, bytes | None] | None = None
) -> str:
    """The sha256 of the project in `root` as it would be with `changed` (path → content, None for no file).

    `own` are the files that scaffold.lock calls scaffold's own: that they are, counts, and not what they hold. Raises
    no error: what cannot be read counts as such.
    """
    changed = changed or {}
    listed, truncated = list_files(root)
    beside = (scope.outside, scope.named, scope.levels, scope.folder)
    sha = hashlib.sha256(repr((beside, truncated, sorted(own))).encode())
    names = set(listed) - {STATE_FILE}
    names -= {path for path, content in changed.items() if content is None}
    made = {path for path, content in changed.items() if content is not None and path not in names}
    names |= {path for path in made if would_be_listed(root, path)}
    _add_names(sha, names)
    for path in sorted({*filter(is_input, names), *_ALWAYS, *names.intersection(scope.named)} - set(own)):
        changed_content = changed.get(path)
        content = _content(f"{root}/{path}") if changed_content is None else changed_content
        _add(sha, path, content if path in scope.named else _counted(path, content))
    for path, content in _beside(root, scope):
        _add(sha, path, content)
    return sha.hexdigest()


def folder_digest(folder: Path) -> str:
    """The sha256 of the files of a blueprint: their names and contents."""
    sha = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        _add(sha, path.relative_to(folder).as_posix(), path.read_bytes())
    return sha.hexdigest()


def is_input(path: str) -> bool:
    """Whether `read_project` may look into the file; its name tells."""
    name = path.rpartition("/")[2]
    is_dockerfile = "dockerfile" in name.lower() or name == "Containerfile"
    return is_dockerfile or name.endswith(".py") or name in _READ or name in _READ_UNLESS_GENERATED


def _counted(path: str, content: bytes) -> bytes:
    """What of a file counts; of one that scaffold wrote, only that it did, whoever edited it since."""
    is_generated = content.find(_MARK, 0, _HEAD) >= 0 and path.rpartition("/")[2] not in _READ
    return b"\0generated" if is_generated else content


def _beside(root: Path, scope: Scope) -> Iterator[tuple[str, bytes]]:
    if not (scope.outside or scope.levels):
        return
    from scaffolder.reading.outside import location, within_reach  # noqa: PLC0415 - few projects need it

    names = location(root).split("/")
    yield "location", "/".join(names[-scope.levels :] if scope.levels else ()).encode()
    for path in scope.outside:
        place = within_reach(root, path)
        if place is None or not place.is_dir():
            yield path, b"no folder" if place is None else b"a file"
            continue
        files = list_files(place)[0]
        yield path, "\0".join(files).encode()
        yield from ((f"{path}/{file}", _content(f"{place}/{file}")) for file in files if is_input(file))


def _add_names(sha: hashlib._Hash, names: Iterable[str]) -> None:
    _add(sha, "names", "\0".join(sorted(names)).encode(errors="surrogateescape"))


def _add(sha: hashlib._Hash, path: str, content: bytes) -> None:
    sha.update(f"\n{path}\0{len(content)}\0".encode(errors="surrogateescape"))
    sha.update(content)


def _content(path: str) -> bytes:
    """The content of a file; of a link, also that it is one."""
    try:
        descriptor, _ = open_regular(path, follow=False)
    except OSError:
        return _linked(path)
    try:
        return read_all(descriptor, LOCK_LIMIT)
    except OSError as error:
        return f"unreadable {error.errno}".encode()
    finally:
        os.close(descriptor)


def _linked(path: str) -> bytes:
    try:
        target = Path(path).readlink()
        descriptor, _ = open_regular(path)
    except OSError as error:
        return f"unreadable {error.errno}".encode()
    try:
        return b"link " + os.fsencode(target) + b"\0" + read_all(descriptor, LOCK_LIMIT)
    except OSError as error:
        return f"unreadable {error.errno}".encode()
    finally:
        os.close(descriptor)
