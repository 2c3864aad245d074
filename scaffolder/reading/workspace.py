"""Repositories of several Poetry projects: where the projects lie, and to which such repository a project belongs."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from scaffolder.errors import ProjectError, UsageError
from scaffolder.model.forbidden import STATE_FILE, why_no_project
from scaffolder.model.message import Level, Message
from scaffolder.poetry.manifest import parse_manifest
from scaffolder.poetry.tables import Table
from scaffolder.reading.files import LOCK_LIMIT, read_text, read_toml
from scaffolder.reading.outside import uppermost
from scaffolder.reading.tree import list_files

#: How deep below the top a project may lie to be found, and how many are looked at, the nearest first.
LEVELS = 4
MOST_PROJECTS = 200

_MANIFEST = "pyproject.toml"
_LOCK = "poetry.lock"
#: https://davidvujic.github.io/python-polylith-docs/configuration/
_POLYLITH = "workspace.toml"

#: So many projects are several.
_LEAST = 2

#: The decision about the projects, as `state.dump_state` writes it; git may have left a conflict in it.
_MEMBERS = re.compile(r'^\[\[decision\]\]\nname = "projects"\n(?:<<<<<<< .*\n)?value = (\[.*\])$', re.MULTILINE)


def find_projects(root: Path) -> tuple[str, ...]:
    """The folders below `root` that hold a pyproject.toml and a poetry.lock, relative to it, sorted.

    What git ignores, links, and the folders that `list_files` passes over are not looked into.
    """
    files, _ = list_files(root, LEVELS)
    present = frozenset(files)
    folders = [path.rpartition("/")[0] for path in files if path.endswith(f"/{_LOCK}")]
    found = [folder for folder in folders if f"{folder}/{_MANIFEST}" in present]
    return tuple(sorted(sorted(found, key=lambda folder: (folder.count("/"), folder))[:MOST_PROJECTS]))


def is_workspace(root: Path, settings: Iterable[str] = ()) -> bool:
    """Whether `root` is worked on as a repository of several projects.

    It is when an earlier run, or a setting `projects=…`, says which projects run, and when no project stands in `root`
    itself but several do below; never when its scaffold.lock is that of a project.
    """
    if any(setting.startswith("projects=") for setting in settings):
        return True
    try:
        if os.path.lexists(root / STATE_FILE):
            return _is_workspace_lock(_lock_text(root))
        return root.is_dir() and _is_only_a_workspace(root) and len(find_projects(root)) >= _LEAST
    except (ProjectError, OSError):  # whatever is wrong is told by whoever reads the project
        return False


def _is_only_a_workspace(root: Path) -> bool:
    """Whether the folder is no project that could run by itself.

    That is one without pyproject.toml, or without poetry.lock; one that Polylith calls its workspace; and one that
    depends on nothing but projects below it and is no package, or has no code but theirs. Raises ProjectError for a
    file that cannot be used.
    """
    if not os.path.lexists(root / _MANIFEST) or not os.path.lexists(root / _LOCK):
        return True
    if os.path.lexists(root / _POLYLITH):
        return "tool" in read_toml(root, _POLYLITH, may_be_empty=True)
    manifest = parse_manifest(read_toml(root, _MANIFEST), _MANIFEST)
    main = manifest.group("main")
    wanted = main.dependencies if main is not None else ()
    if not all(dependency.path for dependency in wanted):
        return False
    return not manifest.package_mode or _is_code_below(root)


def _is_code_below(root: Path) -> bool:
    """Whether every Python file lies in one of the projects below."""
    files, _ = list_files(root, LEVELS)
    below = tuple(f"{folder}/" for folder in find_projects(root))
    return all(path.startswith(below) for path in files if path.endswith(".py"))


def workspace_name(root: Path) -> str:
    """The name in pyproject.toml, else that of the folder. Raises ProjectError for a file that cannot be used."""
    if os.path.lexists(root / _MANIFEST):
        data = Table(read_toml(root, _MANIFEST, may_be_empty=True), _MANIFEST)
        found = data.table("tool").table("poetry").string("name") or data.table("project").string("name")
        if found:
            return found
    return root.resolve().name or "workspace"


def require_member(root: Path, folder: str) -> None:
    """Raises UsageError for a folder that cannot be a project of the workspace `root`, whoever names it."""
    path = PurePosixPath(folder)
    place = root / folder
    if path.is_absolute() or ".." in path.parts or not path.parts or path.as_posix() != folder:
        raise UsageError(f"{folder}: expected a folder below {root}, such as services/api")
    if why := why_no_project(folder):
        raise UsageError(f"{folder}: {why}")
    if any((root / part).is_symlink() for part in (path, *path.parents[:-1])):
        raise UsageError(f"{folder} is reached through a symbolic link", hint="name the folder that it leads to")
    missing = next((name for name in (_MANIFEST, _LOCK) if not os.path.lexists(place / name)), "")
    if missing:
        raise UsageError(
            f"{folder} is no Poetry project: it has no {missing}", hint="see those that are: scaffold explain"
        )


def workspace_above(root: Path) -> str:
    """The workspace whose scaffold.lock has the project in `root` as one of its own, relative to it; "" for none."""
    real = Path(os.path.realpath(root))
    top = uppermost(real)
    for folder in real.parents:
        if not folder.is_relative_to(top):
            break
        if real.relative_to(folder).as_posix() in members_in(_lock_text(folder)):
            return os.path.relpath(folder, real)
    return ""


def _is_workspace_lock(text: str) -> bool:
    """Whether the text is that of a workspace's scaffold.lock."""
    return _MEMBERS.search(text.replace("\r\n", "\n")) is not None


