"""Randomness as a parameter. Ballot ids, card codes and nonces come from the system's CSPRNG, never from time."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base32, lower case
_ID_BYTES = 16
_SORT_KEY_BYTES = 16  # two equal keys, which would leave two items in their old order, do not happen


class Entropy(Protocol):
    """A source of random bytes."""

    def bytes(self, size: int) -> bytes:
        """Return `size` random bytes."""
        ...

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in random order."""
        ...


class SystemEntropy:
    """The operating system's CSPRNG."""

    def bytes(self, size: int) -> bytes:
        """Return `size` random bytes."""
        return secrets.token_bytes(size)

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in an unpredictable order: sorted by a random key each."""
        keys = secrets.token_bytes(_SORT_KEY_BYTES * len(items))
        order = sorted(range(len(items)), key=lambda at: keys[at * _SORT_KEY_BYTES : (at + 1) * _SORT_KEY_BYTES])
        return [items[at] for at in order]


class Drawn:
    """Randomness drawn at once for many small uses; every byte is given out once, and none beyond what was drawn."""

    def __init__(self, entropy: Entropy, size: int) -> None:
        self._entropy = entropy
        self._bytes = memoryview(entropy.bytes(size))
        self._at = 0

    def bytes(self, size: int) -> bytes:
        """Return the next `size` bytes. Raises: ValueError when not that many are left."""
        end = self._at + size
        if end > len(self._bytes):
            raise ValueError(f"expected to draw {len(self._bytes)} bytes in all, was asked for {end}")
        out, self._at = self._bytes[self._at : end].tobytes(), end
        return out

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in random order."""
        return self._entropy.shuffled(items)


class SeededEntropy:
    """A reproducible stream (SHA-256 in counter mode) for tests and replays. Never for real ballots."""

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._block = 0
        self._left = b""

    def bytes(self, size: int) -> bytes:
        """Return the next `size` bytes of the stream."""
        while len(self._left) < size:
            counter = self._block.to_bytes(8, "big")
            self._left += hashlib.sha256(self._seed + counter).digest()
            self._block += 1
        out, self._left = self._left[:size], self._left[size:]
        return out

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in an order the stream decides (Fisher and Yates)."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            pick = int.from_bytes(self.bytes(8), "big") % (last + 1)
            order[last], order[pick] = order[pick], order[last]
        return order


def base32(value: bytes) -> str:
    """Spell bytes in lower-case Crockford base32, most significant bit first, without padding."""
    bits = len(value) * 8
    digits = -(-bits // 5)
    number = int.from_bytes(value, "big") << (digits * 5 - bits)
    return "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in range(digits - 1, -1, -1))


def new_id(entropy: Entropy) -> str:
    """Return a fresh identifier: 128 random bits in 26 characters, without order or time."""
    return base32(entropy.bytes(_ID_BYTES))
