"""Generated files, what scaffold does to them, and what users do to them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from hypothesis import strategies as st

from tests.conftest import REPOSITORY

GOLDEN = REPOSITORY / "tests" / "golden"
KINDS = ("Dockerfile", "compose.yaml", ".env.example", ".dockerignore", "gunicorn.conf.py", "pyproject.toml")

_TOML = """\
# Settings of the linter.
[tool.ruff]
line-length = 100
exclude = [
    "build",  # made by a tool
    "dist",
]

[tool.ruff.lint]
select = ["E", "F"]

[[tool.mypy.overrides]]
module = "celery.*"
ignore_missing_imports = true

[[tool.mypy.overrides]]
module = "boto3.*"
ignore_missing_imports = true
"""


@cache
def generated(kind: str) -> list[str]:
    """The texts of one kind that scaffold writes for the sample projects."""
    if kind == "pyproject.toml":
        return [_TOML]
    return sorted({path.read_text() for path in GOLDEN.glob(f"*/files/{kind}")})


@dataclass(frozen=True)
class Case:
    path: str
    base: str
    ours: str
    theirs: str


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A generated file, another version of it, and the user's."""
    path = draw(st.sampled_from(KINDS))
    base = draw(st.sampled_from(generated(path)))
    theirs = draw(st.sampled_from(generated(path))) if draw(st.integers(0, 4)) == 0 else base
    for _ in range(draw(st.integers(0, 3))):
        theirs = draw(st.sampled_from(DECISIONS[path]))(theirs)
    theirs = edited(draw, theirs, SCAFFOLD_EDITS, "scaffold", draw(st.integers(0, 2)))
    ours = edited(draw, base, USER_EDITS, "mine", draw(st.integers(0, 5)))
    for convention in draw(st.lists(st.sampled_from(CONVENTIONS), max_size=2, unique=True)):
        ours = convention(ours)
    return Case(path, base, ours, theirs)


Edit = Callable[[st.DrawFn, list[str], str], list[str]]


def edited(draw: st.DrawFn, text: str, edits: tuple[Edit, ...], who: str, count: int) -> str:
    """The text after so many random edits of some kinds."""
    lines = text.splitlines(keepends=True)
    for number in range(count):
        if lines:
            lines = draw(st.sampled_from(edits))(draw, lines, f"{who}{number}")
    return "".join(lines)


def _place(draw: st.DrawFn, lines: list[str]) -> int:
    return draw(st.integers(0, len(lines) - 1))


def _insert(draw: st.DrawFn, lines: list[str], name: str) -> list[str]:
    at = _place(draw, lines)
    indent = re.match(r" *", lines[at])
    forms = (
        f"# {name}",
        f"RUN echo {name}",
        f'ENV {name}="1" \\\n    {name}_b=2',
        f"RUN <<EOF\necho {name}\n# {name}\nEOF",
        f"{name}: value # {name}",
        f"- {name}",
        f"{name}:\n  image: {name}\n  environment:\n    - A={name}",
        f"command: |\n  {name}\n\n  # {name} inside",
        f"{name.upper()}=1",
        f"!{name}/**",
        f"[{name}]\nkey = 1",
        f"{name} = '''\n[x]\n'''",
        f"\n{name}\n",
    )
    text = draw(st.sampled_from(forms))
    added = [f"{indent[0] if indent else ''}{line}\n" for line in text.split("\n")]
    return [*lines[:at], *added, *lines[at:]]


def _delete(draw: st.DrawFn, lines: list[str], _: str) -> list[str]:
    at = _place(draw, lines)
    return lines[:at] + lines[at + draw(st.integers(1, 6)) :]


def _change(draw: st.DrawFn, lines: list[str], name: str) -> list[str]:
    at = _place(draw, lines)
    words = lines[at].split(" ")
    word = draw(st.integers(0, len(words) - 1))
    end = "\n" if words[word].endswith("\n") else ""
    words[word] = f"{words[word].rstrip()}{name}{end}"
    return [*lines[:at], " ".join(words), *lines[at + 1 :]]


def _move(draw: st.DrawFn, lines: list[str], _: str) -> list[str]:
    at = _place(draw, lines)
    block = lines[at : at + draw(st.integers(1, 12))]
    rest = lines[:at] + lines[at + len(block) :]
    to = draw(st.integers(0, len(rest)))
    return rest[:to] + block + rest[to:]


def _repeat(draw: st.DrawFn, lines: list[str], _: str) -> list[str]:
    at = _place(draw, lines)
    return lines[: at + 1] + lines[at : at + draw(st.integers(1, 4))] + lines[at + 1 :]


def _requote(draw: st.DrawFn, lines: list[str], _: str) -> list[str]:
    at = _place(draw, lines)
    swapped = lines[at].replace('"', draw(st.sampled_from(("'", ""))))
    return [*lines[:at], swapped, *lines[at + 1 :]]


def _indent(draw: st.DrawFn, lines: list[str], _: str) -> list[str]:
    return [f"{line[: len(line) - len(line.lstrip(' '))]}{line}" if line.strip() else line for line in lines]


