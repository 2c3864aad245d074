"""The layers of an image, and what a push of it would send to a registry that holds the image before it."""

from __future__ import annotations

import json
import tarfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

_CHUNK = 1 << 20
#: What `docker push` compresses with: gzip at its default level.
_GZIP_LEVEL, _GZIP_WINDOW = 6, 31


@dataclass(frozen=True)
class Layer:
    """One layer: the digest of its uncompressed content, and its size when gzip has compressed it."""

    digest: str
    compressed: int


def read_layers(archive: IO[bytes], known: Iterable[Layer]) -> tuple[Layer, ...]:
    """The layers of the one image in a `docker save` stream, lowest first; a `known` one is not compressed again."""
    sizes = {layer.digest: layer.compressed for layer in known}
    digests: list[str] = []
    with tarfile.open(fileobj=archive, mode="r|") as members:
        for member in members:
            content = members.extractfile(member)
            if content is None:
                continue
            if member.name == "manifest.json":
                digests = [f"sha256:{path.rpartition('/')[2]}" for path in json.load(content)[0]["Layers"]]
            elif member.name.startswith("blobs/sha256/"):
                digest = f"sha256:{member.name.rpartition('/')[2]}"
                if digest not in sizes:
                    sizes[digest] = compressed_size(content)
        while archive.read(_CHUNK):  # what follows the end of an archive: without a reader, its writer fails
            pass
    return tuple(Layer(digest, sizes[digest]) for digest in digests)


def compressed_size(content: IO[bytes]) -> int:
    """How many bytes gzip makes of it."""
    compressor = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
    size = 0
    while chunk := content.read(_CHUNK):
        size += len(compressor.compress(chunk))
    return size + len(compressor.flush())


def pushed(after: Iterable[Layer], before: Iterable[Layer]) -> int:
    """The compressed bytes of the layers that are in `after` and not in `before`, each counted once."""
    held = {layer.digest for layer in before}
    return sum(layer.compressed for layer in set(after) if layer.digest not in held)
