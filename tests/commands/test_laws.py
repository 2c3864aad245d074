"""What holds for every update: random projects, decisions before and after, and edits of the user's in between."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from scaffolder.commands.update import update
from scaffolder.errors import RefusedError
from scaffolder.model.change import Action, ExistingFile, Plan
from scaffolder.plan import plan_update
from scaffolder.state import FILE_NAME, parse_state
from tests.commands.project import STATES, TRAITS, generated, lay_out, put, tree
from tests.merge.edits import CONVENTIONS, USER_EDITS, edited, lost

FEW = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
FAST = settings(FEW, max_examples=200)
LONG = settings(FAST, max_examples=5000, derandomize=False, phases=(Phase.generate,))
MANY = settings(LONG, max_examples=1000)

EDITED = (".dockerignore", ".env.example", "Dockerfile", "compose.override.yaml", "compose.yaml")
State = str | frozenset[str]
FEW_STATES: st.SearchStrategy[State] = st.sampled_from(sorted(STATES))
ALL_STATES: st.SearchStrategy[State] = st.frozensets(st.sampled_from(sorted(TRAITS)))


@st.composite
def edits(draw: st.DrawFn, files: Mapping[str, bytes]) -> dict[str, str | None]:
    """What a user makes of some of the files; None for one that they delete."""
    found: dict[str, str | None] = {}
    for path in EDITED:
        text = edited(draw, files[path].decode(), USER_EDITS, "mine", draw(st.integers(0, 3)))
        for convention in draw(st.lists(st.sampled_from(CONVENTIONS), max_size=1)):
            text = convention(text)
        found[path] = None if draw(st.integers(0, 15)) == 0 else text
    return found


def _planned(data: st.DataObject, states: st.SearchStrategy[State]) -> None:
    """Any two versions of the files: untouched ones become the new ones, nothing of the user's is lost, and the second
    time nothing is left to do.
    """
    first, second = generated(data.draw(states)), generated(data.draw(states))
    mine = data.draw(edits(first))
    written, rendered = (parse_state(files[FILE_NAME].decode()).files for files in (first, second))
    before = {path: file.text.encode() for path, file in written.items()}
    untouched = plan_update(rendered.values(), _existing(before), written)
    assert _carried_out(before, untouched.plan) == {path: file.text.encode() for path, file in rendered.items()}
    before |= {path: text.encode() for path, text in mine.items() if text is not None}
    disk = {path: content for path, content in before.items() if mine.get(path, "") is not None}

    forward = plan_update(rendered.values(), _existing(disk), written)
    after = _carried_out(disk, forward.plan)
    for path, text in mine.items():
        if text is None:
            assert path not in after
        else:
            assert not lost(written[path].text, text, after[path].decode())
    again = plan_update(rendered.values(), _existing(after), {file.path: file for file in forward.bases})
    assert not again.plan.writes
    assert again.bases == forward.bases
    conflicts = [{path for path, item in plan.merged.items() if item.conflicts} for plan in (forward, again)]
    assert conflicts[0] == conflicts[1]


def _existing(files: Mapping[str, bytes]) -> dict[str, ExistingFile]:
    return {path: ExistingFile(path=path, content=content, mode=0o644) for path, content in files.items()}


def _carried_out(files: Mapping[str, bytes], plan: Plan) -> dict[str, bytes]:
    after = dict(files)
    for change in plan.writes:
        if change.action is Action.DELETE:
            del after[change.path]
        elif change.after is not None:
            after[change.path] = change.after
    return after


@FAST
@given(data=st.data())
def test_no_plan_loses_a_line_or_has_to_be_made_twice(data: st.DataObject) -> None:
    _planned(data, FEW_STATES)


@pytest.mark.nightly
@LONG
@given(data=st.data())
def test_no_plan_loses_a_line_or_has_to_be_made_twice_at_length(data: st.DataObject) -> None:
    _planned(data, ALL_STATES)


def _untouched(data: st.DataObject, states: st.SearchStrategy[State]) -> None:
    """On disk: the update of an untouched project is a fresh `init`, byte for byte."""
    first, second = data.draw(states), data.draw(states)
    with tempfile.TemporaryDirectory() as folder:
        root = put(lay_out(Path(folder) / "shop", generated(first)), second)
        result = update(root)
        assert not result.has_conflicts
        assert tree(root) == generated(second)
        assert not update(root).plan.writes


def _edited(data: st.DataObject, states: st.SearchStrategy[State]) -> None:
    """On disk: no line of the user's is lost, and a second update changes nothing."""
    first, second = data.draw(states), data.draw(states)
    mine = data.draw(edits(generated(first)))
    with tempfile.TemporaryDirectory() as folder:
        root = lay_out(Path(folder) / "shop", generated(first))
        for path, text in mine.items():
            if text is None:
                (root / path).unlink()
            else:
                (root / path).write_bytes(text.encode())
        put(root, second)
        before = tree(root)
        try:
            once = update(root)
        except RefusedError:  # what would come of it does not work
            assert tree(root) == before
            return
        after = tree(root)
        for path, text in mine.items():
            assert (path in after) == (text is not None)
            if text is not None:
                assert not lost(generated(first)[path].decode(), text, after[path].decode())
        again = update(root)
        assert tree(root) == after
        assert not again.plan.writes
        assert again.has_conflicts == once.has_conflicts


STORIES = (_untouched, _edited)
Story = Callable[[st.DataObject, st.SearchStrategy[State]], None]


@pytest.mark.parametrize("story", STORIES)
@FEW
@given(data=st.data())
def test_an_update_on_disk(story: Story, data: st.DataObject) -> None:
    story(data, FEW_STATES)


@pytest.mark.nightly
@pytest.mark.parametrize("story", STORIES)
@MANY
@given(data=st.data())
def test_an_update_on_disk_at_length(story: Story, data: st.DataObject) -> None:
    story(data, ALL_STATES)
