"""A council on top of the consultation tests' town: two bodies, two topics, three contributions, a second person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from backend.accounts.models import Body, RoleGrant, StaffUser
from backend.accounts.types import Role, UserId
from backend.consultations.actions.moderate import moderate
from backend.consultations.actions.submit_contribution import submit_contribution
from backend.consultations.actions.topics import assign_inputs, create_topic
from backend.consultations.drafts import ModerationOrder, NewContribution
from backend.consultations.models import ContributionRow
from backend.consultations.types import Outcome as Verdict
from backend.consultations.types import TopicId
from backend.decisions.actions.decide import publish_decision, submit_decision, write_decision
from backend.decisions.actions.deliberate import record_deliberation
from backend.decisions.actions.effects import record_effect
from backend.decisions.actions.paper import link_paper
from backend.decisions.actions.weigh import publish_weighing, submit_weighing, write_weighing
from backend.decisions.types import (
    DecisionDraft,
    DecisionId,
    DeliberationDraft,
    EffectDraft,
    Outcome,
    PaperDraft,
    PaperId,
    ReasonCode,
    Result,
    Votes,
    WeighingDraft,
)
from backend.kit.clock import FixedClock
from backend.kit.uow import UnitOfWork, Work
from tests.integration.consultation_setup import ORG, add_town

ANNA, BEN = UserId("user-anna"), UserId("user-ben")
COMMITTEE, COUNCIL = "body-bauausschuss", "body-stadtrat"
TOILET, TREES = "Öffentliche Toilette", "Bäume und Schatten"
TEXTS = {
    TOILET: ("Wo soll ich hin, wenn ich eine Toilette brauche?", "Eine saubere Toilette wäre gut."),
    TREES: ("Bitte mindestens acht große Bäume.",),
}


@dataclass(slots=True)
class Case:
    """Ids of what was set up, and the tools to go on."""

    work: Work
    clock: FixedClock
    consultation_id: str = ""
    topics: dict[str, TopicId] = field(default_factory=dict)
    refs: dict[str, list[str]] = field(default_factory=dict)
    paper_id: PaperId = field(default_factory=lambda: PaperId(""))
    decision_id: DecisionId = field(default_factory=lambda: DecisionId(""))

    @property
    def today(self) -> date:
        """The day on the test clock."""
        return self.clock.now().date()

    def later(self, days: int) -> None:
        """Let days pass."""
        self.clock.advance(timedelta(days=days))

    async def contribution_id(self, ref: str) -> str:
        """Return the id behind a reference."""
        async with self.work.read() as uow:
            return (await uow.session.scalars(select(ContributionRow.id).where(ContributionRow.ref == ref))).one()


async def grouped(work: Work, clock: FixedClock) -> Case:
    """Set up published contributions in their topics."""
    case = Case(work, clock)
    async with work.write() as uow:
        case.consultation_id = (await add_town(uow)).consultation_id
        uow.session.add(Body(id=COMMITTEE, org_id=ORG, name="Bau- und Umweltausschuss", classification="Ausschuss"))
        for user_id, name in ((ANNA, "anna"), (BEN, "ben")):
            uow.session.add(
                StaffUser(id=user_id, name=name, display_name=name.title(), password_hash="x", created_at=uow.now)
            )
            await uow.session.flush()
            uow.session.add(RoleGrant(user_id=user_id, org_id=ORG, role=Role.EDITOR))
        for title, texts in TEXTS.items():
            case.topics[title] = await create_topic(uow, case.consultation_id, title={"de": title}, by=ANNA)
            case.refs[title] = [await contribute(uow, case.consultation_id, text) for text in texts]
            await assign_inputs(uow, case.topics[title], add=case.refs[title], by=ANNA)
    return case


async def contribute(uow: UnitOfWork, consultation_id: str, text: str, *, publish: bool = True) -> str:
    """Take in one contribution and perhaps publish it."""
    accepted = await submit_contribution(uow, consultation_id, new=NewContribution(text))
    if publish:
        await moderate(uow, accepted.ref, order=ModerationOrder(Verdict.PUBLISH), by="user-katrin")
    return accepted.ref


def proposal(outcome: Outcome = Outcome.NOT_ADOPTED) -> WeighingDraft:
    """Return a complete proposal."""
    return WeighingDraft(outcome, ReasonCode.COST, {"de": "Das ist zu teuer."}, office="Stadtbauamt")


async def weighed(work: Work, clock: FixedClock, **outcomes: Outcome) -> Case:
    """Set up public weighings for every topic; `toilet` and `trees` name other proposals."""
    case = await grouped(work, clock)
    wanted = {TOILET: outcomes.get("toilet", Outcome.NOT_ADOPTED), TREES: outcomes.get("trees", Outcome.PARTLY)}
    async with work.write() as uow:
        for title, outcome in wanted.items():
            await write_weighing(uow, case.topics[title], proposal(outcome), by=ANNA)
            await submit_weighing(uow, case.topics[title], by=ANNA)
            await publish_weighing(uow, case.topics[title], by=BEN)
        case.paper_id = await link_paper(uow, case.consultation_id, paper(case), by=ANNA)
    return case


def paper(case: Case, reference: str = "SR/2027/041") -> PaperDraft:
    """Return a council paper with every topic."""
    return PaperDraft(reference, "Beschlussvorlage", {"de": "Umgestaltung Marktplatz"}, case.today)


def sitting(case: Case, position: int, /, **changes: object) -> DeliberationDraft:
    """Return a body's result of today: 1 the committee, 2 the council."""
    fields: dict[str, object] = {
        "body_id": COUNCIL if position == 2 else COMMITTEE,
        "position": position,
        "role": "Entscheidung" if position == 2 else "Vorberatung",
        "authoritative": position == 2,
        "held_on": case.today,
        "agenda_no": "Ö 5",
        "result": Result.RESOLVED_AMENDED if position == 2 else Result.RECOMMENDED_AMENDED,
        "votes": Votes(19, 4, 1) if position == 2 else Votes(9, 2, 0),
    }
    return DeliberationDraft(**(fields | changes))  # type: ignore[arg-type]


