"""The user's answers into `[tool.scaffold]` of `pyproject.toml`; comments, order and line endings survive."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping
from typing import Any

from scaffolder.decisions import BY_NAME, CONNECTIONS, ENVIRONMENT, ProcessEdit, ProcessEdits
from scaffolder.model.decision import Json
from scaffolder.overrides import BLUEPRINT
from scaffolder.rules import is_edit


def with_answers(
    text: str, answers: Mapping[str, Any], withdrawn: Collection[str] = (), own: Mapping[str, Json] | None = None
) -> str:
    """The text of `pyproject.toml` with each answer set in `[tool.scaffold]`, and those of `withdrawn` taken out.

    `own` answers questions of the blueprint's own, in `[tool.scaffold.blueprint]`; None takes an answer out. The text
    itself when there is nothing to do. A table that becomes empty stays: its comments are the user's.
    """
    if not answers and not withdrawn and not own:
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
        if isinstance(value, ProcessEdits) and isinstance(table.get(name), Mapping) and not value.exact:
            _set_processes(table[name], value)
        else:
            table[name] = _inline(_saved(name, value))
    for name in withdrawn:
        table.pop(name, None)
    if own:
        blueprint = table.setdefault(BLUEPRINT, tomlkit.inline_table() if is_inline else tomlkit.table())
        for name, answer in own.items():
            blueprint.pop(name, None)
            if answer is not None:
                blueprint[name] = _inline(answer)
    changed = tomlkit.dumps(document)
    return mark + (changed.replace("\n", "\r\n") if windows else changed)


def _set_processes(table: Any, edits: ProcessEdits) -> None:
    """Set the rows that differ; the others keep their comments and their form."""
    from tomlkit.items import InlineTable  # noqa: PLC0415

    for edit in edits.edits:
        row = _process_row(edit)
        current = table.get(edit.name)
        if (current.unwrap() if hasattr(current, "unwrap") else current) != row:
            table[edit.name] = _block(row) if isinstance(row, dict) and not isinstance(table, InlineTable) else row


def _block(row: Mapping[str, Json]) -> Any:
    import tomlkit  # noqa: PLC0415

    table = tomlkit.table()
    table.update(row)
    return table


def _process_row(edit: ProcessEdit) -> Json:
    if edit.removed:
        return False
    row = {name.replace("_", "-"): value for name, value in edit.given}
    row = {name: list(value) if isinstance(value, tuple) else value for name, value in row.items()}
    if "command" in row:
        row["command"] = shlex.join(row["command"])
    if "environment" in row:
        row["environment"] = dict(row["environment"])
    return row["command"] if row.keys() == {"command"} else row


def _process_text(edit: ProcessEdit, sign: str) -> str:
    given = dict(edit.given)
    if edit.removed:
        return f"-{edit.name}"
    kind = f" {given['kind']}" if "kind" in given else ""
    return f"{sign}{edit.name}{kind}: {shlex.join(given['command'])}"


def _inline(value: Json) -> Any:
    import tomlkit  # noqa: PLC0415

    if not isinstance(value, dict):
        return value
    table = tomlkit.inline_table()
    table.update(value)
    return table


def _saved(name: str, value: Any) -> Json:
    """The form of a value that the declaration of the decision parses again."""
    if isinstance(value, ProcessEdits):
        return [_process_text(edit, "" if value.exact else "+") for edit in value.edits]
    if is_edit(value):
        return list(value)
    match name:
        case ENVIRONMENT.name:
            return [f"{variable.name}={variable.default}" if variable.default else variable.name for variable in value]
        case CONNECTIONS.name:
            return {connection.variable: connection.value for connection in value}
        case _:
            return BY_NAME[name].dump(value)
