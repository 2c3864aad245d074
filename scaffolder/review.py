"""Decisions in, confirmed decisions out: the conversation with the user; the only importer of Questionary."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from scaffolder.adoption import Hunk, Settler, hunks, texts_of, with_hunks
from scaffolder.decisions import BY_NAME, COMMAND, Connection, EnvironmentVariable, Process
from scaffolder.errors import Interrupted
from scaffolder.model.change import Change, Existing, Plan, Settlement
from scaffolder.model.decision import Key, OpenDecision, Source
from scaffolder.report import decision_summary, difference, message_lines, printable, shown
from scaffolder.rules import Inference, Override
from scaffolder.rules.workspace import Offer

Inferrer: TypeAlias = Callable[[Mapping[str, Override]], Inference]
Preview: TypeAlias = Callable[[Inference], Plan]
Reviewer: TypeAlias = Callable[[Inferrer, Mapping[str, Override], Preview], tuple[Inference, dict[str, Override]]]
#: Decided projects by their folders: what was decided, and the overrides that led to it.
Reviewed: TypeAlias = dict[str, tuple[Inference, dict[str, Override]]]
#: The same for several projects, by folder.
WorkspaceReviewer: TypeAlias = Callable[
    [Mapping[str, Inferrer], Mapping[str, Mapping[str, Override]], Callable[[Mapping[str, Inference]], Plan]], Reviewed
]
#: Which of the projects that are offered run.
Chooser: TypeAlias = Callable[[Sequence[Offer], Collection[str]], tuple[str, ...]]

Answered = TypeVar("Answered")

_BOOLEAN = ("true", "false")


class Choice(StrEnum):
    """What the user wants to do with the decisions on the screen."""

    WRITE = "Write these files"
    CHANGE = "Change something"
    SHOW = "Show the files"
    QUIT = "Quit"


class Mine(StrEnum):
    """What the user wants done with a file of theirs that is in the way."""

    KEEP = "Keep mine; scaffold leaves it alone from now on"
    REPLACE = "Take scaffold's; mine is kept as .orig"
    MERGE = "Merge: start from mine, and choose among the differences"
    SHOW = "Show the difference"
    QUIT = "Quit"


class Take(StrEnum):
    """What the user wants done with one difference."""

    MINE = "Leave mine"
    SCAFFOLDS = "Take scaffold's"
    MINE_FROM_HERE = "Leave mine here and in all that follow"
    SCAFFOLDS_FROM_HERE = "Take scaffold's here and in all that follow"


def settling(say: Callable[[str], None], existing: Existing | None) -> Settler:
    """Asks about each file of the user's that is in the way; with `existing` MERGE only about the differences.

    It raises Interrupted when the user quits, presses Ctrl-C or closes the terminal.
    """

    def settle(change: Change) -> Settlement:
        with _on_standard_error():
            if existing is Existing.MERGE and None not in texts_of(change):
                return _merged(change, say)
            return _ask_settlement(change, say)

    return settle


def _ask_settlement(change: Change, say: Callable[[str], None]) -> Settlement:
    import questionary  # noqa: PLC0415

    is_text = None not in texts_of(change)
    choices = [choice.value for choice in Mine if is_text or choice not in (Mine.MERGE, Mine.SHOW)]
    while True:
        question = f"{printable(change.path)} is there, and scaffold did not write it so."
        match Mine(_asked(questionary.select(question, choices=choices))):
            case Mine.KEEP:
                return Settlement(Existing.KEEP)
            case Mine.REPLACE:
                return Settlement(Existing.REPLACE)
            case Mine.MERGE:
                return _merged(change, say)
            case Mine.SHOW:
                say(printable(difference(Plan(changes=(change,)))))
            case Mine.QUIT:
                raise Interrupted


def _merged(change: Change, say: Callable[[str], None]) -> Settlement:
    """The user's file with the differences that they take, asked one by one."""
    import questionary  # noqa: PLC0415

    found = hunks(change)
    taken: list[Hunk] = []
    for number, hunk in enumerate(found, start=1):
        say(printable("".join([*(f"-{line}" for line in hunk.mine), *(f"+{line}" for line in hunk.scaffolds)])))
        question = f"{printable(change.path)}, line {hunk.line}, difference {number} of {len(found)}:"
        choice = Take(_asked(questionary.select(question, choices=[choice.value for choice in Take])))
        if choice is Take.SCAFFOLDS:
            taken.append(hunk)
        elif choice is Take.SCAFFOLDS_FROM_HERE:
            taken += found[number - 1 :]
        if choice in (Take.MINE_FROM_HERE, Take.SCAFFOLDS_FROM_HERE):
            break
    return Settlement(Existing.MERGE, with_hunks(change, taken))


