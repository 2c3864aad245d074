"""Projects for the tests: path → text, read as the program reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import dedent

from scaffolder.model.code import Application, Code
from scaffolder.model.manifest import Manifest, PackageInclude
from scaffolder.source import read_code


def manifest(packages: Iterable[tuple[str, str]] = (), entrypoint: str = "") -> Manifest:
    """A manifest that says nothing but `packages`, pairs of include and from."""
    return Manifest(
        name="shop",
        version="1.0.0",
        description="",
        license="",
        urls={},
        readmes=(),
        package_mode=True,
        packages=tuple(PackageInclude(include=include, source=source) for include, source in packages),
        python="^3.11",
        python_key="tool.poetry.dependencies.python",
        groups=(),
        extras={},
        scripts=(),
        has_plugins=False,
        indexes=(),
        requires_poetry="",
        requires_plugins=(),
        content_hashes={},
        has_project_table=False,
        has_dependency_groups=False,
        has_legacy_sources=False,
        fastapi_entrypoint=entrypoint,
    )


def read(
    files: Mapping[str, str],
    *,
    locked: Iterable[str] = (),
    packages: Iterable[tuple[str, str]] = (),
    folder: str = "",
) -> Code:
    """The facts of a project whose files are given as indented texts."""
    texts = {path: dedent(text) for path, text in files.items()}
    return read_code(texts, manifest(packages), frozenset(locked), folder)


def targets(code: Code) -> list[str]:
    """What a server would be told: `module:name`, with `()` after a factory, sorted."""
    return sorted(target(application) for application in code.applications)


def target(application: Application) -> str:
    """`module:name`, with `()` after a factory."""
    return f"{application.module}:{application.name}{'()' if application.factory else ''}"
