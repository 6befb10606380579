"""A host with a browser that runs no scripts: opens the console, presses its buttons."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

import httpx
from litestar import Litestar
from typing_extensions import override

from backend.accounts.types import Role
from backend.runtime import Runtime
from tests.factories import PASSWORD, Hall, make_person

ORIGIN = "http://testserver.local"


@dataclass(slots=True)
class Button:
    """A button of a form, with everything its form would send."""

    label: str
    action: str
    fields: dict[str, str]


class _Forms(HTMLParser):
    """Collects the buttons of a page's forms."""

    def __init__(self) -> None:
        super().__init__()
        self.buttons: list[Button] = []
        self._action: str | None = None
        self._fields: dict[str, str] = {}
        self._open: Button | None = None

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method") == "post":
            self._action, self._fields = given["action"], {}
        elif tag == "input" and given.get("type") == "hidden":
            self._fields[given["name"]] = given["value"]
        elif tag == "button" and self._action and given.get("type") == "submit":
            own = {given["name"]: given["value"]} if "name" in given else {}
            self._open = Button("", self._action, {**self._fields, **own})

    @override
    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._open.label += data

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._open is not None:
            self._open.label = " ".join(self._open.label.split())
            self.buttons.append(self._open)
            self._open = None
        elif tag == "form":
            self._action = None


class Host:
    """One signed-in person."""

    def __init__(self, http: httpx.AsyncClient, path: str) -> None:
        self.http = http
        self.path = path
        self.page = ""

    async def open(self, query: str = "") -> str:
        """Open the page and return its words."""
        answer = await self.http.get(self.path + query)
        assert answer.status_code == 200, answer.text
        self.page = answer.text
        return self.words

    @property
    def words(self) -> str:
        """Return what the page says."""
        body = self.page.partition("<body")[2]
        return unescape(" ".join(re.sub(r"<[^>]+>", " ", body).split()))

    def button(self, label: str, *, like: str = "") -> Button:
        """Return the first button whose label begins so and whose address contains `like`."""
        forms = _Forms()
        forms.feed(self.page)
        found = [each for each in forms.buttons if each.label.startswith(label) and like in each.action]
        assert found, f"{label!r} not among {[each.label for each in forms.buttons]}"
        return found[0]

    def has(self, label: str) -> bool:
        """Tell whether the page has such a button."""
        forms = _Forms()
        forms.feed(self.page)
        return any(each.label.startswith(label) for each in forms.buttons)

    async def press(self, label: str, **typed: str) -> str:
        """Press a button and follow where it leads; return the words of the next page."""
        return await self.send(self.button(label), **typed)

    async def send(self, button: Button, **typed: str) -> str:
        """Send what a button would send."""
        fields = {name: value for name, value in (button.fields | typed).items() if value}
        answer = await self.http.post(button.action, data=fields, follow_redirects=True)
        assert answer.status_code == 200, f"{answer.status_code} {answer.text[:2_000]}"
        self.page = answer.text
        return self.words


@asynccontextmanager
async def host(app: Litestar, rt: Runtime, hall: Hall, *roles: Role, name: str = "weber") -> AsyncIterator[Host]:
    """Sign a new person in; without roles named, as a host."""
    async with rt.work.write() as uow:
        hall.users[name] = await make_person(uow, name, hall.org_id, *(roles or (Role.HOST,)))
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # the two ASGI types differ in name only
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"Origin": ORIGIN}) as http:
        signed_in = await http.post("/verwaltung/anmelden", data={"name": name, "password": PASSWORD})
        assert signed_in.status_code == 303
        yield Host(http, f"/verwaltung/{hall.org_slug}/regie/{hall.meeting_id}")
