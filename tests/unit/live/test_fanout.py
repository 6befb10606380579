"""Who is written to, who is skipped and who is dropped."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from backend.live.fanout import DROP_BYTES, SKIP_BYTES, SLICE, STUCK_S, Member, deliver, drop_hopeless, fan_out
from backend.live.frames import Role
from backend.live.wire import Outgoing

T = TypeVar("T")
EVENT = Outgoing(b'{"t":"event"}')
TALLY = Outgoing(b'{"t":"tally"}', is_latest_wins=True)


class PaperLine:
    """A line that notes what it was given."""

    def __init__(self, waiting: int = 0) -> None:
        self.written: list[bytes] = []
        self.waiting = waiting
        self.is_dropped = False
        self.news = asyncio.Event()

    def write(self, message: Outgoing) -> None:
        """Note a message."""
        self.written.append(message.payload)
        self.news.set()

    def tell(self, message: Outgoing, limit: int) -> bool:
        """Note a message unless too much is waiting."""
        if self.waiting <= limit:
            self.write(message)
        return self.waiting <= limit

    def waiting_bytes(self) -> int:
        """Return what the test says is waiting."""
        return self.waiting

    def drop(self) -> None:
        """Note the end."""
        self.is_dropped = True

    def hear(self, listener: Callable[[bytes], bool] | None) -> None:
        """Nobody speaks on paper."""

    async def until_gone(self, work: Awaitable[T]) -> T:
        """Wait."""
        return await work

    async def flushed(self, timeout_s: float) -> None:
        """Nothing waits."""


def member(waiting: int = 0, seq: int = 0) -> tuple[Member, PaperLine]:
    """Return a member and its line."""
    line = PaperLine(waiting)
    return Member(line=line, role=Role.ATTENDEE, seq=seq), line


def test_deliver_full_buffer_skips_turnout_but_not_events() -> None:
    slow, line = member(SKIP_BYTES + 1)
    assert deliver(slow, TALLY, 0.0)
    assert line.written == []
    assert slow.is_owed
    assert deliver(slow, EVENT, 0.0)
    assert line.written == [EVENT.payload]


def test_deliver_overfull_buffer_drops() -> None:
    slow, line = member(DROP_BYTES + 1)
    assert not deliver(slow, EVENT, 0.0)
    assert line.is_dropped
    assert line.written == []


def test_deliver_stuck_buffer_drops_after_a_while_unless_it_drained() -> None:
    slow, line = member(SKIP_BYTES + 1)
    assert deliver(slow, EVENT, 0.0)
    assert deliver(slow, EVENT, STUCK_S)
    line.waiting = 0
    assert deliver(slow, EVENT, STUCK_S + 1)
    line.waiting = SKIP_BYTES + 1
    assert deliver(slow, EVENT, STUCK_S + 2)
    assert not deliver(slow, EVENT, 2 * STUCK_S + 3)
    assert line.is_dropped


def test_drop_hopeless_finds_the_stuck_without_news() -> None:
    (stuck, stuck_line), (fine, _) = member(SKIP_BYTES + 1), member()
    assert drop_hopeless([stuck, fine], 0.0) == []
    assert drop_hopeless([stuck, fine], STUCK_S + 1) == [stuck]
    assert stuck_line.is_dropped


async def test_fan_out_leaves_out_who_has_seen_the_number() -> None:
    (behind, behind_line), (ahead, ahead_line) = member(seq=4), member(seq=5)
    assert await fan_out([behind, ahead], EVENT, seq=5) == []
    assert (behind_line.written, ahead_line.written) == ([EVENT.payload], [])
    assert behind.seq == 5


async def test_fan_out_reaches_more_than_a_slice_and_returns_the_lost() -> None:
    crowd = [member(DROP_BYTES + 1 if number == SLICE else 0) for number in range(2 * SLICE + 1)]
    lost = await fan_out([each for each, _ in crowd], EVENT)
    assert lost == [crowd[SLICE][0]]
    assert sum(len(line.written) for _, line in crowd) == 2 * SLICE
