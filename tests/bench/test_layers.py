"""What a push would send."""

from __future__ import annotations

import gzip
import io
import json
import tarfile

from tests.bench.layers import Layer, compressed_size, pushed, read_layers

LOW, HIGH = "a" * 64, "b" * 64


def archive(layers: dict[str, bytes]) -> io.BytesIO:
    """What `docker save` writes: the blobs, and a manifest that names them in order."""
    written = io.BytesIO()
    members = {f"blobs/sha256/{digest}": content for digest, content in sorted(layers.items(), reverse=True)}
    manifest = [{"Config": "blobs/sha256/config", "Layers": [f"blobs/sha256/{digest}" for digest in layers]}]
    members["manifest.json"] = json.dumps(manifest).encode()
    with tarfile.open(fileobj=written, mode="w") as tar:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    written.seek(0)
    return written


def test_layers_are_in_order_and_compressed() -> None:
    low, high = read_layers(archive({LOW: bytes(100_000), HIGH: b"x"}), ())
    assert (low.digest, high.digest) == (f"sha256:{LOW}", f"sha256:{HIGH}")
    assert low.compressed < 1_000


def test_a_known_layer_keeps_its_size() -> None:
    known = Layer(f"sha256:{LOW}", 7)
    assert read_layers(archive({LOW: bytes(100_000)}), [known]) == (known,)


def test_compressed_size_is_that_of_gzip() -> None:
    content = b"".join(number.to_bytes(4, "big") for number in range(200_000))
    size = compressed_size(io.BytesIO(content))
    assert abs(size - len(gzip.compress(content, 6))) < 32


def test_a_push_sends_what_the_image_before_has_not() -> None:
    base, old, new = Layer("base", 100), Layer("old", 10), Layer("new", 3)
    assert pushed([base, new], [base, old]) == 3
    assert pushed([base, old], [base, old]) == 0
    assert pushed([base, new, new], [base]) == 3
    assert pushed([base, old], []) == 110


def test_an_archive_is_read_to_its_end() -> None:
    stream = io.BytesIO(archive({LOW: b"x"}).getvalue() + bytes(1 << 20))
    assert len(read_layers(stream, ())) == 1
    assert not stream.read()
