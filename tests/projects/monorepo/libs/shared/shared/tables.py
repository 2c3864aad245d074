"""Tables as text."""

from tabulate import tabulate


def table(rows):
    return tabulate(rows, headers=("what", "amount"))
