from __future__ import annotations

import ast
from pathlib import Path

import pytest

from scaffolder.source import imports
from scaffolder.source.imports import ImportLine, import_lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import os\n", [ImportLine(1, 0, "os")]),
        ("import os, sys as s\n", [ImportLine(1, 0, "os"), ImportLine(1, 0, "sys")]),
        ("import a.b.c as d", [ImportLine(1, 0, "a.b.c")]),
        ("from a.b import c, d\n", [ImportLine(1, 0, "a.b", ("c", "d"))]),
        ("from . import x", [ImportLine(1, 1, "", ("x",))]),
        ("from ..a import x as y", [ImportLine(1, 2, "a", ("x",))]),
        ("x = 1\n\nfrom a import (\n    b,\n)\n", [ImportLine(3, 0, "a")]),
        ("def f():\n    import redis\n", [ImportLine(2, 0, "redis")]),
        ("# import os\n", []),
        ("important = 1\nfrom_x = 2\n", []),
        ("fromage import x\n", []),
        ('"""\nimport os\nfrom a import b\n"""\nimport sys\n', [ImportLine(5, 0, "sys")]),
        ("'''\nimport os\n'''\nimport sys\n", [ImportLine(4, 0, "sys")]),
        ("x = 'it\\'s' # '''\nimport sys\ny = '''\nimport os\n'''\n", [ImportLine(2, 0, "sys")]),
        ('x = "a \\\nimport os"\nimport sys\n', [ImportLine(3, 0, "sys")]),
        ("import os\r\nimport sys\r\n", [ImportLine(1, 0, "os"), ImportLine(2, 0, "sys")]),
        ("", []),
    ],
)
def test_finds_statements_and_nothing_else(text: str, expected: list[ImportLine]) -> None:
    assert list(import_lines(text)) == expected


def test_agrees_with_the_parser_on_its_own_source() -> None:
    text = Path(imports.__file__).read_text(encoding="utf-8")
    parsed = sorted(node.lineno for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom))
    assert [line.line for line in import_lines(text)] == parsed
