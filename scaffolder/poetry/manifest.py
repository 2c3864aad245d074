"""Reads pyproject.toml, already parsed as TOML, in every dialect that Poetry accepts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from packaging.utils import NormalizedName, canonicalize_name

from scaffolder.errors import ProjectError
from scaffolder.model.manifest import Dependency, Group, Index, Manifest, PackageInclude, Script
from scaffolder.poetry.content_hash import content_hashes
from scaffolder.poetry.dependency import declared_dependencies, distribution_name, required_dependency
from scaffolder.poetry.marker import conjunction
from scaffolder.poetry.tables import Table, wrong

#: Keys of [tool.poetry] that hold one URL → the label that Poetry gives it.
_URL_KEYS = (("homepage", "Homepage"), ("repository", "Repository"), ("documentation", "Documentation"))
_REFERENCE = re.compile(r"\s*(?P<module>\w+(?:\.\w+)*)\s*:\s*(?P<function>\w+(?:\.\w+)*)\s*(?:\[.*\])?\s*")
_EXTRA = re.compile(r"""\bextra\s*(==|!=)\s*["']([^"']*)["']""")
#: More are written by no person, and including each in the next would need the square of their number.
_MOST_GROUPS = 500


def parse_manifest(data: Mapping[str, object], file: str = "pyproject.toml") -> Manifest:
    """The manifest of a Poetry project: `[tool.poetry]` alone, `[project]` alone, or both.

    Where both speak of the same, `[project]` wins as it does for Poetry; `[tool.poetry.dependencies]` then adds
    source, path and further constraints to the dependencies of the same name. Raises ProjectError, with the dotted
    key, for wrong types, and for a file that has neither table. Whether a file with `[project]` alone belongs to
    Poetry cannot be seen in it: the lock beside it tells.
    """
    root = Table(data, file)
    project = root.table("project")
    poetry = root.table("tool").table("poetry")
    if "project" not in root and "poetry" not in root.table("tool"):
        raise _not_poetry(root)
    groups = _groups(root, project, poetry)
    python, python_key = _python(project, poetry)
    return Manifest(
        name=_either(project, poetry, "name"),
        version=_either(project, poetry, "version"),
        description=_either(project, poetry, "description"),
        license=_license(project) or poetry.string("license"),
        urls=_urls(project, poetry),
        readmes=_readmes(project) or tuple(filter(None, poetry.string_or_strings("readme"))),
        package_mode=poetry.boolean("package-mode", default=True),
        packages=tuple(_package(item) for item in poetry.tables("packages")),
        python=python,
        python_key=python_key,
        groups=groups,
        extras=_extras(project, poetry),
        scripts=_scripts(project, poetry),
        has_plugins=bool(project.table("entry-points").data or poetry.table("plugins").data),
        indexes=tuple(_index(item) for item in poetry.tables("source")),
        requires_poetry=poetry.string("requires-poetry"),
        requires_plugins=_required_plugins(poetry.table("requires-plugins")),
        external_build=root.table("external").strings("build-requires"),
        external_host=root.table("external").strings("host-requires"),
        external_run=root.table("external").strings("dependencies"),
        has_dynamic_version=root.table("tool").table("poetry-dynamic-versioning").boolean("enable"),
        content_hashes=content_hashes(data),
        has_project_table="project" in root,
        has_dependency_groups=bool(root.table("dependency-groups").data),
        has_legacy_sources=any("default" in item or "secondary" in item for item in poetry.tables("source")),
        authors=tuple(poetry.strings("authors")),
        fastapi_entrypoint=root.table("tool").table("fastapi").string("entrypoint"),
        scaffold=root.table("tool").table("scaffold").data,
    )


def _not_poetry(root: Table) -> ProjectError:
    tools = sorted(root.table("tool"))
    found = f"only settings of {', '.join(tools[:6])}" if tools else "neither [tool.poetry] nor [project]"
    return ProjectError(
        root.file,
        code="not-poetry",
        found=found,
        expected="the manifest of a Poetry project, with [tool.poetry] or [project]",
        hint="poetry init",
    )


def _either(project: Table, poetry: Table, key: str) -> str:
    return project.string(key) or poetry.string(key)


def _license(project: Table) -> str:
    """The licence as an expression or a name; a whole text in a table is neither."""
    if not isinstance(project.value("license"), Mapping):
        return project.string("license")
    text = project.table("license").string("text").strip()
    return "" if "\n" in text else text


def _urls(project: Table, poetry: Table) -> dict[str, str]:
    if urls := project.string_map("urls"):
        return urls
    named = {label: poetry.string(key) for key, label in _URL_KEYS if poetry.string(key)}
    return named | poetry.string_map("urls")


def _readmes(project: Table) -> tuple[str, ...]:
    if isinstance(project.value("readme"), Mapping):
        readme = project.table("readme").string("file")
    else:
        readme = project.string("readme")
    return (readme,) if readme else ()


def _package(item: Table) -> PackageInclude:
    return PackageInclude(
        include=item.required_string("include", hint='write {include = "name", from = "src"}'),
        source=item.string("from"),
    )


def _python(project: Table, poetry: Table) -> tuple[str, str]:
    """The constraint and the dotted key where it stands: Poetry's own wins, as a narrower copy of the standard one."""
    standard = project.string("requires-python", hint='write requires-python = ">=3.11" in the table [project]')
    dependencies = poetry.table("dependencies")
    for key in dependencies:
        if key.lower() == "python":
            own = dependencies.string(key, hint=f'write {key} = "^3.11" in the table [tool.poetry.dependencies]')
            return own.strip() or "*", dependencies.at(key)
    if standard.strip():
        return standard.strip(), project.at("requires-python")
    return "*", ""


