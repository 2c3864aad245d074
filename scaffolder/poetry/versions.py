"""Which Poetry installs a lock: a stated rule over what the lock, pyproject.toml and Python ask for.

1. Every side below is a requirement; a release that misses one does not fit.
2. The release that wrote the lock is taken where it fits and is 1.8 or newer.
3. Otherwise, where the header names the writer: the newest patch release of the nearest series that fits, 1.8 or newer
   where one fits (a lock of Poetry 1.4 is installed by 1.8.5).
4. Where the header names none: the series that the project's own Dockerfile uses, where it fits and is 1.8 or newer,
   else the newest that fits; of either the newest patch release.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from packaging.version import InvalidVersion, Version

from scaffolder.errors import ProjectError
from scaffolder.knowledge.poetry_releases import (
    OLDEST_USABLE,
    OLDEST_WANTED,
    POETRY_SERIES,
    WRITTEN_SINCE,
    PoetrySeries,
)
from scaffolder.knowledge.pythons import PYTHONS, full_version
from scaffolder.model.lock import Lock
from scaffolder.model.manifest import Manifest
from scaffolder.poetry.constraints import allows, uses_x_wildcard

_CPYTHON_TAG = re.compile(r"-cp3(\d+)-")
_HASHED_BY = {"A": "1.0 and 1.1", "B": "1.2 to 1.8", "C": "2.0 to 2.2", "D": "2.3 and newer"}


@dataclass(frozen=True, slots=True)
class _Requirement:
    """One side: what it is, in words, and which releases meet it."""

    text: str
    met_by: Callable[[PoetrySeries], bool]


def poetry_for(
    lock: Lock,
    manifest: Manifest,
    python: str,
    *,
    groups: Collection[str] = ("main",),
    used: Sequence[tuple[str, str]] = (),
) -> tuple[str, tuple[str, ...]]:
    """The version of Poetry to install with, and the evidence for it.

    `python` is `3.12` or `3.12.4`; `groups` are the dependency groups that are installed,
    `used` the versions that the project itself uses, each with the evidence. Raises ProjectError, naming
    every side, when no release meets them all.
    """
    requirements = tuple(_requirements(lock, manifest, python, groups))
    fitting = [release for release in POETRY_SERIES if _meets(release, requirements)]
    writer = _writer(lock)
    if writer is not None and _meets(writer, requirements) and _series(writer) >= _version(OLDEST_WANTED):
        return writer.newest, (_written(lock), *_asked(manifest))
    if writer is None and (own := _used(fitting, used)) is not None:
        return own
    if not fitting:
        raise _conflict(requirements)
    if writer is None:
        reason = _written(lock) if lock.generator else f"poetry.lock: format {lock.format}, its header names no Poetry"
        chosen, against = fitting[-1], POETRY_SERIES[-1]
    else:
        reason, chosen, against = _written(lock), _nearest(fitting, writer), writer
    missed = [
        requirement.text
        for requirement in requirements
        if not requirement.met_by(against) and not reason.startswith(requirement.text)
    ]
    if writer is not None and not missed:
        missed = [f"a writer before Poetry {OLDEST_WANTED} is replaced by a newer release that reads its lock"]
    return chosen.newest, (reason, *missed, f"{'newest' if writer is None else 'nearest'} Poetry that fits")


def _used(fitting: Sequence[PoetrySeries], used: Iterable[tuple[str, str]]) -> tuple[str, tuple[str, ...]] | None:
    for version, evidence in used:
        series = ".".join(version.split(".")[:2])
        for release in fitting:
            if release.series == series and _series(release) >= _version(OLDEST_WANTED):
                return release.newest, (evidence, "poetry.lock: its header names no Poetry")
    return None


def newest_python_known_to(lock: Lock) -> str:
    """The newest minor series of Python that surely existed when the lock was written, such as `3.12`.

    Wheels for it are listed, or the series of Poetry that wrote the lock (or the format) came after it. Wheels prove
    nothing in a lock that leaves out the files of some packages: those may be the ones that stayed behind.
    """
    writer = _writer(lock)
    since = writer.first_release if writer else WRITTEN_SINCE[_readable(lock)]
    files = [package.files for package in lock.packages]
    listed = () if None in files else itertools.chain.from_iterable(filter(None, files))
    tags = {tag for file in listed for tag in _CPYTHON_TAG.findall(file)}
    known = [
        minor for minor, python in PYTHONS.items() if python.first_release <= since or minor.partition(".")[2] in tags
    ]
    return known[-1]


def has_x_wildcards(lock: Lock) -> bool:
    """Whether a locked package has a constraint such as `3.x` or `>=3.4.x`, which Poetry 2 refuses to read.

    `docker/manifest.py` then gives Poetry a star for each: a lock is no reason for a Poetry that has been replaced.
    """
    return any(map(uses_x_wildcard, _locked_constraints(lock)))


def _locked_constraints(lock: Lock) -> Iterator[str]:
    for package in lock.packages:
        yield package.python_versions
        for dependency in package.dependencies:
            yield dependency.constraint


def _meets(release: PoetrySeries, requirements: Iterable[_Requirement]) -> bool:
    return all(requirement.met_by(release) for requirement in requirements)


def _nearest(fitting: list[PoetrySeries], writer: PoetrySeries) -> PoetrySeries:
    wanted = [release for release in fitting if _series(release) >= _version(OLDEST_WANTED)] or fitting
    older = [release for release in wanted if _series(release) <= _series(writer)]
    newer = [release for release in wanted if _series(release) > _series(writer)]
    if not older or not newer:
        return older[-1] if older else newer[0]
    order = [release.series for release in POETRY_SERIES]
    place = sum(_series(release) <= _series(writer) for release in POETRY_SERIES) - 1
    down, up = place - order.index(older[-1].series), order.index(newer[0].series) - place
    return older[-1] if down < up else newer[0]


def _writer(lock: Lock) -> PoetrySeries | None:
    """The release that wrote the lock, None when the header names none, a pre-release or one of an unknown Poetry 3."""
    try:
        version = Version(lock.generator)
    except InvalidVersion:
        return None
    newest = _version(POETRY_SERIES[-1].newest)
    if version.is_prerelease or version.local or version.epoch or version.major > newest.major:
        return None
    known = [release for release in POETRY_SERIES if _series(release) <= version]
    if not known:
        return None
    return replace(known[-1], series=f"{version.major}.{version.minor}", newest=lock.generator)


def _written(lock: Lock) -> str:
    return f"poetry.lock: generated by Poetry {lock.generator}"


def _asked(manifest: Manifest) -> tuple[str, ...]:
    if not manifest.requires_poetry:
        return ()
    return (f'pyproject.toml: requires-poetry = "{manifest.requires_poetry}"',)


def _requirements(lock: Lock, manifest: Manifest, python: str, groups: Collection[str]) -> Iterator[_Requirement]:
    yield _at_least(OLDEST_USABLE, f"Dockerfile: its `poetry install` options need Poetry {OLDEST_USABLE}")
    yield _Requirement(f"Python {python}", lambda release: _runs_on(release, python))
    yield _Requirement(f"poetry.lock: format {lock.format}", lambda release: _readable(lock) in release.formats)
    if lock.content_hash in manifest.content_hashes.values():
        yield _in_step(lock, manifest)
    if manifest.requires_poetry or manifest.requires_plugins:
        yield _at_least("2.0", "pyproject.toml: requires-poetry and requires-plugins need Poetry 2.0")
    if manifest.requires_poetry:
        yield _Requirement(_asked(manifest)[0], lambda release: _is_asked_for(manifest, release))
    # A lock of an older format shows that its writer could do without [project]; the content hash decides then.
    if manifest.has_project_table and _readable(lock) == "2.1":
        yield _at_least("2.0", "pyproject.toml: [project] needs Poetry 2.0")
    if manifest.has_dependency_groups and set(groups) - {"main"}:
        yield _at_least("2.2", "pyproject.toml: [dependency-groups] needs Poetry 2.2")
    if not manifest.package_mode:
        yield _at_least("1.8", "pyproject.toml: package-mode = false needs Poetry 1.8")
    if manifest.has_legacy_sources:
        yield _before("2.0", "pyproject.toml: a source with `default` or `secondary` needs Poetry 1")
    if any(map(uses_x_wildcard, _constraints(manifest))):
        yield _before("2.0", "pyproject.toml: a constraint such as `3.x` needs Poetry 1")


def _at_least(series: str, text: str) -> _Requirement:
    return _Requirement(text, lambda release: _series(release) >= _version(series))


def _before(series: str, text: str) -> _Requirement:
    return _Requirement(text, lambda release: _series(release) < _version(series))


def _constraints(manifest: Manifest) -> Iterator[str]:
    yield manifest.python
    for group in manifest.groups:
        for dependency in group.dependencies:
            yield dependency.constraint


def is_installable_on(python: str) -> bool:
    """Whether a Poetry with every option that the Dockerfile uses runs on that Python."""
    return any(_series(release) >= _version(OLDEST_USABLE) and _runs_on(release, python) for release in POETRY_SERIES)


def _runs_on(release: PoetrySeries, python: str) -> bool:
    full = full_version(python)
    # A Python that no release was tried on is left to those that came furthest.
    furthest = max(_version(known.verified_until) for known in POETRY_SERIES)
    minor = _version(".".join(full.split(".")[:2]))
    return allows(release.requires_python, full) and min(minor, furthest) <= _version(release.verified_until)


def _readable(lock: Lock) -> str:
    """The newest known format that is not newer than the lock's: a 2.2 would be readable wherever 2.1 is."""
    formats = list(WRITTEN_SINCE)
    return next((known for known in reversed(formats) if _parts(known) <= _parts(lock.format)), formats[0])


