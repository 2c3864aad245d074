"""Candidates first, then a more expensive model orders them."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import joblib
import pandas as pd
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.neighbors import NearestNeighbors

from features import FeatureStore

HERE = Path(__file__).parent
FEATURES = HERE / "data" / "features.parquet"
CANDIDATES = HERE / "models" / "candidates.joblib"
RERANKER = HERE / "models" / "reranker.joblib"

log = logging.getLogger("recommender")


class UnknownUserError(LookupError):
    pass


@dataclass
class Recommender:
    features: FeatureStore
    candidates: NearestNeighbors
    reranker: GradientBoostingRegressor

    @classmethod
    def load(cls) -> Recommender:
        """Raises ValueError for files that do not fit each other."""
        found = cls(
            features=FeatureStore(pd.read_parquet(FEATURES)),
            candidates=joblib.load(CANDIDATES),
            reranker=joblib.load(RERANKER),
        )
        if found.candidates.n_samples_fit_ != len(found.features.items):
            raise ValueError("the candidates are those of other items")
        found.recommend(int(found.features.users.index[0]), limit=1)
        return found

    def recommend(self, user_id: int, limit: int) -> list[dict[str, float | int]]:
        user = self.features.user(user_id)
        if user is None:
            raise UnknownUserError(user_id)
        _, rows = self.candidates.kneighbors([user])
        items = self.features.items.iloc[rows[0]]
        scores = self.reranker.predict(self.features.pairs(user, items))
        ranked = sorted(zip(scores, items.index, strict=True), reverse=True)[:limit]
        return [{"item_id": int(item), "score": round(float(score), 4)} for score, item in ranked]


class Current:
    """The newest recommender whose files could be read."""

    def __init__(self) -> None:
        self._loaded = _states()
        self.recommender = Recommender.load()

    def follow(self, seconds: float = 1) -> None:
        """Look again and again, in the background."""
        Thread(target=self._follow, args=(seconds,), daemon=True).start()

    def _follow(self, seconds: float) -> None:
        before = self._loaded
        while True:
            time.sleep(seconds)
            now = _states()
            if now == before:
                self.renew()
            before = now

    def renew(self) -> None:
        """Load files that are others than before; what cannot be used is tried again when it changes."""
        states = _states()
        if states == self._loaded:
            return
        self._loaded = states
        try:
            self.recommender = Recommender.load()
        except Exception as error:  # whatever a file holds, the old model answers
            log.error("the new files are not used: %s", error)
        else:
            log.info("the new files answer from now on")


def _states() -> list[tuple[int, int, int] | None]:
    return [_state(path) for path in (FEATURES, CANDIDATES, RERANKER)]


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