def _rename(draw: st.DrawFn, lines: list[str], name: str) -> list[str]:
    """A service or a stage gets another name."""
    heads = [i for i, line in enumerate(lines) if re.match(r"  [\w-]+:$|FROM \S+ AS \w+$", line)]
    if not heads:
        return lines
    at = draw(st.sampled_from(heads))
    return [*lines[:at], re.sub(r"(\w)(:?)$", rf"\1{name}\2", lines[at]), *lines[at + 1 :]]


def _mark(draw: st.DrawFn, lines: list[str], name: str) -> list[str]:
    """Text that looks like half a conflict."""
    at = _place(draw, lines)
    sign = draw(st.sampled_from(("=======\n", ">>>>>>> x\n", "<<<<<<< x\n", "||||||| x\n")))
    return [*lines[:at], sign, *lines[at:]]


SCAFFOLD_EDITS: tuple[Edit, ...] = (_insert, _delete, _change, _move)
USER_EDITS: tuple[Edit, ...] = (
    _insert,
    _insert,
    _delete,
    _change,
    _change,
    _move,
    _repeat,
    _requote,
    _indent,
    _rename,
    _mark,
)


def crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def mark_first(text: str) -> str:
    return text if text.startswith("\ufeff") else f"\ufeff{text}"


def unended(text: str) -> str:
    return text.removesuffix("\n").removesuffix("\r")


CONVENTIONS = (crlf, mark_first, unended)


def _swapped(*pairs: tuple[str, str]) -> Callable[[str], str]:
    def change(text: str) -> str:
        for old, new in pairs:
            text = re.sub(old, new, text, flags=re.MULTILINE)
        return text

    return change


_REDIS = """\
  redis:
    image: "redis:7.4"
    restart: unless-stopped
    volumes:
      - "redis:/data"
    healthcheck:
      test: ["CMD", "redis-cli", "ping"]
      interval: 5s
"""

#: What a change of decisions does to each kind of file.
DECISIONS: dict[str, tuple[Callable[[str], str], ...]] = {
    "Dockerfile": (
        _swapped(("python:3\\.1\\d", "python:3.14"), ("py3\\.1\\d", "py3.14")),
        _swapped(("slim-trixie", "slim-bookworm"), ("-trixie-", "-bookworm-")),
        _swapped(("^CMD .*", 'CMD ["uvicorn", "app:app"]')),
        _swapped(("^EXPOSE .*\n", "")),
        _swapped(("^EXPOSE .*", "EXPOSE 9000")),
        _swapped(
            ("^FROM base AS builder\n", "FROM base AS builder\nRUN apt-get update && \\\n    apt-get install -y gcc\n")
        ),
        _swapped(("uv==[\\d.]+", "uv==0.14.0")),
        _swapped(("^USER .*", "LABEL a=b\n\\g<0>\nVOLUME /data")),
        _swapped(("--only main", "--only main,web")),
    ),
    "compose.yaml": (
        _swapped(("^services:\n", f"services:\n{_REDIS}\n")),
        _swapped(("^    env_file:\n", '    environment:\n      REDIS_URL: "redis://redis:6379/0"\n    env_file:\n')),
        _swapped(("^    restart: .*", "    restart: always")),
        _swapped(("^    ports:\n.*\n", "")),
        _swapped((":8000", ":9000")),
        _swapped(("max-size: .*", "max-size: 50m")),
        _swapped(("^    cap_drop:\n      - ALL\n", "")),
        _swapped(
            ("^    init: true\n", "    init: true\n    depends_on:\n      redis:\n        condition: service_healthy\n")
        ),
    ),
    ".env.example": (
        _swapped(("^# line .*", "# line 1")),
        _swapped(("\\Z", "# line 3, required, secret\nREDIS_URL=\n")),
        _swapped(("=(\\w+)$", "=other")),
        _swapped(("^# line .*\n.*\n", "")),
    ),
    ".dockerignore": (
        _swapped(("\\Z", "\n# Node\n**/dist\n")),
        _swapped(("^\\.idea\n", "")),
        _swapped(("^!\\.env\\.example\n", "!.env.example\n!.env.test\n")),
    ),
    "gunicorn.conf.py": (_swapped(("30", "60")), _swapped(("^import .*\n", "\\g<0>import sys\n"))),
    "pyproject.toml": (
        _swapped(("100", "120")),
        _swapped(('^    "dist",\n', '    "dist",\n    "docs",\n')),
        _swapped(("\\Z", "\n[tool.black]\nline-length = 120\n")),
    ),
}


def bare(line: str) -> str:
    """A line without what may change around it: byte order mark, indentation, line ending, the sign that another
    follows."""
    return line.removeprefix("\ufeff").strip().rstrip("\\` \t")


def spelled(line: str) -> str:
    """What a line says, however it is quoted and spaced."""
    return re.sub(r"[\s'\"]", "", bare(line))


def lost(base: str, ours: str, merged: str) -> Counter[str]:
    """The user's lines that the merged text has not; those that say the same as a line of base are not counted."""
    before, now, after = (
        Counter(bare(line) for line in text.split("\n") if bare(line)) for text in (base, ours, merged)
    )
    known = {spelled(line) for line in base.split("\n")}
    return Counter({line: count for line, count in ((now - before) - after).items() if spelled(line) not in known})
