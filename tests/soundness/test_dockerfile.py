from __future__ import annotations

import pytest

from scaffolder.soundness.dockerfile import Instruction, UnreadableError, instructions

TEXT = """\
# syntax=docker/dockerfile:1

from python:3.13 as Base
RUN --mount=type=bind,from=x,source=/a \\
    # why

    --network=none \\
    apt-get update && \\
    true
COPY <<EOF /etc/x
COPY not me
EOF
COPY ["a b", "./"]
CMD ["x"]
"""


def test_continuations_comments_and_here_documents() -> None:
    found = instructions(TEXT)
    assert [(item.line, item.word) for item in found] == [
        (3, "FROM"),
        (4, "RUN"),
        (10, "COPY"),
        (13, "COPY"),
        (14, "CMD"),
    ]
    assert found[0].stage == ("python:3.13", "base")
    assert found[1].flags == (("mount", "type=bind,from=x,source=/a"), ("network", "none"))
    assert found[1].rest.split() == ["apt-get", "update", "&&", "true"]
    assert found[2].arguments == ("<<EOF", "/etc/x")
    assert found[3].arguments == ("a b", "./")


def test_other_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    assert instructions("\ufeff" + TEXT.replace("\n", "\r\n")) == instructions(TEXT)


def test_the_escape_can_be_another() -> None:
    (found,) = instructions("# escape=`\nFROM `\n  x\\\n")
    assert found.stage[0] == "x\\"


@pytest.mark.parametrize("text", ["<<<<<<< yours\n", "FROM x\n=======\n", "RUN <<EOF\ntrue\n", "FROM x\n    && true\n"])
def test_what_is_no_dockerfile(text: str) -> None:
    with pytest.raises(UnreadableError):
        instructions(text)


def test_a_list_that_is_none_is_words() -> None:
    assert Instruction(1, "COPY", (), "[a b]").arguments == ("[a", "b]")
