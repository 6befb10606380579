"""Who may call which route. Deny by default: a route without a decision answers 403 and fails a test.

Every staff route names the right it needs; the organisation comes from its path parameters, whose names mean the
same thing everywhere. All parameters of a route must belong to the same organisation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.types import Principal, Right
from backend.kit.errors import Forbidden, NotFound, Unauthenticated

Kind = Literal["public", "signed_in", "right", "right_in_body", "device", "demo"]
Connection = ASGIConnection[Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Access:
    """A route's decision."""

    kind: Kind
    right: Right | None = None


_FOR_STAFF = frozenset({"signed_in", "right", "right_in_body"})

PUBLIC = Access("public")
SIGNED_IN = Access("signed_in")
DEVICE = Access("device")
DEMO = Access("demo")


def access(right: Right) -> Access:
    """Ask for a right in the organisation of the path parameters."""
    return Access("right", right)


def access_in_body(right: Right) -> Access:
    """Ask for a right in an organisation the body names; the handler calls `require`."""
    return Access("right_in_body", right)


OWNER_OF: dict[str, str] = {
    "org": "SELECT id FROM organisation WHERE slug = :value",
    "meeting_id": "SELECT org_id FROM meeting WHERE id = :value",
    "item_id": "SELECT m.org_id FROM agenda_item i JOIN meeting m ON m.id = i.meeting_id WHERE i.id = :value",
    "poll_id": "SELECT org_id FROM poll WHERE id = :value",
    "kiosk_id": "SELECT org_id FROM device WHERE id = :value",
    "run_id": "SELECT org_id FROM rehearsal_run WHERE id = :value",
    "pack_id": "SELECT org_id FROM card_pack WHERE id = :value",
    "batch_id": "SELECT p.org_id FROM scan_batch b JOIN poll p ON p.id = b.poll_id WHERE b.id = :value",
    "consultation_id": "SELECT org_id FROM consultation WHERE id = :value",
    "ref": "SELECT org_id FROM contribution WHERE ref = :value",
    "topic_id": "SELECT org_id FROM topic WHERE id = :value",
    "paper_id": "SELECT org_id FROM paper WHERE id = :value",
    "decision_id": "SELECT org_id FROM decision WHERE id = :value",
    "notice_id": "SELECT org_id FROM notice WHERE id = :value",
    "complaint_id": "SELECT org_id FROM complaint WHERE id = :value",
    "question_id": "SELECT m.org_id FROM hall_question q JOIN meeting m ON m.id = q.meeting_id WHERE q.id = :value",
}


async def organisations_of(session: AsyncSession, path_params: dict[str, Any]) -> set[str]:
    """Return the organisations the path parameters belong to. Raises: NotFound for an unknown id."""
    owners: set[str] = set()
    for name, value in path_params.items():
        if name in OWNER_OF:
            owner = await session.scalar(text(OWNER_OF[name]), {"value": value})
            if owner is None:
                raise NotFound
            owners.add(owner)
    return owners


def require(principal: Principal, right: Right, org_id: str) -> None:
    """Refuse a person without the right. Raises: Forbidden."""
    if not principal.may(right, org_id):
        raise Forbidden


async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
    """Decide before anything of the handler runs. Raises: Unauthenticated, Forbidden, NotFound."""
    decision = handler.opt.get("access")
    if not isinstance(decision, Access):
        raise Forbidden
    if decision.kind == "demo" and connection.app.state.runtime.settings.mode != "demo":
        raise NotFound
    if decision.kind == "device" and connection.scope.get("auth") is None:
        raise Unauthenticated
    if decision.kind in _FOR_STAFF:
        await _check_person(connection, decision)


async def _check_person(connection: Connection, decision: Access) -> None:
    principal = connection.scope.get("user")
    if not isinstance(principal, Principal):
        raise Unauthenticated
    if decision.kind != "right" or decision.right is None:
        return
    async with connection.app.state.runtime.work.read() as uow:
        owners = await organisations_of(uow.session, connection.path_params)
    if len(owners) != 1:
        raise Forbidden
    require(principal, decision.right, owners.pop())
