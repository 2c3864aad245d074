"""The command `scaffold`, and `python -m scaffolder`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path


def main() -> int:
    """Run the command line and return its exit code."""
    if sys.argv[1:2] == ["check"] and _is_in_step(sys.argv[2:]):
        return 0
    from scaffolder.cli import main as run  # noqa: PLC0415 - Typer alone takes longer than all of a quick check

    return run()


def _is_in_step(arguments: Sequence[str]) -> bool:
    """Whether a plain `scaffold check` has nothing to decide and nothing to complain of; it is then done.

    Whatever is not as simple as that is left to the command line.
    """
    options = {word for word in arguments if word.startswith("-")}
    paths = [word for word in arguments if not word.startswith("-")]
    if options - {"-q", "--quiet", "--strict"} or len(paths) > 1 or os.environ.get("GITHUB_ACTIONS") == "true":
        return False
    from scaffolder.check_report import finding_lines  # noqa: PLC0415
    from scaffolder.commands.check import quick_check  # noqa: PLC0415

    found = quick_check(Path(*paths))
    if found is None:
        return False
    if not options & {"-q", "--quiet"}:
        with suppress(BrokenPipeError):
            sys.stderr.write("".join(f"{line}\n" for line in (finding_lines(found), "In step.") if line))
    return True


if __name__ == "__main__":
    raise SystemExit(main())
