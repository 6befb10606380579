"""Deny by default: every route has a decision, and the guard keeps it for every role in every organisation."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute
from sqlalchemy import text

from backend.access_table import rows_of, table
from backend.accounts.devices import offer_device
from backend.accounts.types import ROLE_RIGHTS, OrgId, Principal, Role, UserId
from backend.consultations.actions.complain import complain, give_notice
from backend.consultations.actions.moderate import moderate
from backend.consultations.actions.submit_contribution import submit_contribution
from backend.consultations.drafts import ModerationOrder, NewContribution
from backend.consultations.types import NoticeReason, Outcome
from backend.demo.open_now import CONSULTATION_ID
from backend.demo.secrets import demo_settings
from backend.kit.clock import FixedClock, SystemClock
from backend.kit.errors import Forbidden, NotFound, Unauthenticated
from backend.kit.uow import UnitOfWork
from backend.paper.actions.enter import begin_manual_batch
from backend.practice.models import RehearsalRun
from backend.practice.types import RunState
from backend.runtime import Runtime
from backend.web.access import OWNER_OF, Access, guard
from tests.server import demo_story

COMMITTED = Path(__file__).parents[2] / "docs" / "security" / "access.md"
HOME = "auenfurt"
MIN_STAFF_ROUTES = 80
NOT_OWNERS = frozenset({
    "slug", "code", "token", "position", "tree", "path", "name", "year", "index", "milestone_id",
    "user_id", "number", "screen", "step",
})  # fmt: skip
EXAMPLES = {
    "item_id": "SELECT i.id FROM agenda_item i JOIN meeting m ON m.id = i.meeting_id WHERE m.org_id = :org",
    "org": "SELECT slug FROM organisation WHERE id = :org",
    "meeting_id": "SELECT id FROM meeting WHERE org_id = :org",
    "poll_id": "SELECT id FROM poll WHERE org_id = :org",
    "kiosk_id": "SELECT id FROM device WHERE org_id = :org",
    "run_id": "SELECT id FROM rehearsal_run WHERE org_id = :org",
    "pack_id": "SELECT id FROM card_pack WHERE org_id = :org",
    "batch_id": "SELECT b.id FROM scan_batch b JOIN poll p ON p.id = b.poll_id WHERE p.org_id = :org",
    "consultation_id": "SELECT id FROM consultation WHERE org_id = :org",
    "ref": "SELECT ref FROM contribution WHERE org_id = :org",
    "topic_id": "SELECT id FROM topic WHERE org_id = :org",
    "paper_id": "SELECT id FROM paper WHERE org_id = :org",
    "decision_id": "SELECT id FROM decision WHERE org_id = :org",
    "notice_id": "SELECT id FROM notice WHERE org_id = :org",
    "complaint_id": "SELECT id FROM complaint WHERE org_id = :org",
    "question_id": "SELECT q.id FROM hall_question q JOIN meeting m ON m.id = q.meeting_id WHERE m.org_id = :org",
}

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at the present of the demo's story."""
    return FixedClock(SystemClock().now())


