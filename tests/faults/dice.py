"""Random points in a fault test, all from one seed: `MACHMIT_FAULT_SEED` replays a run."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from typing import TypeVar

from backend.kit.entropy import SeededEntropy

POINTS = int(os.environ.get("MACHMIT_FAULT_POINTS", "0"))
"""How many times a process is killed in each test; 0 leaves it to the test."""

T = TypeVar("T")


class Dice:
    """Decisions of one test. The seed is part of its name in the output."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self._stream = SeededEntropy(seed)

    def below(self, limit: int) -> int:
        """Return a number from 0 to `limit` - 1."""
        return int.from_bytes(self._stream.bytes(8), "big") % limit

    def between(self, low: float, high: float) -> float:
        """Return a number from `low` to `high`."""
        return low + (high - low) * self.below(1 << 32) / (1 << 32)

    def pick(self, items: Sequence[T]) -> T:
        """Return one of the items."""
        return items[self.below(len(items))]

    def happens(self, once_in: int) -> bool:
        """Tell whether something that happens once in so many times happens now."""
        return self.below(once_in) == 0


def fresh_seed() -> str:
    """Return the seed to use: the one asked for, or a new one."""
    return os.environ.get("MACHMIT_FAULT_SEED") or secrets.token_hex(4)
