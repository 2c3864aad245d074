"""Typed reading of TOML tables: each getter returns a value of the type it names or raises a ProjectError."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import NoneType

from scaffolder.errors import ProjectError

_MOST_LEVELS = 100
_POSITION = re.compile(r"^(?P<what>.*) \(at (?P<where>line \d+, column \d+|end of document)\)$", re.DOTALL)
_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (NoneType, "nothing"),
    ((int, float), "a number"),
    ((list, tuple), "a list"),
    (Mapping, "a table"),
)
_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def _described(value: object) -> str:
    """What a TOML value is, in words for a message: `a number`, `the text 'abc'`, `a table`, `nothing`."""
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, str):
        return f"the text {value[:40]!r}" + ("…" if len(value) > 40 else "")
    return next((words for kind, words in _KINDS if isinstance(value, kind)), "a date or time")


def dotted(path: str, key: str) -> str:
    """`key` below `path` as TOML writes it: keys that are not bare are quoted."""
    safe = key if key and set(key) <= _BARE else '"' + key.encode("unicode_escape").decode().replace('"', '\\"') + '"'
    return f"{path}.{safe}" if path else safe


def wrong(file: str, path: str, found: object, expected: str, hint: str) -> ProjectError:
    """The error for a value of the wrong type or an unusable value at the dotted key `path`.

    `found` is the value itself; it is described, not printed in full.
    """
    return ProjectError(file, code="invalid-file", key=path, found=_described(found), expected=expected, hint=hint)


def parse_toml(text: str, file: str, *, hint: str = "") -> dict[str, object]:
    """The content of a TOML document.

    Raises ProjectError with the line and column where `text` is not TOML, and for documents that no person writes:
    nested more than 100 levels deep, numbers of thousands of digits. `file` is the name for the message, `hint` what to
    type.
    """
    hint = hint or f"correct {file} there"
    data: dict[str, object] | None = None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = _POSITION.match(str(error))
        what, where = (match["what"], match["where"]) if match else (str(error), "")
        found = f"no TOML at {where} ({what[:200]})" if where else f"no TOML ({what[:200]})"
        raise ProjectError(file, code="invalid-file", found=found, expected="TOML", hint=hint) from error
    except RecursionError:
        pass
    except ValueError as error:
        found = f"an impossible number or date ({str(error).partition(':')[0][:200]})"
        raise ProjectError(file, code="invalid-file", found=found, expected="TOML", hint=hint) from error
    if data is None or _is_deep(data):
        found = f"more than {_MOST_LEVELS} levels of nesting"
        raise ProjectError(file, code="invalid-file", found=found, expected="a flatter file", hint=hint)
    return data


def _is_deep(data: dict[str, object]) -> bool:
    level: list[object] = [data]
    for _ in range(_MOST_LEVELS):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


@dataclass(frozen=True, slots=True)
class Table:
    """A read-only view of a TOML table that knows its file and its dotted path.

    Getters take a key of this table. A missing key gives the default; a value of the wrong type raises ProjectError,
    naming the dotted key, what was found, what was expected and what to type. Every `hint` parameter is what to type;
    without it the getter makes one from the key.
    """

    data: Mapping[str, object]
    file: str
    path: str = ""

    def __contains__(self, key: str) -> bool:
        """Whether the key is there, whatever its value."""
        return key in self.data

    def __iter__(self) -> Iterator[str]:
        """The keys, in file order."""
        return iter(self.data)

    def at(self, key: str) -> str:
        """The dotted path of a key of this table."""
        return dotted(self.path, key)

    def value(self, key: str) -> object:
        """The raw value, None when missing (TOML has no null)."""
        return self.data.get(key)

    def wrong(self, key: str, expected: str, hint: str = "") -> ProjectError:
        """The error that says the value of `key` (or its absence) is not what is expected; the caller raises it."""
        return wrong(self.file, self.at(key), self.data.get(key), expected, hint or f"correct {key} in {self.file}")

    def string(self, key: str, default: str = "", *, hint: str = "") -> str:
        """The text at `key`, `default` when missing."""
        value = self.data.get(key, default)
        if isinstance(value, str):
            return value
        raise self.wrong(key, "text", hint or f'write {key} = "…" in {self.file}')

    def required_string(self, key: str, *, hint: str = "") -> str:
        """The text at `key`; a missing key is an error too."""
        value = self.data.get(key)
        if isinstance(value, str):
            return value
        raise self.wrong(key, "text", hint or f'write {key} = "…" in {self.file}')

    def boolean(self, key: str, default: bool = False) -> bool:
        """The boolean at `key`, `default` when missing."""
        value = self.data.get(key, default)
        if isinstance(value, bool):
            return value
        raise self.wrong(key, "true or false", f"write {key} = true or {key} = false in {self.file}")

    def integer(self, key: str, default: int = 0) -> int:
        """The integer at `key`, `default` when missing."""
        value = self.data.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise self.wrong(key, "a whole number", f"write {key} = 1 in {self.file}")

    def table(self, key: str, *, hint: str = "") -> Table:
        """The table at `key` as a view, an empty one when missing."""
        value = self.data.get(key, {})
        if isinstance(value, Mapping):
            return Table(value, self.file, self.at(key))
        raise self.wrong(key, "a table", hint or f"write [{self.at(key)}] in {self.file}")

    def strings(self, key: str, *, hint: str = "") -> tuple[str, ...]:
        """The list of texts at `key`, in order, () when missing."""
        value = self.data.get(key, [])
        hint = hint or f'write {key} = ["…"] in {self.file}'
        if not isinstance(value, list):
            raise self.wrong(key, "a list of texts", hint)
        for index, item in enumerate(value):
            if not isinstance(item, str):
                raise wrong(self.file, f"{self.at(key)}[{index}]", item, "text", hint)
        return tuple(value)

    def string_or_strings(self, key: str, *, hint: str = "") -> tuple[str, ...]:
        """A text or a list of texts at `key`, as a tuple, () when missing."""
        value = self.data.get(key)
        return (value,) if isinstance(value, str) else self.strings(key, hint=hint)

    def tables(self, key: str, *, hint: str = "") -> tuple[Table, ...]:
        """The array of tables at `key` as views, in order, () when missing. Paths end in `[0]`, `[1]`, ..."""
        value = self.data.get(key, [])
        hint = hint or f"write [[{self.at(key)}]] in {self.file}"
        if not isinstance(value, list):
            raise self.wrong(key, "a list of tables", hint)
        return tuple(self._item(item, f"{self.at(key)}[{index}]", hint) for index, item in enumerate(value))

    def string_map(self, key: str, *, hint: str = "") -> dict[str, str]:
        """The table at `key` whose every value is a text, in file order, {} when missing."""
        table = self.table(key, hint=hint)
        return {name: table.required_string(name) for name in table}

    def _item(self, item: object, path: str, hint: str) -> Table:
        if isinstance(item, Mapping):
            return Table(item, self.file, path)
        raise wrong(self.file, path, item, "a table", hint)