def _groups(root: Table, project: Table, poetry: Table) -> tuple[Group, ...]:
    standard = root.table("dependency-groups")
    own = poetry.table("group")
    spelling = _spelling(standard, own)
    dependencies: dict[NormalizedName, tuple[Dependency, ...]] = {}
    includes: dict[NormalizedName, tuple[NormalizedName, ...]] = {}
    for key in spelling:
        standard_key, own_table = _key_of(standard, key), own.table(_key_of(own, key))
        own_dependencies = _declared(own_table.table("dependencies"))
        dependencies[key] = _merged(_standard_group(standard, standard_key), {}, own_dependencies)
        own_includes = map(canonicalize_name, own_table.strings("include-groups"))
        includes[key] = (*_included_names(standard, standard_key), *own_includes)
    if "dev-dependencies" in poetry:
        dev = canonicalize_name("dev")
        spelling.setdefault(dev, "dev")
        dependencies[dev] = (*dependencies.get(dev, ()), *_declared(poetry.table("dev-dependencies")))
    complete = _with_included(dependencies, includes, spelling, root)
    return (
        Group(name="main", dependencies=_main_dependencies(project, poetry)),
        *(
            Group(
                name=name,
                optional=own.table(_key_of(own, key)).boolean("optional"),
                dependencies=complete[key],
            )
            for key, name in spelling.items()
        ),
    )


def _spelling(standard: Table, own: Table) -> dict[NormalizedName, str]:
    """Normalised group name → name as written, in file order. Raises ProjectError for two spellings of one name."""
    names: dict[NormalizedName, str] = {}
    for table in (standard, own):
        for name in table:
            key = distribution_name(name, table.file, table.at(name))
            if key == "main":
                continue
            if names.setdefault(key, name) != name:
                expected = f"one spelling, as in {names[key]!r}"
                raise wrong(table.file, table.at(name), name, expected, f"rename one of the two groups in {table.file}")
    if len(names) > _MOST_GROUPS:
        raise wrong(own.file, own.path, own.data, f"at most {_MOST_GROUPS} groups", f"remove groups from {own.file}")
    return names


def _key_of(table: Table, normalised: NormalizedName) -> str:
    return next((name for name in table if canonicalize_name(name) == normalised), str(normalised))


def _standard_group(table: Table, key: str) -> tuple[Dependency, ...]:
    return tuple(
        required_dependency(item, table.file, f"{table.at(key)}[{index}]")
        for index, item in enumerate(_group_items(table, key))
        if isinstance(item, str)
    )


def _included_names(table: Table, key: str) -> tuple[NormalizedName, ...]:
    return tuple(
        canonicalize_name(Table(item, table.file, f"{table.at(key)}[{index}]").required_string("include-group"))
        for index, item in enumerate(_group_items(table, key))
        if isinstance(item, Mapping)
    )


