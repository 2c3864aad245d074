"""A transaction on the files of a project: all of it or none, whatever ends the process.

    .scaffold-journal/
        .gitignore     git never sees the folder
        0.new, 0.old   of each file: what it will hold, and a second name for the file as it is
        record         which files are about to change; there from before the first move until after the last

Without `record` no file of the project has changed, or all have. With it, `recover` puts back every file that is
exactly as the transaction would have left it; one that somebody edited since stays as it is. Putting back is always
right: the former files and the former `scaffold.lock` fit together, and the same command can do it all again.

What is in the way of a change is found by comparing contents, last of all right before the move. Two runs do not meet
because of a lock on the project folder, which the system lifts when a process ends, however it ends; on a file system
without locks the comparison stands alone.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from scaffolder.errors import RefusedError
from scaffolder.journal import record as records
from scaffolder.journal.disk import exclusive, named, remedy, sync_folder, write
from scaffolder.journal.record import Entry, Record, digest, dump_record, journal_broken, read_record
from scaffolder.model.change import Action, Change
from scaffolder.model.forbidden import JOURNAL, SECRETS
from scaffolder.model.message import Level, Message
from scaffolder.reading.targets import locate, read_place, refused

_RECORD = records.NAME
_OURS = re.compile(r"\.gitignore|record(\.new)?|\d+\.(new|old)")
_ANYBODY_WRITES = 0o222


def commit(
    root: Path, writes: Sequence[Change], fixed: Iterable[Change] = (), *, forbidden: Collection[str] = SECRETS
) -> None:
    """Carry out `writes`, provided that each file, those of `fixed` too, is still as its change says.

    Raises RefusedError, with the project as it was before, when a file is not, cannot be written, or lies where
    scaffold does not write; when another run is at work; when an interrupted one has not been recovered.
    """
    with exclusive(root):
        journal = _new_journal(root)
        try:
            for change in fixed:
                _place(root, change, forbidden)
            record = _stage(root, journal, writes, forbidden)
        except BaseException:
            _drop(journal)
            raise
        try:
            _move_all(root, journal, record, writes, forbidden)
        except BaseException as error:
            _take_back(root, journal, record, error)
            raise
        with suppress(KeyboardInterrupt):  # everything is written: too late to say that nothing was
            _drop(journal)


def recover(root: Path) -> Message | None:
    """Put the project back as it was before a run that was interrupted; says what was done, None without one.

    Raises RefusedError when another run is at work or a file cannot be put back, and ProjectError when the journal
    is not as scaffold wrote it.
    """
    journal = root / JOURNAL
    if not os.path.lexists(journal):
        return None
    with exclusive(root):
        record = read_record(journal)
        if record is None:
            _drop(journal)
            return None
        places = {entry.path: locate(root, entry.path, ()) for entry in record.entries}
        if all(_digest_at(places[entry.path], entry.path) == entry.after for entry in record.entries):
            _drop(journal)
            return Message(
                level=Level.INFO,
                code="interrupted-run",
                text="The run before this one was interrupted, but after it had written everything.",
            )
        try:
            restored, left = _undo(root, journal, record)
        except OSError as error:
            raise _not_back(error) from error
        _drop(journal)
        return _undone(restored, left)


def _new_journal(root: Path) -> Path:
    journal = root / JOURNAL
    if os.path.lexists(journal):
        if read_record(journal) is not None:
            raise RefusedError(
                "Another run of scaffold was interrupted just now; nothing was changed.",
                code="interrupted-run",
                hint="Run the same command again: it first puts back what that one left.",
            )
        _drop(journal)
    with named(JOURNAL):
        journal.mkdir(0o700)
    return journal


def _stage(root: Path, journal: Path, writes: Sequence[Change], forbidden: Collection[str]) -> Record:
    """Write every content and the record into the journal, and see to it that they are on the disk."""
    with named(JOURNAL):
        write(journal / ".gitignore", b"*\n")
    places: dict[Path, str] = {}
    for number, change in enumerate(writes):
        with named(change.path):
            place = _place(root, change, forbidden)
            if place in places:
                raise refused(change.path, f"it is the same file as {places[place]}")
            places[place] = change.path
            _stage_one(journal, number, change, place)
    record = Record(
        folders=tuple(_missing_folders(root, places)),
        entries=tuple(
            Entry(path=change.path, before=digest(change.before), after=digest(change.after)) for change in writes
        ),
    )
    with named(JOURNAL):
        sync_folder(journal)
        write(journal / f"{_RECORD}.new", dump_record(record))
        (journal / f"{_RECORD}.new").replace(journal / _RECORD)
        sync_folder(journal)
        sync_folder(root)
    return record


def _stage_one(journal: Path, number: int, change: Change, place: Path) -> None:
    if change.before is not None:
        _second_name(place, journal / f"{number}.old")
    if change.after is None:
        return
    if change.action is Action.CREATE:  # as the user's umask has it
        write(journal / f"{number}.new", change.after, 0o777 if change.mode & 0o111 else 0o666)
    else:
        write(journal / f"{number}.new", change.after)
        _keep_owner(place, journal / f"{number}.new")
        (journal / f"{number}.new").chmod(change.mode)


def _keep_owner(place: Path, new: Path) -> None:
    """Give the new file the owner of the old, as far as the system lets this user do so."""
    with suppress(OSError):
        status, own = place.stat(), new.stat()
        if (status.st_uid, status.st_gid) != (own.st_uid, own.st_gid):
            os.chown(new, status.st_uid, status.st_gid)


def _second_name(place: Path, kept: Path) -> None:
    """Keep the file itself, with its owner and all; a copy where the file system has no second names."""
    try:
        os.link(place, kept)
    except OSError:
        write(kept, place.read_bytes())
        shutil.copystat(place, kept)


def _missing_folders(root: Path, places: Iterable[Path]) -> list[str]:
    top = Path(os.path.realpath(root))
    folders = {folder for place in places for folder in place.parents if folder.is_relative_to(top)}
    return sorted(folder.relative_to(top).as_posix() for folder in folders if not folder.exists())


def _move_all(root: Path, journal: Path, record: Record, writes: Sequence[Change], forbidden: Collection[str]) -> None:
    for folder in record.folders:
        with named(folder):
            locate(root, folder, forbidden).mkdir()
    for number, change in enumerate(writes):
        with named(change.path):
            _move(journal, number, change, _place(root, change, forbidden))
    _sync_parents(root, record)


def _move(journal: Path, number: int, change: Change, place: Path) -> None:
    if change.after is None:
        place.unlink()
    elif change.before is None:
        _move_where_nothing_is(journal / f"{number}.new", place, change.path)
    else:
        (journal / f"{number}.new").replace(place)
    if change.before is not None and (journal / f"{number}.old").read_bytes() != change.before:
        raise _changed_meanwhile(change.path)


def _move_where_nothing_is(new: Path, place: Path, path: str) -> None:
    """Unlike a move, a second name never takes the place of a file that somebody made just now."""
    try:
        os.link(new, place)
    except FileExistsError:
        raise _changed_meanwhile(path) from None
    except OSError:  # a file system without second names
        new.replace(place)


def _place(root: Path, change: Change, forbidden: Collection[str]) -> Path:
    """Where the file lies. Raises RefusedError unless it still is what the change expects."""
    place = locate(root, change.path, forbidden)
    current = read_place(place, change.path)
    if (current.content if current else None) != change.before:
        raise _changed_meanwhile(change.path)
    if current and change.action.writes and not current.mode & _ANYBODY_WRITES:
        raise RefusedError(
            f"{change.path} cannot be written: it is read-only; nothing was changed.",
            code="read-only",
            hint=f"Allow it: chmod u+w {change.path}",
            paths=(change.path,),
        )
    return place


def _take_back(root: Path, journal: Path, record: Record, reason: BaseException) -> None:
    """Undo what was moved. Raises RefusedError when that fails as well: the journal then stays for `recover`."""
    try:
        _undo(root, journal, record)
    except (OSError, RefusedError) as error:
        raise _not_back(error) from reason
    _drop(journal)


def _undo(root: Path, journal: Path, record: Record) -> tuple[list[str], list[str]]:
    """Put back what is exactly as the transaction leaves it; returns those paths, and those that are neither."""
    restored, left = [], []
    for number, entry in enumerate(record.entries):
        place = locate(root, entry.path, ())
        current = _digest_at(place, entry.path)
        if current == entry.before:
            continue
        if current != entry.after:
            left.append(entry.path)
            continue
        if entry.before is None:
            place.unlink()
        else:
            _require_kept(journal / f"{number}.old")
            (journal / f"{number}.old").replace(place)
        restored.append(entry.path)
    for folder in reversed(record.folders):
        with suppress(OSError):  # somebody else's file lies in it
            locate(root, folder, ()).rmdir()
    _sync_parents(root, record)
    return restored, left


def _undone(restored: Sequence[str], left: Sequence[str]) -> Message:
    text = "The run before this one was interrupted while it wrote."
    text += f" Put back as they were: {', '.join(sorted(restored))}." if restored else " It had changed no file yet."
    if left:
        text += f" Edited since, and left as they are: {', '.join(sorted(left))}."
    return Message(level=Level.WARNING, code="interrupted-run", text=text)


def _drop(journal: Path) -> None:
    """Remove the journal, its record first. What cannot be removed says nothing any more, or the same once more."""
    with suppress(OSError):
        (journal / _RECORD).unlink(missing_ok=True)
        for path in sorted(journal.iterdir()):
            if _OURS.fullmatch(path.name):
                path.unlink()
        journal.rmdir()


def _sync_parents(root: Path, record: Record) -> None:
    for folder in sorted({locate(root, entry.path, ()).parent for entry in record.entries}):
        sync_folder(folder)


def _digest_at(place: Path, path: str) -> str | None:
    current = read_place(place, path)
    return digest(current.content if current else None)


def _require_kept(kept: Path) -> None:
    if kept.is_symlink() or not kept.is_file():
        raise journal_broken(f"no file {kept.name}, which is to be put back")


def _changed_meanwhile(path: str) -> RefusedError:
    return RefusedError(
        f"{path} changed while scaffold was at work; nothing was changed.",
        code="changed-meanwhile",
        hint="Run the same command again.",
        paths=(path,),
    )


def _not_back(error: OSError | RefusedError) -> RefusedError:
    reason = (error.strerror or str(error)) if isinstance(error, OSError) else error.message
    return RefusedError(
        f"A run broke off, and what it wrote could not be taken back: {reason}. {JOURNAL} holds the former files.",
        code="not-put-back",
        hint=f"{remedy(error)}, and run the same command again: it first puts back the rest.",
    )
