"""What was measured of the images: rows, targets, and both as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

GENERATED = "scaffold"
MEDIAN_PEER = "poetry-median"
SPEED_LIMIT = "uv"
#: The peers that install what poetry.lock says with Poetry itself or from its export.
POETRY_PEERS = ("poetry-export", "poetry-median", "poetry-two-stage")

CHANGES = ("code", "version", "dependency")


@dataclass(frozen=True)
class Row:
    """A line of the table: one quantity, for every image."""

    key: str
    title: str
    unit: str


ROWS = (
    Row("cold", "cold build", "s"),
    Row("code", "build after a code change", "s"),
    Row("version", "build after a version bump", "s"),
    Row("dependency", "build after adding a dependency", "s"),
    Row("answer", "docker run to the first answer", "s"),
    Row("bytes", "image", "MB"),
    Row("compressed", "image, compressed", "MB"),
    Row("push-code", "pushed after a code change", "MB"),
    Row("push-version", "pushed after a version bump", "MB"),
    Row("push-dependency", "pushed after adding a dependency", "MB"),
)
_TIMES = tuple(row.key for row in ROWS if row.unit == "s")


@dataclass
class Image:
    """What was measured of one Dockerfile's image, by the key of a row: seconds or bytes, one for each run."""

    runs: dict[str, list[float]] = field(default_factory=dict)

    def add(self, key: str, value: float) -> None:
        """Note one more run."""
        self.runs.setdefault(key, []).append(value)

    def __getitem__(self, key: str) -> float:
        """The median of the runs."""
        return median(self.runs[key])


Images = Mapping[str, Image]


@dataclass(frozen=True)
class Target:
    """What the generated Dockerfile is to reach."""

    title: str
    reached: float
    bound: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether it does."""
        return self.reached >= self.bound if self.at_least else self.reached <= self.bound


def targets(images: Images) -> tuple[Target, ...]:
    """Each target, and how near it the measured images come."""
    ours, peer, limit = images[GENERATED], images[MEDIAN_PEER], images[SPEED_LIMIT]
    titles = {row.key: row.title for row in ROWS}
    never_slower = (
        Target(f"{titles[key]}: seconds beside the best Poetry peer's", ours[key] / _best(images, key), 1)
        for key in _TIMES
    )
    return (
        *never_slower,
        Target("cold build: seconds beside uv's", ours["cold"] / limit["cold"], 1.5),
        Target("version bump: times faster than the median peer", peer["version"] / ours["version"], 30, at_least=True),
        Target("one dependency: times faster than the median peer", peer["dependency"] / ours["dependency"], 2, True),
        Target("pushed after a code change, MB", ours["push-code"] / 1e6, 1),
        Target("pushed after a version bump, MB", ours["push-version"] / 1e6, 1),
    )


def _best(images: Images, key: str) -> float:
    return min(images[name][key] for name in POETRY_PEERS)


def table(images: Images) -> str:
    """A Markdown table: a line for each row, a column for each image."""
    lines = [["", *images]]
    lines += [[f"{row.title}, {row.unit}", *(_shown(row, image[row.key]) for image in images.values())] for row in ROWS]
    return _markdown(lines)


def target_table(found: Iterable[Target]) -> str:
    """A Markdown table of the targets."""
    lines = [["target", "reached", "wanted", ""]]
    lines += [
        [
            target.title,
            _number(target.reached),
            f"{'at least' if target.at_least else 'at most'} {target.bound:g}",
            "met" if target.met else "MISSED",
        ]
        for target in found
    ]
    return _markdown(lines)


def write_results(file: Path, machine: Mapping[str, object], images: Images) -> None:
    """Keep every run, the machine that it was on, and what became of the targets, as JSON."""
    document = {
        "machine": machine,
        "images": {name: image.runs for name, image in images.items()},
        "targets": [
            {"title": target.title, "reached": round(target.reached, 3), "bound": target.bound, "met": target.met}
            for target in targets(images)
        ],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, indent=2) + "\n")


def _shown(row: Row, value: float) -> str:
    return _number(value / 1e6 if row.unit == "MB" else value)


def _number(value: float) -> str:
    """Three digits that matter, and no more than two behind the point."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _markdown(lines: Sequence[Sequence[str]]) -> str:
    """The first column to the left, the others to the right; the first line is the head."""
    titles, *others = zip(*lines, strict=True)
    columns = [[title.ljust(_width(titles)) for title in titles]]
    columns += [[cell.rjust(_width(cells)) for cell in cells] for cells in others]
    rules = ["-" * _width(titles), *("-" * (_width(cells) - 1) + ":" for cells in others)]
    head, *body = zip(*columns, strict=True)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (head, rules, *body))


def _width(cells: Iterable[str]) -> int:
    return max(map(len, cells))
