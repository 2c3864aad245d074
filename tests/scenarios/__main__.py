"""`make scenarios`: run every scenario with both tools and write the table into README."""

from __future__ import annotations

import tempfile
from importlib.metadata import version
from pathlib import Path

from tests.conftest import REPOSITORY
from tests.scenarios.cases import SCENARIOS
from tests.scenarios.sides import copier_side, scaffold_side

BEGIN, END = "<!-- scenarios -->\n", "<!-- /scenarios -->"


def table() -> str:
    """The table in Markdown."""
    lines = [
        f"Side by side with `copier update` (Copier {version('copier')}): the same files from the same template,",
        "the same edits, in a git repository. The exit code; whether what you wrote is still there; whether the news",
        "arrived.",
        "`make scenarios` runs them and writes this table.",
        "",
        "| you did; the update brings | `scaffold` | yours | news | `copier` | yours | news |",
        "|---|---|---|---|---|---|---|",
    ]
    for scenario in SCENARIOS:
        cells = []
        for side in (scaffold_side, copier_side):
            with tempfile.TemporaryDirectory() as folder:
                outcome = side(scenario, Path(folder).resolve())
            cells += [str(outcome.code), outcome.mine, outcome.new]
        lines.append(f"| {scenario.name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write README anew."""
    path = REPOSITORY / "README.md"
    before, _, rest = path.read_text().partition(BEGIN)
    path.write_text(f"{before}{BEGIN}{table()}{END}{rest.partition(END)[2]}")


if __name__ == "__main__":
    main()
