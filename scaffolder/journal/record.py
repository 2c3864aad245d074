"""The record of a transaction: which files are about to change, and what each holds before and after."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from scaffolder.errors import ProjectError
from scaffolder.model.forbidden import JOURNAL, why_forbidden
from scaffolder.reading.files import LOCK_LIMIT, open_regular, read_all

NAME = "record"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A file: the sha256 of its content before and after, None where it does not exist."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What a transaction is about; `folders` are those that it makes, outermost first."""

    folders: tuple[str, ...]
    entries: tuple[Entry, ...]


def digest(content: bytes | None) -> str | None:
    """The sha256 of a content in hexadecimal, None for no file."""
    return None if content is None else hashlib.sha256(content).hexdigest()


def dump_record(record: Record) -> bytes:
    """The record as JSON."""
    files = [{"path": entry.path, "before": entry.before, "after": entry.after} for entry in record.entries]
    return json.dumps({"format": 1, "folders": record.folders, "files": files}, indent=1).encode()


def read_record(journal: Path) -> Record | None:
    """The record in the folder `journal`, None without one. Raises ProjectError when it is not as scaffold wrote it."""
    if journal.is_symlink() or (os.path.lexists(journal) and not journal.is_dir()):
        raise journal_broken("a file or a link of that name")
    try:
        descriptor, _ = open_regular(str(journal / NAME), follow=False)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise journal_broken(f"a record that cannot be read ({error.strerror})") from error
    try:
        data = json.loads(read_all(descriptor, LOCK_LIMIT))
    except (OSError, ValueError, RecursionError):
        raise journal_broken("a record that is no JSON") from None
    finally:
        os.close(descriptor)
    match data:
        case {"format": 1, "folders": [*folders], "files": [*files]}:
            return Record(folders=tuple(map(_path, folders)), entries=tuple(map(_entry, files)))
        case _:
            raise journal_broken("a record of another format")


def _entry(item: object) -> Entry:
    match item:
        case {"path": path, "before": str() | None as before, "after": str() | None as after}:
            return Entry(path=_path(path), before=before, after=after)
        case _:
            raise journal_broken("a file without path, before and after in the record")


def _path(value: object) -> str:
    if not isinstance(value, str) or why_forbidden(value, ()):
        raise journal_broken("a path in the record that no run of scaffold writes")
    return value


def journal_broken(found: str) -> ProjectError:
    """The error for a journal that scaffold did not write, or that somebody changed since."""
    return ProjectError(
        JOURNAL,
        code="journal-broken",
        found=found,
        expected="what an interrupted run of scaffold left",
        hint="Look at the files with git diff and put back what is missing (the *.old in there are the former files),"
        f" then: rm -r {JOURNAL}",
    )
