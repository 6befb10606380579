"""Contributions: read a thread, say something, report something. The channel is not the sender's to say."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, get, post
from litestar.params import HeaderParameter, JSONBody, QueryParameter

from backend.api.consultations.bodies import ContributionBody, NoticeBody
from backend.api.consultations.views import contribution_view
from backend.consultations import limits
from backend.consultations.actions.complain import give_notice
from backend.consultations.actions.submit_contribution import submit_contribution
from backend.consultations.errors import UnknownConsultation, UnknownContribution
from backend.consultations.queries.procedures import consultation_by_id
from backend.consultations.queries.thread import ThreadFilter, contribution_by_ref, thread
from backend.consultations.rate import source_of as keyed_source
from backend.consultations.receipts import shown
from backend.consultations.rules import is_hidden, local_day
from backend.consultations.types import ConsultationState, Sorting
from backend.kit.db import JsonDict
from backend.kit.idempotency import MAX_KEY_CHARS
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from backend.web.access import PUBLIC
from backend.web.body import ShortId
from backend.web.source import source_of

MAX_CONTRIBUTION_BYTES = 64_000  # a letter of 20,000 characters in UTF-8, and its fields
MAX_PAGE = 10_000

AnyRequest = Request[Any, Any, Any]
Page = Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)]
Search = Annotated[str, QueryParameter(max_length=limits.SEARCH_CHARS)]
Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key", max_length=MAX_KEY_CHARS)]


@get("/api/v1/consultations/{consultation_id:str}/contributions", opt={"access": PUBLIC})
async def list_contributions(
    consultation_id: str,
    reader: UnitOfWork,
    page: Page = 1,
    sort: Sorting = Sorting.NEWEST,
    topic: ShortId | None = None,
    q: Search = "",
) -> JsonDict:
    """Return one page of a thread."""
    today = local_day(reader.now)
    found = await consultation_by_id(reader.session, consultation_id)
    if found.state is ConsultationState.DRAFT or is_hidden(found.phases, today):
        raise UnknownConsultation
    wanted = ThreadFilter(sorting=sort, topic_id=topic, search=q, page=page)
    result = await thread(reader.session, consultation_id, wanted=wanted, today=today)
    return {
        "items": [contribution_view(each) for each in result.items],
        "page": result.page,
        "pages": result.pages,
        "total": result.total,
        "published": result.published,
        "by_channel": {channel.value: count for channel, count in result.by_channel.items()},
    }


@get("/api/v1/contributions/{ref:str}", opt={"access": PUBLIC})
async def show_contribution(ref: str, reader: UnitOfWork) -> JsonDict:
    """Return one public contribution."""
    found = await contribution_by_ref(reader.session, ref)
    if not found.is_public:
        raise UnknownContribution("Diesen Beitrag gibt es nicht, oder er ist nicht öffentlich.")
    return contribution_view(found)


@post(
    "/api/v1/consultations/{consultation_id:str}/contributions",
    opt={"access": PUBLIC},
    status_code=201,
    request_max_body_size=MAX_CONTRIBUTION_BYTES,
)
async def add_contribution(
    consultation_id: str,
    data: JSONBody[ContributionBody],
    rt: Runtime,
    uow: UnitOfWork,
    request: AnyRequest,
    key: Key = None,
) -> JsonDict:
    """Take in a contribution; the receipt code is shown this once."""
    accepted = await submit_contribution(
        uow, consultation_id, new=data.new(), source=_source(request, rt, uow), request_key=key
    )
    return {"ref": accepted.ref, "receipt_code": shown(accepted.receipt_code), "state": accepted.state}


@post("/api/v1/contributions/{ref:str}/notices", opt={"access": PUBLIC}, status_code=201)
async def add_notice(
    ref: str, data: JSONBody[NoticeBody], rt: Runtime, uow: UnitOfWork, request: AnyRequest
) -> JsonDict:
    """Report a contribution."""
    code = await give_notice(uow, ref, reason=data.reason, text=data.text, source=_source(request, rt, uow))
    return {"receipt_code": shown(code)}


def _source(request: AnyRequest, rt: Runtime, uow: UnitOfWork) -> str:
    return keyed_source(rt.keyring.throttle, source_of(request), local_day(uow.now))


routes = [list_contributions, show_contribution, add_contribution, add_notice]