def _lock_text(folder: Path) -> str:
    """The text of the folder's scaffold.lock, which may be large; "" where there is none that can be read."""
    try:
        return read_text(folder, STATE_FILE, limit=LOCK_LIMIT) if os.path.lexists(folder / STATE_FILE) else ""
    except ProjectError:
        return ""


def require_not_a_member(root: Path, command: str) -> None:
    """Raises UsageError for a project whose container files are kept at the top of its repository."""
    top = workspace_above(root) if not os.path.lexists(root / STATE_FILE) else ""
    if not top:
        return
    place = os.path.normpath(root / top)
    folder = os.path.relpath(os.path.realpath(root), os.path.realpath(place))
    raise UsageError(
        f"{folder} is one of the projects of {place}, which are worked on together.",
        code="workspace-member",
        hint=f"Run: {shlex.join(('scaffold', command, place))}\n"
        f"To have it by itself, first run: {shlex.join(('scaffold', 'init', place, '--set', f'projects=-{folder}'))}",
    )


def member_remarks(root: Path) -> tuple[Message, ...]:
    """What whoever looks at one of the projects of a workspace should know; () for any other project."""
    top = workspace_above(root) if not os.path.lexists(root / STATE_FILE) else ""
    if not top:
        return ()
    place = os.path.normpath(root / top)
    return (
        Message(
            level=Level.INFO,
            code="workspace-member",
            text=f"This is one of the projects of {place}, as it would be by itself.",
            hint=f"See it beside the others: {shlex.join(('scaffold', 'explain', place))}",
        ),
    )


def members_in(text: str) -> tuple[str, ...]:
    """The projects of a workspace, by the text of its scaffold.lock; () where it is no workspace's."""
    found = _MEMBERS.search(text.replace("\r\n", "\n"))
    try:
        return tuple(map(str, json.loads(found[1]))) if found else ()
    except ValueError:
        return ()


def own_texts(written: Mapping[str, str], folder: str) -> dict[str, str]:
    """Those of the files that scaffold wrote in the workspace that lie in the project's folder, relative to it."""
    start = f"{folder}/"
    return {path.removeprefix(start): text for path, text in written.items() if path.startswith(start)}


def within(folder: str, error: ProjectError) -> ProjectError:
    """The error of a project with its file relative to the workspace."""
    return ProjectError(
        f"{folder}/{error.file}",
        code=error.code,
        found=error.found,
        expected=error.expected,
        hint=error.hint,
        key=error.key,
    )
