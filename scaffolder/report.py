"""What the user sees: decisions, changes and messages as text, and as JSON. Returns text; prints nothing."""

from __future__ import annotations

import difflib
import shlex
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from scaffolder.decisions import COMMAND, CONNECTIONS, ENVIRONMENT, HEALTH_CHECK, PORT, PROCESSES, SERVICES
from scaffolder.errors import OpenDecisionsError
from scaffolder.knowledge.pythons import MACHINES
from scaffolder.model.change import Action, Change, Plan
from scaffolder.model.decision import Decision, Json, OpenDecision, Source
from scaffolder.model.message import Level, Message
from scaffolder.rules import Inference
from scaffolder.rules.build_inputs import build_line, build_options, only_platform
from scaffolder.rules.wheels import PackageWays, Way

WIDTH = 80
_GUTTER = 2


def decision_table(inference: Inference, *, width: int = WIDTH) -> str:
    """The decisions, one block each: title and value, and below them the source and the evidence.

    No line is wider than `width`, unless a single word is.
    """
    titles = [decision.key.title for decision in inference.decisions] + [item.key.title for item in inference.open]
    column = max(map(len, titles), default=0) + _GUTTER
    blocks = [_decision_lines(decision, column, width) for decision in inference.decisions]
    blocks += [_open_lines(item, column, width) for item in inference.open]
    return "\n".join(line for block in blocks for line in block)


def decision_summary(inference: Inference, *, width: int = WIDTH) -> str:
    """The decisions on one screen: one line each, with as much of the evidence as fits.

    What is empty, or off by default, is left out.
    """
    decisions = [
        decision
        for decision in inference.decisions
        if shown(decision) != "none" and not (decision.value is False and decision.source is Source.DEFAULT)
    ]
    column = max((len(decision.key.title) for decision in decisions), default=0) + _GUTTER
    lines = []
    for decision in decisions:
        line = printable(f"{decision.key.title:<{column}}{shown(decision)}").replace("\n", " ")
        why = printable(f"  ({'; '.join(decision.evidence)})").replace("\n", " ") if decision.evidence else ""
        room = width - len(line)
        lines.append(_cut(line, width) if room < _LEAST_EVIDENCE else line + _cut(why, room, closing=")"))
    lines += [line for item in inference.open for line in _open_lines(item, column, width)]
    return "\n".join(lines)


#: Fewer columns than these show nothing that helps.
_LEAST_EVIDENCE = 16


def _cut(text: str, width: int, *, closing: str = "") -> str:
    return text if len(text) <= width else f"{text[: width - 1 - len(closing)]}…{closing}"


def shown(decision: Decision[object]) -> str:
    """The value of a decision as one line of text."""
    value = decision.key.dump(decision.value)
    if decision.key.name == ENVIRONMENT.name and isinstance(value, list):
        return ", ".join(str(item["name"]) for item in value if isinstance(item, dict)) or "none"
    if decision.key.name == CONNECTIONS.name and isinstance(value, list):
        return ", ".join(f"{item['variable']}={item['value']}" for item in value if isinstance(item, dict)) or "none"
    if decision.key.name == PROCESSES.name and isinstance(value, list):
        names = [
            f"{item['name']} ({item['kind']}): {_words(item['command'])}" for item in value if isinstance(item, dict)
        ]
        return "; ".join(names) or "none"
    if decision.key.name == COMMAND.name:
        return _words(value)
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{name}={item}" for name, item in value.items()) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _words(command: Json) -> str:
    return shlex.join(map(str, command)) if isinstance(command, list) else str(command)


def _decision_lines(decision: Decision[object], column: int, width: int) -> list[str]:
    lines = _wrapped(f"{decision.key.title:<{column}}{shown(decision)}", column, width)
    why = "; ".join(decision.evidence)
    if why:
        lines += _wrapped(f"{'':<{column}}{decision.source.word}: {why}", column + _GUTTER, width)
    return lines


