"""What the user decided: `--set NAME=VALUE` and the table `[tool.scaffold]`, checked against the declarations."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from scaffolder.decisions import BY_NAME, PROCESSES, FieldError, ProcessEdits
from scaffolder.errors import ProjectError, UsageError
from scaffolder.model.decision import Source
from scaffolder.rules import Override

#: The table in `[tool.scaffold]` with the answers to a blueprint's own questions.
BLUEPRINT = "blueprint"
_OWN = f"{BLUEPRINT}."


def saved_overrides(table: Mapping[str, object]) -> dict[str, Override]:
    """The decisions in `[tool.scaffold]`. Raises ProjectError, naming the key, for one that is unknown or malformed."""
    overrides = {}
    for name, value in table.items():
        path = f"tool.scaffold.{name}"
        if name == BLUEPRINT:
            continue
        key = BY_NAME.get(name)
        if key is None:
            raise ProjectError(
                "pyproject.toml",
                key=path,
                code="unknown-decision",
                found=f"the unknown decision {name!r}",
                expected=_suggestion(name),
                hint="See every decision: scaffold explain",
            )
        try:
            parsed = key.parse(value)
        except (ValueError, TypeError) as error:
            raise ProjectError(
                "pyproject.toml",
                key=f"{path}.{error.field}" if isinstance(error, FieldError) else path,
                code="bad-decision",
                found=repr(_at(value, error.field) if isinstance(error, FieldError) else value),
                expected=str(error).removeprefix("expected "),
                hint=key.help,
            ) from None
        overrides[name] = Override(value=parsed, source=Source.SAVED, evidence=f"pyproject.toml {path}")
    return overrides


def _at(value: object, field: str) -> object:
    """The part of a table that a dotted key names; the name itself where it is what does not fit."""
    for part in field.split("."):
        value = value.get(part, part) if isinstance(value, Mapping) else value
    return value


def flag_overrides(settings: Iterable[str]) -> dict[str, Override]:
    """The decisions of `--set NAME=VALUE`; the last one wins. Raises UsageError for what does not fit."""
    overrides = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        key = BY_NAME.get(name)
        if key is None or not equals:
            found = f"unknown decision {name!r}; {_suggestion(name)}" if equals else "NAME=VALUE is expected"
            raise UsageError(f"--set {setting}: {found}", hint="See every decision: scaffold explain")
        overrides[name] = Override(value=parse_text(name, text), source=Source.FLAG, evidence=f"--set {setting}")
    return overrides


def combined(saved: Mapping[str, Override], flags: Mapping[str, Override]) -> dict[str, Override]:
    """The overrides of which a flag beats what is saved; `+name` and `-name` of processes change the saved ones."""
    overrides = {**saved, **flags}
    name = PROCESSES.name
    if name in saved and name in flags and not flags[name].value.exact:
        edits = {edit.name: edit for item in (saved[name], flags[name]) for edit in item.value.edits}
        value = ProcessEdits(edits=tuple(edits.values()), exact=saved[name].value.exact)
        overrides[name] = replace(flags[name], value=value)
    return overrides


def saved_own_answers(table: Mapping[str, object]) -> dict[str, Override]:
    """The answers in `[tool.scaffold.blueprint]`; the blueprint says later whether they fit. Raises ProjectError."""
    path = f"tool.scaffold.{BLUEPRINT}"
    answers = table.get(BLUEPRINT, {})
    if not isinstance(answers, Mapping):
        raise ProjectError(
            "pyproject.toml",
            key=path,
            code="bad-blueprint-answer",
            found=repr(answers),
            expected="a table with the answers to the blueprint's questions",
            hint=f"Name the blueprint with --blueprint, and write its answers below [{path}].",
        )
    return {
        name: Override(value=value, source=Source.SAVED, evidence=f"pyproject.toml {path}.{name}")
        for name, value in answers.items()
    }


def split_settings(settings: Iterable[str]) -> tuple[list[str], dict[str, Override]]:
    """`--set` arguments: those about decisions, and the answers of `--set blueprint.NAME=VALUE`. Raises UsageError."""
    decisions, own = [], {}
    for setting in settings:
        if not setting.startswith(_OWN):
            decisions.append(setting)
            continue
        name, equals, text = setting.removeprefix(_OWN).partition("=")
        if not name or not equals:
            raise UsageError(f"--set {setting}: {_OWN}NAME=VALUE is expected")
        own[name] = Override(value=text, source=Source.FLAG, evidence=f"--set {setting}")
    return decisions, own


def parse_text(name: str, text: str) -> object:
    """The value of a decision from text. Raises UsageError."""
    key = BY_NAME[name]
    try:
        return key.parse(text)
    except (ValueError, TypeError) as error:
        raise UsageError(f"{name} = {text!r}: {error}", hint=key.help) from None


def _suggestion(name: str) -> str:
    near = difflib.get_close_matches(name, BY_NAME, n=1)
    return f"did you mean {near[0]}?" if near else f"one of {', '.join(BY_NAME)}"
