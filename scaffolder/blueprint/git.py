"""A blueprint out of a git repository, by the user's own git: with its credentials and keys, without its hooks.

The files are read from git's objects, so that neither a filter (git-lfs and others) nor an attribute has a say, and
nothing is ever checked out. Submodules are left out.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from packaging.version import InvalidVersion, Version

from scaffolder.blueprint.entries import Entry, check_bounds
from scaffolder.errors import ProjectError

#: Seconds; what a network may take.
_PATIENCE = 120

COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_ABBREVIATED = re.compile(r"[0-9a-f]{4,64}")

_OPTIONS = (
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
    *("-c", "fetch.recurseSubmodules=false"),
)


#: Variables of git by which a user says how to connect; the others are about one repository.
_SETTINGS = ("GIT_ASKPASS", "GIT_CONFIG", "GIT_PROXY", "GIT_SSH", "GIT_SSL")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """A commit, and its files sorted by path."""

    commit: str
    entries: tuple[Entry, ...]


def fetch(location: str, ref: str, name: str, *, prompts: bool) -> Fetched:
    """What a repository holds at a branch, a tag or a commit, "" for its default branch; as little as possible is
    transferred.

    Without `prompts`, neither git nor ssh asks for anything. Raises ProjectError with git's own words.
    """
    with tempfile.TemporaryDirectory(prefix="scaffold-") as folder:
        git = _Git(Path(folder), name, prompts=prompts)
        git.run("init", "--quiet", "--bare", "--template=", ".")
        commit = _fetched_commit(git, location, ref)
        tree = _tree(git, commit)
        check_bounds([(path, blob.size) for path, blob in tree.items()], name)
        contents = _contents(git, [blob.object for blob in tree.values()])
        return Fetched(
            commit=commit,
            entries=tuple(
                Entry(path=path, content=contents[blob.object], executable=blob.executable)
                for path, blob in sorted(tree.items())
            ),
        )


def newest_release(location: str, tag: str, name: str, *, prompts: bool) -> str:
    """The tag of the newest release, by version number, where `tag` is that of a release; "" otherwise.

    A release that is not newer than that of `tag` does not count, nor does one before its time. Raises ProjectError.
    """
    if _release(tag) is None:
        return ""
    with tempfile.TemporaryDirectory(prefix="scaffold-") as folder:
        git = _Git(Path(folder), name, prompts=prompts)
        lines = git.run("ls-remote", "--tags", "--refs", "--", location).decode(errors="replace").splitlines()
    tags = {line.partition("\trefs/tags/")[2] for line in lines}
    if tag not in tags:
        return ""  # a branch of that name
    releases = {version: found for found in sorted(tags) if (version := _release(found)) and not version.is_prerelease}
    newest = max((_release(tag) or Version("0"), *releases))
    return releases.get(newest, tag)


def _release(tag: str) -> Version | None:
    try:
        return Version(tag)
    except InvalidVersion:
        return None


class _Git:
    """git in a folder that is ours alone."""

    def __init__(self, folder: Path, name: str, *, prompts: bool) -> None:
        self.folder = folder
        self.name = name
        self.prompts = prompts

    def run(self, *arguments: str, given: bytes = b"") -> bytes:
        """What git prints. Raises ProjectError when it fails, is missing, or takes too long."""
        try:
            done = subprocess.run(
                ["git", *_OPTIONS, *arguments],
                cwd=self.folder,
                env=_environment(self.folder, prompts=self.prompts),
                input=given,
                capture_output=True,
                timeout=_PATIENCE,
                check=True,
                # Without a terminal of its own, ssh cannot ask on it.
                start_new_session=not self.prompts,
            )
        except FileNotFoundError:
            raise self._failed("no git on PATH", "git, to fetch the blueprint", "Install git.") from None
        except subprocess.TimeoutExpired:
            found = f"no answer within {_PATIENCE} seconds"
            raise self._failed(found, "a repository that answers", "Try the same again.") from None
        except subprocess.CalledProcessError as error:
            words = " ".join(error.stderr.decode(errors="replace").split())[-500:]
            raise self._failed(
                f"an error of git ({words})",
                "a repository that git can read, and a branch, tag or commit in it",
                "Try it with git alone: git ls-remote ADDRESS",
            ) from None
        return done.stdout

    def _failed(self, found: str, expected: str, hint: str) -> ProjectError:
        return ProjectError(self.name, code="blueprint-fetch", found=found, expected=expected, hint=hint)


def _environment(folder: Path, *, prompts: bool) -> dict[str, str]:
    # What is set where git runs a hook of the user's would point git at that repository.
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name.startswith(_SETTINGS)
    }
    kept |= {"GIT_ALLOW_PROTOCOL": "https:ssh:file", "GIT_CEILING_DIRECTORIES": str(folder.parent), "LC_ALL": "C"}
    if not prompts:
        kept |= {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "SSH_ASKPASS": "", "SSH_ASKPASS_REQUIRE": "never"}
    return kept


def _fetched_commit(git: _Git, location: str, ref: str) -> str:
    options = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-commit-graph")
    try:
        git.run(*options, "--depth=1", "--", location, ref or "HEAD")
        wanted = "FETCH_HEAD"
    except ProjectError:
        # A server hands out a commit by its full name at most, and not every one does that.
        if not _ABBREVIATED.fullmatch(ref):
            raise
        git.run(*options, "--", location, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
        wanted = ref
    found = git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{wanted}^{{commit}}")
    return found.decode().strip()


@dataclass(frozen=True, slots=True)
class _Blob:
    object: str
    size: int
    executable: bool


def _tree(git: _Git, commit: str) -> dict[str, _Blob]:
    """Path → regular file; `-z` has git print paths as they are."""
    found = {}
    for line in git.run("ls-tree", "-r", "-z", "-l", "--full-tree", commit).split(b"\0"):
        fields, _, path = line.partition(b"\t")
        mode, _, name, size = fields.decode().split() if fields else ("", "", "", "")
        if mode in ("100644", "100755"):
            found[path.decode(errors="surrogateescape")] = _Blob(name, int(size), mode == "100755")
    return found


def _contents(git: _Git, objects: Sequence[str]) -> dict[str, bytes]:
    """Object → content. Source of the form: git-cat-file(1), batch output."""
    stream = BytesIO(git.run("cat-file", "--batch", given="".join(f"{name}\n" for name in objects).encode()))
    found = {}
    for name in objects:
        size = int(stream.readline().split()[2])
        found[name] = stream.read(size)
        stream.read(1)  # the line feed behind it
    return found
