"""A softmax classifier whose coefficients lie in a file."""

import json
import math
from pathlib import Path

FEATURES = ("sepal_length", "sepal_width", "petal_length", "petal_width")


class Classifier:
    """Species of an iris by four lengths in centimetres."""

    def __init__(self, path: Path) -> None:
        stored = json.loads(path.read_text())
        self.species: list[str] = stored["species"]
        self._means: list[float] = stored["means"]
        self._deviations: list[float] = stored["deviations"]
        self._weights: list[list[float]] = stored["weights"]
        self._biases: list[float] = stored["biases"]

    def probabilities(self, measurements: list[float]) -> dict[str, float]:
        """Species → probability, for the features in their order."""
        scaled = [
            (value - mean) / deviation
            for value, mean, deviation in zip(measurements, self._means, self._deviations, strict=True)
        ]
        scores = [
            bias + sum(weight * value for weight, value in zip(weights, scaled, strict=True))
            for weights, bias in zip(self._weights, self._biases, strict=True)
        ]
        exponentials = [math.exp(score - max(scores)) for score in scores]
        return {
            name: exponential / sum(exponentials)
            for name, exponential in zip(self.species, exponentials, strict=True)
        }
