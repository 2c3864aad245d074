"""`make bench`: both benchmarks, or the one that is named; see `commands.py` and `images.py`."""

from __future__ import annotations

import argparse

from tests.bench.commands import measure_commands
from tests.bench.images import measure_images


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("which", nargs="?", choices=["commands", "images"], help="only this one")
    parser.add_argument("--rounds", type=int, default=1, help="how often every image is built from nothing")
    arguments = parser.parse_args()
    if arguments.which != "images":
        measure_commands()
    if arguments.which != "commands":
        measure_images(arguments.rounds)


if __name__ == "__main__":
    main()
