"""What holds for every merge, whatever scaffold and the user did."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scaffolder.merge import merge, unresolved
from tests.merge.edits import CONVENTIONS, KINDS, Case, cases, generated, lost

FAST = settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
LONG = settings(FAST, max_examples=5000, derandomize=False)


def keeps_every_line(case: Case) -> None:
    """No line of the user's disappears; what is not settled stands between markers; a second update changes nothing."""
    merged = merge(case.path, case.base, case.ours, case.theirs)
    text = merged.text
    assert isinstance(text, str)
    assert not lost(case.base, case.ours, text)
    if merged.conflicts and not unresolved(case.ours):
        assert unresolved(text)
    again = merge(case.path, case.theirs, text, case.theirs)
    assert again.text == text


def changes_nothing_without_need(case: Case) -> None:
    assert merge(case.path, case.base, case.ours, case.base).text == case.ours
    assert merge(case.path, case.base, case.base, case.theirs).text == case.theirs
    assert merge(case.path, case.ours, case.ours, case.ours).text == case.ours
    assert merge(case.path, None, case.ours, case.theirs).text == case.ours
    assert merge(case.path, case.base, None, case.theirs).text is None


def keeps_the_convention(case: Case) -> None:
    text = merge(case.path, case.base, case.ours, case.theirs).text
    assert isinstance(text, str)
    assert text.startswith("\ufeff") == case.ours.startswith("\ufeff") or case.ours == case.base
    if "\r\n" in case.ours and "\n" not in case.ours.replace("\r\n", ""):
        assert "\n" not in text.replace("\r\n", "")
    if "\r" not in case.ours:
        assert "\r" not in text


LAWS = (keeps_every_line, changes_nothing_without_need, keeps_the_convention)


@pytest.mark.parametrize("law", LAWS)
@FAST
@given(case=cases())
def test_laws(law: Callable[[Case], None], case: Case) -> None:
    law(case)


@pytest.mark.nightly
@pytest.mark.parametrize("law", LAWS)
@LONG
@given(case=cases())
def test_laws_at_length(law: Callable[[Case], None], case: Case) -> None:
    law(case)


#: Lines of which each is a part of its own.
_ALONE = {
    "Dockerfile": r"(?:COPY|WORKDIR|EXPOSE|USER|LABEL|CMD|ARG|RUN|ENV) .*[^\\\s]$",
    "compose.yaml": r" +[a-z_-]+: \S+$",
    ".env.example": r"(?:# )?[A-Z_]+=.*$",
    ".dockerignore": r"[^#\n]+$",
    "pyproject.toml": r"[a-z_-]+ = (?:\".*\"|\d+)$",
}


def _places(path: str, text: str) -> list[int]:
    return [i for i, line in enumerate(text.split("\n")) if re.match(_ALONE[path], line)]


@st.composite
def apart(draw: st.DrawFn) -> tuple[Case, str, str]:
    """A file in which the user and scaffold each change, remove or add to a part of their own; the lines they wrote."""
    path = draw(st.sampled_from(sorted(_ALONE)))
    base = draw(st.sampled_from([text for text in generated(path) if len(_places(path, text)) > 1]))
    lines, places = base.split("\n"), _places(path, base)
    mine, its = draw(st.lists(st.sampled_from(places), min_size=2, max_size=2, unique=True))
    sides = []
    for place, word in ((mine, "71"), (its, "72")):
        new = f'{lines[place][:-1]}{word}"' if lines[place].endswith('"') else f"{lines[place]}{word}"
        sides.append((place, new))
    ours, theirs = ("\n".join([*lines[:place], new, *lines[place + 1 :]]) for place, new in sides)
    for convention in draw(st.lists(st.sampled_from(CONVENTIONS), max_size=1)):
        ours = convention(ours)
    return Case(path, base, ours, theirs), sides[0][1], sides[1][1]


def _meet_nowhere(found: tuple[Case, str, str]) -> None:
    case, mine, its = found
    merged = merge(case.path, case.base, case.ours, case.theirs)
    assert not merged.conflicts
    assert isinstance(merged.text, str)
    lines = merged.text.replace("\r", "").removeprefix("\ufeff").split("\n")
    assert mine in lines
    assert its in lines


@FAST
@given(apart())
def test_edits_of_different_parts_never_conflict(found: tuple[Case, str, str]) -> None:
    _meet_nowhere(found)


@pytest.mark.nightly
@LONG
@given(apart())
def test_edits_of_different_parts_never_conflict_at_length(found: tuple[Case, str, str]) -> None:
    _meet_nowhere(found)


@pytest.mark.parametrize("kind", KINDS)
def test_an_untouched_file_becomes_what_is_rendered(kind: str) -> None:
    for base in generated(kind):
        for theirs in generated(kind):
            assert merge(kind, base, base, theirs).text == theirs
