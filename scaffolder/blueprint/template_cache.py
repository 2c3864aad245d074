"""Templates that are compiled once in a process, however often they are rendered."""

from __future__ import annotations

from functools import cache
from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class _TemplateCache(BytecodeCache):
    """In memory. An entry is of one file with one content; who shares it has the same settings of Jinja."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._code[bucket.key, bucket.checksum] = bucket.code


@cache
def template_cache() -> BytecodeCache:
    """The cache of this process, for the built-in blueprint alone: another may change the settings of Jinja."""
    return _TemplateCache()
