"""The page of a captioner: type what is said, Enter sends it. From the console, or by a link for one evening.

The link's token is the whole permission: it names one meeting, allows typing and nothing else, and ends with the
evening; the stage switches the live text off for good at any time.
"""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get, post
from pydantic import BaseModel, ConfigDict, Field

from backend.kit.db import JsonDict
from backend.kit.errors import DomainError
from backend.kit.idempotency import once
from backend.meetings.actions.captions import MAX_TYPED_CHARS, key_scope, write_captions
from backend.meetings.floor import floor_of, latest_lines
from backend.meetings.live_tokens import InvalidLiveToken, read_live_token
from backend.meetings.queries import get_meeting
from backend.runtime import Runtime
from backend.web.access import PUBLIC
from backend.web.forms import read_form
from backend.web.rendering import page, translator_of
from moderation.stage.carry_out import AnyRequest
from moderation.stage.pages import BASE, CAPTIONER, HOST, KEY_BYTES

LINK = "/mitschrift/{token:str}"
OPEN = {"access": PUBLIC}


class CaptionForm(BaseModel):
    """What was typed."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(max_length=MAX_TYPED_CHARS)] = ""


@get(f"{BASE}/mitschrift", opt={"access": HOST}, include_in_schema=False)
async def show_for_host(request: AnyRequest, meeting_id: str, rt: Runtime) -> Response[str]:
    """Show the page to somebody who runs the meeting."""
    return await _page(request, rt, meeting_id)


@post(f"{BASE}/mitschrift", opt={"access": HOST}, status_code=200, include_in_schema=False)
async def write_as_host(request: AnyRequest, meeting_id: str, rt: Runtime) -> Response[str]:
    """Add lines."""
    return await _write(request, rt, meeting_id)


@get(LINK, opt=OPEN, include_in_schema=False)
async def show_by_link(request: AnyRequest, token: str, rt: Runtime) -> Response[str]:
    """Show the page to whoever holds the link."""
    return await _page(request, rt, _meeting(rt, token))


@post(LINK, opt=OPEN, status_code=200, include_in_schema=False)
async def write_by_link(request: AnyRequest, token: str, rt: Runtime) -> Response[str]:
    """Add lines."""
    return await _write(request, rt, _meeting(rt, token))


def _meeting(rt: Runtime, token: str) -> str:
    """Return the meeting of a captioner's link. Raises: InvalidLiveToken."""
    given = read_live_token(rt.keyring.session, token, rt.clock.now())
    if given.role != CAPTIONER:
        raise InvalidLiveToken
    return given.meeting_id


async def _write(request: AnyRequest, rt: Runtime, meeting_id: str) -> Response[str]:
    """Add what was typed, once per request key; a refused text stays in the field."""
    form = await read_form(request, CaptionForm)
    given = form.value
    if given is None:
        problem = form.state.errors.get("text") or form.state.refusal or ""
        return await _page(
            request, rt, meeting_id, typed=form.state.values.get("text", ""), problem=problem, status=422
        )
    try:
        async with rt.work.write() as uow:

            async def write() -> JsonDict:
                return {"lines": len(await write_captions(uow, meeting_id, given.text))}

            await once(uow, key_scope(meeting_id), form.key, body={"text": given.text}, produce=write)
    except DomainError as refused:
        problem = translator_of(request).gettext(refused.detail)
        return await _page(request, rt, meeting_id, typed=given.text, problem=problem, status=refused.status)
    return await _page(request, rt, meeting_id)


async def _page(
    request: AnyRequest, rt: Runtime, meeting_id: str, *, typed: str = "", problem: str = "", status: int = 200
) -> Response[str]:
    async with rt.work.read() as reader:
        context = {
            "meeting": await get_meeting(reader.session, meeting_id),
            "is_on": (await floor_of(reader.session, meeting_id)).captions_on,
            "lines": await latest_lines(reader.session, meeting_id),
        }
    answer = page(
        request,
        "staff/stage/captions.html",
        status_code=status,
        typed=typed,
        problem=problem,
        limit=MAX_TYPED_CHARS,
        key=rt.entropy.bytes(KEY_BYTES).hex(),
        **context,
    )
    answer.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    return answer


routes = [show_for_host, write_as_host, show_by_link, write_by_link]