def reviewer(say: Callable[[str], None]) -> Reviewer:
    """A reviewer that talks through `say`: the decisions on one screen, the files as a difference."""

    def run(
        infer: Inferrer, overrides: Mapping[str, Override], preview: Preview
    ) -> tuple[Inference, dict[str, Override]]:
        def show_decisions(inference: Inference) -> None:
            say(decision_summary(inference))
            say(message_lines(inference.messages))

        def show_files(inference: Inference) -> None:
            say(printable(difference(preview(inference))))

        with _on_standard_error():
            return review(infer, overrides, show_decisions=show_decisions, show_files=show_files)

    return run


def workspace_reviewer(say: Callable[[str], None]) -> WorkspaceReviewer:
    """The same for a repository of several projects."""

    def run(
        infer: Mapping[str, Inferrer],
        overrides: Mapping[str, Mapping[str, Override]],
        preview: Callable[[Mapping[str, Inference]], Plan],
    ) -> Reviewed:
        def show_decisions(found: Mapping[str, Inference]) -> None:
            for folder, inference in found.items():
                say(printable(f"{folder}:"))
                say(decision_summary(inference))
                say(message_lines(inference.messages))

        def show_files(found: Mapping[str, Inference]) -> None:
            say(printable(difference(preview(found))))

        with _on_standard_error():
            return _review_all(infer, overrides, show_decisions=show_decisions, show_files=show_files)

    return run


def choose_projects(offers: Sequence[Offer], current: Collection[str]) -> tuple[str, ...]:
    """Ask which projects run; those of `current` are preselected. Raises Interrupted."""
    import questionary  # noqa: PLC0415

    choices = [
        questionary.Choice(
            printable(f"{offer.folder}: {_short(offer.text)}"), value=offer.folder, checked=offer.folder in current
        )
        for offer in offers
    ]
    with _on_standard_error():
        question = questionary.checkbox(
            "Which of these projects run?", choices=choices, validate=lambda chosen: bool(chosen) or "Choose one."
        )
        return tuple(_asked(question))


def confirmed(question: str) -> bool:
    """Ask a question that is answered by yes or no; Enter is yes. Raises Interrupted on Ctrl-C."""
    import questionary  # noqa: PLC0415

    with _on_standard_error():
        return bool(_asked(questionary.confirm(question)))


def on_terminal(run: Callable[[], Answered]) -> Answered:
    """Run what asks by itself, as Copier does for a blueprint's own questions, with its prompts where ours are."""
    with _on_standard_error():
        return run()


@contextmanager
def _on_standard_error() -> Iterator[None]:
    """Prompts are conversation: they go to standard error, and standard output stays clean."""
    from prompt_toolkit.application import create_app_session, get_app_session  # noqa: PLC0415
    from prompt_toolkit.output import DummyOutput, create_output  # noqa: PLC0415

    if isinstance(get_app_session().output, DummyOutput):
        yield
        return
    with create_app_session(output=create_output(stdout=sys.stderr)):
        yield


def review(
    infer: Callable[[Mapping[str, Override]], Inference],
    overrides: Mapping[str, Override],
    *,
    show_decisions: Callable[[Inference], None],
    show_files: Callable[[Inference], None],
) -> tuple[Inference, dict[str, Override]]:
    """Ask until the user wants the files written; returns what was decided and the overrides that led to it.

    Every open decision is asked first. A change re-infers everything that follows from it. Raises Interrupted when
    the user quits, presses Ctrl-C or closes the terminal.
    """
    return _review_all(
        {"": infer},
        {"": overrides},
        show_decisions=lambda found: show_decisions(found[""]),
        show_files=lambda found: show_files(found[""]),
    )[""]


def _review_all(
    infer: Mapping[str, Inferrer],
    overrides: Mapping[str, Mapping[str, Override]],
    *,
    show_decisions: Callable[[Mapping[str, Inference]], None],
    show_files: Callable[[Mapping[str, Inference]], None],
) -> Reviewed:
    """The same for several projects, by folder; a change asks for the project first."""
    answers = {folder: dict(overrides[folder]) for folder in infer}
    found = {folder: _settle(infer[folder], answers[folder], folder) for folder in infer}
    show_decisions(found)
    while True:
        match _ask_choice():
            case Choice.WRITE:
                return {folder: (inference, answers[folder]) for folder, inference in found.items()}
            case Choice.SHOW:
                show_files(found)
            case Choice.CHANGE:
                folder = _ask_folder(tuple(found))
                key = _ask_key(found[folder])
                value = found[folder].decisions[key]
                text = _ask_value(key, value)
                if text != _typed(key, value):
                    answers[folder][key.name] = _override(key, text)
                found[folder] = _settle(infer[folder], answers[folder], folder)
                show_decisions({folder: found[folder]})
            case Choice.QUIT:
                raise Interrupted


