"""Python: what the constraints, the version files and the wheels in the lock allow together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scaffolder.decisions import EXTRAS, GROUPS, PYTHON
from scaffolder.errors import ProjectError
from scaffolder.knowledge.pythons import NEWEST_SETTLED, PYTHONS, suites_of
from scaffolder.knowledge.removed_modules import REMOVED_MODULES
from scaffolder.model.decision import Decision, Decisions
from scaffolder.model.lock import Target
from scaffolder.model.project import Project, PythonPin
from scaffolder.poetry.constraints import allows
from scaffolder.poetry.versions import is_installable_on, newest_python_known_to
from scaffolder.poetry.wheels import Verdict, verdict
from scaffolder.rules.context import Context, inferred


def decide_python(context: Context, decisions: Decisions) -> Decision[str]:
    """The Python of the image.

    Only where nothing else is allowed is it one that no usable Poetry runs on: the choice of Poetry says so then. A
    version file wins where the constraints allow it. Among several that are allowed, the one wins for which the lock
    holds something to install of every package, then the one with the fewest locked packages to build from source, then
    one that still has the modules that the code imports, then the one that a hand-written Dockerfile runs on, as long
    as it gets fixes, then the newest that existed when the lock was written and has been out for 18 months; where none
    has, the oldest. Raises ProjectError, showing every side, when nothing is allowed.
    """
    project = context.project
    allowed = dict(allowed_pythons(project))
    if not allowed:
        raise _contradiction(project)
    allowed = {minor: version for minor, version in allowed.items() if is_installable_on(version)} or allowed
    evidence = tuple(f"{where}: {constraint}" for where, constraint in _constraints_of(project))
    pin = _pinned(project, allowed)
    if pin is not None:
        return inferred(PYTHON, pin.version, f"{pin.path}:{pin.line}", *evidence)
    if len(allowed) == 1:
        return inferred(PYTHON, next(iter(allowed.values())), *evidence)
    verdicts = {minor: _verdicts(context, minor, decisions) for minor in allowed}
    fewest = min(found[Verdict.NONE] for found in verdicts.values())
    unusable = [minor for minor in allowed if verdicts[minor][Verdict.NONE] > fewest]
    allowed = {minor: version for minor, version in allowed.items() if minor not in unusable}
    builds = {minor: verdicts[minor][Verdict.SDIST] + verdicts[minor][Verdict.GIT] for minor in allowed}
    newest = min(newest_python_known_to(project.lock), NEWEST_SETTLED, key=_number)
    written = _written(project)
    chosen = min(
        allowed,
        key=lambda minor: (
            builds[minor],
            bool(_lost_imports(project, minor)),
            minor not in written,
            *_age(minor, newest),
        ),
    )
    newer = [minor for minor in unusable if _number(minor) > _number(chosen)]
    if newer:
        evidence += (f"poetry.lock: on Python {newer[-1]}, some packages have nothing to install",)
    if chosen in written:
        return inferred(PYTHON, allowed[chosen], *evidence, written[chosen])
    return inferred(PYTHON, allowed[chosen], *evidence, *_reasons(project, chosen, builds, newest))


def _constraints_of(project: Project) -> Iterator[tuple[str, str]]:
    """Where each Python constraint stands, and the constraint; nothing for a side that is silent."""
    manifest = project.manifest
    if manifest.python_key:
        yield f"pyproject.toml {manifest.python_key}", manifest.python
    locked = project.lock.python_versions
    if locked not in ("", "*", manifest.python):
        yield "poetry.lock python-versions", locked


def allowed_pythons(project: Project) -> Iterator[tuple[str, str]]:
    """Minor series → the version for the image tag, newest first, for each series that every constraint allows.

    The tag is the series (`3.12`) when its newest patch release is allowed, else the newest patch release that is.
    """
    constraints = [constraint for _, constraint in _constraints_of(project)]
    for minor, python in sorted(PYTHONS.items(), key=lambda item: -_number(item[0])):
        newest = int(python.newest.rpartition(".")[2])
        for patch in range(newest, -1, -1):
            version = f"{minor}.{patch}"
            if all(allows(constraint, version) for constraint in constraints) and suites_of(version):
                yield minor, minor if patch == newest else version
                break


def _age(minor: str, newest: str) -> tuple[bool, int]:
    """Sorts those up to `newest` first, newest first; then the newer ones, oldest first: less has changed since."""
    is_newer = _number(minor) > _number(newest)
    return is_newer, _number(minor) if is_newer else -_number(minor)


def _number(minor: str) -> int:
    return int(minor.split(".")[1])


def _pinned(project: Project, allowed: dict[str, str]) -> PythonPin | None:
    """The version file that applies: its series is allowed, and its patch release too when it names one."""
    constraints = [constraint for _, constraint in _constraints_of(project)]
    for pin in project.python_pins:
        if allowed.get(pin.version) == pin.version:
            return pin
        if pin.version.count(".") == 2 and suites_of(pin.version) and all(allows(c, pin.version) for c in constraints):
            return pin
    return None


def _written(project: Project) -> dict[str, str]:
    """The series that a hand-written Dockerfile runs on, with the evidence; none that gets no fixes any more."""
    found = {}
    for said in project.container.pythons:
        minor = ".".join(said.value.split(".")[:2])
        if minor in PYTHONS and not PYTHONS[minor].is_end_of_life:
            found[minor] = f"{said.place}: Python {said.value}"
    return found


def _verdicts(context: Context, minor: str, decisions: Decisions) -> Counter[Verdict]:
    """How many of the installed packages come in which way."""
    project, target = context.project, Target(python=minor)
    return Counter(
        verdict(package, target, no_binary=project.no_binary, only_binary=project.only_binary)
        for package in context.closure(minor, decisions[GROUPS], decisions[EXTRAS])
    )


def _lost_imports(project: Project, minor: str) -> tuple[str, ...]:
    """Modules of the standard library that the code imports and that this Python no longer has."""
    return tuple(
        f"{place}: {name}"
        for name, place in project.code.imports
        if name in REMOVED_MODULES and _number(minor) >= _number(REMOVED_MODULES[name])
    )


def _reasons(project: Project, chosen: str, builds: dict[str, int], newest: str) -> Iterator[str]:
    rivals = [minor for minor in builds if builds[minor] == builds[chosen]]
    newer = rivals[: rivals.index(chosen)]
    if len(rivals) < len(builds):
        count = builds[chosen] or "none"
        if not newer:
            yield f"poetry.lock: the newest with the fewest packages to build from source ({count})"
            return
        yield f"poetry.lock: the fewest packages to build from source ({count}) with {', '.join(reversed(rivals))}"
    lost = _lost_imports(project, newer[-1]) if newer else ()
    if not newer:
        yield "the newest release allowed"
    elif _number(chosen) > _number(newest):
        yield f"the oldest of them: only up to {newest} is it sure that the packages are ready"
    elif lost:
        yield f"{lost[0]} is gone from {newer[-1]} on"
    elif chosen == NEWEST_SETTLED:
        yield "the newest release that has been out for 18 months"
    else:
        yield f"the newest release that existed when the lock was written ({newest})"


def _contradiction(project: Project) -> ProjectError:
    sides = [f"{where} = {constraint}" for where, constraint in _constraints_of(project)]
    return ProjectError(
        "pyproject.toml",
        key=project.manifest.python_key,
        code="no-python",
        found="; ".join(sides) or "no Python",
        expected=f"a range that one of CPython {', '.join(PYTHONS)} satisfies",
        hint="Widen the range in pyproject.toml, then run: poetry lock",
    )
