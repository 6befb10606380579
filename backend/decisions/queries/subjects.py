"""What log entries are about, in words people know: titles and references behind the ids an entry names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Body, Organisation
from backend.consultations.models import ConsultationRow, ContributionRow, TopicRow
from backend.consultations.types import ConsultationState, ContributionState, Texts
from backend.decisions.models import DecisionRow, PaperRow
from backend.meetings.models import MeetingRow
from backend.meetings.types import MeetingState
from backend.polls.models import PollRow

IDS_MAX = 500
PRACTICE = {"de": "Probe", "ls": "Probe", "en": "Rehearsal"}


@dataclass(frozen=True, slots=True)
class Subject:
    """A name and, where it has one, the page it is on."""

    name: Texts
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Subjects:
    """Names by id; ids of different things never collide."""

    by_id: dict[str, Subject] = field(default_factory=dict)

    def of(self, *ids: object) -> Subject | None:
        """Return the first of some ids that has a name."""
        return next((self.by_id[each] for each in ids if isinstance(each, str) and each in self.by_id), None)


async def subjects_of(session: AsyncSession, ids: Collection[str]) -> Subjects:
    """Return names of procedures, contributions, topics, decisions, papers, bodies, meetings and opened polls."""
    wanted = list(ids)[:IDS_MAX]
    found: dict[str, Subject] = {}
    home = select(ConsultationRow.slug, ConsultationRow.title, ConsultationRow.state, Organisation.slug.label("org"))
    at_home = home.join(Organisation, Organisation.id == ConsultationRow.org_id)
    for row in await session.execute(at_home.add_columns(ConsultationRow.id).where(ConsultationRow.id.in_(wanted))):
        found[row.id] = Subject(dict(row.title), f"/{row.org}/b/{row.slug}" if _is_open(row.state) else None)
    topics = at_home.add_columns(TopicRow.id, TopicRow.title.label("topic")).join(
        TopicRow, TopicRow.consultation_id == ConsultationRow.id
    )
    for row in await session.execute(topics.where(TopicRow.id.in_(wanted))):
        found[row.id] = Subject(dict(row.topic), f"/{row.org}/b/{row.slug}" if _is_open(row.state) else None)
    inputs = at_home.add_columns(ContributionRow.id, ContributionRow.ref, ContributionRow.state.label("input")).join(
        ContributionRow, ContributionRow.consultation_id == ConsultationRow.id
    )
    for row in await session.execute(inputs.where(ContributionRow.id.in_(wanted))):
        gone = row.input in {ContributionState.WITHDRAWN, ContributionState.ERASED}
        path = None if gone else f"/{row.org}/b/{row.slug}/{row.ref}"
        found[row.id] = Subject({"de": row.ref}, path if _is_open(row.state) else None)
    return Subjects(found | await _council(session, wanted) | await _hall(session, wanted))


async def _council(session: AsyncSession, wanted: list[str]) -> dict[str, Subject]:
    found: dict[str, Subject] = {}
    papers = select(PaperRow.id, PaperRow.reference).where(PaperRow.id.in_(wanted))
    for paper in await session.execute(papers):
        found[paper.id] = Subject({"de": paper.reference})
    decisions = (
        select(DecisionRow.id, DecisionRow.published_at, PaperRow.reference, Organisation.slug)
        .join(PaperRow, PaperRow.id == DecisionRow.paper_id)
        .join(Organisation, Organisation.id == DecisionRow.org_id)
    )
    for row in await session.execute(decisions.where(DecisionRow.id.in_(wanted))):
        path = f"/{row.slug}/beschluss/{row.id}" if row.published_at else None
        found[row.id] = Subject({"de": row.reference}, path)
    for body in await session.execute(select(Body.id, Body.name).where(Body.id.in_(wanted))):
        found[body.id] = Subject({"de": body.name})
    return found


async def _hall(session: AsyncSession, wanted: list[str]) -> dict[str, Subject]:
    found: dict[str, Subject] = {}
    meetings = (
        select(
            MeetingRow.id, MeetingRow.title, MeetingRow.slug, Organisation.slug.label("org"), Organisation.practice_of
        )
        .join(Organisation, Organisation.id == MeetingRow.org_id)
        .where(MeetingRow.id.in_(wanted), MeetingRow.state != MeetingState.DRAFT)
    )
    for meeting in await session.execute(meetings):
        path = None if meeting.practice_of else f"/{meeting.org}/t/{meeting.slug}"
        found[meeting.id] = Subject(dict(meeting.title), path)
    polls = (
        select(PollRow.id, PollRow.question, Organisation.practice_of)
        .join(Organisation, Organisation.id == PollRow.org_id)
        .where(PollRow.id.in_(wanted), PollRow.opened_at.is_not(None))
    )
    for poll in await session.execute(polls):
        found[poll.id] = Subject(_as_practice(poll.question) if poll.practice_of else dict(poll.question))
    return found


def _as_practice(question: Texts) -> Texts:
    """Mark a question that was only rehearsed, so that nobody takes its numbers for real."""
    return {language: f"{PRACTICE.get(language, PRACTICE['de'])}: {text}" for language, text in question.items()}


def _is_open(state: str) -> bool:
    return state != ConsultationState.DRAFT
