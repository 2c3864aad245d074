import json
from pathlib import Path

FILE = Path("/var/lib/pipeline/counts.json")


def load() -> dict[str, int]:
    return json.loads(FILE.read_text()) if FILE.exists() else {}


def save(counts: dict[str, int]) -> None:
    FILE.write_text(json.dumps(counts))
