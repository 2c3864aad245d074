"""The folders that outlive a container: those in which the code keeps data, and those that it only reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from scaffolder.decisions import MOUNTS, VOLUMES
from scaffolder.model.code import Variable
from scaffolder.model.decision import Decision, Decisions
from scaffolder.model.project import Project
from scaffolder.rules.context import Context, default, inferred


def decide_mounts(context: Context, decisions: Decisions) -> Decision[tuple[str, ...]]:
    """The folders of documents that the code reads and never fills, and that the repository does not bring.

    What is only listed counts when it is called like one: whoever lists a folder often fills it by means that cannot be
    seen, and could not any more.
    """
    project = context.project
    filled = {folder.path for folder in project.code.data_folders}
    variables = {folder.variable for folder in project.code.data_folders}
    folders: dict[str, str] = {}
    for path, variable, reason in _documents(project):
        is_filled = path in filled or _nested(path, filled) or any(_nested(other, [path]) for other in filled)
        if not is_filled and variable not in variables - {""}:
            _keep(folders, project, path, reason)
    if not folders:
        return default(MOUNTS, (), "nothing is read that neither the repository nor the code brings")
    return inferred(MOUNTS, tuple(sorted(folders)), *(folders[path] for path in sorted(folders)))


def _documents(project: Project) -> Iterator[tuple[str, str, str]]:
    """Folder, variable that moves it, and evidence."""
    for folder in project.code.input_folders:
        is_named = bool(_DOCUMENTS.search(folder.path.upper()) or _DOCUMENTS_VARIABLE.search(folder.variable.upper()))
        if is_named or folder.via not in _LISTED:
            yield folder.path, folder.variable, f"{folder.place}: {folder.via}"
    for variable in project.code.variables:
        path = variable.default or ""
        if _DOCUMENTS_VARIABLE.search(variable.name.upper()) and "://" not in path and not PurePosixPath(path).suffix:
            yield path, variable.name, f"{variable.place}: {variable.name}"


#: How a folder is listed, not loaded.
_LISTED = frozenset({"glob", "iglob", "iterdir", "listdir", "rglob", "scandir", "walk"})
_KINDS = r"(DOCUMENTS?|DOCS?|CORPUS|KNOWLEDGE(_?BASE)?|PDFS?|INPUTS?)"
#: `documents`, `data/corpus`, `knowledge_base`, ... : what somebody lays there from outside.
_DOCUMENTS = re.compile(rf"(^|[/_]){_KINDS}$")
_DOCUMENTS_VARIABLE = re.compile(rf"(^|_){_KINDS}_?(DIR|DIRECTORY|FOLDER|ROOT|PATH)$")


def decide_volumes(context: Context, decisions: Decisions) -> Decision[tuple[str, ...]]:
    """The folders that the code fills, then the volumes of hand-written container files.

    Those that come from the host are left out, and those in which a volume would hide what the repository brings are
    only named.
    """
    project = context.project
    folders: dict[str, str] = {}
    for path, reason in _stores(project):
        _keep(folders, project, path, reason)
    for folder in decisions[MOUNTS]:
        folders.pop(folder, None)
    brought = {path: reason for path, reason in reversed([*_stores(project)]) if is_committed(project, _normal(path))}
    named = [f"{brought[path]}, which the repository brings: see --set volumes=+{path}" for path in sorted(brought)]
    named += [
        f"{folder.place}: {folder.via} keeps a file in the project's own folder, which no volume can hold"
        for folder in project.code.data_folders
        if folder.path == "."
    ]
    if not folders:
        return default(VOLUMES, (), *(named or ["nothing is kept"]))
    return inferred(VOLUMES, tuple(sorted(folders)), *(folders[path] for path in sorted(folders)), *named)


def _stores(project: Project) -> Iterator[tuple[str, str]]:
    """Folder and evidence."""
    for folder in project.code.data_folders:
        yield folder.path, f"{folder.place}: {folder.via}"
    for variable in project.code.variables:
        if variable.default and _names_a_store(variable):
            yield variable.default, f"{variable.place}: {variable.name}"
    for said in project.container.volumes:
        if not _NO_STORE.search(said.value):
            yield said.value, f"{said.place}: volume {said.value}"


#: `DATA_DIR`, `CHROMA_PERSIST_DIRECTORY`, `UPLOAD_FOLDER`, ... : a place that an application fills by itself.
_STORE = re.compile(
    r"(^|_)(DATA|STORAGE|STORE|UPLOADS?|MEDIA|PERSIST|INDEX|CHROMA(DB)?|VECTOR(S|_?STORE|_?DB)?|SQLITE|DB|DATABASE)"
    r"_?(DIR|DIRECTORY|FOLDER|ROOT|HOME)$"
)


#: What a volume of a container file holds for development, or what scaffold's image has elsewhere.
_NO_STORE = re.compile(
    r"^/(root|home|run|var/(run|www|lib)|app|code|src)(/|$)|(^|/)(\.?cache[^/]*|[^/]*cache|\.?venv|node_modules|static[^/]*|"
    r"\.[^/]+)(/|$)|\$"
)


def _names_a_store(variable: Variable) -> bool:
    return bool(_STORE.search(variable.name.upper())) and "://" not in (variable.default or "")


def is_committed(project: Project, folder: str) -> bool:
    """Whether the repository brings the folder's content: a volume would hide what a newer image brings."""
    placeholders = (".gitkeep", ".gitignore", ".keep")
    inside = [path for path in project.files if path.startswith(f"{PurePosixPath(folder)}/")]
    return any(not path.endswith(placeholders) and "/README" not in path for path in inside)


def _keep(folders: dict[str, str], project: Project, folder: str, reason: str) -> None:
    """Add a folder, unless it is no place for a volume or lies in one that is there."""
    path = _normal(folder)
    if path and not is_committed(project, path) and not _nested(path, folders):
        folders.setdefault(path, reason)


def _normal(path: str) -> str:
    """The folder without `./`, "" for the project itself, the root, a temporary folder, a home and what leaves it."""
    pure = PurePosixPath(path)
    if ".." in pure.parts or path.startswith("~") or re.search(r"[\0-\x1f\x7f:'\"\\$`]", path):
        return ""
    text = str(pure)
    if text in (".", "/") or text.startswith(("/tmp", "/proc", "/sys", "/dev", "/etc", "/usr", "/bin", "/opt/venv")):  # noqa: S108
        return ""
    return text.removeprefix("/app/")


def _nested(path: str, folders: Iterable[str]) -> bool:
    """Whether a path lies in one of the folders."""
    return any(path.startswith(f"{other}/") for other in folders)
