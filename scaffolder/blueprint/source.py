"""What `--blueprint` names: the built-in blueprint, a folder, a zip, or a git repository. Looks, but reads nothing."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from scaffolder.errors import UsageError

BUILT_IN = "built-in"
#: What is recorded for a folder that was named by its place on one machine.
ELSEWHERE = "elsewhere"

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
#: git runs the program `git-remote-NAME` for `NAME::ADDRESS`; `ext::` runs any command.
_HELPER = re.compile(r"[A-Za-z0-9+.-]*::")
#: `user@host:path`, git's short form for ssh. One letter before the colon is a drive.
_SSH = re.compile(r"(?:[\w.+-]+@)?\w[\w.-]+:(?![-/]{2})[^:].*", re.ASCII)
#: What may follow `--ref`: no option, no range, nothing that git gives a meaning to in a refspec.
_REF = re.compile(r"(?![-+./@])(?!.*(?:\.\.|@\{))[^\s:^~?*\[\\\x00-\x20\x7f]{1,250}")


class Kind(StrEnum):
    """How a blueprint is read."""

    BUILT_IN = "built-in"
    FOLDER = "folder"
    ZIP = "zip"
    GIT = "git"


@dataclass(frozen=True, kw_only=True, slots=True)
class BlueprintSource:
    """Where a blueprint is: `location` for reading it here, `recorded` for scaffold.lock, which names no machine."""

    kind: Kind
    name: str
    location: str
    recorded: str


def parse_source(text: str, ref: str, root: Path, *, base: Path = Path()) -> BlueprintSource:
    """The source that `text` names; a path is relative to `base`, and recorded relative to the project `root`.

    With a `ref`, a folder is a git repository. Raises UsageError for what is none of these, and for addresses by which
    git would run a program or which carry a password.
    """
    if ref and not _REF.fullmatch(ref):
        raise UsageError(f"--ref {ref!r}: a branch, a tag or a commit is expected", hint="Such as: --ref v1.2.0")
    if not text or text.startswith("-") or not text.isprintable() or _HELPER.match(text):
        raise _refused(text, "a folder, a zip, or the address of a git repository is expected")
    if text == BUILT_IN:
        source = BlueprintSource(kind=Kind.BUILT_IN, name="default", location="", recorded=BUILT_IN)
    elif _SCHEME.match(text):
        _check_url(text)
        source = BlueprintSource(kind=Kind.GIT, name=_name(text), location=text, recorded=text)
    elif not os.path.lexists(base / text) and _SSH.fullmatch(text):
        source = BlueprintSource(kind=Kind.GIT, name=_name(text), location=text, recorded=text)
    else:
        source = _local(text, ref, root, base)
    if ref and source.kind is not Kind.GIT:
        raise UsageError(f"--ref {ref}: {text} is no git repository, and has no versions", hint="Leave --ref out.")
    return source


def _check_url(text: str) -> None:
    try:
        url = urlsplit(text)
        host, user, password = url.hostname or "", url.username, url.password
    except ValueError:
        raise _refused(text, "it is no address") from None
    if url.scheme not in ("https", "ssh"):
        raise _refused(text, f"{url.scheme}:// is not one of https://, ssh://")
    if not host or host.startswith("-") or (user or "").startswith("-"):
        raise _refused(text, "it names no host")
    if password is not None or (user is not None and url.scheme == "https"):
        safe = url._replace(netloc=url.netloc.rpartition("@")[2]).geturl()
        raise UsageError(
            f"--blueprint {safe}: it carries a password or token, which would be recorded in scaffold.lock",
            code="blueprint-source",
            hint="Leave it out: git asks your credential helper.",
        )


def _local(text: str, ref: str, root: Path, base: Path) -> BlueprintSource:
    path = base / text
    if path.is_dir():
        is_bare = (path / "HEAD").is_file() and (path / "objects").is_dir()
        kind = Kind.GIT if ref or is_bare else Kind.FOLDER
    elif path.is_file() and path.suffix.lower() in (".zip", ".bundle"):
        kind = Kind.ZIP if path.suffix.lower() == ".zip" else Kind.GIT
    else:
        raise _refused(text, "there is no such folder, zip or bundle")
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - the name that was typed, with links as they are
    recorded = ELSEWHERE
    if not Path(text).is_absolute():
        recorded = Path(os.path.relpath(absolute, os.path.abspath(root))).as_posix()  # noqa: PTH100
    return BlueprintSource(kind=kind, name=_name(absolute.as_posix()), location=str(absolute), recorded=recorded)


def _name(text: str) -> str:
    last = re.split(r"[/:]", text.rstrip("/"))[-1]
    return re.sub(r"[^\w.-]+", "-", re.sub(r"\.(?:git|zip|bundle)$", "", last)).strip(".-") or "blueprint"


def _refused(text: str, why: str) -> UsageError:
    return UsageError(
        f"--blueprint {text}: {why}",
        code="blueprint-source",
        hint="Such as: --blueprint ../blueprint, --blueprint web.zip, --blueprint https://git.example/web.git --ref v1",
    )
