"""Gets the totals of a season over HTTP and keeps the cleaned table."""

import io
import os

import pandas as pd
import requests

from clusters import players

#: Who played less says little about how they play.
MINUTES = 200


def clean(totals: pd.DataFrame) -> pd.DataFrame:
    """One row for each player with enough minutes, per 36 of them.

    The source repeats its head now and then, leaves fields empty, and lists a traded player once for each team and once
    in all, under the team `TOT`, first.
    """
    numbers = ["minutes", *players.STATISTICS]
    totals = totals[["player", *numbers]].copy()
    totals[numbers] = totals[numbers].apply(pd.to_numeric, errors="coerce")
    totals = totals.dropna().drop_duplicates("player", keep="first")
    totals = totals[totals["minutes"] >= MINUTES]
    rates = totals[players.STATISTICS].mul(36).div(totals["minutes"], axis="index").round(2)
    return pd.concat([totals["player"], rates], axis="columns").sort_values("player")


def main() -> None:
    response = requests.get(os.environ["PLAYERS_URL"], timeout=30)
    response.raise_for_status()
    table = clean(pd.read_csv(io.StringIO(response.text)))
    players.save(table)
    print(f"{len(table)} players")


if __name__ == "__main__":
    main()
