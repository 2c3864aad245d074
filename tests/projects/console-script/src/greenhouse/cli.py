import json
from importlib.resources import files

import click
from rich.console import Console
from rich.table import Table


def beds() -> list[dict[str, object]]:
    return json.loads(files("greenhouse").joinpath("data/beds.json").read_text())


@click.command()
@click.option("--dry-only", is_flag=True, help="Only the beds that need water today.")
def main(dry_only: bool) -> None:
    """Print the watering plan."""
    table = Table("bed", "crop", "litres")
    for bed in beds():
        if dry_only and not bed["litres"]:
            continue
        table.add_row(str(bed["bed"]), str(bed["crop"]), str(bed["litres"]))
    Console().print(table)
