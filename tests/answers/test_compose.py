"""What compose.yaml lists."""

from __future__ import annotations

from tests.answers.made import made
from tests.helpers import SCRIPT


def test_lists_do_not_depend_on_the_order_of_flags() -> None:
    one = made({"main.py": SCRIPT}, "volumes=b,a")
    two = made({"main.py": SCRIPT}, "volumes=a,b")
    assert one["volumes"] == two["volumes"]
