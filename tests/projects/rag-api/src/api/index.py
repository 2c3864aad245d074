"""A small vector index over the documents of one folder.

Documents are appended to one file, which is the truth; the vectors are made from it. Several processes may share the
folder: each sees from the file's size that another has added something.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

DIMENSIONS = 4096
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Passage:
    source: str
    text: str


class Index:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "documents.jsonl"
        self.file.touch()
        self.size = -1
        self.passages: list[Passage] = []
        self.vectors = np.empty((0, DIMENSIONS), dtype=np.float32)

    def add(self, source: str, text: str) -> int:
        """Split a document into passages, keep them, and return how many there are of it."""
        passages = [part.strip() for part in re.split(r"\n\s*\n|(?<=[.!?])\s+", text) if part.strip()]
        with self.file.open("a", encoding="utf-8") as out:
            fcntl.flock(out, fcntl.LOCK_EX)
            out.writelines(json.dumps({"source": source, "text": passage}) + "\n" for passage in passages)
        return len(passages)

    def search(self, question: str, count: int) -> list[tuple[float, Passage]]:
        self._refresh()
        if not self.passages:
            return []
        scores = self.vectors @ vector(question)
        best = np.argsort(-scores)[:count]
        return [(float(scores[row]), self.passages[row]) for row in best if scores[row] > 0]

    def _refresh(self) -> None:
        size = self.file.stat().st_size
        if size == self.size:
            return
        lines = self.file.read_text(encoding="utf-8").splitlines()
        self.passages = [Passage(**json.loads(line)) for line in lines]
        self.vectors = np.array([vector(p.text) for p in self.passages]).reshape(-1, DIMENSIONS)
        self.size = size


def vector(text: str) -> np.ndarray:
    """Hashed bag of words, length 1."""
    counts = np.zeros(DIMENSIONS, dtype=np.float32)
    for word in WORD.findall(text.lower()):
        digest = hashlib.blake2b(word.encode(), digest_size=4).digest()
        counts[int.from_bytes(digest) % DIMENSIONS] += 1
    return counts / (np.linalg.norm(counts) or 1)
