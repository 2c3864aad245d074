"""What happens to each file: the new render against what is on disk and what scaffold wrote before. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from scaffolder.errors import RefusedError
from scaffolder.model.change import Action, Change, ExistingFile, Plan, RenderedFile
from scaffolder.model.forbidden import why_not_rendered


def plan_init(
    rendered: Iterable[RenderedFile],
    existing: Mapping[str, ExistingFile],
    written: Mapping[str, RenderedFile],
    kept: Collection[str] = (),
    *,
    force: bool = False,
) -> Plan:
    """Plan an `init`.

    `existing` holds what is on disk, `written` what scaffold wrote before (`scaffold.lock`). A file is scaffold's own
    as long as it still holds what was written; it is then replaced, or deleted when nothing renders it any more. Those
    of `kept` are the user's, who wants them left alone.
    Raises RefusedError, naming every file, when a file is the user's and `force` is off; with `force` the user's
    content moves to a backup beside it. Raises it too for a file that no blueprint may render.
    """
    changes = preview_init(rendered, existing, written, kept).changes
    foreign = tuple(sorted(change.path for change in changes if change.action is Action.CONFLICT))
    if foreign and not force:
        raise RefusedError(
            f"{', '.join(foreign)}: not written by scaffold, or edited since; nothing was written.",
            code="would-overwrite",
            hint="See the difference: scaffold init --dry-run. Go on and keep yours as .orig beside each: scaffold init"
            " --force.",
            paths=foreign,
        )
    taken = set(existing) | {change.path for change in changes}
    return Plan(changes=tuple(_forced(change, taken) for change in changes))


def preview_init(
    rendered: Iterable[RenderedFile],
    existing: Mapping[str, ExistingFile],
    written: Mapping[str, RenderedFile],
    kept: Collection[str] = (),
) -> Plan:
    """The same as `plan_init`, with the user's files left as conflicts instead of refused: for `--dry-run`."""
    changes = [_change(_allowed(file), existing, written, kept) for file in rendered]
    paths = {change.path for change in changes}
    changes += [_obsolete(path, existing[path], written) for path in written if path not in paths and path in existing]
    return Plan(changes=tuple(sorted(changes, key=lambda change: change.path)))


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


def _forced(change: Change, taken: set[str]) -> Change:
    """A conflict as an update that keeps the user's content beside it, under a name that is free."""
    if change.action is not Action.CONFLICT:
        return change
    backup = f"{change.path}.orig"
    number = 1
    while backup in taken:
        number += 1
        backup = f"{change.path}.orig{number}"
    return Change(
        path=change.path,
        action=Action.UPDATE,
        before=change.before,
        after=change.after,
        mode=change.mode,
        backup=backup,
    )
