"""Import roots: which folder must be on `sys.path` for a file to be importable together with what it imports.

The code itself says so. `from api.store import x` in `src/api/main.py` only works below `src`; `from src.api.store
import x` only below the project folder; `import models` beside `app/models.py` only below `app`. A file whose own
imports are silent follows the files that it imports, then its neighbours, then the layout of the tree.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from scaffolder.knowledge.import_names import DISTRIBUTIONS_OF
from scaffolder.model.manifest import Manifest
from scaffolder.source.imports import ImportLine
from scaffolder.source.paths import ancestors, dotted, folder_of, is_test

_CLOSURE_LIMIT = 200


class Roots:
    """Answers questions about import roots; every answer is computed once."""

    def __init__(
        self, imports: Mapping[str, Sequence[ImportLine]], manifest: Manifest, locked: frozenset[str], package: str = ""
    ) -> None:
        """`imports` has every file of the project, `locked` the normalised names in the lock.

        `package` is the name of the project's folder where that is itself a package, else "".
        """
        self._package = package
        self._imports = imports
        self._folders = {folder for path in imports for folder in ancestors(folder_of(path))}
        self._foreign = (
            sys.stdlib_module_names
            | {name.replace("-", "_") for name in locked}
            | {name for name, distributions in DISTRIBUTIONS_OF.items() if not locked.isdisjoint(distributions)}
        )
        self._sources = tuple(dict.fromkeys(package.source.strip("/") for package in manifest.packages))
        self._votes: dict[str, Counter[str]] = {}
        self._imported: dict[str, tuple[str, ...]] = {}
        self._roots: dict[str, str] = {}
        self._neighbours: dict[str, Counter[str]] | None = None
        self._resolved: dict[tuple[str, int, str], str | None] = {}

    def of(self, path: str) -> str:
        """The import root of a file."""
        if path not in self._roots:
            self._roots[path] = self._decide(path)
        return self._roots[path]

    def name_of(self, path: str) -> str:
        """The dotted name under which a file is imported from its root, or from the folder above the project."""
        root = self.of(path)
        name = dotted(path, root)
        return f"{self._package}.{name}" if self._package and not root else name

    def resolve(self, importer: str, level: int, module: str) -> str | None:
        """The file that `from <level dots><module> import` in `importer` names, None when it is not of the project."""
        key = (folder_of(importer), level, module)
        if key not in self._resolved:
            self._resolved[key] = self._resolve(importer, level, module)
        return self._resolved[key]

    def _resolve(self, importer: str, level: int, module: str) -> str | None:
        if level:
            base = folder_of(importer)
            for _ in range(level - 1):
                base = folder_of(base)
            return self._file(base, module)
        name, _, rest = module.partition(".")
        if name in self._foreign:
            return None
        if name == self._package:
            return self._file("", rest)
        places = (*ancestors(folder_of(importer)), *self._sources, "src")
        best = self._voted(importer)
        if best:
            places = (max(sorted(best), key=lambda root: best[root]), *places)
        return next((file for root in places if (file := self._file(root, module))), None)

    def is_own(self, importer: str, module: str) -> bool:
        """Whether the absolute import of `module` names code of the project."""
        name = module.partition(".")[0]
        if name in self._foreign:
            return False
        if name and name == self._package:
            return True
        places = (*ancestors(folder_of(importer)), *self._sources, "src")
        return any(self._depth(root, (name,)) for root in places)

    def _file(self, root: str, module: str) -> str | None:
        stem = "/".join(part for part in (root, module.replace(".", "/")) if part)
        for path in (f"{stem}.py", f"{stem}/__init__.py") if stem else ("__init__.py",):
            if path in self._imports:
                return path
        return None

    def _depth(self, root: str, parts: Sequence[str]) -> int:
        """How many leading parts of a dotted name exist as folders or files below `root`."""
        here = root
        for depth, part in enumerate(parts):
            here = f"{here}/{part}" if here else part
            if f"{here}.py" in self._imports:
                return depth + 1
            if here not in self._folders:
                return depth
        return len(parts)

    def _voted(self, path: str) -> Counter[str]:
        """Roots that the imports of a file ask for, each with the number of imports that do."""
        if path in self._votes:
            return self._votes[path]
        votes: Counter[str] = Counter()
        candidates = _named(path)
        for line in self._imports[path]:
            if line.level or not line.module:
                continue
            parts = line.module.split(".")
            if parts[0] in self._foreign:
                continue
            depths = {root: self._depth(root, parts) for root in candidates}
            deepest = max(depths.values())
            if not deepest:
                continue
            answering = [root for root in candidates if depths[root] == deepest]
            if len(parts) == 1 and self._file(answering[0], line.module) == path:
                # `import jwt` in `services/jwt.py` means the library.
                answering = answering[1:]
            if not answering:
                continue
            # A package is rarely on `sys.path` itself; among the rest Python finds the script's own folder first.
            root = next((root for root in answering if not self._is_package(root)), answering[0])
            # An import that the tree answers only in part says little: `app.proto` may be generated at build time.
            votes[root] += 4 if deepest == len(parts) else 1
        self._votes[path] = votes
        return votes

    def _is_package(self, folder: str) -> bool:
        return f"{folder}/__init__.py" in self._imports if folder else "__init__.py" in self._imports

    def _levels(self, path: str) -> int:
        return max((line.level for line in self._imports[path]), default=0)

    def _allowed(self, path: str) -> tuple[str, ...]:
        """Roots below which the relative imports of the file work: `from ..x` needs two packages above the file."""
        candidates = _named(path)
        levels = self._levels(path)
        return candidates[levels:] or candidates[-1:]

    def _decide(self, path: str) -> str:
        allowed = self._allowed(path)
        if root := self._best(self._voted(path), allowed):
            return root[0]
        closure: Counter[str] = Counter()
        for file in self._closure(path):
            closure.update(self._voted(file))
            if self._levels(file):
                limit = self._allowed(file)
                allowed = tuple(root for root in allowed if root in limit or not _above(root, file)) or allowed
        if root := self._best(closure, allowed):
            return root[0]
        for folder in ancestors(folder_of(path)):
            if root := self._best(self._near(folder), allowed):
                return root[0]
            if folder and folder in self._sources:
                break
        return self._by_layout(path, allowed)

    def _best(self, votes: Counter[str], allowed: Sequence[str]) -> tuple[str] | None:
        """The allowed root with the most votes, the shallower of equals; None without a vote."""
        counted = [(count, -len(root), root) for root, count in votes.items() if root in allowed]
        return (max(counted)[2],) if counted else None

    def _closure(self, path: str) -> tuple[str, ...]:
        """The files that importing `path` brings in, breadth first, bounded."""
        seen = {path: None}
        queue = [path]
        for file in queue:
            for target in self._targets(file):
                if target not in seen and len(seen) < _CLOSURE_LIMIT:
                    seen[target] = None
                    queue.append(target)
        return tuple(seen)

    def _targets(self, file: str) -> tuple[str, ...]:
        """The files that the imports of a file name, submodules after `from package import` included."""
        if file not in self._imported:
            found = (target for line in self._imports[file] for target in self.imported(file, line))
            self._imported[file] = tuple(dict.fromkeys(found))
        return self._imported[file]

    def imported(self, file: str, line: ImportLine) -> tuple[str, ...]:
        """The files of the project that one import names, submodules after `from package import` included."""
        found: dict[str, None] = {}
        for name in ("", *line.names):
            module = ".".join(part for part in (line.module, name) if part)
            target = self.resolve(file, line.level, module) if module or line.level else None
            if target:
                found[target] = None
        return tuple(found)

    def _near(self, folder: str) -> Counter[str]:
        """The votes of every file in and below a folder."""
        if self._neighbours is None:
            self._neighbours = defaultdict(Counter)
            for path in self._imports:
                if is_test(path):
                    continue
                votes = self._voted(path)
                if votes:
                    for above in ancestors(folder_of(path)):
                        self._neighbours[above].update(votes)
        return self._neighbours.get(folder, Counter())

    def _by_layout(self, path: str, allowed: Sequence[str]) -> str:
        for source in self._sources:
            if source and source in allowed:
                return source
        package = folder_of(path)
        if f"{package}/__init__.py" in self._imports:
            while package and f"{package}/__init__.py" in self._imports:
                package = folder_of(package)
            # The parent of the topmost package; a namespace package above it is part of the name unless it is `src`.
            if package in allowed and (not package or package.rpartition("/")[2] in ("src", "lib", "python")):
                return package
        top = path.partition("/")[0]
        if top == "src" and "src" in allowed and "src/__init__.py" not in self._imports:
            return "src"
        return "" if "" in allowed else allowed[-1]


def _named(path: str) -> tuple[str, ...]:
    """The folders above a file down to the first whose name cannot stand in a dotted module name."""
    found: list[str] = []
    for folder in ancestors(folder_of(path)):
        found.append(folder)
        if not folder.rpartition("/")[2].isidentifier():
            break
    return tuple(found)


def _above(root: str, path: str) -> bool:
    return not root or path.startswith(f"{root}/")
