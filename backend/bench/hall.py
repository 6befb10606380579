"""A hall full of cards with open polls, made through the domain's own actions."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from backend.accounts.actions import create_token, create_user, grant_role
from backend.accounts.models import Organisation
from backend.accounts.types import Role
from backend.cards.actions import MAX_PACK_SIZE, make_cards, open_pack
from backend.cards.types import CardKind
from backend.kit.db import JsonDict
from backend.kit.settings import Settings
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.meeting import NewMeeting, create_meeting, transition_meeting
from backend.meetings.types import Assembly, MeetingState
from backend.polls.actions import NewPoll, create_poll
from backend.polls.types import PollState, PollType
from backend.runtime import Runtime, build_runtime

N_MIN = 50
YES_NO: list[JsonDict] = [{"id": "yes", "de": "Ja"}, {"id": "no", "de": "Nein"}]


@dataclass(frozen=True, slots=True)
class Hall:
    """A running meeting; every card may vote once in every poll. `token` is its host's."""

    meeting_id: str
    cards: tuple[str, ...]
    polls: tuple[str, ...]
    pad_bytes: int
    choices_bytes: int
    token: str


async def open_hall(settings: Settings, *, cards: int, polls: int, upto: PollState = PollState.OPEN) -> Hall:
    """Fill a hall of a scratch installation and bring its polls up to a state: ready or open."""
    rt = build_runtime(settings)
    try:
        async with rt.work.write() as uow:
            org = _organisation(uow)
            uow.session.add(org)
            await uow.session.flush()
            meeting_id = await _running_meeting(uow, org.id)
            codes = await _cards(rt, uow, org.id, meeting_id, cards)
            token = await _host(uow, org.id)
        made = tuple([await _poll(rt, org.id, meeting_id, upto) for _ in range(polls)])
        frozen = await rt.desk.frozen(made[0])
    finally:
        await rt.close()
    return Hall(meeting_id, codes, made, frozen.pad_bytes, frozen.choices_bytes, token)


def _organisation(uow: UnitOfWork) -> Organisation:
    return Organisation(
        id=uow.new_id(), slug="messung", name="Messung", short_name="Messung", kind="gemeinde", n_min=N_MIN, imprint={}
    )


async def _running_meeting(uow: UnitOfWork, org_id: str) -> str:
    new = NewMeeting(
        title={"de": "Messung"},
        notice={"de": "Nur eine Messung."},
        starts_at=uow.now + timedelta(hours=1),
        assembly_type=Assembly.BUERGERVERSAMMLUNG,
        agenda=[],
    )
    meeting = await create_meeting(uow, new, org_id=org_id)
    for state in (MeetingState.PUBLISHED, MeetingState.CHECKIN, MeetingState.RUNNING):
        await transition_meeting(uow, meeting.id, state, version=meeting.version)
    return meeting.id


async def _cards(rt: Runtime, uow: UnitOfWork, org_id: str, meeting_id: str, number: int) -> tuple[str, ...]:
    packs = await make_cards(
        uow,
        rt.keyring,
        org_id=org_id,
        meeting_id=meeting_id,
        wanted={CardKind.VOTING: number},
        pack_size=min(number, MAX_PACK_SIZE),
    )
    for pack in packs:
        await open_pack(uow, pack.id)
    return tuple(card.code for pack in packs for card in pack.cards)


async def _host(uow: UnitOfWork, org_id: str) -> str:
    """Make somebody who may do everything, and return a token."""
    person = await create_user(uow, name="messung", display_name="Messung", password=secrets.token_urlsafe(16))
    for role in (Role.ADMIN, Role.HOST, Role.TELLER):
        await grant_role(uow, user_id=person.id, org_id=org_id, role=role)
    return await create_token(uow, user_name="messung")


async def _poll(rt: Runtime, org_id: str, meeting_id: str, upto: PollState) -> str:
    wanted = NewPoll(type=PollType.YESNO, question={"de": "Messen wir?"}, options=YES_NO)
    async with rt.work.write() as uow:
        row = await create_poll(uow, wanted, org_id=org_id, meeting_id=meeting_id, n_min=N_MIN)
        for state in (PollState.READY, PollState.OPEN):
            await rt.lifecycle.transition(uow, row.id, state, version=row.version)
            if state is upto:
                break
        return row.id
