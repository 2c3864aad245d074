"""pyproject.toml in every shape that Poetry accepts; where Poetry's own library is installed, against it."""

from __future__ import annotations

import logging
import tomllib
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from poetry.core.constraints.version import parse_constraint
from poetry.core.factory import Factory

from scaffolder.errors import ProjectError
from scaffolder.model.manifest import Dependency, Index, Manifest, PackageInclude, Script
from scaffolder.poetry.manifest import parse_manifest
from scaffolder.poetry.tables import parse_toml


def manifest(text: str) -> Manifest:
    return parse_manifest(tomllib.loads(text))


def main(text: str) -> tuple[Dependency, ...]:
    group = manifest(text).group("main")
    assert group is not None
    return group.dependencies


def refused(text: str) -> ProjectError:
    with pytest.raises(ProjectError) as caught:
        manifest(text)
    assert caught.value.hint
    return caught.value


def test_tool_poetry_alone() -> None:
    found = manifest("""
        [tool.poetry]
        name = "shop"
        version = "1.0"
        description = "Sells"
        license = "MIT"
        readme = ["README.md", "CHANGES.md"]
        homepage = "https://shop.example"
        packages = [{include = "shop", from = "src"}, {include = "more"}]
        [tool.poetry.urls]
        Issues = "https://shop.example/issues"
        [tool.poetry.dependencies]
        python = "^3.11"
        Flask_Login = "^0.6"
        gunicorn = {version = "*", optional = true}
        [tool.poetry.extras]
        serve = ["gunicorn"]
        [tool.poetry.dev-dependencies]
        pytest = "*"
        [tool.poetry.plugins."shop.hooks"]
        a = "shop.hooks:a"
    """)
    assert (found.name, found.version, found.description, found.license) == ("shop", "1.0", "Sells", "MIT")
    assert found.readmes == ("README.md", "CHANGES.md")
    assert list(found.urls) == ["Homepage", "Issues"]
    assert found.packages == (PackageInclude(include="shop", source="src"), PackageInclude(include="more"))
    assert (found.python, found.python_key) == ("^3.11", "tool.poetry.dependencies.python")
    assert [group.name for group in found.groups] == ["main", "dev"]
    assert [(item.name, item.optional) for item in found.groups[0].dependencies] == [
        ("flask-login", False),
        ("gunicorn", True),
    ]
    assert found.extras == {"serve": ("gunicorn",)}
    assert found.has_plugins
    assert found.package_mode
    assert not found.has_project_table


def test_project_alone() -> None:
    found = manifest("""
        [project]
        name = "Shop.App"
        version = "1.0"
        license = {text = "MIT"}
        readme = {file = "README.md", content-type = "text/markdown"}
        requires-python = ">=3.11"
        dependencies = ["flask>=3", "x @ git+https://example.com/x.git@v1"]
        [project.urls]
        Source = "https://shop.example"
        [project.scripts]
        shop = "shop.cli:main"
        [project.optional-dependencies]
        Fast_Lane = ["uvloop>=0.19"]
        all = ["shop-app[fast_lane]", "orjson"]
        [project.entry-points."shop.hooks"]
        a = "shop.hooks:a"
    """)
    assert (found.name, found.license, found.readmes) == ("Shop.App", "MIT", ("README.md",))
    assert (found.python, found.python_key) == (">=3.11", "project.requires-python")
    assert [(item.name, item.optional) for item in found.groups[0].dependencies] == [
        ("flask", False),
        ("x", False),
        ("uvloop", True),
        ("orjson", True),
    ]
    assert found.extras == {"fast-lane": ("uvloop",), "all": ("orjson", "uvloop")}
    assert found.scripts == (Script(name="shop", module="shop.cli", function="main", table="project.scripts"),)
    assert found.has_plugins
    assert found.has_project_table


def test_own_table_enriches_the_standard_dependencies() -> None:
    found = main("""
        [project]
        dependencies = ["mylib", "six[a]>=1.16", "torch>=2; sys_platform == 'linux'", "y @ git+https://example.com/y.git"]
        [tool.poetry.dependencies]
        mylib = {path = "../mylib", develop = true}
        six = {version = "<2 || ^3", source = "corp", extras = ["ignored"]}
        torch = [{source = "cpu", markers = "platform_machine == 'x86_64'"}, {source = "arm", python = ">=3.12"}]
        y = {develop = true}
        nobody = "*"
    """)
    assert [item.name for item in found] == ["mylib", "six", "torch", "torch", "y"]
    mylib, six, torch, other_torch, y = found
    assert (mylib.path, mylib.develop) == ("../mylib", True)
    assert (six.index, six.extras, six.constraint) == ("corp", ("a",), ">=1.16,<2 || >=1.16,^3")
    assert torch.marker == "sys_platform == \"linux\" and platform_machine == 'x86_64'"
    assert (other_torch.index, other_torch.constraint) == ("arm", ">=2")
    assert (y.git, y.develop) == ("https://example.com/y.git", True)


