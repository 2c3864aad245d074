"""Secrets in a text that is about to be written. Pure; never names a value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scaffolder.env_file import assignments
from scaffolder.knowledge.secret_names import is_secret

#: What a secret looks like. Sources: the providers' own descriptions of their tokens, RFC 7468.
_SHAPES = (
    ("a private key", re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----")),
    ("an access key of AWS", re.compile(r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b")),
    ("a token of GitHub", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{60,})")),
    ("a token of GitLab", re.compile(r"\bglpat-[\w-]{20,}")),
    ("a key of Google", re.compile(r"\bAIza[\w-]{35}\b")),
    ("a token of Slack", re.compile(r"\bxox[abeprs]-[\w-]{10,}")),
    ("a key of Stripe", re.compile(r"\b[rs]k_live_[A-Za-z0-9]{20,}")),
)
#: A shorter value, or one of letters alone, may be a word that stands in any text.
_SHORTEST = 12


def values(dotenv: str) -> Mapping[str, str]:
    """Variable → value in a `.env` file, where the name says that it is secret and no value is one by chance."""
    found = {item.name: item.value for item in assignments(dotenv)}
    return {name: value for name, value in found.items() if is_secret(name) and _is_random(value)}


def leaks(text: str, known: Mapping[str, str]) -> Iterator[str]:
    """What a text gives away, as the end of a sentence: shapes of tokens, and the `known` values by name."""
    for what, shape in _SHAPES:
        if shape.search(text):
            yield what
    for name, value in known.items():
        if value in text:
            yield f"the value that {name} has in .env"


def _is_random(value: str) -> bool:
    if len(value) < _SHORTEST or not re.fullmatch(r"[^\s/$][^\s$]*", value):
        return False
    return re.search(r"\d", value) is not None and re.search(r"[A-Za-z]", value) is not None
