"""Which of the projects in a repository run: those that have something to start. Pure."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from scaffolder.decisions import APPLICATION, FRAMEWORK, PROCESSES, PROJECTS, ProcessEdit, ProcessEdits
from scaffolder.errors import ProjectError
from scaffolder.model.decision import Decision, Override, Source
from scaffolder.model.forbidden import why_no_project
from scaffolder.model.message import Level, Message
from scaffolder.model.project import Project
from scaffolder.rules import Inference, edited, is_edit

#: Folders whose projects show, test or document something. Case and plural do not count.
_ASIDE = frozenset({"doc", "example", "fixture", "sample", "template", "test", "third_party", "tutorial", "vendor"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A project of the repository, decided; or the error that keeps it from being read."""

    folder: str
    project: Project | None = None
    inference: Inference | None = None
    error: ProjectError | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A project as the user is asked about it."""

    folder: str
    #: What it starts and where that is seen, or why it is left out.
    text: str
    #: Whether it runs unless somebody says otherwise.
    chosen: bool


def offers(candidates: Sequence[Candidate]) -> tuple[Offer, ...]:
    """Each candidate with what it is, in their order."""
    needed = {path: candidate.folder for candidate in candidates for path in _path_dependencies(candidate)}
    return tuple(_offer(candidate, needed.get(candidate.folder, "")) for candidate in candidates)


def decide_projects(
    candidates: Sequence[Candidate], override: Override | None, recorded: Collection[str] = ()
) -> Decision[tuple[str, ...]]:
    """The projects that run: those `recorded` by an earlier run in their order, then the others as they come.

    Who comes first has the first choice of names and ports, so a new project takes neither from those before it.
    """
    offered = offers(candidates)
    evidence = tuple(f"{offer.folder}: {offer.text}" for offer in offered if offer.chosen)
    wanted = _ordered((offer.folder for offer in offered if offer.chosen), recorded)
    if override is None:
        return Decision(key=PROJECTS, value=wanted, source=Source.INFERRED, evidence=evidence)
    value = edited(wanted, override.value) if is_edit(override.value) else tuple(override.value)
    value = _ordered(dict.fromkeys(value), recorded)
    if value == wanted:
        return Decision(key=PROJECTS, value=wanted, source=Source.INFERRED, evidence=evidence)
    return Decision(key=PROJECTS, value=value, source=override.source, evidence=(override.evidence,))


def project_remarks(candidates: Sequence[Candidate], decided: Decision[tuple[str, ...]]) -> Iterator[Message]:
    """What is left out though it could run, or might."""
    by_folder = {candidate.folder: candidate for candidate in candidates}
    for offer in offers(candidates):
        if offer.folder in decided.value:
            continue
        unsure = by_folder[offer.folder].error is not None or _is_open(by_folder[offer.folder])
        if offer.chosen or unsure:
            yield Message(
                level=Level.INFO if offer.chosen else Level.WARNING,
                code="project-left-out",
                text=f"{offer.folder} is left out: {offer.text if not offer.chosen else 'you decided so'}.",
                hint=f"Take it in: --set projects=+{offer.folder}",
            )


def idle_workers(candidates: Sequence[Candidate]) -> dict[str, Override]:
    """Folder → that it runs no worker: of a project which only sends tasks, where another one has them.

    Such a worker would take tasks that it does not know from the queue of the one that does.
    """
    owners = {
        framework: candidate.folder
        for candidate in candidates
        for framework in _TASKS
        if _has_tasks(candidate, framework)
    }
    found: dict[str, Override] = {}
    for candidate in candidates:
        if candidate.inference is None or PROCESSES not in candidate.inference.decisions:
            continue
        for process in candidate.inference.decisions[PROCESSES]:
            framework = process.command[0]
            if process.main or process.kind != "worker" or framework not in owners or _has_tasks(candidate, framework):
                continue
            edits = ProcessEdits(edits=(ProcessEdit(name=process.name, removed=True),))
            evidence = f"{process.name}: left out, as the tasks are in {owners[framework]}"
            found[candidate.folder] = Override(value=edits, source=Source.INFERRED, evidence=evidence)
    return found


#: Programs that run workers, whose tasks are told by a sign of that name.
_TASKS = ("celery", "taskiq")


def _has_tasks(candidate: Candidate, framework: str) -> bool:
    signs = candidate.project.code.signs if candidate.project else ()
    return any(sign.kind == f"{framework}-task" for sign in signs)


def _offer(candidate: Candidate, user: str) -> Offer:
    why = _why_left_out(candidate, user)
    if why or candidate.inference is None:
        return Offer(folder=candidate.folder, text=why, chosen=False)
    application = candidate.inference.decisions.decision(APPLICATION)
    seen = f" ({application.evidence[0]})" if application.evidence else ""
    return Offer(folder=candidate.folder, text=f"{application.value}{seen}", chosen=True)


def _why_left_out(candidate: Candidate, user: str) -> str:
    """Why a project does not run by itself, "" when it does; `user` is a project that depends on it, "" for none."""
    if candidate.error is not None or candidate.inference is None:
        return str(candidate.error)
    decisions = candidate.inference.decisions
    if why := why_no_project(candidate.folder):
        return why
    if APPLICATION not in decisions:
        found = next((item.candidates for item in candidate.inference.open if item.key is APPLICATION), ())
        if found:
            return f"several things could be started: {', '.join(item.text for item in found[:3])}"
        return f"a library of {user}" if user else "nothing to start was found"
    if user and decisions[FRAMEWORK] == "none":
        return f"a library of {user}"
    aside = next((part for part in candidate.folder.split("/") if part.lower().rstrip("s") in _ASIDE), "")
    return f"it lies in {aside}" if aside else ""


def _is_open(candidate: Candidate) -> bool:
    inference = candidate.inference
    return inference is not None and any(item.key is APPLICATION and item.candidates for item in inference.open)


def _path_dependencies(candidate: Candidate) -> Iterator[str]:
    """The folders that the project's lock installs from, relative to the top of the repository."""
    for package in candidate.project.lock.packages if candidate.project else ():
        if package.source is not None and package.source.kind == "directory":
            yield posixpath.normpath(posixpath.join(candidate.folder, package.source.url))


def _ordered(folders: Collection[str] | Iterator[str], recorded: Collection[str]) -> tuple[str, ...]:
    there = tuple(folders)
    return (*(folder for folder in recorded if folder in there), *(item for item in there if item not in recorded))
