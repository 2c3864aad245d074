"""What a production install takes from a lock; the expectations on sample locks were compared with Poetry itself."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Collection
from pathlib import Path

import pytest

from scaffolder.errors import ProjectError
from scaffolder.model.lock import Lock, Target
from scaffolder.model.manifest import Manifest
from scaffolder.poetry.closure import missing, production_closure
from tests.poetry.locks import lock, manifest, sample

TARGET = Target(python="3.12.4")
#: A format without groups, whose graph has to be walked.
WALKED = 'lock-version = "2.0"'


def taken(
    project: Manifest,
    locked: Lock,
    target: Target = TARGET,
    *,
    groups: Collection[str] = ("main",),
    extras: Collection[str] = (),
) -> list[str]:
    packages = production_closure(project, locked, target, groups=groups, extras=extras)
    return [f"{package.name} {package.version}" for package in packages]


def walked(dependencies: str, packages: str, metadata: str = WALKED, rest: str = "") -> list[str]:
    return taken(manifest(dependencies, rest), lock(packages, metadata=metadata))


class TestGroupsInTheLock:
    PROJECT = manifest('a = "*"')

    def test_groups(self) -> None:
        locked = lock("@b 1\ngroups = ['dev', 'main']\n@a 1\ngroups = ['main']\n@c 1\ngroups = ['dev']")
        assert taken(self.PROJECT, locked) == ["a 1", "b 1"]
        assert taken(self.PROJECT, locked, groups=("main", "Dev")) == ["a 1", "b 1", "c 1"]
        assert taken(self.PROJECT, locked, groups=()) == []

    def test_a_marker_for_all_groups(self) -> None:
        locked = lock("@pywin32 1\ngroups = ['main']\nmarkers = \"sys_platform == 'win32'\"")
        assert taken(self.PROJECT, locked) == []

    def test_a_marker_of_another_group_does_not_count(self) -> None:
        locked = lock(
            """@a 1
            groups = ["main", "dev"]
            markers = {main = "sys_platform == 'win32'"}
            @b 1
            groups = ["main", "dev"]
            markers = {dev = "sys_platform == 'win32'"}
            """
        )
        assert taken(self.PROJECT, locked) == ["b 1"]
        assert taken(self.PROJECT, locked, groups=("dev",)) == ["a 1"]

    def test_extras(self) -> None:
        locked = lock("@redis 5\noptional = true\ngroups = ['main']\nmarkers = \"extra == 'Cache_All'\"")
        assert taken(self.PROJECT, locked) == []
        assert taken(self.PROJECT, locked, extras=("cache.all",)) == ["redis 5"]

    def test_one_name_with_two_versions(self) -> None:
        locked = lock(
            """@numpy 2.0
            groups = ["main"]
            markers = "python_version < '3.10'"
            @numpy 2.2
            groups = ["main"]
            markers = "python_version >= '3.10'"
            """
        )
        assert taken(self.PROJECT, locked) == ["numpy 2.2"]
        assert taken(self.PROJECT, locked, Target(python="3.9")) == ["numpy 2.0"]

    def test_three_part_python_version_holds_as_for_poetry_itself(self) -> None:
        locked = lock("@x 1\ngroups = ['main']\nmarkers = \"python_version <= '3.12.2'\"")
        assert taken(self.PROJECT, locked) == ["x 1"]

    def test_sorted_by_name_and_version(self) -> None:
        locked = lock("@b 10.0\ngroups = ['main']\n@b 9.0\ngroups = ['main']\n@a 1\ngroups = ['main']")
        assert taken(self.PROJECT, locked) == ["a 1", "b 9.0", "b 10.0"]

    def test_an_unreadable_marker(self) -> None:
        locked = lock("@x 1\ngroups = ['main']\nmarkers = \"sys_platform = 'win32'\"")
        with pytest.raises(ProjectError, match="package x") as caught:
            taken(self.PROJECT, locked)
        assert caught.value.hint == "run `poetry lock`"


class TestWalk:
    def test_along_dependencies(self) -> None:
        packages = """@a 1
            [package.dependencies]
            B_b = ">=1"
            @b.B 1
            [package.dependencies]
            c = "*"
            @c 1
            [package.dependencies]
            a = "*"
            @dev 1
            """
        assert walked('A = "*"', packages) == ["a 1", "b-b 1", "c 1"]

    def test_groups(self) -> None:
        project = manifest('a = "*"', '[tool.poetry.group.dev.dependencies]\nb = "*"')
        locked = lock("@a 1\n@b 1", metadata=WALKED)
        assert taken(project, locked) == ["a 1"]
        assert taken(project, locked, groups=("dev",)) == ["b 1"]
        assert taken(project, locked, groups=("main", "dev")) == ["a 1", "b 1"]

    def test_markers_of_the_project(self) -> None:
        dependencies = """
            a = {version = "*", markers = "sys_platform == 'win32'"}
            b = {version = "*", platform = "darwin"}
            c = {version = "*", python = "<3.8"}
            d = {version = "*", python = "^3.8"}
            """
        assert walked(dependencies, "@a 1\n@b 1\n@c 1\n@d 1") == ["d 1"]

    def test_markers_of_dependencies(self) -> None:
        packages = """@a 1
            [package.dependencies]
            b = {version = "*", markers = "sys_platform == 'win32'"}
            c = {version = "*", markers = "python_version <= '3.12.2'"}
            d = {version = "*", markers = "python_version <= '3.12'"}
            @b 1
            @c 1
            @d 1
            """
        assert walked('a = "*"', packages) == ["a 1", "d 1"]

    def test_extras_of_the_project(self) -> None:
        project = manifest(
            'a = "*"\nb = {version = "*", optional = true}', '[tool.poetry.extras]\ncache = ["B"]\nnone = []'
        )
        locked = lock("@a 1\n@b 1\n[package.dependencies]\nc = '*'\n@c 1", metadata=WALKED)
        assert taken(project, locked) == ["a 1"]
        assert taken(project, locked, extras=("none",)) == ["a 1"]
        assert taken(project, locked, extras=("Cache",)) == ["a 1", "b 1", "c 1"]

    def test_extras_of_dependencies(self) -> None:
        packages = """@celery 5
            [package.dependencies]
            kombu = "*"
            redis = {version = ">=4", optional = true, markers = "extra == 'redis'"}
            pycurl = {version = ">=7", optional = true, markers = "sys_platform == 'win32' and extra == 'sqs'"}
            boto3 = {version = ">=1", optional = true, markers = "extra == 'sqs'"}
            [package.extras]
            redis = ["redis (>=4)"]
            sqs = ["boto3 (>=1)", "pycurl (>=7)"]
            all = ["celery[redis,sqs]"]
            @kombu 1
            @redis 1
            @boto3 1
            @pycurl 1
            """
        assert walked('celery = "*"', packages) == ["celery 5", "kombu 1"]
        assert walked('celery = {version = "*", extras = ["Redis"]}', packages) == ["celery 5", "kombu 1", "redis 1"]
        everything = ["boto3 1", "celery 5", "kombu 1", "redis 1"]
        assert walked('celery = {version = "*", extras = ["all"]}', packages) == everything

    def test_an_extra_asked_by_another_package(self) -> None:
        packages = """@a 1
            [package.dependencies]
            uvicorn = {version = "*", extras = ["standard"]}
            @uvicorn 1
            [package.dependencies]
            uvloop = {version = "*", optional = true, markers = "extra == 'standard'"}
            [package.extras]
            standard = ["uvloop"]
            @uvloop 1
            """
        assert walked('uvicorn = "*"\na = "*"', packages) == ["a 1", "uvicorn 1", "uvloop 1"]
        assert walked('a = "*"\nuvicorn = "*"', packages) == ["a 1", "uvicorn 1", "uvloop 1"]

    def test_two_versions_by_the_edge_that_applies(self) -> None:
        packages = """@pandas 2
            [package.dependencies]
            numpy = [
                {version = ">=1.22,<2", markers = "python_version < '3.11'"},
                {version = ">=2", markers = "python_version >= '3.11'"},
            ]
            @numpy 1.26
            @numpy 2.2
            """
        assert walked('pandas = "*"', packages) == ["numpy 2.2", "pandas 2"]

    def test_two_versions_by_what_all_ask(self) -> None:
        packages = "@a 1\n[package.dependencies]\nx = '>=1'\n@b 1\n[package.dependencies]\nx = '<2'\n@x 1.5\n@x 2.5"
        assert walked('a = "*"\nb = "*"', packages) == ["a 1", "b 1", "x 1.5"]

    def test_two_versions_by_what_they_allow(self) -> None:
        packages = "@x 1\npython-versions = '>=3.8'\n@x 2\npython-versions = '>=3.13'"
        assert walked('x = "*"', packages) == ["x 1"]

    def test_a_choice_that_changes_what_is_asked(self) -> None:
        packages = """@a 1
            @a 2
            [package.dependencies]
            old = "*"
            @b 1
            [package.dependencies]
            a = "<2"
            @old 1
            """
        assert walked('a = "*"\nb = "*"', packages) == ["a 1", "b 1"]

    def test_two_sources_of_one_version(self) -> None:
        packages = """@torch 2
            [package.source]
            type = "url"
            url = "https://example.com/linux.whl"
            [package.dependencies]
            linux-only = "*"
            @torch 2
            [package.source]
            type = "url"
            url = "https://example.com/mac.whl"
            @linux-only 1
            """
        dependencies = """torch = [
            {url = "https://example.com/mac.whl", markers = "sys_platform == 'darwin'"},
            {url = "https://example.com/linux.whl", markers = "sys_platform == 'linux'"},
        ]"""
        assert walked(dependencies, packages) == ["linux-only 1", "torch 2"]

    def test_an_index_before_the_default_one(self) -> None:
        packages = '@torch 2.1\n@torch 2.0\n[package.source]\ntype = "legacy"\nreference = "cpu"\nurl = "u"'
        sources = '[[tool.poetry.source]]\nname = "cpu"\nurl = "https://example.com"\npriority = "explicit"'
        assert walked('torch = {version = "*", source = "cpu"}', packages, rest=sources) == ["torch 2.0"]

    def test_markers_of_packages_in_format_1_0(self) -> None:
        packages = """@click 8
            [package.dependencies]
            colorama = "*"
            @colorama 0.4
            marker = "platform_system == 'Windows'"
            """
        assert walked('click = "*"', packages, 'lock-version = "1.0"') == ["click 8"]

    def test_requirements_of_packages_in_format_0_12(self) -> None:
        packages = """@click 8
            [package.dependencies]
            colorama = "*"
            typing = "*"
            @colorama 0.4
            [package.requirements]
            platform = "win32"
            @typing 1
            [package.requirements]
            python = "<3.5"
            """
        assert walked('click = "*"', packages, 'hashes = {click = ["cafe"]}') == ["click 8"]

    def test_setuptools_that_old_poetry_never_locked(self) -> None:
        packages = "@a 1\n[package.dependencies]\nsetuptools = '*'"
        assert walked('a = "*"', packages, 'lock-version = "1.1"') == ["a 1"]

    def test_an_unreadable_marker(self) -> None:
        with pytest.raises(ProjectError, match="package a"):
            walked('a = "*"', "@a 1\n[package.dependencies]\nb = {version = '*', markers = '?'}\n@b 1")

    def test_a_chain_of_thousands(self) -> None:
        packages = "\n".join(f"@p{n} 1\n[package.dependencies]\np{n + 1} = '*'" for n in range(3000)) + "\n@p3000 1"
        assert len(walked('p0 = "*"', packages)) == 3001


def test_the_project_itself_is_not_in_it() -> None:
    project = manifest('shop = {version = "*", extras = ["x"]}\na = "*"')
    assert taken(project, lock("@a 1\n@shop 1", metadata=WALKED)) == ["a 1"]


def test_an_empty_lock() -> None:
    assert taken(manifest('python = "^3.8"'), lock("")) == []


def test_missing() -> None:
    project = manifest(
        """a = "*"
        B_c = "*"
        w = {version = "*", markers = "sys_platform == 'win32'"}
        o = {version = "*", optional = true}
        setuptools = "*"
        """,
        '[tool.poetry.extras]\nx = ["o"]\n[tool.poetry.group.dev.dependencies]\nd = "*"',
    )
    locked = lock("@a 1\ngroups = ['main']")
    assert missing(project, locked, TARGET) == ("b-c", "setuptools")
    assert missing(project, locked, TARGET, extras=("X",)) == ("b-c", "o", "setuptools")
    assert missing(project, locked, TARGET, groups=("dev",)) == ("d",)
    assert missing(project, lock("@a 1\n@b-c 1", metadata='lock-version = "1.1"'), TARGET) == ()


FEAT = {
    "certifi", "charset-normalizer", "click", "gitdep", "idna", "iniconfig", "mylib", "mylib2", "pysocks", "requests",
    "six", "toml", "urllib3",
}  # fmt: skip
FEAT_VERSIONS = ("1.0.10", "1.1.15", "1.2.2", "1.3.2", "1.4.2", "1.5.1", "1.8.5", "2.0.1", "2.1.4", "2.2.1", "2.3.4")


@pytest.mark.parametrize("version", [*FEAT_VERSIONS, "2.4.3", "2.5.1"])
def test_one_project_locked_by_every_poetry(shared: Path, version: str) -> None:
    project, locked = sample(shared, f"feat__poetry-{version}")
    assert {package.name for package in production_closure(project, locked, TARGET)} == FEAT
    fast = production_closure(project, locked, TARGET, extras=("fast",))
    assert {package.name for package in fast} == FEAT | {"uvloop"}
    assert missing(project, locked, TARGET, extras=("fast",)) == ()


def test_a_service_locked_by_five_poetries(shared: Path) -> None:
    found = {
        version: {name.split()[0] for name in taken(*sample(shared, f"real__poetry-{version}"))}
        for version in ("1.1.15", "1.2.2", "1.5.1", "1.8.5", "2.5.1")
    }
    assert len(found["2.5.1"]) == 36
    assert found["1.5.1"] == found["1.8.5"] == found["2.5.1"]
    # The older two locked other versions of joblib, scikit-learn, python-dateutil and sqlalchemy, which need others.
    assert found["1.1.15"] == found["1.2.2"]
    assert found["2.5.1"] - found["1.2.2"] == {"cloudpickle", "narwhals"}
    assert found["1.2.2"] - found["2.5.1"] == {"greenlet", "six"}


@pytest.mark.parametrize("version", ["1.0.10", "1.1.15", "1.2.2", "1.8.5", "2.5.1"])
def test_a_small_project(shared: Path, version: str) -> None:
    assert {name.split()[0] for name in taken(*sample(shared, f"compat__poetry-{version}"))} == {"click", "six"}


@pytest.mark.parametrize("name", ["feat__poetry-2.5.1", "real__poetry-2.5.1", "feat-pep735__poetry-2.5.1"])
def test_the_walk_finds_what_the_groups_say(shared: Path, name: str) -> None:
    project, locked = sample(shared, name)
    without = tuple(dataclasses.replace(package, groups=None, markers={}) for package in locked.packages)
    for python in ("3.11", "3.12.4", "3.13"):
        target = Target(python=python)
        assert taken(project, dataclasses.replace(locked, packages=without), target) == taken(project, locked, target)


def test_thousands_that_ask_for_a_package_locked_twice() -> None:
    askers = [f"@p{number} 1\n[package.dependencies]\nx = '>=1.{number}'" for number in range(2_000)]
    locked = lock("\n".join([*askers, "@x 1.0", "@x 2.0"]), metadata=WALKED)
    project = manifest("\n".join(f'p{number} = "*"' for number in range(2_000)))
    start = time.process_time()
    found = taken(project, locked)
    assert time.process_time() - start < 2
    assert len(found) == 2_001
    assert found[-1] == "x 2.0"
