"""A plan onto the disk, through the journal: all of it, or none of it."""

from __future__ import annotations

from pathlib import Path

from scaffolder.errors import RefusedError
from scaffolder.journal import commit
from scaffolder.model.change import Action, Change, Plan
from scaffolder.reading.outcome import Outcome
from scaffolder.reading.targets import refused
from scaffolder.soundness import faults


def apply(root: Path, plan: Plan) -> None:
    """Carry a plan out, provided that it breaks nothing and that every file is still as it was when the plan was made.

    Otherwise, and when the disk refuses, raises RefusedError: the project is as it was before. See `journal` for what
    happens when the process is killed, and `soundness` for what is looked at. A fault that is there already does not
    hold anybody up, and files with conflicts in them wait for their owner.
    """
    if plan.writes:
        _require_sound(root, plan)
        backups = [_backup(change) for change in plan.writes if change.backup]
        commit(root, (*plan.writes, *backups), (change for change in plan.changes if change not in plan.writes))


def write_private(root: Path, path: str, before: bytes | None, after: bytes) -> None:
    """Write a file that only its owner may read, mode 0600, as part of nothing else. The one door to `.env`.

    `before` is what it held when it was read, None when it did not exist. Raises RefusedError as `apply`, and when it
    is a symbolic link.
    """
    if (root / path).is_symlink():
        raise refused(path, "it is a symbolic link")
    commit(root, [Change(path=path, action=Action.UPDATE, before=before, after=after, mode=0o600)], forbidden=())


def _require_sound(root: Path, plan: Plan) -> None:
    changes = [change for change in plan.changes if change.action is not Action.CONFLICT]
    paths = [change.path for change in changes if change.after is not None]
    found = faults(Outcome(root, plan.changes), paths)
    if found and (new := sorted(set(found) - set(faults(Outcome(root), paths)))):
        raise RefusedError(
            f"What would be written does not work. {'. '.join(new)}. Nothing was changed.",
            code="unsound",
            hint="Put there what is missing, or decide otherwise with --set NAME=VALUE; scaffold explain shows why.",
            paths=tuple(path for path in sorted(paths) if any(fault.startswith(path) for fault in new)),
        )


def _backup(change: Change) -> Change:
    return Change(path=change.backup, action=Action.KEEP, after=change.before, mode=change.mode)
