"""Everything the stage console shows, read in one snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backend.accounts.queries import Org, display_names, org_by_slug
from backend.accounts.types import Principal, Right
from backend.ballots.results import count_record
from backend.ballots.words import Outcome, rulings_of
from backend.cards.queries import packs_of
from backend.cards.types import CardKind
from backend.kit.db import JsonDict
from backend.kit.errors import NotFound
from backend.kit.uow import UnitOfWork
from backend.meetings import live_state
from backend.meetings.queries import Meeting, get_meeting
from backend.meetings.reading_parts import Reading
from backend.meetings.readings import reading_of
from backend.meetings.screens import Answer, Shown, answers_of, reveal_step, shown_to_hall
from backend.meetings.types import QuestionState
from backend.paper.facts import PaperNumbers, paper_numbers
from backend.polls.queries import Poll, polls_of
from backend.polls.rules import is_moderated
from backend.polls.types import Channel, PollState, PollType
from moderation.stage.floor_view import FloorDesk, floor_desk, waiting_questions
from moderation.stage.steps import (
    BigStep,
    EveningStep,
    Stop,
    current_poll,
    evening_step,
    next_step,
    outstanding,
    stop_of,
)
from moderation.stage.timetable import Line, delay_minutes, lines_of

_COUNTED = frozenset({PollState.SEALED, PollState.REVEALED, PollState.PUBLISHED})


@dataclass(frozen=True, slots=True)
class Count:
    """The sealed count as the two people who confirm it see it."""

    record: JsonDict
    reading: Reading
    words: int
    words_shown: int
    signers: tuple[str, ...]
    has_signed: bool
    may_sign: bool

    @property
    def open_equations(self) -> list[JsonDict]:
        """Return the equations that do not hold."""
        return [equation for equation in self.record["equations"] if not equation["holds"]]


@dataclass(frozen=True, slots=True)
class PollDesk:
    """The poll in the middle. `successor` repeats it; it `repeats` the poll of that number, 0 for none."""

    poll: JsonDict
    number: int
    answers: tuple[Answer, ...]
    step: BigStep
    stop: Stop | None
    paper: PaperNumbers | None
    missing: int
    count: Count | None
    open_seconds: float
    successor: str | None
    repeats: int


@dataclass(frozen=True, slots=True)
class Stage:
    """The console of one meeting."""

    owner: Org
    meeting: Meeting
    state: JsonDict
    shown: Shown
    answers: tuple[Answer, ...]
    agenda: tuple[Line, ...]
    delay: int
    evening: EveningStep
    desk: PollDesk | None
    questions: tuple[JsonDict, ...]
    hall: FloorDesk
    held: int
    cards_open: int
    guests: int
    stacks: tuple[Poll, ...] = ()

    @property
    def base(self) -> str:
        """Return where the stage's pages begin."""
        return f"/verwaltung/{self.owner.slug}/regie/{self.meeting.id}"


async def stage_of(reader: UnitOfWork, principal: Principal, *, org: str, meeting_id: str, wanted: str = "") -> Stage:
    """Return the console; `wanted` is the poll to put in the middle. Raises: NotFound."""
    owner = await org_by_slug(reader.session, org)
    meeting = await get_meeting(reader.session, meeting_id)
    if meeting.org_id != owner.id:
        raise NotFound
    state = await live_state.state(reader.session, meeting_id, for_stage=True)
    shown = shown_to_hall(state)
    questions = await waiting_questions(reader, meeting_id, state["questions"])
    packs = await packs_of(reader.session, meeting_id)
    return Stage(
        owner=owner,
        meeting=meeting,
        state=state,
        shown=shown,
        answers=answers_of(shown.poll) if shown.poll else (),
        agenda=lines_of(state, reader.now),
        delay=delay_minutes(state),
        evening=evening_step(state),
        desk=await _desk(reader, principal, owner=owner, state=state, wanted=wanted),
        questions=questions,
        hall=await floor_desk(reader, meeting_id),
        held=sum(each["state"] == QuestionState.HELD for each in questions),
        cards_open=sum(pack.size - pack.void_count for pack in packs if pack.is_open and pack.kind is CardKind.VOTING),
        guests=sum(pack.size - pack.void_count for pack in packs if pack.is_open and pack.kind is CardKind.GUEST),
        stacks=tuple(poll for poll in await polls_of(reader.session, meeting_id) if poll.is_waiting_stack),
    )


async def _desk(
    reader: UnitOfWork, principal: Principal, *, owner: Org, state: JsonDict, wanted: str
) -> PollDesk | None:
    poll = current_poll(state, wanted)
    if poll is None:
        return None
    on_paper = Channel.PAPER in poll["channels"]
    paper = await paper_numbers(reader.session, poll["id"]) if on_paper else None
    return PollDesk(
        poll=poll,
        number=state["polls"].index(poll) + 1,
        answers=answers_of(poll),
        step=next_step(poll, reader.now, paper, reveal_step(state["meeting"]["screen"], poll["id"])),
        stop=stop_of(poll),
        paper=paper,
        missing=outstanding(paper) if paper else 0,
        count=await _count(reader, principal, owner, poll) if PollState(poll["state"]) in _COUNTED else None,
        open_seconds=_seconds_since(poll["opened_at"], reader.now),
        successor=next((each["id"] for each in state["polls"] if each["supersedes"] == poll["id"]), None),
        repeats=next((at for at, each in enumerate(state["polls"], 1) if each["id"] == poll["supersedes"]), 0),
    )


async def _count(reader: UnitOfWork, principal: Principal, owner: Org, poll: JsonDict) -> Count:
    record = await count_record(reader.session, poll["id"])
    signers = [str(each["user"]) for each in record["signatures"]]
    names = await display_names(reader.session, set(signers))
    rulings = await rulings_of(reader.session, poll["id"]) if is_moderated(PollType(poll["type"])) else {}
    return Count(
        record=record,
        reading=reading_of(poll, record),
        words=sum(answer not in {each["id"] for each in poll["options"]} for answer in record["totals"]),
        words_shown=sum(ruling.outcome is not Outcome.HIDDEN for ruling in rulings.values()),
        signers=tuple(names.get(user, "") for user in signers),
        has_signed=principal.user_id in signers,
        may_sign=principal.may(Right.CONFIRM_RESULT, owner.id),
    )


def _seconds_since(moment: str | None, now: datetime) -> float:
    return (now - datetime.fromisoformat(moment)).total_seconds() if moment else 0.0
