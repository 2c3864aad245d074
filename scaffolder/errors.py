"""Every failure that a user can meet, one class each.

    ScaffoldError                 base: exit code, code, message, hint
    ├── UsageError           2    the command line asks for something impossible
    ├── ProjectError         3    the project cannot be read
    ├── OpenDecisionsError   4    a decision is open and nobody can be asked
    ├── RefusedError         5    would overwrite a file that scaffold did not write
    └── Interrupted        130    Ctrl-C; nothing was written

An error holds a complete message: what was found, what was expected, what to type. Only `cli.py` prints it.
"""

from __future__ import annotations


class ScaffoldError(Exception):
    """A failure with words for the user.

    `code` is a stable identifier for `--json`, `message` says what is wrong, `hint` says what to do next ("" if
    there is nothing to do).
    """

    exit_code = 70

    def __init__(self, message: str, *, code: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint


class UsageError(ScaffoldError):
    """The command line asks for something impossible."""

    exit_code = 2

    def __init__(self, message: str, *, code: str = "usage", hint: str = "") -> None:
        super().__init__(message, code=code, hint=hint)


class ProjectError(ScaffoldError):
    """A file of the project cannot be used: names the file, the key, what was found and what was expected.

    `file` is relative to the project folder; `key` is a dotted path such as `tool.poetry.dependencies.python`, ""
    when the whole file is meant.
    """

    exit_code = 3

    def __init__(
        self,
        file: str,
        *,
        code: str,
        found: str,
        expected: str,
        hint: str,
        key: str = "",
    ) -> None:
        where = f"{file}: {key}" if key else file
        super().__init__(f"{where}: found {found}; expected {expected}", code=code, hint=hint)
        self.file = file
        self.key = key
        self.found = found
        self.expected = expected


class OpenDecisionsError(ScaffoldError):
    """A decision has several candidates that cannot be ranked, or none, and nobody can be asked."""

    exit_code = 4

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message, code="open-decision", hint=hint)


class RefusedError(ScaffoldError):
    """Going on would overwrite what scaffold did not write. `paths` are relative to the project, sorted."""

    exit_code = 5

    def __init__(self, message: str, *, code: str, hint: str, paths: tuple[str, ...] = ()) -> None:
        super().__init__(message, code=code, hint=hint)
        self.paths = paths


class Interrupted(ScaffoldError):  # noqa: N818 - nothing went wrong
    """The user pressed Ctrl-C or closed the terminal; nothing was written."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("Interrupted; nothing was written.", code="interrupted")
