import os
from collections import Counter

import click
from tabulate import tabulate

from pipeline.store import save


@click.command()
def main() -> None:
    counts = Counter(os.environ.get("WORDS", "").split())
    save(counts)
    click.echo(tabulate(counts.items(), headers=["word", "count"]))


if __name__ == "__main__":
    main()