def _group_items(table: Table, key: str) -> list[object]:
    """The items of a group of PEP 735: requirements and `{include-group = "name"}`."""
    value = table.value(key)
    if value is None:
        return []
    hint = f'write {key} = ["pytest>=8", {{include-group = "lint"}}] in the table [dependency-groups]'
    if not isinstance(value, list):
        raise table.wrong(key, "a list of requirements", hint)
    for index, item in enumerate(value):
        if not isinstance(item, str | Mapping):
            raise wrong(table.file, f"{table.at(key)}[{index}]", item, "a requirement or an include-group", hint)
    return value


def _with_included(
    dependencies: Mapping[NormalizedName, tuple[Dependency, ...]],
    includes: Mapping[NormalizedName, tuple[NormalizedName, ...]],
    spelling: Mapping[NormalizedName, str],
    root: Table,
) -> dict[NormalizedName, tuple[Dependency, ...]]:
    """The dependencies of each group and of the groups that it includes, at any depth."""
    for group, names in includes.items():
        for name in names:
            if name not in dependencies:
                expected = f"the name of a group, of which there are {', '.join(spelling.values())}"
                raise wrong(root.file, f"dependency-groups.{spelling[group]}", name, expected, "correct include-group")
    try:
        order = tuple(TopologicalSorter({**dict.fromkeys(dependencies, ()), **includes}).static_order())
    except CycleError as error:
        circle = " → ".join(spelling[name] for name in error.args[1])
        hint = f"remove one include-group of {circle}"
        raise wrong(root.file, "dependency-groups", circle, "groups that do not include themselves", hint) from None
    complete: dict[NormalizedName, tuple[Dependency, ...]] = {}
    for key in order:
        included = (dependency for name in includes.get(key, ()) for dependency in complete[name])
        complete[key] = tuple(dict.fromkeys((*dependencies[key], *included)))
    return complete


def _main_dependencies(project: Table, poetry: Table) -> tuple[Dependency, ...]:
    main = poetry.table("group").table("main")
    own = (*_declared(poetry.table("dependencies")), *_declared(main.table("dependencies")))
    own_name = canonicalize_name(project.string("name"))
    optional: dict[NormalizedName, list[Dependency]] = {}
    for extra, dependency in _optional_dependencies(project):
        if dependency.name != own_name:
            optional.setdefault(extra, []).append(replace(dependency, optional=True))
    dynamic = {"dependencies", "optional-dependencies"}.intersection(project.strings("dynamic"))
    return _merged(_required(project, "dependencies"), optional, own, dynamic=bool(dynamic))


def _required(table: Table, key: str) -> tuple[Dependency, ...]:
    hint = f'write {key} = ["name>=1.2"] in the table [{table.path}]'
    return tuple(
        required_dependency(text, table.file, f"{table.at(key)}[{index}]")
        for index, text in enumerate(table.strings(key, hint=hint))
    )


def _optional_dependencies(project: Table) -> tuple[tuple[NormalizedName, Dependency], ...]:
    table = project.table("optional-dependencies")
    return tuple(
        (distribution_name(extra, table.file, table.at(extra)), dependency)
        for extra in table
        for dependency in _required(table, extra)
    )


def _declared(table: Table) -> tuple[Dependency, ...]:
    return tuple(
        dependency for key in table if key.lower() != "python" for dependency in declared_dependencies(table, key)
    )


def _merged(
    standard: tuple[Dependency, ...],
    optional: Mapping[NormalizedName, Iterable[Dependency]],
    own: tuple[Dependency, ...],
    *,
    dynamic: bool = False,
) -> tuple[Dependency, ...]:
    """The dependencies that Poetry locks: the standard ones and those of extras, enriched by its own of the same name.

    Its own count by themselves where there are no others, or where `dynamic` leaves that half to them.
    """
    if not standard and not optional:
        return own
    own_by_name: dict[NormalizedName, list[Dependency]] = {}
    for dependency in own:
        own_by_name.setdefault(dependency.name, []).append(dependency)
    declared = [(dependency, "") for dependency in standard]
    declared += [(dependency, extra) for extra, dependencies in optional.items() for dependency in dependencies]
    merged: list[Dependency] = []
    for dependency, extra in declared:
        same = [other for other in own_by_name.get(dependency.name, ()) if _concerns(other, extra)]
        merged.extend([_enriched(dependency, other) for other in same] or [dependency])
    if dynamic and not (standard and optional):
        merged.extend(dependency for dependency in own if dependency.optional != bool(optional))
    return tuple(dict.fromkeys(merged))


