"""The user's answers into `[tool.scaffold]` of `pyproject.toml`; comments, order and line endings survive."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping
from typing import Any

from scaffolder.decisions import BY_NAME, CONNECTIONS, ENVIRONMENT, PROCESSES
from scaffolder.model.decision import Json
from scaffolder.rules import is_edit


def with_answers(text: str, answers: Mapping[str, Any], withdrawn: Collection[str] = ()) -> str:
    """The text of `pyproject.toml` with each answer set in `[tool.scaffold]`, and those of `withdrawn` taken out.

    The text itself when there is nothing to do. A table that becomes empty stays: its comments are the user's.
    """
    if not answers and not withdrawn:
        return text
    import tomlkit  # noqa: PLC0415 - only needed when something is saved
    from tomlkit.items import InlineTable  # noqa: PLC0415

    mark = "\ufeff" if text.startswith("\ufeff") else ""
    windows = 0 < text.count("\n") == text.count("\r\n")
    document = tomlkit.parse(text.removeprefix(mark).replace("\r\n", "\n") if windows else text.removeprefix(mark))
    tool = document.setdefault("tool", tomlkit.table(is_super_table=True))
    is_inline = isinstance(tool, InlineTable)
    table = tool.setdefault("scaffold", tomlkit.inline_table() if is_inline else tomlkit.table())
    for name, value in answers.items():
        table[name] = _inline(_saved(name, value))
    for name in withdrawn:
        table.pop(name, None)
    changed = tomlkit.dumps(document)
    return mark + (changed.replace("\n", "\r\n") if windows else changed)


def _inline(value: Json) -> Any:
    import tomlkit  # noqa: PLC0415

    if not isinstance(value, dict):
        return value
    table = tomlkit.inline_table()
    table.update(value)
    return table


def _saved(name: str, value: Any) -> Json:
    """The form of a value that the declaration of the decision parses again."""
    if is_edit(value):
        return list(value)
    match name:
        case ENVIRONMENT.name:
            return [f"{variable.name}={variable.default}" if variable.default else variable.name for variable in value]
        case PROCESSES.name:
            return {process.name: shlex.join(process.command) for process in value}
        case CONNECTIONS.name:
            return {connection.variable: connection.value for connection in value}
        case _:
            return BY_NAME[name].dump(value)
