"""Wheel or source, from file names."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest
from packaging.tags import compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

from scaffolder.model.lock import LockedPackage, PackageSource, Target
from scaffolder.poetry.lockfile import parse_lock
from scaffolder.poetry.wheels import Verdict, verdict

TARGET = Target(python="3.12")
SDIST = "x-1.0.tar.gz"


def package(*files: str, source: PackageSource | None = None, name: str = "x", unknown: bool = False) -> LockedPackage:
    return LockedPackage(
        name=canonicalize_name(name),
        version="1.0",
        python_versions="*",
        optional=False,
        groups=("main",),
        category="",
        markers={},
        dependencies=(),
        extras={},
        files=None if unknown else files,
        source=source,
    )


def fits(wheel: str, target: Target) -> bool:
    return verdict(package(wheel), target) is Verdict.WHEEL


@pytest.mark.parametrize(
    "tags",
    [
        "py3-none-any",
        "py2.py3-none-any",
        "cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64",
        "cp312-cp312-manylinux_2_36_x86_64",
        "cp312-cp312-manylinux1_x86_64",
        "cp312-cp312-manylinux2010_x86_64",
        "cp312-cp312-linux_x86_64",
        "cp37-abi3-manylinux_2_28_x86_64",
        "cp312-none-any",
        "py3-none-manylinux_2_17_x86_64",
        "py312-none-any",
        "1-cp312-cp312-manylinux_2_17_x86_64",
    ],
)
def test_a_wheel_that_fits(tags: str) -> None:
    assert fits(f"x-1.0-{tags}.whl", TARGET)
    assert verdict(package(SDIST, f"x-1.0-{tags}.whl"), TARGET) is Verdict.WHEEL


@pytest.mark.parametrize(
    "tags",
    [
        "cp312-cp312-manylinux_2_37_x86_64",
        "cp312-cp312-manylinux_2_17_aarch64",
        "cp312-cp312-musllinux_1_2_x86_64",
        "cp312-cp312-macosx_11_0_arm64",
        "cp312-cp312-win_amd64",
        "cp312-cp312t-manylinux_2_17_x86_64",
        "cp311-cp311-manylinux_2_17_x86_64",
        "cp313-abi3-manylinux_2_17_x86_64",
        "cp312-cp311-manylinux_2_17_x86_64",
        "pp310-pypy310_pp73-manylinux_2_17_x86_64",
        "py2-none-any",
        "py313-none-any",
    ],
)
def test_a_wheel_that_does_not_fit(tags: str) -> None:
    assert not fits(f"x-1.0-{tags}.whl", TARGET)
    assert verdict(package(f"x-1.0-{tags}.whl", SDIST), TARGET) is Verdict.SDIST
    assert verdict(package(f"x-1.0-{tags}.whl"), TARGET) is Verdict.NONE


@pytest.mark.parametrize("name", ["", "x.whl", "x-1.0.whl", "-.whl", "x-1.0-----.whl", "../../x.whl"])
def test_not_the_name_of_a_wheel(name: str) -> None:
    assert not fits(name, TARGET)


def test_machine_glibc_and_patch_release() -> None:
    wheel = "x-1.0-cp312-cp312-manylinux_2_39_aarch64.whl"
    assert fits(wheel, Target(python="3.12.4", machine="aarch64", glibc=(2, 41)))
    assert not fits(wheel, Target(python="3.12.4", machine="aarch64", glibc=(2, 36)))
    assert not fits("x-1.0-py3-none-manylinux1_aarch64.whl", Target(python="3.12", machine="aarch64"))


def test_the_abi_of_python_3_7() -> None:
    assert fits("x-1.0-cp37-cp37m-manylinux1_x86_64.whl", Target(python="3.7", glibc=(2, 31)))
    assert not fits("x-1.0-cp37-cp37-manylinux1_x86_64.whl", Target(python="3.7", glibc=(2, 31)))


@pytest.mark.parametrize("extension", ["tar.gz", "zip", "tar.bz2", "tar.xz", "tgz"])
def test_sdists(extension: str) -> None:
    assert verdict(package(f"x-1.0.{extension}"), TARGET) is Verdict.SDIST


def test_eggs_and_installers_are_nothing() -> None:
    assert verdict(package("x-1.0-py3.12.egg", "x-1.0.win32.exe"), TARGET) is Verdict.NONE


def test_no_files_listed() -> None:
    assert verdict(package(unknown=True), TARGET) is Verdict.UNKNOWN


def test_no_binary_and_only_binary() -> None:
    both = package("x-1.0-py3-none-any.whl", SDIST)
    assert verdict(both, TARGET, no_binary=("x",)) is Verdict.SDIST
    assert verdict(both, TARGET, no_binary=(":all:",)) is Verdict.SDIST
    assert verdict(both, TARGET, no_binary=("y",)) is Verdict.WHEEL
    assert verdict(package("x-1.0-py3-none-any.whl"), TARGET, no_binary=("x",)) is Verdict.NONE
    assert verdict(package(SDIST), TARGET, only_binary=("x",)) is Verdict.NONE
    assert verdict(package(SDIST), TARGET, only_binary=(":all:",)) is Verdict.NONE
    assert verdict(both, TARGET, only_binary=("x",)) is Verdict.WHEEL


@pytest.mark.parametrize(
    ("kind", "url", "expected"),
    [
        ("git", "https://example.com/x.git", Verdict.GIT),
        ("directory", "../x", Verdict.PATH),
        ("file", "../x-1.0-py3-none-any.whl", Verdict.WHEEL),
        ("file", "x-1.0.tar.gz", Verdict.SDIST),
        ("url", "https://example.com/x-1.0-py3-none-any.whl#sha256=aa", Verdict.WHEEL),
        ("url", "https://example.com/x-1.0%2Bcu118-cp312-cp312-linux_x86_64.whl", Verdict.WHEEL),
        ("url", "https://example.com/x-1.0-cp312-cp312-win_amd64.whl", Verdict.NONE),
        ("url", "https://example.com/archive/main.zip?raw=1", Verdict.SDIST),
        ("legacy", "https://example.com/simple", Verdict.UNKNOWN),
    ],
)
def test_other_sources(kind: str, url: str, expected: Verdict) -> None:
    assert verdict(package(source=PackageSource(kind=kind, url=url)), TARGET) is expected


@pytest.mark.parametrize(("python", "machine"), [("3.12", "x86_64"), ("3.10", "aarch64"), ("3.14", "x86_64")])
def test_agrees_with_packaging_on_real_names(shared: Path, python: str, machine: str) -> None:
    target = Target(python=python, machine=machine, glibc=(2, 36))
    lowest = 5 if machine == "x86_64" else 17
    legacy = {5: "manylinux1", 12: "manylinux2010", 17: "manylinux2014"}
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(36, lowest - 1, -1)]
    platforms += [f"{name}_{machine}" for minor, name in legacy.items() if minor >= lowest] + [f"linux_{machine}"]
    version = (3, int(python[2:]))
    interpreter = f"cp{version[0]}{version[1]}"
    tags = {*cpython_tags(version, [interpreter], platforms), *compatible_tags(version, interpreter, platforms)}
    names = {
        file
        for path in sorted((shared / "sample-locks").glob("*.lock"))
        for found in parse_lock(path.read_text()).packages
        for file in found.files or ()
        if file.endswith(".whl")
    }
    assert len(names) > 1000
    for name in sorted(names):
        assert fits(name, target) == bool(parse_wheel_filename(name)[3] & tags), name


def test_a_name_with_too_many_tags_is_no_wheel() -> None:
    many = ".".join(["x"] * 900)
    start = time.process_time()
    assert not fits(f"x-1.0-py3.{many}-none.{many}-any.{many}.whl", TARGET)
    assert time.process_time() - start < 0.5


def test_a_large_lock(shared: Path) -> None:
    packages = parse_lock((shared / "sample-locks" / "synthetic-500.poetry.lock").read_text()).packages
    start = time.process_time()
    counts = Counter(verdict(found, TARGET) for found in packages)
    assert time.process_time() - start < 1
    assert counts == {Verdict.WHEEL: 467, Verdict.SDIST: 25, Verdict.GIT: 7, Verdict.PATH: 1}
