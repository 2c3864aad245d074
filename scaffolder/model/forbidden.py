"""The paths that scaffold does not write, whoever asks: a blueprint, a hand-edited lock, a journal."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath

JOURNAL = ".scaffold-journal"
STATE_FILE = "scaffold.lock"

#: Names that no path may contain: a repository runs what lies in `.git`, and the journal is scaffold's own.
_NEVER = frozenset({".git", JOURNAL})
#: Only `scaffold env` writes these.
SECRETS = frozenset({".env"})
#: Written, but never by a blueprint: the project says what it is, and scaffold keeps its own books.
OWN = frozenset({"poetry.lock", "pyproject.toml", STATE_FILE})


def why_forbidden(path: str, names: Collection[str] = SECRETS) -> str:
    """Why scaffold does not write `path`, which is relative to the project and POSIX; "" when it may.

    `names` are the files and folders that are forbidden besides those that always are. Case is ignored, and so are
    dots and spaces at the end of a name, for some file systems ignore them too.
    """
    pure = PurePosixPath(path)
    if not pure.parts or pure.is_absolute() or ".." in pure.parts:
        return "it lies outside of the project"
    if "\\" in path or not path.isprintable():
        return "its name is none that every system can write"
    meant = {part.rstrip(". ").casefold() for part in pure.parts}
    found = sorted((_NEVER | frozenset(names)) & meant)
    return f"nothing but its owner writes {found[0]}" if found else ""


def why_no_project(path: str) -> str:
    """Why no project of a repository of several may lie at `path`; "" when one may.

    In Compose, a colon stands between a folder and where it is mounted.
    """
    if ":" in path:
        return "its path holds a colon"
    return why_forbidden(path)


def why_not_rendered(path: str) -> str:
    """Why no blueprint may render a file at `path`; "" when it may."""
    return why_forbidden(path, SECRETS | OWN)
