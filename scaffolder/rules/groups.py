"""Groups and extras: main, and what the running code imports but main does not bring."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TypeAlias

from packaging.utils import canonicalize_name

from scaffolder.decisions import APPLICATION, EXTRAS, FRAMEWORK, GROUPS, PYTHON_PATH, Process
from scaffolder.knowledge.development_groups import DEVELOPMENT_GROUPS
from scaffolder.knowledge.import_names import DISTRIBUTIONS_OF
from scaffolder.knowledge.servers import SERVERS
from scaffolder.model.code import Django, Place
from scaffolder.model.decision import Decision, Decisions
from scaffolder.model.manifest import Group, Manifest
from scaffolder.rules.beside import beside, declared, main_edit, main_names
from scaffolder.rules.context import Context, default, inferred
from scaffolder.rules.python_version import allowed_pythons
from scaffolder.rules.reach import program_of, reached_imports


def decide_groups(context: Context, decisions: Decisions) -> Decision[tuple[str, ...]]:
    """The groups to install: main where it has dependencies, and each group that the running code needs.

    Where other processes run beside it, only what the main process itself reaches counts.
    """
    said = declared(context, decisions, GROUPS, "groups")
    if said is not None:
        return said
    main = context.project.manifest.group("main")
    names = ["main"] if main is not None and main.dependencies else []
    evidence = [f"pyproject.toml: main has {_count(main)}"] if main is not None and names else []
    reached = _reached_by_main(context, decisions)
    wanted = _wanted(context, _imports_of(context) if reached is None else reached)
    if reached is not None:
        wanted = _fewest(context, wanted, _needs(reached), _names_of_main(context, decisions), serving=True)
    names += wanted
    evidence += wanted.values()
    return inferred(GROUPS, tuple(names), *evidence) if evidence else default(GROUPS, tuple(names))


def decide_extras(context: Context, decisions: Decisions) -> Decision[tuple[str, ...]]:
    """The extras to install: those whose packages the running code imports, or which serve it, when nothing else
    brings them."""
    said = declared(context, decisions, EXTRAS, "extras")
    if said is not None:
        return said
    reached = _reached_by_main(context, decisions)
    imports = _imports_of(context) if reached is None else reached
    wanted = _wanted_extras(context, decisions[GROUPS], imports)
    return inferred(EXTRAS, tuple(wanted), *wanted.values()) if wanted else default(EXTRAS, ())


def needs_of(context: Context, decisions: Decisions, process: Process) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The groups and extras that a process beside the main one installs: as declared, else as what it reaches needs.

    Where that cannot be known, they are those that any code of the project needs.
    """
    if process.groups is None and process.extras is None and not _has_choice(context):
        return decisions[GROUPS], decisions[EXTRAS]
    reached = reached_imports(context.project, process.command, decisions[PYTHON_PATH])
    imports = _imports_of(context) if reached is None else reached
    groups = process.groups
    if groups is None:
        main = [name for name in decisions[GROUPS] if name == "main"]
        wanted = _wanted(context, imports, serving=reached is None)
        if reached is not None:
            program = program_of(context.project, process.command)
            wanted = _fewest(context, wanted, _needs(reached, program), (process.name,), serving=False)
        groups = (*main, *wanted)
    extras = process.extras
    if extras is None:
        extras = tuple(_wanted_extras(context, groups, imports, serving=reached is None))
    return groups, extras


def everything(context: Context, decisions: Decisions) -> Decisions:
    """The decisions as if one image held the groups and extras of every process; as they are while it is open what
    the main one is."""
    if FRAMEWORK not in decisions:
        return decisions
    needs = [(decisions[GROUPS], decisions[EXTRAS])]
    needs += [needs_of(context, decisions, process) for process in beside(context, decisions)]
    for key, index in ((GROUPS, 0), (EXTRAS, 1)):
        names = tuple(dict.fromkeys(name for need in needs for name in need[index]))
        decisions = decisions.having(replace(decisions.decision(key), value=names))
    return decisions


_Imports: TypeAlias = "Collection[tuple[str, Place]]"

#: Distributions of which one has to be there.
_Need: TypeAlias = tuple[str, ...]


def _imports_of(context: Context) -> _Imports:
    """What the code imports, and where main brings no driver for a database of Django, what Django imports for it."""
    project = context.project
    engines = {engine: django for django in project.code.django for engine in django.engines if engine in _DRIVERS}
    if not engines:
        return project.code.imports
    held = _names_of(context, ("main",), ())
    drivers = [
        (driver, Place(path=_settings_file(django), line=1))
        for engine, django in sorted(engines.items())
        if not any(held.intersection(_distributions(driver)) for driver in _DRIVERS[engine])
        for driver in _DRIVERS[engine]
    ]
    return (*project.code.imports, *drivers)


def _settings_file(django: Django) -> str:
    return f"{django.root}/{django.settings.replace('.', '/')}.py".removeprefix("/")


#: What the engines of Django import: https://docs.djangoproject.com/en/stable/ref/databases/
_DRIVERS = {"mysql": ("MySQLdb",), "postgresql": ("psycopg", "psycopg2"), "postgis": ("psycopg", "psycopg2")}


