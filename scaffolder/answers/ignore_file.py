"""The ignore file of the build."""

from __future__ import annotations

from scaffolder.answers.names import mount_source, mounted
from scaffolder.answers.quoting import ignore_pattern
from scaffolder.decisions import CONTEXT
from scaffolder.model.answers import Answers
from scaffolder.model.decision import Decisions
from scaffolder.rules.build_context import build_context
from scaffolder.rules.context import Context
from scaffolder.rules.folders import is_committed
from scaffolder.rules.path_dependencies import path_dependencies

#: Folders of development by their usual names, left out of the image unless the code imports or installs from them.
#: Not `docs`: what answers questions about documents may keep them there.
_DEVELOPMENT_FOLDERS = ("test", "tests", "notebooks", ".devcontainer")


def ignore_answers(context: Context, decisions: Decisions) -> Answers:
    """The ignore file. One beside the Dockerfile counts for it alone, wherever the context is.

    https://docs.docker.com/build/concepts/context/#filename-and-location
    """
    folder = build_context(context.project, decisions)
    paths: tuple[str, ...] = decisions[CONTEXT]
    is_whole = folder.is_project or folder.folder in paths
    return {
        "ignore_file": ".dockerignore" if folder.is_project else "Dockerfile.dockerignore",
        "kept_paths": [] if is_whole else sorted({ignore_pattern(folder.below(path)) for path in (".", *paths)}),
        "project_pattern": f"{ignore_pattern(folder.project)}/" if folder.project else "",
        "ignored_folders": _ignored_folders(context, decisions),
        "mounted_folders": [
            ignore_pattern(folder.below(mount_source(path)))
            for path in mounted(decisions)
            if not is_committed(context.project, mount_source(path).removeprefix("./"))
        ],
    }


def _ignored_folders(context: Context, decisions: Decisions) -> list[str]:
    project = context.project
    used = {name for name, _ in project.code.imports}
    used |= {path.partition("/")[0] for path in path_dependencies(context, decisions)}
    present = {path.partition("/")[0] for path in project.files if "/" in path}
    return [folder for folder in _DEVELOPMENT_FOLDERS if folder in present and folder not in used]
