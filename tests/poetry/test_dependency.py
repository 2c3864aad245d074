"""One dependency in each of the notations that Poetry accepts."""

from __future__ import annotations

import pytest

from scaffolder.errors import ProjectError
from scaffolder.poetry.dependency import declared_dependencies, required_dependency
from scaffolder.poetry.tables import Table


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("Foo.Bar>=2,<3", "name", "foo-bar"),
        ("requests (>=2.28,<3.0)", "constraint", "<3.0,>=2.28"),
        ("requests[Socks,a_b]", "extras", ("a-b", "socks")),
        ("tomli>=2; python_version < '3.11'", "marker", 'python_version < "3.11"'),
        ("requests", "constraint", "*"),
        ("x @ git+https://example.com/o/x.git@v1#subdirectory=y", "git", "https://example.com/o/x.git"),
        ("x @ git+ssh://git@example.com/o/x.git@v1", "git", "ssh://git@example.com/o/x.git"),
        ("x @ git+ssh://git@example.com/o/x.git", "git", "ssh://git@example.com/o/x.git"),
        ("x @ git+git@example.com:o/x.git@v1", "git", "git@example.com:o/x.git"),
        ("x @ git://example.com/x.git", "git", "git://example.com/x.git"),
        ("x @ https://example.com/x-1-py3-none-any.whl#sha256=0", "url", "https://example.com/x-1-py3-none-any.whl"),
        ("x @ file:../libs/x", "path", "../libs/x"),
        ("x @ file:///srv/a%20b", "path", "/srv/a b"),
        ("x @ file://localhost/srv/x", "path", "/srv/x"),
        ("x @ ./libs/x", "path", "./libs/x"),
    ],
)
def test_pep_508(text: str, field: str, value: object) -> None:
    assert getattr(required_dependency(text, "f", "k"), field) == value


@pytest.mark.parametrize(
    ("value", "field", "expected"),
    [
        ("^1.2", "constraint", "^1.2"),
        ({}, "constraint", "*"),
        ({"version": "^1", "python": "^3.8"}, "marker", 'python_version >= "3.8" and python_version < "4.0"'),
        ({"version": "^1", "platform": "linux"}, "marker", 'sys_platform == "linux"'),
        (
            {"version": "^1", "markers": "os_name == 'a' or os_name == 'b'", "platform": "win32"},
            "marker",
            "(os_name == 'a' or os_name == 'b') and sys_platform == \"win32\"",
        ),
        ({"path": "../x", "develop": True}, "develop", True),
        ({"path": "../x", "subdirectory": "y"}, "path", "../x/y"),
        ({"file": "x.whl"}, "path", "x.whl"),
        ({"git": "https://example.com/x.git", "rev": "1"}, "git", "https://example.com/x.git"),
        ({"url": "https://example.com/x.zip"}, "url", "https://example.com/x.zip"),
        ({"version": "*", "source": "corp"}, "index", "corp"),
        ({"version": "1", "extras": ["B_b", "a"], "optional": True}, "extras", ("a", "b-b")),
    ],
)
def test_poetry_notation(value: object, field: str, expected: object) -> None:
    (dependency,) = declared_dependencies(Table({"Foo_Bar": value}, "f"), "Foo_Bar")
    assert dependency.name == "foo-bar"
    assert getattr(dependency, field) == expected


def test_a_multiple_constraint_dependency_is_several() -> None:
    table = Table({"x": [{"version": "<2", "python": "<3.9"}, {"version": ">=2"}]}, "f")
    assert [dependency.constraint for dependency in declared_dependencies(table, "x")] == ["<2", ">=2"]


@pytest.mark.parametrize(
    ("value", "key", "found"),
    [
        (1, "t.x", "a number"),
        ([], "t.x", "a list"),
        (["^1", 2], "t.x[0]", "the text '^1'"),
        ({"version": 1}, "t.x.version", "a number"),
        ({"extras": "a"}, "t.x.extras", "the text 'a'"),
        ({"markers": "os_name ="}, "t.x.markers", "the text 'os_name ='"),
        ({"markers": "(" * 5000}, "t.x.markers", f"the text '{'(' * 40}'…"),
        ({"python": "three"}, "t.x.python", "the text 'three'"),
        ({"platform": "a b;c"}, "t.x.platform", "the text 'a b;c'"),
    ],
)
def test_wrong_values_name_the_key(value: object, key: str, found: str) -> None:
    with pytest.raises(ProjectError) as caught:
        declared_dependencies(Table({"x": value}, "f", "t"), "x")
    assert (caught.value.key, caught.value.found) == (key, found)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["a b", "a\nb", "", "-a", "../x", "a;b"])
def test_names_that_no_distribution_can_have_are_refused(name: str) -> None:
    with pytest.raises(ProjectError, match="a name of letters"):
        declared_dependencies(Table({name: "*"}, "f"), name)


@pytest.mark.parametrize("text", ["", "^1", "a b", "a ; os_name ==", "a[", "a ;" + "(" * 5000])
def test_what_is_no_requirement_is_refused(text: str) -> None:
    with pytest.raises(ProjectError, match="PEP 508"):
        required_dependency(text, "f", "project.dependencies[0]")
