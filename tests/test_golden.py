"""Sample projects against the decisions and files that they are known to give; `--update-golden` writes them again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from scaffolder.answers import answers
from scaffolder.blueprint.opening import opened
from scaffolder.blueprint.renderer import Renderer
from scaffolder.built_in import built_in_folder
from scaffolder.overrides import saved_overrides
from scaffolder.reading.project import read_project
from scaffolder.render import render
from scaffolder.report import decisions_json, messages_json
from scaffolder.rules import infer
from scaffolder.workspace import read_workspace, render_workspace, settle_projects
from scaffolder.workspace_report import decided_json
from tests.conftest import REPOSITORY, SAMPLES, WORKSPACES, sample_name

GOLDEN = REPOSITORY / "tests" / "golden"


def golden_files(sample: Path) -> dict[str, str]:
    """Path below the sample's golden folder → text."""
    project = read_project(sample)
    inference = infer(project, saved_overrides(project.manifest.scaffold))
    decided = {"decisions": decisions_json(inference), "messages": messages_json(inference)}
    files = render(built_in_folder(), answers(project, inference.decisions))
    return {
        "decisions.json": json.dumps(decided, indent=2) + "\n",
        **{f"files/{file.path}": file.text for file in files},
    }


def golden_workspace_files(sample: Path) -> dict[str, str]:
    """The same of a repository of several projects; the decisions of each lie in its folder."""
    workspace = read_workspace(sample, (), None)
    decided = workspace.decided()
    projects = settle_projects(workspace, decided.value)
    with opened(sample) as found:
        rendered = render_workspace(Renderer(found, {}), workspace.name, [item.member for item in projects])
    return {
        "decisions.json": json.dumps({"decisions": decided_json(decided)}, indent=2) + "\n",
        **{
            f"{item.folder}.json": json.dumps({"decisions": decisions_json(item.settled.inference)}, indent=2) + "\n"
            for item in projects
        },
        **{f"files/{path}": file.text for path, file in rendered.files.items()},
    }


@pytest.mark.parametrize("sample", [*SAMPLES, *WORKSPACES], ids=sample_name)
def test_golden(sample: Path, update_golden: bool) -> None:
    folder = GOLDEN / sample_name(sample)
    made = golden_workspace_files(sample) if sample in WORKSPACES else golden_files(sample)
    if update_golden:
        shutil.rmtree(folder, ignore_errors=True)
        for path, text in made.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
    paths = (path for path in folder.rglob("*") if path.is_file())
    kept = {path.relative_to(folder).as_posix(): path.read_text() for path in paths}
    assert sorted(made) == sorted(kept), "run pytest --update-golden and look at the difference"
    for path, text in made.items():
        assert text == kept[path], f"{path}: run pytest --update-golden and look at the difference"


def test_no_golden_folder_outlives_its_project() -> None:
    assert sorted(path.parent for path in GOLDEN.rglob("decisions.json")) == [
        GOLDEN / sample_name(path) for path in sorted([*SAMPLES, *WORKSPACES])
    ]
