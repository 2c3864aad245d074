"""Files of the user's where scaffold would write: what becomes of each, and of what they alone knew. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, TypeAlias

from scaffolder.decisions import (
    COMMAND,
    CONNECTIONS,
    ENVIRONMENT,
    PROCESSES,
    SERVICE_IMAGES,
    Process,
    ProcessEdit,
    ProcessEdits,
)
from scaffolder.merge.convention import convention_of, plain
from scaffolder.merge.files import merge
from scaffolder.merge.lines import side_of, split
from scaffolder.model.change import Change, Existing, Settlement
from scaffolder.model.decision import Decision, Decisions, Override, Source
from scaffolder.rules import Inference

#: What becomes of a file of the user's that is in the way.
Settler: TypeAlias = Callable[[Change], Settlement]

DOCKERFILE = "Dockerfile"
#: What only scaffold's own Dockerfile needs, or what would change the image that another one builds.
_OF_THE_DOCKERFILE = (
    "docker/",
    ".dockerignore",
    "Dockerfile.dockerignore",
    "compose.override.yaml",
    "gunicorn.conf.py",
)
#: Files whose lines stand for themselves, so that those of both sides can stand.
_LISTS = (".dockerignore", ".env.example")
#: What cannot be written as one value, or follows from the rest.
_NOT_SAVED = frozenset({CONNECTIONS.name, ENVIRONMENT.name})
#: More lines than this are compared as one block.
_MOST_LINES = 5_000


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines of the user's, and those that scaffold has in their place; either may be none."""

    #: Number of the first line in the user's file.
    line: int
    mine: tuple[str, ...]
    scaffolds: tuple[str, ...]


def settler(existing: Existing) -> Settler:
    """The same for every file, asking nobody. See `added` for what a merge is then."""

    def settle(change: Change) -> Settlement:
        if existing is not Existing.MERGE:
            return Settlement(existing)
        text = added(change)
        return Settlement(Existing.KEEP) if text is None else Settlement(Existing.MERGE, text)

    return settle


def added(change: Change) -> bytes | None:
    """The user's file with what only scaffold's has, where every line stands for itself; None for any other file.

    Nothing of the user's is changed or taken away: a variable that both have keeps the user's value, and the user's
    patterns come last, so that they decide.
    """
    mine, scaffolds = texts_of(change)
    if mine is None or scaffolds is None or _name(change.path) not in _LISTS:
        return None
    merged = merge(change.path, "", plain(mine), scaffolds).text
    text = side_of(merged, "yours") if isinstance(merged, str) else plain(mine)
    return convention_of(mine).write(text).encode()


def hunks(change: Change) -> tuple[Hunk, ...]:
    """What differs, in the order of the user's file; () where either side is no text."""
    mine, scaffolds = texts_of(change)
    if mine is None or scaffolds is None:
        return ()
    ours, theirs = split(plain(mine)), split(scaffolds)
    if len(ours) + len(theirs) > _MOST_LINES:
        return (Hunk(1, tuple(ours), tuple(theirs)),)
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    return tuple(Hunk(a + 1, tuple(ours[a:b]), tuple(theirs[c:d])) for tag, a, b, c, d in blocks if tag != "equal")


def with_hunks(change: Change, taken: Collection[Hunk]) -> bytes:
    """The user's file with those hunks taken from scaffold, written as the user writes lines."""
    mine, _ = texts_of(change)
    assert mine is not None, "only a text has hunks"  # noqa: S101
    lines = split(plain(mine))
    for hunk in sorted(taken, key=lambda hunk: -hunk.line):
        lines[hunk.line - 1 : hunk.line - 1 + len(hunk.mine)] = hunk.scaffolds
    return convention_of(mine).write("".join(lines)).encode()


def texts_of(change: Change) -> tuple[str | None, str | None]:
    """The user's text and scaffold's, None for what is no UTF-8."""
    return _text(change.before), _text(change.after)


def _text(content: bytes | None) -> str | None:
    try:
        text = (content or b"").decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def settlements(conflicts: Iterable[Change], settle: Settler) -> dict[str, Settlement]:
    """What becomes of each file that is in the way; the Dockerfile first, as others depend on it."""
    settled: dict[str, Settlement] = {}
    for change in sorted(conflicts, key=lambda change: (_name(change.path) != DOCKERFILE, change.path)):
        kept = [path for path, item in settled.items() if item.existing is Existing.KEEP]
        if is_wanted(change.path, kept):
            settled[change.path] = settle(change)
    return settled


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def is_wanted(path: str, kept: Collection[str]) -> bool:
    """Whether a file is to be written: not one that serves scaffold's Dockerfile alone where the user keeps theirs."""
    folders = [other.removesuffix(DOCKERFILE) for other in kept if f"/{other}".endswith(f"/{DOCKERFILE}")]
    return not any(path.startswith(f"{folder}{name}") for folder in folders for name in _OF_THE_DOCKERFILE)


def to_save(
    decided: Inference, later: Callable[[Mapping[str, Override]], Inference], kept: Mapping[str, Override]
) -> dict[str, Override]:
    """The overrides with which a project decides as before once some of its container files are gone.

    `later` infers the project without them; `kept` are the overrides so far. Variables are not among the result: those
    with a value stand in `.env.example`.
    """
    saved = dict(kept)
    found = later(saved)
    for decision in decided.decisions:
        name = decision.key.name
        if name in _NOT_SAVED or _is(found.decisions, decision):
            continue
        value = _edit(found.decisions, decision)
        if value is None:
            continue
        evidence = decision.evidence[0] if decision.evidence else ""
        saved[name] = Override(value=value, source=Source.ANSWER, evidence=evidence)
        found = later(saved)
    return saved


def _is(found: Decisions, decision: Decision[Any]) -> bool:
    return decision.key in found and found[decision.key] == decision.value


def _edit(found: Decisions, decision: Decision[Any]) -> Any:
    """The value, or of a list what is more and less than what is found without it; None for nothing."""
    now = found[decision.key] if decision.key in found else None  # noqa: SIM401 - it is no mapping
    if decision.key is PROCESSES:
        return _process_edits(now or (), decision.value, decision.source)
    if decision.key is SERVICE_IMAGES:
        return tuple(item for item in decision.value if now is None or item not in now)
    if not isinstance(now, tuple) or not _is_list(now) or not _is_list(decision.value):
        return decision.value
    more = tuple(f"+{item}" for item in decision.value if item not in now)
    less = tuple(f"-{item}" for item in now if item not in decision.value)
    edits = (*more, *less)
    return edits if edits and decision.key is not COMMAND else decision.value


def _process_edits(now: Sequence[Process], wanted: Sequence[Process], source: Source) -> ProcessEdits | None:
    """What a container file alone knew of the processes. What somebody said of them stays as they said it."""
    if source is not Source.INFERRED:
        return None
    commands = {process.name: process.command for process in now}
    names = {process.name for process in wanted}
    edits = [
        ProcessEdit(name=process.name, given=(("kind", process.kind), ("command", process.command)))
        for process in wanted
        if commands.get(process.name) != process.command
    ]
    edits += [ProcessEdit(name=process.name, removed=True) for process in now if process.name not in names]
    return ProcessEdits(edits=tuple(edits)) if edits else None


def _is_list(value: Sequence[object]) -> bool:
    return all(isinstance(item, str) for item in value)
