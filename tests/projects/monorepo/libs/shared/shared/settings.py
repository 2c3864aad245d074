"""Settings that every service reads."""

import os


def currency():
    return os.environ.get("LEDGER_CURRENCY", "EUR")
