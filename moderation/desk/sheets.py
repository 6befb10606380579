"""One doubtful sheet: the picture, what was measured, and what two people independently read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from litestar import Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.queries import display_names
from backend.accounts.types import Principal, Right
from backend.kit.errors import DomainError, NotFound
from backend.kit.uow import UnitOfWork
from backend.paper.actions.adjudicate import Opinion, adjudicate, decision_of, voices_of
from backend.paper.queries import Note, evidence_of, get_batch, notes_of
from backend.paper.rules import is_conflict
from backend.paper.types import MAX_NOTE_CHARS, Decision, Evidence, SheetStatus, SheetView
from backend.polls.types import OPTIONS_MAX
from backend.runtime import Runtime
from backend.web.access import access
from backend.web.flash import Flash, Tone
from backend.web.forms import read_form
from backend.web.rendering import see_other, translator_of
from backend.web.second_person import Credentials, second_person
from backend.web.security import PERSONAL
from moderation.desk.frame import BASE, DESK_OF, AnyRequest, Desk, desk_page, refusal
from moderation.desk.reading import answers_of, in_words, numbers_of, raw_choices, shape_of, special_of
from moderation.desk.stacks import Stack

OPT = {"access": access(Right.COUNT_PAPER), "policy": PERSONAL}
SHEET = f"{BASE}/stapel/{{batch_id:str}}/blatt/{{position:int}}"
MAX_DECISION_CHARS = 200


class DecideForm(BaseModel):
    """What a person reads on a sheet, perhaps together with the other one."""

    model_config = ConfigDict(extra="forbid")

    decision: Annotated[str, Field(max_length=MAX_DECISION_CHARS)]
    ticked: Annotated[list[str], Field(max_length=OPTIONS_MAX)] = []
    numbers: Annotated[list[str], Field(max_length=OPTIONS_MAX)] = []
    note: Annotated[str, Field(max_length=MAX_NOTE_CHARS)] = ""
    name: Annotated[str, Field(max_length=80)] = ""
    password: Annotated[str, Field(max_length=200)] = ""


@dataclass(frozen=True, slots=True)
class Voiced:
    """A decision with its author, in words; only shown once two people differ."""

    name: str
    words: str
    special: str
    note: str | None


@get(f"{BASE}/pruefen", opt=OPT, dependencies=DESK_OF, include_in_schema=False)
async def show_next(
    request: AnyRequest, desk: Desk, reader: UnitOfWork, principal: Principal
) -> Response[str] | Redirect:
    """Lead to the next sheet this person has not decided, or say that nothing waits."""
    for sheet in desk.waiting:
        notes = await notes_of(reader.session, sheet.batch_id, sheet.position)
        if principal.user_id not in {note.user_id for note in notes}:
            return see_other(request, f"{desk.base}/stapel/{sheet.batch_id}/blatt/{sheet.position}")
    return desk_page(
        request,
        desk,
        "sheets",
        "nothing",
    )


@get(SHEET, opt=OPT, dependencies=DESK_OF, include_in_schema=False)
async def show_sheet(
    request: AnyRequest,
    desk: Desk,
    batch_id: str,
    position: int,
    rt: Runtime,
    principal: Principal,
) -> Response[str]:
    """Show a sheet and ask what stands on it; other people's decisions stay covered until they differ."""
    async with rt.work.read() as uow:
        batch = await get_batch(uow.session, batch_id)
        stack = Stack(desk.question(batch.poll_id), batch)
        sheet = _sheet(stack, position)
        evidence = await _evidence(uow, rt, stack, position)
        notes = await notes_of(uow.session, batch_id, position)
        names = await display_names(uow.session, {note.user_id for note in notes})
        voiced = await _conflict(uow, rt, stack, position, notes=notes, names=names)
    definition = stack.question.poll.definition
    return desk_page(
        request,
        desk,
        "sheets",
        "sheet",
        stack=stack,
        sheet=sheet,
        evidence=evidence,
        answers=answers_of(definition),
        numbers=numbers_of(definition),
        shape=shape_of(definition),
        has_decided=principal.user_id in {note.user_id for note in notes},
        others=[names[note.user_id] for note in notes if note.user_id != principal.user_id],
        voiced=voiced,
        place=_place(desk, batch_id, position),
        next_href=_next_href(desk, batch_id, position),
    )


