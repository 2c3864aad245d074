"""What runs: the application, its framework, and the folders it imports from."""

from __future__ import annotations

from scaffolder.decisions import APPLICATION, FRAMEWORK, PYTHON_PATH
from scaffolder.knowledge.frameworks import FRAMEWORKS
from scaffolder.model.decision import Candidate, Decision, Decisions, OpenDecision
from scaffolder.model.project import Project
from scaffolder.rules.beside import declared_application
from scaffolder.rules.build_context import outer_packages
from scaffolder.rules.container import command_of, main_command
from scaffolder.rules.context import Context, default, inferred, listed
from scaffolder.rules.nested import nested_projects, together
from scaffolder.rules.runnable import Runnable, find_runnable, procfile_application, runnables

#: More candidates than these help nobody.
_SHOWN = 12


def decide_application(context: Context, decisions: Decisions) -> Decision[str] | OpenDecision:
    """What somebody says, the Procfile or a hand-written container file starts; else the best candidate.

    Open when the best two are of equal rank, or when there is none.
    """
    said = declared_application(context.project, context.declared.value) if context.declared else None
    if said is not None and context.declared is not None:
        runnable, name = said
        evidence = f"{context.declared.evidence}.{name}"
        return Decision(key=APPLICATION, value=runnable.text, source=context.declared.source, evidence=(evidence,))
    named = procfile_application(context.project)
    if named is not None:
        return inferred(APPLICATION, named.text, named.evidence)
    started = main_command(context.project)
    if started is not None:
        return inferred(APPLICATION, started.runnable.text, started.runnable.evidence)
    found = runnables(context.project)
    if not found:
        return OpenDecision(key=APPLICATION, why=_nothing_runs(context.project))
    best = [runnable for runnable in found if runnable.rank == found[0].rank]
    if len(best) > 1:
        return OpenDecision(
            key=APPLICATION,
            why="Several could be the main process, and nothing tells which.",
            candidates=tuple(map(_candidate, found[:_SHOWN])),
        )
    return inferred(APPLICATION, best[0].text, best[0].evidence)


def _nothing_runs(project: Project) -> str:
    why = "No application object, console script or script was found."
    below = nested_projects(project)
    if not below:
        return why
    return f"{why} Poetry projects lie in {listed(below)}: run scaffold in one of them, or {together(below)}"


def decide_framework(context: Context, decisions: Decisions) -> Decision[str]:
    """The framework of the application that was decided."""
    text = decisions[APPLICATION]
    runnable = find_runnable(context.project, text)
    started = command_of(context.project, text)
    if runnable is not None and started is not None and started.runnable.framework != runnable.framework:
        runnable = started.runnable
    if runnable is not None:
        return inferred(FRAMEWORK, runnable.framework, runnable.evidence)
    if ":" not in text:
        return default(FRAMEWORK, "none", f"{text} runs by itself")
    main = context.project.manifest.group("main")
    wanted = {dependency.name for dependency in main.dependencies} if main is not None else set()
    for name, framework in FRAMEWORKS.items():
        if framework.distribution in wanted and framework.interface in ("asgi", "wsgi"):
            return inferred(FRAMEWORK, name, f"pyproject.toml: {framework.distribution} is a dependency")
    return default(FRAMEWORK, "none", "no known web framework is a dependency")


def decide_python_path(context: Context, decisions: Decisions) -> Decision[tuple[str, ...]]:
    """The application's import folder, the project itself, then where its packages outside of its folder lie."""
    runnable = find_runnable(context.project, decisions[APPLICATION])
    found = {package.source: package.evidence for package in outer_packages(context.project)}
    if runnable is not None and runnable.root:
        found = {runnable.root: f"{runnable.path} imports from {runnable.root}", ".": "", **found}
    if not found:
        return default(PYTHON_PATH, (".",), "the project folder")
    return inferred(PYTHON_PATH, tuple(dict.fromkeys((*found, "."))), *filter(None, found.values()))


def _candidate(runnable: Runnable) -> Candidate:
    return Candidate(text=runnable.text, evidence=runnable.evidence)
