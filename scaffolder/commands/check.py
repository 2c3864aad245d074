"""`scaffold check`: whether `update` would change anything, and what else is wrong. Writes nothing.

Nothing is decided again where the fingerprint in `scaffold.lock` says that nothing can have changed: that takes a
twentieth of a second, for neither the rules nor Copier are imported.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scaffolder import __version__
from scaffolder.built_in import BUILT_IN, built_in_folder
from scaffolder.errors import OpenDecisionsError, RefusedError, ScaffoldError
from scaffolder.model.change import ExistingFile
from scaffolder.model.finding import Finding, Severity
from scaffolder.model.forbidden import JOURNAL
from scaffolder.reading.fingerprint import folder_digest, project_digest
from scaffolder.reading.repository import is_tracked
from scaffolder.reading.targets import read_existing
from scaffolder.state import FILE_NAME, Fingerprint, State, has_conflict, missing, parse_state

if TYPE_CHECKING:
    from scaffolder.model.decision import Json

EXAMPLE = ".env.example"
_UPDATE = "Run: scaffold update"
#: The decision that only the lock of a repository of several projects has.
PROJECTS = "projects"

#: File → a pattern for what it pins, the decision that says which version it should be, and how that is called.
_PINS: Mapping[str, tuple[re.Pattern[str], str, str]] = {
    "Dockerfile": (
        re.compile(r"^FROM\s+(?:--\S+\s+)*(?:\S+/)?python:(\d+\.\d+)", re.IGNORECASE | re.MULTILINE),
        "python",
        "Python",
    ),
    "docker/poetry.txt": (re.compile(r"(?m)^poetry==(\S+)"), "poetry", "Poetry"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class FileState:
    """A generated file: `state` is untouched, edited, conflict, deleted, keep or outdated."""

    path: str
    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckResult:
    """Everything that was found, errors first, and each file."""

    findings: tuple[Finding, ...]
    files: tuple[FileState, ...]

    def reasons(self, *, strict: bool) -> tuple[Finding, ...]:
        """The findings for which the check fails."""
        failing = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
        return tuple(finding for finding in self.findings if finding.severity in failing)


def check(root: Path) -> CheckResult:
    """Compare the project in `root` with what was generated from it.

    Raises ProjectError where `init` never ran, for a broken `scaffold.lock`, and for a project that cannot be read.
    """
    state = _state(root)
    if state is None:
        text, hint = "git left a merge conflict in scaffold.lock.", f"{_UPDATE}, which resolves it"
        return _result([_error("state-conflict", text, hint=hint, file=FILE_NAME)], {})
    findings, states = _as_they_are(root, state)
    if not _is_as_it_was(root, state):
        waiting = {path for path, word in states.items() if word == "conflict"}
        try:
            found, outdated = _decided_again(root, state, waiting)
        except OpenDecisionsError as error:
            found, outdated = [_error("open-decision", error.message, hint=error.hint)], frozenset[str]()
        findings += found
        states |= dict.fromkeys(outdated, "outdated")
    return _result(findings, states | dict.fromkeys(state.kept, "keep"))


def _decided_again(root: Path, state: State, waiting: Collection[str]) -> tuple[list[Finding], frozenset[str]]:
    # What a quick check does without.
    from scaffolder.commands.decided_again import decided_again  # noqa: PLC0415
    from scaffolder.commands.workspace_decided_again import workspace_decided_again  # noqa: PLC0415

    return (workspace_decided_again if PROJECTS in state.values else decided_again)(root, state, waiting)


def quick_check(root: Path) -> tuple[Finding, ...] | None:
    """The notices of a project that is in step, None when anything is wrong, or has to be decided again to tell."""
    try:
        state = None if os.path.lexists(root / JOURNAL) else _state(root)
        if state is None or not _is_as_it_was(root, state):
            return None
        findings, _ = _as_they_are(root, state)
    except (ScaffoldError, OSError, ValueError):
        return None
    result = _result(findings, {})
    return None if result.reasons(strict=True) else result.findings


def _result(findings: Iterable[Finding], states: Mapping[str, str]) -> CheckResult:
    order = list(Severity)
    return CheckResult(
        findings=tuple(sorted(findings, key=lambda item: (order.index(item.severity), item.file, item.line))),
        files=tuple(FileState(path=path, state=states[path]) for path in sorted(states)),
    )


def _as_they_are(root: Path, state: State) -> tuple[list[Finding], dict[str, str]]:
    """What the files on the disk show, without deciding anything; and the state of each."""
    existing, unsafe = _existing(root, state.files)
    paths = [path for path in state.files if path not in unsafe]
    lines = {path: _first_conflict(existing.get(path)) for path in paths}
    states = {path: _file_state(state, path, existing.get(path), lines[path]) for path in paths}
    findings = [*_tracked(root), *unsafe.values(), *_file_findings(states, lines), *_pins(state, states, existing)]
    return [*findings, *_missing_variables(state, states, existing)], states


def _existing(root: Path, paths: Iterable[str]) -> tuple[dict[str, ExistingFile], dict[str, Finding]]:
    """The files that are there, and what is wrong with those that an update could not write."""
    existing: dict[str, ExistingFile] = {}
    unsafe: dict[str, Finding] = {}
    for path in paths:
        try:
            existing |= read_existing(root, [path])
        except RefusedError as error:
            text = f"{error.message.removesuffix('; nothing was changed.')}."
            unsafe[path] = _error(error.code, text, hint="Move it out of the way, or put a file there.", file=path)
    return existing, unsafe


def _state(root: Path) -> State | None:
    """What `scaffold.lock` says, None where git left conflicts in it."""
    lock = read_existing(root, [FILE_NAME]).get(FILE_NAME)
    if lock is None:
        raise missing()
    text = lock.content.decode(errors="replace")
    return None if has_conflict(text) else parse_state(text)


def _is_as_it_was(root: Path, state: State) -> bool:
    """Whether nothing has changed that could make a difference."""
    recorded = state.fingerprint
    if recorded is None or state.scaffold != __version__ or state.blueprint != BUILT_IN:
        return False
    if recorded.blueprint != folder_digest(built_in_folder()):
        return False
    return _same_project(root, recorded, state.files)


def _same_project(root: Path, recorded: Fingerprint, own: Collection[str]) -> bool:
    if recorded.scope.folder and recorded.scope.folder != root.resolve().name:
        return False
    return recorded.project == project_digest(root, recorded.scope, own)


def _first_conflict(current: ExistingFile | None) -> int:
    """The line of the first conflict that nobody has resolved yet, 0 for none."""
    if current is None or b"<<<<<<<" not in current.content:
        return 0
    from scaffolder.merge import unresolved  # noqa: PLC0415 - rarely needed

    return next(iter(unresolved(current.content.decode(errors="replace"))), 0)


def _file_state(state: State, path: str, current: ExistingFile | None, conflict: int) -> str:
    if current is None:
        return "deleted"
    if conflict:
        return "conflict"
    pristine = state.files[path].text.encode()
    return "untouched" if current.content in (pristine, pristine.replace(b"\n", b"\r\n")) else "edited"


def _file_findings(states: Mapping[str, str], lines: Mapping[str, int]) -> Iterator[Finding]:
    for path, state in states.items():
        if state == "conflict":
            text = f"{path} has a conflict that nobody has resolved."
            hint = "Decide between yours and scaffold's, and take the markers out."
            yield _error("conflict-markers", text, hint=hint, file=path, line=lines[path])
        elif state == "deleted":
            text = f"{path} was deleted; scaffold update leaves it so."
            hint = "To have it written again: scaffold init"
            yield Finding(severity=Severity.WARNING, code="deleted-file", text=text, hint=hint, file=path)
        elif state == "edited":
            text = f"{path} was edited by hand, which is fine: scaffold update keeps what you wrote."
            yield Finding(severity=Severity.NOTICE, code="edited-file", text=text, file=path)


def _tracked(root: Path) -> Iterator[Finding]:
    if is_tracked(root, ".env"):
        yield _error(
            "env-tracked",
            ".env is tracked by git: its secrets are committed.",
            hint="Run: git rm --cached .env. What was committed stays in the history: change every secret in it.",
            file=".env",
        )


def _pins(state: State, states: Mapping[str, str], existing: Mapping[str, ExistingFile]) -> Iterator[Finding]:
    """What an edited file pins, and poetry.lock does not call for."""
    for folder, (name, (pattern, decision, title)) in itertools.product(_folders(state), _PINS.items()):
        path = f"{folder}/{name}" if folder else name
        if states.get(path) not in ("edited", "conflict"):
            continue
        text = existing[path].content.decode(errors="replace")
        named = f"{folder}:{decision}" if folder else decision
        wanted = str(state.values.get(named, ""))
        for match in pattern.finditer(text):
            if wanted and not f"{wanted}.".startswith(f"{match[1]}."):
                yield Finding(
                    severity=Severity.WARNING,
                    code=f"pinned-{decision}",
                    text=f"{path} pins {title} {match[1]}, and the project calls for {wanted}.",
                    hint=f"Write {wanted} there, or keep it: scaffold update --set {named}={match[1]}",
                    file=path,
                    line=text.count("\n", 0, match.start()) + 1,
                )


def _missing_variables(
    state: State, states: Mapping[str, str], existing: Mapping[str, ExistingFile]
) -> Iterator[Finding]:
    """Required variables that the example does not name any more; one that nobody edited names them all.

    Compose sets those that name a service, so they need not be there.
    """
    if states.get(EXAMPLE) not in ("edited", "conflict"):
        return
    from scaffolder.env_file import assignments  # noqa: PLC0415 - rarely needed

    there = {item.name for item in assignments(existing[EXAMPLE].content.decode(errors="replace"))}
    there |= {str(row.get("variable")) for row in _rows(state, "connections")}
    for row in _rows(state, "environment"):
        if row.get("required") and row.get("name") not in there:
            yield Finding(
                severity=Severity.WARNING,
                code="missing-variable",
                text=f"{EXAMPLE} lacks {row['name']}, which the code requires.",
                hint=f"Add a line {row['name']}= to {EXAMPLE}.",
                file=EXAMPLE,
            )


def _rows(state: State, decision: str) -> Iterator[Mapping[str, Json]]:
    """The rows of a decision, of every project."""
    found = [state.values.get(f"{folder}:{decision}" if folder else decision) for folder in _folders(state)]
    rows = itertools.chain.from_iterable(rows for rows in found if isinstance(rows, list))
    yield from (row for row in rows if isinstance(row, dict))


def _folders(state: State) -> list[str]:
    """The folders of the projects of a repository of several, "" for a project by itself."""
    folders = state.values.get(PROJECTS)
    return list(map(str, folders)) if isinstance(folders, list) else [""]


def _error(code: str, text: str, *, hint: str, file: str = "", line: int = 0) -> Finding:
    return Finding(severity=Severity.ERROR, code=code, text=text, hint=hint, file=file, line=line)
