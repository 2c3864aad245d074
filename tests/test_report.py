"""What the user sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffolder.model.change import Action, Change, Plan
from scaffolder.model.message import Level, Message
from scaffolder.report import (
    change_list,
    decision_summary,
    decision_table,
    difference,
    files_json,
    message_lines,
    messages_json,
    next_steps,
    open_error,
    package_table,
    packages_json,
    printable,
)
from scaffolder.rules.wheels import PackageWays, Way
from tests.helpers import FASTAPI, SCRIPT, inferred, project

CREATE = Change(path="a", action=Action.CREATE, after=b"one\n")
UPDATE = Change(path="b", action=Action.UPDATE, before=b"old\nsame\n", after=b"new\nsame\n", backup="b.orig")
SAME = Change(path="c", action=Action.UNCHANGED, before=b"x", after=b"x")
DELETE = Change(path="d", action=Action.DELETE, before=b"gone", after=None)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    files = {"main.py": "import os\n" + "".join(f"v{n} = os.environ['VARIABLE_{n}']\n" for n in range(30)) + SCRIPT}
    inference = inferred(project(files, packages=["rich 13.0.0"]))
    for text in (decision_table(inference, width=width), decision_summary(inference, width=width)):
        assert max(map(len, text.splitlines())) <= width


def test_the_summary_is_one_screen() -> None:
    inference = inferred(project({"shop/main.py": FASTAPI}, packages=["fastapi 1.0", "uvicorn 1.0"]))
    lines = decision_summary(inference).splitlines()
    assert len(lines) <= 24
    assert lines[0].startswith("Application")
    assert "shop.main:app" in lines[0]
    assert not any(line.endswith("none") for line in lines)
    assert not any(line.startswith("Read-only") for line in lines)


def test_the_summary_has_what_somebody_turned_off() -> None:
    source = {"shop/main.py": FASTAPI}
    lines = decision_summary(inferred(project(source, packages=["fastapi 1.0"]), "read-only=false")).splitlines()
    assert any(line.startswith("Read-only") for line in lines)


def test_the_table_names_source_and_evidence() -> None:
    inference = inferred(project({"shop/main.py": FASTAPI}, packages=["fastapi 1.0", "uvicorn 1.0"]), "port=9000")
    table = decision_table(inference)
    assert "Port              9000\n                  flag: --set port=9000\n" in table
    assert "inferred: shop/main.py:2: app is a fastapi application" in table
    assert "Services          none\n                  default: the code connects to none\n" in table
    assert "Command           uvicorn shop.main:app --host=0.0.0.0 --port=9000\n" in table


def test_the_table_shows_addresses_as_set_takes_them() -> None:
    files = {"main.py": "import os\nimport redis\nu = os.environ['REDIS_URL']\n" + SCRIPT}
    inference = inferred(project(files, packages=["redis 5.0.0"]))
    assert "REDIS_URL=redis://redis:6379/0\n" in decision_table(inference)


def test_packages_by_the_way_they_come() -> None:
    both = {"linux/amd64": Way.WHEEL, "linux/arm64": Way.WHEEL}
    packages = [
        PackageWays(name="attrs", version="1", ways=both),
        PackageWays(name="numpy", version="2", ways=both | {"linux/arm64": Way.COMPILE}),
        PackageWays(name="zope", version="3", ways=dict.fromkeys(both, Way.COMPILE)),
    ]
    assert package_table(packages).splitlines() == [
        "",
        "3 packages",
        "  from a wheel: 1",
        "  from a wheel on linux/amd64: 1",
        "  compiled: zope 3",
        "  compiled on linux/arm64: numpy 2",
    ]
    assert package_table([]) == ""
    assert packages_json(packages[1:2]) == [
        {"name": "numpy", "version": "2", "verdicts": {"linux/amd64": "wheel", "linux/arm64": "compile"}}
    ]


def test_an_open_decision_shows_its_candidates() -> None:
    inference = inferred(project({"one.py": SCRIPT, "two.py": SCRIPT}))
    for text in (decision_table(inference), decision_summary(inference)):
        assert "open: Several could be the main process" in text
        assert "one.py  (one.py:1: runs as a script)" in text
    error = open_error(inference.open)
    assert error.exit_code == 4
    assert "  --set application=one.py\n  --set application=two.py" in error.hint
    (message,) = [item for item in messages_json(inference) if isinstance(item, dict)]  # type: ignore[union-attr]
    assert (message["level"], message["code"]) == ("error", "open-decision")


def test_a_flag_is_quoted_for_the_shell() -> None:
    inference = inferred(project({"a b/main.py": SCRIPT, "c d/main.py": SCRIPT}))
    assert "--set 'application=a b/main.py'" in open_error(inference.open).hint


def test_what_happens_to_each_file() -> None:
    text = change_list(Plan(changes=(CREATE, UPDATE, SAME, DELETE)))
    assert text.splitlines() == [
        "  create     a",
        "  update     b  (yours kept as b.orig)",
        "  unchanged  c",
        "  delete     d",
    ]
    assert files_json(Plan(changes=(CREATE, UPDATE))) == [
        {"path": "a", "action": "create"},
        {"path": "b", "action": "update", "backup": "b.orig"},
    ]


def test_difference() -> None:
    assert difference(Plan(changes=(SAME,))) == ""
    assert difference(Plan(changes=(CREATE,))) == "--- /dev/null\n+++ b/a\n@@ -0,0 +1 @@\n+one\n"
    assert "--- a/b\n+++ b/b\n@@ -1,2 +1,2 @@\n-old\n+new\n same\n" in difference(Plan(changes=(UPDATE,)))
    assert difference(Plan(changes=(DELETE,))).endswith("-gone\n\\ No newline at end of file\n")


def test_warnings_come_first_with_what_to_do() -> None:
    messages = (
        Message(level=Level.INFO, code="i", text="An info."),
        Message(level=Level.WARNING, code="w", text="A warning.", hint="Run: it"),
    )
    assert message_lines(messages) == "warning: A warning.\n  Run: it\ninfo: An info."


@pytest.mark.parametrize(
    ("text", "expected"), [("a\x1b[31m", "a\\x1b[31m"), ("é\n☃", "é\n☃"), ("\u202e", "\\x202e"), ("\udce9", "\\xdce9")]
)
def test_control_characters_are_shown(text: str, expected: str) -> None:
    assert printable(text) == expected


def test_next_steps() -> None:
    web = inferred(project({"main.py": FASTAPI}, packages=["fastapi 1.0"]))
    assert next_steps(web, Path()).splitlines() == [
        "Next:",
        "  docker compose up --build --wait",
        "  curl http://127.0.0.1:8000/",
    ]
    published = "[tool.scaffold.processes.web]\npublish = 9000\n"
    moved = inferred(project({"main.py": FASTAPI}, packages=["fastapi 1.0"], manifest=published))
    assert next_steps(moved, Path()).splitlines()[-1] == "  curl http://127.0.0.1:9000/"
    variables = project({"main.py": "import os\nx = os.environ['A']\n" + SCRIPT})
    assert next_steps(inferred(variables), Path("a b")).splitlines()[:3] == ["Next:", "  cd 'a b'", "  scaffold env"]
