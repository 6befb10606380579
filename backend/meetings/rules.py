"""Who speaks next, how long, how live text is cut into lines, where a broadcast may be. Pure.

Guarantees: the same list, history and rule give the same order, whoever asks; a clock is three values, so every
screen counts the same seconds by the server's time. Refuses nothing.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never
from urllib.parse import urlsplit

from backend.meetings.types import OrderRule

LINE_CHARS = 84  # what a line of the wall holds
MAX_URL_CHARS = 300
MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """A request to speak, or a turn somebody had; people and requests are numbers, never names."""

    number: int
    person: int
    group: str = ""


@dataclass(frozen=True, slots=True)
class SpeakingClock:
    """Time used before the last pause, and since when the clock runs; None: it stands."""

    limit_s: int
    used_ms: int = 0
    runs_since: datetime | None = None

    def used_at(self, now: datetime) -> int:
        """Return the milliseconds used until a moment."""
        running = max(now - self.runs_since, timedelta()) if self.runs_since else timedelta()
        return self.used_ms + running // MILLISECOND

    def left_s(self, now: datetime) -> int:
        """Return the whole seconds left at a moment, as a clock shows them: never below zero."""
        return max(0, -(-(self.limit_s * 1_000 - self.used_at(now)) // 1_000))

    @property
    def ends_at(self) -> datetime | None:
        """Return when the time is up; None while the clock stands."""
        return (
            self.runs_since + timedelta(seconds=self.limit_s, milliseconds=-self.used_ms) if self.runs_since else None
        )

    def paused(self, now: datetime) -> SpeakingClock:
        """Return the clock, standing."""
        return replace(self, used_ms=self.used_at(now), runs_since=None)

    def running(self, now: datetime) -> SpeakingClock:
        """Return the clock, running; one that runs already keeps its time."""
        return self if self.runs_since else replace(self, runs_since=now)


def in_order(waiting: Sequence[Turn], spoken: Sequence[Turn], rule: OrderRule) -> list[Turn]:
    """Return who waits in the order of their turns; `spoken` are the turns so far, the present one last."""
    by_number = sorted(waiting, key=lambda turn: turn.number)
    match rule:
        case OrderRule.FIRST_COME:
            return by_number
        case OrderRule.FIRST_TIME:
            heard = {turn.person for turn in spoken}
            return sorted(by_number, key=lambda turn: turn.person in heard)
        case OrderRule.ALTERNATING:
            return _alternating(by_number, spoken)
        case _:
            assert_never(rule)


def caption_lines(text: str) -> list[str]:
    """Return typed text as lines that fit the wall, broken between words, about equally long."""
    words = " ".join(text.split())
    fewest = len(textwrap.wrap(words, LINE_CHARS))
    evenly = -(-len(words) // max(fewest, 1))
    tries = (textwrap.wrap(words, width) for width in range(evenly, LINE_CHARS + 1) if width)
    return next((lines for lines in tries if len(lines) == fewest), [])


def may_stream_from(url: str, hosts: Collection[str]) -> bool:
    """Tell whether a broadcast's address is plain HTTPS on one of the allowed hosts."""
    if len(url) > MAX_URL_CHARS or not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        is_plain = parts.port is None and parts.username is None and parts.password is None
    except ValueError:
        return False
    return parts.scheme == "https" and is_plain and parts.hostname in hosts


def _alternating(waiting: list[Turn], spoken: Sequence[Turn]) -> list[Turn]:
    """Let the group speak next that has been silent for longest; within a group, and between new ones, by number."""
    last_turn = {turn.group: position for position, turn in enumerate(spoken)}
    order: list[Turn] = []
    while waiting:
        following = min(waiting, key=lambda turn: (last_turn.get(turn.group, -1), turn.number))
        waiting = [turn for turn in waiting if turn is not following]
        last_turn[following.group] = len(spoken) + len(order)
        order.append(following)
    return order
