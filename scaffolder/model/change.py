"""What would happen to each file, decided before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: Stands near the top of every generated file, so that a later run does not take its own files for the project's.
GENERATED_MARK = "Made by scaffold"
_HEAD = 1_000


def is_generated(text: str) -> bool:
    """Whether a text is a file that scaffold wrote, edited since or not."""
    return GENERATED_MARK in text[:_HEAD]


class Existing(StrEnum):
    """What becomes of a file of the user's that is in the way; the words of `--existing`."""

    KEEP = "keep"
    REPLACE = "replace"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Settlement:
    """What was decided about one such file."""

    existing: Existing
    #: What it holds afterwards, of a merge.
    merged: bytes = b""


class Action(StrEnum):
    """What happens to a file; the words of `--json`."""

    CREATE = "create"
    UNCHANGED = "unchanged"
    UPDATE = "update"
    MERGE = "merge"
    CONFLICT = "conflict"
    DELETE = "delete"
    KEEP = "keep"

    @property
    def writes(self) -> bool:
        """Whether the file on disk changes."""
        return self in (Action.CREATE, Action.UPDATE, Action.MERGE, Action.CONFLICT, Action.DELETE)


@dataclass(frozen=True, kw_only=True, slots=True)
class RenderedFile:
    """A file as the blueprint renders it. `path` is relative to the project, POSIX."""

    path: str
    text: str
    executable: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ExistingFile:
    """A file as it is on disk, with its permission bits."""

    path: str
    content: bytes
    mode: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One file: what happens to it, and what it holds afterwards."""

    path: str
    action: Action
    #: Content before, None when the file does not exist.
    before: bytes | None = None
    #: Content after, None when the file is deleted.
    after: bytes | None = None
    #: Permission bits after.
    mode: int = 0o644
    #: Where the former content is kept, relative to the project; "" when it is not.
    backup: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Every file that the command is about, sorted by path."""

    changes: tuple[Change, ...]

    @property
    def writes(self) -> tuple[Change, ...]:
        """The changes that touch the disk."""
        return tuple(change for change in self.changes if change.action.writes and change.before != change.after)
