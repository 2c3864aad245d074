"""Overrides against the rules: what wins, and what an edit of a list does."""

from __future__ import annotations

import pytest

from scaffolder.decisions import KEYS
from scaffolder.model.decision import Source
from scaffolder.rules import RULES, Override, edited, infer, is_edit
from tests.helpers import SCRIPT, project


def test_every_decision_has_one_rule_in_the_declared_order() -> None:
    assert [key.name for key, _ in RULES] == [key.name for key in KEYS]


@pytest.mark.parametrize("source", list(Source)[2:], ids=lambda source: source.word)
def test_an_override_beats_the_rule_and_keeps_its_source(source: Source) -> None:
    inference = infer(project({"main.py": SCRIPT}), {"port": Override(value=9, source=source, evidence="somebody")})
    found = {decision.key.name: decision for decision in inference.decisions}["port"]
    assert (found.value, found.source, found.evidence) == (9, source, ("somebody",))


def test_inference_is_deterministic() -> None:
    shop = project({"main.py": SCRIPT}, packages=["rich 13.0.0"])
    first, second = infer(shop, {}), infer(shop, {})
    assert list(first.decisions) == list(second.decisions)
    assert first.messages == second.messages


@pytest.mark.parametrize(
    ("inferred", "edits", "expected"),
    [
        (("a", "b"), ("+c",), ("a", "b", "c")),
        (("a", "b"), ("-a",), ("b",)),
        (("a", "b"), ("+a", "-b"), ("a",)),
        ((), ("-x", "+y"), ("y",)),
    ],
)
def test_edits(inferred: tuple[str, ...], edits: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert is_edit(edits)
    assert edited(inferred, edits) == expected


@pytest.mark.parametrize("value", [(), ("a",), "text", 0, True, None])
def test_what_is_no_edit(value: object) -> None:
    assert not is_edit(value)
