"""What a merge gives."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place where the user and scaffold want different things.

    `where` names it as a person would: a key (`services.web.image`), an instruction (`stage runtime.CMD`), a variable,
    `line 3`, "" for the whole file. `ours` and `theirs` are the texts of the two sides, "" where a side has nothing.
    `why` is a clause that says what either side did.
    """

    path: str
    where: str
    ours: str
    theirs: str
    why: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged file, None where there is to be none; bytes where the user's is no text.

    While `conflicts` is not empty the file waits for the user: each of them stands between markers in the text, or
    stood there before. Each of `kept` is settled: the user's side stands, and scaffold would have it otherwise.
    """

    text: str | bytes | None
    conflicts: tuple[Conflict, ...] = ()
    kept: tuple[Conflict, ...] = ()
