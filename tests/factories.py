"""Make organisations, people, meetings, cards and polls for tests, through the domain's own actions."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from backend.accounts.actions import create_user, grant_role
from backend.accounts.models import Organisation
from backend.accounts.types import Role
from backend.ballots.cast import Prepared, prepare
from backend.ballots.types import CastBallot, VoterKey
from backend.cards.actions import MAX_PACK_SIZE, make_cards, open_pack
from backend.cards.queries import voter_hash
from backend.cards.types import CardKind
from backend.kit.db import JsonDict
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.agenda import NewItem
from backend.meetings.actions.meeting import NewMeeting, create_meeting, transition_meeting
from backend.meetings.queries import get_meeting
from backend.meetings.types import Assembly, MeetingState
from backend.polls.actions import NewPoll, create_poll
from backend.polls.choices import canonical
from backend.polls.queries import Poll, to_poll
from backend.polls.types import Channel, PollState, PollType, VoterKind
from backend.runtime import Runtime

PASSWORD = "vier bunte Esel tanzen"
YES_NO: list[JsonDict] = [
    {"id": "yes", "de": "Ja"},
    {"id": "no", "de": "Nein"},
    {"id": "abst", "de": "Enthaltung", "abstain": True},
]
ABC: list[JsonDict] = [{"id": "a", "de": "Apfel"}, {"id": "b", "de": "Birne"}, {"id": "c", "de": "Kirsche"}]


@dataclass(slots=True)
class Hall:
    """A running meeting with cards, ready to vote."""

    org_id: str
    org_slug: str
    meeting_id: str
    cards: list[str]
    guests: list[str]
    packs: list[str]
    users: dict[str, str] = field(default_factory=dict)


async def make_org(uow: UnitOfWork, slug: str = "auenfurt", *, n_min: int = 10) -> Organisation:
    """Add an organisation."""
    org = Organisation(
        id=uow.new_id(),
        slug=slug,
        name=f"Stadt {slug.title()}",
        short_name=slug.title(),
        kind="gemeinde",
        n_min=n_min,
        imprint={},
    )
    uow.session.add(org)
    await uow.session.flush()
    return org


async def make_person(uow: UnitOfWork, name: str, org_id: str, *roles: Role) -> str:
    """Add a staff member with roles; return the id."""
    user = await create_user(uow, name=name, display_name=name.title(), password=PASSWORD)
    for role in roles:
        await grant_role(uow, user_id=user.id, org_id=org_id, role=role)
    return user.id


async def make_hall(rt: Runtime, *, voting: int = 20, guests: int = 2, slug: str = "auenfurt") -> Hall:
    """Add an organisation with a running meeting and opened packs."""
    async with rt.work.write() as uow:
        org = await make_org(uow, slug)
        new = NewMeeting(
            title={"de": "Bürgerversammlung"},
            notice={"de": "Die Abstimmungen heute sind Empfehlungen."},
            starts_at=uow.now + timedelta(hours=1),
            assembly_type=Assembly.BUERGERVERSAMMLUNG,
            agenda=[NewItem("1", {"de": "Begrüßung"}, 10), NewItem("2", {"de": "Abstimmungen"}, 20)],
        )
        meeting = await create_meeting(uow, new, org_id=org.id)
        packs = await make_cards(
            uow,
            rt.keyring,
            org_id=org.id,
            meeting_id=meeting.id,
            wanted={CardKind.VOTING: voting, CardKind.GUEST: guests},
            pack_size=min(max(voting, 1), MAX_PACK_SIZE),
        )
        for pack in packs:
            await open_pack(uow, pack.id)
        for state in (MeetingState.PUBLISHED, MeetingState.CHECKIN, MeetingState.RUNNING):
            await transition_meeting(uow, meeting.id, state, version=meeting.version)
    cards = [card for pack in packs for card in pack.cards]
    return Hall(
        org_id=org.id,
        org_slug=org.slug,
        meeting_id=meeting.id,
        cards=[card.code for card in cards if card.kind is CardKind.VOTING],
        guests=[card.code for card in cards if card.kind is CardKind.GUEST],
        packs=[pack.id for pack in packs],
    )


async def move_meeting(rt: Runtime, hall: Hall, *steps: MeetingState) -> None:
    """Bring the meeting through states, one transaction each."""
    for step in steps:
        async with rt.work.write() as uow:
            version = (await get_meeting(uow.session, hall.meeting_id)).version
            await transition_meeting(uow, hall.meeting_id, step, version=version)


async def make_poll(rt: Runtime, hall: Hall, new: NewPoll | None = None, *, state: PollState = PollState.OPEN) -> Poll:
    """Add a poll and bring it to a state up to `open`."""
    wanted = new or NewPoll(type=PollType.YESNO, question={"de": "Soll es Bäume geben?"}, options=YES_NO)
    async with rt.work.write() as uow:
        row = await create_poll(uow, wanted, org_id=hall.org_id, meeting_id=hall.meeting_id, n_min=10)
        poll = to_poll(row)
    for step in (PollState.READY, PollState.OPEN):
        if poll.state is state:
            break
        poll = await move_poll(rt, poll, step)
    return poll


async def move_poll(rt: Runtime, poll: Poll, *steps: PollState, reason: str = "") -> Poll:
    """Move a poll through some states, each in a transaction of its own."""
    for step in steps:
        async with rt.work.write() as uow:
            poll = await rt.lifecycle.transition(uow, poll.id, step, version=poll.version, reason=reason)
    return poll


def card_key(rt: Runtime, card: str) -> VoterKey:
    """Return the voter key of a card."""
    return VoterKey(kind=VoterKind.CARD, hashed=voter_hash(rt.keyring, card))


def command(poll: Poll, voter: VoterKey, *choices: object, channel: Channel = Channel.PHONE) -> CastBallot:
    """Return a ballot with a nonce and a request key of its own."""
    return CastBallot(
        poll_id=poll.id,
        voter=voter,
        choices=list(choices) or ["yes"],
        nonce=secrets.token_bytes(32),
        channel=channel,
        request_key=secrets.token_hex(16),
    )


TO_SEALED = (PollState.CLOSING, PollState.CLOSED, PollState.COUNTING, PollState.SEALED)
TO_PUBLISHED = (*TO_SEALED, PollState.REVEALED, PollState.PUBLISHED)


async def prepared(rt: Runtime, poll: Poll, card: str) -> Prepared:
    """Return a vote for the first option, checked and on its way into the box."""
    cast = command(poll, card_key(rt, card))
    frozen = await rt.desk.frozen(poll.id)
    return prepare(cast, frozen, canonical(frozen.definition, cast.choices))
