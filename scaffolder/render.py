"""A blueprint and its answers in, files out; the only importer of Copier.

Copier renders into a staging folder and nothing else: no answers file, no tasks, no update (see `plan.py`).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scaffolder.model.change import RenderedFile


def render(folder: Path, answers: Mapping[str, Any]) -> tuple[RenderedFile, ...]:
    """Render a blueprint folder; the files are sorted by path. `answers` is plain data, one entry per question."""
    from copier import run_copy  # noqa: PLC0415 - importing Copier costs a third of a second

    with tempfile.TemporaryDirectory(prefix="scaffold-") as staging:
        run_copy(str(folder), staging, data=dict(answers), defaults=True, quiet=True, overwrite=True, unsafe=False)
        root = Path(staging)
        return tuple(
            RenderedFile(
                path=path.relative_to(root).as_posix(),
                text=path.read_bytes().decode(),
                executable=os.access(path, os.X_OK),
            )
            for path in sorted(root.rglob("*"))
            if path.is_file()
        )
