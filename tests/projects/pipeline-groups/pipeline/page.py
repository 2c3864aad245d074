from flask import Flask, jsonify

from pipeline.store import load

app = Flask(__name__)


@app.get("/health")
def health():
    return jsonify(status="ok")


@app.get("/counts")
def counts():
    return jsonify(load())
