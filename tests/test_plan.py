from __future__ import annotations

import pytest

from scaffolder.errors import RefusedError
from scaffolder.model.change import Action, Existing, ExistingFile, RenderedFile, Settlement
from scaffolder.plan import plan_init, preview_init

NEW = RenderedFile(path="Dockerfile", text="new\n")
OLD = RenderedFile(path="Dockerfile", text="old\n")


def _existing(*files: tuple[str, str]) -> dict[str, ExistingFile]:
    return {path: ExistingFile(path=path, content=text.encode(), mode=0o600) for path, text in files}


def _actions(*args: object, **kwargs: bool) -> dict[str, Action]:
    return {change.path: change.action for change in plan_init(*args, **kwargs).changes}  # type: ignore[arg-type]


def test_a_file_that_is_not_there_is_created() -> None:
    (change,) = plan_init([NEW], {}, {}).changes
    assert (change.action, change.before, change.after, change.mode) == (Action.CREATE, None, b"new\n", 0o644)


def test_an_executable_stays_one() -> None:
    (change,) = plan_init([RenderedFile(path="run.sh", text="x", executable=True)], {}, {}).changes
    assert change.mode == 0o755


def test_the_same_text_is_left_alone_even_when_scaffold_did_not_write_it() -> None:
    plan = plan_init([NEW], _existing(("Dockerfile", "new\n")), {})
    assert [change.action for change in plan.changes] == [Action.UNCHANGED]
    assert plan.writes == ()


def test_what_scaffold_wrote_is_replaced_with_the_users_mode() -> None:
    (change,) = plan_init([NEW], _existing(("Dockerfile", "old\n")), {"Dockerfile": OLD}).changes
    assert (change.action, change.mode, change.backup) == (Action.UPDATE, 0o600, "")


def test_a_users_file_is_refused_by_name() -> None:
    with pytest.raises(RefusedError) as caught:
        plan_init([NEW, RenderedFile(path="a", text="a")], _existing(("Dockerfile", "mine\n")), {})
    assert caught.value.paths == ("Dockerfile",)
    assert "--dry-run" in caught.value.hint
    assert "--force" in caught.value.hint


def test_an_edited_file_is_the_users() -> None:
    with pytest.raises(RefusedError):
        plan_init([NEW], _existing(("Dockerfile", "old\nand mine\n")), {"Dockerfile": OLD})


def test_force_keeps_the_users_content_under_a_free_name() -> None:
    existing = _existing(("Dockerfile", "mine\n"), ("Dockerfile.orig", "older\n"))
    (change,) = plan_init([NEW], existing, {}, settled={"Dockerfile": Settlement(Existing.REPLACE)}).changes
    assert (change.action, change.backup) == (Action.UPDATE, "Dockerfile.orig2")


def test_what_nothing_renders_any_more_goes_unless_it_was_edited() -> None:
    written = {"a": RenderedFile(path="a", text="a"), "b": RenderedFile(path="b", text="b")}
    assert _actions([], _existing(("a", "a"), ("b", "edited")), written) == {"a": Action.DELETE, "b": Action.KEEP}


def test_what_the_user_keeps_is_left_alone_as_long_as_it_is_there() -> None:
    (change,) = plan_init([NEW], _existing(("Dockerfile", "mine\n")), {}, {"Dockerfile"}).changes
    assert (change.action, change.before, change.after) == (Action.KEEP, b"mine\n", b"mine\n")
    (change,) = plan_init([NEW], {}, {}, {"Dockerfile"}).changes
    assert change.action is Action.CREATE


@pytest.mark.parametrize("path", ["../x", "/x", ".git/config", ".env", "a/.env", "pyproject.toml", "poetry.lock"])
def test_a_blueprint_cannot_render_what_is_not_its_own(path: str) -> None:
    for plan in (plan_init, preview_init):
        with pytest.raises(RefusedError) as caught:
            plan([RenderedFile(path=path, text="x")], {}, {})
        assert caught.value.code == "unsafe-path"


def test_a_preview_refuses_nothing() -> None:
    (change,) = preview_init([NEW], _existing(("Dockerfile", "mine\n")), {}).changes
    assert change.action is Action.CONFLICT


def test_changes_are_sorted_by_path() -> None:
    files = [RenderedFile(path=path, text="") for path in "cab"]
    assert [change.path for change in plan_init(files, {}, {}).changes] == ["a", "b", "c"]
