"""The web service."""

from fastapi import FastAPI
from prometheus_client import Counter

from forecast.model import Model

app = FastAPI(title="forecast")
model = Model()
asked = Counter("forecast_asked", "Forecasts that were asked for")


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/forecast")
def forecast(days: int = 7) -> list[float]:
    asked.inc()
    return model.predict(days)
