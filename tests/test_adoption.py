from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaffolder.adoption import added, hunks, is_wanted, settlements, settler, with_hunks
from scaffolder.model.change import Action, Change, Existing, Settlement

LINES = st.lists(st.sampled_from(["a", "b", "c", "# d", "", "  e"]), max_size=12).map("\n".join)


def change(mine: str | bytes, scaffolds: str, path: str = "Dockerfile") -> Change:
    before = mine if isinstance(mine, bytes) else mine.encode()
    return Change(path=path, action=Action.CONFLICT, before=before, after=scaffolds.encode())


def test_hunks_are_what_differs_in_the_order_of_the_users_file() -> None:
    found = hunks(change("a\nb\nc\nd\n", "a\nB\nc\ne\nd\n"))
    assert [(hunk.line, hunk.mine, hunk.scaffolds) for hunk in found] == [(2, ("b\n",), ("B\n",)), (4, (), ("e\n",))]


@given(LINES, LINES)
@settings(max_examples=100, deadline=None)
def test_no_hunk_is_the_users_file_and_all_are_scaffolds(mine: str, scaffolds: str) -> None:
    conflict = change(mine, f"{scaffolds}\n")
    assert with_hunks(conflict, ()) == mine.encode()
    assert with_hunks(conflict, hunks(conflict)).decode().rstrip("\n") == scaffolds.rstrip("\n") or not mine


def test_the_users_way_of_writing_lines_stays() -> None:
    conflict = change("\ufeffa\r\nb", "a\nB\n")
    assert with_hunks(conflict, hunks(conflict)) == "\ufeffa\r\nB".encode()


@pytest.mark.parametrize("content", [b"\xff", b"a\0b"])
def test_what_is_no_text_has_no_hunks(content: bytes) -> None:
    assert hunks(change(content, "a\n")) == ()
    assert added(change(content, "a\n", ".env.example")) is None


def test_variables_are_added_and_the_users_values_stay() -> None:
    text = added(change("# mine\nA=1\nB=2\n", "# theirs\nB=3\n# new\nC=4\n", ".env.example"))
    assert text is not None
    lines = text.decode().splitlines()
    assert {"# mine", "A=1", "B=2", "C=4"} <= set(lines)
    assert "B=3" not in lines
    assert not any(line.startswith(("<<<", ">>>", "===", "|||")) for line in lines)


def test_patterns_are_added_above_the_users_that_take_them_back() -> None:
    text = added(change("!docs/keep\nvenv\n", "docs\nvenv\n", ".dockerignore"))
    assert text is not None
    lines = text.decode().splitlines()
    assert lines.index("docs") < lines.index("!docs/keep")
    assert lines.count("venv") == 1


@pytest.mark.parametrize("path", ["Dockerfile", "compose.yaml", "gunicorn.conf.py"])
def test_two_whole_files_are_not_put_together(path: str) -> None:
    assert added(change("a\n", "b\n", path)) is None
    assert settler(Existing.MERGE)(change("a\n", "b\n", path)) == Settlement(Existing.KEEP)


def test_what_only_scaffolds_dockerfile_needs_is_no_question_beside_another() -> None:
    asked = []

    def settle(conflict: Change) -> Settlement:
        asked.append(conflict.path)
        return Settlement(Existing.KEEP)

    conflicts = [
        change("a", "b", path) for path in (".dockerignore", "Dockerfile", "compose.yaml", "docker/poetry.txt")
    ]
    assert settlements(conflicts, settle).keys() == {"Dockerfile", "compose.yaml"}
    assert asked == ["Dockerfile", "compose.yaml"]
    assert is_wanted(".dockerignore", ["compose.yaml"])
