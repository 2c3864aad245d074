"""The declarations of the decisions: what their text forms are, and what they refuse."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from scaffolder.decisions import BY_NAME, KEYS, Connection, EnvironmentVariable, ProcessEdit, ProcessEdits, ServiceImage
from scaffolder.model.decision import Key


def edit(name: str, **given: object) -> ProcessEdit:
    """An edit of a process that sets these fields."""
    return ProcessEdit(name=name, given=tuple(given.items()))


#: Name → texts of `--set` and the value that each gives.
ACCEPTED: dict[str, dict[str, Any]] = {
    "application": {
        "shop.main:app": "shop.main:app",
        "shop:create_app()": "shop:create_app()",
        "jobs/run it.py": "jobs/run it.py",
        "-m shop": "-m shop",
        "shop-cli": "shop-cli",
    },
    "framework": {"flask": "flask", "none": "none"},
    "python-path": {"src, .": ("src", "."), "..,../../lib": ("..", "../../lib"), "": (), "+lib": ("+lib",)},
    "groups": {"main,ml": ("main", "ml"), "none": (), "-ml": ("-ml",), "+a,-b": ("+a", "-b")},
    "extras": {"s3": ("s3",)},
    "python": {"3.12": "3.12", "3.12.4": "3.12.4"},
    "base-image": {"python:3.12-slim": "python:3.12-slim", "r.example/p@sha256:0a": "r.example/p@sha256:0a"},
    "platforms": {"linux/amd64, linux/arm64": ("linux/amd64", "linux/arm64"), "-linux/arm64": ("-linux/arm64",)},
    "poetry": {"1.8.5": "1.8.5"},
    "install-project": {"yes": True, "TRUE": True, "no": False},
    "context": {".": (".",), "../..": ("../..",), "., ../a b/": (".", "../a b"), "+../a/../b": ("+../b",)},
    "server": {"gunicorn": "gunicorn", "none": "none"},
    "added-packages": {"gunicorn==23.0.0": ("gunicorn==23.0.0",)},
    "workers": {"auto": 0, "4": 4},
    "proxy": {"nginx": "nginx", "none": "none"},
    "port": {"8000": 8000, "none": 0, "0": 0},
    "health-check": {"/health": "/health", "/a?b=c%20d": "/a?b=c%20d", "tcp": "tcp", "none": "none"},
    "private-indexes": {"corp,my.index": ("corp", "my.index")},
    "private-git-hosts": {"ssh://a.b,https://c:8": ("ssh://a.b", "https://c:8"), "+https://a": ("+https://a",)},
    "command": {"a 'b c' \"d\"": ("a", "b c", "d")},
    "build-packages": {"g++,libpq-dev": ("g++", "libpq-dev")},
    "runtime-packages": {"+ffmpeg": ("+ffmpeg",)},
    "services": {"redis, postgres": ("redis", "postgres"), "+redis": ("+redis",)},
    "service-images": {
        "postgres=postgres:17": (ServiceImage(service="postgres", image="postgres:17"),),
        "none": (),
    },
    "environment": {
        "A,B=x y": (EnvironmentVariable(name="A"), EnvironmentVariable(name="B", default="x y")),
        "": (),
    },
    "connections": {"URL=redis://h": (Connection(variable="URL", value="redis://h"),), "": ()},
    "mounts": {"data,/srv/x": ("data", "/srv/x"), "+docs": ("+docs",)},
    "volumes": {"data,/var/lib/x": ("data", "/var/lib/x")},
    "processes": {
        "beat: celery beat": ProcessEdits(edits=(edit("beat", command=("celery", "beat")),), exact=True),
        "a: run x, y, b job: z": ProcessEdits(
            edits=(edit("a", command=("run", "x,", "y")), edit("b", kind="job", command=("z",))), exact=True
        ),
        "+a ui: b, -c": ProcessEdits(
            edits=(edit("a", kind="ui", command=("b",)), ProcessEdit(name="c", removed=True)), exact=False
        ),
        "": ProcessEdits(edits=(), exact=True),
        "none": ProcessEdits(edits=(), exact=True),
    },
    "collect-static": {"yes": True, "no": False},
    "migrate-in-build": {"yes": True, "no": False},
    "read-only": {"yes": True, "no": False},
    "image": {"a/b_c.d:1.0": "a/b_c.d:1.0"},
    "development": {"no": False, "true": True},
}

#: Name → texts that are refused.
REFUSED = {
    "application": ["", "a b", "a:b;c", "$(id).py", "`id`.py", "it's.py", 'a".py', "a\n.py", "a:b\n", "-m a; b"],
    "framework": ["rails", ""],
    "python-path": ["..a/../b", "a/../b", "a:b", "../a:b", "+a,b", "a\x00"],
    "groups": ["a b", "$x", "a'", "--only"],
    "extras": ["a[b]", "../x"],
    "python": ["2.7", "3", "3.12\n", "3.x", "latest", ""],
    "base-image": ["Python:3", "python 3", "python:3 AS x", "a\nRUN id", "", "$IMAGE"],
    "platforms": ["amd64", "linux/riscv64", "windows/amd64"],
    "poetry": ["2", "2.1", "3.0.0", "latest"],
    "install-project": ["maybe", "", "1"],
    "context": ["libs", "/", "/../a", "..a", "../a\nb", "../a\0"],
    "server": ["apache"],
    "added-packages": ["gunicorn", "gunicorn>=1", "a==1;id", "git+https://x"],
    "workers": ["0", "-1", "many", "100000", "1.5", ""],
    "proxy": ["apache", ""],
    "port": ["65536", "-1", "http", "80.0", "", "999999999999"],
    "health-check": ["health", "/a b", "/a'b", '/a"b', "/$(id)", "http://x/", "/a\n", ""],
    "private-indexes": ["$(id)", "a b"],
    "private-git-hosts": ["github.com", "ssh://$(id)", "ssh://git@github.com", "ssh://a/b", "ssh://a b"],
    "command": ["", "'", "a\nb'c\nd'"],
    "build-packages": ["a b", "A", "gcc;id", "-"],
    "runtime-packages": ["$(id)"],
    "services": ["db2"],
    "service-images": ["db2=x:1", "postgres", "postgres=$(id)", "redis="],
    "environment": ["1A", "A B=c", "A\nB", "=x", "+A"],
    "connections": ["1A=x", "A B=c", "A=x\ny"],
    "mounts": ["../x", "a:b", "/a\nb", ".", "/"],
    "volumes": ["../x", "a:b", "/a\nb"],
    "processes": ["Up: x", "a", "a:", "a b: c", ": x", "+a: b, c: d", "-a: b", "-a job"],
    "collect-static": ["maybe", ""],
    "migrate-in-build": ["maybe", ""],
    "read-only": ["maybe", ""],
    "image": ["Shop", "-a", "a:", "a b", "a:latest\n", ""],
    "development": ["", "maybe"],
}

TEXTS = [(key, text, value) for key in KEYS for text, value in ACCEPTED[key.name].items()]


def test_every_decision_is_tried() -> None:
    assert set(ACCEPTED) == set(REFUSED) == set(BY_NAME)


@pytest.mark.parametrize(("key", "text", "value"), TEXTS, ids=lambda item: getattr(item, "name", None) or repr(item))
def test_texts_that_are_accepted(key: Key[Any], text: str, value: object) -> None:
    assert key.parse(text) == value


@pytest.mark.parametrize(
    ("key", "text"), [(key, text) for key in KEYS for text in REFUSED[key.name]], ids=lambda item: repr(item)[:40]
)
def test_texts_that_are_refused_say_what_is_expected(key: Key[Any], text: str) -> None:
    with pytest.raises(ValueError, match=r"^expected "):
        key.parse(text)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
@pytest.mark.parametrize("value", [None, 1.5, object(), b"x", [1], {"a": 1}, -1, [["a"]]])
def test_values_of_a_wrong_type_are_refused(key: Key[Any], value: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        key.parse(value)


@pytest.mark.parametrize(("key", "text", "value"), TEXTS, ids=lambda item: getattr(item, "name", None) or repr(item))
def test_every_value_is_shown_as_json(key: Key[Any], text: str, value: object) -> None:
    if not isinstance(value, ProcessEdits):  # they are applied before anything is shown
        json.dumps(key.dump(value))


def test_a_boolean_is_no_number() -> None:
    for name in ("port", "workers"):
        with pytest.raises(ValueError, match="expected"):
            BY_NAME[name].parse(True)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_declarations_are_complete(key: Key[Any]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", key.name)
    assert key.title[0].isupper()
    assert key.help.endswith(".")
    for choice in key.choices:
        key.parse(choice)


def test_names_and_titles_are_unique() -> None:
    assert len(BY_NAME) == len(KEYS) == len({key.title for key in KEYS})
