"""Write the pins of Poetry's plugins anew, from the package index that uv is set up to use.

    python scripts/refresh_poetry_plugins.py             every plugin that has a file
    python scripts/refresh_poetry_plugins.py NAME ...    these plugins: the way to add one

Needs uv on PATH. Each line of a file is a release of Poetry and what the newest release of the plugin that goes with it
takes, beside what that Poetry takes itself (`poetry_constraints`). A release with which none goes is left out.
"""

from __future__ import annotations

import sys

from packaging.version import Version
from refresh_poetry_constraints import resolved

from scaffolder.knowledge.poetry_constraints import FOLDER as CONSTRAINTS
from scaffolder.knowledge.poetry_plugins import FOLDER, OLDEST


def main(arguments: list[str]) -> int:
    """Refresh the named plugins, or all; the exit code is 1 when one of them goes with no Poetry."""
    plugins = arguments or sorted(path.stem for path in FOLDER.glob("*.txt"))
    failed = [plugin for plugin in plugins if not _refresh(plugin)]
    for plugin in failed:
        sys.stderr.write(f"{plugin}: not written\n")
    return 1 if failed else 0


def _refresh(plugin: str) -> bool:
    lines = []
    for version in sorted((path.stem for path in CONSTRAINTS.glob("*.txt")), key=Version):
        if Version(version) < Version(OLDEST):
            continue
        own = (CONSTRAINTS / f"{version}.txt").read_text(encoding="utf-8").splitlines()
        pins = resolved(version, plugin, constraints=own) or []
        lines += [f"{version} {pin}\n" for pin in pins if pin not in own]
    if lines:
        (FOLDER / f"{plugin}.txt").write_text("".join(lines), encoding="utf-8")
        sys.stdout.write(f"{plugin}: {len(lines)} pins\n")
    return bool(lines)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
