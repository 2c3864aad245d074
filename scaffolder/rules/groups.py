"""Groups and extras: main, and what the running code imports but main does not bring."""

from __future__ import annotations

from collections.abc import Collection

from packaging.utils import canonicalize_name

from scaffolder.decisions import EXTRAS, GROUPS
from scaffolder.knowledge.import_names import DISTRIBUTIONS_OF
from scaffolder.knowledge.servers import SERVERS
from scaffolder.model.decision import Decision, Decisions
from scaffolder.model.manifest import Group, Manifest
from scaffolder.rules.context import Context, default, inferred
from scaffolder.rules.python_version import allowed_pythons

#: Groups that serve development, by the names people give them; the code of a test may import anything from them.
DEVELOPMENT_GROUPS = frozenset(
    (
        *("build", "ci", "debug", "debugging", "dev", "devel", "develop", "development", "ide", "local", "profiling"),
        *("release", "tool", "tooling", "tools"),
        *("doc", "docs", "documentation", "jupyter", "notebook", "notebooks"),
        *("format", "formatting", "lint", "linter", "linters", "linting", "pre-commit", "precommit", "quality"),
        *("mypy", "static", "type", "typecheck", "types", "typing"),
        *("coverage", "test", "testing", "tests"),
    )
)


def decide_groups(context: Context, decisions: Decisions) -> Decision[tuple[str, ...]]:
    """The groups to install: main where it has dependencies, and each group that the running code needs."""
    manifest = context.project.manifest
    main = manifest.group("main")
    names = ["main"] if main is not None and main.dependencies else []
    evidence = [f"pyproject.toml: main has {_count(main)}"] if main is not None and names else []
    provided = _names_of(context, ("main",), ())
    for group in manifest.groups:
        if group.name == "main" or canonicalize_name(group.name) in DEVELOPMENT_GROUPS:
            continue
        reason = _reason(context, group, provided)
        if reason:
            names.append(group.name)
            evidence.append(reason)
    return inferred(GROUPS, tuple(names), *evidence) if evidence else default(GROUPS, tuple(names))


def decide_extras(context: Context, decisions: Decisions) -> Decision[tuple[str, ...]]:
    """The extras to install: those whose packages the running code imports, when nothing else brings them."""
    manifest = context.project.manifest
    provided = _names_of(context, decisions[GROUPS], ())
    names, evidence = [], []
    for extra in _extras(manifest):
        brought = set(manifest.extras[extra]) - provided
        used = _imported(context, brought)
        if used:
            names.append(extra)
            evidence.append(f"extra {extra}: {used}")
    return inferred(EXTRAS, tuple(names), *evidence) if names else default(EXTRAS, ())


def _extras(manifest: Manifest) -> list[str]:
    """The extras, without those that only gather development tools or everything."""
    return [name for name in manifest.extras if name not in DEVELOPMENT_GROUPS and name != "all"]


def _count(group: Group | None) -> str:
    number = 0 if group is None else len({dependency.name for dependency in group.dependencies})
    return "1 dependency" if number == 1 else f"{number} dependencies"


def _names_of(context: Context, groups: tuple[str, ...], extras: tuple[str, ...]) -> frozenset[str]:
    python = next((minor for minor, _ in allowed_pythons(context.project)), "3.12")
    return frozenset(package.name for package in context.closure(python, groups, extras))


def _reason(context: Context, group: Group, provided: frozenset[str]) -> str:
    """Why the running code needs a group, "" when it does not."""
    brought = {dependency.name for dependency in group.dependencies} - provided
    servers = {need for server in SERVERS.values() for need in server.needs} & brought
    if servers and canonicalize_name(group.name) in ("prod", "production", "deploy", "deployment", "server", "web"):
        return f"group {group.name}: {min(servers)} serves in production"
    used = _imported(context, brought)
    return f"group {group.name}: {used}" if used else ""


def _imported(context: Context, distributions: Collection[str]) -> str:
    """The first import of one of `distributions`, as evidence, "" when the code imports none of them."""
    for name, place in context.project.code.imports:
        candidates = DISTRIBUTIONS_OF.get(name, (canonicalize_name(name),))
        if any(candidate in distributions for candidate in candidates):
            return f"{place} imports {name}"
    return ""
