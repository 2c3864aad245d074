"""A decision: a value, where it came from, and the evidence that a person can check."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Generic, TypeAlias, TypeVar

T = TypeVar("T")

#: What `json.dumps` takes.
Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class Source(IntEnum):
    """Where a value came from; the higher wins."""

    DEFAULT = 0
    INFERRED = 1
    SAVED = 2
    FLAG = 3
    ANSWER = 4

    @property
    def word(self) -> str:
        """The name in `--json` and on the screen."""
        return self.name.lower()


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A value that an open decision could take; `text` is what `--set NAME=` accepts."""

    text: str
    evidence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Key(Generic[T]):
    """The declaration of a decision: its name, and how its value is read and written.

    `parse` takes the text of `--set NAME=text` or a value of `[tool.scaffold]` and raises ValueError with the words
    "expected ..."; `dump` gives the value that `--json`, `[tool.scaffold]` and the screen show.
    """

    name: str
    title: str
    help: str
    parse: Callable[[object], T]
    dump: Callable[[T], Json]
    #: The values to select from, () when any text that `parse` accepts will do.
    choices: tuple[str, ...] = ()
    #: What becomes of an inferred value when somebody sets another, None when that one simply takes its place.
    amend: Callable[[T, T], T] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision(Generic[T]):
    """A settled value. `evidence` is empty only for a default."""

    key: Key[T]
    value: T
    source: Source
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Override:
    """A value that somebody set; it beats what the rule would say."""

    value: Any
    source: Source
    evidence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenDecision:
    """A decision that the project does not settle: `why`, and the candidates in a stable order."""

    key: Key[Any]
    why: str
    candidates: tuple[Candidate, ...] = ()


class Undecided(Exception):  # noqa: N818 - a signal between rules, not an error
    """A rule asked for a decision that is open; the rule has to wait."""


class Decisions:
    """The decisions so far, by key; immutable."""

    __slots__ = ("_decided",)

    def __init__(self, decided: Mapping[str, Decision[Any]] | None = None) -> None:
        self._decided: dict[str, Decision[Any]] = dict(decided or {})

    def __getitem__(self, key: Key[T]) -> T:
        """The settled value. Raises Undecided when the decision is open or not yet made."""
        return self.decision(key).value

    def __contains__(self, key: Key[Any]) -> bool:
        return key.name in self._decided

    def __iter__(self) -> Iterator[Decision[Any]]:
        return iter(self._decided.values())

    def decision(self, key: Key[T]) -> Decision[T]:
        """The settled decision. Raises Undecided when it is open or not yet made."""
        try:
            return self._decided[key.name]
        except KeyError:
            raise Undecided(key.name) from None

    def having(self, decision: Decision[Any]) -> Decisions:
        """A copy in which `decision` is settled too."""
        return Decisions({**self._decided, decision.key.name: decision})
