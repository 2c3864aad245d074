"""Whether a plain `docker compose up` is for development."""

from __future__ import annotations

import pytest

from tests.helpers import SCRIPT, check_decides, message_codes, project

MAIN = {"main.py": SCRIPT}
OWN = "services:\n  web:\n    ports: ['5000:5000']\n"


def test_it_is_by_default() -> None:
    check_decides(project(MAIN), "development", True, "default", "production: docker compose --file compose.yaml up")


@pytest.mark.parametrize("path", ["compose.override.yml", "compose.override.yaml"])
def test_an_override_file_of_the_project_stays_in_charge(path: str) -> None:
    check_decides(project(MAIN | {path: OWN}), "development", False, "inferred", f"{path} is the project's own")


def test_the_file_that_scaffold_wrote_is_not_the_projects_own() -> None:
    written = project(MAIN | {"compose.override.yaml": f"# Made by scaffold\n{OWN}"})
    check_decides(written, "development", True, "default", "production: docker compose --file compose.yaml up")


@pytest.mark.parametrize("path", ["docker-compose.override.yml", "docker-compose.override.yaml"])
def test_an_override_file_that_compose_reads_no_longer_is_named(path: str) -> None:
    hiding = project(MAIN | {path: OWN})
    assert "hidden-compose-override" in message_codes(hiding)
    assert "hidden-compose-override" not in message_codes(hiding, "development=no")
