from flask import Blueprint, current_app, jsonify, request, session
from flask.typing import ResponseReturnValue

views = Blueprint("views", __name__)


@views.get("/healthz")
def healthz() -> ResponseReturnValue:
    return jsonify(status="ok")


@views.get("/")
def list_notes() -> ResponseReturnValue:
    return jsonify(notes=session.get("notes", []))


@views.post("/")
def add_note() -> ResponseReturnValue:
    notes = [*session.get("notes", []), request.get_json()["text"]]
    if len(notes) > current_app.config["MAX_NOTES"]:
        return jsonify(error="too many notes"), 409
    session["notes"] = notes
    return jsonify(notes=notes), 201