def _concerns(dependency: Dependency, extra: str) -> bool:
    """False where the marker of Poetry's own table plainly speaks of other extras than `extra` ("" for none)."""
    if not extra or " or " in dependency.marker:
        return True
    return all((name == extra) == (operator == "==") for operator, name in _EXTRA.findall(dependency.marker))


def _enriched(standard: Dependency, own: Dependency) -> Dependency:
    marker = conjunction(standard.marker, own.marker)
    if standard.git or standard.url or standard.path:
        return replace(standard, marker=marker, develop=own.develop)
    return replace(
        own,
        marker=marker,
        extras=standard.extras,
        optional=standard.optional,
        constraint=_intersection(standard.constraint, own.constraint),
    )


def _intersection(first: str, second: str) -> str:
    """The constraint that holds where both hold; `||` binds loosest, so each alternative meets each."""
    if "*" in (first, second):
        return first if second == "*" else second
    alternatives = ([part.strip() for part in re.split(r"\|\|?", text)] for text in (first, second))
    left, right = alternatives
    return " || ".join(f"{one},{other}" for one in left for other in right)


def _extras(project: Table, poetry: Table) -> dict[str, tuple[NormalizedName, ...]]:
    if project.strings("dependencies") or project.table("optional-dependencies").data:
        return _standard_extras(project)
    table = poetry.table("extras")
    return {
        distribution_name(extra, table.file, table.at(extra)): _unique(map(canonicalize_name, table.strings(extra)))
        for extra in table
    }


def _standard_extras(project: Table) -> dict[str, tuple[NormalizedName, ...]]:
    """Extra → names. An extra may ask for other extras of the project itself: `all = ["shop[fast,mail]"]`."""
    own_name = canonicalize_name(project.string("name"))
    table = project.table("optional-dependencies")
    direct: dict[str, list[NormalizedName]] = {
        distribution_name(extra, table.file, table.at(extra)): [] for extra in table
    }
    asked: dict[str, list[str]] = {extra: [] for extra in direct}
    for extra, dependency in _optional_dependencies(project):
        if dependency.name == own_name:
            asked[extra].extend(name for name in dependency.extras if name in direct)
        else:
            direct[extra].append(dependency.name)
    return {extra: _unique(name for part in _reachable(extra, asked) for name in direct[part]) for extra in direct}


def _reachable(start: str, edges: Mapping[str, list[str]]) -> tuple[str, ...]:
    found = [start]
    for node in found:
        found.extend(target for target in dict.fromkeys(edges[node]) if target not in found)
    return tuple(found)


def _unique(names: Iterable[NormalizedName]) -> tuple[NormalizedName, ...]:
    return tuple(dict.fromkeys(names))


def _scripts(project: Table, poetry: Table) -> tuple[Script, ...]:
    """The console scripts. Poetry ignores its own table where the standard one is filled.

    A text that is no `module:function` is left out: projects keep such entries, and no installed command comes of them.
    """
    table = project.table("scripts")
    references = [(name, table.required_string(name)) for name in table]
    if not references:
        table = poetry.table("scripts")
        references = [(name, _reference(table, name)) for name in table]
    matches = ((name, _REFERENCE.fullmatch(reference)) for name, reference in references)
    return tuple(
        Script(name=name, module=match["module"], function=match["function"], table=table.path)
        for name, match in matches
        if match
    )


def _reference(table: Table, name: str) -> str:
    """The `module:function` of Poetry's text or table form, "" for a script that is a file."""
    if not isinstance(table.value(name), Mapping):
        return table.string(name, hint=f'write {name} = "module:function" in the table [{table.path}]')
    script = table.table(name)
    if script.string("type", "console") != "console":
        return ""
    return script.string("callable") or script.required_string("reference")


def _index(item: Table) -> Index:
    priority = item.string("priority") or "primary"
    if item.boolean("default"):
        priority = "default"
    if item.boolean("secondary"):
        priority = "secondary"
    return Index(name=item.required_string("name"), url=item.string("url"), priority=priority.lower())


def _required_plugins(table: Table) -> tuple[Dependency, ...]:
    return tuple(declared_dependencies(table, name)[0] for name in table)
