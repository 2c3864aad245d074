import shutil
from pathlib import Path

import pytest

import recommend
import train
from recommend import Current, Recommender


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the feature store and the models, in place of the real ones."""
    for name in ("FEATURES", "CANDIDATES", "RERANKER"):
        copy = shutil.copy2(getattr(recommend, name), tmp_path)
        monkeypatch.setattr(recommend, name, Path(copy))
        monkeypatch.setattr(train, name, Path(copy))
    return tmp_path


def test_returns_as_many_items_as_asked() -> None:
    assert len(Recommender.load().recommend(7, limit=3)) == 3


def test_what_was_trained_again_answers(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    current = Current()
    before = current.recommender.recommend(7, limit=3)
    monkeypatch.setenv("SEED", "21")
    train.main()
    current.renew()
    assert current.recommender.recommend(7, limit=3) != before
    assert len(list(files.iterdir())) == 3


def test_a_model_that_cannot_be_read_does_not(files: Path) -> None:
    current = Current()
    before = current.recommender
    recommend.RERANKER.write_bytes(b"half a mod")
    current.renew()
    assert current.recommender is before
