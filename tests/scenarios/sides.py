"""A scenario with `scaffold update`, and with `copier update` from a template that writes the same files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffolder import cli
from scaffolder.blueprint import opening
from scaffolder.commands.init import init
from scaffolder.merge import unresolved
from scaffolder.state import parse_state
from tests.commands.project import STATES, generated, lay_out, put
from tests.scenarios.cases import Scenario


@dataclass(frozen=True)
class Outcome:
    """The exit code of the (last) update, and whether what is the user's and what is new are there."""

    code: int
    #: `yes`, `in a conflict` or `lost`.
    mine: str
    #: The same, with `no` for what did not arrive and "-" where nothing was to.
    new: str


def scaffold_side(scenario: Scenario, folder: Path) -> Outcome:
    """Run a scenario with scaffold, in a new folder."""
    root = lay_out(folder / "shop", generated(scenario.start))
    if scenario.is_repository:
        _git(root, "init", "-q")
        _commit(root)
    scenario.edit(root)
    if scenario.is_repository and scenario.is_committed:
        _commit(root)
    restore = _with_env(folder) if scenario.has_env else None
    try:
        code = cli.main(["update", "--yes", "--quiet", *_settings(root, scenario.news), str(root)])
        if scenario.again:
            code = cli.main(["update", "--yes", "--quiet", *_settings(root, scenario.again), str(root)])
    finally:
        if restore:
            opening.built_in_folder = restore  # type: ignore[attr-defined]
    return _outcome(scenario, root, code)


def copier_side(scenario: Scenario, folder: Path) -> Outcome:
    """Run a scenario with Copier, in a new folder."""
    template, root = folder / "template", folder / "shop"
    versions = [_files(folder / "old", scenario.start), _files(folder / "new", scenario.news)]
    if scenario.again:
        versions.append(_files(folder / "newer", scenario.again))
    _template(template, scenario, versions)
    _copier("copy", "--defaults", "--quiet", "--vcs-ref", "1.0.0", f"git+file://{template}", str(root))
    if scenario.is_repository:
        _git(root, "init", "-q")
        _commit(root)
    scenario.edit(root)
    if scenario.is_repository and scenario.is_committed:
        _commit(root)
    change = ["--vcs-ref", ":current:", "--data", "news=true"] if scenario.same_version else ["--vcs-ref", "2.0.0"]
    code = _copier("update", "--defaults", "--quiet", *change, str(root))
    if scenario.again:
        _commit(root)
        code = _copier("update", "--defaults", "--quiet", "--vcs-ref", "3.0.0", str(root))
    return _outcome(scenario, root, code)


def _settings(root: Path, news: str) -> list[str]:
    """The project after the news, and what they make of the command line."""
    if news in STATES:
        put(root, news)
        return []
    return ["--set", news]


def _with_env(folder: Path) -> Callable[[], Path]:
    """scaffold with a blueprint that writes `.env`; returns what to put back."""
    really: Callable[[], Path] = opening.built_in_folder  # type: ignore[attr-defined]
    copy = folder / "blueprint"
    shutil.copytree(really(), copy)
    (copy / "template" / ".env.jinja").write_text("PASSWORD=changeme\n")
    opening.built_in_folder = lambda: copy  # type: ignore[attr-defined]
    return really


def _files(folder: Path, news: str) -> Mapping[str, str]:
    """What scaffold generates."""
    root = put(folder / "shop", news if news in STATES else "plain")
    init(root, [] if news in STATES else [news])
    return {path: file.text for path, file in parse_state((root / "scaffold.lock").read_text()).files.items()}


def _template(template: Path, scenario: Scenario, versions: list[Mapping[str, str]]) -> None:
    """A git repository that holds a template, with a tag for each version of the files."""
    template.mkdir()
    _git(template, "init", "-q")
    if scenario.same_version:
        versions = [_switched(*versions)]
    for number, files in enumerate(versions, start=1):
        shutil.rmtree(template / "files", ignore_errors=True)
        (template / "copier.yml").write_text("_subdirectory: files\nnews:\n  type: bool\n  default: false\n")
        answers = "{{ _copier_conf.answers_file }}.jinja"
        env = {".env": f"PASSWORD=changeme\nVERSION={number}\n"} if scenario.has_env else {}
        for path, text in ({**files, **env, answers: "{{ _copier_answers|to_nice_yaml }}"}).items():
            (template / "files" / path).parent.mkdir(parents=True, exist_ok=True)
            (template / "files" / path).write_text(text)
        _commit(template)
        _git(template, "tag", f"{number}.0.0")


def _switched(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    def raw(text: str) -> str:
        return "{% raw %}" + text + "{% endraw %}"

    return {
        f"{path}.jinja": "{% if news %}"
        + raw(new.get(path, ""))
        + "{% else %}"
        + raw(old.get(path, ""))
        + "{% endif %}"
        for path in old.keys() | new.keys()
    }


def _outcome(scenario: Scenario, root: Path, code: int) -> Outcome:
    mine = [_found(root, path, text) for path, text in scenario.mine]
    worst = next((word for word in ("lost", "in a conflict") if word in mine), "yes")
    if scenario.new is None:
        return Outcome(code, worst, "-")
    new = _found(root, *scenario.new)
    return Outcome(code, worst, "no" if new == "lost" else new)


def _found(root: Path, path: str, text: str) -> str:
    place = root / path
    if not text:
        return "lost" if place.exists() else "yes"
    if not place.exists():
        return "lost"
    content = place.read_bytes().decode()
    if text in _settled(content):
        return "yes"
    return "in a conflict" if text in content else "lost"


def _settled(text: str) -> str:
    """The text outside of conflict markers."""
    lines, inside = [], False
    for line in text.splitlines(keepends=True):
        inside = inside or (line.startswith("<<<<<<<") and bool(unresolved(text)))
        if not inside:
            lines.append(line)
        inside = inside and not line.startswith(">>>>>>>")
    return "".join(lines)


_ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "PYTHONWARNINGS": "ignore",
}


def _copier(*words: str) -> int:
    command = [sys.executable, "-m", "copier", *words]
    return subprocess.run(command, env=_ENVIRONMENT, capture_output=True, check=False).returncode


def _git(root: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(root), *words], env=_ENVIRONMENT, check=True, capture_output=True)


def _commit(root: Path) -> None:
    _git(root, "add", "--all")
    _git(root, "commit", "-q", "--allow-empty", "-m", "x")
