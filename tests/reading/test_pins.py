"""Version files, Procfile, poetry.toml and Streamlit's settings."""

from __future__ import annotations

import pytest

from scaffolder.errors import ProjectError
from scaffolder.model.project import ProcfileEntry, PythonPin
from scaffolder.reading.pins import binary_policy, procfile, python_pins, streamlit_port


@pytest.mark.parametrize(
    ("path", "text", "version", "line"),
    [
        (".python-version", "3.12.4\n", "3.12.4", 1),
        (".python-version", "# ours\n\n3.12\n", "3.12", 3),
        (".python-version", "pypy3.10-7.3.12\nsystem\n3.11.9\n3.10.1\n", "3.11.9", 3),
        (".python-version", "cpython-3.12.1\r\n", "3.12.1", 1),
        (".python-version", "3.13-dev", "3.13", 1),
        (".tool-versions", "nodejs 20.1.0\npython 3.12.4 3.11.1 # both\n", "3.12.4", 2),
        ("runtime.txt", "python-3.11.7", "3.11.7", 1),
    ],
)
def test_pins(path: str, text: str, version: str, line: int) -> None:
    assert python_pins({path: text}) == (PythonPin(path=path, line=line, version=version),)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".python-version", "shop-env\n3\npypy3.10\n3.12.4; rm\n3.13t\n"),
        (".tool-versions", "python system\npython-build 3.12\n"),
        ("runtime.txt", "3.11.7"),
        ("other", "3.12"),
    ],
)
def test_what_pins_no_cpython(path: str, text: str) -> None:
    assert python_pins({path: text}) == ()


def test_procfile() -> None:
    text = "# comment\nweb: gunicorn shop:app \r\n\nworker:python -m 'a b'\nbad line\nempty:\nopen: echo 'a\n"
    assert procfile(text) == (
        ProcfileEntry(name="web", command="gunicorn shop:app", words=("gunicorn", "shop:app"), line=2),
        ProcfileEntry(name="worker", command="python -m 'a b'", words=("python", "-m", "a b"), line=4),
        ProcfileEntry(name="open", command="echo 'a", words=(), line=7),
    )


def test_streamlit_port() -> None:
    assert streamlit_port({}) == 0
    assert streamlit_port({"server": {"port": 8600}}) == 8600
    for port in (0, 70000, "8600", True):
        with pytest.raises(ProjectError, match=r"server\.port"):
            streamlit_port({"server": {"port": port}})


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (True, (":all:",)),
        (False, ()),
        (":none:", ()),
        ("NumPy, a_b", ("a-b", "numpy")),
        (["x", ":all:"], (":all:",)),
        ([], ()),
    ],
)
def test_binary_policy(value: object, names: tuple[str, ...]) -> None:
    assert binary_policy({"installer": {"no-binary": value}}, "no-binary") == names
    assert binary_policy({}, "no-binary") == ()


@pytest.mark.parametrize("value", [1, {"a": 1}, [1]])
def test_an_unusable_binary_policy(value: object) -> None:
    with pytest.raises(ProjectError, match=r"poetry\.toml: installer\.only-binary"):
        binary_policy({"installer": {"only-binary": value}}, "only-binary")
