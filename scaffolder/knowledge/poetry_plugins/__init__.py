"""The exact versions of Poetry's plugins and of what they need beside Poetry, one file per plugin.

Source: `scripts/refresh_poetry_plugins.py`, which resolves each plugin for every release of Poetry whose own pins are
known.
"""

from __future__ import annotations

from pathlib import Path

from scaffolder.knowledge.poetry_constraints import applicable

#: The files: `<plugin>.txt`, lines of a release of Poetry, a blank and `name==version` with an optional marker.
FOLDER = Path(__file__).resolve().parent

#: The first release that reads `requires-plugins`: https://python-poetry.org/docs/pyproject/#requires-plugins
OLDEST = "2.0.0"


def plugin_pins(plugin: str, poetry: str, python: str) -> tuple[str, ...]:
    """What the plugin takes beside that Poetry on that Python: `name==version`, its own pin among them, sorted by name.

    `plugin` is a normalised name. () when no release of it is known that goes with that Poetry.
    """
    path = FOLDER / f"{plugin}.txt"
    if not path.is_file():
        return ()
    lines = (line.partition(" ") for line in path.read_text(encoding="utf-8").splitlines())
    return applicable((pin for release, _, pin in lines if release == poetry), python)