def test_own_table_of_one_extra_does_not_enrich_another() -> None:
    found = main("""
        [project]
        name = "a"
        [project.optional-dependencies]
        cpu = ["torch"]
        cuda = ["torch"]
        [tool.poetry.dependencies]
        torch = [
            {source = "cpu", markers = "extra == 'cpu' and extra != 'cuda'"},
            {source = "cuda", markers = "extra == 'cuda' and extra != 'cpu'"},
        ]
        flask = "*"
    """)
    assert [(item.name, item.index, item.optional) for item in found] == [
        ("torch", "cpu", True),
        ("torch", "cuda", True),
    ]


def test_dynamic_leaves_the_other_half_to_the_own_table() -> None:
    found = main("""
        [project]
        name = "a"
        dynamic = ["dependencies"]
        optional-dependencies = {fast = ["uvloop"]}
        [tool.poetry.dependencies]
        flask = "*"
        ignored = {version = "*", optional = true}
    """)
    assert [(item.name, item.optional) for item in found] == [("uvloop", True), ("flask", False)]


def test_groups_of_both_kinds_include_each_other() -> None:
    found = manifest("""
        [project]
        name = "a"
        [dependency-groups]
        dev = ["pytest", {include-group = "Lint.All"}]
        lint-all = ["ruff"]
        [tool.poetry.group.dev.dependencies]
        pytest = {version = "^8", extras = ["x"]}
        [tool.poetry.group.lint-all]
        optional = true
        [tool.poetry.group.docs]
        optional = true
        include-groups = ["lint-all"]
        [tool.poetry.group.docs.dependencies]
        mkdocs = "*"
    """)
    assert [(group.name, group.optional, [item.name for item in group.dependencies]) for group in found.groups] == [
        ("main", False, []),
        ("dev", False, ["pytest", "ruff"]),
        ("lint-all", True, ["ruff"]),
        ("docs", True, ["mkdocs", "ruff"]),
    ]
    dev = found.group("dev")
    assert dev is not None
    assert dev.dependencies[0].constraint == "^8"
    assert found.has_dependency_groups


def test_poetry_specifics() -> None:
    found = manifest("""
        [tool.poetry]
        package-mode = false
        requires-poetry = ">=2.0"
        [tool.poetry.requires-plugins]
        Poetry_Plugin_Export = ">=1.8"
        other = {path = "x"}
        [[tool.poetry.source]]
        name = "corp"
        url = "https://index.example.com/simple"
        secondary = true
        [[tool.poetry.source]]
        name = "main"
        priority = "Explicit"
        [tool.fastapi]
        entrypoint = "a:b"
        [tool.scaffold]
        port = 1
    """)
    assert not found.package_mode
    assert (found.name, found.python, found.python_key) == ("", "*", "")
    assert found.requires_poetry == ">=2.0"
    assert found.requires_plugins == (
        Dependency(name=canonicalize_name("poetry-plugin-export"), constraint=">=1.8"),
        Dependency(name=canonicalize_name("other"), path="x"),
    )
    assert found.indexes == (
        Index(name="corp", url="https://index.example.com/simple", priority="secondary"),
        Index(name="main", url="", priority="explicit"),
    )
    assert found.has_legacy_sources
    assert found.fastapi_entrypoint == "a:b"
    assert found.scaffold == {"port": 1}


def test_scripts_in_the_forms_of_poetry() -> None:
    found = manifest("""
        [tool.poetry.scripts]
        a = "m.n:f.g"
        b = {callable = "m:f [x]", extras = ["x"]}
        c = {reference = "m:f", type = "console"}
        d = {reference = "bin/d.sh", type = "file"}
        e = "pytest"
    """)
    assert [(item.name, item.module, item.function) for item in found.scripts] == [
        ("a", "m.n", "f.g"),
        ("b", "m", "f"),
        ("c", "m", "f"),
    ]


def test_poetry_ignores_its_own_scripts_beside_the_standard_ones() -> None:
    found = manifest('[project.scripts]\na = "m:f"\n[tool.poetry.scripts]\nb = "m:f"')
    assert [item.table for item in found.scripts] == ["project.scripts"]


