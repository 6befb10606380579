"""The weighing editor's pages: the list of procedures, and one procedure with its topics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get

from backend.accounts.types import Principal, Right
from backend.consultations.queries.procedures import consultations_of
from backend.consultations.types import ConsultationState
from backend.decisions.errors import UnknownTrace
from backend.decisions.queries.available_polls import choosable_evidence
from backend.decisions.queries.trace import preview_of
from backend.decisions.queries.weighing_desk import (
    Desk,
    DeskPanel,
    DeskTopic,
    desk_inputs,
    weighing_desk,
    weighing_panel,
)
from backend.decisions.types import Outcome, ReasonCode, WeighingState
from backend.kit.uow import UnitOfWork
from backend.web.access import access
from backend.web.forms import FormState
from backend.web.rendering import page
from backend.web.security import PERSONAL
from moderation.diff import Piece, words_changed
from moderation.office import office_of

AnyRequest = Request[Any, Any, Any]
SECTION = "/abwaegung"
MAX_SEARCH_CHARS = 100
OPT = {"access": access(Right.WEIGH), "policy": PERSONAL}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: a topic, a search, and what a form was refused for."""

    topic_id: str | None
    search: str
    form: FormState | None = None
    topic_form: FormState | None = None
    status: int = 200


@get("/verwaltung/{org:str}/abwaegung", opt=OPT, include_in_schema=False)
async def list_procedures(request: AnyRequest, org: str, reader: UnitOfWork, principal: Principal) -> Response[Any]:
    """List the procedures to weigh, with what is missing in each."""
    office = await office_of(request, reader, principal, org=org, section=SECTION)
    known = await consultations_of(reader.session, office.owner.id)
    public = [each.id for each in known if each.state is not ConsultationState.DRAFT]
    desks = [await weighing_desk(reader.session, consultation_id) for consultation_id in public]
    return page(request, "staff/editor/procedures.html", status_code=200, desks=desks, **office.context())


@get("/verwaltung/{org:str}/abwaegung/{consultation_id:str}", opt=OPT, include_in_schema=False)
async def show_desk(
    request: AnyRequest, org: str, consultation_id: str, reader: UnitOfWork, principal: Principal
) -> Response[Any]:
    """Show the editor of one procedure; `?thema=` opens a topic, `?q=` searches contributions."""
    query = request.query_params
    asked = Asked(query.get("thema"), query.get("q", "")[:MAX_SEARCH_CHARS])
    return await render_desk(request, reader, principal, place=(org, consultation_id), asked=asked)


async def render_desk(
    request: AnyRequest, reader: UnitOfWork, principal: Principal, *, place: tuple[str, str], asked: Asked
) -> Response[Any]:
    """Render the editor, perhaps with a refused form."""
    org, consultation_id = place
    office = await office_of(request, reader, principal, org=org, section=SECTION)
    desk = await weighing_desk(reader.session, consultation_id)
    topic = _topic(desk, asked.topic_id)
    loose, inside = await desk_inputs(
        reader.session, consultation_id, topic_id=topic.id if topic else None, search=asked.search
    )
    panel = await weighing_panel(reader.session, topic) if topic else None
    return page(
        request,
        "staff/editor/weighing.html",
        status_code=asked.status,
        desk=desk,
        panel=panel,
        changes=_changes(panel),
        loose=loose,
        inside=inside,
        asked=asked,
        evidence=await choosable_evidence(reader.session, consultation_id) if panel else [],
        may_publish=_may_publish(panel, principal),
        preview=await preview_of(reader.session, consultation_id, inside[0].ref) if inside else None,
        outcomes=list(Outcome),
        reasons=list(ReasonCode),
        **office.context(),
    )


def _topic(desk: Desk, topic_id: str | None) -> DeskTopic | None:
    """Return the topic asked for, else the first that still needs work. Raises: UnknownTrace."""
    if topic_id:
        found = next((topic for topic in desk.topics if topic.id == topic_id), None)
        if found is None:
            raise UnknownTrace("Dieses Thema gibt es hier nicht.")
        return found
    open_topics = [topic for topic in desk.topics if topic.state is not WeighingState.PUBLISHED]
    return next(iter([*open_topics, *desk.topics]), None)


def _changes(panel: DeskPanel | None) -> dict[int, list[Piece]]:
    """Return, per version, what changed in the reason since the one before."""
    if panel is None:
        return {}
    texts = {version.version: version.reason.get("de", "") for version in panel.versions}
    return {
        n: words_changed(texts[n - 1], text) for n, text in texts.items() if n - 1 in texts and texts[n - 1] != text
    }


def _may_publish(panel: DeskPanel | None, principal: Principal) -> bool:
    current = panel.current if panel else None
    return bool(
        current
        and current.state is WeighingState.SUBMITTED
        and principal.user_id not in {current.written_by, current.submitted_by}
    )


routes = [list_procedures, show_desk]
