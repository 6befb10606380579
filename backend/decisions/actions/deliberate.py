"""Put a body into the chain of a paper, and record how its deliberation ended.

Guarantees: no body comes to a result while a topic of the paper lacks a weighing that was public that day, or a
published contribution belongs to no topic; a recorded result is not overwritten.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Body
from backend.accounts.types import UserId
from backend.consultations.rules import local_day
from backend.decisions import journal
from backend.decisions.coverage import refs_without_topic
from backend.decisions.errors import BrokenChain, Frozen, UnknownTrace, incomplete
from backend.decisions.lookups import paper_row
from backend.decisions.models import DecisionRow, DeliberationRow, PaperRow
from backend.decisions.rules import RECOMMENDATIONS, coverage_gaps, deliberation_gaps
from backend.decisions.standings import standings, topics_of_paper
from backend.decisions.types import DeliberationDraft, DeliberationId
from backend.kit.errors import Invalid
from backend.kit.uow import UnitOfWork


async def record_deliberation(
    uow: UnitOfWork, paper_id: str, draft: DeliberationDraft, *, by: UserId
) -> DeliberationId:
    """Plan a body's place in the chain, or record its result at that place.

    Raises: Incomplete before the first result, Frozen when that place has a result, BrokenChain, UnknownTrace.
    """
    paper = await paper_row(uow.session, paper_id)
    if await uow.session.get(Body, draft.body_id) is None:
        raise UnknownTrace("Dieses Gremium gibt es nicht.")
    topic_ids = await topics_of_paper(uow.session, paper_id)
    _check_shape(draft, topic_ids)
    row = await _place(uow, paper, draft.position)
    if draft.result is not None:
        if draft.held_on > local_day(uow.now):
            raise Invalid("Ein Ergebnis kann es erst geben, wenn beraten wurde.")
        await _refuse_unprepared(uow.session, paper, topic_ids, draft)
    _fill(row, draft)
    row.recorded_by, row.recorded_at = by, uow.now
    uow.session.add(row)
    await uow.session.flush()
    if draft.result is not None:
        await journal.deliberation_recorded(uow, row)
    return DeliberationId(row.id)


def _check_shape(draft: DeliberationDraft, topic_ids: list[str]) -> None:
    if draft.position < 1:
        raise BrokenChain("Die Beratungsfolge beginnt mit 1.")
    if draft.authoritative and draft.result in RECOMMENDATIONS:
        raise BrokenChain("Ein entscheidendes Gremium beschließt, es empfiehlt nicht.")
    if not draft.authoritative and draft.result is not None and draft.result.value.endswith("beschlossen"):
        raise BrokenChain("Ein beratendes Gremium empfiehlt, es beschließt nicht.")
    if set(draft.departures) - set(topic_ids):
        raise UnknownTrace("Ein genanntes Thema steht nicht in dieser Vorlage.")


async def _place(uow: UnitOfWork, paper: PaperRow, position: int) -> DeliberationRow:
    query = select(DeliberationRow).where(DeliberationRow.paper_id == paper.id, DeliberationRow.position == position)
    row: DeliberationRow | None = await uow.session.scalar(query)
    if row is None:
        row = DeliberationRow(id=uow.new_id(), paper_id=paper.id, position=position)
    elif row.result is not None:
        raise Frozen("Für diese Beratung ist schon ein Ergebnis eingetragen.")
    decided = select(DecisionRow.id).where(DecisionRow.paper_id == paper.id, DecisionRow.published_at.is_not(None))
    if await uow.session.scalar(decided):
        raise Frozen("Der Beschluss zu dieser Vorlage ist schon veröffentlicht.")
    return row


async def _refuse_unprepared(
    session: AsyncSession, paper: PaperRow, topic_ids: list[str], draft: DeliberationDraft
) -> None:
    known = await standings(session, topic_ids)
    loose = await refs_without_topic(session, paper.consultation_id)
    gaps = coverage_gaps(loose, known) or deliberation_gaps(known, draft.held_on)
    if gaps:
        raise incomplete(gaps)


def _fill(row: DeliberationRow, draft: DeliberationDraft) -> None:
    row.body_id, row.role, row.authoritative = draft.body_id, draft.role, draft.authoritative
    row.held_on, row.agenda_no = draft.held_on, draft.agenda_no
    row.result = draft.result
    row.votes_yes = draft.votes.yes if draft.votes else None
    row.votes_no = draft.votes.no if draft.votes else None
    row.votes_abstain = draft.votes.abstain if draft.votes else None
    row.note = dict(draft.note)
    row.departures = {topic: outcome.value for topic, outcome in draft.departures.items()}
