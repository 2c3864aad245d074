"""Projects whose folder is itself a package.

`from api.store import x` in `api/main.py`, with `api/store.py` beside it: the folder above must be on `sys.path`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Mapping

from scaffolder.model.code import FolderPackage, Place
from scaffolder.source.paths import is_test


def find_folder_package(folder: str, sources: Mapping[str, str], locked: Collection[str]) -> FolderPackage | None:
    """The first import of what lies in the project by way of the project's folder; None where there is none.

    `folder` is the name of the folder, `sources` maps paths to texts, `locked` holds the normalised names in the lock.
    A name that a module, a folder of code or a locked distribution has is not taken for that of the folder: servers
    look for modules below the folder that they run in first.
    """
    beside = {path.removeprefix("src/").partition("/")[0].removesuffix(".py") for path in sources}
    taken = {*beside, *sys.stdlib_module_names}
    if not folder.isidentifier() or folder in taken or folder.replace("_", "-").lower() in locked:
        return None
    importing = re.compile(
        rf"^[ \t]*(?:from|import)[ \t]+{folder}(?:\.(\w+)|[ \t]+import[ \t(]+(\w+))",
        re.MULTILINE,
    )
    for path, text in sources.items():
        if folder not in text or is_test(path):
            continue
        for found in importing.finditer(text):
            if (found[1] or found[2]) in beside:
                return FolderPackage(name=folder, place=Place(path=path, line=text.count("\n", 0, found.start()) + 1))
    return None
