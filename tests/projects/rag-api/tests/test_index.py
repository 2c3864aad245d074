from api.index import Index


def test_finds_the_passage_that_shares_words(tmp_path):
    index = Index(tmp_path)
    index.add("handbook", "Badges are renewed in May. Parking is free.")
    assert index.search("when are badges renewed?", 1)[0][1].text == "Badges are renewed in May."
