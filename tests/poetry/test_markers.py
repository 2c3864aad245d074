"""Markers, evaluated for an image, against poetry-core."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from poetry.core.constraints.version import Version
from poetry.core.packages.utils.utils import get_python_constraint_from_marker
from poetry.core.version.markers import parse_marker

from scaffolder.model.lock import Target
from scaffolder.poetry.markers import holds, reaches

TARGET = Target(python="3.11.9")


@pytest.mark.parametrize(
    "marker",
    [
        "",
        "*",
        'sys_platform == "linux"',
        "os_name == 'posix'",
        'platform_system != "Windows"',
        'platform_machine == "x86_64"',
        'platform_machine in "x86_64 aarch64"',
        'platform_machine not in "arm64,ppc64le"',
        '"86" in platform_machine',
        'python_version >= "3.8" and python_version < "3.12"',
        'python_version == "3.11"',
        'python_version == "3.*"',
        'python_version in "3.10 3.11"',
        'python_version not in "3.9, 3.10"',
        '"3.8" <= python_version',
        'python_full_version > "3.11.2"',
        'python_full_version ~= "3.11.4"',
        'platform_python_implementation == "CPython"',
        'implementation_name == "cpython" or os_name == "nt"',
        'python_implementation == "CPython"',
        "sys.platform != 'win32'",
        'os_name == "nt" and python_version < "3" or sys_platform == "linux"',
        '(os_name == "nt" or os_name == "posix") and (python_version > "3")',
        'extra == "redis"',
    ],
)
def test_holds(marker: str) -> None:
    assert holds(marker, TARGET)


@pytest.mark.parametrize(
    "marker",
    [
        "<empty>",
        'sys_platform == "win32"',
        'platform_machine == "arm64"',
        'platform_machine in "arm64 ppc64le"',
        'python_version < "3.8"',
        'python_version > "3.11"',
        'python_version not in "3.10 3.11"',
        'python_full_version < "3.11"',
        'os_name == "nt" or python_version < "3"',
        'os_name == "nt" and (python_version > "3" or sys_platform == "linux")',
        'platform_python_implementation == "PyPy"',
        'sys_platform >= "linux"',
    ],
)
def test_does_not_hold(marker: str) -> None:
    assert not holds(marker, TARGET)


def test_machine() -> None:
    assert holds('platform_machine == "aarch64"', Target(python="3.12", machine="aarch64"))


def test_two_part_target_stands_for_the_newest_patch_release() -> None:
    assert holds('python_full_version > "3.12.9"', Target(python="3.12"))
    assert not holds('python_full_version > "3.12.9"', Target(python="3.12.4"))


def test_extras() -> None:
    marker = 'extra == "Foo_Bar" or extra == "baz"'
    assert holds(marker, TARGET, frozenset({"foo-bar"}))
    assert not holds(marker, TARGET, frozenset())
    assert holds('extra != "baz"', TARGET, frozenset({"foo-bar"}))
    assert holds('extra == "a" and extra == "b"', TARGET, frozenset({"a", "b"}))


def test_the_resolver_compares_three_parts_with_the_full_version() -> None:
    marker = 'python_version <= "3.11.2"'
    assert holds(marker, TARGET)
    assert not reaches(marker, TARGET)
    assert reaches(marker, Target(python="3.11.1"))


@pytest.mark.parametrize(
    "marker", ['python_version <= "3.11"', 'python_version == "3.11"', 'python_version in "3.11"', 'os_name == "posix"']
)
def test_the_resolver_reads_two_parts_as_all_patch_releases(marker: str) -> None:
    assert reaches(marker, TARGET)


@pytest.mark.parametrize(
    "marker",
    [
        "linux",
        'sys_platform = "linux"',
        'sys_platform == "linux',
        '(sys_platform == "linux"',
        'sys_platform == "linux")',
        'sys_platform == "linux" and',
        'sys_platform == "linux" xor os_name == "nt"',
        'color == "red"',
        '"a" == "b"',
        "os_name == sys_platform",
        "(" * 5000 + 'os_name == "nt"' + ")" * 5000,
    ],
)
def test_not_a_marker(marker: str) -> None:
    with pytest.raises(ValueError, match="not an environment marker"):
        holds(marker, TARGET)


def environment(python: str, machine: str) -> dict[str, object]:
    return {
        "implementation_name": "cpython",
        "implementation_version": python,
        "os_name": "posix",
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "platform_release": "6.1.0",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": python,
        "python_version": ".".join(python.split(".")[:2]),
        "sys_platform": "linux",
    }


def check_against_poetry(marker: str) -> None:
    parsed = parse_marker(marker)
    for python, machine in (("3.9.1", "x86_64"), ("3.11.2", "aarch64"), ("3.11.9", "x86_64"), ("3.12.4", "x86_64")):
        target = Target(python=python, machine=machine)
        for extras in (frozenset[str](), frozenset({"foo-bar"})):
            expected = parsed.validate({**environment(python, machine), "extra": extras})
            assert holds(marker, target, extras) == expected, (marker, target, extras)
        expected = parsed.validate(environment(python, machine)) and get_python_constraint_from_marker(parsed).allows(
            Version.parse(python)
        )
        assert reaches(marker, target) == expected, (marker, target)


COMPARISONS = st.sampled_from(
    [
        *(
            f'{name} {operator} "{version}"'
            for name, versions in (
                ("python_version", ("3", "3.6", "3.11", "3.12")),
                ("python_full_version", ("3.7.1", "3.11", "3.11.2", "3.12.4")),
            )
            for operator in ("<", "<=", ">", ">=", "==", "!=")
            for version in versions
        ),
        'python_version in "3.6 3.7 3.11"',
        'python_version not in "3.6, 3.12"',
        'sys_platform == "win32"',
        "sys_platform != 'win32'",
        'platform_machine in "x86_64 arm64"',
        'platform_machine not in "ppc64le,s390x"',
        '"arm" in platform_machine',
        '"x" not in platform_machine',
        'implementation_name != "cpython"',
        'extra == "Foo_Bar"',
    ]
)


@settings(max_examples=100, deadline=None)
@given(
    parts=st.lists(COMPARISONS, min_size=1, max_size=4),
    shapes=st.lists(st.sampled_from(["{} and {}", "{} or {}", "({}) and ({})", "({}) or {}"]), min_size=3, max_size=3),
)
def test_agrees_with_poetry_core(parts: list[str], shapes: list[str]) -> None:
    marker = parts[0]
    for part, shape in zip(parts[1:], shapes, strict=False):
        marker = shape.format(marker, part)
    check_against_poetry(marker)


def test_agrees_with_poetry_core_on_real_locks(shared: Path) -> None:
    markers: set[str] = set()
    for path in sorted((shared / "sample-locks").glob("*.lock")):
        for package in tomllib.loads(path.read_text())["package"]:
            found = package.get("markers", package.get("marker", ""))
            markers.update([found] if isinstance(found, str) else found.values())
            for value in package.get("dependencies", {}).values():
                for item in value if isinstance(value, list) else [value]:
                    markers.add(item.get("markers", "") if isinstance(item, dict) else "")
    assert len(markers) > 20
    for marker in sorted(markers):
        check_against_poetry(marker)


def test_a_long_marker_is_not_slow() -> None:
    start = time.process_time()
    holds(" or ".join(f'python_version == "3.{minor}"' for minor in range(20_000)), TARGET)
    assert time.process_time() - start < 5
