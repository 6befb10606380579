"""The rooms of this process: opened for the first member of a meeting, closed when the last one leaves."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from backend.kit.bus import Bus
from backend.kit.errors import Unavailable
from backend.kit.uow import Work
from backend.live.fanout import Member
from backend.live.frames import Role
from backend.live.room import MAX_MEMBERS, Pace, Room


class Rooms:
    """Kept in `app.state.rooms`; one per process."""

    def __init__(self, work: Work, bus: Bus, pace: Pace | None = None) -> None:
        self._work = work
        self._bus = bus
        self._pace = pace or Pace()
        self._rooms: dict[str, Room] = {}
        self._visitors: defaultdict[str, int] = defaultdict(int)
        self._lock = asyncio.Lock()

    async def enter(self, meeting_id: str) -> Room:
        """Return a meeting's room for one more socket; every `enter` is followed by one `leave`.

        Raises: NotFound for an unknown meeting, Unavailable when the room is full.
        """
        async with self._lock:
            room = self._rooms.get(meeting_id)
            if room is not None and room.is_broken:
                await room.close()
                room = None
            if room is None:
                room = Room(meeting_id, self._work, self._bus, self._pace)
                await room.open()
                self._rooms[meeting_id] = room
            if self._visitors[meeting_id] >= MAX_MEMBERS:
                raise Unavailable
            self._visitors[meeting_id] += 1
            return room

    async def leave(self, room: Room, member: Member | None) -> None:
        """Take a socket out of its room and close the room behind the last one."""
        if member is not None:
            room.leave(member)
        async with self._lock:
            self._visitors[room.meeting_id] -= 1
            if self._visitors[room.meeting_id] > 0:
                return
            del self._visitors[room.meeting_id]
            left = self._rooms.pop(room.meeting_id, room)
        await left.close()

    async def state_after(self, meeting_id: str, since: int, timeout_s: float) -> bytes | None:
        """Return the hall's state as JSON once there is one after a number; None when nothing came in time.

        For networks that let no WebSocket through. Raises: NotFound, Unavailable.
        """
        room = await self.enter(meeting_id)
        try:
            await room.news_after(since, timeout_s)
            state = await room.snapshot(Role.ATTENDEE)
        finally:
            await self.leave(room, None)
        return state.body if state.seq > since else None

    async def close(self) -> None:
        """Close every room."""
        async with self._lock:
            for room in self._rooms.values():
                await room.close()
            self._rooms.clear()

    def sizes(self) -> dict[str, int]:
        """Return the members per meeting, for the metrics."""
        return {meeting_id: len(room.members) for meeting_id, room in self._rooms.items()}
