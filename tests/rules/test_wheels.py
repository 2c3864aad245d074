"""How locked packages get into an image, on each platform."""

from __future__ import annotations

from dataclasses import replace

from scaffolder.model.lock import PackageSource
from scaffolder.model.project import Project
from scaffolder.rules.context import Context
from scaffolder.rules.wheels import package_ways
from tests.helpers import SCRIPT, check_decides, decision, inferred, project

MAIN = {"main.py": SCRIPT}
BOTH = ("linux/amd64", "linux/arm64")
X86 = "cp313-cp313-manylinux_2_17_x86_64"
ARM = "cp313-cp313-manylinux_2_17_aarch64"


def _ways(shop: Project) -> dict[str, tuple[str, str]]:
    found = package_ways(Context(shop), inferred(shop).decisions)
    return {package.name: tuple(package.ways.get(platform, "") for platform in BOTH) for package in found}  # type: ignore[misc]


def test_every_way() -> None:
    rows = [
        "attrs 1.0",
        f"both 1.0 {X86} {ARM}",
        "docopt 0.6.2 sdist",
        f"pandas 1.0 {X86} sdist",
        "psycopg2 2.9 sdist",
        f"torch 2.0 {X86}",
    ]
    assert _ways(project(MAIN, packages=rows)) == {
        "attrs": ("wheel", "wheel"),
        "both": ("wheel", "wheel"),
        "docopt": ("pure", "pure"),
        "pandas": ("wheel", "compile"),
        "psycopg2": ("compile", "compile"),
        "torch": ("wheel", "none"),
    }


def test_packages_of_other_sources() -> None:
    shop = project(MAIN, packages=["a 1.0", "b 1.0", "psycopg2 2.9", "z 1.0"])
    sources = {"a": "directory", "b": "git", "psycopg2": "git"}
    packages = tuple(
        replace(package, files=(), source=PackageSource(kind=sources[package.name], url="x"))
        if package.name in sources
        else replace(package, files=None)
        for package in shop.lock.packages
    )
    ways = _ways(replace(shop, lock=replace(shop.lock, packages=packages)))
    assert {name: way for name, (way, _) in ways.items()} == {
        "a": "path",
        "b": "git",
        "psycopg2": "compile",  # a clone of what is known to hold C code
        "z": "unknown",
    }


def test_a_package_for_one_machine_alone() -> None:
    shop = project(MAIN, packages=[f"nvidia-nccl-cu12 2.0 {X86}", "attrs 1.0"])
    packages = tuple(
        replace(package, markers={"*": 'platform_machine == "x86_64"'} if package.name != "attrs" else {})
        for package in shop.lock.packages
    )
    marked = replace(shop, lock=replace(shop.lock, packages=packages))
    assert _ways(marked)["nvidia-nccl-cu12"] == ("wheel", "")
    check_decides(marked, "platforms", BOTH, "default", "every package can be installed on both")


def test_platforms() -> None:
    blocked = project(MAIN, packages=[f"torch 2.0 {X86}", "attrs 1.0"])
    check_decides(
        blocked,
        "platforms",
        ("linux/amd64",),
        "inferred",
        "poetry.lock: torch 2.0 has neither a wheel for Python 3.13 on linux/arm64 nor a source archive",
    )
    slower = project(MAIN, packages=[f"pandas 1.0 {X86} sdist"])
    check_decides(slower, "platforms", BOTH, "default", "linux/arm64 compiles pandas 1.0")
    check_decides(project(MAIN), "platforms", BOTH, "default")
    check_decides(blocked, "platforms", BOTH, "flag", settings=["platforms=+linux/arm64"])


def test_a_lock_for_no_platform_is_said() -> None:
    shop = project(MAIN, packages=["pywin32 300 cp313-cp313-win_amd64"])
    check_decides(shop, "platforms", BOTH, "default", "none")
    assert [message.code for message in inferred(shop).messages] == ["not-installable"]


def test_the_python_for_which_there_is_something_to_install() -> None:
    shop = project(MAIN, packages=["torch 2.0 cp312-cp312-manylinux_2_28_x86_64"])
    evidence = "on Python 3.13, some packages have nothing to install"
    check_decides(shop, "python", "3.12", "inferred", evidence)
    assert decision(shop, "platforms").value == ("linux/amd64",)
