"""Every scenario ends as README says; Copier's side takes minutes and runs at night."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.scenarios.__main__ import BEGIN, END
from tests.scenarios.cases import SCENARIOS, Scenario
from tests.scenarios.sides import Outcome, copier_side, scaffold_side

README = (REPOSITORY / "README.md").read_text()
NAMES = [scenario.name for scenario in SCENARIOS]


def _documented(scenario: Scenario) -> list[str]:
    rows = README.partition(BEGIN)[2].partition(END)[0].splitlines()
    row = next(row for row in rows if row.startswith(f"| {scenario.name} |"))
    return [cell.strip() for cell in row.removeprefix(f"| {scenario.name} |").strip("|").split("|")]


def _cells(outcome: Outcome) -> list[str]:
    return [str(outcome.code), outcome.mine, outcome.new]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=NAMES)
def test_scaffold(scenario: Scenario, tmp_path: Path) -> None:
    outcome = scaffold_side(scenario, tmp_path)
    assert outcome.mine != "lost"
    assert (outcome.code == 1) == ("in a conflict" in (outcome.mine, outcome.new))
    assert _cells(outcome) == _documented(scenario)[:3]


@pytest.mark.nightly
@pytest.mark.parametrize("scenario", SCENARIOS, ids=NAMES)
def test_copier(scenario: Scenario, tmp_path: Path) -> None:
    assert _cells(copier_side(scenario, tmp_path)) == _documented(scenario)[3:]


def test_readme_has_no_other_rows() -> None:
    rows = README.partition(BEGIN)[2].partition(END)[0].splitlines()
    assert len([row for row in rows if row.startswith("| ")]) == len(SCENARIOS) + 1
