import os

from celery import Celery

broker = os.environ.get("CELERY_BROKER_URL", "redis://localhost:6379/0")

app = Celery(
    "mailer",
    broker=broker,
    backend=os.environ.get("CELERY_RESULT_BACKEND", broker),
    include=["mailer.tasks"],
)
app.conf.task_acks_late = True
app.conf.broker_connection_retry_on_startup = True
