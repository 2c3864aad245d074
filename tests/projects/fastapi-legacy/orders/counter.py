import os
from functools import lru_cache

from redis import Redis


@lru_cache
def counter() -> Redis:
    return Redis.from_url(os.getenv("REDIS_URL", "redis://localhost:6379/0"))
