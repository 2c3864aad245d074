"""The locked packages that `poetry install --only main` takes on Linux.

Format 2.1 says so itself: every package names its groups and, per group, its marker. Older formats need the graph:
from the dependencies in pyproject.toml along the dependencies in the lock, as Poetry's resolver walks it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache

from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from scaffolder.errors import ProjectError
from scaffolder.knowledge.pythons import full_version
from scaffolder.model.lock import Lock, LockedPackage, Target
from scaffolder.model.manifest import Dependency, Manifest
from scaffolder.poetry.constraints import may_allow
from scaffolder.poetry.markers import holds, reaches

#: Poetry before 1.2 never locked these (`Provider.UNSAFE_PACKAGES`).
NEVER_LOCKED = frozenset({"distribute", "pip", "setuptools", "wheel"})
_FORMATS_WITHOUT_THEM = ("0.12", "1.0", "1.1")
#: Locks list few packages twice; each round settles at least one of them.
_ROUNDS = 20


def production_closure(
    manifest: Manifest,
    lock: Lock,
    target: Target,
    *,
    groups: Collection[str] = ("main",),
    extras: Collection[str] = (),
) -> tuple[LockedPackage, ...]:
    """What `poetry install --only <groups> --extras <extras>` takes from the lock, sorted by name and version.

    The project itself is not in it. Raises ProjectError where the lock holds a marker that cannot be read.
    """
    wanted_groups = frozenset(map(canonicalize_name, groups))
    wanted_extras: frozenset[str] = frozenset(map(canonicalize_name, extras))
    if lock.packages and all(package.groups is not None for package in lock.packages):
        taken = [package for package in lock.packages if _is_in_groups(package, target, wanted_groups, wanted_extras)]
    else:
        taken = _Walk(lock, target).run(_wanted(manifest, target, wanted_groups, wanted_extras))
    return tuple(sorted(taken, key=_by_name_and_version))


def missing(
    manifest: Manifest,
    lock: Lock,
    target: Target,
    *,
    groups: Collection[str] = ("main",),
    extras: Collection[str] = (),
) -> tuple[NormalizedName, ...]:
    """Names that pyproject.toml asks for in these groups and extras on this target but that are not locked, sorted.

    The lock is stale where there are any.
    """
    known = {package.name for package in lock.packages}
    if lock.format in _FORMATS_WITHOUT_THEM:
        known |= {canonicalize_name(name) for name in NEVER_LOCKED}
    wanted_extras: frozenset[str] = frozenset(map(canonicalize_name, extras))
    wanted = _wanted(manifest, target, frozenset(map(canonicalize_name, groups)), wanted_extras)
    return tuple(sorted({dependency.name for dependency in wanted} - known))


def _by_name_and_version(package: LockedPackage) -> tuple[str, Version, str]:
    return package.name, _sortable(package.version), package.version


@cache
def _sortable(version: str) -> Version:
    try:
        return Version(version)
    except InvalidVersion:
        return Version("0")


def _is_in_groups(package: LockedPackage, target: Target, groups: Collection[str], extras: frozenset[str]) -> bool:
    return any(
        group in groups and _asks(package, _marker(package, group), lambda text: holds(text, target, extras))
        for group in package.groups or ()
    )


def _marker(package: LockedPackage, group: str) -> str:
    return package.markers.get(group, package.markers.get("*", ""))


def _asks(package: LockedPackage, marker: str, question: Callable[[str], bool]) -> bool:
    if not marker:
        return True
    try:
        return question(marker)
    except ValueError:
        raise ProjectError(
            "poetry.lock",
            code="invalid-file",
            key=f"package {package.name}",
            found=f"the marker {marker!r}",
            expected="an environment marker (PEP 508)",
            hint="run `poetry lock`",
        ) from None


def _wanted(
    manifest: Manifest, target: Target, groups: Collection[str], extras: frozenset[str]
) -> tuple[Dependency, ...]:
    """The dependencies in pyproject.toml that apply."""
    by_extras = {name for extra in extras for name in manifest.extras.get(extra, ())}
    own_name = canonicalize_name(manifest.name)
    return tuple(
        dependency
        for group in manifest.groups
        if group.name in groups
        for dependency in group.dependencies
        if dependency.name != own_name
        and (not dependency.optional or dependency.name in by_extras)
        and _applies(dependency, target, extras)
    )


def _applies(dependency: Dependency, target: Target, extras: frozenset[str]) -> bool:
    if not dependency.marker:
        return True
    try:
        return holds(dependency.marker, target, extras) and reaches(dependency.marker, target)
    except ValueError:
        raise ProjectError(
            "pyproject.toml",
            code="invalid-file",
            key=dependency.name,
            found=f"the marker {dependency.marker!r}",
            expected="an environment marker (PEP 508)",
            hint=f"correct the marker of {dependency.name}",
        ) from None


class _Walk:
    """The graph of a lock without groups, walked for one target."""

    def __init__(self, lock: Lock, target: Target) -> None:
        self._target = target
        self._full_version = full_version(target.python)
        self._candidates: dict[str, list[LockedPackage]] = {}
        self._by_name: dict[str, list[LockedPackage]] = defaultdict(list)
        for package in lock.packages:
            self._by_name[package.name].append(package)

    def run(self, wanted: tuple[Dependency, ...]) -> list[LockedPackage]:
        """All packages that `wanted` reach.

        Where a name is locked twice, what is asked of it decides; and what is asked depends on such choices, so walk
        until nothing changes.
        """
        votes: dict[str, list[int]] = {}
        taken: dict[str, LockedPackage] = {}
        for _ in range(_ROUNDS):
            before = taken
            taken, asked = self._round(wanted, votes)
            if taken == before or not asked:
                break
            votes = {name: self._votes(name, askers) for name, askers in asked.items()}
        return list(taken.values())

    def _round(
        self, wanted: tuple[Dependency, ...], votes: Mapping[str, list[int]]
    ) -> tuple[dict[str, LockedPackage], dict[str, list[Dependency]]]:
        """The packages that `wanted` reach, and what was asked of those that are locked more than once."""
        taken: dict[str, LockedPackage] = {}
        asked: dict[str, list[Dependency]] = defaultdict(list)
        followed: set[tuple[str, str]] = set()
        waiting = list(reversed(wanted))
        while waiting:
            dependency = waiting.pop()
            candidates = self._of_name(dependency.name)
            if not candidates:
                continue
            package = candidates[0]
            if len(candidates) > 1:
                asked[dependency.name].append(dependency)
                package = self._choose(candidates, votes.get(dependency.name, ()), dependency)
            taken[package.name] = package
            for extra in ("", *dependency.extras):
                if (package.name, extra) not in followed:
                    followed.add((package.name, extra))
                    waiting.extend(self._dependencies(package, extra))
        return taken, asked

    def _of_name(self, name: str) -> list[LockedPackage]:
        if name not in self._candidates:
            # Poetry 1.0 and older write the marker on the package and not on the dependencies that lead to it.
            self._candidates[name] = [item for item in self._by_name.get(name, ()) if self._is_for_target(item)]
        return self._candidates[name]

    def _votes(self, name: str, askers: list[Dependency]) -> list[int]:
        return [sum(_is_asked(package, asker) for asker in askers) for package in self._of_name(name)]

    def _choose(self, candidates: list[LockedPackage], votes: Sequence[int], dependency: Dependency) -> LockedPackage:
        def rank(index: int) -> tuple[bool, int, Version]:
            package = candidates[index]
            return (
                may_allow(package.python_versions, self._full_version),
                _is_asked(package, dependency) + (votes[index] if votes else 0),
                _sortable(package.version),
            )

        return candidates[max(range(len(candidates)), key=rank)]

    def _is_for_target(self, package: LockedPackage) -> bool:
        return _asks(package, package.markers.get("*", ""), lambda text: reaches(text, self._target))

    def _dependencies(self, package: LockedPackage, extra: str) -> Iterator[Dependency]:
        """What a package needs by itself, or what one of its extras adds."""
        of_extra = package.extras.get(extra, ()) if extra else ()
        for dependency in package.dependencies:
            if (dependency.name in of_extra if extra else not dependency.optional) and _asks(
                package, dependency.marker, lambda text: reaches(text, self._target)
            ):
                yield dependency


def _is_asked(package: LockedPackage, dependency: Dependency) -> bool:
    """Whether a locked package is what a dependency asks for: its version and where it comes from."""
    kind = package.source.kind if package.source else ""
    url = package.source.url if package.source else ""
    if dependency.git:
        return kind == "git" and url == dependency.git
    if dependency.url:
        return kind == "url" and url == dependency.url
    if dependency.path:
        return kind in ("directory", "file") and url == dependency.path
    if dependency.index and not (kind == "legacy" and package.source and package.source.reference == dependency.index):
        return False
    return may_allow(dependency.constraint, package.version)
