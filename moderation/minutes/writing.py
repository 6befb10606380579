"""Saving a version of the minutes, and noting an incident while the meeting runs."""

from __future__ import annotations

from typing import Any

from litestar import Response, post

from backend.accounts.types import Principal
from backend.kit.errors import DomainError
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.incidents import note_incident
from backend.minutes.actions import save_version
from backend.minutes.closing_log import closing_log
from backend.runtime import Runtime
from backend.web.flash import Flash, Tone
from backend.web.forms import FormState, read_form
from backend.web.rendering import see_other, translator_of
from moderation.minutes.desk import MinutesDesk, desk_of
from moderation.minutes.forms import IncidentForm, texts_form, texts_of
from moderation.minutes.pages import BASE, OPT, AnyRequest, render


@post(BASE, opt=OPT, status_code=200, include_in_schema=False)
async def save(request: AnyRequest, org: str, meeting_id: str, rt: Runtime, principal: Principal) -> Response[Any]:
    """Save what was written as a new version; when somebody was faster, show both texts."""
    desk = await _desk(rt, principal, org=org, meeting_id=meeting_id)
    form = await read_form(request, texts_form(desk.blocks))
    state, given = form.state, form.value
    if given is not None:
        texts = texts_of(given, desk.blocks)
        try:
            async with rt.work.write() as uow:
                log = await closing_log(uow.session, rt.storage, rt.log.signer, meeting_id)
                await save_version(uow, meeting_id, texts, version=given.version, by=principal.user_id, log=log)
        except DomainError as refused:
            state = state.refused(refused.detail)
        else:
            text = translator_of(request).gettext("Die neue Fassung ist gespeichert.")
            return see_other(request, desk.base, flash=Flash(text))
    return await _again(request, rt, principal, desk, state)


@post(f"{BASE}/vorfall", opt=OPT, status_code=200, include_in_schema=False)
async def add_incident(
    request: AnyRequest, org: str, meeting_id: str, rt: Runtime, principal: Principal
) -> Response[Any]:
    """Note an outage or another incident with the time of this moment."""
    desk = await _desk(rt, principal, org=org, meeting_id=meeting_id)
    form = await read_form(request, IncidentForm)
    gettext = translator_of(request).gettext
    if form.value is None:
        text = gettext("Bitte schreiben Sie in einem Satz, was passiert ist.")
        return see_other(request, f"{desk.base}#vorfall", flash=Flash(text, Tone.WARN))
    async with rt.work.write() as uow:
        await note_incident(uow, meeting_id, form.value.vorfall)
    return see_other(request, f"{desk.base}#vorfall", flash=Flash(gettext("Der Vorfall steht in der Niederschrift.")))


async def _desk(rt: Runtime, principal: Principal, *, org: str, meeting_id: str) -> MinutesDesk:
    async with rt.work.read() as reader:
        return await desk_of(rt, reader, principal, org=org, meeting_id=meeting_id)


async def _again(
    request: AnyRequest, rt: Runtime, principal: Principal, desk: MinutesDesk, state: FormState
) -> Response[Any]:
    reader: UnitOfWork
    async with rt.work.read() as reader:
        now = await desk_of(rt, reader, principal, org=desk.owner.slug, meeting_id=desk.meeting.id)
        return await render(request, reader, principal, now, form=state)


routes = [save, add_incident]
