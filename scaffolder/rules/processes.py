"""The processes beside the main one, and what each needs of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from scaffolder.decisions import (
    APPLICATION,
    COMMAND,
    EXTRAS,
    FRAMEWORK,
    GROUPS,
    HEALTH_CHECK,
    MIGRATE_IN_BUILD,
    PORT,
    PROCESSES,
    RUNTIME_PACKAGES,
    SERVICES,
    Process,
)
from scaffolder.knowledge.frameworks import FRAMEWORKS
from scaffolder.knowledge.services import SERVICES as SERVICE_TABLE
from scaffolder.model.decision import Decision, Decisions, Key
from scaffolder.model.message import Level, Message
from scaffolder.rules.beside import amended, found, main_process, wrong
from scaffolder.rules.context import Context, default, inferred
from scaffolder.rules.groups import needs_of
from scaffolder.rules.release import find_release, migrations, why_not
from scaffolder.rules.services import filled
from scaffolder.rules.system_packages import decide_runtime_packages


def decide_processes(context: Context, decisions: Decisions) -> Decision[tuple[Process, ...]]:
    """What somebody says, over the Procfile's processes, over what the code calls for; migrations first.

    The main process is among them only where somebody says something about it. Raises ProjectError, naming the key,
    for what depends on nothing that is there, or on itself.
    """
    processes = found(context, decisions)
    if not any(process.kind == "release" for process in processes):
        release = find_release(context, decisions)
        processes = (*((release,) if release else ()), *processes)
    processes = tuple(_settled(context, decisions, process) for process in amended(context, decisions, processes))
    main = main_process(context, decisions)
    if main is not None:
        main = replace(
            main,
            command=decisions[COMMAND],
            port=decisions[PORT],
            health_check=decisions[HEALTH_CHECK],
            evidence="" if context.declared is None else f"{context.declared.evidence}.{main.name}",
        )
        processes = (main, *processes)
    _check_order(decisions, processes)
    evidence = tuple(f"{process.name}: {process.evidence}" for process in processes if process.evidence)
    if context.declared is not None:
        evidence = (*evidence, context.declared.evidence)
        return Decision(key=PROCESSES, value=processes, source=context.declared.source, evidence=evidence)
    return inferred(PROCESSES, processes, *evidence) if processes else default(PROCESSES, (), "one process")


def main_process_name(decisions: Decisions) -> str:
    """The main process's name in Compose: as declared, else `web` when it listens, `worker` when it takes jobs, else
    `app`."""
    if PROCESSES in decisions:
        named = next((process.name for process in decisions[PROCESSES] if process.main), "")
        if named:
            return named
    framework = decisions[FRAMEWORK]
    if decisions[PORT]:
        return "web"
    return "worker" if framework != "none" and FRAMEWORKS[framework].interface == "worker" else "app"


def _settled(context: Context, decisions: Decisions, process: Process) -> Process:
    """The process with the groups, extras and Debian packages that differ from those of the main process."""
    groups, extras = needs_of(context, decisions, process)
    shares = sorted(groups) == sorted(_main(decisions, GROUPS)) and sorted(extras) == sorted(_main(decisions, EXTRAS))
    if process.kind == "release" and process.groups is None and process.extras is None:
        shares = True
    packages = set(process.runtime_packages)
    if not shares:
        own = decisions.having(replace(decisions.decision(GROUPS), value=groups))
        own = own.having(replace(own.decision(EXTRAS), value=extras))
        packages |= set(decide_runtime_packages(context, own).value)
        packages -= set(decide_runtime_packages(context, decisions).value)
    packages.difference_update(_main(decisions, RUNTIME_PACKAGES))
    order = [group.name for group in context.project.manifest.groups]
    groups = tuple(sorted(set(groups), key=lambda name: (name not in order, order.index(name) if name in order else 0)))
    return replace(
        process,
        groups=None if shares else groups,
        extras=None if shares else tuple(sorted(set(extras))),
        runtime_packages=tuple(sorted(packages)),
        environment=_environment(decisions, process),
    )


def _main(decisions: Decisions, key: Key[tuple[str, ...]]) -> tuple[str, ...]:
    """What the main process has of it."""
    return decisions[key]


def _environment(decisions: Decisions, process: Process) -> tuple[tuple[str, str], ...]:
    """RQ's own program reads the address of Redis from a variable of its own: https://python-rq.org/docs/workers/"""
    is_rq = process.command[:2] == ("rq", "worker") and not any(
        word.startswith(("--url", "-u", "-c", "--config")) for word in process.command
    )
    name = next((name for name in ("redis", "valkey") if name in decisions[SERVICES]), "")
    if not is_rq or not name or "RQ_REDIS_URL" in dict(process.environment):
        return process.environment
    return (*process.environment, ("RQ_REDIS_URL", f"${{RQ_REDIS_URL:-{filled(name, '{url}', decisions)}}}"))


def _check_order(decisions: Decisions, processes: tuple[Process, ...]) -> None:
    names = {process.name for process in processes} | {main_process_name(decisions)}
    for process in processes:
        for name in process.depends_on:
            if name not in names and name not in SERVICE_TABLE:
                expected = f"a process or a service: {', '.join(sorted({*names, *decisions[SERVICES]}))}"
                raise wrong(process.name, "depends-on", repr(name), expected)
    order = TopologicalSorter({process.name: process.depends_on for process in processes})
    try:
        order.prepare()
    except CycleError as error:
        circle = [str(name) for name in error.args[1]]
        raise wrong(circle[0], "depends-on", " → ".join(circle), "no circle") from None


def process_remarks(context: Context, decisions: Decisions) -> Iterator[Message]:
    """Migrations that nothing runs, and console scripts that could run beside."""
    step = migrations(context, decisions)
    has_release = any(process.kind == "release" for process in decisions[PROCESSES])
    if step is not None and not has_release and context.declared is None and not decisions[MIGRATE_IN_BUILD]:
        command = " ".join(step.command)
        yield Message(
            level=Level.INFO,
            code="migrations-left",
            text=f"{step.evidence}, which nothing runs: {why_not(context, decisions)}.",
            hint=f"Run them with the application, or all the same: --set 'processes=+migrate release: {command}'",
        )
    words = {word for process in decisions[PROCESSES] for word in process.command}
    words |= {decisions[APPLICATION], *decisions[COMMAND]}
    scripts = [script.name for script in context.project.manifest.scripts if script.name not in words]
    if scripts:
        yield Message(
            level=Level.INFO,
            code="script-offered",
            text=f"pyproject.toml has console scripts that could run beside the main process: {', '.join(scripts)}.",
            hint=f"Add one: --set 'processes=+{scripts[0].lower()} job: {scripts[0]}'",
        )
