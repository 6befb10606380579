"""The frame of every office page: whose office, the menu with what waits, and the other organisations one works for.

Only entries a person may use appear, and only those whose page exists in this installation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request

from backend.accounts.queries import Org, org_by_slug, organisations
from backend.accounts.types import Principal, Right
from backend.accounts.words import ROLE_NAMES
from backend.consultations.queries.intake import unchecked_total
from backend.consultations.queries.queue import queue_totals
from backend.kit.uow import UnitOfWork
from backend.web.frame import NavItem, Workplace, org_view
from backend.web.rendering import links_of, translator_of

AnyRequest = Request[Any, Any, Any]
MENU: tuple[tuple[str, str, tuple[Right, ...]], ...] = (
    ("", "Meine Aufgaben", (Right.SEE_OFFICE,)),
    ("/beteiligungen", "Beteiligungen", (Right.EDIT_PROCEDURE,)),
    ("/abende", "Versammlungen", (Right.RUN_MEETING, Right.ISSUE_CARDS, Right.COUNT_PAPER)),
    ("/eingang", "Eingang", (Right.RECORD_INPUT,)),
    ("/moderation", "Moderation", (Right.MODERATE,)),
    ("/abwaegung", "Abwägung", (Right.WEIGH,)),
    ("/beschluesse", "Beschlüsse", (Right.WEIGH,)),
    ("/kioske", "Kioske und Geräte", (Right.MANAGE_DEVICES,)),
    ("/organisation", "Organisation", (Right.MANAGE_ORGANISATION,)),
)


@dataclass(frozen=True, slots=True)
class Office:
    """One organisation's office as a signed-in person sees it."""

    owner: Org
    nav: tuple[NavItem, ...]
    workplaces: tuple[Workplace, ...]

    def context(self) -> dict[str, object]:
        """Return what `web/base_staff.html` needs."""
        return {"org": org_view(self.owner), "nav": self.nav, "workplaces": self.workplaces}


async def office_of(request: AnyRequest, reader: UnitOfWork, principal: Principal, *, org: str, section: str) -> Office:
    """Return the frame of an office page; `section` is the menu entry that is current. Raises: NotFound."""
    owner = await org_by_slug(reader.session, org)
    waiting = await _waiting(reader, owner.id)
    pages = {route.path for route in request.app.routes}
    gettext, links = translator_of(request).gettext, links_of(request)
    nav = tuple(
        NavItem(
            label=gettext(label),
            href=links(f"/verwaltung/{owner.slug}{suffix}"),
            is_current=suffix == section,
            waiting=waiting.get(suffix, 0),
        )
        for suffix, label, rights in MENU
        if f"/verwaltung/{{org:str}}{suffix}" in pages and any(principal.may(right, owner.id) for right in rights)
    )
    return Office(owner, nav, await _workplaces(reader, principal, current=owner.id))


async def _waiting(reader: UnitOfWork, org_id: str) -> dict[str, int]:
    totals = await queue_totals(reader.session, org_id)
    return {"/moderation": sum(totals.values()), "/eingang": await unchecked_total(reader.session, org_id)}


async def _workplaces(reader: UnitOfWork, principal: Principal, *, current: str) -> tuple[Workplace, ...]:
    mine = set(principal.org_ids)
    return tuple(
        Workplace(
            name=each.name,
            note=", ".join(ROLE_NAMES[role] for role in principal.roles_in(each.id)),
            href=f"/verwaltung/{each.slug}",
            is_current=each.id == current,
        )
        for each in await organisations(reader.session)
        if each.id in mine
    )
