"""One edit and one change at a time: what a user would expect to find."""

from __future__ import annotations

import subprocess
import sys

import pytest

from scaffolder.merge import Merged, merge, unresolved
from tests.conftest import REPOSITORY

COMPOSE = """\
# Made by scaffold.
name: "shop"

services:
  web:
    image: "shop"
    environment:
      A: "1"
      B: "2"
    depends_on:
      db:
        condition: service_healthy
    ports:
      - "${WEB_PORT:-8000}:8000"
    command: ["web", "--port", "8000"]

  # Where the data is.
  db:
    image: "postgres:16"
    restart: unless-stopped

volumes:
  data:
"""

REDIS = '  redis:\n    image: "redis:7"\n\n'

DOCKERFILE = """\
# syntax=docker/dockerfile:1
ARG VERSION=1
FROM python:3.12 AS builder
RUN apt-get install -y \\
    curl \\
    git
ENV A=1 \\
    B=2
COPY a /a
COPY b /b

FROM python:3.12 AS runtime
COPY --from=builder /a /a
USER 1
CMD ["a"]
"""


def _changed(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def _compose(mine: tuple[str, str], *its: tuple[str, str]) -> Merged:
    return merge("compose.yaml", COMPOSE, _changed(COMPOSE, mine), _changed(COMPOSE, *its))


def _dockerfile(mine: tuple[str, str], *its: tuple[str, str]) -> Merged:
    return merge("Dockerfile", DOCKERFILE, _changed(DOCKERFILE, mine), _changed(DOCKERFILE, *its))


#: What the user did and what scaffold did, where both must simply be there afterwards.
@pytest.mark.parametrize(
    ("mine", "its"),
    [
        pytest.param(
            ("    restart", "    environment:\n      X: y\n    restart"),
            ("volumes:\n", f"{REDIS}volumes:\n"),
            id="environment beside a new service",
        ),
        pytest.param(('A: "1"', 'A: "mine"'), ('B: "2"', 'B: "3"'), id="adjacent lines"),
        pytest.param(('      A: "1"\n', ""), ('B: "2"', 'B: "3"'), id="a variable removed above one that changes"),
        pytest.param(("  # Where", "  # Mine.\n  # Where"), ("postgres:16", "postgres:17"), id="a comment added"),
        pytest.param(
            ("data:", "data:  # mine"), ("  data:\n", "  data:\n  redis:\n"), id="a comment at the end of a line"
        ),
        pytest.param(
            ("volumes:\n", "  mine:\n    image: mine\n\nvolumes:\n"),
            ("volumes:\n", f"{REDIS}volumes:\n"),
            id="a service each",
        ),
        pytest.param(
            ("name:", "x-mine: &mine\n  a: b\n\nname:"),
            ('image: "shop"', 'image: "shop"\n    init: true'),
            id="an anchor",
        ),
        pytest.param(
            ('    image: "postgres', '    <<: {init: true}\n    image: "postgres'),
            ("postgres:16", "postgres:17"),
            id="a merge key",
        ),
        pytest.param(
            ('["web", "--port", "8000"]', "|\n      a\n\n      # b\n"),
            ("postgres:16", "postgres:17"),
            id="a block text",
        ),
    ],
)
def test_both_sides_of_compose(mine: tuple[str, str], its: tuple[str, str]) -> None:
    merged = _compose(mine, its)
    assert not merged.conflicts
    assert isinstance(merged.text, str)
    for line in (*mine[1].split("\n"), *its[1].split("\n")):
        assert line in merged.text


@pytest.mark.parametrize(
    ("mine", "its"),
    [
        pytest.param(
            ("FROM python:3.12 AS builder", "FROM python:3.12-alpine AS builder"),
            ("VERSION=1", "VERSION=2"),
            id="FROM and ARG",
        ),
        pytest.param(("COPY a /a\n", "COPY a /mine\n"), ("COPY b /b", "COPY b /c"), id="adjacent instructions"),
        pytest.param(("    curl", "    wget"), ("ENV A=1", "ENV A=2"), id="adjacent instructions over lines"),
        pytest.param(("USER 1", "# Mine.\nUSER 1"), ("USER 1", "USER 2"), id="a comment above what changes"),
        pytest.param(("COPY a", "RUN <<EOF\nFROM x\nEOF\nCOPY a"), ("COPY b /b", "COPY b /c"), id="a here-document"),
        pytest.param(("    B=2", "    B=2 \\\n    MINE=1"), ("    B=2", "    B=2 \\\n    C=3"), id="a variable each"),
        pytest.param(
            ("    git\n", "    git \\\n    mine\n"), ("    git\n", "    git \\\n    zlib1g\n"), id="a package each"
        ),
        pytest.param(("USER 1\n", ""), ('CMD ["a"]', 'CMD ["b"]'), id="an instruction removed"),
    ],
)
def test_both_sides_of_a_dockerfile(mine: tuple[str, str], its: tuple[str, str]) -> None:
    merged = _dockerfile(mine, its)
    assert not merged.conflicts
    assert isinstance(merged.text, str)
    for line in (*mine[1].split("\n"), *its[1].split("\n")):
        assert line.rstrip("\\ ") in merged.text or (line == "USER 1" and "USER 2" in merged.text)


def test_a_conflict_names_the_key_and_both_sides() -> None:
    merged = _compose(("postgres:16", "postgres:15"), ("postgres:16", "postgres:17"))
    (conflict,) = merged.conflicts
    assert (conflict.path, conflict.where) == ("compose.yaml", "services.db.image")
    assert conflict.ours.strip() == 'image: "postgres:15"'
    assert conflict.theirs.strip() == 'image: "postgres:17"'
    assert isinstance(merged.text, str)
    assert (
        '  db:\n<<<<<<< yours\n    image: "postgres:15"\n||||||| before\n    image: "postgres:16"\n'
        '=======\n    image: "postgres:17"\n>>>>>>> scaffold\n    restart'
    ) in merged.text


def test_a_second_update_does_not_merge_over_open_conflicts() -> None:
    first = _compose(("postgres:16", "postgres:15"), ("postgres:16", "postgres:17"))
    theirs = _changed(COMPOSE, ("postgres:16", "postgres:18"), ('A: "1"', 'A: "9"'))
    second = merge("compose.yaml", _changed(COMPOSE, ("postgres:16", "postgres:17")), first.text, theirs)
    assert second.text == first.text
    (left,) = second.conflicts
    assert left.ours.strip() == 'image: "postgres:15"'
    assert isinstance(first.text, str)
    assert unresolved(first.text) == (first.text.split("\n").index("<<<<<<< yours") + 1,)


def test_a_resolved_conflict_merges_again() -> None:
    base = _changed(COMPOSE, ("postgres:16", "postgres:17"))
    ours = _changed(COMPOSE, ("postgres:16", "postgres:15"))
    theirs = _changed(base, ('A: "1"', 'A: "9"'))
    assert merge("compose.yaml", base, ours, theirs) == Merged(_changed(ours, ('A: "1"', 'A: "9"')))


def test_a_value_that_was_only_quoted_otherwise_takes_the_new_value() -> None:
    merged = _compose(('image: "postgres:16"', "image:   'postgres:16'  # mine"), ("postgres:16", "postgres:17"))
    assert not merged.conflicts
    assert isinstance(merged.text, str)
    assert 'image:   "postgres:17"  # mine' in merged.text


@pytest.mark.parametrize("written", ["user 1", "  USER 1", "USER\t 1", "User  1  "])
def test_an_instruction_that_was_only_spelled_otherwise_takes_the_new_value(written: str) -> None:
    merged = _dockerfile(("USER 1", written), ("USER 1", "USER 2"))
    assert not merged.conflicts
    assert isinstance(merged.text, str)
    assert written.replace("1", "2") in merged.text


def test_a_list_of_variables_stays_a_list() -> None:
    merged = _compose(
        ('      A: "1"\n      B: "2"\n', "      - A=1\n      - MINE=${X}\n      - B=2\n"),
        ('B: "2"', 'B: "3"\n      URL: "redis://redis:6379/0"\n      NONE:'),
    )
    assert not merged.conflicts
    assert isinstance(merged.text, str)
    listed = merged.text.partition("environment:\n")[2].partition("    depends_on")[0].split("\n")
    assert {line.strip() for line in listed if line} == {
        "- A=1", "- MINE=${X}", "- B=3", '- "URL=redis://redis:6379/0"', "- NONE"
    }  # fmt: skip


def test_a_short_dependency_stays_short() -> None:
    merged = _compose(
        ("    depends_on:\n      db:\n        condition: service_healthy\n", "    depends_on:\n      - db\n"),
        ("      db:\n", "      redis:\n        condition: service_healthy\n      db:\n"),
    )
    assert not merged.conflicts
    assert isinstance(merged.text, str)
    assert "    depends_on:\n      - redis\n      - db\n    ports" in merged.text


def test_a_renamed_service_takes_what_is_new_under_its_new_name() -> None:
    ours = _changed(COMPOSE, ("  db:\n    image", "  store:\n    image"), ("      db:\n", "      store:\n"))
    worker = "  worker:\n    image: w\n    depends_on:\n      db:\n        condition: service_healthy\n\n"
    theirs = _changed(COMPOSE, ("postgres:16", "postgres:17"), ("volumes:\n", f"{worker}volumes:\n"))
    expected = _changed(
        ours, ("postgres:16", "postgres:17"), ("volumes:\n", worker.replace("db:", "store:") + "volumes:\n")
    )
    assert merge("compose.yaml", COMPOSE, ours, theirs) == Merged(expected)


def test_a_renamed_service_that_scaffold_removes_is_the_only_conflict() -> None:
    its = COMPOSE.replace(COMPOSE[COMPOSE.index("\n  # Where") : COMPOSE.index("\nvolumes")], "")
    ours = COMPOSE.replace("  db:\n    image", "  store:\n    image")
    merged = merge("compose.yaml", COMPOSE, ours, its)
    (conflict,) = merged.conflicts
    assert conflict.where == "services.store"
    assert conflict.ours.endswith('  store:\n    image: "postgres:16"\n    restart: unless-stopped\n')


def test_a_renamed_stage_takes_what_is_new_under_its_new_name() -> None:
    ours = _changed(DOCKERFILE, ("AS builder", "AS build"), ("from=builder", "from=build"))
    theirs = _changed(DOCKERFILE, ("USER 1", "COPY --from=builder /b /b\nUSER 1"))
    expected = _changed(ours, ("USER 1", "COPY --from=build /b /b\nUSER 1"))
    assert merge("Dockerfile", DOCKERFILE, ours, theirs) == Merged(expected)


def test_a_moved_block_stays_where_it_is() -> None:
    block = '  # Where the data is.\n  db:\n    image: "postgres:16"\n    restart: unless-stopped\n\n'
    ours = _changed(COMPOSE, (block, ""), ("services:\n", f"services:\n{block}"))
    theirs = _changed(COMPOSE, ("postgres:16", "postgres:17"))
    assert merge("compose.yaml", COMPOSE, ours, theirs) == Merged(_changed(ours, ("postgres:16", "postgres:17")))


def test_what_the_user_removed_stays_away_and_is_told() -> None:
    service = '  # Where the data is.\n  db:\n    image: "postgres:16"\n    restart: unless-stopped\n\n'
    merged = _compose((service, ""), ("postgres:16", "postgres:17"))
    assert merged.text == _changed(COMPOSE, (service, ""))
    assert not merged.conflicts
    assert [kept.where for kept in merged.kept] == ["services.db"]


def test_a_variable_arrives_though_the_user_removed_the_others() -> None:
    merged = _compose(('    environment:\n      A: "1"\n      B: "2"\n', ""), ('B: "2"\n', 'B: "2"\n      URL: u\n'))
    assert isinstance(merged.text, str)
    assert "    environment:\n      URL: u\n" in merged.text


def test_ports_that_the_user_removed_do_not_come_back_when_they_change() -> None:
    merged = _compose(('    ports:\n      - "${WEB_PORT:-8000}:8000"\n', ""), (':8000"', ':9000"'))
    assert isinstance(merged.text, str)
    assert "ports" not in merged.text


def test_a_port_that_changes_is_the_same_item() -> None:
    port = '- "${WEB_PORT:-8000}:8000"'
    mine, merged = f"{port}  # for the proxy", f"{port.replace('80', '90')}  # for the proxy"
    found = merge("compose.yaml", COMPOSE, COMPOSE.replace(port, mine), COMPOSE.replace(port, port.replace("80", "90")))
    assert found == Merged(COMPOSE.replace(port, merged))
    found = merge("compose.yaml", COMPOSE, COMPOSE.replace(port, '- "80:8000"'), COMPOSE.replace(":8000", ":9000"))
    assert [(item.ours.strip(), item.theirs.strip()) for item in found.conflicts] == [
        ('- "80:8000"', '- "${WEB_PORT:-8000}:9000"')
    ]


def test_neighbouring_lines_of_an_instruction_do_not_clash() -> None:
    base = 'FROM a\nHEALTHCHECK --interval=10s \\\n    CMD ["curl", "http://127.0.0.1:8000"]\n'
    mine, its = base.replace("10s", "60s"), base.replace("8000", "9000")
    assert merge("Dockerfile", base, mine, its) == Merged(mine.replace("8000", "9000"))
    assert merge("Dockerfile", base, mine, its.replace("10s", "5s")).conflicts


def test_an_example_that_both_added_is_the_users() -> None:
    found = merge(".env.example", "A=1\n", "A=1\nTOKEN=mine\n", "A=1\n\n# required\nTOKEN=\n")
    assert found.text == "A=1\nTOKEN=mine\n"
    assert not found.conflicts
    assert [item.where for item in found.kept] == ["TOKEN"]


def test_what_scaffold_removes_goes_but_not_with_a_line_of_the_users() -> None:
    service = '  # Where the data is.\n  db:\n    image: "postgres:16"\n    restart: unless-stopped\n\n'
    assert merge(
        "compose.yaml", COMPOSE, _changed(COMPOSE, ('A: "1"', "A: mine")), _changed(COMPOSE, (service, ""))
    ) == (Merged(_changed(COMPOSE, (service, ""), ('A: "1"', "A: mine"))))
    merged = _compose(("    restart: unless-stopped", "    restart: always"), (service, ""))
    (conflict,) = merged.conflicts
    assert conflict.where == "services.db"
    assert "restart: always" in conflict.ours
    assert not conflict.theirs


def test_an_alias_whose_anchor_goes_is_a_conflict() -> None:
    base = _changed(COMPOSE, ("services:\n", "x-a: &a\n  init: true\n\nservices:\n"))
    ours = _changed(base, ('    image: "postgres', '    <<: *a\n    image: "postgres'))
    merged = merge("compose.yaml", base, ours, COMPOSE)
    assert merged.conflicts
    assert isinstance(merged.text, str)
    assert "<<: *a" in merged.text


@pytest.mark.parametrize(
    "text", ["a: [\n", "a: 1\na: 2\n", "a: *b\n", "- a\n", "a: 1\n---\nb: 1\n", "a:\n\tb: 1\n", "? [a]\n: b\n"]
)
def test_other_yaml_is_merged_by_line(text: str) -> None:
    base = f"x: 1\n\n\n{text}"
    ours, theirs = f"# mine\n{base}", f"{base}# scaffold\n"
    assert merge("compose.yaml", base, ours, theirs) == Merged(f"# mine\n{base}# scaffold\n")


def test_variables_are_merged_by_name() -> None:
    base = "# one\nA=1\n# two\nB=\n# C=3\n"
    ours = "# one\nA=mine\n# two\nB=\nMINE=1\n"
    theirs = "# one\nA=1\n# 2\nB=\n# C=4\nD='x\ny'\n"
    merged = merge(".env.example", base, ours, theirs)
    assert merged.text == "# one\nA=mine\n# 2\nB=\nD='x\ny'\nMINE=1\n"
    assert [kept.where for kept in merged.kept] == ["# C"]


def test_patterns_keep_their_order_around_exceptions() -> None:
    base = ".env\n*.key\n"
    assert merge(".dockerignore", base, ".env\n*.key\n!docs/a.md\n", ".env\n*.key\ndocs\n").text == (
        ".env\n*.key\ndocs\n!docs/a.md\n"
    )


def test_toml_is_merged_by_table_and_key() -> None:
    base = "[a]\nx = 1\ny = [\n    1, # one\n]\n\n[b]\nz = '''\n[c]\n'''\n"
    ours = _changed(base, ("x = 1", "x  =  1 # mine"), ("[b]\n", "[b]\nmine = 1\n"))
    theirs = _changed(base, ("x = 1", "x = 2"), ("    1, # one", "    2, # two"), ("'''\n[c]", "'''\n[d]"))
    assert merge("settings.toml", base, ours, theirs) == Merged(
        "[a]\nx  =  2 # mine\ny = [\n    2, # two\n]\n\n[b]\nmine = 1\nz = '''\n[d]\n'''\n"
    )


def test_a_conflict_on_the_first_line_is_seen_below_a_byte_order_mark() -> None:
    merged = merge("a.sh", "a\n", "\ufeffmine\n", "its\n")
    assert isinstance(merged.text, str)
    assert unresolved(merged.text) == (1,)
    assert merge("a.sh", "its\n", merged.text, "new\n").text == merged.text


def test_a_comment_that_the_user_only_removed_is_no_conflict() -> None:
    base = "# one\n# two\nFROM a\n"
    merged = merge("Dockerfile", base, "# two\nFROM a\n", "# one\n# 2\nFROM b\n")
    assert merged.text == "# two\nFROM b\n"
    assert not merged.conflicts
    assert len(merged.kept) == 1


def test_anything_else_is_merged_by_line() -> None:
    base = "a\nb\nc\nd\ne\n"
    assert merge("entry.sh", base, "a\nB\nc\nd\ne\n", "a\nb\nc\nD\ne\n") == Merged("a\nB\nc\nD\ne\n")
    merged = merge("entry.sh", base, "a\nmine\nc\nd\ne\n", "a\nits\nc\nd\ne\n")
    assert merged.text == "a\n<<<<<<< yours\nmine\n||||||| before\nb\n=======\nits\n>>>>>>> scaffold\nc\nd\ne\n"
    assert [conflict.where for conflict in merged.conflicts] == ["line 2"]


def test_escape_directive() -> None:
    base = "# escape=`\nFROM a\nRUN b `\n    c\nCOPY C:\\ D:\\\nCMD d\n"
    merged = merge("Dockerfile", base, base.replace("CMD d", "CMD mine"), base.replace("COPY C:\\", "COPY E:\\"))
    assert merged == Merged(base.replace("CMD d", "CMD mine").replace("COPY C:\\", "COPY E:\\"))


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "text"),
    [
        (None, None, "new", "new"),
        (None, "mine", "new", "mine"),
        ("old", None, "new", None),
        ("old", "old", None, None),
        ("old\n", "old\r\n", None, None),
        ("old", "mine", None, "mine"),
        ("old", b"\xff", "new", b"\xff"),
        ("old", b"old", "new", "new"),
    ],
)
def test_whole_files(base: str | None, ours: str | bytes | None, theirs: str | None, text: str | bytes | None) -> None:
    merged = merge("a.txt", base, ours, theirs)
    assert merged.text == text
    assert not merged.conflicts


def test_the_way_a_file_is_written_stays() -> None:
    ours = "\ufeff" + _changed(COMPOSE, ('A: "1"', "A: mine")).replace("\n", "\r\n").removesuffix("\r\n")
    merged = merge("compose.yaml", COMPOSE, ours, _changed(COMPOSE, ("postgres:16", "postgres:17")))
    assert merged == Merged(ours.replace("postgres:16", "postgres:17"))


def test_ruamel_is_imported_only_to_merge() -> None:
    program = """
import sys
from scaffolder.merge import merge
for path in ("compose.yaml", "Dockerfile", "a.toml"):
    merge(path, "a: 1", "a: 1", "b: 1")
    merge(path, "a", "b", "a")
sys.exit(any(name.startswith(("ruamel", "tomllib")) for name in sys.modules))
"""
    assert subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, check=False).returncode == 0
