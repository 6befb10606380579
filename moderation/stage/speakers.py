"""What a host does with the list of speakers and the clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from litestar import post
from litestar.response import Redirect
from pydantic import Field

from backend.kit.db import JsonDict
from backend.kit.idempotency import once
from backend.kit.uow import UnitOfWork
from backend.meetings.actions import speakers
from backend.meetings.actions.hall import show_on_screen
from backend.meetings.actions.speakers import MAX_GROUP_CHARS, MAX_TOPIC_CHARS, NewSpeaker, SpeakingRules
from backend.meetings.floor import MAX_REQUESTS
from backend.meetings.queries import get_meeting
from backend.meetings.screens import Screen
from backend.meetings.types import OrderRule
from backend.runtime import Runtime
from backend.web.forms import read_form
from backend.web.security import FRAMED_HERE
from moderation.stage.carry_out import AnyRequest, StageForm, carry_out, place, rejected
from moderation.stage.pages import BASE, HOST

OPT = {"access": HOST, "policy": FRAMED_HERE}
ANCHOR = "#redeliste"
MINUTE_S = 60

Number = Annotated[int, Field(ge=1, le=MAX_REQUESTS)]


class Deed(StrEnum):
    """What is done with a request to speak."""

    ADMIT = "aufnehmen"
    CALL = "aufrufen"
    END = "fertig"
    REMOVE = "streichen"


class Touch(StrEnum):
    """What is done with the clock."""

    PAUSE = "anhalten"
    RESUME = "weiter"
    MORE = "mehr"


_DEEDS: MappingProxyType[Deed, Callable[[UnitOfWork, str, int], Awaitable[None]]] = MappingProxyType(
    {
        Deed.ADMIT: speakers.admit_speaker,
        Deed.CALL: speakers.call_speaker,
        Deed.END: speakers.end_turn,
        Deed.REMOVE: speakers.withdraw_speaker,
    }
)
_TOUCHES: MappingProxyType[Touch, Callable[[UnitOfWork, str], Awaitable[None]]] = MappingProxyType(
    {Touch.PAUSE: speakers.pause_clock, Touch.RESUME: speakers.resume_clock, Touch.MORE: speakers.give_more_time}
)


class RulesForm(StageForm):
    """How the list works; groups one per line."""

    offen: bool = False
    aufnehmen: bool = False
    reihenfolge: OrderRule
    minuten: Annotated[int, Field(ge=1, le=30)]
    gruppen: Annotated[str, Field(max_length=2_000)] = ""


class SpeakerForm(StageForm):
    """Somebody without a phone."""

    thema: Annotated[str, Field(max_length=MAX_TOPIC_CHARS)] = ""
    gruppe: Annotated[str, Field(max_length=MAX_GROUP_CHARS)] = ""
    wieder: Number | None = None


class DeedForm(StageForm):
    """What to do with a request."""

    nummer: Number
    tat: Deed


class ClockForm(StageForm):
    """What to do with the clock."""

    uhr: Touch


@post(f"{BASE}/redeliste", opt=OPT, status_code=200, include_in_schema=False)
async def set_rules(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Open or close the list, choose its order, time and groups."""
    form = await read_form(request, RulesForm)
    given = form.value
    if given is None:
        return rejected(request, form, back=place(org, meeting_id, None, ANCHOR))
    rules = SpeakingRules(
        takes_speakers=given.offen,
        admits_by_hand=given.aufnehmen,
        order_rule=given.reihenfolge,
        limit_s=given.minuten * MINUTE_S,
        groups=given.gruppen.splitlines(),
    )

    async def act(uow: UnitOfWork) -> None:
        await speakers.set_speaking_rules(uow, meeting_id, rules)

    return await carry_out(request, rt, act, back=place(org, meeting_id, given.frage, ANCHOR))


@post(f"{BASE}/redeliste/neu", opt=OPT, status_code=200, include_in_schema=False)
async def note(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Put somebody without a phone on the list, once per form."""
    form = await read_form(request, SpeakerForm)
    given = form.value
    if given is None:
        return rejected(request, form, back=place(org, meeting_id, None, ANCHOR))

    async def act(uow: UnitOfWork) -> None:
        async def add() -> JsonDict:
            new = NewSpeaker(given.gruppe, given.thema, given.wieder)
            return {"number": await speakers.note_speaker(uow, meeting_id, new)}

        await once(uow, f"stage.speaker:{meeting_id}", form.key, body=given.model_dump(mode="json"), produce=add)

    return await carry_out(request, rt, act, back=place(org, meeting_id, given.frage, ANCHOR))


@post(f"{BASE}/redeliste/wort", opt=OPT, status_code=200, include_in_schema=False)
async def move(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Take up, call, end or strike a request to speak; the projector follows whoever is called."""
    form = await read_form(request, DeedForm)
    given = form.value
    if given is None:
        return rejected(request, form, back=place(org, meeting_id, None, ANCHOR))

    async def act(uow: UnitOfWork) -> None:
        await _DEEDS[given.tat](uow, meeting_id, given.nummer)
        is_elsewhere = (await get_meeting(uow.session, meeting_id)).screen.get("show") != Screen.BLACK
        if given.tat is Deed.CALL and is_elsewhere:
            await show_on_screen(uow, meeting_id, "auto")

    return await carry_out(request, rt, act, back=place(org, meeting_id, given.frage, ANCHOR))


@post(f"{BASE}/redeliste/uhr", opt=OPT, status_code=200, include_in_schema=False)
async def touch_clock(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Stop the clock, let it run on, give more time."""
    form = await read_form(request, ClockForm)
    given = form.value
    if given is None:
        return rejected(request, form, back=place(org, meeting_id, None, ANCHOR))

    async def act(uow: UnitOfWork) -> None:
        await _TOUCHES[given.uhr](uow, meeting_id)

    return await carry_out(request, rt, act, back=place(org, meeting_id, given.frage, ANCHOR))


routes = [set_rules, note, move, touch_clock]
