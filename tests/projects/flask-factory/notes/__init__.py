"""Short notes over HTTP."""

from flask import Flask

from notes.config import Config
from notes.views import views


def create_app(config: object = Config) -> Flask:
    app = Flask(__name__)
    app.config.from_object(config)
    app.register_blueprint(views)
    return app
