from __future__ import annotations

import pytest

from scaffolder.dockerfile import UnreadableError, parse_dockerfile

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
    found = parse_dockerfile(TEXT).instructions
    assert [(item.line, item.word) for item in found] == [
        (3, "FROM"),
        (4, "RUN"),
        (10, "COPY"),
        (13, "COPY"),
        (14, "CMD"),
    ]
    assert found[0].stage == "base"
    assert found[1].flags == (("mount", "type=bind,from=x,source=/a"), ("network", "none"))
    assert found[1].arguments == ("apt-get", "update", "&&", "true")
    assert found[2].arguments == ("<<EOF", "/etc/x")
    assert found[2].body == "COPY not me\nEOF\n"
    assert found[3].arguments == ("a b", "./")


def test_every_character_is_in_one_of_them() -> None:
    text = TEXT + "\n# the end"
    file = parse_dockerfile(text)
    assert "".join(item.lead + item.text for item in file.instructions) + file.tail == text


def test_the_escape_can_be_another() -> None:
    (found,) = parse_dockerfile("# escape=`\nFROM `\n  x\\\n").instructions
    assert found.rest == "x\\"


@pytest.mark.parametrize("text", ["<<<<<<< yours\n", "FROM x\n=======\n", "RUN <<EOF\ntrue\n", "FROM x\n    && true\n"])
def test_what_is_no_dockerfile(text: str) -> None:
    with pytest.raises(UnreadableError):
        parse_dockerfile(text)


def test_a_list_that_is_none_is_words() -> None:
    assert parse_dockerfile("COPY [a b]").instructions[0].arguments == ("[a", "b]")
