"""One meeting's room in one process: its members, the last number it has told, the latest state per audience.

Guarantees: every member gets every numbered event after the state it was welcomed with, in order and once; hints
are only hints, so the room reads the database again after its last number, and every few seconds without a hint.
Turnout is told at most a few times a second to those who steer and to everybody's screen, once a second or less to
phones, the latest value always. A database that is away stops the news, never the members.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError

from backend.ballots.committer import tally_channel
from backend.kit.bus import Bus
from backend.kit.stream import last_seq, stream_channel
from backend.kit.uow import Work
from backend.live.fanout import Member, drop_hopeless, fan_out
from backend.live.frames import CardStatus, Role, Welcome, encode, encode_json
from backend.live.news import Numbered, events_after, tallies
from backend.live.reception import Reception
from backend.live.wire import Outgoing
from backend.meetings import live_state
from backend.meetings.queries import get_meeting

MAX_MEMBERS = 12_000  # one process holds a hall; larger halls get more processes
RECENT_EVENTS = 200
TALLY_REST = 20  # times as long as telling it took: on a busy machine votes come before their number

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a room does what, in seconds."""

    tally: float = 0.2
    phones: float = 1.0
    phones_slow: float = 2.0
    look_again: float = 5.0
    state_age: float = 1.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state for one audience, spelt once for everybody who joins within a moment."""

    seq: int
    body: bytes
    read_at: float


@dataclass(slots=True)
class Audience:
    """Members that are told the turnout at one pace: what they know, and when they may be told again."""

    has_phones: bool
    told: dict[str, bytes] = field(default_factory=dict)
    rests_until: float = 0.0

    def of(self, members: Iterable[Member]) -> list[Member]:
        """Pick this audience's members."""
        return [member for member in members if (member.role is Role.ATTENDEE) is self.has_phones]


