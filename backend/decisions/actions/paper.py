"""Link a council paper to the topics it carries to the bodies."""

from __future__ import annotations

from sqlalchemy import select

from backend.accounts.types import UserId
from backend.consultations.lookups import consultation_row
from backend.decisions import journal
from backend.decisions.errors import UnknownTrace
from backend.decisions.lookups import topics_of_consultation
from backend.decisions.models import PaperRow, PaperTopic
from backend.decisions.types import PaperDraft, PaperId
from backend.kit.errors import Conflict, Invalid
from backend.kit.uow import UnitOfWork


class ReferenceTaken(Conflict):
    """The organisation has another paper with this reference."""

    code = "reference_taken"
    title = "Diese Vorlagennummer gibt es schon"


async def link_paper(uow: UnitOfWork, consultation_id: str, draft: PaperDraft, *, by: UserId) -> PaperId:
    """Add a paper that carries the named topics, or all of the consultation.

    Raises: ReferenceTaken, UnknownTrace for a topic of another consultation, Invalid without topics.
    """
    consultation = await consultation_row(uow.session, consultation_id)
    known = await topics_of_consultation(uow.session, consultation_id)
    topic_ids = list(draft.topic_ids) or known
    if not topic_ids:
        raise Invalid("Legen Sie zuerst Themen an. Eine Vorlage ohne Themen trägt nichts.")
    if set(topic_ids) - set(known):
        raise UnknownTrace("Ein genanntes Thema gehört nicht zu diesem Verfahren.")
    taken = select(PaperRow.id).where(PaperRow.org_id == consultation.org_id, PaperRow.reference == draft.reference)
    if await uow.session.scalar(taken):
        raise ReferenceTaken
    row = PaperRow(
        id=draft.id or uow.new_id(),
        org_id=consultation.org_id,
        consultation_id=consultation_id,
        reference=draft.reference,
        paper_type=draft.paper_type,
        name=dict(draft.name),
        dated_on=draft.dated_on,
        linked_by=by,
        linked_at=uow.now,
    )
    uow.session.add(row)
    await uow.session.flush()
    uow.session.add_all(PaperTopic(paper_id=row.id, topic_id=topic_id) for topic_id in topic_ids)
    await uow.session.flush()
    await journal.paper_linked(uow, row, topic_ids)
    return PaperId(row.id)
