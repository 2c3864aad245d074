"""Package indexes that ask for credentials: the build gets them as secrets, for the one step that installs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffolder.decisions import PRIVATE_INDEXES
from scaffolder.model.decision import Decision, Decisions
from scaffolder.model.message import Level, Message
from scaffolder.rules.context import Context, default, inferred

#: Names that people give to public indexes: the default one and its test instance,
_PUBLIC_NAMES = ("public", "pypi", "pypi-public", "test-pypi", "testpypi")
#: those of PyTorch, NVIDIA and JAX, which go on with a platform, and mirrors of the default one.
_PUBLIC_BEGINNINGS = ("aliyun", "douban", "jax", "nvidia", "pytorch", "torch", "tsinghua", "tuna", "ustc")
#: Poetry turns `-` into `_`; any other character stays, and the name is none that a shell could export.
_EXPORTABLE = re.compile(r"[\w-]+", re.ASCII)


def decide_private_indexes(context: Context, decisions: Decisions) -> Decision[tuple[str, ...]]:
    """The sources in pyproject.toml that installed packages come from, but for those whose name says public."""
    found: dict[str, int] = {}
    for package in context.installed(decisions).values():
        if package.source is not None and package.source.kind == "legacy":
            found[package.source.reference] = found.get(package.source.reference, 0) + 1
    declared = [index.name for index in context.project.manifest.indexes]
    private = tuple(name for name in declared if name in found and not _is_public(name))
    if not private:
        return default(PRIVATE_INDEXES, (), "no installed package comes from one")
    return inferred(PRIVATE_INDEXES, private, *(f"poetry.lock: {_count(found[name])} from {name}" for name in private))


def _is_public(index: str) -> bool:
    name = index.lower().replace("_", "-")
    return name in _PUBLIC_NAMES or name.startswith(_PUBLIC_BEGINNINGS)


def _count(number: int) -> str:
    return "1 package comes" if number == 1 else f"{number} packages come"


def credential_names(index: str) -> tuple[str, str]:
    """The variables from which Poetry takes user and password of a source; made of letters, digits and `_` alone.

    https://python-poetry.org/docs/repositories/#configuring-credentials
    """
    name = re.sub(r"\W", "_", index.upper(), flags=re.ASCII)
    return f"POETRY_HTTP_BASIC_{name}_USERNAME", f"POETRY_HTTP_BASIC_{name}_PASSWORD"


def index_remarks(indexes: tuple[str, ...], build_line: str) -> Iterator[Message]:
    """How the credentials reach a build, and which names Poetry cannot find credentials for."""
    if not indexes:
        return
    yield Message(
        level=Level.INFO,
        code="private-index",
        text=f"The build takes the credentials of {', '.join(indexes)} from your environment, as secrets.",
        hint=build_line,
    )
    for index in indexes:
        if not _EXPORTABLE.fullmatch(index):
            yield Message(
                level=Level.WARNING,
                code="dotted-index",
                text=f"Poetry finds no credentials in the environment for the source {index}: its name has more than"
                " letters, digits, - and _.",
                hint="Rename the source in pyproject.toml, then run: poetry lock",
            )
