"""Release the questions, add reserve stacks, print everything in one go, note that the evening was rehearsed.

Guarantees: without scripts the answer is the file; with scripts it is told piece by piece as lines of JSON, the file
in the last one. A refusal before the first piece is a sentence on the page.
"""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from litestar import Response, get, post
from litestar.response import Redirect, Stream
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.queries import org_by_slug
from backend.accounts.types import Principal
from backend.cards.actions import DEFAULT_PACK_SIZE, MAX_PACK_SIZE
from backend.kit.db import JsonDict
from backend.kit.errors import DomainError
from backend.kit.i18n import Translator
from backend.kit.idempotency import once
from backend.kit.uow import UnitOfWork
from backend.meetings.preparation import Step
from backend.paper.types import MAX_SHEETS_PER_RUN
from backend.polls.queries import polls_of
from backend.polls.reserve import add_stack
from backend.polls.types import PollState, PollType
from backend.runtime import Runtime
from backend.web.flash import Flash, Tone
from backend.web.forms import read_form
from backend.web.rendering import see_other, translator_of
from moderation.preparation.frame import HERE, OPT, home, prep_page, preparation_of
from moderation.preparation.pack import Progress, Wanted, print_pack, printable
from moderation.stage.cards import MAX_PRINTED
from moderation.stage.carry_out import AnyRequest, carry_out, rejected

LINES = "application/x-ndjson"
PRINT = f"{HERE}/druck"
LEAST_SHEETS = 20
SHEETS_PER_PEOPLE = 3  # every third person votes on paper in the halls we heard of; a reprint takes seconds
GUESTS_PER_PEOPLE = 10


class PackForm(BaseModel):
    """How many of each."""

    model_config = ConfigDict(extra="forbid")

    stimmkarten: Annotated[int, Field(ge=0, le=MAX_PRINTED)] = 0
    gaestekarten: Annotated[int, Field(ge=0, le=MAX_PRINTED)] = 0
    packen: Annotated[int, Field(ge=1, le=MAX_PACK_SIZE)] = DEFAULT_PACK_SIZE
    zettel: Annotated[int, Field(ge=0, le=MAX_SHEETS_PER_RUN)] = 0

    @property
    def wanted(self) -> Wanted:
        """Return the order."""
        return Wanted(self.stimmkarten, self.gaestekarten, self.packen, self.zettel)


class StackForm(BaseModel):
    """The kind of a reserve stack."""

    model_config = ConfigDict(extra="forbid")

    art: PollType


class ReleaseForm(BaseModel):
    """Release all drafts; nothing is asked."""

    model_config = ConfigDict(extra="forbid")


@get(PRINT, opt=OPT, include_in_schema=False)
async def show_print(
    request: AnyRequest, org: str, meeting_id: str, rt: Runtime, reader: UnitOfWork, principal: Principal
) -> Response[str]:
    """Show what will be printed and what is not released yet."""
    prep = await preparation_of(request, reader, principal, org=org, meeting_id=meeting_id)
    people = prep.plan.people
    return prep_page(
        request,
        rt,
        prep,
        Step.PRINT,
        drafts=[poll for poll in prep.polls if poll.state is PollState.DRAFT],
        ready=printable(list(prep.polls)),
        voting=max(0, people - prep.facts.cards),
        guest=people // GUESTS_PER_PEOPLE,
        sheets=max(LEAST_SHEETS, people // SHEETS_PER_PEOPLE) if prep.plan.with_paper else 0,
        pack_size=DEFAULT_PACK_SIZE,
        printed_at=datetime.fromisoformat(prep.plan.printed_at) if prep.plan.printed_at else None,
    )


@post(f"{HERE}/freigeben", opt=OPT, status_code=200, include_in_schema=False)
async def release(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Release every draft question: its wording stays from here on."""
    form = await read_form(request, ReleaseForm)
    back = home(org, meeting_id, Step.PRINT)
    if form.value is None:
        return rejected(request, form, back=back)

    async def act(uow: UnitOfWork) -> None:
        for poll in await polls_of(uow.session, meeting_id):
            if poll.state is PollState.DRAFT and not poll.is_waiting_stack:
                await rt.lifecycle.transition(uow, poll.id, PollState.READY, version=poll.version)

    said = translator_of(request).gettext("Die Fragen sind freigegeben. Jetzt können Sie alles drucken.")
    return await carry_out(request, rt, act, back=back, said=said)


@post(f"{HERE}/stapel", opt=OPT, status_code=200, include_in_schema=False)
async def add_reserve(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Add a reserve stack for a question nobody knows yet, once per form."""
    form = await read_form(request, StackForm)
    given, back = form.value, home(org, meeting_id, Step.PRINT, "#h-stapel")
    if given is None:
        return rejected(request, form, back=back)

    async def act(uow: UnitOfWork) -> None:
        owner = await org_by_slug(uow.session, org)

        async def produce() -> JsonDict:
            row = await add_stack(uow, given.art, org_id=owner.id, meeting_id=meeting_id, n_min=owner.n_min)
            return {"poll": row.id}

        body = given.model_dump(mode="json")
        await once(uow, f"prep.stack:{meeting_id}:{given.art}", form.key, body=body, produce=produce)

    said = translator_of(request).gettext("Der Stapel wird mit allem anderen gedruckt.")
    return await carry_out(request, rt, act, back=back, said=said)


@post(PRINT, opt=OPT, status_code=200, include_in_schema=False)
async def print_all(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Response[bytes] | Stream | Redirect:
    """Print the pack."""
    form = await read_form(request, PackForm)
    back = home(org, meeting_id, Step.PRINT)
    if form.value is None:
        return rejected(request, form, back=back)
    translator = translator_of(request)
    pieces = print_pack(rt, meeting_id, form.value.wanted, translator)
    if LINES in request.headers.get("accept", ""):
        return Stream(_lines(pieces, translator), media_type=LINES, headers={"Cache-Control": "no-store"})
    try:
        whole = [piece async for piece in pieces][-1]
    except DomainError as refused:
        return see_other(request, back, flash=Flash(translator.gettext(refused.detail), Tone.WARN))
    headers = {"Content-Disposition": 'attachment; filename="abend.pdf"', "Cache-Control": "no-store"}
    return Response(whole if isinstance(whole, bytes) else b"", media_type="application/pdf", headers=headers)


@get(f"{HERE}/probe", opt=OPT, include_in_schema=False)
async def show_rehearsal(
    request: AnyRequest, org: str, meeting_id: str, rt: Runtime, reader: UnitOfWork, principal: Principal
) -> Response[str]:
    """Show how to rehearse: with the practice question, and with simulated phones where that is set up."""
    prep = await preparation_of(request, reader, principal, org=org, meeting_id=meeting_id)
    practice = next((poll for poll in prep.polls if poll.is_practice), None)
    return prep_page(request, rt, prep, Step.REHEARSAL, practice=practice)


async def _lines(pieces: AsyncIterator[Progress | bytes], translator: Translator) -> AsyncIterator[str]:
    """Yield one line of JSON per piece; a refusal in between is the last line."""
    try:
        async for piece in pieces:
            if isinstance(piece, Progress):
                yield json.dumps({"number": piece.number, "total": piece.total, "name": piece.name}) + "\n"
            else:
                yield json.dumps({"pdf": base64.b64encode(piece).decode()}) + "\n"
    except DomainError as refused:
        yield json.dumps({"refused": translator.gettext(refused.detail)}) + "\n"


routes = [show_print, release, add_reserve, print_all, show_rehearsal]
