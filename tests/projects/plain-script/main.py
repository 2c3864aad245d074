"""Print how long each loan is overdue, as of the last entry."""

import csv
from pathlib import Path

from dateutil.parser import parse
from tabulate import tabulate

LOANS = Path(__file__).parent / "data" / "loans.csv"


def overdue(rows):
    last = max(parse(row["returned"] or row["due"]) for row in rows)
    for row in rows:
        days = (last - parse(row["due"])).days
        if not row["returned"] and days > 0:
            yield row["title"], days


def main():
    with LOANS.open(newline="") as file:
        rows = list(csv.DictReader(file))
    print(tabulate(sorted(overdue(rows)), headers=["title", "days overdue"]))


if __name__ == "__main__":
    main()