def _open_lines(item: OpenDecision, column: int, width: int) -> list[str]:
    lines = _wrapped(f"{item.key.title:<{column}}open: {item.why}", column, width)
    for candidate in item.candidates:
        lines += _wrapped(f"{'':<{column}}{candidate.text}  ({candidate.evidence})", column + _GUTTER, width)
    return lines


def _wrapped(text: str, indent: int, width: int) -> list[str]:
    return textwrap.wrap(
        printable(text),
        width,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )


def printable(text: str) -> str:
    """The text with control characters shown instead of sent to the terminal."""
    return "".join(char if char == "\n" or char.isprintable() else f"\\x{ord(char):02x}" for char in text)


def open_error(open_decisions: Sequence[OpenDecision]) -> OpenDecisionsError:
    """The error that names every open decision, its candidates, and the flag that settles each."""
    message, hint = _open_question(open_decisions)
    return OpenDecisionsError(message, hint=hint)


def _open_question(open_decisions: Sequence[OpenDecision]) -> tuple[str, str]:
    """The message and the hint of an error about open decisions: the candidates, and the flag that settles each."""
    lines, flags = [], []
    for item in open_decisions:
        lines.append(f"{item.key.title} is open. {item.why}")
        lines += [f"  {candidate.text}  ({candidate.evidence})" for candidate in item.candidates]
        examples = [candidate.text for candidate in item.candidates] or ["VALUE"]
        flags += [f"  --set {shlex.quote(f'{item.key.name}={example}')}" for example in examples]
        if not item.candidates:
            flags.append(f"  {item.key.help}")
    return printable("\n".join(lines)), printable("Choose one:\n" + "\n".join(flags))


_VERBS = {
    Action.CREATE: "create",
    Action.UPDATE: "update",
    Action.UNCHANGED: "unchanged",
    Action.DELETE: "delete",
    Action.KEEP: "keep (yours)",
    Action.CONFLICT: "yours",
    Action.MERGE: "merge",
}


def change_word(change: Change) -> str:
    """What happens to a file, in a word or two."""
    return "conflict" if change.action is Action.CONFLICT else _VERBS[change.action]


def change_list(plan: Plan) -> str:
    """The files and what happens to each, one per line."""
    width = max((len(_VERBS[change.action]) for change in plan.changes), default=0)
    return "\n".join(
        f"  {_VERBS[change.action]:<{width}}  {change.path}"
        + (f"  (yours kept as {change.backup})" if change.backup else "")
        for change in plan.changes
    )


def difference(plan: Plan) -> str:
    """The unified diff of everything that would change, "" when nothing would."""
    return "".join(line for change in plan.changes if change.before != change.after for line in _diff(change))


def _diff(change: Change) -> Iterable[str]:
    before, after = (_lines(content) for content in (change.before, change.after))
    old = f"a/{change.path}" if change.before is not None else "/dev/null"
    new = f"b/{change.path}" if change.after is not None else "/dev/null"
    for line in difflib.unified_diff(before, after, old, new):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(content: bytes | None) -> list[str]:
    return [] if content is None else content.decode(errors="replace").splitlines(keepends=True)


def message_lines(messages: Iterable[Message], *, width: int = WIDTH) -> str:
    """The messages, warnings first, each with its hint below it."""
    lines: list[str] = []
    for message in sorted(messages, key=lambda message: message.level is not Level.WARNING):
        lines += _wrapped(f"{message.level.value}: {message.text}", 2, width)
        if message.hint:
            lines += _wrapped(f"  {message.hint}", 2, width)
    return "\n".join(lines)


_WAY_WORDS: Mapping[Way, str] = {
    Way.WHEEL: "from a wheel",
    Way.PURE: "from source, without a compiler",
    Way.COMPILE: "compiled",
    Way.GIT: "from a clone",
    Way.PATH: "from a folder of yours",
    Way.UNKNOWN: "unknown: poetry.lock lists no files",
    Way.NONE: "nothing to install",
}


