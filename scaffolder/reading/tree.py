"""The files of a project: what git would not ignore, and the text of its Python modules."""

from __future__ import annotations

import os
import re
import stat
import tokenize
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from scaffolder.reading.files import TEXT_LIMIT, is_inside, open_regular, read_all
from scaffolder.reading.gitignore import IgnoreRules
from scaffolder.reading.repository import git_folder, repository_top

PYTHON_LIMIT = 5_000
ENTRY_LIMIT = 50_000

#: Never part of a project, whether git ignores them or not: repositories, environments, caches, installed packages.
SKIPPED_FOLDERS = frozenset(
    {
        ".direnv",
        ".eggs",
        ".git",
        ".hg",
        ".hypothesis",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".nox",
        ".pixi",
        ".poetry",
        ".pytest_cache",
        ".pytype",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        "__pycache__",
        "__pypackages__",
        "node_modules",
        "site-packages",
        "venv",
    }
)
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=]", re.MULTILINE)

#: Ignore files that apply to a folder, outermost first, each with the path from its folder to this one ("" or "a/").
_Chain = tuple[tuple[IgnoreRules, str], ...]


def list_files(root: Path, levels: int | None = None) -> tuple[tuple[str, ...], bool]:
    """The project's files as sorted POSIX paths below `root`, and whether the bounds cut something off.

    Leaves out what .gitignore files (of this folder, of those inside, and of those above it up to the top of the
    repository) and .git/info/exclude ignore, `SKIPPED_FOLDERS`, virtual environments whatever their name, links to
    folders or out of the project, and names that cannot be printed. Nearer to the root comes first, so that the bounds
    of 5,000 Python files and 50,000 entries cut off what lies deepest. Folders that cannot be read are left out, and
    so are those more than `levels` below the root.
    """
    files: list[str] = []
    modules = seen = 0
    truncated = False
    queue: deque[tuple[str, str, _Chain]] = deque([(str(root), "", _outer_chain(root))])
    while queue:
        folder, prefix, chain = queue.popleft()
        entries, cut = _entries(folder, ENTRY_LIMIT - seen)
        truncated = truncated or cut
        seen += len(entries)
        names = {entry.name for entry in entries}
        if prefix and not names.isdisjoint(("pyvenv.cfg", "conda-meta")):
            continue
        if ".gitignore" in names:
            chain = (*chain, *_rules(os.path.join(folder, ".gitignore"), ""))  # noqa: PTH118 - 2,000 files in 60 ms
        for entry in entries:
            name = entry.name
            is_folder = _is_folder(entry)
            if not name.isprintable() or _is_ignored(chain, name, is_folder=is_folder):
                continue
            if is_folder:
                if name not in SKIPPED_FOLDERS and (levels is None or prefix.count("/") < levels):
                    deeper = tuple((rules, f"{base}{name}/") for rules, base in chain)
                    queue.append((entry.path, f"{prefix}{name}/", deeper))
            elif _is_file(entry, root):
                modules += name.endswith(".py")
                if name.endswith(".py") and modules > PYTHON_LIMIT:
                    truncated = True
                else:
                    files.append(prefix + name)
    return tuple(sorted(files)), truncated


def is_ignored(root: Path, name: str) -> bool:
    """Whether git would leave a file of that name in `root` alone; True as well where there is no repository."""
    if repository_top(root) is None:
        return True
    chain = (*_outer_chain(root), *_rules(str(Path(os.path.realpath(root)) / ".gitignore"), ""))
    return _is_ignored(chain, name, is_folder=False)


def would_be_listed(root: Path, path: str) -> bool:
    """Whether `list_files` would name a file at `path`, were it there; `path` is relative to `root`."""
    chain = _outer_chain(root)
    folder = os.path.realpath(root)
    *folders, name = path.split("/")
    for part in folders:
        chain = (*chain, *_rules(f"{folder}/.gitignore", ""))
        if part in SKIPPED_FOLDERS or _is_ignored(chain, part, is_folder=True):
            return False
        chain = tuple((rules, f"{base}{part}/") for rules, base in chain)
        folder = f"{folder}/{part}"
    return not _is_ignored((*chain, *_rules(f"{folder}/.gitignore", "")), name, is_folder=False)


