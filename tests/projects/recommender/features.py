"""The feature store: one parquet file with a row of features for each user and each item."""

from __future__ import annotations

import numpy as np
import pandas as pd

COLUMNS = ["f0", "f1", "f2", "f3"]


class FeatureStore:
    def __init__(self, table: pd.DataFrame) -> None:
        self.users = table[table["kind"] == "user"].set_index("id")[COLUMNS]
        self.items = table[table["kind"] == "item"].set_index("id")[COLUMNS]

    def user(self, user_id: int) -> np.ndarray | None:
        if user_id not in self.users.index:
            return None
        return self.users.loc[user_id].to_numpy()

    @staticmethod
    def pairs(user: np.ndarray, items: pd.DataFrame) -> np.ndarray:
        rows = items.to_numpy()
        return np.hstack([rows, rows * user, np.abs(rows - user)])
