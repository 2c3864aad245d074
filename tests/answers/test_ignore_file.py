"""What stays out of the build."""

from __future__ import annotations

from tests.answers.made import made
from tests.helpers import SCRIPT


def test_folders_of_development_stay_out_unless_the_code_imports_them() -> None:
    files = {"main.py": SCRIPT, "tests/a.py": "", "docs/x.md": ""}
    assert made(files)["ignored_folders"] == ["tests"]
    assert made(files | {"main.py": "import tests\n" + SCRIPT})["ignored_folders"] == []
