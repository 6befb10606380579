"""Topics: list, name, and say which contributions belong to them."""

from __future__ import annotations

from litestar import get, post, put
from litestar.params import JSONBody

from backend.accounts.types import Principal, Right
from backend.api.consultations.bodies import InputsBody, TopicBody
from backend.api.consultations.views import topic_view
from backend.consultations.actions.topics import assign_inputs, create_topic, rename_topic
from backend.consultations.errors import UnknownConsultation
from backend.consultations.lookups import topic_row
from backend.consultations.queries.procedures import consultation_by_id
from backend.consultations.queries.topics import topics_of
from backend.consultations.types import ConsultationState
from backend.kit.db import JsonDict
from backend.kit.uow import UnitOfWork
from backend.web.access import PUBLIC, access


@get("/api/v1/consultations/{consultation_id:str}/topics", opt={"access": PUBLIC})
async def list_topics(consultation_id: str, reader: UnitOfWork) -> JsonDict:
    """List the topics of a public procedure."""
    found = await consultation_by_id(reader.session, consultation_id)
    if found.state is ConsultationState.DRAFT:
        raise UnknownConsultation
    return {"items": [topic_view(topic) for topic in await topics_of(reader.session, consultation_id)]}


@post("/api/v1/consultations/{consultation_id:str}/topics", opt={"access": access(Right.WEIGH)}, status_code=201)
async def add_topic(consultation_id: str, data: JSONBody[TopicBody], uow: UnitOfWork, principal: Principal) -> JsonDict:
    """Create a topic."""
    return {"id": await create_topic(uow, consultation_id, title=data.title, by=principal.user_id)}


@put("/api/v1/topics/{topic_id:str}", opt={"access": access(Right.WEIGH)})
async def change_topic(topic_id: str, data: JSONBody[TopicBody], uow: UnitOfWork, principal: Principal) -> JsonDict:
    """Give a topic another name."""
    await rename_topic(uow, topic_id, title=data.title, by=principal.user_id)
    return await _view(uow, topic_id)


@post("/api/v1/topics/{topic_id:str}/inputs", opt={"access": access(Right.WEIGH)}, status_code=200)
async def change_inputs(topic_id: str, data: JSONBody[InputsBody], uow: UnitOfWork, principal: Principal) -> JsonDict:
    """Add contributions to a topic and remove others."""
    await assign_inputs(uow, topic_id, add=data.add, remove=data.remove, by=principal.user_id)
    return await _view(uow, topic_id)


async def _view(uow: UnitOfWork, topic_id: str) -> JsonDict:
    row = await topic_row(uow.session, topic_id)
    topics = await topics_of(uow.session, row.consultation_id)
    return next(topic_view(topic) for topic in topics if topic.id == topic_id)


routes = [list_topics, add_topic, change_topic, change_inputs]
