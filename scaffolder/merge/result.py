"""What a merge gives."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place where the user and scaffold want different things.

    `where` names it as a person would: a key (`services.web.image`), an instruction (`stage runtime: CMD`), a variable,
    a line, "" for the whole file. `ours` and `theirs` are the texts of the two sides, "" where a side has nothing.
    `why` is a clause that says what either side did.
    """

    where: str
    ours: str
    theirs: str
    why: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged text, None where there is to be no file.

    Each of `conflicts` stands between markers in the text. Each of `kept` is settled: the user's side stands, and
    scaffold would have it otherwise.
    """

    text: str | None
    conflicts: tuple[Conflict, ...] = ()
    kept: tuple[Conflict, ...] = ()
