from api.store import Changes, Store


def test_follows_the_folder(tmp_path):
    store, documents = Store(tmp_path / "data"), tmp_path / "documents"
    documents.mkdir()
    (documents / "report.md").write_text("Revenue rose by 4 percent. Costs fell.")
    assert store.index(documents) == Changes(indexed=1, removed=0, documents=1)
    assert store.search("how did revenue change?", 1)[0][1].text == "Revenue rose by 4 percent."
    (documents / "report.md").unlink()
    assert store.index(documents) == Changes(indexed=0, removed=1, documents=0)
    assert store.search("how did revenue change?", 1) == []
