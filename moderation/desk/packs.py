"""Packs of cards: open one at the door, declare the rest of a pack void."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.types import Right
from backend.cards.actions import open_pack, void_cards
from backend.cards.queries import packs_of
from backend.kit.errors import DomainError
from backend.kit.uow import UnitOfWork
from backend.paper.door import handed_out
from backend.runtime import Runtime
from backend.web.access import access
from backend.web.flash import Flash, Tone
from backend.web.forms import read_form
from backend.web.rendering import see_other, translator_of
from backend.web.security import DESK
from moderation.desk.frame import BASE, DESK_OF, AnyRequest, Desk, desk_page, refusal

OPT = {"access": access(Right.ISSUE_CARDS), "policy": DESK}
MAX_CODES = 1_000
MAX_CODES_CHARS = 40 * MAX_CODES


class OpenForm(BaseModel):
    """Nothing but the button."""

    model_config = ConfigDict(extra="forbid")


class VoidForm(BaseModel):
    """Cards as scanned, one per line."""

    model_config = ConfigDict(extra="forbid")

    codes: Annotated[str, Field(min_length=1, max_length=MAX_CODES_CHARS)]


@get(f"{BASE}/packen", opt=OPT, dependencies=DESK_OF, include_in_schema=False)
async def show_packs(request: AnyRequest, desk: Desk, reader: UnitOfWork) -> Response[str]:
    """Show the packs of the meeting."""
    packs = await packs_of(reader.session, desk.meeting.id)
    given = {kind.value: number for kind, number in (await handed_out(reader.session, desk.meeting.id)).items()}
    return desk_page(request, desk, "door", "packs", packs=packs, given=given)


@post(
    f"{BASE}/packen/{{pack_id:str}}/oeffnen",
    opt=OPT,
    dependencies=DESK_OF,
    status_code=200,
    include_in_schema=False,
)
async def unwrap(request: AnyRequest, desk: Desk, pack_id: str, rt: Runtime) -> Redirect:
    """Open a pack; its cards may vote from the next question on."""
    await read_form(request, OpenForm)
    text = translator_of(request).gettext("Packen geöffnet. Seine Karten gelten für jede Frage, die jetzt noch öffnet.")
    flash = Flash(text)
    try:
        async with rt.work.write() as uow:
            await open_pack(uow, pack_id)
    except DomainError as refused:
        flash = refusal(refused)
    return see_other(request, f"{desk.base}/packen", flash=flash)


@post(f"{BASE}/packen/entwerten", opt=OPT, dependencies=DESK_OF, status_code=200, include_in_schema=False)
async def void_rest(request: AnyRequest, desk: Desk, rt: Runtime) -> Redirect:
    """Declare scanned cards void; all or none."""
    form = await read_form(request, VoidForm)
    codes = form.value.codes.split() if form.value else []
    gettext = translator_of(request).gettext
    if not codes or len(codes) > MAX_CODES:
        flash = Flash(gettext("Bitte scannen Sie die Karten nacheinander in das Feld."), Tone.WARN)
        return see_other(request, f"{desk.base}/packen", flash=flash)
    try:
        async with rt.work.write() as uow:
            number = await void_cards(uow, rt.keyring, org_ids=[desk.owner.id], codes=codes)
    except DomainError as refused:
        return see_other(request, f"{desk.base}/packen", flash=refusal(refused))
    flash = Flash(gettext("%(n)s Karten entwertet.") % {"n": number})
    return see_other(request, f"{desk.base}/packen", flash=flash)


routes = [show_packs, unwrap, void_rest]
