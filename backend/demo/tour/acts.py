"""The five acts of the tour's story, each through the domain's own actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select

from backend.accounts.types import UserId
from backend.consultations.actions.edit_consultation import create_consultation
from backend.consultations.actions.moderate import moderate
from backend.consultations.actions.publish_consultation import publish_consultation
from backend.consultations.actions.submit_contribution import submit_contribution
from backend.consultations.actions.topics import assign_inputs, create_topic
from backend.consultations.drafts import ConsultationDraft, ModerationOrder, NewContribution
from backend.consultations.models import ContributionRow
from backend.consultations.rules import local_day
from backend.consultations.types import Channel, NextStep, Phase, PhaseRights, PhaseType, TopicId
from backend.consultations.types import Outcome as Verdict
from backend.decisions.actions.answer import send_feedback
from backend.decisions.actions.decide import publish_decision, submit_decision, write_decision
from backend.decisions.actions.deliberate import record_deliberation
from backend.decisions.actions.effects import record_effect
from backend.decisions.actions.paper import link_paper
from backend.decisions.actions.weigh import newest_version, publish_weighing, submit_weighing, write_weighing
from backend.decisions.models import FeedbackRow
from backend.decisions.types import (
    DecisionDraft,
    DeliberationDraft,
    EffectDraft,
    Medium,
    Outcome,
    PaperDraft,
    ReasonCode,
    Result,
    Votes,
    WeighingDraft,
    WeighingState,
)
from backend.kit.uow import UnitOfWork

BODY: Final = "org-gr-wiesgrund"
A_MONTH = timedelta(days=28)


class Act(StrEnum):
    """What happens next."""

    MODERATE = "moderate"
    WEIGH = "weigh"
    SECOND = "second"
    DECIDE = "decide"


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays, and in which procedure."""

    consultation_id: str
    ref: str
    contribution_id: str
    moderator: str
    office: str
    second: str

    @property
    def topic_id(self) -> TopicId:
        """The one topic of the story."""
        return TopicId(f"{self.consultation_id}-idee"[:40])


async def send(uow: UnitOfWork, *, org_id: str, text: str) -> tuple[str, str]:
    """Open a small procedure of the visitor's own and take the contribution in; return its id and receipt code."""
    consultation_id = await create_consultation(uow, org_id, draft=_draft(uow))
    await publish_consultation(uow, consultation_id, version=1)
    accepted = await submit_contribution(uow, consultation_id, new=NewContribution(text=text))
    return consultation_id, accepted.receipt_code


async def next_act(uow: UnitOfWork, consultation_id: str, contribution: ContributionRow) -> Act | None:
    """Return whose turn it is; None when the answer is there."""
    if contribution.published_at is None:
        return Act.MODERATE
    weighing = await newest_version(uow.session, f"{consultation_id}-idee"[:40])
    if weighing is None:
        return Act.WEIGH
    if weighing.state != WeighingState.PUBLISHED:
        return Act.SECOND
    answered = select(FeedbackRow.id).where(FeedbackRow.contribution_id == contribution.id)
    return None if await uow.session.scalar(answered) else Act.DECIDE


async def play(uow: UnitOfWork, act: Act, cast: Cast) -> None:
    """Play one act."""
    match act:
        case Act.MODERATE:
            await moderate(uow, cast.ref, order=ModerationOrder(Verdict.PUBLISH), by=cast.moderator)
        case Act.WEIGH:
            await _weigh(uow, cast)
        case Act.SECOND:
            await publish_weighing(uow, cast.topic_id, by=UserId(cast.second))
        case Act.DECIDE:
            await _decide(uow, cast)


async def _weigh(uow: UnitOfWork, cast: Cast) -> None:
    await create_topic(uow, cast.consultation_id, title={"de": "Ihre Idee"}, by=cast.office, topic_id=cast.topic_id)
    await assign_inputs(uow, cast.topic_id, add=[cast.ref], by=cast.office)
    draft = WeighingDraft(
        proposal=Outcome.PARTLY,
        reason_code=ReasonCode.AGREEMENT,
        reason={
            "de": "Die Idee ist gut. Wir beginnen mit einem Versuch und schauen nach einem Jahr, was er bringt.",
            "ls": "Die Idee ist gut.\nWir probieren sie ein Jahr lang aus.",
        },
        office="Bauamt",
    )
    await write_weighing(uow, cast.topic_id, draft, by=UserId(cast.office))
    await submit_weighing(uow, cast.topic_id, by=UserId(cast.office))


async def _decide(uow: UnitOfWork, cast: Cast) -> None:
    """Carry the weighing through the council; the second person publishes, the answer goes out."""
    office, second, today = UserId(cast.office), UserId(cast.second), local_day(uow.now)
    reference = f"GR/{today.year}/{cast.consultation_id[:6].upper()}"
    paper = PaperDraft(reference, "Beschlussvorlage", {"de": "Ideen aus der Bürgerschaft"}, dated_on=today)
    paper_id = await link_paper(uow, cast.consultation_id, paper, by=office)
    sitting = DeliberationDraft(
        body_id=BODY,
        position=1,
        role="Entscheidung",
        authoritative=True,
        held_on=today,
        agenda_no="Ö 2",
        result=Result.RESOLVED,
        votes=Votes(yes=14, no=2, abstain=0),
    )
    await record_deliberation(uow, paper_id, sitting, by=office)
    wording = {"de": "Der Gemeinderat beschließt, die Idee ein Jahr lang zu erproben."}
    decision_id = await write_decision(uow, paper_id, DecisionDraft(wording, decided_on=today), by=office)
    effect = EffectDraft(
        topic_id=cast.topic_id,
        effect=Outcome.PARTLY,
        before={"de": "Nicht vorgesehen"},
        after={"de": "Ein Versuch für ein Jahr"},
    )
    await record_effect(uow, decision_id, effect, by=office)
    await submit_decision(uow, decision_id, by=office)
    await publish_decision(uow, decision_id, by=second)
    text = {"de": f"Vielen Dank für Ihren Beitrag {cast.ref}. So hat er gewirkt: Die Gemeinde erprobt die Idee."}
    await send_feedback(uow, decision_id, cast.contribution_id, medium=Medium.NONE_NO_CONTACT, text=text, by=office)


def _draft(uow: UnitOfWork) -> ConsultationDraft:
    today = local_day(uow.now)
    return ConsultationDraft(
        title={"de": "Ideen für unsere Gemeinde", "en": "Ideas for our village"},
        slug=f"ideen-{uow.new_id()[:8]}",
        summary={"de": "Was soll sich ändern? Eine Idee genügt.", "en": "What should change? One idea is enough."},
        legal_note={"de": "Freiwillige Beteiligung zum Ausprobieren."},
        fixed=[{"de": "Es gibt 5.000 Euro für Versuche."}],
        open=[{"de": "Wofür wir sie ausgeben"}],
        deciding_body_id=BODY,
        promised_feedback_by=today + A_MONTH,
        channels=[Channel.WEB, Channel.TELEPHONE],
        next_steps=[NextStep(today + A_MONTH, {"de": "Antwort an alle"}, {"de": "Mit dem Quittungscode."})],
        phases=[
            Phase(PhaseType.COLLECT, today, today, rights=PhaseRights.WRITE),
            Phase(PhaseType.DECIDE, today, today + A_MONTH),
        ],
    )
