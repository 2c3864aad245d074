"""Locked packages that are cloned: from where, and what lets a build clone from a host that wants a login."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from scaffolder.decisions import PLATFORMS, PRIVATE_GIT_HOSTS
from scaffolder.knowledge.pythons import AMD64
from scaffolder.model.decision import Decision, Decisions
from scaffolder.model.lock import LockedPackage
from scaffolder.model.message import Level, Message
from scaffolder.rules.context import Context, default, inferred, listed

#: The short form of ssh, as in `git@github.com:shop/till.git`: https://git-scm.com/docs/git-clone#_git_urls
_SHORT = re.compile(r"(?:[^/:@\s]+@)?(?P<host>[A-Za-z0-9.-]+):(?!//).+")
_SCHEMES = {"ssh": "ssh", "git+ssh": "ssh", "http": "http", "https": "https", "git+https": "https"}


def clones(context: Context, decisions: Decisions, platform: str = AMD64) -> Iterator[tuple[LockedPackage, str]]:
    """The installed packages that Poetry clones there, sorted by name, each with its host as `git_host` has it."""
    for package in context.installed(decisions, platform).values():
        if package.source is not None and package.source.kind == "git":
            yield package, git_host(package.source.url)


def git_host(url: str) -> str:
    """Where a clone comes from, such as `ssh://github.com` or `https://git.example:8443`; "" for any other address.

    Without user and password: those are nobody's business.
    """
    short = _SHORT.fullmatch(url)
    if short and "://" not in url:
        return f"ssh://{short['host'].lower()}"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    scheme = _SCHEMES.get(parts.scheme, "")
    if not scheme or not re.fullmatch(r"[a-z0-9.-]+", host):
        return ""
    return f"{scheme}://{host}" if port is None or (scheme, port) == ("ssh", 22) else f"{scheme}://{host}:{port}"


def decide_private_git_hosts(context: Context, decisions: Decisions) -> Decision[tuple[str, ...]]:
    """The hosts that ask who clones: those that are reached by ssh. Of others the lock does not say."""
    found: dict[str, list[str]] = {}
    for platform in decisions[PLATFORMS]:
        for package, host in clones(context, decisions, platform):
            names = found.setdefault(host, [])
            names.extend([package.name] if package.name not in names else [])
    private = tuple(sorted(host for host in found if host.startswith("ssh://")))
    if not private:
        return default(PRIVATE_GIT_HOSTS, (), "poetry.lock: no installed package is cloned by ssh")
    evidence = (f"poetry.lock: {listed(found[host])} from {host}" for host in private)
    return inferred(PRIVATE_GIT_HOSTS, private, *evidence)


def clone_remarks(context: Context, decisions: Decisions) -> Iterator[Message]:
    """What to do where a clone by https is refused: whether a repository is open to everybody, no file says."""
    private: tuple[str, ...] = decisions[PRIVATE_GIT_HOSTS]
    for host in sorted({host for _, host in clones(context, decisions)}):
        if host.startswith("http") and host not in private:
            yield Message(
                level=Level.INFO,
                code="git-over-https",
                text=f"Packages are cloned from {host}, without a password.",
                hint=f"Where it asks for one, take it from ~/.netrc: scaffold init --set private-git-hosts=+{host}",
            )
