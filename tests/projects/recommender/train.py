"""Make data/features.parquet and both models again, from a fixed seed."""

from __future__ import annotations

from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.neighbors import NearestNeighbors

from features import COLUMNS, FeatureStore

USERS, ITEMS, CANDIDATES = 50, 200, 20


def main() -> None:
    here = Path(__file__).parent
    random = np.random.default_rng(20)
    table = pd.DataFrame(random.normal(size=(USERS + ITEMS, len(COLUMNS))), columns=COLUMNS)
    table.insert(0, "kind", ["user"] * USERS + ["item"] * ITEMS)
    table.insert(1, "id", [*range(1, USERS + 1), *range(1000, 1000 + ITEMS)])
    table.to_parquet(here / "data" / "features.parquet")

    store = FeatureStore(table)
    candidates = NearestNeighbors(n_neighbors=CANDIDATES).fit(store.items.to_numpy())
    joblib.dump(candidates, here / "models" / "candidates.joblib", compress=3)

    pairs = np.vstack([store.pairs(user, store.items) for user in store.users.to_numpy()])
    likes = pairs[:, 4:8].sum(axis=1) - 0.1 * pairs[:, 8:].sum(axis=1)
    reranker = GradientBoostingRegressor(n_estimators=40, max_depth=3, random_state=20).fit(pairs, likes)
    joblib.dump(reranker, here / "models" / "reranker.joblib", compress=3)


if __name__ == "__main__":
    main()
