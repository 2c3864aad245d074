"""Candidates first, then a more expensive model orders them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import joblib
import pandas as pd
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.neighbors import NearestNeighbors

from features import FeatureStore

HERE = Path(__file__).parent


class UnknownUserError(LookupError):
    pass


@dataclass
class Recommender:
    features: FeatureStore
    candidates: NearestNeighbors
    reranker: GradientBoostingRegressor

    @classmethod
    def load(cls) -> Recommender:
        return cls(
            features=FeatureStore(pd.read_parquet(HERE / "data" / "features.parquet")),
            candidates=joblib.load(HERE / "models" / "candidates.joblib"),
            reranker=joblib.load(HERE / "models" / "reranker.joblib"),
        )

    def recommend(self, user_id: int, limit: int) -> list[dict[str, float | int]]:
        user = self.features.user(user_id)
        if user is None:
            raise UnknownUserError(user_id)
        _, rows = self.candidates.kneighbors([user])
        items = self.features.items.iloc[rows[0]]
        scores = self.reranker.predict(self.features.pairs(user, items))
        ranked = sorted(zip(scores, items.index, strict=True), reverse=True)[:limit]
        return [{"item_id": int(item), "score": round(float(score), 4)} for score, item in ranked]
