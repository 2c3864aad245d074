"""The `content-hash` of poetry.lock: what of pyproject.toml decided the lock, as each series of Poetry hashes it.

    A  1.0, 1.1    dependencies, dev-dependencies, source, extras of [tool.poetry]
    B  1.2 - 1.8   A, and `group` where there is one
    C  2.0 - 2.2   B, and three keys of [project] where there are any
    D  2.3 -       C, and [dependency-groups] where there is one

Values are hashed as they are written, without normalising them. Read from `Locker._get_content_hash` of sixteen
releases of Poetry and compared with what each of them computes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from hashlib import sha256

from scaffolder.model.lock import Lock
from scaffolder.model.manifest import Manifest

_LEGACY_KEYS = ("dependencies", "source", "extras", "dev-dependencies")
_PROJECT_KEYS = ("requires-python", "dependencies", "optional-dependencies")
#: First series that hashes so, newest first.
_LETTERS: tuple[tuple[tuple[int, int], str], ...] = (((2, 3), "D"), ((2, 0), "C"), ((1, 2), "B"), ((0, 0), "A"))
#: Letters for a lock whose header names no Poetry: 1.1 wrote format 1.1, and so did 1.2, which hashes differently.
_LETTERS_BY_FORMAT = {"0.12": "A", "1.0": "A", "1.1": "AB", "2.0": "B", "2.1": "CD"}
_SERIES = re.compile(r"(\d+)\.(\d+)")


def content_hashes(data: Mapping[str, object]) -> dict[str, str]:
    """The hashes of a parsed pyproject.toml by letter, A to D; several are equal for most projects."""
    project = _table(data, "project")
    poetry = _table(_table(data, "tool"), "poetry")
    groups = _table(data, "dependency-groups")
    return {
        "A": _digest({key: poetry.get(key) for key in _LEGACY_KEYS}),
        "B": _digest(_legacy(poetry)),
        "C": _digest(_nested(project, poetry, {})),
        "D": _digest(_nested(project, poetry, groups)),
    }


def is_fresh(manifest: Manifest, lock: Lock) -> bool | None:
    """Whether the Poetry that wrote the lock would find it in step with pyproject.toml.

    None when the lock holds no hash. Where the header names no Poetry, any series that writes this format may agree.
    """
    if not lock.content_hash:
        return None
    return any(manifest.content_hashes.get(letter) == lock.content_hash for letter in _letters(lock))


def _letters(lock: Lock) -> str:
    match = _SERIES.match(lock.generator)
    if match is None:
        return _LETTERS_BY_FORMAT.get(lock.format, "ABCD")
    series = (int(match[1]), int(match[2]))
    return next((letter for first, letter in _LETTERS if series >= first), "A")


def _legacy(poetry: Mapping[str, object]) -> dict[str, object]:
    hashed = {key: poetry.get(key) for key in _LEGACY_KEYS}
    if poetry.get("group") is not None:
        hashed["group"] = poetry["group"]
    return hashed


def _nested(
    project: Mapping[str, object], poetry: Mapping[str, object], groups: Mapping[str, object]
) -> dict[str, object]:
    standard = {key: project[key] for key in _PROJECT_KEYS if project.get(key) is not None}
    if not standard and not groups:
        return _legacy(poetry)
    hashed: dict[str, object] = {"project": standard} if standard else {}
    if groups:
        hashed["dependency-groups"] = groups
    present = {key: poetry[key] for key in (*_LEGACY_KEYS, "group") if poetry.get(key) is not None}
    hashed["tool"] = {"poetry": present}
    return hashed


def _table(data: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = data.get(key)
    return value if isinstance(value, Mapping) else {}


def _digest(hashed: Mapping[str, object]) -> str:
    # A date cannot stand in any of these keys; where one does, Poetry refuses the file and any text will do.
    return sha256(json.dumps(hashed, sort_keys=True, default=str).encode()).hexdigest()
