"""The kiosk's page, what stands around it, and its voice.

The page is the same for every device and holds no person's data: screens are templates in it, scripts fill them.
What a device may know beyond the live state (whose office helps, the next dates, where sentences can be heard)
comes from `/api/v1/kiosk/surroundings`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import QueryParameter

from backend.accounts.devices import Device
from backend.accounts.queries import Org, org_by_id, place_by_id
from backend.kit.db import JsonDict
from backend.kit.uow import UnitOfWork
from backend.meetings.live_state import state
from backend.meetings.queries import Meeting, meetings_of
from backend.meetings.types import OPEN_TO_HALL
from backend.runtime import Runtime
from backend.web.access import DEVICE, PUBLIC
from backend.web.assets import Assets
from backend.web.frame import org_view
from backend.web.languages import GERMAN, LANGUAGES, Language, chosen
from backend.web.links import LANGUAGE_FIELD
from backend.web.rendering import pages_of, wording
from backend.web.security import KIOSK
from kiosk.api import active_device
from kiosk.speech import MAX_TEXT_CHARS, VOICES, can_speak, clip, clip_address, sentences, spoken_texts

AnyRequest = Request[Any, Any, Any]
MAX_DATES = 6
A_YEAR = "private, max-age=31536000, immutable"

Text = Annotated[str, QueryParameter(name="text", min_length=1, max_length=MAX_TEXT_CHARS)]
LanguageCode = Annotated[str, QueryParameter(name="sprache", max_length=8)]


@get("/kiosk", opt={"access": PUBLIC, "policy": KIOSK}, include_in_schema=False)
async def show_kiosk(request: AnyRequest, rt: Runtime) -> Response[str]:
    """Show the kiosk; without a choice it speaks German, whatever the browser was set to."""
    language = chosen(request.query_params.get(LANGUAGE_FIELD)) or GERMAN
    text = _screens(request, rt, language)
    return Response(text, media_type="text/html", headers={"Content-Language": language.tag})


@get("/api/v1/kiosk/surroundings", opt={"access": DEVICE})
async def surroundings(
    request: AnyRequest, rt: Runtime, reader: UnitOfWork, language: LanguageCode = GERMAN.code
) -> JsonDict:
    """Return who helps, the next dates, and where each sentence of the screens can be heard. Raises: Forbidden."""
    device: Device = active_device(request)
    code = language if language in VOICES else GERMAN.code
    owner = await org_by_id(reader.session, device.org_id)
    place = await place_by_id(reader.session, device.place_id) if device.place_id else None
    meetings = await meetings_of(reader.session, device.org_id)
    coming = [each for each in reversed(meetings) if each.starts_at >= rt.clock.now() or each.state in OPEN_TO_HALL]
    texts = await _texts(request, rt, reader, code=code, meetings=meetings)
    return {
        "org": owner.name,
        "place": place.name if place else device.name,
        "help": _help(owner),
        "dates": [_date_view(meeting) for meeting in coming[:MAX_DATES]],
        "clips": {text: clip_address(rt, text, code) for text in texts} if can_speak() else {},
    }


@get("/kiosk/sprache/{name:str}", opt={"access": PUBLIC, "policy": KIOSK}, include_in_schema=False)
async def speak(name: str, rt: Runtime, text: Text, language: LanguageCode) -> Response[bytes]:
    """Answer with a sentence as sound. Raises: UnknownClip, NoVoice."""
    spoken = await clip(rt, name=name.removesuffix(".wav"), text=text, language=language)
    return Response(spoken, media_type="audio/wav", headers={"Cache-Control": A_YEAR})


@get("/kiosk/dienst.js", opt={"access": PUBLIC}, include_in_schema=False)
async def serve_worker(request: AnyRequest) -> Response[bytes]:
    """Answer with the service worker, at an address from which it may look after `/kiosk`."""
    assets: Assets = request.app.state["assets"]
    script = await asyncio.to_thread(assets.files["kiosk/js/dienst.js"].read_bytes)
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/kiosk"}
    return Response(script, media_type="text/javascript", headers=headers)


def _screens(request: AnyRequest, rt: Runtime, language: Language) -> str:
    own: dict[str, object] = {
        "surface": "kiosk",
        "all_languages": tuple(LANGUAGES.values()),
        "is_demo": rt.settings.mode == "demo",
        "language": language,
        "lang": language.code,
        "dir": language.direction,
    }
    pages = pages_of(request)
    return pages.render("kiosk/kiosk.html", pages.base_context(request) | own, language)


async def _texts(
    request: AnyRequest, rt: Runtime, reader: UnitOfWork, *, code: str, meetings: list[Meeting]
) -> list[str]:
    screens = sentences(_screens(request, rt, LANGUAGES[code]))
    running = [meeting for meeting in meetings if meeting.state in OPEN_TO_HALL]
    live = await state(reader.session, running[0].id) if running else None
    return spoken_texts(iter([*screens, *(_live_texts(live, code) if live else ())]))


def _live_texts(live: JsonDict, code: str) -> Iterator[str]:
    language = LANGUAGES[code]
    yield wording(live["meeting"]["title"], language)
    yield wording(live["meeting"]["notice"], language)
    for poll in live["polls"]:
        yield wording(poll["question"], language)
        for option in poll["options"]:
            yield wording({key: text for key, text in option.items() if key in LANGUAGES}, language)


def _help(owner: Org) -> JsonDict:
    contact = org_view(owner).contact
    return {"desk": contact.desk, "phone": contact.phone, "hours": contact.hours}


def _date_view(meeting: Meeting) -> JsonDict:
    return {"title": dict(meeting.title), "starts_at": meeting.starts_at.isoformat()}


routes = [show_kiosk, surroundings, speak, serve_worker]
