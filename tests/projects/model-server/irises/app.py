"""The HTTP side: GET and POST of a prediction, and the documentation below /apidocs/."""

import time
from pathlib import Path

from flasgger import Swagger
from flask import Flask, abort, jsonify, request

from irises.model import FEATURES, Classifier

app = Flask(__name__)
app.config["SWAGGER"] = {"title": "Irises", "uiversion": 3}
Swagger(app)

classifier = Classifier(Path(__file__).with_name("model.json"))


def answer(given):
    try:
        measurements = [float(given[name]) for name in FEATURES]
    except (KeyError, TypeError, ValueError):
        abort(400, f"expected numbers: {', '.join(FEATURES)}")
    found = classifier.probabilities(measurements)
    return jsonify(species=max(found, key=found.get), probabilities=found)


@app.get("/health")
def health():
    return jsonify(status="ok")


@app.get("/predict")
def predict_one():
    """The species of one flower.
    ---
    parameters:
      - {name: sepal_length, in: query, type: number, required: true}
      - {name: sepal_width, in: query, type: number, required: true}
      - {name: petal_length, in: query, type: number, required: true}
      - {name: petal_width, in: query, type: number, required: true}
    responses:
      200: {description: the species and how likely each is}
      400: {description: a measurement is missing}
    """
    return answer(request.args)


@app.post("/predict")
def predict():
    """The species of one flower, by JSON.
    ---
    parameters:
      - name: body
        in: body
        required: true
        schema:
          type: object
          required: [sepal_length, sepal_width, petal_length, petal_width]
          properties:
            sepal_length: {type: number, example: 5.1}
            sepal_width: {type: number, example: 3.5}
            petal_length: {type: number, example: 1.4}
            petal_width: {type: number, example: 0.2}
    responses:
      200: {description: the species and how likely each is}
      400: {description: a measurement is missing}
    """
    return answer(request.get_json(silent=True))


@app.get("/slow")
def slow():
    """Takes two seconds, as a large model does."""
    time.sleep(2)
    return jsonify(status="done")


@app.get("/client")
def client():
    """What the server believes of who asks."""
    return jsonify(scheme=request.scheme, host=request.host)
