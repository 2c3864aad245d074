"""Fits several clusterers, logs each as a run, and puts the best into production."""

from collections.abc import Iterator

import mlflow
import pandas as pd
import sklearn
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.metrics import silhouette_score
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from clusters import players, registry

SEED = 7
SIZES = (3, 4, 5)


def candidates() -> Iterator[tuple[str, int, Pipeline]]:
    """Name, number of clusters, and the model to fit."""
    for size in SIZES:
        yield "k-means", size, make_pipeline(StandardScaler(), KMeans(size, random_state=SEED))
        yield "mini-batch k-means", size, make_pipeline(StandardScaler(), MiniBatchKMeans(size, random_state=SEED))
        yield "gaussian mixture", size, make_pipeline(StandardScaler(), GaussianMixture(size, random_state=SEED))


def score(model: Pipeline, statistics: pd.DataFrame) -> float:
    """How well the clusters stand apart: -1 to 1, more is better."""
    return float(silhouette_score(model[:-1].transform(statistics), model.predict(statistics)))


def train(statistics: pd.DataFrame) -> tuple[str, float]:
    """Log a run for each candidate; the address of the best model, and its score."""
    results: dict[str, float] = {}
    for name, size, model in candidates():
        with mlflow.start_run(run_name=f"{name}, {size}"):
            model.fit(statistics)
            silhouette = score(model, statistics)
            mlflow.log_params({"clusterer": name, "clusters": size})
            mlflow.log_metric("silhouette", silhouette)
            logged = mlflow.sklearn.log_model(
                model, name="model", pip_requirements=[f"scikit-learn=={sklearn.__version__}"]
            )
            results[logged.model_uri] = silhouette
    best = max(results, key=lambda uri: results[uri])
    return best, results[best]


def main() -> None:
    client = registry.connect()
    mlflow.set_experiment(registry.EXPERIMENT)
    best, silhouette = train(players.load()[players.STATISTICS])
    version = mlflow.register_model(best, registry.MODEL)
    client.set_registered_model_alias(registry.MODEL, registry.PRODUCTION, version.version)
    print(f"version {version.version} is in production, silhouette {silhouette:.2f}")


if __name__ == "__main__":
    main()
