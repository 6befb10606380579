"""Sign in, sign out, one's own account."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.actions import sign_in, sign_out
from backend.accounts.errors import BadCredentials
from backend.accounts.queries import organisations
from backend.accounts.types import Principal
from backend.accounts.words import ROLE_NAMES
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from backend.web.access import PUBLIC, SIGNED_IN
from backend.web.forms import FormState, read_form
from backend.web.links import is_local
from backend.web.rendering import page, see_other
from backend.web.security import PERSONAL
from backend.web.sign_in import ended_cookie, session_cookie
from backend.web.source import source_of

AnyRequest = Request[Any, Any, Any]
HOME = "/verwaltung/"
PURPOSE = "sign_in"


class SignInForm(BaseModel):
    """Name and password, and where to go afterwards."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=80)]
    password: Annotated[str, Field(min_length=1, max_length=200)]
    weiter: Annotated[str, Field(max_length=500)] = HOME


@get("/verwaltung/anmelden", opt={"access": PUBLIC, "policy": PERSONAL}, include_in_schema=False)
async def show_sign_in(request: AnyRequest, weiter: Annotated[str, Field(max_length=500)] = HOME) -> Response[str]:
    """Show the sign-in page."""
    return page(request, "staff/sign_in.html", form=FormState(values={"weiter": weiter}))


@post("/verwaltung/anmelden", opt={"access": PUBLIC, "policy": PERSONAL}, status_code=200, include_in_schema=False)
async def do_sign_in(request: AnyRequest, rt: Runtime) -> Response[str] | Redirect:
    """Check name and password; failures are limited per source and per name."""
    form = await read_form(request, SignInForm)
    if form.value is None:
        return page(request, "staff/sign_in.html", status_code=422, form=form.state)
    entered, source = form.value, source_of(request)
    rt.throttle.check(PURPOSE, source)
    rt.throttle.check(PURPOSE, entered.name)
    try:
        async with rt.work.write() as uow:
            cookie = await sign_in(uow, name=entered.name, password=entered.password)
    except BadCredentials as refused:
        rt.throttle.failed(PURPOSE, source)
        rt.throttle.failed(PURPOSE, entered.name)
        return page(request, "staff/sign_in.html", status_code=401, form=form.state.refused(refused.detail))
    answer = see_other(request, entered.weiter if is_local(entered.weiter) else HOME)
    answer.cookies.append(session_cookie(rt.settings, cookie))
    return answer


@post("/verwaltung/abmelden", opt={"access": SIGNED_IN, "policy": PERSONAL}, status_code=200, include_in_schema=False)
async def do_sign_out(request: AnyRequest, rt: Runtime, principal: Principal) -> Redirect:
    """End the session."""
    if principal.session_id:
        async with rt.work.write() as uow:
            await sign_out(uow, principal.session_id)
    answer = see_other(request, "/verwaltung/anmelden")
    answer.cookies.append(ended_cookie(rt.settings))
    return answer


@get("/verwaltung/konto", opt={"access": SIGNED_IN, "policy": PERSONAL}, include_in_schema=False)
async def show_account(request: AnyRequest, reader: UnitOfWork, principal: Principal) -> Response[str]:
    """Show what a person may do, and where."""
    known = {org.id: org for org in await organisations(reader.session)}
    workplaces = [(known[org_id], principal.roles_in(org_id)) for org_id in principal.org_ids if org_id in known]
    return page(request, "staff/account.html", roles_by_org=workplaces, role_names=ROLE_NAMES)


routes = [show_sign_in, do_sign_in, do_sign_out, show_account]
