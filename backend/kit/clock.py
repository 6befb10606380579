"""Time as a parameter. Guarantees aware UTC datetimes; nothing else in the domain asks the system for the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tell the present moment."""

    def now(self) -> datetime:
        """Return the present as an aware UTC datetime."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present as an aware UTC datetime."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that only moves when told to; for tests, seeds and replays."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment the clock was set to."""
        return self._at

    def advance(self, by: timedelta) -> None:
        """Move the clock forward (or back, when `by` is negative)."""
        self._at += by

    def set(self, at: datetime) -> None:
        """Put the clock to `at`."""
        self._at = at.astimezone(UTC)


def to_minute(moment: datetime) -> datetime:
    """Cut a moment to the minute: the resolution of everything that becomes public."""
    return moment.replace(second=0, microsecond=0)
