"""The list of speakers and the clock of whoever speaks.

Guarantees: one open request per card and person; nobody's name; the order follows the meeting's rule; the clock runs
by the server's time. Who speaks is never linked to a card beyond the evening (`forget_cards`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, update

from backend.kit.errors import Conflict, Invalid, NotFound
from backend.kit.stream import append_event
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.rows import floor_row, lock_meeting, lock_open_hall
from backend.meetings.floor import MAX_REQUESTS, floor_of, own_request, speakers_of
from backend.meetings.models import SpeakerRow
from backend.meetings.rules import SpeakingClock
from backend.meetings.types import SPEAKER_STEPS, WAITING_TO_SPEAK, OrderRule, SpeakerState
from backend.meetings.wire import speakers_view
from backend.polls.errors import InvalidTransition

MAX_WAITING = 60  # more would not be heard in an evening; the list goes to every phone with each change
MAX_TOPIC_CHARS = 80
MAX_GROUP_CHARS = 40
MAX_GROUPS = 30
LIMITS_S = range(30, 1_801)
MORE_TIME_S = 60


class ListClosed(Conflict):
    """The list takes nobody now."""

    code = "list_closed"
    title = "Die Redeliste ist gerade geschlossen"


class ListFull(Conflict):
    """More people wait than will be heard."""

    code = "list_full"
    title = "Die Redeliste ist voll"


@dataclass(frozen=True, slots=True)
class SpeakingRules:
    """How the list works at one meeting."""

    takes_speakers: bool
    admits_by_hand: bool
    order_rule: OrderRule
    limit_s: int
    groups: Sequence[str]


@dataclass(frozen=True, slots=True)
class NewSpeaker:
    """A request as the stage notes it for somebody; `again`: the number of an earlier request of the same person."""

    group: str = ""
    topic: str = ""
    again: int | None = None


async def set_speaking_rules(uow: UnitOfWork, meeting_id: str, rules: SpeakingRules) -> None:
    """Choose how the list works. Raises: NotFound, Invalid."""
    if rules.limit_s not in LIMITS_S:
        raise Invalid("Die Redezeit liegt zwischen 30 Sekunden und 30 Minuten.")
    groups = list(dict.fromkeys(" ".join(name.split()) for name in rules.groups if name.strip()))
    if len(groups) > MAX_GROUPS or any(len(name) > MAX_GROUP_CHARS for name in groups):
        raise Invalid(f"Höchstens {MAX_GROUPS} Gruppen mit je höchstens {MAX_GROUP_CHARS} Zeichen.")
    await lock_meeting(uow, meeting_id)
    row = await floor_row(uow, meeting_id)
    row.takes_speakers, row.admits_by_hand = rules.takes_speakers, rules.admits_by_hand
    row.order_rule, row.limit_s, row.speaker_groups = rules.order_rule, rules.limit_s, groups
    await tell_speakers(uow, meeting_id)


async def request_to_speak(uow: UnitOfWork, meeting_id: str, asker_mac: bytes, *, group: str = "") -> int:
    """Put a card on the list and return its number; a card that waits already keeps its number.

    Raises: HallClosed, ListClosed, ListFull, Invalid.
    """
    await lock_open_hall(uow, meeting_id)
    known = await own_request(uow.session, meeting_id, asker_mac)
    if known is not None:
        return known
    floor = await floor_of(uow.session, meeting_id)
    if not floor.takes_speakers:
        raise ListClosed
    if group and group not in floor.speaker_groups:
        raise Invalid("Diese Gruppe gibt es nicht.")
    state = SpeakerState.REQUESTED if floor.admits_by_hand else SpeakerState.QUEUED
    earlier = await _person_with_card(uow, meeting_id, asker_mac)
    row = await _add(uow, meeting_id, NewSpeaker(group=group), state=state, person=earlier)
    row.asker_mac = asker_mac
    await tell_speakers(uow, meeting_id)
    return row.number


async def note_speaker(uow: UnitOfWork, meeting_id: str, new: NewSpeaker) -> int:
    """Put somebody without a phone on the list. Raises: HallClosed, ListFull, NotFound, Conflict, Invalid."""
    if len(new.topic) > MAX_TOPIC_CHARS or len(new.group) > MAX_GROUP_CHARS:
        raise Invalid(f"Ein Thema hat höchstens {MAX_TOPIC_CHARS} Zeichen.")
    await lock_open_hall(uow, meeting_id)
    person = await _person_again(uow, meeting_id, new.again) if new.again is not None else None
    row = await _add(uow, meeting_id, new, state=SpeakerState.QUEUED, person=person)
    await tell_speakers(uow, meeting_id)
    return row.number


async def admit_speaker(uow: UnitOfWork, meeting_id: str, number: int) -> None:
    """Take a request up into the list. Raises: NotFound, InvalidTransition."""
    await _step(uow, meeting_id, number, SpeakerState.QUEUED)
    await tell_speakers(uow, meeting_id)


async def withdraw_speaker(uow: UnitOfWork, meeting_id: str, number: int) -> None:
    """Take somebody off the list. Raises: NotFound, InvalidTransition."""
    await _step(uow, meeting_id, number, SpeakerState.WITHDRAWN)
    await tell_speakers(uow, meeting_id)


async def withdraw_own(uow: UnitOfWork, meeting_id: str, asker_mac: bytes) -> None:
    """Take the card's own request back; one that is gone already is no error."""
    await lock_meeting(uow, meeting_id)
    for row in await _rows(uow, meeting_id, SpeakerRow.asker_mac == asker_mac, *_waiting()):
        row.state = SpeakerState.WITHDRAWN
        await tell_speakers(uow, meeting_id)


