"""What the weighing editor shows: contributions left, topics in the middle, one topic's weighing right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Body
from backend.accounts.queries import display_names
from backend.consultations.lookups import consultation_row
from backend.consultations.models import ConsultationRow, ContributionRow, TopicInputRow, TopicRow
from backend.consultations.similar import closest
from backend.consultations.types import VISIBLE_STATES, Channel, ContributionKind, Texts
from backend.decisions.coverage import refs_without_topic
from backend.decisions.facts import PollFact
from backend.decisions.models import DeliberationRow, PaperRow, WeighingRow
from backend.decisions.queries.evidence import poll_facts
from backend.decisions.rules import Gap, coverage_gaps
from backend.decisions.standings import is_deliberated, standings
from backend.decisions.types import Evidence, Outcome, ReasonCode, WeighingState

LISTED_MAX = 40
VERSIONS_MAX = 20
ROWS_MAX = 5_000


@dataclass(frozen=True, slots=True)
class DeskTopic:
    """A topic in the middle column; `state` is None before anybody wrote about it."""

    id: str
    title: Texts
    inputs: int
    state: WeighingState | None


@dataclass(frozen=True, slots=True)
class DeskInput:
    """A contribution in the left column; `like` is the most similar one that has a topic, with that topic."""

    ref: str
    channel: Channel
    text: str
    language: str
    author_group: str
    topics: tuple[str, ...]
    like: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class DeskVersion:
    """One version of the weighing."""

    version: int
    state: WeighingState
    proposal: Outcome
    reason_code: ReasonCode
    reason: Texts
    office: str
    forwarded_to: str | None
    forwarded_on: date | None
    evidence: tuple[Evidence, ...]
    author: str
    written_by: str
    submitted_by: str | None
    at: datetime
    plain_language_due: date | None


@dataclass(frozen=True, slots=True)
class Desk:
    """The whole editor for one consultation."""

    consultation_id: str
    slug: str
    title: Texts
    topics: tuple[DeskTopic, ...]
    inputs_total: int
    loose: tuple[str, ...]
    gaps: tuple[Gap, ...]
    next_body: tuple[str, date] | None

    @property
    def grouped(self) -> int:
        """How many published contributions have a topic."""
        return self.inputs_total - len(self.loose)

    @property
    def done(self) -> int:
        """How many topics have a public weighing."""
        return sum(topic.state is WeighingState.PUBLISHED for topic in self.topics)


@dataclass(frozen=True, slots=True)
class DeskPanel:
    """The right column: one topic with every version of its weighing, newest first."""

    topic: DeskTopic
    versions: tuple[DeskVersion, ...]
    polls: tuple[PollFact, ...]
    is_frozen: bool

    @property
    def current(self) -> DeskVersion | None:
        """The newest version."""
        return self.versions[0] if self.versions else None

    @property
    def goes_against(self) -> PollFact | None:
        """The poll whose majority the proposal does not follow, if there is one."""
        current = self.current
        if current is None or current.proposal is not Outcome.NOT_ADOPTED:
            return None
        return next((poll for poll in self.polls if 2 * poll.count > poll.valid), None)


async def weighing_desk(session: AsyncSession, consultation_id: str) -> Desk:
    """Return the editor of one consultation. Raises: UnknownConsultation."""
    row = await consultation_row(session, consultation_id)
    topics = await _topics(session, consultation_id)
    loose = await refs_without_topic(session, consultation_id)
    total = len(await _weighable(session, consultation_id))
    known = await standings(session, [topic.id for topic in topics])
    return Desk(
        consultation_id=row.id,
        slug=row.slug,
        title=dict(row.title),
        topics=tuple(topics),
        inputs_total=total,
        loose=tuple(loose),
        gaps=coverage_gaps(loose, known),
        next_body=await _next_body(session, row),
    )


async def weighing_panel(session: AsyncSession, topic: DeskTopic) -> DeskPanel:
    """Return one topic's weighing with its versions and the polls it points to."""
    query = (
        select(WeighingRow)
        .where(WeighingRow.topic_id == topic.id)
        .order_by(WeighingRow.version.desc())
        .limit(VERSIONS_MAX)
    )
    rows = list(await session.scalars(query))
    names = await display_names(session, {row.written_by for row in rows})
    versions = tuple(_version(row, names.get(row.written_by, "")) for row in rows)
    polls = await poll_facts(session, versions[0].evidence) if versions else {}
    return DeskPanel(topic, versions, tuple(polls.values()), await is_deliberated(session, topic.id))


