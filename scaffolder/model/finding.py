"""What `scaffold check` found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An `error` means out of step; a `warning` counts with `--strict`; a `notice` is fine."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that is so: `code` is stable, `hint` says what to do ("" if nothing), `line` is 0 for a whole file."""

    severity: Severity
    code: str
    text: str
    hint: str = ""
    #: Relative to the project.
    file: str = ""
    line: int = 0
