"""Packages that the image needs and the lock does not hold: a production server, and setuptools for old locks."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from packaging.utils import canonicalize_name

from scaffolder.decisions import ADDED_PACKAGES, PYTHON, SERVER
from scaffolder.knowledge.servers import FALLBACKS
from scaffolder.knowledge.setuptools import FORMATS_WITHOUT, MODULES, PINS, UNDECLARED
from scaffolder.model.decision import Decision, Decisions
from scaffolder.model.lock import LockedPackage
from scaffolder.poetry.constraints import may_allow
from scaffolder.rules.context import Context, default, inferred
from scaffolder.rules.server import missing_needs, runs_on


def decide_added_packages(context: Context, decisions: Decisions) -> Decision[tuple[str, ...]]:
    """What the image adds beside the lock, pinned; nothing, when the lock holds all that is needed."""
    installed = context.installed(decisions)
    server, server_reason = _server(decisions, installed)
    setuptools, setuptools_reason = _setuptools(context, decisions, installed)
    reasons = [reason for reason in (server_reason, setuptools_reason) if reason]
    added = (*server, *setuptools)
    return inferred(ADDED_PACKAGES, added, *reasons) if added else default(ADDED_PACKAGES, (), *reasons)


def _server(decisions: Decisions, installed: Collection[str]) -> tuple[tuple[str, ...], str]:
    """The server that is not locked, with its dependencies, and why."""
    name = decisions[SERVER]
    missing = missing_needs(name, installed)
    if not missing:
        return (), ""
    rows = [pin for pins in FALLBACKS.values() for pin in pins if pin.server == name]
    fitting = [pin for pin in rows if runs_on(pin, decisions[PYTHON])]
    if not fitting:
        return (), f"{', '.join(missing)} is not locked: run poetry add {' '.join(missing)}"
    added = tuple(text for text in fitting[0].requirements if canonicalize_name(text.split("==")[0]) not in installed)
    return added, f"poetry.lock lacks {', '.join(missing)}"


def _setuptools(
    context: Context, decisions: Decisions, installed: Mapping[str, LockedPackage]
) -> tuple[tuple[str, ...], str]:
    """setuptools, where something imports it that never said so, and why."""
    reason = "" if "setuptools" in installed else _setuptools_reason(context, installed)
    if not reason:
        return (), ""
    minor = int(decisions[PYTHON].split(".")[1])
    return (next(pin for oldest, pin in PINS if minor >= oldest),), reason


def _setuptools_reason(context: Context, installed: Mapping[str, LockedPackage]) -> str:
    project = context.project
    for name, place in project.code.imports:
        if name in MODULES:
            return f"{place} imports {name}"
    for name, versions in UNDECLARED.items():
        if name in installed and may_allow(versions, installed[name].version):
            return f"{name} imports pkg_resources without declaring setuptools"
    if project.lock.format in FORMATS_WITHOUT and installed:
        return f"poetry.lock: format {project.lock.format} never holds setuptools, whatever needs it"
    return ""
