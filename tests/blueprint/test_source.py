"""What `--blueprint` may name, and what is recorded of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scaffolder.blueprint.source import ELSEWHERE, Kind, parse_source
from scaffolder.errors import UsageError


@pytest.mark.parametrize(
    "text",
    ["https://git.example/org/web.git", "ssh://git@git.example:2222/org/web", "git@git.example:org/web.git"],
)
def test_an_address_is_git_and_recorded_as_it_is(text: str, tmp_path: Path) -> None:
    source = parse_source(text, "v1", tmp_path)
    assert (source.kind, source.location, source.recorded, source.name) == (Kind.GIT, text, text, "web")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "--upload-pack=touch x",
        "ext::sh -c id",
        "::x",
        "ext://x",
        "file:///etc",
        "http://git.example/web",
        "git://git.example/web",
        "https://",
        "ssh://-oProxyCommand=id/web",
        "ssh://-x@git.example/web",
        "-x@git.example:web",
        "https://user:secret@git.example/web",
        "https://token@git.example/web",
        "ssh://git:secret@git.example/web",
        "https://[git.example/web",
        "nowhere",
        "a\nb",
    ],
)
def test_what_git_would_run_or_cannot_be_recorded_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        parse_source(text, "", tmp_path, base=tmp_path)
    assert "secret" not in error.value.message
    assert "token@" not in error.value.message


@pytest.mark.parametrize(
    "ref", ["-x", "--upload-pack=x", "+main", "a:b", "a..b", "@{-1}", "a b", "a^", "a~1", "a\n", "*"]
)
def test_a_ref_is_a_name(ref: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        parse_source("https://git.example/web.git", ref, tmp_path)


@pytest.mark.parametrize("ref", ["main", "v1.2.0", "feature/a-b", "0a1b2c3d", "release#1", "ü"])
def test_usual_refs_pass(ref: str, tmp_path: Path) -> None:
    assert parse_source("https://git.example/web.git", ref, tmp_path).kind is Kind.GIT


def test_a_relative_path_is_recorded_from_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "blueprints" / "web").mkdir(parents=True)
    (tmp_path / "work" / "shop").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "work")
    source = parse_source("../blueprints/web", "", Path("shop"))
    assert (source.kind, source.recorded, source.name) == (Kind.FOLDER, "../../blueprints/web", "web")
    again = parse_source(source.recorded, "", tmp_path / "work" / "shop", base=tmp_path / "work" / "shop")
    assert again == source


def test_no_absolute_path_is_recorded(tmp_path: Path) -> None:
    source = parse_source(str(tmp_path), "", tmp_path / "shop")
    assert source.recorded == ELSEWHERE
    assert os.sep not in source.name


def test_the_kind_follows_from_what_is_there(tmp_path: Path) -> None:
    for name in ("web.zip", "web.bundle", "web.txt"):
        (tmp_path / name).touch()
    assert parse_source("built-in", "", tmp_path).kind is Kind.BUILT_IN
    assert parse_source("web.zip", "", tmp_path, base=tmp_path).kind is Kind.ZIP
    assert parse_source("web.bundle", "", tmp_path, base=tmp_path).kind is Kind.GIT
    assert parse_source(".", "v1", tmp_path, base=tmp_path).kind is Kind.GIT
    with pytest.raises(UsageError):
        parse_source("web.txt", "", tmp_path, base=tmp_path)
    with pytest.raises(UsageError, match="no versions"):
        parse_source("web.zip", "v1", tmp_path, base=tmp_path)
