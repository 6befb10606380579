"""Limits on failures, never on successes: a whole hall shares one address.

Keeps no address: sources are keyed hashes that change with the day. One instance per process.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.kit.clock import Clock
from backend.kit.errors import TooMany

MAX_SOURCES = 10_000


@dataclass(slots=True)
class _Bucket:
    failures: int
    resets_at: datetime


class Throttle:
    """Counts failures per purpose and source within a window."""

    def __init__(self, key: bytes, clock: Clock, *, limit: int = 20, window: timedelta = timedelta(minutes=5)) -> None:
        self._key = key
        self._clock = clock
        self._limit = limit
        self._window = window
        self._buckets: OrderedDict[bytes, _Bucket] = OrderedDict()

    def check(self, purpose: str, source: str) -> None:
        """Refuse when the source has failed too often. Raises: TooMany."""
        bucket = self._buckets.get(self._name(purpose, source))
        now = self._clock.now()
        if bucket and bucket.failures >= self._limit and bucket.resets_at > now:
            raise TooMany(retry_after_s=int((bucket.resets_at - now).total_seconds()) + 1)

    def failed(self, purpose: str, source: str) -> None:
        """Count one failure."""
        name, now = self._name(purpose, source), self._clock.now()
        bucket = self._buckets.get(name)
        if bucket is None or bucket.resets_at <= now:
            bucket = self._buckets[name] = _Bucket(0, now + self._window)
        bucket.failures += 1
        self._buckets.move_to_end(name)
        while len(self._buckets) > MAX_SOURCES:
            self._buckets.popitem(last=False)

    def _name(self, purpose: str, source: str) -> bytes:
        day = self._clock.now().date().isoformat()
        return hmac.new(self._key, f"{day}|{purpose}|{source}".encode(), hashlib.sha256).digest()
