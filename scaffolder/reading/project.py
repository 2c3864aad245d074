"""Reads a whole project from the user's disk."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from packaging.utils import canonicalize_name

from scaffolder.errors import ProjectError, UsageError
from scaffolder.knowledge.compose_files import COMPOSE_FILES, OVERRIDE_FILES
from scaffolder.knowledge.example_files import EXAMPLE_FILES
from scaffolder.model.change import is_generated
from scaffolder.model.code import Code
from scaffolder.model.forbidden import STATE_FILE
from scaffolder.model.lock import Lock
from scaffolder.model.manifest import Manifest
from scaffolder.model.project import Project
from scaffolder.poetry.lockfile import parse_lock
from scaffolder.poetry.manifest import parse_manifest
from scaffolder.poetry.tables import Table
from scaffolder.reading.container import read_container
from scaffolder.reading.files import LOCK_LIMIT, read_document, read_text, read_toml
from scaffolder.reading.outside import (
    Outside,
    build_requirements,
    list_outside,
    location,
    outside_paths,
    with_libraries,
)
from scaffolder.reading.pins import (
    PIN_FILES,
    POETRY_SETTINGS,
    PROCFILE,
    STREAMLIT_SETTINGS,
    binary_policy,
    procfile,
    python_pins,
    streamlit_port,
)
from scaffolder.reading.tree import SKIPPED_FOLDERS, list_files, read_sources, read_texts
from scaffolder.source import read_code

MANIFEST = "pyproject.toml"
LOCK = "poetry.lock"
#: An entry with a text; those that the user keeps have none.
_WRITTEN = re.compile(r'^\[\[file\]\]\npath = "([^"\\]+)"\nmode = ', re.MULTILINE)

#: Lock file of another tool → the tool.
OTHER_LOCKS = {
    "Pipfile.lock": "Pipenv",
    "conda-lock.yml": "conda-lock",
    "pdm.lock": "PDM",
    "pixi.lock": "Pixi",
    "pylock.toml": "pylock.toml",
    "uv.lock": "uv",
}
#: Read where they stand in the project folder itself. `.env` is not among them: it holds secrets.
TEXTS = frozenset({".dockerignore", "Dockerfile", *EXAMPLE_FILES, *COMPOSE_FILES, *OVERRIDE_FILES})
#: Read wherever they stand, for a `src/` layout or a package keeps them deeper.
NESTED_TEXTS = frozenset({"alembic.ini", "gunicorn.conf.py"})
_MOST_NESTED_TEXTS = 20
_MOST_FOLDERS = 500


def read_project(root: Path, own: Mapping[str, str] | None = None) -> Project:
    """The project whose pyproject.toml and poetry.lock stand in the folder `root`.

    Raises UsageError when `root` is no folder, and ProjectError when it holds no Poetry project, no poetry.lock, or a
    file that cannot be used. Files that git ignores are read for their names only where Poetry reads them itself.
    """
    _require_folder(root)
    data = read_toml(root, MANIFEST) if os.path.lexists(root / MANIFEST) else _refuse_folder(root)
    manifest = parse_manifest(data, MANIFEST)
    if not os.path.lexists(root / LOCK):
        raise _no_lock(root, data)
    lock = parse_lock(read_document(root, LOCK, limit=LOCK_LIMIT), LOCK)
    files, truncated = list_files(root)
    present = frozenset(files)
    outside = list_outside(root, manifest, lock)
    own = _written_texts(root) if own is None else own
    foreign = tuple(path for path in files if path not in own)
    texts = read_texts(root, _text_files(foreign)) | {path: own[path] for path in EXAMPLE_FILES if path in own}
    small = {path: read_text(root, path).removeprefix("\ufeff") for path in (PROCFILE, *PIN_FILES) if path in present}
    settings = _settings(root, POETRY_SETTINGS, present)
    return Project(
        name=manifest.name or root.resolve().name or "app",
        manifest=manifest,
        lock=lock,
        code=_code(root, foreign, outside, manifest, lock, truncated=truncated),
        files=files,
        outside=outside.files,
        outside_paths=outside_paths(manifest, lock),
        location=location(root),
        build_requirements=build_requirements(root, lock, present | set(outside.files)),
        python_pins=python_pins(small),
        procfile=procfile(small.get(PROCFILE, "")),
        streamlit_port=streamlit_port(_settings(root, STREAMLIT_SETTINGS, present)),
        no_binary=binary_policy(settings, "no-binary"),
        only_binary=binary_policy(settings, "only-binary"),
        texts=texts,
        container=read_container(root, files, texts, without=own),
    )


def _code(
    root: Path, files: tuple[str, ...], outside: Outside, manifest: Manifest, lock: Lock, *, truncated: bool
) -> Code:
    locked = frozenset(str(package.name) for package in lock.packages)
    sources = read_sources(root, (*files, *outside.own))
    own = {path: text for path, text in sources.items() if not is_generated(text)}
    code = read_code(own, manifest, locked, _folder(root, manifest))
    if outside.libraries:
        code = with_libraries(code, read_code(read_sources(root, outside.libraries), manifest, locked))
    return replace(code, truncated=code.truncated or truncated or outside.truncated)


def _folder(root: Path, manifest: Manifest) -> str:
    """The name of the project's folder where the folder above may be in an image; "" where it is a package anyway."""
    name = location(root).rpartition("/")[2]
    return "" if any(package.folder == f"../{name}" for package in manifest.packages) else name


