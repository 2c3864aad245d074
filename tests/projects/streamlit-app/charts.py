from pathlib import Path

import pandas as pd


def load() -> pd.DataFrame:
    return pd.read_csv(Path(__file__).parent / "data" / "sales.csv")


def by_month(sales: pd.DataFrame, region: str) -> pd.DataFrame:
    chosen = sales if region == "all" else sales[sales["region"] == region]
    return chosen.groupby("month", as_index=False)["amount"].sum()
