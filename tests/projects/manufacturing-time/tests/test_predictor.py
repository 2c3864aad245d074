from __future__ import annotations

from pathlib import Path

import pytest
import redis
from fastapi import HTTPException

from predictor.cache import Cache
from predictor.model import Model, ModelFile, Part
from predictor.train import fit, replace

PART = Part(material="steel", volume=120, holes=8, tolerance=0.02)


class Memory:
    """What the cache asks of Redis."""

    def __init__(self) -> None:
        self.kept: dict[str, float] = {}

    def get(self, key: str) -> bytes | None:
        return str(self.kept[key]).encode() if key in self.kept else None

    def set(self, key: str, value: float, ex: int) -> None:
        self.kept[key] = value


class Gone:
    def get(self, key: str) -> None:
        raise redis.ConnectionError("gone")

    def set(self, key: str, value: float, ex: int) -> None:
        raise redis.ConnectionError("gone")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "model.npz"
    replace(path, fit(1))
    return path


def test_harder_parts_take_longer(path: Path) -> None:
    model = Model.read(path)
    harder = PART.model_copy(update={"material": "titanium", "holes": 20})
    assert 0 < model.minutes(PART) < model.minutes(harder)


def test_a_new_file_takes_over(path: Path) -> None:
    models = ModelFile(path)
    before = models.current()
    replace(path, fit(2))
    assert models.current().version != before.version


@pytest.mark.parametrize("content", [b"", b"no model", None])
def test_what_is_no_model_does_not(path: Path, content: bytes | None) -> None:
    models = ModelFile(path)
    before = models.current()
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert models.current() is before


def test_predictions_are_kept_for_each_model(path: Path) -> None:
    cache = Cache(Memory(), seconds=60)
    first = Model.read(path)
    replace(path, fit(2))
    second = Model.read(path)
    cache.put(first, PART, 7.5)
    assert (cache.get(first, PART), cache.get(second, PART)) == (7.5, None)


def test_it_answers_without_a_cache(path: Path) -> None:
    cache = Cache(Gone(), seconds=60)
    cache.put(Model.read(path), PART, 7.5)
    assert cache.get(Model.read(path), PART) is None


def test_only_who_has_the_key_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEY", "for-this-test-only")
    from predictor.app import check_key

    check_key("for-this-test-only")
    for key in ("", "for-this-test-only ", "\u00fc"):
        with pytest.raises(HTTPException):
            check_key(key)
