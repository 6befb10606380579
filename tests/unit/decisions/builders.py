"""A small consultation's facts, as the square with the toilet: two topics, two bodies, one departure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from backend.consultations.types import Channel, ContributionKind, ContributionState
from backend.decisions.edges import Edges, NodeKind, link
from backend.decisions.facts import (
    ConsultationFact,
    ContributionFact,
    DecisionFact,
    DeliberationFact,
    EffectFact,
    Facts,
    FeedbackFact,
    MilestoneFact,
    PaperFact,
    TopicFact,
    WeighingFact,
)
from backend.decisions.types import DecisionState, Medium, MilestoneState, Outcome, ReasonCode, Result, Votes

APRIL_9, APRIL_20, MAY_5, MAY_12 = date(2027, 4, 9), date(2027, 4, 20), date(2027, 5, 5), date(2027, 5, 12)
C, T, W, P = NodeKind.CONTRIBUTION, NodeKind.TOPIC, NodeKind.WEIGHING, NodeKind.PAPER
L, D, E, M, F = NodeKind.DELIBERATION, NodeKind.DECISION, NodeKind.EFFECT, NodeKind.MILESTONE, NodeKind.FEEDBACK


def contribution(ref: str, channel: Channel = Channel.WEB) -> ContributionFact:
    return ContributionFact(
        id=f"c-{ref}",
        ref=ref,
        kind=ContributionKind.COMMENT,
        channel=channel,
        state=ContributionState.PUBLISHED,
        received_on=date(2027, 2, 17),
        text="Wo soll ich hin?",
    )


def weighing(topic: str, proposal: Outcome) -> WeighingFact:
    return WeighingFact(
        id=f"w-{topic}",
        topic_id=topic,
        version=1,
        proposal=proposal,
        reason_code=ReasonCode.COST,
        reason={"de": "Zu teuer."},
        office="Stadtbauamt",
        published_on=APRIL_9,
        plain_language_due=None,
    )


def deliberation(position: int, *, held_on: date, **departures: Outcome) -> DeliberationFact:
    return DeliberationFact(
        id=f"l-{position}",
        paper_id="p",
        body_id=f"body-{position}",
        body="Stadtrat" if position == 2 else "Bauausschuss",
        position=position,
        role="Entscheidung" if position == 2 else "Vorberatung",
        authoritative=position == 2,
        held_on=held_on,
        agenda_no="Ö 3",
        result=Result.RESOLVED_AMENDED if position == 2 else Result.RECOMMENDED_AMENDED,
        votes=Votes(9, 2, 0),
        note={},
        departures=departures,
    )


def effect(topic: str, outcome: Outcome, *, deviates: bool = False) -> EffectFact:
    return EffectFact(
        id=f"e-{topic}",
        decision_id="d",
        topic_id=topic,
        effect=outcome,
        before={"de": "Keine"},
        after={"de": "Eine"},
        deviates=deviates,
        deviation_reason={"de": "Der Rat folgte der Versammlung."} if deviates else None,
        recorded_on=MAY_5,
    )


def square() -> Facts:
    """Two contributions on the toilet, one on trees; the council departs from the proposal on the toilet."""
    contributions = {fact.id: fact for fact in map(contribution, ("MP27-011", "MP27-016", "MP27-001"))}
    deliberations = (
        deliberation(1, held_on=APRIL_20, toilet=Outcome.ADOPTED),
        deliberation(2, held_on=MAY_5),
    )
    milestone = MilestoneFact(
        "m", "d", None, {"de": "Baubeginn"}, date(2028, 3, 1), MilestoneState.PLANNED, done=None, version=1
    )
    edges = [link(C, "c-MP27-011", T, "toilet"), link(C, "c-MP27-016", T, "toilet"), link(C, "c-MP27-001", T, "trees")]
    for topic in ("toilet", "trees"):
        edges += [link(T, topic, W, f"w-{topic}"), link(W, f"w-{topic}", P, "p")]
        edges += [link(T, topic, E, f"e-{topic}"), link(D, "d", E, f"e-{topic}")]
    edges += [link(P, "p", L, fact.id) for fact in deliberations]
    edges += [link(P, "p", D, "d"), link(D, "d", M, "m"), link(C, "c-MP27-011", F, "f")]
    return Facts(
        consultation=ConsultationFact("k", "auenfurt", "marktplatz", {"de": "Marktplatz"}, date(2027, 6, 11), "body-2"),
        edges=Edges(edges),
        contributions=contributions,
        topics={topic: TopicFact(topic, {"de": topic}, date(2027, 3, 12)) for topic in ("toilet", "trees")},
        weighings={
            fact.id: fact for fact in (weighing("toilet", Outcome.NOT_ADOPTED), weighing("trees", Outcome.PARTLY))
        },
        papers={"p": PaperFact("p", "SR/2027/041", "Beschlussvorlage", {"de": "Entwurf"}, APRIL_9)},
        deliberations={fact.id: fact for fact in deliberations},
        decisions={
            "d": DecisionFact("d", "p", DecisionState.RESOLVED_AMENDED, {"de": "Ja"}, MAY_5, date(2027, 6, 11), MAY_5)
        },
        effects={
            fact.id: fact
            for fact in (effect("toilet", Outcome.ADOPTED, deviates=True), effect("trees", Outcome.PARTLY))
        },
        milestones={"m": milestone},
        feedback={"f": FeedbackFact("f", "c-MP27-011", "d", Medium.LETTER, {"de": "Danke"}, MAY_12)},
    )


def without_decision(facts: Facts) -> Facts:
    """Take the same consultation to before any body met: both sittings are only planned."""
    late = {D, E, M, F}
    edges = Edges(edge for edge in facts.edges.all if not {edge.source.kind, edge.target.kind} & late)
    planned = {key: replace(fact, result=None, votes=None) for key, fact in facts.deliberations.items()}
    return replace(facts, edges=edges, deliberations=planned, decisions={}, effects={}, milestones={}, feedback={})
