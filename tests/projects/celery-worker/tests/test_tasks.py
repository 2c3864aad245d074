from mailer.tasks import render


def test_letter_names_the_order():
    assert "order 12 is on its way" in render("Ann", 12)