async def decided(work: Work, clock: FixedClock, *, publish: bool = True) -> Case:
    """Set up a decision that departs from the proposal on the toilet."""
    case = await weighed(work, clock)
    case.later(11)
    departures = {case.topics[TOILET]: Outcome.ADOPTED}
    async with work.write() as uow:
        await record_deliberation(uow, case.paper_id, sitting(case, 1, departures=departures), by=ANNA)
    case.later(15)
    async with work.write() as uow:
        await record_deliberation(uow, case.paper_id, sitting(case, 2), by=ANNA)
        wording = DecisionDraft({"de": "Der Stadtrat stimmt dem Entwurf zu."}, case.today, date(2027, 6, 11))
        case.decision_id = await write_decision(uow, case.paper_id, wording, by=ANNA)
        for draft in effects(case):
            await record_effect(uow, case.decision_id, draft, by=ANNA)
    if publish:
        async with work.write() as uow:
            await submit_decision(uow, case.decision_id, by=ANNA)
            await publish_decision(uow, case.decision_id, by=BEN)
    return case


def effects(case: Case) -> tuple[EffectDraft, EffectDraft]:
    """Return what the decision changes for both topics."""
    toilet = EffectDraft(
        case.topics[TOILET],
        Outcome.ADOPTED,
        {"de": "Barrierefreie Toilette bis 22 Uhr"},
        {"de": "Keine Toilette"},
        {"de": "Der Rat folgte dem Votum der Versammlung."},
    )
    return toilet, EffectDraft(case.topics[TREES], Outcome.PARTLY, {"de": "Acht Bäume"}, {"de": "Vier Bäume"})
