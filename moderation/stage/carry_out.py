"""Carry out what a host clicked, in a transaction of its own, and come back to the same place with one sentence.

Guarantees: a refusal writes nothing and is told in words; a late click of a second host is no error.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from litestar import Request
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field

from backend.kit.errors import DomainError
from backend.kit.uow import UnitOfWork
from backend.polls.errors import InvalidTransition, StaleVersion
from backend.runtime import Runtime
from backend.web.flash import Flash, Tone
from backend.web.forms import Form
from backend.web.rendering import see_other, translator_of

AnyRequest = Request[Any, Any, Any]
LATE = (StaleVersion, InvalidTransition)

Version = Annotated[int, Field(ge=1, le=1_000_000)]
PollRef = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]


class StageForm(BaseModel):
    """What every form of the console carries: the poll in the middle, to come back to it."""

    model_config = ConfigDict(extra="forbid")

    frage: PollRef | None = None


async def carry_out(
    request: AnyRequest, rt: Runtime, act: Callable[[UnitOfWork], Awaitable[str | None]], *, back: str, said: str = ""
) -> Redirect:
    """Run an action and send the browser back, or to the address the action returns; `said` is told when done."""
    gettext = translator_of(request).gettext
    try:
        async with rt.work.write() as uow:
            back = await act(uow) or back
    except LATE:
        late = gettext("Jemand war schneller. Ihr Klick hat nichts doppelt ausgelöst; Sie sehen jetzt den neuen Stand.")
        return see_other(request, back, flash=Flash(late, Tone.INFO))
    except DomainError as refused:
        return see_other(request, back, flash=_refusal(refused, gettext))
    return see_other(request, back, flash=Flash(said) if said else None)


def rejected(request: AnyRequest, form: Form[Any], *, back: str) -> Redirect:
    """Send the browser back with the sentences about a form that could not be read."""
    sentences = [form.state.refusal, *form.state.errors.values()]
    return see_other(request, back, flash=Flash(" ".join(each for each in sentences if each), Tone.WARN))


def place(org: str, meeting_id: str, frage: str | None, anchor: str = "") -> str:
    """Return the console's address with the poll in the middle."""
    query = f"?frage={frage}" if frage else ""
    return f"/verwaltung/{org}/regie/{meeting_id}{query}{anchor}"


def _refusal(refused: DomainError, gettext: Callable[[str], str]) -> Flash:
    title, detail = gettext(refused.title), gettext(refused.detail)
    return Flash(f"{title}." if title == detail else f"{title}. {detail}", Tone.WARN)
