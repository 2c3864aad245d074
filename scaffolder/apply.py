"""A plan onto the disk, through the journal: all of it, or none of it."""

from __future__ import annotations

from pathlib import Path

from scaffolder.journal import commit
from scaffolder.model.change import Action, Change, Plan
from scaffolder.reading.targets import refused


def apply(root: Path, plan: Plan) -> None:
    """Carry a plan out, provided that every file that it is about is still as it was when the plan was made.

    Otherwise, and when the disk refuses, raises RefusedError: the project is as it was before. See `journal` for what
    happens when the process is killed.
    """
    if plan.writes:
        backups = [_backup(change) for change in plan.writes if change.backup]
        commit(root, (*plan.writes, *backups), (change for change in plan.changes if not change.action.writes))


def write_private(root: Path, path: str, before: bytes | None, after: bytes) -> None:
    """Write a file that only its owner may read, mode 0600, as part of nothing else. The one door to `.env`.

    `before` is what it held when it was read, None when it did not exist. Raises RefusedError as `apply`, and when it
    is a symbolic link.
    """
    if (root / path).is_symlink():
        raise refused(path, "it is a symbolic link")
    commit(root, [Change(path=path, action=Action.UPDATE, before=before, after=after, mode=0o600)], forbidden=())


def _backup(change: Change) -> Change:
    return Change(path=change.backup, action=Action.KEEP, after=change.before, mode=change.mode)