def package_table(packages: Sequence[PackageWays], *, width: int = WIDTH) -> str:
    """The locked packages by the way in which they get into the image; those that have a wheel are counted.

    A blank line stands before it, and it ends with a line break; "" for no packages.
    """
    if not packages:
        return ""
    found: dict[tuple[Way, tuple[str, ...]], list[str]] = {}
    for package in packages:
        for way in dict.fromkeys(package.ways.values()):
            where = tuple(platform for platform, on_platform in package.ways.items() if on_platform is way)
            place = () if len(where) == len(MACHINES) else where
            found.setdefault((way, place), []).append(f"{package.name} {package.version}")
    lines = ["", f"{len(packages)} package{'s' if len(packages) > 1 else ''}"]
    for way, words in _WAY_WORDS.items():
        for (of_way, place), names in sorted(found.items()):
            if of_way is way:
                what = str(len(names)) if way is Way.WHEEL else ", ".join(names)
                lines += _wrapped(f"  {words}{f' on {place[0]}' if place else ''}: {what}", 2 * _GUTTER, width)
    return "\n".join(lines) + "\n"


def packages_json(packages: Iterable[PackageWays]) -> Json:
    """`[{name, version, verdicts}]`, sorted by name; `verdicts` holds one word for each platform that installs it."""
    return [
        {
            "name": package.name,
            "version": package.version,
            "verdicts": {platform: way.value for platform, way in package.ways.items()},
        }
        for package in packages
    ]


def decisions_json(inference: Inference) -> Json:
    """`[{name, value, source, evidence}]`, in the order of the rules."""
    return list(map(decision_json, inference.decisions))


def decision_json(decision: Decision[Any]) -> Json:
    """`{name, value, source, evidence}`."""
    return {
        "name": decision.key.name,
        "value": decision.key.dump(decision.value),
        "source": decision.source.word,
        "evidence": list(decision.evidence),
    }


def messages_json(inference: Inference, others: Iterable[Message] = ()) -> Json:
    """`[{level, code, text, hint}]`, `others` first; an open decision is a message of level `error`."""
    messages = message_list_json((*others, *inference.messages))
    for item in inference.open:
        text, hint = _open_question([item])
        messages.append({"level": "error", "code": "open-decision", "text": text, "hint": hint})
    return messages


def message_list_json(messages: Iterable[Message]) -> list[Json]:
    """`[{level, code, text, hint}]`."""
    return [
        {"level": message.level.value, "code": message.code, "text": message.text, "hint": message.hint}
        for message in messages
    ]


def files_json(plan: Plan) -> Json:
    """`[{path, action}]`, with `backup` where the user's content was kept."""
    return [
        {"path": change.path, "action": change.action.value, **({"backup": change.backup} if change.backup else {})}
        for change in plan.changes
    ]


def next_steps(inference: Inference, path: Path) -> str:
    """What to type next."""
    decisions = inference.decisions
    folder = "" if path == Path() else f" {shlex.quote(path.as_posix())}"
    steps = [] if not folder else [f"cd{folder}"]
    if ENVIRONMENT in decisions and (decisions[ENVIRONMENT] != () or decisions[SERVICES] != ()):
        steps.append("scaffold env")
    needs_inputs = len(build_options(decisions)) > bool(only_platform(decisions))
    steps += [build_line(decisions)] if needs_inputs else []
    options = ("" if needs_inputs else " --build") + (" --wait" if decisions[PORT] else "")
    steps.append(f"docker compose up{options}")
    if decisions[PORT]:
        health = decisions[HEALTH_CHECK]
        port = next((process.host_port for process in decisions[PROCESSES] if process.main), 0) or decisions[PORT]
        steps.append(f"curl http://127.0.0.1:{port}{health if health.startswith('/') else '/'}")
    return "\n".join(["Next:", *(f"  {step}" for step in steps)])
