"""Seed: the minutes of an evening that is over, written, signed by two and published as in any town."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from backend.accounts.queries import display_names, org_by_id
from backend.kit.clock import FixedClock
from backend.meetings.actions.meeting import transition_meeting
from backend.meetings.queries import get_meeting
from backend.meetings.types import MeetingState
from backend.minutes.actions import Signer, publish_version, save_version, sign_version
from backend.minutes.closing_log import closing_log
from backend.minutes.documents import keep_pdf, print_version
from backend.minutes.queries import versions_of
from backend.minutes.types import SignerRole, TextBlock
from backend.paper.errors import NoPrinting
from backend.runtime import Runtime
from backend.web.crests import crest_of

WRITING = timedelta(minutes=40)
TEXTS = (
    TextBlock("leitung", "Leitung: Regie der Stadt Auenfurt.\n\nSchriftführung: Zähltisch."),
    TextBlock("abstimmungen", "Die Empfehlungen gehen an den Stadtrat."),
)


async def write_minutes(rt: Runtime, clock: FixedClock, meeting_id: str, *, users: Mapping[str, str]) -> None:
    """Write, sign and publish; a machine that cannot print leaves the meeting minuted without a public page."""
    await rt.log.flush()
    clock.advance(WRITING)
    async with rt.work.write() as uow:
        log = await closing_log(uow.session, rt.storage, rt.log.signer, meeting_id)
        number = await save_version(uow, meeting_id, TEXTS, version=0, by=users["yilmaz"], log=log)
    names = {SignerRole.CHAIR: "weber", SignerRole.SECRETARY: "yilmaz"}
    for role, name in names.items():
        async with rt.work.write() as uow:
            shown = await display_names(uow.session, {users[name]})
            signer = Signer(users[name], shown[users[name]])
            await sign_version(uow, meeting_id, version=number, role=role, signer=signer, log=log)
    try:
        await _publish(rt, meeting_id, by=users["yilmaz"])
    except NoPrinting:
        async with rt.work.write() as uow:
            version = (await get_meeting(uow.session, meeting_id)).version
            await transition_meeting(uow, meeting_id, MeetingState.MINUTED, version=version)


async def _publish(rt: Runtime, meeting_id: str, *, by: str) -> None:
    async with rt.work.read() as reader:
        meeting = await get_meeting(reader.session, meeting_id)
        owner = await org_by_id(reader.session, meeting.org_id)
        (version,) = await versions_of(reader.session, meeting_id)
    title = meeting.title.get("de", "")
    pdf = await print_version(version, title=title, org_name=owner.name, crest=crest_of(owner))
    async with rt.work.write() as uow:
        await publish_version(uow, version, by=by, pdf_sha256=hashlib.sha256(pdf).hexdigest())
        await keep_pdf(rt.storage, version, pdf)
