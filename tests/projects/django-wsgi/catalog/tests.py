import pytest


@pytest.mark.django_db
def test_products_are_listed_by_name(client):
    from catalog.models import Product

    Product.objects.create(name="tea", cents=450)
    Product.objects.create(name="cup", cents=900)
    names = [product["name"] for product in client.get("/products/").json()["products"]]
    assert names == ["cup", "tea"]
