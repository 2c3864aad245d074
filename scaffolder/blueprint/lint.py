"""Whether a blueprint holds together: every name that it uses is given, and what it renders would work."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from scaffolder.answers import answers
from scaffolder.blueprint.samples import SAMPLES
from scaffolder.errors import ScaffoldError
from scaffolder.model.forbidden import why_not_rendered
from scaffolder.plan import preview_init
from scaffolder.reading.outcome import Outcome
from scaffolder.reading.project import read_project
from scaffolder.render import Anatomy, anatomy, rendering
from scaffolder.rules import Override, infer
from scaffolder.soundness import faults

#: What Copier gives to every template. https://copier.readthedocs.io/en/stable/creating/
_GIVEN = frozenset({"_copier_answers", "_copier_conf", "_copier_operation", "_copier_phase", "_external_data", "UNSET"})
#: The same, but different on another machine or at another time.
_MACHINE = frozenset({"_copier_python", "_folder_name", "make_secret", "now"})

_YIELD = re.compile(r"\{%-?\s*yield\s+(\w+)")


def findings(folder: Path, own: Mapping[str, Override]) -> tuple[str, ...]:
    """What is wrong with the blueprint in `folder`, () for nothing; `own` answers questions that have no default.

    The order is fixed: names first, then what came out for the sample projects. Raises ProjectError for a copier.yml
    that cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="scaffold-") as temporary:
        samples = {name: _sample(Path(temporary, name), files) for name, files in SAMPLES.items()}
        variables = set(next(iter(samples.values())))
        found = list(_names(folder, anatomy(folder), variables))
        rendered: dict[str, list[str]] = {}
        for name, values in samples.items():
            for finding in _rendered(folder, Path(temporary, name), values, own):
                rendered.setdefault(finding, []).append(name)
        found += _unsteady(folder, next(iter(samples.values())), own)
    return (*found, *(f"{finding} (for {', '.join(names)})" for finding, names in rendered.items()))


def _sample(root: Path, files: Mapping[str, str]) -> dict[str, Any]:
    """Write a sample project, and answer the variables for it."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    project = read_project(root)
    return answers(project, infer(project, {}).decisions)


def _names(folder: Path, blueprint: Anatomy, variables: set[str]) -> Iterator[str]:
    """Names that nothing gives, and questions that nothing uses."""
    from jinja2 import TemplateError  # noqa: PLC0415

    questions = blueprint.questions
    given = variables | set(questions) | _GIVEN | set(blueprint.environment.globals)
    used: set[str] = set()
    for place, text, local in (*_templates(folder, blueprint), *_expressions(blueprint)):
        try:
            names = _undeclared(blueprint, text)
        except TemplateError as error:
            line = getattr(error, "lineno", None)
            yield f"{place}{f':{line}' if line else ''}: {error.message or error}"
            continue
        own = place.partition("copier.yml: ")[2]
        used |= names - {own}
        for name in sorted(names - given - local):
            yield f"{place}: {name} is {'not the same everywhere' if name in _MACHINE else 'given by nothing'}"
    for name in sorted(set(questions) - used):
        yield f"copier.yml: {name} is used nowhere"


def _undeclared(blueprint: Anatomy, text: str) -> set[str]:
    from jinja2.meta import find_undeclared_variables  # noqa: PLC0415

    return find_undeclared_variables(blueprint.environment.parse(text))


def _templates(folder: Path, blueprint: Anatomy) -> Iterator[tuple[str, str, set[str]]]:
    """(place, text, names that hold only there) of every template, and of every path that is rendered.

    What lies beside the rendered folder is included or imported, with names that only its callers know.
    """
    top = folder / blueprint.top
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        place = path.relative_to(folder).as_posix()
        is_rendered = path.is_relative_to(top)
        if is_rendered and place not in ("copier.yml", "copier.yaml"):
            yield f"the name {place}", path.relative_to(top).as_posix(), set()
        if path.name.endswith(blueprint.suffix) and place not in ("copier.yml", "copier.yaml"):
            try:
                text = path.read_bytes().decode()
            except UnicodeDecodeError:
                continue  # copied, or refused when it is rendered
            yield place, text, set(_YIELD.findall(place)) if is_rendered else _undeclared_or_none(blueprint, text)


def _undeclared_or_none(blueprint: Anatomy, text: str) -> set[str]:
    from jinja2 import TemplateError  # noqa: PLC0415

    try:
        return _undeclared(blueprint, text)
    except TemplateError:
        return set()


def _expressions(blueprint: Anatomy) -> Iterator[tuple[str, str, set[str]]]:
    """The templates in copier.yml: patterns, and whatever is text in a question."""
    for setting in ("exclude", "skip_if_exists"):
        for text in _texts(blueprint.settings.get(setting)):
            yield f"copier.yml: _{setting}", text, set()
    for name, question in blueprint.questions.items():
        for text in _texts(list(question.values())):
            yield f"copier.yml: {name}", text, set()


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        yield from _texts([*value, *value.values()])


def _rendered(folder: Path, root: Path, values: Mapping[str, Any], own: Mapping[str, Override]) -> Iterable[str]:
    """What is wrong with the files that the sample project in `root` gets."""
    try:
        files = rendering(folder, values, own).files
    except ScaffoldError as error:
        return [error.message]
    found = [f"{file.path} names a folder of this machine" for file in files if str(folder.parent) in file.text]
    refused = {file.path: reason for file in files if (reason := why_not_rendered(file.path))}
    found += [f"{path} is rendered, but {reason}" for path, reason in refused.items()]
    plan = preview_init([file for file in files if file.path not in refused], {}, {})
    return [*found, *faults(Outcome(root, plan.changes), [change.path for change in plan.changes])]


def _unsteady(folder: Path, values: Mapping[str, Any], own: Mapping[str, Override]) -> Iterator[str]:
    """Files that differ from one time to the next; one project shows it."""
    try:
        one, other = ({file.path: file.text for file in rendering(folder, values, own).files} for _ in range(2))
    except ScaffoldError:
        return
    for path in sorted(one.keys() | other.keys()):
        if one.get(path) != other.get(path):
            yield f"{path} is not the same every time"
