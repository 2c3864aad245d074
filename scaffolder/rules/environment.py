"""The environment variables that the code reads, and the folders in which it keeps data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from scaffolder.decisions import ENVIRONMENT, PORT, VOLUMES, EnvironmentVariable
from scaffolder.model.change import is_generated
from scaffolder.model.code import Variable
from scaffolder.model.decision import Decision, Decisions
from scaffolder.model.project import Project
from scaffolder.rules.context import Context, default, inferred
from scaffolder.source.variables import is_secret

#: Files in which a project documents its variables, best known first.
EXAMPLE_FILES = (".env.example", ".env.sample", ".env.template", ".env.dist")

_ASSIGNMENT = re.compile(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(.*?)[ \t]*$", re.MULTILINE)

#: Heading in `.env.example` above the variables that only the project's own example file names.
DOCUMENTED = "Documented by the project"

#: The generated files set these themselves.
_OWN = frozenset({"PORT", "WEB_CONCURRENCY"})


def decide_environment(context: Context, decisions: Decisions) -> Decision[tuple[EnvironmentVariable, ...]]:
    """Every variable, by name; then those that only an example file of the project names.

    A secret never carries a default: a value in the code is a placeholder at best, and a leak at worst.
    """
    project = context.project
    found = {variable.name: _from_code(variable) for variable in project.code.variables if variable.name not in _OWN}
    for path, name, value in _documented(project):
        known = found.get(name)
        if known is None and name not in _OWN:
            secret = is_secret(name)
            found[name] = EnvironmentVariable(name=name, default="" if secret else value, secret=secret, evidence=path)
    if not found:
        return default(ENVIRONMENT, (), "the code reads no variable")
    files = sorted({variable.evidence.partition(":")[0] for variable in found.values()})
    shown = ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
    return inferred(ENVIRONMENT, tuple(found.values()), f"read in {shown}")


def _from_code(variable: Variable) -> EnvironmentVariable:
    single_line = variable.default is not None and not re.search(r"[\0-\x08\n-\x1f\x7f]", variable.default)
    return EnvironmentVariable(
        name=variable.name,
        default=variable.default or "" if single_line and not variable.secret else "",
        required=variable.required,
        secret=variable.secret,
        evidence=str(variable.place),
    )


def _documented(project: Project) -> Iterator[tuple[str, str, str]]:
    """File, name and value of each variable in the project's own example files.

    Of a generated file only the part that came from the project counts: the rest follows from the code.
    """
    for path in EXAMPLE_FILES:
        text = (project.texts or {}).get(path, "")
        if is_generated(text):
            text = text.partition(f"# {DOCUMENTED}\n")[2].partition("\n\n")[0]
        for match in _ASSIGNMENT.finditer(text):
            yield path, match[1], match[2].strip("\"'")


def decide_volumes(context: Context, decisions: Decisions) -> Decision[tuple[str, ...]]:
    """The folders that the code writes to, where a volume there hides no source file."""
    if not decisions[PORT] and not context.project.code.data_folders:
        return default(VOLUMES, (), "nothing is kept")
    folders: dict[str, str] = {}
    for folder in context.project.code.data_folders:
        path = _normal(folder.path)
        if path and not _holds_code(context.project, path) and not _nested(path, folders):
            folders.setdefault(path, f"{folder.place}: {folder.via}")
    if not folders:
        return default(VOLUMES, (), "nothing is kept")
    return inferred(VOLUMES, tuple(sorted(folders)), *(folders[path] for path in sorted(folders)))


def _normal(path: str) -> str:
    """The folder without `./`, "" for the project itself, the root, a temporary folder and what leaves the project."""
    pure = PurePosixPath(path)
    if ".." in pure.parts or re.search(r"[\0-\x1f\x7f:'\"\\$`]", path):
        return ""
    text = str(pure)
    if text in (".", "/") or text.startswith(("/tmp", "/proc", "/sys", "/dev", "/etc", "/usr", "/bin", "/opt/venv")):  # noqa: S108
        return ""
    return text.removeprefix("/app/")


def _holds_code(project: Project, folder: str) -> bool:
    return any(path.startswith(f"{folder}/") and path.endswith(".py") for path in project.files)


def _nested(path: str, folders: dict[str, str]) -> bool:
    return any(path.startswith(f"{other}/") for other in folders)
