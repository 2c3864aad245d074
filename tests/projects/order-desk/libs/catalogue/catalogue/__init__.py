"""What there is, and what it costs."""

PRICES = {"chair": 40, "lamp": 15, "table": 120}
