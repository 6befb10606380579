"""Topics: naming them and saying which contributions belong to them. Every change is kept and recorded."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import delete, func, select

from backend.consultations import journal, limits
from backend.consultations.errors import UnknownContribution
from backend.consultations.lookups import consultation_row, topic_row
from backend.consultations.models import ContributionRow, TopicChangeRow, TopicInputRow, TopicRow
from backend.consultations.types import Texts, TopicId
from backend.kit.errors import Conflict, Invalid
from backend.kit.uow import UnitOfWork


class TopicChange(StrEnum):
    """What happened to a topic."""

    CREATED = "created"
    RENAMED = "renamed"
    INPUT_ADDED = "input_added"
    INPUT_REMOVED = "input_removed"


async def create_topic(
    uow: UnitOfWork, consultation_id: str, *, title: Texts, by: str | None, topic_id: str | None = None
) -> TopicId:
    """Create a topic at the end of the list; `topic_id` keeps the id of an import.

    Raises: UnknownConsultation, Invalid, Conflict.
    """
    consultation = await consultation_row(uow.session, consultation_id)
    count = await uow.session.scalar(
        select(func.count()).select_from(TopicRow).where(TopicRow.consultation_id == consultation_id)
    )
    if (count or 0) >= limits.TOPICS:
        raise Conflict(f"Mehr als {limits.TOPICS} Themen sind zu viele. Fassen Sie welche zusammen.")
    row = TopicRow(
        id=topic_id or uow.new_id(),
        org_id=consultation.org_id,
        consultation_id=consultation_id,
        position=(count or 0) + 1,
        title=_checked(title),
        created_at=uow.now,
    )
    uow.session.add(row)
    await uow.session.flush()
    await _note(uow, row, TopicChange.CREATED, by=by)
    return TopicId(row.id)


async def rename_topic(uow: UnitOfWork, topic_id: str, *, title: Texts, by: str | None) -> None:
    """Give a topic another name. Raises: UnknownTopic, Invalid."""
    row = await topic_row(uow.session, topic_id)
    wording = _checked(title)
    if wording == row.title:
        return
    row.title = wording
    await uow.session.flush()
    await _note(uow, row, TopicChange.RENAMED, by=by)


async def assign_inputs(
    uow: UnitOfWork, topic_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = (), by: str | None
) -> None:
    """Add and remove contributions by reference; those of another consultation are refused.

    Raises: UnknownTopic, UnknownContribution, Invalid.
    """
    if len(add) + len(remove) > limits.TOPIC_INPUTS:
        raise Invalid(f"Höchstens {limits.TOPIC_INPUTS} Beiträge auf einmal.")
    topic = await topic_row(uow.session, topic_id)
    ids = await _ids(uow, topic.consultation_id, [*add, *remove])
    query = select(TopicInputRow.contribution_id).where(TopicInputRow.topic_id == topic_id)
    present = set(await uow.session.scalars(query.limit(10 * limits.TOPIC_INPUTS)))
    for ref in dict.fromkeys(add):
        if ids[ref] not in present:
            uow.session.add(TopicInputRow(topic_id=topic_id, contribution_id=ids[ref]))
            await uow.session.flush()
            await _note(uow, topic, TopicChange.INPUT_ADDED, by=by, contribution_id=ids[ref])
    for ref in dict.fromkeys(remove):
        if ids[ref] in present:
            await uow.session.execute(
                delete(TopicInputRow).where(
                    TopicInputRow.topic_id == topic_id, TopicInputRow.contribution_id == ids[ref]
                )
            )
            await _note(uow, topic, TopicChange.INPUT_REMOVED, by=by, contribution_id=ids[ref])


async def _ids(uow: UnitOfWork, consultation_id: str, refs: Sequence[str]) -> dict[str, str]:
    query = select(ContributionRow.ref, ContributionRow.id).where(
        ContributionRow.consultation_id == consultation_id, ContributionRow.ref.in_(refs)
    )
    found = {row.ref: row.id for row in await uow.session.execute(query)}
    unknown = [ref for ref in refs if ref not in found]
    if unknown:
        raise UnknownContribution("In dieser Beteiligung gibt es nicht: " + ", ".join(unknown[:10]))
    return found


async def _note(
    uow: UnitOfWork, topic: TopicRow, kind: TopicChange, *, by: str | None, contribution_id: str | None = None
) -> None:
    change = TopicChangeRow(
        id=uow.new_id(),
        topic_id=topic.id,
        kind=kind,
        contribution_id=contribution_id,
        title=dict(topic.title),
        changed_by=by,
        at=uow.now,
    )
    uow.session.add(change)
    await uow.session.flush()
    await journal.topic_changed(uow, change, consultation_id=topic.consultation_id)


def _checked(title: Texts) -> Texts:
    wording = {language: text.strip() for language, text in title.items() if text.strip()}
    if not wording.get("de"):
        raise Invalid("Geben Sie dem Thema einen Namen.", field="title")
    if any(len(text) > limits.TOPIC_TITLE_CHARS for text in wording.values()):
        raise Invalid(f"Höchstens {limits.TOPIC_TITLE_CHARS} Zeichen passen in den Namen.", field="title")
    return wording
