from common.money import Money


def test_sum():
    assert str(Money(1250) + Money(1999)) == "32.49"
