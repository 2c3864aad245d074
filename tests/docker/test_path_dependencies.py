"""Dependencies that lie in the project's own folder: installed as a link, installed as a copy, and a wheel."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .engine import run
from .inline import initialised, lock, sha256_of, wheel
from .system import System

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("path-dependencies")]

PYTHON = ">=3.12,<3.14"

# `kit` lies where no build can see it; production does not need it.
MANIFEST = f"""\
[tool.poetry]
name = "press-room"
version = "1.0"
description = ""
authors = []
packages = [{{include = "press_room"}}]

[tool.poetry.dependencies]
python = "{PYTHON}"
ink = {{path = "libs/ink", develop = true}}
paper = {{path = "./libs/paper", develop = false}}
stamp = {{path = "wheels/stamp-1.0-py3-none-any.whl"}}

[tool.poetry.group.dev.dependencies]
kit = {{path = "../kit", develop = true}}

[tool.poetry.scripts]
press-room = "press_room:main"

[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
"""

PACKAGE = """\
[[package]]
name = "{name}"
version = "1.0"
description = ""
optional = false
python-versions = ">=3.8"
groups = ["{group}"]
files = [{files}]
{develop}
[package.source]
type = "{kind}"
url = "{url}"

"""

LIBRARY = """\
[project]
name = "{name}"
version = "1.0"
description = ""
requires-python = ">=3.8"

[build-system]
requires = ["poetry-core>=2.0"]
build-backend = "poetry.core.masonry.api"
"""

MAIN = """\
import ink
import paper
import stamp


def main():
    print(ink.COLOUR, ink.__file__)
    print(paper.SIZE, paper.__file__)
    print(stamp.TEXT, stamp.__file__)
"""

STAMP = wheel("stamp", "1.0", 'TEXT = "paid"\n')


def _directory(name: str, url: str, *, develop: bool, group: str = "main") -> str:
    line = f"develop = {str(develop).lower()}\n"
    return PACKAGE.format(name=name, group=group, files="", develop=line, kind="directory", url=url)


def _wheel(name: str, url: str, content: bytes) -> str:
    file = f'\n    {{file = "{url.rpartition("/")[2]}", hash = "sha256:{sha256_of(content)}"}},\n'
    return PACKAGE.format(name=name, group="main", files=file, develop="", kind="file", url=url)


PACKAGES = (
    _directory("ink", "libs/ink", develop=True)
    + _directory("kit", "../kit", develop=True, group="dev")
    + _directory("paper", "libs/paper", develop=False)
    + _wheel("stamp", "wheels/stamp-1.0-py3-none-any.whl", STAMP)
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    files: dict[str, str | bytes] = {
        "pyproject.toml": MANIFEST,
        "poetry.lock": lock(PACKAGES, MANIFEST, PYTHON),
        "press_room/__init__.py": MAIN,
        "libs/ink/pyproject.toml": LIBRARY.format(name="ink"),
        "libs/ink/ink/__init__.py": 'COLOUR = "blue"\n',
        "libs/paper/pyproject.toml": LIBRARY.format(name="paper"),
        "libs/paper/src/paper/__init__.py": 'SIZE = "A4"\n',
        "wheels/stamp-1.0-py3-none-any.whl": STAMP,
    }
    system = initialised("path-dependencies", tmp_path_factory.mktemp("paths") / "press-room", files)
    try:
        system.build()
        yield system
    finally:
        system.remove()


def test_what_runs_comes_from_each_of_them(built: System) -> None:
    printed = run("docker", "run", "--rm", built.image, "press-room").stdout.split()
    assert printed[::2] == ["blue", "A4", "paid"]
    linked, copied, unpacked = printed[1::2]
    assert linked == "/app/libs/ink/ink/__init__.py"
    assert copied.startswith("/opt/venv/lib/")
    assert unpacked.startswith("/opt/venv/lib/")


def test_the_image_holds_their_metadata(built: System) -> None:
    found = set(built.inspect()["distributions"])
    assert {"ink", "paper", "press-room", "stamp"} <= found
    assert not {"kit", "poetry-core"} & found
