"""What each COPY takes from the build context."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from scaffolder.answers.build import version_number
from scaffolder.answers.layout import HOME, in_image
from scaffolder.answers.quoting import copy_source, copy_target, shell_word
from scaffolder.decisions import CONTEXT, INSTALL_PROJECT, POETRY
from scaffolder.model.answers import Answers
from scaffolder.model.decision import Decisions
from scaffolder.rules.build_context import BuildContext, build_context, is_reachable
from scaffolder.rules.context import Context
from scaffolder.rules.path_dependencies import is_library, path_dependencies

#: The first Poetry that can leave directory dependencies out. https://python-poetry.org/history/#150---2023-05-19
_NO_DIRECTORY = (1, 5)


def late_libraries(context: Context, decisions: Decisions) -> list[str]:
    """The directory dependencies that are installed after everything else, so that a change in one of them installs
    nothing but it."""
    packages = path_dependencies(context, decisions)
    can_wait = version_number(decisions[POETRY]) >= _NO_DIRECTORY
    return [
        path
        for path, package in packages.items()
        if can_wait and is_library(package) and is_reachable(context.project, path)
    ]


def copy_answers(context: Context, decisions: Decisions) -> Answers:
    """What each COPY takes from the build context."""
    project = context.project
    folder = build_context(project, decisions)
    packages = path_dependencies(context, decisions)
    found = {path: package for path, package in packages.items() if is_reachable(project, path)}
    libraries = late_libraries(context, decisions)
    first = [path for path in found if path not in libraries]
    linked = [folder.below(path) for path in libraries if found[path].develop]
    installs = decisions[INSTALL_PROJECT]
    manifest = ("pyproject.toml", "poetry.lock")
    readmes = project.manifest.readmes if installs else ()
    return {
        "copies": {
            name: copy_operands(map(folder.below, paths), target)
            for name, paths, target in (
                ("requirements", ("docker/poetry.txt",), "/poetry.txt"),
                ("reduction", ("docker/manifest.py",), "/manifest.py"),
                ("manifest", manifest, "./"),
                ("settings", ("poetry.toml",), "./"),
                ("project", (*manifest, *readmes), "./"),
            )
        },
        "path_dependencies": [_copied_in_place(folder, path) for path in first],
        "libraries": [_copied_in_place(folder, path) for path in libraries],
        "linked_libraries": [shell_word(in_image(HOME, path)) for path in linked],
        "project_alone": installs and not libraries,
        "sources": list(_sources(folder, decisions, {path for path in found if not found[path].develop})),
    }


def _sources(context: BuildContext, decisions: Decisions, installed: Collection[str]) -> Iterator[str]:
    """The code in the image; what is `installed` as a copy is in the environment already."""
    paths: tuple[str, ...] = decisions[CONTEXT]
    if context.is_project:
        yield ". ."
    elif context.folder in paths:
        yield f". {HOME}"
    else:
        yield copy_operands([context.project], "./")
        for path in paths:
            # `packages = [{include = "shop", from = ".."}]` names the folder of the project from outside.
            is_own = f"{context.below(path)}/".startswith(f"{context.project}/")
            if path not in installed and not is_own:
                yield _copied_in_place(context, path)


def copy_operands(paths: Iterable[str], target: str) -> str:
    """The operands of COPY: bare where they can be, else as JSON.

    `paths` are relative to the context. https://docs.docker.com/reference/dockerfile/#copy
    """
    words = [*paths, target]
    if all(re.fullmatch(r"[\w@%+=:,./][\w@%+=:,./-]*", word, re.ASCII) for word in words):
        return " ".join(words)
    return f"[{', '.join([*map(copy_source, words[:-1]), copy_target(target)])}]"


def _copied_in_place(context: BuildContext, path: str) -> str:
    """The operands of COPY for a path that is relative to the project: it lies in the image as in the context."""
    below = context.below(path)
    return copy_operands([below], in_image(HOME, below))
