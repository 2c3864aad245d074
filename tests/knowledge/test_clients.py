from __future__ import annotations

import pytest

from scaffolder.knowledge.clients import CLIENTS, DSN_TYPES, METHODS, TABLES, Client
from scaffolder.knowledge.services import SERVICES

ROLES = {"url", "result", "host", "port", "user", "password", "database", "number", "address", "node", "config"}
ROWS = {f"{package}.{name}": row for (package, name), row in CLIENTS.items()}
ROWS |= {f".{name}({keyword}=)": row for (name, keyword), (_, row) in METHODS.items()}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_row_names_services_and_roles_that_exist(row: Client) -> None:
    assert set(row.services) <= set(SERVICES)
    assert row.services
    assert {*row.keywords.values(), *row.positions} <= ROLES | {"login", "scheme", ""}
    assert all(name in row.keywords for name in row.needs)


def test_other_tables() -> None:
    assert {name for names in DSN_TYPES.values() for name in names} <= set(SERVICES)
    assert {role for roles in TABLES.values() for role in roles.values()} <= ROLES
