"""Source for a newer Python is read, and nothing else is read differently for it."""

from __future__ import annotations

import ast

import pytest

from scaffolder.source.syntax import parse_older, parse_source


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        pytest.param('f"{d["a"]}"', """f"{d['a']}\"""", id="the same quotes"),
        pytest.param('f"{d["a"]!r:>{w["b"]}} and {e}"', """f"{d['a']!r:>{w['b']}} and {e}\"""", id="in a format"),
        pytest.param('f"{f"{a["b"]}"}"', """f"{f'''{a['b']}'''}\"""", id="f-strings in each other"),
        pytest.param(
            'f"{a != b["c"]} {{}} \\N{EM DASH} \\""', """f"{a != b['c']} {{}} \\N{EM DASH} \\"\"""", id="escapes"
        ),
        pytest.param('rf"\\d{a["b"]}\\""', """rf"\\d{a['b']}\\"\"""", id="raw"),
        pytest.param("f'{a(\n  b, # it is\n)}'\nc", "f'{a(b)}'\nc", id="several lines"),
        pytest.param('f"{a["b"]:%Y-%m}" + "{"', """f"{a['b']:%Y-%m}" + "{\"""", id="beside a plain string"),
        pytest.param("type Pair[T] = tuple[T, T]", "Pair = tuple[T, T]", id="type with parameters"),
        pytest.param("type Name = str; type = 3; type(x)", "Name = str; type = 3; type(x)", id="type"),
        pytest.param("def f[T: (int, str) = int](a: T) -> T: ...", "def f(a: T) -> T: ...", id="generic function"),
        pytest.param("class A[\n  T, *Ts, **P\n](B[T]): ...", "class A(B[T]): ...", id="generic class"),
        pytest.param("try: a\nexcept A, B: b", "try: a\nexcept (A, B): b", id="except"),
        pytest.param("lazy import a\nlazy from b import c", "import a\nfrom b import c", id="lazy"),
        pytest.param('t"{a["b"]}"', """f"{a['b']}\"""", id="template string"),
    ],
)
def test_what_is_newer_reads_like_the_older_way_to_write_it(newer: str, older: str) -> None:
    assert ast.dump(parse_older(newer)) == ast.dump(ast.parse(older))


def test_what_stands_behind_keeps_its_line() -> None:
    text = 'a = f"{b(\n  c["d"], # first\n)}"\nclass E[\n  T,\n]:\n  g = f"{h["i"]}"\nlast()\n'
    tree = parse_older(text)
    assert [node.lineno for node in tree.body] == [1, 4, 8]
    assert {node.lineno for node in ast.walk(tree.body[1]) if isinstance(node, ast.Subscript)} == {7}


@pytest.mark.parametrize(
    "text",
    [
        "x = (",
        "f'{'",
        "f'{a'",
        "f'{a!'",
        "f'{a:{'",
        "f'}'",
        "f'{}'",
        "'",
        "f'''{a",
        "except",
        "class A[",
        "f'{a]}'",
        "print 'a'",
        "f'{a b}'",
        "f'{a)(b}'",
        "\\",
        'f"{' * 400,
        "f'{x:{y:" * 400,
        "f'{(' " * 5000,
        "def a[" * 5000,
    ],
)
def test_what_is_wrong_is_told_about_the_text_as_it_is(text: str) -> None:
    with pytest.raises((SyntaxError, MemoryError)) as expected:  # too deep a text is the latter from Python 3.12 on
        ast.parse(text)
    with pytest.raises(expected.type) as raised:
        parse_source(text)
    assert str(raised.value) == str(expected.value)
