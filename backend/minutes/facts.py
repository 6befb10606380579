"""Everything known of an evening, gathered from where it is kept.

For:        the generator of minutes.
Guarantees: results are the public ones, so nothing here says more than everybody may see after the reveal; of people
            only numbers. Refuses meetings that do not exist (`NotFound`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.queries import org_by_id, place_by_id
from backend.ballots.results import count_record, public_result
from backend.cards.queries import packs_of
from backend.cards.types import CardKind
from backend.kit.db import JsonDict
from backend.meetings.floor import floor_of, seconds_by_group, speakers_of
from backend.meetings.happenings import happenings_of
from backend.meetings.queries import AgendaItem, HallQuestion, Meeting, agenda_of, get_meeting, questions_of
from backend.meetings.readings import reading_of
from backend.meetings.types import SEEN_BY_ALL
from backend.minutes.outcomes import outcome_sentences
from backend.minutes.timeline import Timeline, timeline
from backend.minutes.types import (
    Counted,
    Facts,
    ItemFacts,
    LogFacts,
    OpenEquation,
    PaperIncidents,
    PollFacts,
    QuestionFacts,
    ResultFacts,
    SpeechFacts,
    Spell,
)
from backend.paper.incidents import incidents_of
from backend.polls.queries import Poll, poll_view, polls_of
from backend.polls.rules import SHOWN
from backend.polls.types import PollState, PollType
from backend.tally.equations import EquationName

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LETTERED = frozenset({PollType.SINGLE, PollType.MULTI, PollType.BUDGET})


async def gather_facts(session: AsyncSession, meeting_id: str, *, log: LogFacts | None = None) -> Facts:
    """Return the facts of a meeting as they are now. Raises: NotFound."""
    meeting = await get_meeting(session, meeting_id)
    place = await place_by_id(session, meeting.place_id) if meeting.place_id else None
    evening = timeline(await happenings_of(session, meeting_id))
    open_packs = [pack for pack in await packs_of(session, meeting_id) if pack.is_open]
    handed_out = {
        kind: sum(pack.size - pack.void_count for pack in open_packs if pack.kind is kind) for kind in CardKind
    }
    return Facts(
        org_name=(await org_by_id(session, meeting.org_id)).name,
        title=meeting.title.get("de", ""),
        notice=meeting.notice.get("de", ""),
        place=", ".join(filter(None, (place.name, place.address))) if place else "",
        starts_at=meeting.starts_at,
        doors_at=evening.doors_at,
        ran=evening.ran,
        pauses=evening.pauses,
        counted=_counted(evening, meeting),
        voting_cards=handed_out[CardKind.VOTING],
        guest_cards=handed_out[CardKind.GUEST],
        items=tuple(_items(await agenda_of(session, meeting_id), evening)),
        notices=evening.notices,
        questions=tuple(_questions(await questions_of(session, meeting_id, all_states=True))),
        polls=await _polls(session, meeting_id),
        incidents=evening.incidents,
        log=log,
        speech=await _speech(session, meeting),
    )


def _counted(evening: Timeline, meeting: Meeting) -> tuple[Counted, ...]:
    """Return the counts with their times; of meetings from before they were kept, the last number alone."""
    if evening.counted or meeting.people_counted is None:
        return evening.counted
    return (Counted(None, meeting.people_counted),)


def _items(agenda: list[AgendaItem], evening: Timeline) -> Iterable[ItemFacts]:
    for item in agenda:
        known = (Spell(item.started_at),) if item.started_at else ()
        yield ItemFacts(
            id=item.id,
            number=item.number,
            title=item.title.get("de", ""),
            outcome=item.state.value,
            spells=evening.items.get(item.id, known),
        )


def _questions(questions: list[HallQuestion]) -> Iterable[QuestionFacts]:
    for question in questions:
        if question.state in SEEN_BY_ALL:  # what was held back or rejected is nobody's business
            yield QuestionFacts(
                text=question.text,
                outcome=question.state.value,
                answer=question.answer or "",
                due_on=question.due_on,
                answered_by=question.owner or "",
            )


async def _speech(session: AsyncSession, meeting: Meeting) -> SpeechFacts:
    floor = await floor_of(session, meeting.id)
    spoken = (await speakers_of(session, meeting.id, floor.order_rule)).spoken
    by_group = seconds_by_group(spoken, meeting.starts_at)  # clocks of the past stand still, whatever the time
    groups = tuple(sorted((name, seconds) for name, seconds in by_group.items() if name))
    return SpeechFacts(len(spoken), sum(by_group.values()), groups)


async def _polls(session: AsyncSession, meeting_id: str) -> tuple[PollFacts, ...]:
    polls = [poll for poll in await polls_of(session, meeting_id) if poll.state is not PollState.DRAFT]
    numbers = {poll.id: number for number, poll in enumerate(polls, start=1)}  # as on the meeting's public page
    replaced = {poll.supersedes_id: numbers[poll.id] for poll in polls if poll.supersedes_id}
    return tuple([await _poll(session, poll, numbers[poll.id], replaced.get(poll.id)) for poll in polls])


async def _poll(session: AsyncSession, poll: Poll, number: int, successor: int | None) -> PollFacts:
    return PollFacts(
        id=poll.id,
        number=number,
        item_id=poll.agenda_item_id,
        question=poll.question.get("de", ""),
        type=poll.definition.type.value,
        grade=poll.definition.grade.value,
        state=poll.state.value,
        labels=_labels(poll),
        opened_at=poll.opened_at,
        closed_at=poll.closed_at,
        end_reason=poll.end_reason or "",
        successor=successor,
        result=await _result(session, poll) if poll.state in SHOWN else None,
        paper=await _paper(session, poll.id),
        is_practice=poll.is_practice,
    )


def _labels(poll: Poll) -> Mapping[str, str]:
    """Return the options by their letter and words, as on every sheet."""
    letters = iter(LETTERS if poll.definition.type in LETTERED else "")
    labels: dict[str, str] = {}
    for option in poll.definition.options:
        letter = "" if option.abstain else next(letters, "")
        words = option.label.get("de", str(option.id))
        labels[str(option.id)] = f"{letter} · {words}" if letter else words
    named = {str(each.id): each.label.get("de", str(each.id)) for each in poll.definition.statements}
    return labels | named


async def _result(session: AsyncSession, poll: Poll) -> ResultFacts:
    public = await public_result(session, poll)
    record = await count_record(session, poll.id)
    return ResultFacts(
        status=public["status"],
        entitled=public["entitled"],
        used=public["used"],
        ballots=public["ballots"],
        valid=public["valid"],
        invalid=public["invalid"],
        blank=public["blank"],
        refused_duplicates=public["rejected_duplicates"],
        cards=public["cards"],
        totals=public["totals"] or {},
        by_channel=public["by_channel"],
        withheld=public["withheld"],
        signatures=len(record["signatures"]),
        open_equations=tuple(_open(record["equations"])),
        outcome=outcome_sentences(reading_of(poll_view(poll), public)),
        reasons=tuple(each["reason"] for each in record["signatures"] if each["reason"]),
    )


def _open(equations: Iterable[JsonDict]) -> Iterable[OpenEquation]:
    """Yield the equations that do not hold; those that name options say more than the public result."""
    for equation in equations:
        if not equation["holds"] and equation["name"] != EquationName.VALID_OPTIONS:
            left, right = (sum(term["n"] for term in equation[side]) for side in ("left", "right"))
            yield OpenEquation(equation["name"], equation["about"], left - right)


async def _paper(session: AsyncSession, poll_id: str) -> PaperIncidents:
    found = await incidents_of(session, poll_id)
    return PaperIncidents(
        decided_by_people=sum(found.decided.values()),
        rejected=sum(found.rejected.values()),
        typed_in=found.typed_in,
        discarded=found.discarded,
    )