def read_sources(root: Path, files: Iterable[str]) -> dict[str, str]:
    """The text of every `.py` file among `files`, by path, in the given order.

    Leaves out files above 1 MiB, links, what is not a regular file (any more), and what Python itself could not
    decode: another encoding without a declaration, NUL bytes. At most 5,000 files are read.
    """
    modules = [path for path in files if path.endswith(".py")][:PYTHON_LIMIT]
    texts = ((path, _source(f"{root}/{path}")) for path in modules)
    return {path: text for path, text in texts if text is not None}


def read_texts(root: Path, files: Iterable[str]) -> dict[str, str]:
    """The text of those of `files` that are UTF-8 of at most 1 MiB and no link, by path, in the given order."""
    found: dict[str, str] = {}
    for path in files:
        content = _bytes(f"{root}/{path}")
        if content is None:
            continue
        with suppress(UnicodeDecodeError):
            found[path] = content.decode().removeprefix("\ufeff")
    return found


def _entries(folder: str, limit: int) -> tuple[list[os.DirEntry[str]], bool]:
    """The entries of a folder by name, at most `limit`, and whether there are more."""
    entries: list[os.DirEntry[str]] = []
    with suppress(OSError), os.scandir(folder) as found:
        for entry in found:
            if len(entries) >= limit:
                return sorted(entries, key=_name), True
            entries.append(entry)
    return sorted(entries, key=_name), False


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_file(entry: os.DirEntry[str], root: Path) -> bool:
    """Whether it is a regular file, or a link to one inside the project."""
    try:
        if not entry.is_symlink():
            return entry.is_file(follow_symlinks=False)
        return entry.is_file() and is_inside(root, entry.path)
    except OSError:
        return False


def _is_ignored(chain: _Chain, name: str, *, is_folder: bool) -> bool:
    for rules, base in reversed(chain):
        decision = rules.decide(base, name, is_folder=is_folder)
        if decision is not None:
            return decision
    return False


def _outer_chain(root: Path) -> _Chain:
    """The ignore files above `root`, up to the top of the repository; none when they ignore `root` itself."""
    top = repository_top(root)
    if top is None:
        return ()
    chain: _Chain = tuple(_rules(str(git_folder(top, common=True) / "info" / "exclude"), ""))
    for name in Path(os.path.realpath(root)).relative_to(top).parts:
        chain = (*chain, *_rules(str(top / ".gitignore"), ""))
        if _is_ignored(chain, name, is_folder=True):
            return ()
        chain = tuple((rules, f"{base}{name}/") for rules, base in chain)
        top /= name
    return chain


def _rules(path: str, base: str) -> _Chain:
    content = _bytes(path)
    if not content:
        return ()
    rules = IgnoreRules(content.decode(errors="surrogateescape"))
    return ((rules, base),) if rules else ()


def _source(path: str) -> str | None:
    content = _bytes(path)
    if content is None or b"\0" in content:
        return None
    try:
        if _CODING.search(content[:400]) is None:
            return content.decode().removeprefix("\ufeff")
        encoding, _ = tokenize.detect_encoding(BytesIO(content).readline)
        return content.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return None


def _bytes(path: str) -> bytes | None:
    """The content of a regular file of at most 1 MiB that is no link, else None."""
    try:
        descriptor, status = open_regular(path, follow=False)
    except (OSError, ValueError):
        return None
    try:
        if not stat.S_ISREG(status.st_mode) or status.st_size > TEXT_LIMIT:
            return None
        content = read_all(descriptor, TEXT_LIMIT)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return content if len(content) <= TEXT_LIMIT else None
