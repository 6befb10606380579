"""One message to many members, without letting anybody wait for a slow one.

Guarantees: must-see messages reach every member in order or the member is dropped (it rejoins and gets the state);
latest-wins messages skip members whose buffer is full, and those are owed the latest value.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from backend.live.frames import CardStatus, Role
from backend.live.lines import Line
from backend.live.wire import Outgoing

SLICE = 250  # members written to before acknowledgements get their turn
SKIP_BYTES = 16 * 1024  # a fuller buffer gets no latest-wins messages
DROP_BYTES = 256 * 1024  # a fuller buffer ends the connection
STUCK_S = 10.0  # as does a buffer that stays above SKIP_BYTES this long


@dataclass(slots=True, eq=False)
class Member:
    """One connection in a room. `seq` is the last numbered event it has been sent."""

    line: Line
    role: Role
    card: CardStatus = CardStatus.NONE
    voter: bytes | None = None
    subject: str | None = None
    seq: int = 0
    is_owed: bool = False
    behind_since: float | None = field(default=None)

    def send(self, message: Outgoing) -> None:
        """Send something meant for this member alone."""
        self.line.write(message)


def deliver(member: Member, message: Outgoing, now: float) -> bool:
    """Write to one member; return False when it was dropped for being too far behind."""
    waiting = member.line.waiting_bytes()
    if waiting > SKIP_BYTES or member.behind_since is not None:
        if is_hopeless(member, waiting, now):
            member.line.drop()
            return False
        if message.is_latest_wins and waiting > SKIP_BYTES:
            member.is_owed = True
            return True
    member.line.write(message)
    return True


def is_hopeless(member: Member, waiting: int, now: float) -> bool:
    """Tell whether a member is too far behind to catch up; remembers since when it lags."""
    if waiting <= SKIP_BYTES:
        member.behind_since = None
    elif member.behind_since is None:
        member.behind_since = now
    stuck = member.behind_since is not None and now - member.behind_since > STUCK_S
    return stuck or waiting > DROP_BYTES


def drop_hopeless(members: Iterable[Member], now: float) -> list[Member]:
    """Drop members that lag although nothing was sent lately; return them."""
    lost = [member for member in members if is_hopeless(member, member.line.waiting_bytes(), now)]
    for member in lost:
        member.line.drop()
    return lost


async def fan_out(members: Sequence[Member], message: Outgoing, *, seq: int | None = None) -> list[Member]:
    """Send to everyone who has not seen it; return those who were dropped.

    With `seq` the message is that numbered event and members beyond it are left out.
    """
    loop = asyncio.get_running_loop()
    lost: list[Member] = []
    for start in range(0, len(members), SLICE):
        now = loop.time()
        for member in members[start : start + SLICE]:
            if seq is not None:
                if member.seq >= seq:
                    continue
                member.seq = seq
            if member.behind_since is None and member.line.tell(message, SKIP_BYTES):
                continue  # nearly everybody, nearly always
            if not deliver(member, message, now):
                lost.append(member)
        if start + SLICE < len(members):
            await asyncio.sleep(0)
    return lost
