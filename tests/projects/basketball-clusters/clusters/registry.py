"""The place of the model in MLflow."""

import os

import mlflow
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

EXPERIMENT = "player-clusters"
MODEL = "player-clusters"
PRODUCTION = "production"

#: What the server answers for a model, and for an alias, that is not there.
_ABSENT = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")


def connect() -> MlflowClient:
    """A client of the tracking server; without its address, runs would land in a folder of the container."""
    mlflow.set_tracking_uri(os.environ["MLFLOW_TRACKING_URI"])
    return MlflowClient()


def in_production(client: MlflowClient) -> ModelVersion | None:
    """The version in production, None before the first training."""
    try:
        return client.get_model_version_by_alias(MODEL, PRODUCTION)
    except MlflowException as error:
        if error.error_code in _ABSENT:
            return None
        raise
