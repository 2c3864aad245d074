"""The model: what it predicts, how it is stored, and how a new file takes the place of the old one."""

from __future__ import annotations

import hashlib
import io
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Literal

import numpy as np
from pydantic import BaseModel, Field

MATERIALS = ("aluminium", "steel", "titanium")

log = logging.getLogger(__name__)


class Part(BaseModel):
    """What is to be made."""

    material: Literal["aluminium", "steel", "titanium"]
    #: What is cut away, in cm3.
    volume: float = Field(gt=0)
    holes: int = Field(ge=0)
    #: The finest one, in mm.
    tolerance: float = Field(gt=0, le=1)

    def features(self) -> np.ndarray:
        kinds = [float(self.material == name) for name in MATERIALS]
        return np.array([*kinds, np.log(self.volume), np.log1p(self.holes), -np.log(self.tolerance)])


@dataclass(frozen=True)
class Model:
    """A linear model of the logarithm of the minutes; `version` is a digest of the file that it comes from."""

    version: str
    weights: np.ndarray

    @classmethod
    def read(cls, path: Path) -> Model:
        """Raises OSError or ValueError for what is no model."""
        content = path.read_bytes()
        try:
            weights = np.load(io.BytesIO(content), allow_pickle=False)["weights"]
        except Exception as error:
            raise ValueError(f"{path} holds no model: {error}") from error
        if weights.shape != (len(MATERIALS) + 3,) or not np.isfinite(weights).all():
            raise ValueError(f"{path} holds a model of other features")
        return cls(hashlib.sha256(content).hexdigest()[:12], weights)

    def minutes(self, part: Part) -> float:
        return round(float(np.exp(part.features() @ self.weights)), 1)


class ModelFile:
    """The newest model that a file held: each request looks whether the file is another one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._seen = self._state()
        self._model = Model.read(path)

    def current(self) -> Model:
        with self._lock:
            state = self._state()
            if state != self._seen:
                self._seen = state
                try:
                    self._model = Model.read(self._path)
                    log.warning("model %s answers from now on", self._model.version)
                except (OSError, ValueError) as error:
                    log.error("model %s goes on answering: %s", self._model.version, error)
            return self._model

    def _state(self) -> tuple[int, int, int] | None:
        try:
            found = os.stat(self._path)
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size
