"""Make data/features.parquet and both models again, from the seed `SEED`."""

from __future__ import annotations

import os
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.neighbors import NearestNeighbors

from features import COLUMNS, FeatureStore
from recommend import CANDIDATES, FEATURES, RERANKER

USERS, ITEMS, NEIGHBORS = 50, 200, 20


def main() -> None:
    random = np.random.default_rng(int(os.environ.get("SEED", "20")))
    table = pd.DataFrame(random.normal(size=(USERS + ITEMS, len(COLUMNS))), columns=COLUMNS)
    table.insert(0, "kind", ["user"] * USERS + ["item"] * ITEMS)
    table.insert(1, "id", [*range(1, USERS + 1), *range(1000, 1000 + ITEMS)])
    store = FeatureStore(table)
    candidates = NearestNeighbors(n_neighbors=NEIGHBORS).fit(store.items.to_numpy())
    pairs = np.vstack([store.pairs(user, store.items) for user in store.users.to_numpy()])
    likes = pairs[:, 4:8].sum(axis=1) - 0.1 * pairs[:, 8:].sum(axis=1)
    reranker = GradientBoostingRegressor(n_estimators=40, max_depth=3, random_state=20).fit(pairs, likes)

    table.to_parquet(_new(FEATURES))
    joblib.dump(candidates, _new(CANDIDATES), compress=3)
    joblib.dump(reranker, _new(RERANKER), compress=3)
    for path in (FEATURES, CANDIDATES, RERANKER):
        os.replace(_new(path), path)


def _new(path: Path) -> Path:
    """Where a file is written before it takes the place of the old one."""
    return path.with_name(f".{path.name}.new")


if __name__ == "__main__":
    main()
