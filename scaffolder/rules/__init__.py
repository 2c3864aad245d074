"""Project in, decisions out. `RULES`, read from top to bottom, is the order in which a project is decided.

Rules are pure: they print nothing, read no file, no clock and no machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from scaffolder import decisions as keys
from scaffolder.model.decision import Decision, Decisions, Key, OpenDecision, Override, Undecided
from scaffolder.model.message import Message
from scaffolder.model.project import Project
from scaffolder.rules.added_packages import decide_added_packages
from scaffolder.rules.application import decide_application, decide_framework, decide_python_path
from scaffolder.rules.base_image import decide_base_image
from scaffolder.rules.build_context import decide_context
from scaffolder.rules.collect_static import decide_collect_static
from scaffolder.rules.command import decide_command
from scaffolder.rules.context import Context
from scaffolder.rules.development import decide_development
from scaffolder.rules.environment import decide_environment
from scaffolder.rules.folders import decide_mounts, decide_volumes
from scaffolder.rules.git_dependencies import decide_private_git_hosts
from scaffolder.rules.groups import decide_extras, decide_groups, everything
from scaffolder.rules.health_check import decide_health_check
from scaffolder.rules.image import decide_image
from scaffolder.rules.install_project import decide_install_project
from scaffolder.rules.migrate_in_build import decide_migrate_in_build
from scaffolder.rules.poetry_version import decide_poetry
from scaffolder.rules.port import decide_port
from scaffolder.rules.private_indexes import decide_private_indexes
from scaffolder.rules.processes import decide_processes
from scaffolder.rules.proxy import decide_proxy
from scaffolder.rules.python_version import decide_python
from scaffolder.rules.read_only import decide_read_only
from scaffolder.rules.remarks import remarks
from scaffolder.rules.server import decide_server, decide_workers
from scaffolder.rules.service_images import decide_service_images
from scaffolder.rules.services import decide_connections, decide_services
from scaffolder.rules.system_packages import decide_build_packages, decide_runtime_packages
from scaffolder.rules.wheels import decide_platforms

Rule: TypeAlias = Callable[[Context, Decisions], "Decision[Any] | OpenDecision"]

__all__ = ["RULES", "Inference", "Override", "edited", "infer", "is_edit"]


def _for_every_image(rule: Rule) -> Rule:
    """The rule on all that any image installs: processes may have groups of their own."""
    return lambda context, decisions: rule(context, everything(context, decisions))


RULES: tuple[tuple[Key[Any], Rule], ...] = (
    (keys.APPLICATION, decide_application),
    (keys.FRAMEWORK, decide_framework),
    (keys.PYTHON_PATH, decide_python_path),
    (keys.GROUPS, decide_groups),
    (keys.EXTRAS, decide_extras),
    (keys.PYTHON, _for_every_image(decide_python)),
    (keys.BASE_IMAGE, _for_every_image(decide_base_image)),
    (keys.PLATFORMS, _for_every_image(decide_platforms)),
    (keys.POETRY, _for_every_image(decide_poetry)),
    (keys.PRIVATE_INDEXES, _for_every_image(decide_private_indexes)),
    (keys.PRIVATE_GIT_HOSTS, _for_every_image(decide_private_git_hosts)),
    (keys.INSTALL_PROJECT, decide_install_project),
    (keys.CONTEXT, _for_every_image(decide_context)),
    (keys.SERVER, decide_server),
    (keys.ADDED_PACKAGES, decide_added_packages),
    (keys.WORKERS, decide_workers),
    (keys.PORT, decide_port),
    (keys.PROXY, decide_proxy),
    (keys.HEALTH_CHECK, decide_health_check),
    (keys.COMMAND, decide_command),
    (keys.BUILD_PACKAGES, decide_build_packages),
    (keys.RUNTIME_PACKAGES, decide_runtime_packages),
    (keys.SERVICES, _for_every_image(decide_services)),
    (keys.SERVICE_IMAGES, _for_every_image(decide_service_images)),
    (keys.ENVIRONMENT, decide_environment),
    (keys.CONNECTIONS, _for_every_image(decide_connections)),
    (keys.MOUNTS, decide_mounts),
    (keys.VOLUMES, decide_volumes),
    (keys.PROCESSES, decide_processes),
    (keys.COLLECT_STATIC, decide_collect_static),
    (keys.MIGRATE_IN_BUILD, decide_migrate_in_build),
    (keys.READ_ONLY, decide_read_only),
    (keys.IMAGE, decide_image),
    (keys.DEVELOPMENT, decide_development),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Inference:
    """What was decided, and what was not."""

    decisions: Decisions
    #: Decisions that nobody and nothing settled, in the order of `RULES`.
    open: tuple[OpenDecision, ...]
    messages: tuple[Message, ...]


def infer(project: Project, overrides: Mapping[str, Override]) -> Inference:
    """Decide a project. `overrides` holds parsed values by the name of the decision.

    A rule that needs an open decision is left out. Raises ProjectError when facts contradict each other.
    """
    context = Context(project, overrides.get(keys.PROCESSES.name))
    decisions = Decisions()
    undecided: list[OpenDecision] = []
    for key, rule in RULES:
        outcome = _decide(key, rule, context, decisions, overrides.get(key.name))
        if isinstance(outcome, OpenDecision):
            undecided.append(outcome)
        elif outcome is not None:
            decisions = decisions.having(outcome)
    is_known = all(key in decisions for key in (keys.APPLICATION, keys.FRAMEWORK, keys.EXTRAS))
    shipped = everything(context, decisions) if is_known else decisions
    return Inference(decisions=decisions, open=tuple(undecided), messages=tuple(remarks(context, shipped)))


def _decide(
    key: Key[Any], rule: Rule, context: Context, decisions: Decisions, override: Override | None
) -> Decision[Any] | OpenDecision | None:
    if override is not None and key.amend is None and not is_edit(override.value):
        return Decision(key=key, value=override.value, source=override.source, evidence=(override.evidence,))
    try:
        outcome = rule(context, decisions)
    except Undecided:
        return None
    if override is None or isinstance(outcome, OpenDecision) or key is keys.PROCESSES:
        return outcome  # the rule of the processes applies what is said about each by itself
    amend = key.amend or edited
    value = amend(outcome.value, override.value)
    return Decision(key=key, value=value, source=override.source, evidence=(*outcome.evidence, override.evidence))


def is_edit(value: object) -> bool:
    """Whether an override adds to (`+x`) and takes from (`-x`) what is inferred instead of replacing it."""
    return isinstance(value, keys.ProcessEdits) or (
        isinstance(value, tuple)
        and bool(value)
        and all(isinstance(item, str) and item.startswith(keys.EDIT_SIGNS) for item in value)
    )


def edited(inferred: tuple[str, ...], edits: tuple[str, ...]) -> tuple[str, ...]:
    """The inferred list with the edits applied, in its own order, additions last."""
    removed = {edit[1:] for edit in edits if edit.startswith("-")}
    added = [edit[1:] for edit in edits if edit.startswith("+") and edit[1:] not in inferred]
    return tuple(item for item in inferred if item not in removed) + tuple(added)
