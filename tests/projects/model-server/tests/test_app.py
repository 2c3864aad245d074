from irises.app import app


def test_it_knows_a_setosa():
    flower = {"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}
    assert app.test_client().post("/predict", json=flower).json["species"] == "setosa"
