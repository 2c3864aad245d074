"""A text as one word of the language that it is written into: a Dockerfile, a shell, YAML, an ignore file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from scaffolder.env_file import quoted as quoted_value


def ignore_pattern(path: str) -> str:
    """A path as a pattern of an ignore file that matches nothing else."""
    return re.sub(r"[*?\[\\!#]", r"\\\g<0>", path)


def quoted(text: str) -> str:
    """A text as one double-quoted word of a Dockerfile instruction, in which nothing expands."""
    single_line = re.sub(r"[\0-\x1f\x7f]+", " ", text).strip()
    return '"' + re.sub(r'([\\"$])', r"\\\1", single_line) + '"'


def bare_or_quoted(text: str) -> str:
    """A text as one word of a Dockerfile instruction, in quotes where it needs them."""
    return text if re.fullmatch(r"[\w@%+=:,./-]+", text, re.ASCII) else quoted(text)


def copy_source(path: str) -> str:
    """A path as a source in the JSON form of COPY, in which variables and patterns are expanded all the same.

    https://docs.docker.com/reference/dockerfile/#copy
    """
    return copy_target(re.sub(r"[\[*?]", lambda match: f"[{match[0]}]", path))


def copy_target(path: str) -> str:
    """A path as the target in the JSON form of COPY: there, patterns are none, but quotes and variables are."""
    literal = re.sub(r"[\\$'\"]", r"\\\g<0>", path)
    return json.dumps(literal if literal.startswith(("/", "./")) else f"./{literal}", ensure_ascii=False)


def shell_word(text: str) -> str:
    """A text as one word of a shell command in a Dockerfile."""
    return text if re.fullmatch(r"[\w@%+=:,./-]+", text) else "'" + text.replace("'", "'\\''") + "'"


def uninterpolated(text: str) -> str:
    """A text in which Compose interpolates nothing."""
    return text.replace("$", "$$")


def yaml_text(value: str | list[str]) -> str:
    """A text or a list of texts as YAML on one line: JSON, in which what YAML takes for a line break is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff]", lambda match: f"\\u{ord(match[0]):04x}", text)


def yaml_quoted(text: str) -> str:
    """A text as a double-quoted scalar of YAML, safe from Compose's interpolation."""
    return yaml_text(uninterpolated(text))


def yaml_path(path: str) -> str:
    """A path for a Compose file: bare where it can be nothing else."""
    bare = r"\.{1,2}(/[\w.-]+)*|[\w.-]+(/[\w.-]+)+|[a-z]+\.[a-z]+"
    return path if re.fullmatch(bare, path, re.ASCII) else yaml_quoted(path)


def yaml_command(words: Iterable[str]) -> str:
    """A command as a YAML list on one line, "" for none."""
    listed = [uninterpolated(word) for word in words]
    return yaml_text(listed) if listed else ""


def one_line(text: str) -> str:
    """A text for a comment."""
    return re.sub(r"[\0-\x1f\x7f]+", " ", text)


def example_value(value: str) -> str:
    """An address for `.env`, where the variables before it may be named: `${POSTGRES_USER}`."""
    plain = re.sub(r"\$\{(\w+):[-?][^}]*\}", r"${\1}", value)
    return quoted_value(value) if plain == value else f'"{plain}"'
