import os

os.environ.setdefault("SECRET_KEY", "for tests only")

from notes import create_app


def test_keeps_notes_in_the_session():
    client = create_app().test_client()
    client.post("/", json={"text": "water the plants"})
    assert client.get("/").json == {"notes": ["water the plants"]}
