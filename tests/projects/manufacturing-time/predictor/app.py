"""POST /predict: the minutes that a machine works on a part."""

from __future__ import annotations

import secrets
from typing import Annotated

import redis
from fastapi import Depends, FastAPI, Header, HTTPException, Response

from predictor.cache import Cache
from predictor.model import ModelFile, Part
from predictor.settings import settings

app = FastAPI(title="Manufacturing time")
models = ModelFile(settings.model_path)
password = settings.redis_password
cache = Cache(
    redis.Redis(
        host=settings.redis_host,
        port=settings.redis_port,
        password=password.get_secret_value() if password else None,
        socket_timeout=2,
        socket_connect_timeout=2,
    ),
    settings.cache_seconds,
)


def check_key(x_api_key: Annotated[str, Header()] = "") -> None:
    if not secrets.compare_digest(x_api_key.encode(), settings.api_key.get_secret_value().encode()):
        raise HTTPException(401, "X-API-Key is missing or wrong")


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok", "model": models.current().version}


@app.post("/predict", dependencies=[Depends(check_key)])
def predict(part: Part, response: Response) -> dict[str, str | float]:
    model = models.current()
    minutes = cache.get(model, part)
    response.headers["X-Cache"] = "miss" if minutes is None else "hit"
    if minutes is None:
        minutes = model.minutes(part)
        cache.put(model, part, minutes)
    return {"minutes": minutes, "model": model.version}
