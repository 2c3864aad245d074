"""Why each generated file changes: the decision that moved, the entry in the blueprint's changelog, or the project.

A decision is a cause of a change when the file would be another one had that decision stayed as it was. One that moved
only because another did is no cause of its own.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scaffolder.decisions import (
    BY_NAME,
    COMMAND,
    CONNECTIONS,
    ENVIRONMENT,
    PROCESSES,
    PROJECTS,
    Connection,
    EnvironmentVariable,
)
from scaffolder.decisions import ProcessEdits as Edits
from scaffolder.errors import ScaffoldError
from scaffolder.model.change import RenderedFile
from scaffolder.model.decision import Decision, Json, Source, Undecided
from scaffolder.rules import Inference, Override

#: Beyond so many, every cause counts for every file: each costs a rendering.
_MOST_RENDERINGS = 8
_HEADING = re.compile(r"##\s+\[?([^\s\]]+)")
_DIGEST = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{28,}\b")
_ENTRY = re.compile(r"[-*]\s+(.+)")

#: What would be decided with one decision held at a value.
Holding = Callable[[str, Override], Inference]
#: The files of an inference, by path.
Rendering = Callable[[Inference], Mapping[str, RenderedFile]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """One reason, and the files that change for it, sorted.

    `kind` is `decision`, `blueprint`, `scaffold` or `project`; `name`, `before` and `after` are those of a decision,
    or the versions.
    """

    kind: str
    name: str
    before: Json
    after: Json
    evidence: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    #: The folder of the project that a decision is about, where there are several.
    project: str = ""

    @property
    def text(self) -> str:
        """The cause as a clause."""
        because = f" ({'; '.join(self.evidence)})" if self.evidence else ""
        if self.kind == "decision":
            told = _arrow if self.name == COMMAND.name else _difference
            of = f"{self.project}: " if self.project else ""
            title = PROJECTS.title if self.name == PROJECTS.name else BY_NAME[self.name].title
            return f"{of}{title}: {told(self.before, self.after)}{because}"
        if self.kind == "project":
            return "the project changed in what no decision holds, such as its description or its folders"
        if self.before == self.after:
            return f"the {self.name} changed, its version {_short(self.after)} did not{because}"
        return f"{self.name} {_short(self.before)} → {_short(self.after)}{because}"


def _short(version: Json) -> str:
    """A version; of a commit or a digest, what tells it from others."""
    return _DIGEST.sub(r"\1", str(version))


def moved(before: Mapping[str, Json], inference: Inference) -> dict[str, Decision[Any]]:
    """The decisions whose value is another than `before` (name → value), in their order."""
    return {
        item.key.name: item
        for item in inference.decisions
        if item.key.name in before and before[item.key.name] != item.key.dump(item.value)
    }


def causes(
    before: Mapping[str, Json],
    inference: Inference,
    bases: Mapping[str, RenderedFile],
    rendered: Mapping[str, RenderedFile],
    others: Sequence[Cause],
    holding: Holding,
    rendering: Rendering,
) -> tuple[Cause, ...]:
    """Every cause with its files, decisions first.

    `before` holds the old values and `bases` the old files; `others` say what else changed, without files. Every file
    that differs between `bases` and `rendered` has a cause.
    """
    changed = sorted(path for path in bases.keys() | rendered.keys() if bases.get(path) != rendered.get(path))
    decisions = moved(before, inference)
    roots = _roots(before, decisions, holding)
    found: list[Cause] = []
    explained: set[str] = set()
    for name, kept in roots.items():
        paths = _affected(changed, rendered, kept, rendering, cheap=len(roots) <= _MOST_RENDERINGS)
        explained |= set(paths)
        found.append(_decision_cause(name, before[name], decisions[name], paths))
    rest = [path for path in changed if path not in explained]
    for other in others:
        named = [path for path in changed if any(f"`{path}`" in entry for entry in other.evidence)]
        everywhere = not other.evidence or any("`" not in entry for entry in other.evidence)
        paths = sorted({*named, *(rest if everywhere or not named else ())})
        found.append(replace(other, paths=tuple(paths)))
    left = [path for path in rest if not any(path in cause.paths for cause in found)]
    if left:
        found.append(Cause(kind="project", name="project", before=None, after=None, paths=tuple(left)))
    return tuple(cause for cause in found if cause.paths or cause.kind != "decision")


def changelog_entries(text: str, since: str = "") -> tuple[str, ...]:
    """The entries of a changelog: all, or those above the heading of the version `since`, () without such a heading."""
    entries: list[str] = []
    version = ""
    for line in text.splitlines():
        if heading := _HEADING.match(line):
            version = heading[1].removeprefix("v")
            if since and version == since:
                return tuple(entries)
        elif version and (entry := _ENTRY.match(line)):
            entries.append(entry[1].strip())
        elif version and entries and line.startswith("  "):
            entries[-1] = f"{entries[-1]} {line.strip()}"
    return () if since else tuple(entries)


def _roots(
    before: Mapping[str, Json], decisions: Mapping[str, Decision[Any]], holding: Holding
) -> dict[str, Inference | None]:
    """The decisions that moved by themselves → what would be decided had that one stayed; None when nobody can say."""
    held: dict[str, Inference | None] = {}
    derived: set[str] = set()
    for name in decisions:
        held[name] = _held(name, before[name], holding)
        still = held[name]
        if still is not None:
            moved_still = moved(before, still)
            derived |= {other for other in decisions if other != name and other not in moved_still}
    return {name: inference for name, inference in held.items() if name not in derived} or held


def _held(name: str, value: Json, holding: Holding) -> Inference | None:
    try:
        inference = holding(name, Override(value=_parsed(name, value), source=Source.FLAG, evidence=""))
    except (ScaffoldError, Undecided, ValueError, TypeError, KeyError, AttributeError):
        return None
    return None if inference.open else inference


def _parsed(name: str, value: Any) -> Any:
    """The value of a decision from what `scaffold.lock` holds. Raises ValueError, TypeError or KeyError."""
    match name:
        case ENVIRONMENT.name:
            return tuple(EnvironmentVariable(**row) for row in value)
        case CONNECTIONS.name:
            return tuple(Connection(**row) for row in value)
        case PROCESSES.name:
            table = {row["name"]: {key: item for key, item in row.items() if key != "name"} for row in value}
            edits: Any = PROCESSES.parse(table)
            return Edits(edits=edits.edits, exact=True)
        case _:
            return BY_NAME[name].parse(value)


def _affected(
    changed: Sequence[str],
    rendered: Mapping[str, RenderedFile],
    kept: Inference | None,
    rendering: Rendering,
    *,
    cheap: bool,
) -> list[str]:
    if kept is None or not cheap:
        return list(changed)
    try:
        files = rendering(kept)
    except (ScaffoldError, Undecided, ValueError, TypeError, KeyError):
        return list(changed)
    return [path for path in changed if files.get(path) != rendered.get(path)]


def _decision_cause(name: str, before: Json, decision: Decision[Any], paths: Collection[str]) -> Cause:
    after = decision.key.dump(decision.value)
    words = _added_words(before, after)
    evidence = [line for line in decision.evidence if line]
    telling = [line for line in evidence if any(word in line for word in words)]
    return Cause(
        kind="decision",
        name=name,
        before=before,
        after=after,
        evidence=tuple((telling or evidence)[:3]),
        paths=tuple(sorted(paths)),
    )


def _added_words(before: Json, after: Json) -> list[str]:
    old, new = _rows(before), _rows(after)
    return [name for name in new if old is not None and name not in old] if new is not None else []


def _rows(value: Json) -> dict[str, Json] | None:
    """The items of a list or a table by name; None for what is neither, or has items without one."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, list):
        return None
    rows: dict[str, Json] = {}
    for item in value:
        name = (item.get("name") or item.get("variable")) if isinstance(item, dict) else item
        if not isinstance(name, str):
            return None
        rows[name] = item
    return rows


def _difference(before: Json, after: Json) -> str:
    old, new = _rows(before), _rows(after)
    if old is None or new is None or not (old or new):
        return _arrow(before, after)
    return ", ".join(_row_differences(old, new)) or "in another order"


def _row_differences(old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[str]:
    yield from (f"{name} is new" for name in new if name not in old)
    yield from (f"{name} is gone" for name in old if name not in new)
    for name in new:
        if name in old and old[name] != new[name]:
            plain = isinstance(old[name], str) and isinstance(new[name], str)
            yield f"{name} {old[name]} → {new[name]}" if plain else f"{name} changed"


def _arrow(before: Json, after: Json) -> str:
    return f"{_shown(before)} → {_shown(after)}"


def _shown(value: Json) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return shlex.join(map(str, value)) or "none"
    return str(value)
