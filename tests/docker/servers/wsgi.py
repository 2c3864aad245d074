"""A quick route and a slow one, by WSGI."""

import time

from flask import Flask


def create_app() -> Flask:
    app = Flask(__name__)

    @app.get("/")
    def quick() -> str:
        return "quick"

    @app.get("/slow")
    def slow() -> str:
        time.sleep(2)
        return "slow"

    return app


app = create_app()
