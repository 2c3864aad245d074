from api.main import app


def test_total():
    assert app.test_client().get("/total").json["total"].startswith("32.49")