def _in_step(lock: Lock, manifest: Manifest) -> _Requirement:
    """Releases that do not refuse the lock as out of step with pyproject.toml."""
    letters = {letter for letter, value in manifest.content_hashes.items() if value == lock.content_hash}
    computed = ", ".join(_HASHED_BY[letter] for letter in sorted(letters))
    writer = _writer(lock)
    if "C" in letters and writer is not None and _series(writer) < _version("2.3"):
        # Poetry 2.3 and newer accept the older hash of a lock whose header names an older writer.
        letters.add("D")
    return _Requirement(
        f"poetry.lock: content-hash as Poetry {computed} computes it",
        lambda release: release.content_hash in letters or _series(release) < _version(OLDEST_WANTED),
    )


def _is_asked_for(manifest: Manifest, release: PoetrySeries) -> bool:
    try:
        return allows(manifest.requires_poetry, release.newest)
    except ValueError:
        raise ProjectError(
            "pyproject.toml",
            code="invalid-file",
            key="tool.poetry.requires-poetry",
            found=f"the text {manifest.requires_poetry!r}",
            expected='a version constraint such as ">=2.0"',
            hint="correct requires-poetry in [tool.poetry]",
        ) from None


def _conflict(requirements: tuple[_Requirement, ...]) -> ProjectError:
    """The error that names the sides that exclude each other, and no other."""
    sides = list(requirements)
    for requirement in requirements:
        others = [side for side in sides if side is not requirement]
        if not any(_meets(release, others) for release in POETRY_SERIES):
            sides = others
    return ProjectError(
        "poetry.lock",
        code="no-poetry",
        found="; ".join(side.text for side in sides),
        expected="a release of Poetry that meets all of these",
        hint="change one of them: a newer Python, another requires-poetry, or lock again with Poetry 2: `poetry lock`",
    )


def _series(release: PoetrySeries) -> Version:
    return _version(release.series)


def _version(text: str) -> Version:
    return Version(text)


def _parts(lock_format: str) -> tuple[int, ...]:
    return tuple(map(int, lock_format.split(".")))
