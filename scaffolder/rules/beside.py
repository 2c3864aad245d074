"""The processes that run beside the main one: what somebody says, else the Procfile, else the code."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from scaffolder.decisions import APPLICATION, FRAMEWORK, KINDS, Process, ProcessEdit, ProcessEdits
from scaffolder.errors import ProjectError
from scaffolder.knowledge.frameworks import FRAMEWORKS
from scaffolder.knowledge.services import SERVICES
from scaffolder.model.decision import Decision, Decisions, Key, T
from scaffolder.model.project import Project
from scaffolder.rules.code_processes import code_processes, ping_of
from scaffolder.rules.composed import composed_processes, embeds_beat, job_of
from scaffolder.rules.context import Context
from scaffolder.rules.reach import command_words
from scaffolder.rules.runnable import Runnable, named_runnable

#: Names of the migration step: https://devcenter.heroku.com/articles/release-phase
RELEASE_NAMES = ("migrate", "release")

#: What people call a process of each kind in a Procfile.
_KIND_NAMES: Mapping[str, tuple[str, ...]] = {
    "scheduler": ("beat", "clock", "cron", "schedule"),
    "release": RELEASE_NAMES,
    "ui": ("ui", "dashboard", "frontend"),
}

#: `--port 8000`, `--port=8000`, `-p 8000`, `-b 0.0.0.0:8000`, `--server.port=8501`, `${PORT:-8000}`
PORT_IN_COMMAND = re.compile(r"(?:--(?:server\.)?port[= ]|-p |(?:-b|--bind)[= ]?[\w.]*:|PORT:-)(\d{2,5})\b")


def beside(context: Context, decisions: Decisions) -> tuple[Process, ...]:
    """Every process but the main one and the migrations of a framework; with the edits that somebody made to those.

    Needs no decision but the application and its framework. Raises ProjectError, naming the key, for an edit of a
    process that is not there and has no command.
    """
    known = (decisions[APPLICATION], decisions[FRAMEWORK])
    if known not in context.processes:
        context.processes[known] = amended(context, decisions, found(context, decisions), complete=False)
    return context.processes[known]


def found(context: Context, decisions: Decisions) -> tuple[Process, ...]:
    """What the Procfile says, else what a hand-written Compose file runs and the code calls for."""
    processes = tuple(_procfile(context, decisions))
    if any(process.kind != "release" for process in processes):
        return processes
    coded = tuple(code_processes(context, decisions))
    return (*processes, *_with_composed(context, decisions, coded))


def _with_composed(context: Context, decisions: Decisions, coded: Sequence[Process]) -> Iterator[Process]:
    """What a hand-written Compose file runs, and what only the code calls for. Where both do, the file knows the queues
    and options of a worker, and the code where beat may write."""
    composed = tuple(composed_processes(context, decisions))
    known = {job_of(process.command) for process in coded}
    kept = [item for item in composed if job_of(item.command) != "celery beat" or "celery beat" not in known]
    jobs = {job_of(process.command) for process in kept}
    if any(embeds_beat(process.command) for process in kept):
        jobs.add("celery beat")
    taken = {*main_names(decisions), *SERVICES}
    for process in kept:
        yield replace(process, name=unique(_service_name(process.name), taken))
    for process in coded:
        if job_of(process.command) not in jobs:
            yield replace(process, name=unique(process.name, taken))


def amended(
    context: Context, decisions: Decisions, processes: Iterable[Process], *, complete: bool = True
) -> tuple[Process, ...]:
    """The processes with the edits applied, those that are new last. Where they are not `complete`, an edit of one
    that may still be found is left for later. Raises ProjectError, naming the key, for an edit that cannot be."""
    by_name = {process.name: process for process in processes}
    if context.declared is None:
        return tuple(by_name.values())
    edits: ProcessEdits = context.declared.value
    main = main_edit(context, decisions)
    if edits.exact:
        named = {edit.name for edit in edits.edits}
        by_name = {name: process for name, process in by_name.items() if name in named}
    for edit in edits.edits:
        if edit is main:
            continue
        if edit.removed:
            by_name.pop(edit.name, None)
        elif edit.name in by_name or _given(edit).get("command"):
            by_name[edit.name] = _edited(context, by_name.get(edit.name), edit)
        elif complete or edit.name not in RELEASE_NAMES:
            raise wrong(edit.name, "command", "no command", "a command, as nothing in the project runs under that name")
    return tuple(by_name.values())


def main_edit(context: Context, decisions: Decisions) -> ProcessEdit | None:
    """What somebody says about the main process: under its name, or under another with its application's command.

    None when nobody says anything. Raises ProjectError where it is left out, which it cannot be.
    """
    if context.declared is None or FRAMEWORK not in decisions:
        return None
    edits: ProcessEdits = context.declared.value
    named = next((edit for edit in edits.edits if edit.name in main_names(decisions)), None)
    if named is not None:
        if named.removed:
            raise wrong(named.name, "", "false", "a process beside the main one; that one cannot be left out")
        return named
    kinds = ("worker",) if main_names(decisions) == ("worker",) else ("web", "ui")
    for edit in edits.edits:
        given = _given(edit)
        command = given.get("command", ())
        kind = given.get("kind") or kind_of(edit.name, given.get("port", 0) or port_in(command))
        if kind not in kinds or not command:
            continue
        runnable = named_runnable(context.project, command_words(given["command"]))
        if runnable is not None and runnable.text == decisions[APPLICATION]:
            return edit
    return None


def main_names(decisions: Decisions) -> tuple[str, ...]:
    """The names under which somebody may speak of the main process."""
    framework = decisions[FRAMEWORK]
    if framework == "none":
        return ("web", "app")
    return ("worker",) if FRAMEWORKS[framework].interface == "worker" else ("web", "app", framework)


def declared(context: Context, decisions: Decisions, key: Key[T], field: str) -> Decision[T] | None:
    """A decision about the main process that stands in `[tool.scaffold.processes]`, None when it does not."""
    edit = main_edit(context, decisions)
    if edit is None or context.declared is None or field not in _given(edit):
        return None
    name = field.replace("_", "-")
    evidence = f"{context.declared.evidence}.{edit.name}.{name}"
    return Decision(key=key, value=_given(edit)[field], source=context.declared.source, evidence=(evidence,))


def declared_application(project: Project, edits: ProcessEdits) -> tuple[Runnable, str] | None:
    """The application that a declared web process runs, and the name of the process; None when there is none."""
    ordered = sorted(edits.edits, key=lambda edit: _likely_main(edit, _given(edit).get("kind", "")))
    for edit in ordered:
        if _likely_main(edit, _given(edit).get("kind", "")) > len(KINDS):
            break
        runnable = named_runnable(project, command_words(_given(edit).get("command", ())))
        if runnable is not None:
            return runnable, edit.name
    return None


def _likely_main(edit: ProcessEdit, kind: str) -> int:
    if edit.name in ("web", "app"):
        return 0
    return {"web": 1, "ui": 2}.get(kind, len(KINDS) + 1)


def main_process(context: Context, decisions: Decisions) -> Process | None:
    """What somebody says about the main process beside its command, port, health check, groups and extras."""
    edit = main_edit(context, decisions)
    if edit is None:
        return None
    given = {name: value for name, value in _given(edit).items() if name not in ("groups", "extras")}
    kind = "worker" if main_names(decisions) == ("worker",) else "web"
    return Process(**{"kind": kind, "command": (), "publish": "all", **given, "name": edit.name, "main": True})


def _edited(context: Context, found: Process | None, edit: ProcessEdit) -> Process:
    """A process with what an edit says; what it leaves open follows from its command."""
    given = _given(edit)
    where = context.declared.evidence if context.declared is not None else ""
    evidence = f"{where}.{edit.name}" if where.startswith("pyproject.toml") else where
    if found is not None and "command" not in given:
        command = _moved(found, given.get("volumes") or ())
        process = replace(found, **{"command": command, **given, "evidence": f"{found.evidence}; {evidence}"})
    else:
        kind = given.get("kind") or (found.kind if found is not None else kind_of(edit.name, given.get("port", 0)))
        port = given.get("port", port_in(given["command"]) if kind in ("web", "ui") else 0)
        new = {"kind": kind, "port": port, "publish": "all" if kind in ("web", "ui") else "none"}
        new["health_check"] = "tcp" if port else ping_of(context.project, given["command"])
        process = Process(**{**new, **given, "name": edit.name, "evidence": evidence})
    _check(context.project, process, given)
    return process


def _moved(found: Process, volumes: Sequence[str]) -> tuple[str, ...]:
    """The command of a process that was found; where it keeps its data in a volume and was given another, in that."""
    own = next(iter(found.volumes or ()), "")
    if not own or not volumes or own in volumes:
        return found.command
    return tuple(word.replace(own, volumes[0]) for word in found.command)


def _check(project: Project, process: Process, given: Mapping[str, Any]) -> None:
    known = {group.name for group in project.manifest.groups} | {"main"}
    for group in process.groups or ():
        if group not in known:
            raise wrong(process.name, "groups", repr(group), f"groups of pyproject.toml: {', '.join(sorted(known))}")
    for extra in process.extras or ():
        if extra not in project.manifest.extras:
            expected = ", ".join(project.manifest.extras) or "none, as pyproject.toml has no extras"
            raise wrong(process.name, "extras", repr(extra), expected)
    if process.kind in ("web", "ui") and not process.port:
        raise wrong(process.name, "port", "no port", "the port that it listens on")
    if process.health_check.startswith(("/", "tcp")) and not process.port:
        raise wrong(process.name, "health-check", process.health_check, "none, or a port to ask")
    if given.get("health_check") == "ping" and not ping_of(project, process.command).startswith("ping"):
        raise wrong(process.name, "health-check", "ping", "ping only where the command is `celery --app=NAME worker`")


def wrong(name: str, field: str, found: str, expected: str) -> ProjectError:
    """The error about one field of one process."""
    return ProjectError(
        "pyproject.toml",
        key=f"tool.scaffold.processes.{name}" + (f".{field}" if field else ""),
        code="bad-process",
        found=found,
        expected=expected,
        hint="See every process: scaffold explain",
    )


def _given(edit: ProcessEdit) -> dict[str, Any]:
    return dict(edit.given)


def kind_of(name: str, port: int = 0) -> str:
    """The kind of a process that only has a name and a port."""
    words = name.replace("_", "-").split("-")
    named = next((kind for kind, names in _KIND_NAMES.items() if set(words) & set(names)), "")
    if name in KINDS:
        return name
    if named in ("ui", ""):
        return (named or "web") if port else "worker"
    return named


def port_in(command: Iterable[str]) -> int:
    """The port that a command names, 0 for none."""
    found = PORT_IN_COMMAND.search(" ".join(command))
    return int(found[1]) if found and 0 < int(found[1]) < 65536 else 0


def _procfile(context: Context, decisions: Decisions) -> Iterator[Process]:
    """The lines of the Procfile that run beside the main process."""
    taken: set[str] = set()
    for entry in context.project.procfile:
        if not entry.words or entry.name in ("web", *main_names(decisions)):
            continue
        needs_shell = any(char in entry.command for char in "$&|;<>()`*?~") or "=" in entry.words[0]
        command = ("sh", "-c", entry.command) if needs_shell else entry.words
        name = unique(_service_name(entry.name), taken)
        kind = kind_of(name)
        yield Process(
            name=name,
            command=command,
            kind="worker" if kind in ("web", "ui", "job") else kind,
            health_check=ping_of(context.project, command),
            evidence=f"Procfile:{entry.line}",
        )


def _service_name(name: str) -> str:
    return "".join(char if char.isalnum() and char.isascii() else "-" for char in name.lower()).strip("-") or "worker"


def unique(name: str, taken: set[str]) -> str:
    """The name, with a number behind it when it is taken; it is taken afterwards."""
    numbered: Iterator[str] = (f"{name}-{number}" for number in itertools.count(2))
    free = next(item for item in itertools.chain((name,), numbered) if item not in taken)
    taken.add(free)
    return free
