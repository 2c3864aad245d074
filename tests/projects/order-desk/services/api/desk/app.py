"""Takes orders; whoever asks later learns the price."""

from catalogue import PRICES
from catalogue.settings import CELERY_BROKER_URL, CELERY_RESULT_BACKEND
from celery import Celery
from flask import Flask, request

app = Flask(__name__)
queue = Celery("desk", broker=CELERY_BROKER_URL, backend=CELERY_RESULT_BACKEND)


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/orders")
def order():
    wanted = request.get_json()
    if wanted["article"] not in PRICES:
        return {"error": "no such article"}, 404
    sent = queue.send_task("pricing.price", args=(wanted["article"], wanted["count"]))
    return {"order": sent.id}, 202


@app.get("/orders/<number>")
def priced(number):
    result = queue.AsyncResult(number)
    return {"price": result.get(timeout=15)}