@post(SHEET, opt=OPT, dependencies=DESK_OF, status_code=200, include_in_schema=False)
async def decide(
    request: AnyRequest,
    desk: Desk,
    batch_id: str,
    position: int,
    rt: Runtime,
    principal: Principal,
) -> Redirect:
    """Note what this person reads, perhaps together with the person beside."""
    form = await read_form(request, DecideForm)
    async with rt.work.read() as uow:
        poll = desk.question((await get_batch(uow.session, batch_id)).poll_id).poll
    here, gettext = f"{desk.base}/stapel/{batch_id}/blatt/{position}", translator_of(request).gettext
    if form.value is None:
        flash = Flash(gettext("Bitte wählen Sie aus, was auf dem Blatt steht."), Tone.WARN)
        return see_other(request, here, flash=flash)
    given = form.value
    try:
        other = None
        if given.name:
            beside = Credentials(name=given.name, password=given.password or " ")
            other = await second_person(request, rt, beside, right=Right.COUNT_PAPER, org_id=desk.owner.id)
        raw = raw_choices(poll.definition, given.decision, ticked=given.ticked, numbers=given.numbers)
        opinion = Opinion(
            user_id=principal.user_id,
            decision=decision_of(poll.definition, raw),
            note=given.note,
            together_with=other.user_id if other else None,
        )
        async with rt.work.write() as uow:
            ruling = await adjudicate(uow, rt.paper.seal_of(poll), batch_id, position, opinion=opinion)
    except DomainError as refused:
        return see_other(request, here, flash=refusal(refused))
    said = (
        gettext("Blatt %(n)s ist entschieden.")
        if ruling
        else gettext("Notiert. Blatt %(n)s prüft jetzt jemand anders.")
    )
    return see_other(request, f"{desk.base}/pruefen", flash=Flash(said % {"n": position}))


async def _evidence(uow: UnitOfWork, rt: Runtime, stack: Stack, position: int) -> Evidence | None:
    sealed = await evidence_of(uow.session, stack.batch.id, position)
    return rt.paper.seal_of(stack.question.poll).open_evidence(sealed) if sealed is not None else None


async def _conflict(
    uow: UnitOfWork, rt: Runtime, stack: Stack, position: int, *, notes: Sequence[Note], names: dict[str, str]
) -> list[Voiced]:
    """Return both decisions once they differ and nobody has settled it; nothing before."""
    if len(notes) < 2:  # noqa: PLR2004 - two people
        return []
    voices = await voices_of(uow.session, rt.paper.seal_of(stack.question.poll), stack.batch.id, position)
    if not is_conflict(voices):
        return []
    definition = stack.question.poll.definition

    def voiced(note: Note, decision: Decision) -> Voiced:
        return Voiced(names[note.user_id], in_words(definition, decision), special_of(decision), note.text)

    return [voiced(note, voice.decision) for note, voice in zip(notes, voices, strict=True)]


def _sheet(stack: Stack, position: int) -> SheetView:
    for sheet in stack.batch.sheets:
        if sheet.position == position and (sheet.status is SheetStatus.REVIEW or sheet.decided_by):
            return sheet
    raise NotFound("Dieses Blatt wurde sicher gelesen. Hier gibt es nichts zu entscheiden.")


def _place(desk: Desk, batch_id: str, position: int) -> int:
    """Return which of the waiting sheets this is, 0 when it no longer waits."""
    for number, sheet in enumerate(desk.waiting, start=1):
        if (sheet.batch_id, sheet.position) == (batch_id, position):
            return number
    return 0


def _next_href(desk: Desk, batch_id: str, position: int) -> str | None:
    others = [sheet for sheet in desk.waiting if (sheet.batch_id, sheet.position) != (batch_id, position)]
    if not others:
        return None
    after = others[(_place(desk, batch_id, position) or 1) - 1 :] or others
    return f"{desk.base}/stapel/{after[0].batch_id}/blatt/{after[0].position}"


routes = [show_next, show_sheet, decide]
