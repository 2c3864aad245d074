"""The cleaned table of players: one row each, with what a player does in 36 minutes."""

import os
from pathlib import Path
from typing import Final

import pandas as pd

FOLDER: Final = Path(os.environ.get("DATA_DIR", "/var/lib/basketball"))
TABLE: Final = FOLDER / "players.csv"

#: Totals of a season, in the source and, per 36 minutes, in the table.
STATISTICS: Final = ["points", "rebounds", "assists", "steals", "blocks"]


def save(players: pd.DataFrame) -> None:
    """Replace the table; who reads it meanwhile sees the old one or the new one."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    unfinished = TABLE.with_suffix(".new")
    players.to_csv(unfinished, index=False)
    unfinished.replace(TABLE)


def load() -> pd.DataFrame:
    """The columns `player` and STATISTICS; raises FileNotFoundError before the first fetch."""
    return pd.read_csv(TABLE)
