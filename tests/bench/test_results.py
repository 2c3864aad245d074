"""Targets and tables, from made-up runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.images import HERE, RESULT
from tests.bench.results import (
    GENERATED,
    MEDIAN_PEER,
    POETRY_PEERS,
    ROWS,
    SPEED_LIMIT,
    Image,
    Target,
    table,
    target_table,
    targets,
    write_results,
)
from tests.conftest import REPOSITORY


def images(**ours: float) -> dict[str, Image]:
    """Every image with 10 s or 10 MB in every row, and the generated one with these instead."""
    usual = {row.key: [10e6 if row.unit == "MB" else 10.0] for row in ROWS}
    peers = {name: Image({key: list(runs) for key, runs in usual.items()}) for name in (*POETRY_PEERS, SPEED_LIMIT)}
    return {GENERATED: Image({**usual, **{key.replace("_", "-"): [value] for key, value in ours.items()}}), **peers}


def missed(measured: dict[str, Image]) -> set[str]:
    return {target.title for target in targets(measured) if not target.met}


def test_a_value_is_the_median_of_its_runs() -> None:
    image = Image()
    for seconds in (1.0, 9.0, 2.0):
        image.add("cold", seconds)
    assert image["cold"] == 2.0


def test_every_target_can_be_met() -> None:
    assert not missed(images(cold=9, code=0.3, version=0.3, dependency=4, answer=2, push_code=1e6, push_version=1e6))


@pytest.mark.parametrize(
    ("key", "value", "count"),
    [
        ("cold", 16.0, 2),  # slower than the best Poetry peer, and than 1.5 times uv
        ("code", 10.1, 1),
        ("version", 0.34, 1),
        ("dependency", 5.1, 1),
        ("answer", 10.1, 1),
        ("push_code", 1.1e6, 1),
        ("push_version", 1.1e6, 1),
    ],
)
def test_each_target_can_be_missed(key: str, value: float, count: int) -> None:
    good = {"cold": 9, "code": 0.3, "version": 0.3, "dependency": 4, "answer": 2, "push_code": 1e6, "push_version": 1e6}
    assert len(missed(images(**{**good, key: value}))) == count


def test_the_best_poetry_peer_is_the_bound() -> None:
    measured = images(code=8)
    measured[MEDIAN_PEER].runs["code"] = [7.9]
    (target,) = [target for target in targets(measured) if target.title.startswith("build after a code change")]
    assert not target.met


def test_a_table_has_a_line_for_each_row_and_a_column_for_each_image() -> None:
    head, rule, *lines = table(images(bytes=123_456_789, cold=0.5)).splitlines()
    assert [cell.strip() for cell in head.split("|")[2:-1]] == [GENERATED, *POETRY_PEERS, SPEED_LIMIT]
    assert len(lines) == len(ROWS)
    assert {len(line) for line in (head, rule, *lines)} == {len(head)}
    assert lines[0].split("|")[2].strip() == "0.50"
    assert next(line for line in lines if line.startswith("| image, MB")).split("|")[2].strip() == "123"


def test_a_missed_target_is_seen() -> None:
    *_, met, wrong = target_table([Target("a", 1, 1), Target("b", 2, 30, at_least=True)]).splitlines()
    assert [cell.strip() for cell in met.split("|")[3:-1]] == ["at most 1", "met"]
    assert [cell.strip() for cell in wrong.split("|")[3:-1]] == ["at least 30", "MISSED"]


def test_every_run_is_kept(tmp_path: Path) -> None:
    write_results(tmp_path / "results.json", {"processors": 2}, images(cold=9))
    kept = json.loads((tmp_path / "results.json").read_text())
    assert kept["machine"] == {"processors": 2}
    assert kept["images"][GENERATED]["cold"] == [9]
    assert len(kept["targets"]) == len(targets(images()))


def test_the_kept_results_are_of_the_dockerfiles_that_are_here() -> None:
    kept = json.loads(RESULT.read_text())
    assert set(kept["images"]) == {GENERATED, *(path.stem for path in (HERE / "peers").glob("*.Dockerfile"))}
    assert all(set(runs) == {row.key for row in ROWS} for runs in kept["images"].values())


def test_the_readme_shows_the_kept_results() -> None:
    images = {name: Image(runs) for name, runs in json.loads(RESULT.read_text())["images"].items()}
    readme = (REPOSITORY / "README.md").read_text()
    assert table(images) in readme
    assert target_table(targets(images)) in readme
