"""What `pyproject.toml` says, whatever its dialect: `[tool.poetry]`, `[project]`, or both."""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from packaging.utils import NormalizedName


@dataclass(frozen=True, kw_only=True, slots=True)
class Dependency:
    """One requirement of one group. A multiple-constraint dependency is several of these with the same name."""

    name: NormalizedName
    #: Poetry's constraint grammar (`^1.2`, `>=1,<2`, `*`); "*" when there is none.
    constraint: str = "*"
    #: PEP 508 marker; `python = ...` and `platform = ...` of Poetry's table are folded into it. "" means always.
    marker: str = ""
    #: Extras asked of the dependency (`celery[redis]`), normalised, sorted.
    extras: tuple[str, ...] = ()
    #: True when only an extra of this project brings it in.
    optional: bool = False
    #: Path of a directory or file dependency, as written, relative to the project; "" otherwise.
    path: str = ""
    #: True for a path dependency that is installed as a link.
    develop: bool = False
    #: Clone URL of a git dependency, "" otherwise.
    git: str = ""
    #: URL of a direct download, "" otherwise.
    url: str = ""
    #: Name of the `[[tool.poetry.source]]` it is bound to, "" if none.
    index: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A dependency group. `main` is `[project.dependencies]` and `[tool.poetry.dependencies]` together."""

    name: str
    optional: bool = False
    dependencies: tuple[Dependency, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """A console script: `name = "module:function"`."""

    name: str
    module: str
    function: str
    #: Dotted key of the table it stands in: `project.scripts` or `tool.poetry.scripts`.
    table: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PackageInclude:
    """One entry of `tool.poetry.packages`: `include` under the folder `source` ("" is the project folder)."""

    include: str
    source: str = ""

    @property
    def folder(self) -> str:
        """The package or module that it names, relative to the project; of a pattern, the folder that it starts in."""
        parts = itertools.takewhile(lambda part: not re.search(r"[*?\[]", part), self.include.split("/"))
        return posixpath.normpath("/".join((self.source or ".", *parts)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Index:
    """A `[[tool.poetry.source]]`."""

    name: str
    url: str
    priority: str = "primary"


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """`pyproject.toml`, parsed. Every name is normalised (PEP 503)."""

    #: Distribution name as written, "" when the project has none (allowed with `package-mode = false`).
    name: str
    version: str
    description: str
    license: str
    #: Home page, repository or similar: label → URL, in file order.
    urls: Mapping[str, str]
    #: Files named by `readme`, relative to the project.
    readmes: tuple[str, ...]
    package_mode: bool
    #: Explicit `tool.poetry.packages`; () when Poetry looks for the package by itself.
    packages: tuple[PackageInclude, ...]
    #: Effective Python constraint in Poetry's grammar, "*" when the file is silent.
    python: str
    #: Where it stands: `tool.poetry.dependencies.python` or `project.requires-python`; "" when silent.
    python_key: str
    #: `main` first, then in file order.
    groups: tuple[Group, ...]
    #: Extra → names of the distributions that it brings in.
    extras: Mapping[str, tuple[NormalizedName, ...]]
    scripts: tuple[Script, ...]
    #: True when `[project.entry-points]` or `[tool.poetry.plugins]` is there: something finds the package by metadata.
    has_plugins: bool
    indexes: tuple[Index, ...]
    #: `tool.poetry.requires-poetry`, "" if silent.
    requires_poetry: str
    #: `tool.poetry.requires-plugins`; the first where several are given of one name.
    requires_plugins: tuple[Dependency, ...]
    #: Content hashes of the algorithms A to D (see `poetry/content_hash.py`), by letter.
    content_hashes: Mapping[str, str]
    #: True where `[project]` or `[dependency-groups]` or `package-mode` need a Poetry of at least that series.
    has_project_table: bool
    has_dependency_groups: bool
    #: `[[tool.poetry.source]]` uses `default` or `secondary`, which Poetry 2 refuses.
    has_legacy_sources: bool
    #: `tool.poetry.authors`, as written.
    authors: tuple[str, ...] = ()
    #: `[external]` (PEP 725), as written: tools to build with, libraries to build against, what it runs with.
    external_build: tuple[str, ...] = ()
    external_host: tuple[str, ...] = ()
    external_run: tuple[str, ...] = ()
    #: `[tool.poetry-dynamic-versioning] enable`: the version comes from git.
    has_dynamic_version: bool = False
    #: `[tool.fastapi] entrypoint`, "" if silent.
    fastapi_entrypoint: str = ""
    #: `[tool.scaffold]`: what the user decided.
    scaffold: Mapping[str, object] = field(default_factory=dict)

    def group(self, name: str) -> Group | None:
        """The group of that name, or None."""
        return next((group for group in self.groups if group.name == name), None)
