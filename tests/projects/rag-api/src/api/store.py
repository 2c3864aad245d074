"""A small vector store: passages of documents and their vectors, in one SQLite file that several processes share."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

DIMENSIONS = 4096
SUFFIXES = (".md", ".txt")
WORD = re.compile(r"\w+")
TABLES = """
CREATE TABLE IF NOT EXISTS documents (source TEXT PRIMARY KEY, digest TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS passages (source TEXT NOT NULL, text TEXT NOT NULL, vector BLOB NOT NULL);
"""


@dataclass(frozen=True)
class Passage:
    source: str
    text: str


@dataclass(frozen=True)
class Changes:
    indexed: int
    removed: int
    documents: int


class Store:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "store.sqlite3"
        with self._open() as database:
            database.executescript(TABLES)

    def index(self, documents: Path) -> Changes:
        """Bring the store in step with a folder: only what is new, changed or gone there is touched."""
        files = {
            str(path.relative_to(documents)): path.read_text(encoding="utf-8", errors="replace")
            for path in sorted(documents.rglob("*"))
            if path.suffix in SUFFIXES and path.is_file()
        }
        digests = {source: hashlib.sha256(text.encode()).hexdigest() for source, text in files.items()}
        with self._open() as database:
            database.execute("BEGIN IMMEDIATE")
            known = dict(database.execute("SELECT source, digest FROM documents"))
            changed = [source for source, digest in digests.items() if known.get(source) != digest]
            gone = known.keys() - digests.keys()
            for source in (*changed, *gone):
                database.execute("DELETE FROM passages WHERE source = ?", (source,))
                database.execute("DELETE FROM documents WHERE source = ?", (source,))
            for source in changed:
                database.execute("INSERT INTO documents VALUES (?, ?)", (source, digests[source]))
                rows = ((source, text, vector(text).tobytes()) for text in passages(files[source]))
                database.executemany("INSERT INTO passages VALUES (?, ?, ?)", rows)
        return Changes(indexed=len(changed), removed=len(gone), documents=len(files))

    def search(self, question: str, count: int) -> list[tuple[float, Passage]]:
        with self._open() as database:
            rows = database.execute("SELECT source, text, vector FROM passages").fetchall()
        if not rows:
            return []
        scores = np.array([np.frombuffer(row[2], dtype=np.float32) for row in rows]) @ vector(question)
        best = np.argsort(-scores, kind="stable")[:count]
        return [(float(scores[row]), Passage(*rows[row][:2])) for row in best if scores[row] > 0]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.file, timeout=30)) as database, database:
            yield database


def passages(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n|(?<=[.!?])\s+", text) if part.strip()]


def vector(text: str) -> np.ndarray:
    """Hashed bag of words, length 1."""
    counts = np.zeros(DIMENSIONS, dtype=np.float32)
    for word in WORD.findall(text.lower()):
        digest = hashlib.blake2b(word.encode(), digest_size=4).digest()
        counts[int.from_bytes(digest) % DIMENSIONS] += 1
    return counts / (np.linalg.norm(counts) or 1)