async def call_speaker(uow: UnitOfWork, meeting_id: str, number: int) -> None:
    """Give somebody the floor: the turn before ends, the clock runs. Raises: NotFound, InvalidTransition."""
    row = await _step(uow, meeting_id, number, SpeakerState.SPEAKING)
    await _end_turns(uow, meeting_id, but=row.id)
    row.limit_s = (await floor_of(uow.session, meeting_id)).limit_s
    row.began_at = row.runs_since = uow.now
    await tell_speakers(uow, meeting_id)


async def end_turn(uow: UnitOfWork, meeting_id: str, number: int) -> None:
    """End a turn. Raises: NotFound, InvalidTransition."""
    row = await _step(uow, meeting_id, number, SpeakerState.DONE)
    _set_clock(row, _clock(row).paused(uow.now))
    await tell_speakers(uow, meeting_id)


async def pause_clock(uow: UnitOfWork, meeting_id: str) -> None:
    """Stop the clock, e.g. for a question back. Raises: NotFound when nobody speaks."""
    row = await _speaking(uow, meeting_id)
    _set_clock(row, _clock(row).paused(uow.now))
    await tell_speakers(uow, meeting_id)


async def resume_clock(uow: UnitOfWork, meeting_id: str) -> None:
    """Let the clock run on. Raises: NotFound when nobody speaks."""
    row = await _speaking(uow, meeting_id)
    _set_clock(row, _clock(row).running(uow.now))
    await tell_speakers(uow, meeting_id)


async def give_more_time(uow: UnitOfWork, meeting_id: str) -> None:
    """Add a minute to the present turn. Raises: NotFound when nobody speaks, Invalid."""
    row = await _speaking(uow, meeting_id)
    if row.limit_s + MORE_TIME_S not in LIMITS_S:
        raise Invalid("Mehr als 30 Minuten gehen nicht.")
    row.limit_s += MORE_TIME_S
    await tell_speakers(uow, meeting_id)


async def close_list(uow: UnitOfWork, meeting_id: str) -> None:
    """End the list with the meeting: nobody waits or speaks any more, and no row knows a card."""
    await _end_turns(uow, meeting_id)
    for row in await _rows(uow, meeting_id, *_waiting()):
        row.state = SpeakerState.WITHDRAWN
    (await floor_row(uow, meeting_id)).takes_speakers = False
    await uow.session.execute(update(SpeakerRow).where(SpeakerRow.meeting_id == meeting_id).values(asker_mac=None))
    await tell_speakers(uow, meeting_id)


