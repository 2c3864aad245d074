"""Blueprints in real repositories on this machine: no network."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffolder.blueprint.git import fetch, newest_release
from scaffolder.errors import ProjectError
from tests.blueprint.conftest import commit, git, lay


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = lay(tmp_path / "web", {"copier.yml": "", "a.jinja": "one\n"})
    commit(folder, "v1.0.0")
    lay(folder, {"a.jinja": "two\n"})
    commit(folder)
    return folder


def text(repository: Path, ref: str) -> str:
    found = fetch(str(repository), ref, "web", prompts=False)
    return next(entry.content.decode() for entry in found.entries if entry.path == "a.jinja")


def test_a_tag_a_branch_a_commit_and_the_default(repository: Path) -> None:
    first = git(repository, "rev-parse", "v1.0.0^{commit}")
    assert fetch(str(repository), "v1.0.0", "web", prompts=False).commit == first
    assert text(repository, "v1.0.0") == "one\n"
    assert text(repository, first) == "one\n"
    assert text(repository, first[:8]) == "one\n"
    assert text(repository, "main") == text(repository, "") == "two\n"


def test_a_bundle_is_a_repository(repository: Path, tmp_path: Path) -> None:
    git(repository, "bundle", "create", str(tmp_path / "web.bundle"), "--all")
    assert text(tmp_path / "web.bundle", "v1.0.0") == "one\n"
    assert text(tmp_path / "web.bundle", "main") == "two\n"


@pytest.mark.parametrize("ref", ["nothing", "0a1b2c3d", "0" * 40])
def test_what_is_not_there_is_said_in_words_of_git(repository: Path, ref: str) -> None:
    with pytest.raises(ProjectError) as error:
        fetch(str(repository), ref, "web", prompts=False)
    assert error.value.code == "blueprint-fetch"
    assert error.value.file == "web"


def test_git_that_is_not_there(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ProjectError, match="no git on PATH"):
        fetch(str(repository), "", "web", prompts=False)


def test_neither_hook_nor_filter_of_the_users_runs(repository: Path, tmp_path: Path) -> None:
    hooks = lay(
        tmp_path / "hooks",
        dict.fromkeys(("reference-transaction", "post-checkout"), f"#!/bin/sh\ntouch {tmp_path}/ran\n"),
    )
    for hook in hooks.iterdir():
        hook.chmod(0o755)
    (tmp_path / "gitconfig").write_text(
        f'[core]\nhooksPath = {hooks}\n[filter "lfs"]\nsmudge = touch {tmp_path}/ran\nrequired = true\n'
        f"[init]\ntemplateDir = {tmp_path}\n"
    )
    lay(repository, {".gitattributes": "*.jinja filter=lfs\n"})
    git(repository, "-c", "core.hooksPath=/dev/null", "-c", "filter.lfs.clean=cat", "add", "--all")
    git(repository, "-c", "core.hooksPath=/dev/null", "-c", "filter.lfs.clean=cat", "commit", "--quiet", "--message=x")
    (tmp_path / "ran").unlink(missing_ok=True)
    assert text(repository, "") == "two\n"
    assert not (tmp_path / "ran").exists()


def test_links_and_submodules_are_left_out(repository: Path) -> None:
    (repository / "passwords").symlink_to("/etc/passwd")
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    lay(repository, {".gitmodules": '[submodule "module"]\npath = module\nurl = ext::sh -c id\n'})
    commit(repository)
    (repository / "run").write_text("")
    (repository / "run").chmod(0o755)
    commit(repository)
    found = fetch(str(repository), "", "web", prompts=False).entries
    assert [(entry.path, entry.executable) for entry in found] == [
        (".gitmodules", False),
        ("a.jinja", False),
        ("copier.yml", False),
        ("run", True),
    ]


def test_git_asks_nothing_without_a_terminal(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program in git's place writes down what it was given."""
    program = lay(
        tmp_path / "bin", {"git": f"#!/bin/sh\nenv > {tmp_path}/env\nps -o tty= -p $$ > {tmp_path}/tty\nexit 1\n"}
    )
    (program / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(program), prepend=":")
    monkeypatch.setenv("GIT_DIR", str(repository / ".git"))
    with pytest.raises(ProjectError):
        fetch(str(repository), "", "web", prompts=False)
    given = dict(line.split("=", 1) for line in (tmp_path / "env").read_text().splitlines() if "=" in line)
    assert given["GIT_TERMINAL_PROMPT"] == "0"
    assert given["SSH_ASKPASS_REQUIRE"] == "never"
    assert "ext" not in given["GIT_ALLOW_PROTOCOL"].split(":")
    assert "GIT_DIR" not in given
    assert (tmp_path / "tty").read_text().strip() in ("?", "")


def test_the_newest_release(repository: Path) -> None:
    for tag in ("v1.10.0", "v1.9.0", "v2.0.0rc1", "latest"):
        git(repository, "tag", tag)

    def newest(tag: str) -> str:
        return newest_release(str(repository), tag, "web", prompts=False)

    assert newest("v1.9.0") == newest("v1.10.0") == "v1.10.0"
    assert newest("v2.0.0rc1") == "v2.0.0rc1", "there is no way back"
    assert (newest("latest"), newest("main"), newest("3.0")) == ("", "", "")
