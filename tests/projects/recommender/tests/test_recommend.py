from recommend import Recommender


def test_returns_as_many_items_as_asked():
    assert len(Recommender.load().recommend(7, limit=3)) == 3
