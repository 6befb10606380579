"""What is said to everybody: announcements, live text, the address of a broadcast."""

from __future__ import annotations

from typing import Annotated

from litestar import post
from litestar.response import Redirect
from pydantic import Field

from backend.kit.db import JsonDict
from backend.kit.idempotency import once
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.captions import keep_captions, switch_captions
from backend.meetings.actions.hall import MAX_NOTICE_CHARS, clear_notice, notify_hall, set_stream
from backend.meetings.rules import MAX_URL_CHARS
from backend.runtime import Runtime
from backend.web.forms import read_form
from backend.web.rendering import translator_of
from backend.web.security import FRAMED_HERE
from moderation.stage.carry_out import AnyRequest, StageForm, carry_out, place, rejected
from moderation.stage.pages import BASE, HOST

OPT = {"access": HOST, "policy": FRAMED_HERE}
ANCHOR = "#alle"


class NoticeForm(StageForm):
    """An announcement; empty takes the standing one back."""

    text: Annotated[str, Field(max_length=MAX_NOTICE_CHARS)] = ""


class CaptionsForm(StageForm):
    """Live text on or off, and whether it outlives the meeting."""

    an: bool = False
    behalten: bool = False


class StreamForm(StageForm):
    """The address of a broadcast; empty takes it back."""

    adresse: Annotated[str, Field(max_length=MAX_URL_CHARS)] = ""


@post(f"{BASE}/nachricht", opt=OPT, status_code=200, include_in_schema=False)
async def send_notice(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Let something short stand on every phone and the projector, once per form; or take it back."""
    form = await read_form(request, NoticeForm)
    given = form.value
    if given is None:
        return rejected(request, form, back=place(org, meeting_id, None, ANCHOR))

    async def act(uow: UnitOfWork) -> None:
        async def send() -> JsonDict:
            await notify_hall(uow, meeting_id, given.text)
            return {}

        if not given.text:
            await clear_notice(uow, meeting_id)
            return
        await once(uow, f"stage.notice:{meeting_id}", form.key, body={"text": given.text}, produce=send)

    gettext = translator_of(request).gettext
    sent = gettext("Ihre Nachricht steht jetzt auf der Leinwand und auf allen Handys.")
    said = sent if given.text else gettext("Die Nachricht ist zurückgenommen.")
    return await carry_out(request, rt, act, back=place(org, meeting_id, given.frage, ANCHOR), said=said)


@post(f"{BASE}/mitlesen", opt=OPT, status_code=200, include_in_schema=False)
async def set_captions(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Switch the live text on or off, and choose whether it is kept."""
    form = await read_form(request, CaptionsForm)
    given = form.value
    if given is None:
        return rejected(request, form, back=place(org, meeting_id, None, ANCHOR))

    async def act(uow: UnitOfWork) -> None:
        await keep_captions(uow, meeting_id, keep=given.behalten)
        await switch_captions(uow, meeting_id, on=given.an)

    return await carry_out(request, rt, act, back=place(org, meeting_id, given.frage, ANCHOR))


@post(f"{BASE}/uebertragung", opt=OPT, status_code=200, include_in_schema=False)
async def name_stream(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Name where the evening can be watched."""
    form = await read_form(request, StreamForm)
    given = form.value
    if given is None:
        return rejected(request, form, back=place(org, meeting_id, None, ANCHOR))

    async def act(uow: UnitOfWork) -> None:
        await set_stream(uow, meeting_id, given.adresse, hosts=rt.settings.allowed_stream_hosts)

    return await carry_out(request, rt, act, back=place(org, meeting_id, given.frage, ANCHOR))


routes = [send_notice, set_captions, name_stream]