@pytest.mark.parametrize(
    ("text", "key", "found"),
    [
        ("[tool.poetry.dependencies]\npython = 3.11", "tool.poetry.dependencies.python", "a number"),
        ("[tool.poetry.dependencies]\nflask = true", "tool.poetry.dependencies.flask", "the boolean true"),
        ("[tool.poetry]\ndependencies = []", "tool.poetry.dependencies", "a list"),
        ("[tool.poetry]\nname = 1", "tool.poetry.name", "a number"),
        ("[tool.poetry]\npackage-mode = 'no'", "tool.poetry.package-mode", "the text 'no'"),
        ("[tool.poetry]\npackages = ['shop']", "tool.poetry.packages[0]", "the text 'shop'"),
        ("[tool.poetry]\npackages = [{from = 'src'}]", "tool.poetry.packages[0].include", "nothing"),
        ("[tool.poetry]\nsource = {name = 'a'}", "tool.poetry.source", "a table"),
        ("[[tool.poetry.source]]\nurl = 'a'", "tool.poetry.source[0].name", "nothing"),
        ("[tool.poetry.group]\ndev = 1", "tool.poetry.group.dev", "a number"),
        ("[tool.poetry.group.dev]\noptional = 1", "tool.poetry.group.dev.optional", "a number"),
        ("[tool.poetry.group.'a b']", 'tool.poetry.group."a b"', "the text 'a b'"),
        ("[tool.poetry.extras]\na = 'b'", "tool.poetry.extras.a", "the text 'b'"),
        ("[tool.poetry.scripts]\na = 1", "tool.poetry.scripts.a", "a number"),
        ("[tool.poetry.scripts]\na = {type = 'console'}", "tool.poetry.scripts.a.reference", "nothing"),
        ("[tool.poetry.requires-plugins]\na = 1", "tool.poetry.requires-plugins.a", "a number"),
        ("[tool]\npoetry = 1", "tool.poetry", "a number"),
        ("tool = 1", "tool", "a number"),
        ("project = 1", "project", "a number"),
        ("[project]\nrequires-python = 3.11", "project.requires-python", "a number"),
        ("[project]\ndependencies = {a = '1'}", "project.dependencies", "a table"),
        ("[project]\ndependencies = ['a', 1]", "project.dependencies[1]", "a number"),
        ("[project]\ndependencies = ['a b']", "project.dependencies[0]", "the text 'a b'"),
        ("[project.optional-dependencies]\n'a b' = []", 'project.optional-dependencies."a b"', "the text 'a b'"),
        ("[project]\nreadme = 1", "project.readme", "a number"),
        ("[project]\nlicense = []", "project.license", "a list"),
        ("[project.urls]\na = 1", "project.urls.a", "a number"),
        ("[project]\n[dependency-groups]\na = 'b'", "dependency-groups.a", "the text 'b'"),
        ("[project]\n[dependency-groups]\na = [1]", "dependency-groups.a[0]", "a number"),
        ("[project]\n[dependency-groups]\na = [{x = 1}]", "dependency-groups.a[0].include-group", "nothing"),
        ("[project]\n[dependency-groups]\na = [{include-group = 'b'}]", "dependency-groups.a", "the text 'b'"),
        ("[project]\n[dependency-groups]\na = []\nA = []", "dependency-groups.A", "the text 'A'"),
        ("[project]\n[tool]\nscaffold = 1", "tool.scaffold", "a number"),
    ],
)
def test_wrong_types_name_the_dotted_key(text: str, key: str, found: str) -> None:
    error = refused(text)
    assert (error.file, error.key, error.found) == ("pyproject.toml", key, found)


def test_groups_that_include_themselves_are_refused() -> None:
    error = refused("[project]\n[dependency-groups]\na = [{include-group = 'b'}]\nb = [{include-group = 'a'}]")
    assert "→" in error.found


def test_a_long_chain_of_groups_is_refused_before_it_costs_anything() -> None:
    chain = "\n".join(f"g{number} = ['x', {{include-group = 'g{number + 1}'}}]" for number in range(5_000))
    assert "at most 500 groups" in refused(f"[project]\n[dependency-groups]\n{chain}\ng5000 = []").message


@pytest.mark.parametrize(("text", "found"), [("", "neither"), ("[tool.black]\n[tool.uv]", "black, uv")])
def test_what_is_no_poetry_project_is_refused(text: str, found: str) -> None:
    error = refused(text)
    assert error.code == "not-poetry"
    assert found in error.found


def manifests(shared: Path) -> list[Path]:
    corpus = (shared / "corpus").rglob("pyproject.toml")
    return sorted([*corpus, *(shared / "sample-locks").glob("*.pyproject.toml")])


def test_real_manifests_say_what_the_library_of_poetry_reads(shared: Path, tmp_path: Path) -> None:
    """Names, order, optional, origin, index, extras and constraints of every dependency of every group."""
    logging.getLogger("poetry.core").setLevel(logging.ERROR)
    paths = manifests(shared)
    assert len(paths) > 100
    for path in paths:
        (tmp_path / "pyproject.toml").write_bytes(path.read_bytes())
        package = Factory().create_poetry(tmp_path).package
        found = parse_manifest(parse_toml(path.read_text(), "pyproject.toml"))
        assert found.python == package.python_versions, path
        ours = {canonicalize_name(group.name): group for group in found.groups}
        assert set(ours) - {"main"} == package.dependency_group_names(include_optional=True) - {"main"}, path
        for name in package.dependency_group_names(include_optional=True):
            theirs = package.dependency_group(name).dependencies_for_locking
            assert [item.name for item in theirs] == [item.name for item in ours[name].dependencies], path
            for one, other in zip(theirs, ours[name].dependencies, strict=True):
                assert (one.is_optional(), sorted(one.features)) == (other.optional, list(other.extras)), path
                assert (one.is_vcs(), one.is_url()) == (bool(other.git), bool(other.url)), path
                assert (one.is_file() or one.is_directory()) == bool(other.path), path
                assert (one.source_name or "") == other.index, path
                assert one.is_direct_origin() or one.constraint == parse_constraint(other.constraint), path
        extras = {name: {item.name for item in items} for name, items in package.extras.items()}
        assert {name: set(items) for name, items in found.extras.items()} == extras, path
