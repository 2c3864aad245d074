"""Prices orders."""

from catalogue import PRICES
from catalogue.settings import CELERY_BROKER_URL, CELERY_RESULT_BACKEND
from celery import Celery

app = Celery("pricing", broker=CELERY_BROKER_URL, backend=CELERY_RESULT_BACKEND)


@app.task(name="pricing.price")
def price(article, count):
    return PRICES[article] * count
