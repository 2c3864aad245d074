"""What the path of a source file says about it."""

from __future__ import annotations

from collections.abc import Iterable

_TESTS = frozenset({"tests", "test", "testing", "__tests__", "unit_tests", "integration_tests", "e2e"})

_SAMPLES = frozenset(
    {"docs", "doc", "examples", "example", "samples", "sample", "demos", "notebooks", "benchmarks", "benchmark"}
)

_ASIDE = frozenset({"scripts", "script", "tools", "dev", "bin", "hack", "ci"})

_HISTORY = frozenset({"migrations", "versions"})

_TOOLS = frozenset({"setup.py", "noxfile.py", "fabfile.py", "conf.py", "gunicorn.conf.py", "gunicorn_conf.py"})


def is_test(path: str) -> bool:
    """Whether the file belongs to a test suite."""
    *folders, name = path.split("/")
    if name in ("conftest.py", "tests.py") or name.startswith(("test_", "test-")) or name.endswith("_test.py"):
        return True
    return not _TESTS.isdisjoint(folders)


def is_sample(path: str) -> bool:
    """Whether the file is documentation or an example rather than the product."""
    return not _SAMPLES.isdisjoint(path.split("/")[:-1])


def is_history(path: str) -> bool:
    """Whether the file is a database migration."""
    return not _HISTORY.isdisjoint(path.split("/")[:-1])


def is_tool(path: str) -> bool:
    """Whether the file configures a tool instead of running in production."""
    return path.rpartition("/")[2] in _TOOLS


def is_setup(path: str) -> bool:
    """Whether the file only builds a distribution: nothing of it runs in production."""
    return path.rpartition("/")[2] == "setup.py"


def product(paths: Iterable[str]) -> frozenset[str]:
    """The paths outside of helper folders such as `scripts`; all of them when there are no others."""
    everything = frozenset(paths)
    main = frozenset(path for path in everything if _ASIDE.isdisjoint(path.split("/")[:-1]))
    return main or everything


def is_hidden(path: str) -> bool:
    """Whether the file lies in a folder such as `.github`; `..` is none."""
    while path.startswith("../"):
        path = path[3:]
    return path.startswith(".") or "/." in path


def folder_of(path: str) -> str:
    """The folder of a file, "" for the project folder."""
    return path.rpartition("/")[0]


def dotted(path: str, root: str) -> str:
    """The module name of a file below `root`: `src/shop/main.py` below `src` is `shop.main`."""
    below = path[len(root) + 1 :] if root else path
    name = below.removesuffix(".py").replace("/", ".")
    return name.removesuffix(".__init__") if name.endswith(".__init__") else name


def ancestors(folder: str) -> tuple[str, ...]:
    """The folder itself and every folder above it, the deepest first, "" last."""
    found: list[str] = []
    while folder:
        found.append(folder)
        folder = folder.rpartition("/")[0]
    return (*found, "")