def _reached_by_main(context: Context, decisions: Decisions) -> _Imports | None:
    """What the main process imports where others run beside it; None where that cannot be known, or it is alone."""
    if not _has_choice(context) or FRAMEWORK not in decisions:
        return None
    if not any(process.kind != "release" for process in beside(context, decisions)):
        return None
    words = decisions[APPLICATION].removeprefix("-m ").split()
    return reached_imports(context.project, words, decisions[PYTHON_PATH])


def _names_of_main(context: Context, decisions: Decisions) -> tuple[str, ...]:
    edit = main_edit(context, decisions)
    return main_names(decisions) if edit is None else (edit.name,)


def _has_choice(context: Context) -> bool:
    """Whether there is anything but main and development to install."""
    manifest = context.project.manifest
    names = {canonicalize_name(group.name) for group in manifest.groups} - DEVELOPMENT_GROUPS - {"main"}
    return bool(names or manifest.extras)


def _wanted(context: Context, imports: _Imports, *, serving: bool = True) -> dict[str, str]:
    """The groups beside main that bring what is imported, or what serves, each with the reason."""
    provided = _names_of(context, ("main",), ())
    found = {}
    for group in context.project.manifest.groups:
        if group.name == "main" or canonicalize_name(group.name) in DEVELOPMENT_GROUPS:
            continue
        brought = {dependency.name for dependency in group.dependencies} - provided
        reason = _reason("group", group.name, brought, imports, serving=serving)
        if reason:
            found[group.name] = reason
    return found


def _fewest(
    context: Context, wanted: dict[str, str], needs: frozenset[_Need], names: Collection[str], *, serving: bool
) -> dict[str, str]:
    """The wanted groups without those that bring nothing which main or a better one does not bring as well.

    Better is the group that is named like the process, then that which brings more of what is needed, then that which
    brings less beside it.
    """
    held = set(_names_of(context, ("main",), ()))
    brought = {group.name: {item.name for item in group.dependencies} for group in context.project.manifest.groups}
    uses = {name: {need for need in needs if not brought[name].isdisjoint(need)} for name in wanted}
    kept = {name for name in wanted if serving and _servers(brought[name] - held, name)}
    for name in sorted(wanted, key=lambda name: (name not in names, -len(uses[name]), len(brought[name]))):
        if any(held.isdisjoint(need) for need in uses[name]):
            kept.add(name)
        if name in kept:
            held |= brought[name]
    return {name: reason for name, reason in wanted.items() if name in kept}


def _needs(imports: _Imports, program: str = "") -> frozenset[_Need]:
    """What has to be there for what is imported, and for a program: no other distribution of that import has it."""
    needs = {_distributions(name) for name, _ in imports}
    return frozenset(needs | {(program,)} if program else needs)


def _distributions(name: str) -> _Need:
    """The distributions that an import may come from."""
    return DISTRIBUTIONS_OF.get(name, (canonicalize_name(name),))


def _wanted_extras(
    context: Context, groups: tuple[str, ...], imports: _Imports, *, serving: bool = True
) -> dict[str, str]:
    provided = _names_of(context, groups, ())
    found = {}
    for extra in _extras(context.project.manifest):
        brought = set(context.project.manifest.extras[extra]) - provided
        reason = _reason("extra", extra, brought, imports, serving=serving)
        if reason:
            found[extra] = reason
    return found


def _extras(manifest: Manifest) -> list[str]:
    """The extras, without those that only gather development tools or everything."""
    return [name for name in manifest.extras if name not in DEVELOPMENT_GROUPS and name != "all"]


def _count(group: Group | None) -> str:
    number = 0 if group is None else len({dependency.name for dependency in group.dependencies})
    return "1 dependency" if number == 1 else f"{number} dependencies"


def _names_of(context: Context, groups: tuple[str, ...], extras: tuple[str, ...]) -> frozenset[str]:
    python = next((minor for minor, _ in allowed_pythons(context.project)), "3.12")
    return frozenset(package.name for package in context.closure(python, groups, extras))


def _reason(kind: str, name: str, brought: Collection[str], imports: _Imports, *, serving: bool) -> str:
    """Why the running code needs the distributions that a group or an extra brings, "" when it does not."""
    servers = _servers(brought, name) if serving else ()
    used = f"{min(servers)} serves in production" if servers else _imported(imports, brought)
    return f"{kind} {name}: {used}" if used else ""


def _servers(brought: Collection[str], name: str) -> frozenset[str]:
    """The servers that a group or an extra brings, where its name says that it is there to serve."""
    if canonicalize_name(name) not in _SERVING_GROUPS:
        return frozenset()
    return frozenset(need for server in SERVERS.values() for need in server.needs) & frozenset(brought)


_SERVING_GROUPS = frozenset({"prod", "production", "deploy", "deployment", "server", "web"})


def _imported(imports: _Imports, distributions: Collection[str]) -> str:
    """The first import of one of `distributions`, as evidence, "" when the code imports none of them."""
    for name, place in imports:
        if any(candidate in distributions for candidate in _distributions(name)):
            return f"{place} imports {name}"
    return ""
