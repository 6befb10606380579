"""A small application with the frame of the real one: pages, headers, form guard, error pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.testing import TestClient
from litestar.types import ASGIApp, Receive, Scope, Send
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.types import OrgId, Principal, Role, UserId
from backend.kit.clock import FixedClock
from backend.kit.errors import Conflict, Unauthenticated, Unavailable
from backend.web.assets import Assets, load_assets
from backend.web.csrf import form_guard
from backend.web.flash import Flash
from backend.web.forms import read_form
from backend.web.frame import Contact, NavItem, OrgView, Workplace
from backend.web.problems import exception_handlers
from backend.web.rendering import TEMPLATES, Pages, build_pages, page, see_other
from backend.web.security import KIOSK, security_headers
from backend.web.static_files import static_routes

KEY = b"k" * 32
SAMPLES = Path(__file__).parent / "samples"
ORG = OrgView(
    slug="auenfurt",
    name="Stadt Auenfurt",
    short_name="Auenfurt",
    contact=Contact(
        desk="Bürgerservice im Rathaus",
        street="Marktplatz 1",
        town="99999 Auenfurt",
        hours="Mo bis Fr, 8 bis 16 Uhr",
        phone="09999 12-34",
    ),
)
NAV = (NavItem("Meine Aufgaben", "/verwaltung/auenfurt", is_current=True), NavItem("Moderation", "#", waiting=3))
PLACES = (
    Workplace("Stadt Auenfurt", "Redaktion, Moderation", "/verwaltung/auenfurt", is_current=True),
    Workplace("Übungsstadt", "nichts ist echt", "/verwaltung/uebungsstadt", is_sandbox=True),
)


class AlreadyVoted(Conflict):
    """A refusal with a code of its own."""

    code = "already_voted"
    title = "Diese Karte hat schon abgestimmt"


class Thought(BaseModel):
    """A form."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Field(min_length=3, max_length=20)]
    nickname: str | None = None
    topics: list[str] = Field(default_factory=list)


@get("/page/{name:str}", sync_to_thread=False)
def sample_page(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[str]:
    return page(request, f"samples/{name}.html", org=ORG, section="mitmachen", nav=NAV, workplaces=PLACES)


@get("/broken", sync_to_thread=False)
def broken_page(request: Request[Any, Any, Any]) -> Response[str]:
    return page(request, "samples/undefined.html")


@get("/api/v1/refused", sync_to_thread=False)
def refused() -> None:
    raise AlreadyVoted("Mit dem Handy, um 20:14 Uhr.", channel="phone")


@get("/refused", sync_to_thread=False)
def refused_page() -> None:
    raise AlreadyVoted("Mit dem Handy, um 20:14 Uhr.", channel="phone")


@get("/inside", sync_to_thread=False)
def inside() -> None:
    """Ask for a sign-in."""
    raise Unauthenticated


@get("/busy", sync_to_thread=False)
def busy() -> None:
    raise Unavailable(retry_after_s=3)


@get("/crash", sync_to_thread=False)
def crash() -> None:
    msg = "secret card K7Q2-9WDM"
    raise RuntimeError(msg)


@post("/api/v1/thoughts", sync_to_thread=False)
def post_thought(data: Thought) -> dict[str, str]:
    return {"text": data.text}


@post("/form")
async def post_form(request: Request[Any, Any, Any]) -> Redirect | Response[str]:
    form = await read_form(request, Thought)
    if form.value is None:
        return page(request, "samples/form.html", status_code=422, org=ORG, form=form.state)
    return see_other(request, "/page/plain", flash=Flash(f"Gespeichert: {form.value.text}, {form.key}"))


@post("/page/{name:str}/send")
async def post_below_page(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[str]:
    return page(request, f"samples/{name}.html", status_code=422, org=ORG, section="mitmachen", nav=NAV)


@get("/kiosk-like", opt={"policy": KIOSK}, sync_to_thread=False)
def kiosk_like() -> str:
    return "kiosk"


def sign_in_by_header(app: ASGIApp) -> ASGIApp:
    """Sign in whoever names a session; the real middleware asks the database instead."""

    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        session = dict(scope["headers"]).get(b"x-test-session", b"").decode()
        roles = frozenset({(OrgId("o1"), Role.EDITOR)})
        person = Principal(UserId("u1"), "berger", "Katrin Berger", roles, session)
        scope["user"] = person if session else None
        scope["auth"] = None
        await app(scope, receive, send)

    return middleware


@pytest.fixture
def assets(tmp_path: Path) -> Assets:
    """The assets as sources, as on a machine that never built them."""
    return load_assets(build=tmp_path)


@pytest.fixture
def pages(assets: Assets, clock: FixedClock) -> Pages:
    """Pages over the real templates and a folder of samples."""
    return build_pages(assets=assets, clock=clock, key=KEY, folders={**TEMPLATES, "samples": SAMPLES})


@pytest.fixture
def client(pages: Pages, assets: Assets) -> Iterator[TestClient[Litestar]]:
    """A browser without cookies."""
    routes = [
        sample_page,
        broken_page,
        refused,
        refused_page,
        busy,
        inside,
        crash,
        post_thought,
        post_form,
        post_below_page,
        kiosk_like,
    ]
    app = Litestar(
        [*routes, *static_routes],
        state=State({"pages": pages, "assets": assets}),
        middleware=[sign_in_by_header],
        guards=[form_guard],
        before_send=[security_headers(is_https=True)],
        exception_handlers=exception_handlers(),
    )
    with TestClient(app, base_url="http://machmit.test", raise_server_exceptions=False) as browser:
        yield browser
