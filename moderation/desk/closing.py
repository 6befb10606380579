"""Close a stack: everything adds up, and two people sign – each signed in, or beside each other with a password."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.queries import display_names
from backend.accounts.types import Principal, Right
from backend.kit.errors import DomainError
from backend.paper.actions.confirm import Word
from backend.paper.queries import get_batch
from backend.paper.rules import confirmations_needed
from backend.paper.types import BatchKind, BatchState, SheetStatus
from backend.runtime import Runtime
from backend.web.access import access
from backend.web.flash import Flash, Tone
from backend.web.forms import FormState, read_form
from backend.web.rendering import see_other, translator_of
from backend.web.second_person import Credentials, second_person
from backend.web.security import PERSONAL
from moderation.desk.equations import open_first
from moderation.desk.frame import BASE, DESK_OF, AnyRequest, Desk, desk_page
from moderation.desk.stacks import Stack, said_by, stack_lines, stacks_of

OPT = {"access": access(Right.COUNT_PAPER), "policy": PERSONAL}
CLOSE = f"{BASE}/stapel/{{batch_id:str}}/schliessen"


class ConfirmForm(BaseModel):
    """A hand count, by the person signed in or by the one beside."""

    model_config = ConfigDict(extra="forbid")

    hand_count: Annotated[int, Field(ge=0, le=100_000)]
    beside: bool = False
    name: Annotated[str, Field(max_length=80)] = ""
    password: Annotated[str, Field(max_length=200)] = ""


@get(f"{BASE}/schliessen", opt=OPT, dependencies=DESK_OF, include_in_schema=False)
async def show_next(request: AnyRequest, desk: Desk, rt: Runtime) -> Redirect:
    """Lead to the stack that can be closed, else to the stacks."""
    async with rt.work.read() as uow:
        stacks = await stacks_of(uow, desk)
    ready = next((stack for stack in stacks if stack.batch.state is BatchState.READY), None)
    return see_other(request, f"{desk.base}/stapel/{ready.batch.id}/schliessen" if ready else f"{desk.base}/stapel")


@get(CLOSE, opt=OPT, dependencies=DESK_OF, include_in_schema=False)
async def show_close(
    request: AnyRequest, desk: Desk, batch_id: str, rt: Runtime, principal: Principal
) -> Response[str]:
    """Show what is confirmed and who has signed."""
    entered = request.query_params.get("gezaehlt", "")
    values = {"hand_count": entered} if entered.isdigit() else {}
    return await _close(request, desk, batch_id, rt, principal, form=FormState(values=values))


@post(CLOSE, opt=OPT, dependencies=DESK_OF, status_code=200, include_in_schema=False)
async def sign(
    request: AnyRequest, desk: Desk, batch_id: str, rt: Runtime, principal: Principal
) -> Response[str] | Redirect:
    """Confirm as the person signed in, or as the person beside by name and password."""
    form = await read_form(request, ConfirmForm)
    if form.value is None:
        return await _close(request, desk, batch_id, rt, principal, form=form.state)
    async with rt.work.read() as uow:
        desk.question((await get_batch(uow.session, batch_id)).poll_id)
    given, who = form.value, principal
    try:
        if given.beside:
            beside = Credentials(name=given.name or " ", password=given.password or " ")
            who = await second_person(request, rt, beside, right=Right.COUNT_PAPER, org_id=desk.owner.id)
        state = await rt.paper.confirm(batch_id, Word(who.user_id, given.hand_count))
    except DomainError as refused:
        told = form.state.refused(
            f"{refused.title}. {refused.detail}" if refused.detail != refused.title else refused.title
        )
        return await _close(request, desk, batch_id, rt, principal, form=told)
    gettext = translator_of(request).gettext
    if state is BatchState.CONFIRMED:
        flash = Flash(gettext("Stapel geschlossen. Die Stimmen liegen in der Urne des Systems."))
        return see_other(request, f"{desk.base}/stapel/{batch_id}", flash=flash)
    flash = Flash(gettext("Notiert. Jetzt bestätigt die zweite Person."), Tone.OK)
    return see_other(request, f"{desk.base}/stapel/{batch_id}/schliessen", flash=flash)


async def _close(
    request: AnyRequest, desk: Desk, batch_id: str, rt: Runtime, principal: Principal, *, form: FormState
) -> Response[str]:
    async with rt.work.read() as uow:
        batch = await get_batch(uow.session, batch_id)
        stack = Stack(desk.question(batch.poll_id), batch)
        entered = form.values.get("hand_count", "")
        hand_count = batch.hand_count if batch.hand_count is not None else (int(entered) if entered.isdigit() else None)
        lines = await stack_lines(uow, rt, stack, hand_count=hand_count)
        said = await said_by(uow, rt, stack)
        names = await display_names(uow.session, {word.user_id for word in batch.confirmations})
    decided = [sheet for sheet in batch.sheets if sheet.decided_by is not None]
    return desk_page(
        request,
        desk,
        "close",
        "close",
        stack=stack,
        hand_count=hand_count,
        lines=open_first(lines),
        said=said,
        decided=len(decided),
        rejected=batch.count(SheetStatus.REJECTED),
        signed=[(names[word.user_id], word.confirmed_at) for word in batch.confirmations],
        has_signed=principal.user_id in {word.user_id for word in batch.confirmations},
        needed=confirmations_needed(batch.kind),
        is_manual=batch.kind is BatchKind.MANUAL,
        form=form,
        status_code=422 if form.refusal or form.errors else 200,
    )


routes = [show_next, show_close, sign]
