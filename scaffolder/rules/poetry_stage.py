"""What the stage of Poetry installs: Poetry, what it needs, and the plugins that the project requires."""

from __future__ import annotations

from collections.abc import Iterator

from scaffolder.decisions import POETRY, PYTHON
from scaffolder.knowledge.poetry_constraints import has_pins, pins_for
from scaffolder.knowledge.poetry_plugins import plugin_pins
from scaffolder.knowledge.poetry_releases import POETRY_SERIES
from scaffolder.model.decision import Decisions
from scaffolder.model.manifest import Dependency
from scaffolder.model.message import Level, Message
from scaffolder.model.project import Project
from scaffolder.poetry.constraints import allows, parse


def poetry_requirements(project: Project, decisions: Decisions) -> tuple[str, ...]:
    """Lines for pip: `poetry==...`, the pins of what it needs, then the plugins, each with what it needs."""
    poetry, python = decisions[POETRY], decisions[PYTHON]
    lines = [f"poetry=={poetry}", *pins_for(poetry, python)]
    for plugin in _from_an_index(project):
        lines += [pin for pin in _pins(plugin, decisions) or (_unpinned(plugin),) if pin not in lines]
    return tuple(lines)


def is_pinned(project: Project, decisions: Decisions) -> bool:
    """Whether `poetry_requirements` is complete, so that it installs without any look for dependencies."""
    return has_pins(decisions[POETRY]) and not list(_floating(project, decisions))


def plugin_evidence(project: Project) -> tuple[str, ...]:
    """The plugins that the project requires."""
    names = [plugin.name for plugin in project.manifest.requires_plugins]
    return (f"pyproject.toml requires-plugins: {', '.join(names)}",) if names else ()


def poetry_remarks(project: Project, decisions: Decisions) -> Iterator[Message]:
    """What of this stage is not pinned, or not installed."""
    poetry = decisions[POETRY]
    if not has_pins(poetry):
        yield Message(
            level=Level.WARNING,
            code="poetry-not-pinned",
            text=f"What Poetry {poetry} needs is not pinned, as scaffold has no list of it: each build takes the"
            " newest releases that fit.",
            hint=f"Take one that has a list: --set poetry={POETRY_SERIES[-1].newest}",
        )
    for plugin in _floating(project, decisions):
        yield Message(
            level=Level.WARNING,
            code="plugin-not-pinned",
            text=f"pyproject.toml requires-plugins: scaffold knows no release of {plugin.name} for Poetry {poetry};"
            " each build takes the newest that fits.",
            hint=f'Pin it in [tool.poetry.requires-plugins]: {plugin.name} = "1.2.3"',
        )
    for plugin in project.manifest.requires_plugins:
        if not _is_from_an_index(plugin):
            yield Message(
                level=Level.WARNING,
                code="plugin-not-installed",
                text=f"pyproject.toml requires-plugins: {plugin.name} comes from a path, a URL or a source of its own;"
                " the image is built without it.",
            )


def _from_an_index(project: Project) -> tuple[Dependency, ...]:
    return tuple(plugin for plugin in project.manifest.requires_plugins if _is_from_an_index(plugin))


def _is_from_an_index(plugin: Dependency) -> bool:
    """What has a source of its own must not be taken from elsewhere: anybody could give it that name there."""
    return not (plugin.path or plugin.git or plugin.url or plugin.index)


def _floating(project: Project, decisions: Decisions) -> Iterator[Dependency]:
    return (plugin for plugin in _from_an_index(project) if not _pins(plugin, decisions))


def _pins(plugin: Dependency, decisions: Decisions) -> tuple[str, ...]:
    """The pins of a plugin and of what it needs; () where none are known, or the project asks for another release."""
    pins = plugin_pins(plugin.name, decisions[POETRY], decisions[PYTHON])
    own = next((pin for pin in pins if pin.startswith(f"{plugin.name}==")), "")
    return pins if own and allows(plugin.constraint, own.partition("==")[2]) else ()


def _unpinned(plugin: Dependency) -> str:
    """The plugin as pip reads it; without a version where pip could not read Poetry's constraint."""
    if plugin.constraint == "*":
        return plugin.name
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - a project in a thousand needs it

    text = str(parse(plugin.constraint))
    for specifier in (text, f"=={text}"):
        try:
            return f"{plugin.name}{SpecifierSet(specifier)}"
        except InvalidSpecifier:
            continue
    return plugin.name
