"""Typed getters: each gives its type or names the dotted key."""

from __future__ import annotations

import pytest

from scaffolder.errors import ProjectError
from scaffolder.poetry.tables import Table, parse_toml

TABLE = Table(
    {"text": "a", "number": 1, "yes": True, "list": ["a", 2], "table": {"x": 1}, "tables": [{"a": 1}, 3]},
    "f.toml",
    "tool",
)


def test_getters_give_defaults_for_what_is_missing() -> None:
    assert TABLE.string("none") == ""
    assert TABLE.boolean("none", default=True) is True
    assert TABLE.integer("none", 7) == 7
    assert TABLE.strings("none") == ()
    assert TABLE.tables("none") == ()
    assert TABLE.table("none").data == {}
    assert TABLE.string_map("none") == {}


@pytest.mark.parametrize(
    ("getter", "key", "message"),
    [
        ("string", "number", "f.toml: tool.number: found a number; expected text"),
        ("required_string", "none", "f.toml: tool.none: found nothing; expected text"),
        ("integer", "yes", "f.toml: tool.yes: found the boolean true; expected a whole number"),
        ("boolean", "text", "f.toml: tool.text: found the text 'a'; expected true or false"),
        ("table", "list", "f.toml: tool.list: found a list; expected a table"),
        ("strings", "text", "f.toml: tool.text: found the text 'a'; expected a list of texts"),
        ("strings", "list", "f.toml: tool.list[1]: found a number; expected text"),
        ("tables", "table", "f.toml: tool.table: found a table; expected a list of tables"),
        ("tables", "tables", "f.toml: tool.tables[1]: found a number; expected a table"),
        ("string_map", "table", "f.toml: tool.table.x: found a number; expected text"),
    ],
)
def test_a_wrong_type_names_the_key(getter: str, key: str, message: str) -> None:
    with pytest.raises(ProjectError) as caught:
        getattr(TABLE, getter)(key)
    assert caught.value.message == message
    assert caught.value.hint


def test_keys_that_toml_would_quote_are_quoted_and_harmless() -> None:
    assert Table({}, "f", "a").at("b c\n") == 'a."b c\\n"'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = \n", "no TOML at line 1, column 5 (Invalid value)"),
        ("a = 1\nb = [1", "no TOML at end of document (Unclosed array)"),
        ("a = 1\na = 2\n", "no TOML at line 2, column 6 (Cannot overwrite a value)"),
        ("a = " + "[" * 5000, "more than 100 levels of nesting"),
        (".".join("a" * 3000) + " = 1", "more than 100 levels of nesting"),
        (
            "a = " + "9" * 5000,
            "an impossible number or date (Exceeds the limit (4300 digits) for integer string conversion)",
        ),
    ],
)
def test_what_is_not_toml_is_found_with_its_place(text: str, found: str) -> None:
    with pytest.raises(ProjectError) as caught:
        parse_toml(text, "f.toml")
    assert caught.value.found == found
    assert caught.value.file == "f.toml"


def test_windows_line_ends_are_toml() -> None:
    assert parse_toml("a = 1\r\nb = 2\r\n", "f.toml") == {"a": 1, "b": 2}
