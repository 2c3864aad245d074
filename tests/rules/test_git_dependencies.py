"""Git dependencies: where they are cloned from, and what a build needs to be let in."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffolder.model.project import Project
from scaffolder.report import next_steps
from scaffolder.rules.git_dependencies import git_host
from tests.blueprints.rendered import check_invariants, compose, instructions, rendered
from tests.helpers import SCRIPT, check_decides, inferred, message_codes, project, project_files

SSH = "git@github.com:shop/till.git"
OWN_SSH = "ssh://git@git.corp.example:2222/shop/till.git"
HTTPS = "https://user:hunter2@git.corp.example/shop/till.git"


def _shop(*urls: str, develop: bool = False, generator: str = "2.5.1") -> Project:
    """A project that clones one package from each of `urls`."""
    rows = [f"till{number} 1.0" for number, _ in enumerate(urls)]
    lock = project_files(packages=rows, generator=generator)["poetry.lock"]
    for number, url in enumerate(urls):
        head, middle, tail = lock.partition(f'name = "till{number}"\n')
        of_package, end, rest = tail.partition("\n\n")
        table = f'develop = {str(develop).lower()}\n[package.source]\ntype = "git"\nurl = "{url}"\nreference = "main"'
        lock = f"{head}{middle}{of_package}\n{table}{end}{rest}"
    return project({"main.py": SCRIPT, "poetry.lock": lock}, packages=rows, generator=generator)


def _install(files: dict[str, str]) -> str:
    """The step of the builder that installs."""
    return next(rest for word, rest in instructions(files) if word == "RUN" and "poetry install" in rest)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (SSH, "ssh://github.com"),
        ("github.com:shop/till.git", "ssh://github.com"),
        ("ssh://git@GitHub.com/shop/till.git", "ssh://github.com"),
        ("ssh://git@github.com:22/shop/till.git", "ssh://github.com"),
        ("git+ssh://git@github.com/shop/till.git", "ssh://github.com"),
        (OWN_SSH, "ssh://git.corp.example:2222"),
        (HTTPS, "https://git.corp.example"),
        ("http://git.corp.example:8080/a", "http://git.corp.example:8080"),
        ("file:///srv/till.git", ""),
        ("/srv/till.git", ""),
        ("../till", ""),
        ("https://[::1", ""),
        ("https://a:99999999/b", ""),
        ("https://$(id)/b", ""),
        ("ssh://-oProxyCommand=id/b", ""),
        ("", ""),
    ],
)
def test_where_a_clone_comes_from(url: str, host: str) -> None:
    assert git_host(url) == host


def test_ssh_wants_a_login_and_https_may() -> None:
    check_decides(
        _shop(SSH, OWN_SSH), "private-git-hosts", ("ssh://git.corp.example:2222", "ssh://github.com"), "inferred"
    )
    check_decides(_shop(HTTPS), "private-git-hosts", (), "default", "no installed package is cloned by ssh")
    assert message_codes(_shop(SSH)) == []
    (message,) = inferred(_shop(HTTPS)).messages
    assert message.code == "git-over-https"
    assert "--set private-git-hosts=+https://git.corp.example" in message.hint
    assert "hunter2" not in message.text + message.hint
    assert message_codes(_shop(HTTPS), "private-git-hosts=+https://git.corp.example") == []


@pytest.mark.parametrize(("url", "packages"), [(HTTPS, ("git",)), (SSH, ("git", "openssh-client"))])
def test_git_is_in_the_builder_only(url: str, packages: tuple[str, ...]) -> None:
    check_decides(_shop(url), "build-packages", packages, "inferred", "till0 1.0 is cloned")
    check_decides(_shop(url), "runtime-packages", (), "default")


def test_nobody_is_let_in_where_nobody_has_to_be() -> None:
    files = rendered(_shop(HTTPS))
    assert "type=ssh" not in files["Dockerfile"]
    assert "type=secret" not in files["Dockerfile"]
    assert "hunter2" not in "".join(files.values())
    assert compose(files)["services"]["app"]["build"] == {"context": "."}


def test_ssh_to_a_host_whose_key_is_known() -> None:
    files = rendered(_shop(SSH))
    check_invariants(files)
    assert "--mount=type=ssh,required=true" in _install(files)
    assert "POETRY_SYSTEM_GIT_CLIENT=true" in _install(files)
    assert files["Dockerfile"].count("type=ssh") == 1
    assert "'github.com ssh-ed25519 " in files["Dockerfile"]
    assert "type=secret" not in files["Dockerfile"]
    assert "docker build --ssh default --tag shop ." in files["Dockerfile"]
    assert compose(files)["services"]["app"]["build"]["ssh"] == ["default"]


def test_ssh_to_any_other_host_takes_the_users_known_hosts() -> None:
    files = rendered(_shop(OWN_SSH))
    check_invariants(files)
    assert "--mount=type=secret,id=known_hosts,target=/root/.ssh/known_hosts,required=true" in _install(files)
    assert "ssh_known_hosts" not in files["Dockerfile"]
    assert compose(files)["secrets"] == {"known_hosts": {"file": "${HOME}/.ssh/known_hosts"}}
    assert "StrictHostKeyChecking" not in files["Dockerfile"]


def test_https_with_a_login_takes_the_users_netrc() -> None:
    files = rendered(_shop(HTTPS), "private-git-hosts=https://git.corp.example")
    check_invariants(files)
    assert "--mount=type=secret,id=netrc,target=/root/.netrc,required=true" in _install(files)
    assert "type=ssh" not in files["Dockerfile"]
    assert compose(files)["secrets"] == {"netrc": {"file": "${HOME}/.netrc"}}
    assert "--secret id=netrc,src=$HOME/.netrc" in files["Dockerfile"]


def test_poetry_1_names_the_switch_otherwise() -> None:
    assert "POETRY_EXPERIMENTAL_SYSTEM_GIT_CLIENT=true" in _install(rendered(_shop(SSH, generator="1.8.5")))


@pytest.mark.parametrize(("develop", "removed"), [(False, "/opt/venv/src"), (True, "/opt/venv/src/*/.git")])
def test_what_git_keeps_stays_behind(develop: bool, removed: str) -> None:
    words = [rest for word, rest in instructions(rendered(_shop(SSH, develop=develop))) if word == "RUN"]
    assert f"rm -rf {removed}" in words


def test_the_next_steps_hand_the_agent_over() -> None:

    assert next_steps(inferred(_shop(SSH)), Path()).splitlines()[1:] == [
        "  docker build --ssh default --tag shop .",
        "  docker compose up",
    ]