class Room:
    """Opened by the first member, closed after the last (see `backend.live.rooms`)."""

    def __init__(self, meeting_id: str, work: Work, bus: Bus, pace: Pace) -> None:
        self.meeting_id = meeting_id
        self.members: set[Member] = set()
        self.seq = 0
        self.is_broken = False
        self.reception = Reception(meeting_id, work)
        self._work = work
        self._bus = bus
        self._pace = pace
        self._recent: deque[Numbered] = deque(maxlen=RECENT_EVENTS)
        self._screens, self._phones = Audience(has_phones=False), Audience(has_phones=True)
        self._snapshots: dict[bool, Snapshot] = {}
        self._snapshot_lock = asyncio.Lock()
        self._told = asyncio.Event()  # set, and replaced by a new one, with every event told
        self._events_due = asyncio.Event()
        self._tallies_due = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Begin to follow the meeting. Raises: NotFound."""
        async with self._work.read() as uow:
            await get_meeting(uow.session, self.meeting_id)
            self.seq = await last_seq(uow.session, self.meeting_id)
        jobs = (
            self._listen(stream_channel(self.meeting_id), self._events_due),
            self._listen(tally_channel(self.meeting_id), self._tallies_due),
            self._follow_events(),
            self._follow_tallies(),
        )
        self._tasks = [asyncio.create_task(job, name=f"room {self.meeting_id}") for job in jobs]
        for task in self._tasks:
            task.add_done_callback(self._ended)

    async def close(self) -> None:
        """Stop following; members are left to their sockets."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def snapshot(self, role: Role) -> Snapshot:
        """Return a state not older than a second and not older than the last event told."""
        for_stage = role is Role.MODERATOR
        async with self._snapshot_lock:
            known = self._snapshots.get(for_stage)
            now = asyncio.get_running_loop().time()
            if known and known.seq >= self.seq and now - known.read_at < self._pace.state_age:
                return known
            async with self._work.read() as uow:
                state = await live_state.state(uow.session, self.meeting_id, for_stage=for_stage)
            fresh = Snapshot(seq=int(state["seq"]), body=encode_json(state), read_at=now)
            self._snapshots[for_stage] = fresh
            return fresh

    async def missed(self, since: int) -> list[Numbered] | None:
        """Return the events after a number a client knows, or None when it needs the whole state."""
        if since <= self.seq and (since == self.seq or (self._recent and self._recent[0].seq <= since + 1)):
            return [event for event in self._recent if event.seq > since]
        async with self._work.read() as uow:
            return await events_after(uow.session, self.meeting_id, since)

    async def news_after(self, since: int, timeout_s: float) -> None:
        """Wait until an event after a number was told, but not for ever."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while self.seq <= since:
                    await self._told.wait()

    def admit(self, member: Member) -> None:
        """Take in a member that has been sent everything up to `member.seq`; never waits, so nothing is missed."""
        for event in self._recent:
            if event.seq > member.seq:
                member.seq = event.seq
                member.send(event.message)
        member.is_owed = True
        self.members.add(member)
        self._tallies_due.set()

    def leave(self, member: Member) -> None:
        """Forget a member."""
        self.members.discard(member)

    async def _listen(self, channel: str, due: asyncio.Event) -> None:
        async with self._bus.subscribe(channel) as hints:
            while True:
                await hints.get()
                hints.drain()
                due.set()

    async def _follow_events(self) -> None:
        while True:
            await self._wait_for(self._events_due)
            try:
                await self._tell_events()
            except (SQLAlchemyError, OSError) as error:
                log.warning("room.events_failed", meeting=self.meeting_id, error=type(error).__name__)
                await asyncio.sleep(self._pace.look_again)
                self._events_due.set()

    async def _follow_tallies(self) -> None:
        while True:
            await self._wait_for(self._tallies_due)
            took_s = 0.0
            try:
                took_s = await self._tell_tallies()
            except (SQLAlchemyError, OSError) as error:
                log.warning("room.tallies_failed", meeting=self.meeting_id, error=type(error).__name__)
            await asyncio.sleep(min(max(self._pace.tally, TALLY_REST * took_s), self._pace.phones))

    async def _wait_for(self, due: asyncio.Event) -> None:
        """Wait for a hint, or for the moment to look without one; drop members that lag meanwhile."""
        try:
            async with asyncio.timeout(self._pace.look_again):
                await due.wait()
        except TimeoutError:
            self._forget(drop_hopeless(tuple(self.members), asyncio.get_running_loop().time()))
        due.clear()

    async def _tell_events(self) -> None:
        async with self._work.read() as uow:
            events = await events_after(uow.session, self.meeting_id, self.seq)
            newest = await last_seq(uow.session, self.meeting_id)
        if events is None:
            await self._begin_again(newest)
            return
        for event in events:
            self.seq = event.seq
            self._recent.append(event)
            self._forget(await fan_out(tuple(self.members), event.message, seq=event.seq))
        self.seq = max(self.seq, newest)
        if events:
            self._tallies_due.set()
            self._wake_waiting()

    async def _begin_again(self, newest: int) -> None:
        """Welcome everybody anew: more was missed than is kept."""
        self.seq = newest
        self._wake_waiting()
        self._recent.clear()
        self._snapshots.clear()
        for role, card in sorted({(member.role, member.card) for member in self.members}):
            state = await self.snapshot(role)
            message = Outgoing(welcome(state, role, card, now=self._now()))
            group = [each for each in self.members if (each.role, each.card) == (role, card)]
            self._forget(await fan_out(group, message, seq=state.seq))

    def _wake_waiting(self) -> None:
        self._told.set()
        self._told = asyncio.Event()

    async def _tell_tallies(self) -> float:
        """Tell screens, and phones when they are due; return how long reading and telling the screens took."""
        began = self._time()
        async with self._work.read() as uow:
            latest = await tallies(uow.session, self.meeting_id)
        await self._tell(self._screens, latest)
        told_screens = self._time()
        if told_screens >= self._phones.rests_until:
            await self._tell(self._phones, latest)
            ended = self._time()
            rest_s = max(self._pace.phones, TALLY_REST * (ended - told_screens))
            self._phones.rests_until = ended + min(rest_s, self._pace.phones_slow)
        payloads = {poll_id: message.payload for poll_id, message in latest.items()}
        if self._phones.told != payloads or any(member.is_owed for member in self.members):
            self._tallies_due.set()
        return told_screens - began

    async def _tell(self, audience: Audience, latest: Mapping[str, Outgoing]) -> None:
        """Tell what changed to everybody of an audience, and everything to whoever was left out."""
        members = audience.of(self.members)
        owed = [member for member in members if member.is_owed]
        for member in owed:
            member.is_owed = False
        for poll_id, message in latest.items():
            receivers = owed if audience.told.get(poll_id) == message.payload else members
            self._forget(await fan_out(receivers, message))
        audience.told = {poll_id: message.payload for poll_id, message in latest.items()}

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Let everybody rejoin when a task of the room broke; a silent room would look like a quiet one."""
        if task.cancelled():
            return
        log.error("room.broke", meeting=self.meeting_id, exc_info=task.exception())
        self.is_broken = True
        for member in tuple(self.members):
            member.line.drop()

    def _forget(self, lost: list[Member]) -> None:
        for member in lost:
            self.members.discard(member)

    @staticmethod
    def _time() -> float:
        return asyncio.get_running_loop().time()

    def _now(self) -> str:
        return self._work.clock.now().isoformat()


def welcome(state: Snapshot, role: Role, card: CardStatus, *, now: str, mine: bytes = b"{}") -> bytes:
    """Spell a welcome with the whole state; `mine` is what this card did, as JSON."""
    whole = msgspec.Raw(state.body[:-1] + b',"mine":' + mine + b"}")
    return encode(Welcome(seq=state.seq, role=role, card=card, now=now, state=whole))
