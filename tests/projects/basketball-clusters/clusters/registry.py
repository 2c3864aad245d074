"""The place of the model in MLflow."""

import os

import mlflow
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException, RestException

EXPERIMENT = "player-clusters"
MODEL = "player-clusters"
PRODUCTION = "production"


def connect() -> MlflowClient:
    """A client of the tracking server; without its address, runs would land in a folder of the container."""
    mlflow.set_tracking_uri(os.environ["MLFLOW_TRACKING_URI"])
    return MlflowClient()


def in_production(client: MlflowClient) -> ModelVersion | None:
    """The version in production, None before the first training."""
    try:
        return client.get_model_version_by_alias(MODEL, PRODUCTION)
    except MlflowException as error:
        if isinstance(error, RestException) and error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            return None
        raise
