"""A closed meeting with a counted poll, and people who write its minutes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from backend.accounts.types import Role
from backend.meetings.actions.hall import count_people, notify_hall
from backend.meetings.actions.meeting import transition_meeting
from backend.meetings.queries import get_meeting
from backend.meetings.types import MeetingState
from backend.minutes.actions import Signer, publish_version, save_version, sign_version
from backend.minutes.closing_log import closing_log
from backend.minutes.queries import versions_of
from backend.minutes.types import LogFacts, SignerRole, TextBlock
from backend.polls.types import Channel
from backend.runtime import Runtime
from tests.factories import TO_PUBLISHED, Hall, make_hall, make_person, make_poll, move_poll

TEXTS = (TextBlock("leitung", "Versammlungsleitung: Erste Bürgermeisterin."),)
PDF = "ab" * 32


@dataclass(slots=True)
class Evening:
    """What the tests of minutes work with."""

    hall: Hall
    chair: Signer
    secretary: Signer

    @property
    def meeting_id(self) -> str:
        """Return the meeting."""
        return self.hall.meeting_id


async def closed_evening(rt: Runtime, *, voters: int = 12) -> Evening:
    """Run a meeting with one published poll to its end, and bring the log up to it."""
    hall = await make_hall(rt, voting=voters)
    async with rt.work.write() as uow:
        await count_people(uow, hall.meeting_id, voters + 3)
        await notify_hall(uow, hall.meeting_id, "Bitte Platz nehmen.")
        people = [
            Signer(await make_person(uow, name, hall.org_id, role), name.title())
            for name, role in (("weber", Role.HOST), ("klein", Role.TELLER))
        ]
    poll = await make_poll(rt, hall)
    for number, card in enumerate(hall.cards):
        await rt.desk.cast_with_card(
            poll.id,
            card,
            choices=["yes" if number else "no"],
            nonce=secrets.token_bytes(32),
            channel=Channel.PHONE,
            request_key=secrets.token_hex(8),
        )
    await move_poll(rt, poll, *TO_PUBLISHED)
    await step(rt, hall.meeting_id, MeetingState.CLOSED)
    await rt.log.flush()
    return Evening(hall, *people)


async def step(rt: Runtime, meeting_id: str, target: MeetingState) -> None:
    """Move a meeting one step."""
    async with rt.work.write() as uow:
        version = (await get_meeting(uow.session, meeting_id)).version
        await transition_meeting(uow, meeting_id, target, version=version)


async def log_of(rt: Runtime, meeting_id: str) -> LogFacts | None:
    """Return the log's state after the end."""
    async with rt.work.read() as reader:
        return await closing_log(reader.session, rt.storage, rt.log.signer, meeting_id)


async def save(rt: Runtime, evening: Evening, *texts: TextBlock, version: int = 0) -> int:
    """Save a version as the secretary."""
    log = await log_of(rt, evening.meeting_id)
    async with rt.work.write() as uow:
        return await save_version(
            uow, evening.meeting_id, texts or TEXTS, version=version, by=evening.secretary.user_id, log=log
        )


async def sign(rt: Runtime, evening: Evening, role: SignerRole, *, version: int = 1, who: Signer | None = None) -> None:
    """Sign in a role, as the person who has it."""
    person = who or (evening.chair if role is SignerRole.CHAIR else evening.secretary)
    log = await log_of(rt, evening.meeting_id)
    async with rt.work.write() as uow:
        await sign_version(uow, evening.meeting_id, version=version, role=role, signer=person, log=log)


async def publish(rt: Runtime, evening: Evening, *, version: int = 1) -> bool:
    """Publish a version as it is now."""
    async with rt.work.read() as reader:
        versions = await versions_of(reader.session, evening.meeting_id)
    async with rt.work.write() as uow:
        return await publish_version(uow, versions[version - 1], by=evening.secretary.user_id, pdf_sha256=PDF)
