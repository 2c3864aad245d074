"""What happens to each file: the new render against what is on disk and what scaffold wrote before. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from scaffolder.errors import RefusedError
from scaffolder.merge import Merged, merge
from scaffolder.model.change import Action, Change, Existing, ExistingFile, Plan, RenderedFile, Settlement
from scaffolder.model.forbidden import why_not_rendered


def plan_init(
    rendered: Iterable[RenderedFile],
    existing: Mapping[str, ExistingFile],
    written: Mapping[str, RenderedFile],
    kept: Collection[str] = (),
    settled: Mapping[str, Settlement] | None = None,
    *,
    again: bool = False,
) -> Plan:
    """Plan an `init`; `again` when there is a `scaffold.lock`.

    `existing` holds what is on disk, `written` what scaffold wrote before (`scaffold.lock`). A file is scaffold's own
    as long as it still holds what was written; it is then replaced, or deleted when nothing renders it any more. Those
    of `kept` are the user's, who wants them left alone, and `settled` says what becomes of the other files of theirs:
    before one is changed, its content moves to a backup beside it.
    Raises RefusedError, naming every file, when a file is the user's and nothing is settled about it. Raises it too
    for a file that no blueprint may render.
    """
    changes = preview_init(rendered, existing, written, kept, settled).changes
    foreign = tuple(sorted(change.path for change in changes if change.action is Action.CONFLICT))
    if foreign:
        raise RefusedError(
            f"{', '.join(foreign)}: not written by scaffold, or edited since; nothing was written.",
            code="would-overwrite",
            hint=("Merge what is new with what you edited: scaffold update. " if again else "")
            + "See the difference: scaffold init --dry-run. Settle each on a terminal, or all of them: --existing"
            " keep, --existing merge, or --existing replace (--force), which keeps yours as .orig beside each.",
            paths=foreign,
        )
    return Plan(changes=changes)


def preview_init(
    rendered: Iterable[RenderedFile],
    existing: Mapping[str, ExistingFile],
    written: Mapping[str, RenderedFile],
    kept: Collection[str] = (),
    settled: Mapping[str, Settlement] | None = None,
) -> Plan:
    """The same as `plan_init`, with what is not settled left as conflicts instead of refused: for `--dry-run`."""
    changes = [_change(_allowed(file), existing, written, kept) for file in rendered]
    paths = {change.path for change in changes}
    changes += [_obsolete(path, existing[path], written) for path in written if path not in paths and path in existing]
    taken = set(existing) | {change.path for change in changes}
    settled_changes = (_settled(change, (settled or {}).get(change.path), taken) for change in changes)
    return Plan(changes=tuple(sorted(settled_changes, key=lambda change: change.path)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Forward:
    """The plan of an `update`."""

    plan: Plan
    #: Path → the conflicts of its file that are open, and what stays as the user has it.
    merged: Mapping[str, Merged]
    #: What `scaffold.lock` is to hold: the base of each file's next merge.
    bases: tuple[RenderedFile, ...]


def plan_update(
    rendered: Iterable[RenderedFile],
    existing: Mapping[str, ExistingFile],
    written: Mapping[str, RenderedFile],
    kept: Collection[str] = (),
    *,
    preview: bool = False,
) -> Forward:
    """Plan an `update`: each file of `written` or `rendered` merged with what is on disk; arguments as of `plan_init`.

    A file that somebody deleted stays deleted, and one of `kept` stays as it is. One that waits for its conflicts to
    be resolved keeps its base; any other gets the new one. Raises RefusedError for a file of the user's where a new
    one belongs (with `preview` it is a conflict), and for one that no blueprint may render.
    """
    new = {file.path: _allowed(file) for file in rendered}
    merged: dict[str, Merged] = {}
    changes: list[Change] = []
    bases: list[RenderedFile] = []
    for path in sorted(new.keys() | (written.keys() - kept)):
        base, theirs, current = written.get(path), new.get(path), existing.get(path)
        if path in kept:
            changes.append(_left_alone(path, current))
            continue
        if base is None and theirs is not None:
            changes.append(_change(theirs, existing, written, kept))
            bases.append(theirs)
            continue
        outcome = merge(path, *_texts(base, current, theirs))
        merged[path] = outcome
        changes.append(_forwarded(path, base, current, theirs, outcome))
        waits = base is not None and current is not None and outcome.conflicts and _encoded(outcome) == current.content
        if waits and base is not None:
            bases.append(base)
        elif theirs is not None:
            bases.append(theirs)
    foreign = tuple(change.path for change in changes if change.action is Action.CONFLICT and change.path not in merged)
    if foreign and not preview:
        raise RefusedError(
            f"{', '.join(foreign)}: not written by scaffold, which now has a file of that name; nothing was written.",
            code="would-overwrite",
            hint="Move it away and run scaffold update again, or settle it: scaffold init --existing keep (or merge, or"
            " replace, which keeps it as .orig beside the new one).",
            paths=foreign,
        )
    return Forward(plan=Plan(changes=tuple(changes)), merged=merged, bases=tuple(bases))


def _texts(*files: RenderedFile | ExistingFile | None) -> Iterator[str | bytes | None]:
    for file in files:
        yield file.content if isinstance(file, ExistingFile) else file.text if file else None


def _encoded(outcome: Merged) -> bytes | None:
    return outcome.text.encode() if isinstance(outcome.text, str) else outcome.text


def _left_alone(path: str, current: ExistingFile | None) -> Change:
    content = current.content if current else None
    return Change(path=path, action=Action.KEEP, before=content, after=content, mode=current.mode if current else 0o644)


def _forwarded(
    path: str,
    base: RenderedFile | None,
    current: ExistingFile | None,
    theirs: RenderedFile | None,
    outcome: Merged,
) -> Change:
    after = _encoded(outcome)
    if current is None:
        return _left_alone(path, None)
    untouched = base is not None and base.text.encode() == current.content
    if outcome.conflicts:
        action = Action.CONFLICT
    elif after == current.content:
        action = Action.UNCHANGED if theirs is not None and not outcome.kept else Action.KEEP
    elif after is None:
        action = Action.DELETE
    else:
        action = Action.UPDATE if untouched else Action.MERGE
    return Change(path=path, action=action, before=current.content, after=after, mode=current.mode)


def require_allowed(rendered: Iterable[RenderedFile]) -> None:
    """Raises RefusedError for a file that no blueprint may render; to be asked before anything is looked for there."""
    for file in rendered:
        _allowed(file)


def _allowed(file: RenderedFile) -> RenderedFile:
    if reason := why_not_rendered(file.path):
        raise RefusedError(
            f"The blueprint renders {file.path!r}: {reason}; nothing was changed.",
            code="unsafe-path",
            hint="Take that file out of the blueprint.",
            paths=(file.path,),
        )
    return file


def _change(
    file: RenderedFile,
    existing: Mapping[str, ExistingFile],
    written: Mapping[str, RenderedFile],
    kept: Collection[str],
) -> Change:
    after = file.text.encode()
    mode = 0o755 if file.executable else 0o644
    current = existing.get(file.path)
    if current is None:
        return Change(path=file.path, action=Action.CREATE, after=after, mode=mode)
    if current.content == after:
        return Change(path=file.path, action=Action.UNCHANGED, before=after, after=after, mode=current.mode)
    if file.path in kept:
        content = current.content
        return Change(path=file.path, action=Action.KEEP, before=content, after=content, mode=current.mode)
    before = written.get(file.path)
    ours = before is not None and before.text.encode() == current.content
    action = Action.UPDATE if ours else Action.CONFLICT
    return Change(path=file.path, action=action, before=current.content, after=after, mode=current.mode)


def _obsolete(path: str, current: ExistingFile, written: Mapping[str, RenderedFile]) -> Change:
    untouched = written[path].text.encode() == current.content
    action = Action.DELETE if untouched else Action.KEEP
    after = None if untouched else current.content
    return Change(path=path, action=action, before=current.content, after=after, mode=current.mode)


def _settled(change: Change, settlement: Settlement | None, taken: set[str]) -> Change:
    """A conflict as it was settled; if the user's content changes, it is kept beside it under a name that is free."""
    if change.action is not Action.CONFLICT or settlement is None:
        return change
    after = settlement.merged if settlement.existing is Existing.MERGE else change.after
    if settlement.existing is Existing.KEEP or after == change.before:
        return replace(change, action=Action.KEEP, after=change.before)
    backup = f"{change.path}.orig"
    number = 1
    while backup in taken:
        number += 1
        backup = f"{change.path}.orig{number}"
    taken.add(backup)
    action = Action.MERGE if settlement.existing is Existing.MERGE else Action.UPDATE
    return replace(change, action=action, after=after, backup=backup)
