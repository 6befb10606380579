"""What a card's holder may do with each question of the meeting, read in one snapshot."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from backend.accounts.queries import org_by_id
from backend.ballots.redemptions import channels_of, turnout
from backend.ballots.types import Turnout
from backend.cards.errors import NotInRegister, UnknownCard
from backend.cards.queries import find_card, voter_hash
from backend.cards.types import CardKind, KnownCard
from backend.kit.errors import NotFound
from backend.kit.uow import UnitOfWork
from backend.meetings.floor import Floor, floor_of
from backend.meetings.queries import Meeting, get_meeting, meetings_of
from backend.meetings.types import OPEN_TO_HALL
from backend.polls.queries import Poll, polls_of
from backend.polls.rules import SHOWN, may_issue_sheets
from backend.polls.types import Channel, Grade, Option, OptionId, PollState, PollType
from backend.runtime import Runtime

PURPOSE = "card"
LIVE = frozenset({PollState.OPEN, PollState.CLOSING})
WAITING = frozenset({PollState.CLOSED, PollState.COUNTING, PollState.SEALED})
UNCOUNTED = frozenset({PollState.CANCELLED, PollState.VOID})


class Standing(StrEnum):
    """What a question is for this card, now."""

    SOON = "soon"
    OPEN = "open"
    ELSEWHERE = "elsewhere"
    USED = "used"
    PAPER = "paper"
    CLOSED = "closed"
    RESULT = "result"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Row:
    """One question of the meeting as this card's holder sees it."""

    poll: Poll
    number: int
    total: int
    standing: Standing
    channel: Channel | None
    turnout: Turnout

    @property
    def options(self) -> tuple[Option, ...]:
        """Return what can be chosen; a scale without named options runs from 1 to 5."""
        definition = self.poll.definition
        if definition.type is PollType.SCALE and not definition.choosable:
            return tuple(Option(OptionId(str(value)), {"de": str(value)}) for value in definition.scale)
        return definition.options

    @property
    def may_change(self) -> bool:
        """Tell whether a vote of this card may still be changed from a phone."""
        is_open = self.poll.state in LIVE and self.poll.definition.change_until_close
        return is_open and self.channel in {Channel.PHONE, Channel.KIOSK}


@dataclass(frozen=True, slots=True)
class Hall:
    """The meeting around a card."""

    meeting: Meeting
    org_name: str
    card: KnownCard | None = None
    rows: tuple[Row, ...] = ()
    floor: Floor = field(default_factory=Floor)

    @property
    def is_guest(self) -> bool:
        """Tell whether the card asks and comments but does not vote."""
        return self.card is not None and self.card.kind is CardKind.GUEST

    def row(self, poll_id: str) -> Row:
        """Return one question. Raises: NotFound."""
        for row in self.rows:
            if row.poll.id == poll_id:
                return row
        raise NotFound


async def only_meeting(uow: UnitOfWork) -> Hall | None:
    """Return the meeting that runs now, if it is the only one: its name may stand above the code."""
    running = [meeting for meeting in await meetings_of(uow.session) if meeting.state in OPEN_TO_HALL]
    if len(running) != 1:
        return None
    return Hall(running[0], (await org_by_id(uow.session, running[0].org_id)).name)


async def hall_of_card(rt: Runtime, uow: UnitOfWork, text: str, *, source: str) -> Hall:
    """Return the meeting of a card with its questions. Raises: UnknownCard, TooMany, NotInRegister."""
    try:
        card = await find_card(uow.session, voter_hash(rt.keyring, text))
    except UnknownCard:
        rt.throttle.check(PURPOSE, source)
        rt.throttle.failed(PURPOSE, source)
        raise
    if not card.is_pack_open:
        raise NotInRegister
    meeting = await get_meeting(uow.session, card.meeting_id)
    org = await org_by_id(uow.session, meeting.org_id)
    polls = [poll for poll in await polls_of(uow.session, meeting.id) if poll.state is not PollState.DRAFT]
    ids = [poll.id for poll in polls]
    used = await channels_of(uow.session, card.voter_hash, ids)
    turnouts = await turnout(uow.session, ids)
    counted = [poll.id for poll in polls if poll.state not in UNCOUNTED]
    rows = tuple(
        Row(
            poll=poll,
            number=counted.index(poll.id) + 1 if poll.id in counted else 0,
            total=len(counted),
            standing=standing_of(poll, used.get(poll.id)),
            channel=used.get(poll.id),
            turnout=turnouts[poll.id],
        )
        for poll in polls
    )
    return Hall(meeting, org.name, card, rows, await floor_of(uow.session, meeting.id))


class WithCard(Protocol):
    """A form that names a card."""

    card: str


def card_of(form: WithCard | None) -> str:
    """Return the card a form names. Raises: NotFound."""
    if form is None or not form.card:
        raise NotFound("Bitte beginnen Sie noch einmal mit dem Code Ihrer Karte.")
    return form.card


def standing_of(poll: Poll, channel: Channel | None) -> Standing:
    """Return what a question is for a card that was used through `channel`, or not yet."""
    if poll.state in SHOWN:
        return Standing.RESULT
    if poll.state in WAITING:
        has_sheets = channel is None and may_issue_sheets(poll.state, on_paper=poll.on_paper)
        return Standing.PAPER if has_sheets else Standing.CLOSED
    if poll.state not in LIVE | {PollState.READY}:
        return Standing.ENDED
    if channel is not None:
        return Standing.USED
    return Standing.SOON if poll.state is PollState.READY else _while_open(poll)


def _while_open(poll: Poll) -> Standing:
    is_here = poll.definition.grade is Grade.OPEN and Channel.PHONE in poll.definition.channels
    return Standing.OPEN if is_here else Standing.ELSEWHERE