async def desk_inputs(
    session: AsyncSession, consultation_id: str, *, topic_id: str | None, search: str = ""
) -> tuple[list[DeskInput], list[DeskInput]]:
    """Return the contributions without a topic and those of one topic, narrowed by a search."""
    rows = await _weighable(session, consultation_id)
    linked = await _links(session, [row.id for row in rows])
    wanted = search.strip().lower()
    shown = [row for row in rows if not wanted or wanted in f"{row.ref} {row.text_published}".lower()]
    placed = [(row.id, row.text_published or "") for row in rows if linked.get(row.id)]
    refs = {row.id: row.ref for row in rows}
    loose = [row for row in shown if not linked.get(row.id)][:LISTED_MAX]
    inside = [row for row in shown if topic_id in linked.get(row.id, ())][:LISTED_MAX]
    found: list[DeskInput] = []
    for row in loose:
        near = closest(row.text_published or "", placed, most=1)
        like = (refs[near[0][0]], linked[near[0][0]][0]) if near else None
        found.append(_input(row, (), like))
    return found, [_input(row, linked[row.id], None) for row in inside]


async def _topics(session: AsyncSession, consultation_id: str) -> list[DeskTopic]:
    query = select(TopicRow).where(TopicRow.consultation_id == consultation_id).order_by(TopicRow.position)
    rows = list(await session.scalars(query.limit(ROWS_MAX)))
    states = (
        select(WeighingRow.topic_id, WeighingRow.state)
        .where(WeighingRow.topic_id.in_([row.id for row in rows]))
        .order_by(WeighingRow.version)
    )
    newest = {row.topic_id: WeighingState(row.state) for row in await session.execute(states.limit(ROWS_MAX))}
    counted = select(TopicInputRow.topic_id).where(TopicInputRow.topic_id.in_([row.id for row in rows]))
    inputs = list(await session.scalars(counted.limit(ROWS_MAX)))
    return [DeskTopic(row.id, dict(row.title), inputs.count(row.id), newest.get(row.id)) for row in rows]


async def _weighable(session: AsyncSession, consultation_id: str) -> list[ContributionRow]:
    query = (
        select(ContributionRow)
        .where(ContributionRow.consultation_id == consultation_id, ContributionRow.state.in_(VISIBLE_STATES))
        .where(ContributionRow.kind != ContributionKind.REPLY, ContributionRow.is_official.is_(False))
        .order_by(ContributionRow.ref)
        .limit(ROWS_MAX)
    )
    return list(await session.scalars(query))


async def _links(session: AsyncSession, contribution_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    query = select(TopicInputRow).where(TopicInputRow.contribution_id.in_(contribution_ids)).limit(ROWS_MAX)
    found: dict[str, tuple[str, ...]] = {}
    for row in await session.scalars(query):
        found[row.contribution_id] = (*found.get(row.contribution_id, ()), row.topic_id)
    return found


async def _next_body(session: AsyncSession, row: ConsultationRow) -> tuple[str, date] | None:
    query = (
        select(Body.name, DeliberationRow.held_on)
        .join(PaperRow, PaperRow.id == DeliberationRow.paper_id)
        .join(Body, Body.id == DeliberationRow.body_id)
        .where(PaperRow.consultation_id == row.id, DeliberationRow.result.is_(None))
        .order_by(DeliberationRow.held_on)
        .limit(1)
    )
    found = (await session.execute(query)).first()
    return (found.name, found.held_on) if found else None


def _input(row: ContributionRow, topics: tuple[str, ...], like: tuple[str, str] | None) -> DeskInput:
    return DeskInput(
        ref=row.ref,
        channel=Channel(row.channel),
        text=row.text_published or "",
        language=row.language,
        author_group=row.author_group,
        topics=topics,
        like=like,
    )


def _version(row: WeighingRow, author: str) -> DeskVersion:
    return DeskVersion(
        version=row.version,
        state=WeighingState(row.state),
        proposal=Outcome(row.proposal),
        reason_code=ReasonCode(row.reason_code),
        reason=dict(row.reason),
        office=row.office,
        forwarded_to=row.forwarded_to,
        forwarded_on=row.forwarded_on,
        evidence=tuple(Evidence(named["poll"], named.get("option")) for named in row.evidence),
        author=author,
        written_by=row.written_by,
        submitted_by=row.submitted_by,
        at=row.published_at or row.written_at,
        plain_language_due=row.plain_language_due,
    )
