"""What `scaffold update` says: each change with its cause, each conflict with both sides. Prints nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from scaffolder.causes import Cause
from scaffolder.merge import Conflict, Merged
from scaffolder.model.change import Action, Change, Plan
from scaffolder.model.decision import Json
from scaffolder.report import change_word

_MOST_LINES = 6
_COLORS = {"+": "\x1b[32m", "-": "\x1b[31m", "@": "\x1b[36m"}
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def summary(plan: Plan, causes: Iterable[Cause], merged: Mapping[str, Merged], *, dry_run: bool = False) -> str:
    """The files that change and why, then every conflict with what each side wants."""
    causes = tuple(causes)
    told = [
        change for change in plan.changes if change in plan.writes or change.action in (Action.CONFLICT, Action.KEEP)
    ]
    if not plan.writes and not any(item.conflicts for item in merged.values()):
        lines = ["Nothing to do."]
    else:
        lines = ["What would change:" if dry_run else "Changed:"] if plan.writes else []
    width = max((len(change_word(change)) for change in told), default=0)
    for change in told:
        lines.append(f"  {change_word(change):<{width}}  {change.path}{_aside(change, merged)}")
        lines += [f"  {'':<{width}}    {cause.text}" for cause in causes if change.path in cause.paths]
    for item in merged.values():
        for conflict in item.kept:
            lines += ["", f"{_place(conflict)} stays as you have it: {conflict.why}."]
            lines += _side("scaffold", conflict.theirs)
    for path, item in merged.items():
        if item.conflicts:
            lines += ["", *_conflict_lines(item.conflicts, [cause for cause in causes if path in cause.paths])]
    waiting = [path for path, item in merged.items() if item.conflicts]
    if waiting:
        lines += ["", f"Resolve the conflicts in {', '.join(waiting)}, then run: scaffold check"]
    return "\n".join(lines)


def causes_json(causes: Iterable[Cause]) -> Json:
    """`[{kind, name, before, after, evidence, text, files}]`; before and after are null where there is no value."""
    return [
        {
            "kind": cause.kind,
            "name": cause.name,
            "before": cause.before,
            "after": cause.after,
            "evidence": list(cause.evidence),
            "text": cause.text,
            "files": list(cause.paths),
        }
        for cause in causes
    ]


def files_json(plan: Plan, causes: Iterable[Cause], merged: Mapping[str, Merged]) -> Json:
    """`[{path, action, why, conflicts, kept}]`; each conflict is `{where, yours, scaffold, why}`."""
    causes = tuple(causes)
    nothing = Merged(None)
    return [
        {
            "path": change.path,
            "action": change.action.value,
            "why": [cause.text for cause in causes if change.path in cause.paths],
            "conflicts": [_conflict_json(item) for item in merged.get(change.path, nothing).conflicts],
            "kept": [_conflict_json(item) for item in merged.get(change.path, nothing).kept],
        }
        for change in plan.changes
    ]


def colored(difference: str, wanted: bool) -> str:
    """A unified difference with what git shows in color in color."""
    return "".join(map(_colored, difference.splitlines(keepends=True))) if wanted else difference


def _colored(line: str) -> str:
    color = _BOLD if line.startswith(("+++", "---")) else _COLORS.get(line[:1], "")
    return f"{color}{line.rstrip()}{_PLAIN}\n" if color else line


def _aside(change: Change, merged: Mapping[str, Merged]) -> str:
    if change.action is not Action.KEEP:
        return ""
    item = merged.get(change.path)
    if item is None:
        return "  (you keep it)"
    if change.after is None:
        return "  (you deleted it)"
    return "  (scaffold no longer writes it)" if not any(kept.theirs for kept in item.kept) else ""


def _conflict_lines(conflicts: Iterable[Conflict], causes: Iterable[Cause]) -> Iterator[str]:
    because = "; ".join(cause.text for cause in causes)
    for conflict in conflicts:
        yield f"Conflict in {_place(conflict)}: {conflict.why}."
        yield from _side("yours", conflict.ours)
        yield from _side("scaffold", conflict.theirs)
        if because:
            yield f"  why scaffold changed it: {because}"


def _place(conflict: Conflict) -> str:
    return f"{conflict.path}, {conflict.where}" if conflict.where else conflict.path


def _side(name: str, text: str) -> Iterator[str]:
    lines = text.splitlines()
    yield f"  {name}:" + ("" if lines else " nothing")
    yield from (f"    {line}" for line in lines[:_MOST_LINES])
    if len(lines) > _MOST_LINES:
        yield f"    … {len(lines) - _MOST_LINES} more lines"


def _conflict_json(conflict: Conflict) -> Json:
    return {"where": conflict.where, "yours": conflict.ours, "scaffold": conflict.theirs, "why": conflict.why}