async def tell_speakers(uow: UnitOfWork, meeting_id: str) -> None:
    """Tell everybody the list as it is now."""
    await uow.session.flush()
    floor = await floor_of(uow.session, meeting_id)
    speakers = await speakers_of(uow.session, meeting_id, floor.order_rule)
    await append_event(uow, meeting_id, "speakers", {"speakers": speakers_view(floor, speakers)})


async def _add(
    uow: UnitOfWork, meeting_id: str, new: NewSpeaker, *, state: SpeakerState, person: int | None
) -> SpeakerRow:
    """Add a request with the next number; without a `person` it is somebody new. Raises: ListFull."""
    counts = select(func.max(SpeakerRow.number), func.max(SpeakerRow.person), func.count().filter(*_waiting())).where(
        SpeakerRow.meeting_id == meeting_id
    )
    last, last_person, waiting = (await uow.session.execute(counts)).one()
    if waiting >= MAX_WAITING or (last or 0) >= MAX_REQUESTS:
        raise ListFull
    row = SpeakerRow(
        id=uow.new_id(),
        meeting_id=meeting_id,
        number=(last or 0) + 1,
        person=person or (last_person or 0) + 1,
        group_name=" ".join(new.group.split()),
        topic=" ".join(new.topic.split()),
        state=state,
        asked_at=uow.now,
        limit_s=(await floor_of(uow.session, meeting_id)).limit_s,
        used_ms=0,
    )
    uow.session.add(row)
    return row


async def _person_with_card(uow: UnitOfWork, meeting_id: str, asker_mac: bytes) -> int | None:
    rows = await _rows(uow, meeting_id, SpeakerRow.asker_mac == asker_mac)
    return rows[0].person if rows else None


async def _person_again(uow: UnitOfWork, meeting_id: str, number: int) -> int:
    """Return the person of an earlier request. Raises: NotFound, Conflict while another one is open."""
    row = await _row(uow, meeting_id, number)
    if any(each.person == row.person for each in await _rows(uow, meeting_id, *_waiting())):
        raise Conflict("Diese Person steht schon auf der Redeliste.")
    return row.person


async def _step(uow: UnitOfWork, meeting_id: str, number: int, target: SpeakerState) -> SpeakerRow:
    await lock_meeting(uow, meeting_id)
    row = await _row(uow, meeting_id, number)
    if target not in SPEAKER_STEPS[SpeakerState(row.state)]:
        raise InvalidTransition(state=row.state)
    row.state = target
    return row


async def _end_turns(uow: UnitOfWork, meeting_id: str, *, but: str = "") -> None:
    """End whatever turn is under way, because another one begins or the meeting ends."""
    for row in await _rows(uow, meeting_id, SpeakerRow.state == SpeakerState.SPEAKING, SpeakerRow.id != but):
        row.state = SpeakerState.DONE
        _set_clock(row, _clock(row).paused(uow.now))


async def _speaking(uow: UnitOfWork, meeting_id: str) -> SpeakerRow:
    await lock_meeting(uow, meeting_id)
    rows = await _rows(uow, meeting_id, SpeakerRow.state == SpeakerState.SPEAKING)
    if not rows:
        raise NotFound("Gerade spricht niemand.")
    return rows[0]


async def _row(uow: UnitOfWork, meeting_id: str, number: int) -> SpeakerRow:
    rows = await _rows(uow, meeting_id, SpeakerRow.number == number)
    if not rows:
        raise NotFound
    return rows[0]


async def _rows(uow: UnitOfWork, meeting_id: str, *which: ColumnElement[bool]) -> list[SpeakerRow]:
    query = select(SpeakerRow).where(SpeakerRow.meeting_id == meeting_id, *which).order_by(SpeakerRow.number)
    return list(await uow.session.scalars(query.limit(MAX_REQUESTS)))


def _waiting() -> tuple[ColumnElement[bool]]:
    return (SpeakerRow.state.in_(WAITING_TO_SPEAK),)


def _clock(row: SpeakerRow) -> SpeakingClock:
    return SpeakingClock(row.limit_s, row.used_ms, row.runs_since)


def _set_clock(row: SpeakerRow, clock: SpeakingClock) -> None:
    row.used_ms, row.runs_since = clock.used_ms, clock.runs_since
