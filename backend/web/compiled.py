"""Compiled templates, kept in memory: each is compiled once and not once per language and application.

Guarantees: what is kept belongs to the exact source of a template, so a changed template is compiled anew.
Every environment that shares a store must have the same extensions and delimiters, as those of `rendering` do.
"""

from __future__ import annotations

from functools import cache

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from typing_extensions import override


class CompiledTemplates(BytecodeCache):
    """Bytecode by template; as many entries as there are templates."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    @override
    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket; it stays empty when the source has changed."""
        kept = self._kept.get(bucket.key)
        if kept is not None:
            bucket.bytecode_from_string(kept)

    @override
    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


@cache
def compiled_templates() -> CompiledTemplates:
    """Return the store of this process."""
    return CompiledTemplates()
