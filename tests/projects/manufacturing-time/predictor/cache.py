"""Predictions that were made before. A cache that cannot be reached is no reason not to answer."""

from __future__ import annotations

import hashlib
import logging

import redis

from predictor.model import Model, Part

log = logging.getLogger(__name__)


class Cache:
    def __init__(self, client: redis.Redis, seconds: int) -> None:
        self._client = client
        self._seconds = seconds

    def get(self, model: Model, part: Part) -> float | None:
        try:
            found = self._client.get(_key(model, part))
        except redis.RedisError as error:
            log.warning("not read from the cache: %s", error)
            return None
        return None if found is None else float(found)

    def put(self, model: Model, part: Part, minutes: float) -> None:
        try:
            self._client.set(_key(model, part), minutes, ex=self._seconds)
        except redis.RedisError as error:
            log.warning("not written to the cache: %s", error)


def _key(model: Model, part: Part) -> str:
    """Another model's predictions are other keys, so that a new model never answers with old ones."""
    digest = hashlib.sha256(part.model_dump_json().encode()).hexdigest()
    return f"minutes:{model.version}:{digest[:32]}"
