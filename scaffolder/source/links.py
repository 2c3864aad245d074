"""What each file imports: from the project, and from elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from scaffolder.model.code import FileImports
from scaffolder.source.imports import ImportLine
from scaffolder.source.paths import ancestors, folder_of, is_test
from scaffolder.source.roots import Roots

#: Modules with which code imports what it only knows at run time.
_LOADERS = frozenset({"importlib", "pkgutil", "stevedore", "pluggy"})
#: Parts of them that import nothing.
_READERS = frozenset({"metadata", "resources"})

_PACKAGE = "/__init__.py"


def find_links(roots: Roots, imports: Mapping[str, Sequence[ImportLine]]) -> dict[str, FileImports]:
    """The imports of every file outside of tests. Rather too many than too few: what is named over several lines, or
    by `import package`, counts as every module of the package."""
    members: dict[str, list[str]] = defaultdict(list)
    for path in imports:
        members[folder_of(path)].append(path)
    return {path: _links(roots, imports, members, path) for path in imports if not is_test(path)}


def _links(
    roots: Roots, imports: Mapping[str, Sequence[ImportLine]], members: Mapping[str, Sequence[str]], path: str
) -> FileImports:
    names: dict[str, int] = {}
    files: set[str] = set()
    for line in imports[path]:
        targets = roots.imported(path, line)
        files.update(targets)
        if not line.names:
            files.update(*(members[folder_of(target)] for target in targets if target.endswith(_PACKAGE)))
        name = line.module.partition(".")[0]
        if not targets and line.level == 0 and name and not roots.is_own(path, name):
            names.setdefault(name, line.line)
    packages = {f"{folder}{_PACKAGE}" for file in (path, *files) for folder in ancestors(folder_of(file)) if folder}
    files |= packages & imports.keys()
    return FileImports(
        files=tuple(sorted(files - {path})),
        names=tuple(sorted(names.items())),
        dynamic=any(map(_is_loader, imports[path])),
    )


def _is_loader(line: ImportLine) -> bool:
    package, _, rest = line.module.partition(".")
    if line.level or package not in _LOADERS:
        return False
    parts = {rest.partition(".")[0]} if rest else set(line.names)
    return not (parts and parts <= _READERS)
