"""Signing a version in a role, alone or beside the first person, and publishing it."""

from __future__ import annotations

import hashlib
from typing import Any

from litestar import Response, post

from backend.accounts.types import Principal, Right
from backend.kit.errors import DomainError
from backend.minutes.actions import Signer, publish_version, sign_version
from backend.minutes.closing_log import closing_log
from backend.minutes.documents import keep_pdf
from backend.minutes.types import SignerRole
from backend.runtime import Runtime
from backend.web.access import require
from backend.web.flash import Flash, Tone
from backend.web.forms import read_form
from backend.web.rendering import see_other, translator_of
from backend.web.second_person import Credentials, second_person
from moderation.minutes.desk import MinutesDesk, desk_of
from moderation.minutes.forms import PublishForm, SignForm
from moderation.minutes.pages import BASE, OPT, AnyRequest, pdf_of

RIGHTS = {SignerRole.CHAIR: Right.RUN_MEETING, SignerRole.SECRETARY: Right.WRITE_MINUTES}


@post(f"{BASE}/unterschrift", opt=OPT, status_code=200, include_in_schema=False)
async def sign(request: AnyRequest, org: str, meeting_id: str, rt: Runtime, principal: Principal) -> Response[Any]:
    """Sign the newest version in a role."""
    desk = await _desk(rt, principal, org=org, meeting_id=meeting_id)
    form = await read_form(request, SignForm)
    here = f"{desk.base}#unterschriften"
    if form.value is None:
        return see_other(request, here, flash=_unread(request))
    try:
        signer = await _signer(request, rt, principal, desk, form.value)
        async with rt.work.write() as uow:
            log = await closing_log(uow.session, rt.storage, rt.log.signer, meeting_id)
            await sign_version(
                uow, meeting_id, version=form.value.version, role=form.value.role, signer=signer, log=log
            )
    except DomainError as refused:
        return see_other(request, here, flash=_refusal(request, refused))
    return see_other(request, here, flash=Flash(translator_of(request).gettext("Die Unterschrift ist gespeichert.")))


@post(f"{BASE}/veroeffentlichung", opt=OPT, status_code=200, include_in_schema=False)
async def publish(request: AnyRequest, org: str, meeting_id: str, rt: Runtime, principal: Principal) -> Response[Any]:
    """Publish the signed version: the PDF is kept first, then everything is public at once."""
    desk = await _desk(rt, principal, org=org, meeting_id=meeting_id)
    form = await read_form(request, PublishForm)
    here = f"{desk.base}#unterschriften"
    if form.value is None:
        return see_other(request, here, flash=_unread(request))
    try:
        printed = desk.version(form.value.version)
        pdf = await pdf_of(desk)
        digest = hashlib.sha256(pdf).hexdigest()
        async with rt.work.write() as uow:
            if await publish_version(uow, printed, by=principal.user_id, pdf_sha256=digest):
                await keep_pdf(rt.storage, printed, pdf)
    except DomainError as refused:
        return see_other(request, here, flash=_refusal(request, refused))
    return see_other(request, here, flash=Flash(translator_of(request).gettext("Die Niederschrift ist öffentlich.")))


async def _signer(request: AnyRequest, rt: Runtime, principal: Principal, desk: MinutesDesk, given: SignForm) -> Signer:
    """Return who signs: the person signed in, or the one beside. Raises: BadCredentials, TooMany, Forbidden."""
    right, person = RIGHTS[given.role], principal
    if given.beside:
        beside = Credentials(name=given.name or " ", password=given.password or " ")
        person = await second_person(request, rt, beside, right=right, org_id=desk.owner.id)
    require(person, right, desk.owner.id)
    return Signer(person.user_id, person.display_name)


async def _desk(rt: Runtime, principal: Principal, *, org: str, meeting_id: str) -> MinutesDesk:
    async with rt.work.read() as reader:
        return await desk_of(rt, reader, principal, org=org, meeting_id=meeting_id)


def _unread(request: AnyRequest) -> Flash:
    text = translator_of(request).gettext("Bitte sehen Sie sich die Seite noch einmal an. Es wurde nichts gespeichert.")
    return Flash(text, Tone.WARN)


def _refusal(request: AnyRequest, refused: DomainError) -> Flash:
    return Flash(f"{translator_of(request).gettext(refused.detail)}.".replace("..", "."), Tone.WARN)


routes = [sign, publish]
