"""Seed: an evening that is over. Its ballots go through the same door as everybody's.

Sheets of the story are cast as paper ballots with serials of their own; the paper ledger knows how many were
handed out and scanned, so that every equation holds as it did on the evening.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.accounts.models import Organisation
from backend.ballots.errors import AlreadyVoted
from backend.ballots.results import sign_count
from backend.ballots.types import CastBallot, VoterKey
from backend.cards.actions import DEFAULT_PACK_SIZE, make_cards, open_pack
from backend.cards.types import CardKind
from backend.demo.paper import exchange_cards, scan_sheets
from backend.demo.story import Json, Story
from backend.kit.clock import FixedClock
from backend.meetings.actions.agenda import NewItem, next_item
from backend.meetings.actions.hall import count_people
from backend.meetings.actions.meeting import NewMeeting, create_meeting, transition_meeting
from backend.meetings.queries import agenda_of, get_meeting
from backend.meetings.types import Assembly, MeetingState
from backend.polls.actions import NewPoll, create_poll
from backend.polls.choices import Choices
from backend.polls.queries import Poll, get_poll
from backend.polls.types import Channel, PollState, PollType, VoterKind
from backend.runtime import Runtime
from backend.tally.sample import demo_ballots

AFTER_OPENING = (
    PollState.CLOSING,
    PollState.CLOSED,
    PollState.COUNTING,
)
A_MOMENT = timedelta(minutes=1)


@dataclass(slots=True)
class Evening:
    """A meeting being replayed: the cards by the channel they are used on."""

    meeting_id: str
    org_id: str
    cards: dict[Channel, list[str]]
    polls: list[Poll]


async def hold_evening(rt: Runtime, clock: FixedClock, evening: Evening, *, case: Json, tellers: Sequence[str]) -> None:
    """Replay a planned meeting: votes on three channels, counting, signatures, publication."""
    meeting = case["meeting"]
    for state in (MeetingState.CHECKIN, MeetingState.RUNNING):
        await _step(rt, evening.meeting_id, state)
    async with rt.work.write() as uow:
        await count_people(uow, evening.meeting_id, meeting["admission"]["credentials_issued"] + 9)
    await _agenda(rt, clock, evening.meeting_id, until="4")
    for poll, source in zip(evening.polls, meeting["polls"], strict=True):
        clock.advance(A_MOMENT * 6)
        await vote(rt, clock, evening, poll=poll, source=source, tellers=tellers)
    await _agenda(rt, clock, evening.meeting_id)
    await _step(rt, evening.meeting_id, MeetingState.CLOSED)


async def plan_evening(
    rt: Runtime, story: Story, *, case: Json, organisation: Organisation, starts_at: datetime
) -> Evening:
    """Create meeting, agenda, polls and cards as a clerk would."""
    meeting = case["meeting"]
    async with rt.work.write() as uow:
        row = await create_meeting(uow, new_meeting(story, case, starts_at=starts_at), org_id=organisation.id)
        for state in (MeetingState.PUBLISHED,):
            await transition_meeting(uow, row.id, state, version=row.version)
        items = {item.number: item.id for item in await agenda_of(uow.session, row.id)}
        voting_item = next(item["no"] for item in meeting["agenda"] if item.get("polls"))
        polls = [
            await get_poll(
                uow.session,
                (
                    await create_poll(
                        uow,
                        new_poll(source, items[voting_item]),
                        org_id=organisation.id,
                        meeting_id=row.id,
                        n_min=organisation.n_min,
                    )
                ).id,
            )
            for source in meeting["polls"]
        ]
        admission = meeting["admission"]
        packs = await make_cards(
            uow,
            rt.keyring,
            org_id=organisation.id,
            meeting_id=row.id,
            wanted={CardKind.VOTING: admission["credentials_issued"], CardKind.GUEST: admission["guest_cards"]},
            pack_size=DEFAULT_PACK_SIZE,
        )
        for pack in packs:
            await open_pack(uow, pack.id)
    codes = iter([str(card.code) for pack in packs for card in pack.cards if card.kind is CardKind.VOTING])
    cards = {channel: [next(codes) for _ in range(admission["by_first_use"][channel])] for channel in Channel}
    return Evening(meeting_id=row.id, org_id=organisation.id, cards=cards, polls=polls)


def new_meeting(story: Story, case: Json, *, starts_at: datetime) -> NewMeeting:
    """Return the meeting of a case as entered by a clerk."""
    meeting = case["meeting"]
    length = story.at(meeting["end"]) - story.at(meeting["start"])
    return NewMeeting(
        title=meeting["title"],
        notice=meeting["consultative_notice"],
        starts_at=starts_at,
        ends_at=starts_at + length,
        assembly_type=Assembly(meeting["type"]),
        place_id=meeting["place"],
        consultation_id=case["consultation"]["id"],
        treat_by=story.on(meeting["treat_by"]),
        agenda=[NewItem(item["no"], {"de": item["title_de"]}, item["minutes"]) for item in meeting["agenda"]],
    )


def new_poll(source: Json, agenda_item_id: str | None) -> NewPoll:
    """Return a poll of the story as entered by a clerk."""
    return NewPoll(
        type=PollType(source["type"]),
        question=source["question"],
        options=source["options"],
        max_choices=source["max"],
        agenda_item_id=agenda_item_id,
    )


async def vote(
    rt: Runtime, clock: FixedClock, evening: Evening, *, poll: Poll, source: Json, tellers: Sequence[str]
) -> Poll:
    """Replay one poll from opening to publication."""
    poll = await _advance(rt, poll, PollState.READY, PollState.OPEN)
    clock.advance(A_MOMENT)
    ballots = {channel: demo_ballots(source, channel) for channel in Channel}
    await exchange_cards(rt, poll, evening.cards[Channel.PAPER][: len(ballots[Channel.PAPER])])
    for channel in (Channel.PHONE, Channel.KIOSK):
        await _cast_all(rt, poll, evening.cards[channel], ballots[channel], channel=channel)
    await _try_twice(rt, poll, evening.cards[Channel.PHONE], times=source["rejected_duplicates"])
    poll = await _advance(rt, poll, *AFTER_OPENING)
    clock.advance(A_MOMENT * 2)
    await scan_sheets(rt, poll, ballots[Channel.PAPER], tellers=tellers)
    poll = await _advance(rt, poll, PollState.SEALED)
    for teller in tellers[:2]:
        async with rt.work.write() as uow:
            await sign_count(uow, poll.id, user_id=teller)
    return await _advance(rt, poll, PollState.REVEALED, PollState.PUBLISHED)


async def _cast_all(
    rt: Runtime, poll: Poll, cards: Sequence[str], ballots: Sequence[Choices], *, channel: Channel
) -> None:
    await asyncio.gather(
        *(_cast(rt, poll, card, choices, channel) for card, choices in zip(cards, ballots, strict=False))
    )


async def _try_twice(rt: Runtime, poll: Poll, cards: Sequence[str], *, times: int) -> None:
    """Use cards again that were used before; every attempt is refused and counted."""
    for card in cards[:times]:
        try:
            await _cast(rt, poll, card, [], Channel.KIOSK)
        except AlreadyVoted:
            continue


async def _cast(rt: Runtime, poll: Poll, card: str, choices: Choices, channel: Channel) -> None:
    voter = await rt.desk.voter(poll.id, card)
    await rt.desk.cast(
        CastBallot(
            poll_id=poll.id,
            voter=VoterKey(kind=VoterKind.CARD, hashed=voter.hashed),
            choices=choices,
            nonce=rt.entropy.bytes(32),
            channel=channel,
            request_key=rt.entropy.bytes(16).hex(),
        )
    )


async def _advance(rt: Runtime, poll: Poll, *steps: PollState) -> Poll:
    for step in steps:
        async with rt.work.write() as uow:
            poll = await rt.lifecycle.transition(uow, poll.id, step, version=poll.version)
    return poll


async def _step(rt: Runtime, meeting_id: str, state: MeetingState) -> None:
    version = await _version(rt, meeting_id)
    async with rt.work.write() as uow:
        await transition_meeting(uow, meeting_id, state, version=version)


async def _agenda(rt: Runtime, clock: FixedClock, meeting_id: str, until: str | None = None) -> None:
    """Go through the agenda, each point as long as planned, until a point or the end."""
    while True:
        async with rt.work.read() as uow:
            active = next((item for item in await agenda_of(uow.session, meeting_id) if item.state == "active"), None)
        if active is None or active.number == until:
            return
        clock.advance(A_MOMENT * active.minutes)
        version = await _version(rt, meeting_id)
        async with rt.work.write() as uow:
            await next_item(uow, meeting_id, version=version)


async def _version(rt: Runtime, meeting_id: str) -> int:
    async with rt.work.read() as uow:
        return (await get_meeting(uow.session, meeting_id)).version