@pytest.fixture
def database_url(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    """A copy of the demo's database."""
    story = demo_settings(demo_story(tmp_path_factory, worker_id), "http://127.0.0.1:8000").db_url
    file = tmp_path / "machmit.db"
    shutil.copy(story.partition("///")[2], file)
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
async def examples(rt: Runtime) -> dict[str, str]:
    """One id of every kind in the home organisation, out of the demo's story."""
    async with rt.work.write() as uow:
        home = await uow.session.scalar(text(OWNER_OF["org"]), {"value": HOME})
        await offer_device(uow, str(home), name="Foyer")
        await doubtful_things(uow)
    found = {"org_id": str(home)}
    async with rt.work.read() as uow:
        for name, query in EXAMPLES.items():
            value = await uow.session.scalar(text(f"{query} LIMIT 1"), {"org": home})
            found[name] = str(value) if value is not None else ""
    return found


async def doubtful_things(uow: UnitOfWork) -> None:
    """Add what the story has none of: a notice, a complaint, a batch of sheets, a rehearsal."""
    users = {row.name: row.id for row in await uow.session.execute(text("SELECT id, name FROM staff_user"))}
    await give_notice(uow, "MP27-001", reason=NoticeReason.OTHER)
    accepted = await submit_contribution(uow, CONSULTATION_ID, new=NewContribution(text="Kaufen Sie bei mir!"))
    rejected = ModerationOrder(Outcome.REJECT, rule_number=2, facts="Der Text ist Werbung für einen Laden.")
    await moderate(uow, accepted.ref, order=rejected, by=users["lang"])
    await complain(uow, accepted.receipt_code, text="Das war keine Werbung.")
    open_poll = (
        "SELECT p.id FROM poll p JOIN organisation o ON o.id = p.org_id WHERE p.state = 'open' AND o.slug = :org"
    )
    poll_id = await uow.session.scalar(text(open_poll), {"org": HOME})
    await begin_manual_batch(uow, str(poll_id), sheets=1, user_id=users["yilmaz"])
    meeting_id = await uow.session.scalar(text("SELECT meeting_id FROM poll WHERE id = :id"), {"id": poll_id})
    town = await uow.session.scalar(text(OWNER_OF["org"]), {"value": HOME})
    uow.session.add(a_run(uow, org_id=str(town), meeting_id=str(meeting_id), asked_by=users["weber"]))


def a_run(uow: UnitOfWork, *, org_id: str, meeting_id: str, asked_by: str) -> RehearsalRun:
    """Return a rehearsal that is over."""
    return RehearsalRun(
        id=uow.new_id(),
        org_id=org_id,
        meeting_id=meeting_id,
        asked_by=asked_by,
        state=RunState.DONE,
        phones=1,
        with_chaos=False,
        seed=1,
        step="",
        asked_at=uow.now,
        beat_at=uow.now,
    )


def staff_routes(app: Litestar) -> list[tuple[str, str, Access, HTTPRoute, BaseRouteHandler]]:
    """Every HTTP route that asks for a right in the organisation of its path."""
    found: list[tuple[str, str, Access, HTTPRoute, BaseRouteHandler]] = []
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for method, (handler, _) in route.route_handler_map.items():
            decision = handler.opt.get("access")
            if isinstance(decision, Access) and decision.kind == "right":
                found.append((route.path_format, str(method), decision, route, handler))
    return found


def test_every_route_has_a_decision(app: Litestar) -> None:
    assert [row for row in rows_of(app) if row.access is None] == []


def test_committed_table_is_the_present_one(app: Litestar) -> None:
    assert COMMITTED.read_text(encoding="utf-8") == table(app)


def test_every_staff_route_names_its_organisation(app: Litestar) -> None:
    for path, method, _, route, _ in staff_routes(app):
        names = {parameter.name for parameter in route.path_components if not isinstance(parameter, str)}
        assert names & set(OWNER_OF), f"{method} {path} belongs to no organisation"
        assert names <= set(OWNER_OF) | NOT_OWNERS, f"{method} {path} has an unknown parameter"


async def test_guard_keeps_route_by_role_by_organisation(rt: Runtime, app: Litestar, examples: dict[str, str]) -> None:
    other = "some-other-organisation"
    checked = 0
    for path, method, decision, route, handler in staff_routes(app):
        names = [part.name for part in route.path_components if not isinstance(part, str)]
        params = {name: examples.get(name, "x") for name in names}
        where = f"{method} {path}"
        with pytest.raises(Unauthenticated):
            await ask(app, handler, params, None)
        for role in Role:
            expected = decision.right in ROLE_RIGHTS[role]
            assert await allowed(app, handler, params, person(role, examples["org_id"])) is expected, (where, role)
            assert not await allowed(app, handler, params, person(role, other)), (where, role, "elsewhere")
            checked += 2
    assert checked >= 2 * len(Role) * MIN_STAFF_ROUTES


async def test_guard_refuses_ids_of_two_organisations(rt: Runtime, app: Litestar, examples: dict[str, str]) -> None:
    for path, method, _, route, handler in staff_routes(app):
        names = [part.name for part in route.path_components if not isinstance(part, str)]
        if "org" not in names or len(set(names) & set(EXAMPLES)) < 2:
            continue
        params = {name: examples.get(name, "x") for name in names} | {"org": "talbrunn"}
        async with rt.work.read() as uow:
            talbrunn = str(await uow.session.scalar(text(OWNER_OF["org"]), {"value": "talbrunn"}))
        both = frozenset((OrgId(org), role) for org in (talbrunn, examples["org_id"]) for role in Role)
        everywhere = Principal(UserId("u"), "u", "U", both)
        assert not await allowed(app, handler, params, everywhere), f"{method} {path}"


def person(role: Role, org_id: str) -> Principal:
    """Somebody with one role in one organisation."""
    return Principal(UserId("u"), "u", "U", frozenset({(OrgId(org_id), role)}))


async def allowed(
    app: Litestar, handler: BaseRouteHandler, params: dict[str, str], principal: Principal | None
) -> bool:
    """Ask the guard."""
    try:
        await ask(app, handler, params, principal)
    except (Forbidden, NotFound):
        return False
    return True


async def ask(app: Litestar, handler: BaseRouteHandler, params: dict[str, str], principal: Principal | None) -> None:
    """Let the guard decide about a request."""
    scope: dict[str, object] = {
        "type": "http",
        "path_params": params,
        "user": principal,
        "auth": None,
        "litestar_app": app,
        "headers": [],
    }
    connection = ASGIConnection(scope)  # type: ignore[arg-type, var-annotated]
    await guard(connection, handler)
