"""What the program has to say besides its result; collected, never printed below the CLI."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How loud a message is."""

    INFO = "info"
    WARNING = "warning"


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One remark: `code` is stable, `text` says what is so, `hint` what to do ("" if nothing)."""

    level: Level
    code: str
    text: str
    hint: str = ""
