"""One declared dependency: Poetry's forms (text, table, list of tables) and PEP 508."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from posixpath import join
from urllib.parse import unquote

from packaging.utils import InvalidName, NormalizedName, canonicalize_name

from scaffolder.errors import ProjectError
from scaffolder.model.manifest import Dependency
from scaffolder.poetry.marker import conjunction, platform_marker, python_marker
from scaffolder.poetry.tables import Table, wrong

_FORMS = 'text such as "^1.2", a table such as {version = "^1.2"}, or a list of such tables'


def distribution_name(name: str, file: str, path: str) -> NormalizedName:
    """The name, normalised. Raises ProjectError for one that no distribution, extra or group can have."""
    try:
        return canonicalize_name(name, validate=True)
    except InvalidName:
        expected = "a name of letters, digits, '.', '_' and '-'"
        raise wrong(file, path, name, expected, f"correct the name in {file}") from None


def declared_dependencies(table: Table, key: str) -> tuple[Dependency, ...]:
    """What Poetry's own notation declares at `key` (the name): several for a multiple-constraint dependency.

    Raises ProjectError for wrong types, and for markers and Python constraints that cannot be read.
    """
    name = distribution_name(key, table.file, table.at(key))
    value = table.value(key)
    hint = f'write {key} = "^1.2" or {key} = {{version = "^1.2"}} in {table.file}'
    if isinstance(value, str):
        return (Dependency(name=name, constraint=value.strip() or "*"),)
    if isinstance(value, dict):
        return (_from_table(name, table.table(key)),)
    if not isinstance(value, list) or not value:
        raise table.wrong(key, _FORMS, hint)
    if all(isinstance(item, str) for item in value):
        return tuple(Dependency(name=name, constraint=text.strip() or "*") for text in table.strings(key))
    return tuple(_from_table(name, item) for item in table.tables(key, hint=hint))


def required_dependency(text: str, file: str, path: str) -> Dependency:
    """What a PEP 508 requirement declares; direct references become `git`, `url` or `path`.

    Raises ProjectError at the dotted key `path` of `file` for anything else.
    """
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 - 30 ms; not every project needs it

    try:
        requirement = Requirement(_without_comment(text))
    except (InvalidRequirement, RecursionError):
        hint = f'write "name>=1.2" or "name @ git+https://…" in {file}'
        raise wrong(file, path, text, "a requirement as in PEP 508", hint) from None
    dependency = Dependency(
        name=canonicalize_name(requirement.name),
        constraint=str(requirement.specifier) or "*",
        marker=str(requirement.marker or ""),
        extras=tuple(sorted(map(canonicalize_name, requirement.extras))),
    )
    return _from_origin(dependency, requirement.url) if requirement.url else dependency


def _from_table(name: NormalizedName, table: Table) -> Dependency:
    path = table.string("path") or table.string("file")
    return Dependency(
        name=name,
        constraint=table.string("version", "*").strip() or "*",
        marker=conjunction(
            _checked_marker(table),
            _translated(table, "python", python_marker, 'a Python constraint such as "^3.8"'),
            _translated(table, "platform", platform_marker, 'a platform such as "linux" or "!=win32"'),
        ),
        extras=tuple(sorted({canonicalize_name(extra) for extra in table.strings("extras")})),
        optional=table.boolean("optional"),
        path=join(path, table.string("subdirectory")) if path and "subdirectory" in table else path,
        develop=table.boolean("develop"),
        git=table.string("git"),
        url=table.string("url"),
        index=table.string("source"),
    )


def _checked_marker(table: Table) -> str:
    text = table.string("markers").strip()
    if not text:
        return ""
    from packaging.markers import InvalidMarker, Marker  # noqa: PLC0415 - like Requirement

    try:
        Marker(text)
    except (InvalidMarker, RecursionError):
        raise _unreadable(table, "markers", "an environment marker as in PEP 508") from None
    return text


def _translated(table: Table, key: str, translate: Callable[[str], str], expected: str) -> str:
    text = table.string(key)
    if not text:
        return ""
    try:
        return translate(text)
    except ValueError:
        raise _unreadable(table, key, expected) from None


def _unreadable(table: Table, key: str, expected: str) -> ProjectError:
    return table.wrong(key, expected, f"correct {key} of that dependency in {table.file}")


def _without_comment(text: str) -> str:
    requirement, _, comment = text.partition(" #")
    _, semicolon, marker = comment.partition(" ;")
    return f"{requirement} ;{marker}" if semicolon else requirement


def _from_origin(dependency: Dependency, url: str) -> Dependency:
    """The dependency with `git`, `url` or `path` of its direct reference, without revision and fragment."""
    address = url.partition("#")[0]
    scheme, separator, rest = address.partition(":")
    if not separator or "/" in scheme:
        return replace(dependency, path=address)
    if scheme == "file":
        return replace(dependency, path=_file_path(rest))
    if scheme == "git":
        return replace(dependency, git=address)
    if scheme.startswith("git+"):
        return replace(dependency, git=_without_revision(address.removeprefix("git+")))
    return replace(dependency, url=address)


def _file_path(rest: str) -> str:
    if not rest.startswith("//"):
        return unquote(rest)
    host, slash, path = rest[2:].partition("/")
    return unquote(slash + path if host in ("", "localhost") else host + slash + path)


def _without_revision(address: str) -> str:
    start = address.find("://") + 3 if "://" in address else address.find(":")
    slash = address.find("/", start)
    revision = address.rfind("@")
    return address[:revision] if 0 < slash < revision else address