def _settle(infer: Inferrer, answers: dict[str, Override], folder: str) -> Inference:
    inference = infer(answers)
    while inference.open:
        item = inference.open[0]
        answers[item.key.name] = _ask_open(item, folder)
        inference = infer(answers)
    return inference


def _ask_folder(folders: Sequence[str]) -> str:
    import questionary  # noqa: PLC0415

    if len(folders) == 1:
        return folders[0]
    choices = [questionary.Choice(printable(folder), value=folder) for folder in folders]
    return str(_asked(questionary.select("Of which project?", choices=choices)))


def _ask_choice() -> Choice:
    import questionary  # noqa: PLC0415 - an eighth of a second that `--yes` need not pay

    return Choice(_asked(questionary.select("What now?", choices=[choice.value for choice in Choice])))


def _ask_key(inference: Inference) -> Key[Any]:
    import questionary  # noqa: PLC0415

    choices = [
        questionary.Choice(f"{decision.key.title}: {_short(shown(decision))}", value=decision.key.name)
        for decision in inference.decisions
    ]
    return BY_NAME[_asked(questionary.select("Change what?", choices=choices))]


def _ask_open(item: OpenDecision, folder: str) -> Override:
    import questionary  # noqa: PLC0415

    of = f"{printable(folder)}: " if folder else ""
    other = "Something else"
    if not item.candidates:
        return _override(item.key, _ask_value(item.key, None, why=f"{of}{item.why}"))
    choices = [
        questionary.Choice(f"{candidate.text}  ({candidate.evidence})", value=candidate.text)
        for candidate in item.candidates
    ]
    text = _asked(questionary.select(f"{of}{item.key.title}? {item.why}", choices=[*choices, other]))
    return _override(item.key, _ask_value(item.key, None) if text == other else text)


def _ask_value(key: Key[Any], value: Any, why: str = "") -> str:
    """Ask for a value with the prompt that fits it, and return it as text; the current `value` is preselected."""
    import questionary  # noqa: PLC0415

    current = _typed(key, value)
    question = f"{key.title}? {why or key.help}"
    if key.choices == _BOOLEAN:
        return str(_asked(questionary.confirm(question, default=current == "true"))).lower()
    if key.choices and isinstance(value, tuple):
        choices = [questionary.Choice(choice, checked=choice in value) for choice in key.choices]
        return ", ".join(_asked(questionary.checkbox(question, choices=choices)))
    if current in key.choices:
        return str(_asked(questionary.select(question, choices=list(key.choices), default=current)))
    return str(_asked(questionary.text(question, default=current, validate=_validator(key, current))))


def _validator(key: Key[Any], current: str) -> Callable[[str], bool | str]:
    def validate(text: str) -> bool | str:
        if current and text == current:  # what was inferred may hold what no text of this form can say
            return True
        try:
            key.parse(text)
        except (ValueError, TypeError) as error:
            return str(error)
        return True

    return validate


def _override(key: Key[Any], text: str) -> Override:
    return Override(value=key.parse(text), source=Source.ANSWER, evidence="your answer")


def _typed(key: Key[Any], value: Any) -> str:
    """A value as a user would type it; "" for None."""
    match value:
        case None | ():
            return ""
        case bool():
            return "true" if value else "false"
        case (EnvironmentVariable(), *_):
            return ", ".join(f"{item.name}={item.default}" if item.default else item.name for item in value)
        case (Connection(), *_):
            return ", ".join(f"{item.variable}={item.value}" for item in value)
        case (Process(), *_):
            return ", ".join(f"{item.name} {item.kind}: {shlex.join(item.command)}" for item in value)
        case tuple() if key.name == COMMAND.name:
            return shlex.join(value)
        case tuple():
            return ", ".join(value)
        case _:
            return str(key.dump(value))


def _short(text: str) -> str:
    limit = 60
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _asked(question: Any) -> Any:
    """Ask, and turn Ctrl-C and the end of input into Interrupted."""
    try:
        return question.unsafe_ask()
    except (KeyboardInterrupt, EOFError):
        raise Interrupted from None