def _written_texts(root: Path) -> Mapping[str, str]:
    """The files that scaffold.lock calls scaffold's own, by path, as scaffold wrote them.

    What their owner wrote into them is no evidence: an update would otherwise be the cause of another. Where git left
    conflicts in scaffold.lock, or where it cannot be read, each text is that of the disk.
    """
    text = read_texts(root, [STATE_FILE]).get(STATE_FILE, "").replace("\r\n", "\n")
    paths = _WRITTEN.findall(text)
    if not paths:
        return {}
    with suppress(ProjectError):
        files = Table(read_toml(root, STATE_FILE), STATE_FILE).tables("file")
        found = {file.string("path"): file.string("text") for file in files}
        return {path: found.get(path, "") for path in paths}
    there = read_texts(root, paths)
    return {path: there.get(path, "") for path in paths}


def _text_files(files: tuple[str, ...]) -> tuple[str, ...]:
    nested = [path for path in files if path.rpartition("/")[2] in NESTED_TEXTS]
    nearest = sorted(nested, key=lambda path: (path.count("/"), path))[:_MOST_NESTED_TEXTS]
    return tuple(sorted({*nearest, *TEXTS.intersection(files)}))


def _settings(root: Path, relative: str, present: frozenset[str]) -> Mapping[str, object]:
    return read_toml(root, relative, may_be_empty=True) if relative in present else {}


def _require_folder(root: Path) -> None:
    try:
        is_folder = root.is_dir()
        if is_folder:
            os.scandir(root).close()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a path"
        raise UsageError(f"{root} cannot be read: {reason}", hint="give a folder that you may read") from error
    if is_folder:
        return
    if not os.path.lexists(root):
        raise UsageError(f"{root} does not exist", hint="give the folder that holds pyproject.toml")
    parent = root.parent
    folder = f": {parent}" if root.name in (MANIFEST, LOCK) else ""
    raise UsageError(f"{root} is not a folder", hint=f"give the folder that holds pyproject.toml{folder}")


def _refuse_folder(root: Path) -> dict[str, object]:
    """Always raises: there is no pyproject.toml; the hint lists the projects below, or the one above."""
    if below := _projects_below(root):
        hint = " or ".join(f"scaffold init {path}" for path in below[:8])
        found = f"no such file here, but in {', '.join(below[:8])}"
    elif above := _project_above(root):
        hint, found = f"scaffold init {above}", f"no such file here, but in {above}"
    else:
        hint, found = "go to the folder of a Poetry project, or give it: scaffold init FOLDER", "no such file"
    expected = "the manifest of a Poetry project"
    raise ProjectError(MANIFEST, code="no-manifest", found=found, expected=expected, hint=hint)


def _projects_below(root: Path) -> list[str]:
    """Folders one or two levels down that look like Poetry projects, sorted."""
    first = _folders(root, "")
    folders = [*first, *(path for parent in first for path in _folders(root / parent, f"{parent}/"))]
    return sorted(path for path in folders[:_MOST_FOLDERS] if _is_poetry(root / path))


def _project_above(root: Path) -> str:
    resolved = root.resolve()
    nearest = next((folder for folder in resolved.parents if _is_poetry(folder)), None)
    return os.path.relpath(nearest, resolved) if nearest else ""


def _folders(parent: Path, prefix: str) -> list[str]:
    try:
        with os.scandir(parent) as entries:
            names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    usual = (name for name in names if name.isprintable() and name[0] != "." and name not in SKIPPED_FOLDERS)
    return [prefix + name for name in sorted(usual)[:_MOST_FOLDERS]]


def _is_poetry(folder: Path) -> bool:
    if not (folder / MANIFEST).is_file():
        return False
    return (folder / LOCK).is_file() or "[tool.poetry" in read_texts(folder, [MANIFEST]).get(MANIFEST, "")


def _no_lock(root: Path, data: Mapping[str, object]) -> ProjectError:
    others = sorted(name for name in OTHER_LOCKS if os.path.lexists(root / name))
    if not _names_poetry(data):
        tools = ", ".join(dict.fromkeys(f"{OTHER_LOCKS[name]} ({name})" for name in others))
        found = f"a project of {tools}" if tools else "[project], but no [tool.poetry] and no poetry.lock beside it"
        hint = "poetry lock, if the project is to be one of Poetry"
        return ProjectError(MANIFEST, code="not-poetry", found=found, expected="a Poetry project", hint=hint)
    found = f"no such file, only {', '.join(others)}" if others else "no such file"
    expected = "the lock that decides what is installed; an image that resolves while it builds is never made"
    return ProjectError(LOCK, code="no-lock", found=found, expected=expected, hint="poetry lock")


def _names_poetry(data: Mapping[str, object]) -> bool:
    """Whether pyproject.toml itself says that Poetry manages or builds the project."""
    tool, system = data.get("tool"), data.get("build-system")
    if isinstance(tool, Mapping) and "poetry" in tool:
        return True
    backend = system.get("build-backend") if isinstance(system, Mapping) else ""
    return canonicalize_name(str(backend)).startswith("poetry")
