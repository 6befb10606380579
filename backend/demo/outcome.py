"""Seed: weighing, council paper, deliberations, decision, effects, milestones and the answers to everybody."""

from __future__ import annotations

from sqlalchemy import select

from backend.accounts.types import UserId
from backend.consultations.models import ContributionRow
from backend.consultations.types import TopicId
from backend.decisions.actions.answer import has_address, send_feedback
from backend.decisions.actions.decide import publish_decision, submit_decision, write_decision
from backend.decisions.actions.deliberate import record_deliberation
from backend.decisions.actions.effects import record_effect
from backend.decisions.actions.milestones import change_milestone
from backend.decisions.actions.paper import link_paper
from backend.decisions.actions.weigh import publish_weighing, submit_weighing, write_weighing
from backend.decisions.types import (
    DecisionDraft,
    DecisionId,
    DeliberationDraft,
    EffectDraft,
    Evidence,
    Medium,
    MilestoneDraft,
    MilestoneState,
    Outcome,
    PaperDraft,
    ReasonCode,
    Votes,
    WeighingDraft,
    result_named,
)
from backend.demo.story import Json, Story
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime

EVIDENCE = {
    "cl-schatten": ("poll-A2", "yes"),
    "cl-parken": ("poll-A1", "b"),
    "cl-wc": ("poll-A3", "wc"),
    "cl-sitzen": ("poll-A3", "sitz"),
    "cl-rad": ("poll-A3", "rad"),
    "cl-belag": ("poll-A3", "leit"),
    "cl-trasse-b": ("poll-B1", None),
    "cl-licht": ("poll-B2", "bew"),
    "cl-querung": ("poll-B3", "yes"),
}
"""Topic → poll of the story and the option that speaks to it."""
DEPARTURES = {"dec-marktplatz": {1: {"cl-wc": Outcome.ADOPTED}, 2: {"cl-wc": Outcome.ADOPTED}}}
WORDS = {
    Outcome.ADOPTED: "übernommen",
    Outcome.PARTLY: "teilweise übernommen",
    Outcome.NOT_ADOPTED: "nicht übernommen",
    Outcome.ALREADY_PLANNED: "war schon geplant",
    Outcome.FORWARDED: "weitergeleitet",
    Outcome.NOTED: "zur Kenntnis genommen",
}
BY_CHANNEL = {
    "paper_card": Medium.LETTER,
    "letter": Medium.LETTER,
    "kiosk": Medium.KIOSK_NOTICE,
    "telephone": Medium.KIOSK_NOTICE,
}


class Outcomes:
    """Plays what happened to one case after its evening."""

    def __init__(self, rt: Runtime, story: Story, *, case: Json, users: dict[str, str]) -> None:
        self._rt = rt
        self._story = story
        self._case = case
        self._writer = UserId(users["hofmann"])
        self._second = UserId(users["lang"])
        self._prefix = case["consultation"]["id"]
        self._paper_id = ""

    def topic(self, cluster: str) -> TopicId:
        """Return the topic of a cluster of the story."""
        return TopicId(f"{self._prefix}-{cluster}")

    async def weigh(self, polls: dict[str, str]) -> None:
        """Weigh every topic; `polls` maps the story's poll ids to the real ones."""
        for source in self._case["weighings"]:
            async with self._rt.work.write() as uow:
                topic = self.topic(source["cluster"])
                await write_weighing(uow, topic, self._weighing(source, polls), by=self._writer)
                await submit_weighing(uow, topic, by=self._writer)
                await publish_weighing(uow, topic, by=self._second)

    def _weighing(self, source: Json, polls: dict[str, str]) -> WeighingDraft:
        poll, option = EVIDENCE.get(source["cluster"], (None, None))
        return WeighingDraft(
            proposal=Outcome(source["proposal"]),
            reason_code=ReasonCode(source["reason_code"]),
            reason={"de": source["reason_de"], "ls": source["reason_ls"]},
            office="Bauamt",
            forwarded_to=source.get("forwarded_to"),
            forwarded_on=self._story.on(source.get("forwarded_at")),
            evidence=(Evidence(polls[poll], option),) if poll else (),
        )

    async def carry(self) -> None:
        """Put the weighings into the council paper."""
        paper = self._case["decision"]["paper"]
        dated_on = self._story.on(paper["date"])
        if dated_on is None:
            raise ValueError(paper)
        async with self._rt.work.write() as uow:
            draft = PaperDraft(
                reference=paper["reference"].replace("2027", str(dated_on.year)),
                paper_type=paper["paper_type"],
                name={"de": paper["name_de"].replace("11.03.2027", f"{self._evening():%d.%m.%Y}")},
                dated_on=dated_on,
            )
            self._paper_id = await link_paper(uow, self._prefix, draft, by=self._writer)

    async def deliberate(self, source: Json) -> None:
        """Record one body's result."""
        departures = DEPARTURES.get(self._case["decision"]["id"], {}).get(source["order"], {})
        held_on = self._story.on(source["date"])
        if held_on is None:
            raise ValueError(source)
        draft = DeliberationDraft(
            body_id=source["organization"],
            position=source["order"],
            role=source["role"],
            authoritative=source["authoritative"],
            held_on=held_on,
            agenda_no=source["agenda_no"],
            result=result_named(source["result"]),
            votes=Votes(**source["votes"]),
            note={"de": source["note_de"]} if "note_de" in source else {},
            departures={self.topic(name): wish for name, wish in departures.items()},
        )
        async with self._rt.work.write() as uow:
            await record_deliberation(uow, self._paper_id, draft, by=self._writer)

    async def decide(self) -> None:
        """Write the decision with its effects and milestones; a second person publishes it."""
        source = self._case["decision"]
        decided_on = self._story.on(source["consultations"][-1]["date"])
        if decided_on is None:
            raise ValueError(source)
        draft = DecisionDraft(
            resolution={
                language: source[f"resolution_text_{language}"].replace("09.04.2027", self._paper_day())
                for language in ("de", "ls", "en")
            },
            decided_on=decided_on,
            id=source["id"],
        )
        async with self._rt.work.write() as uow:
            decision_id = await write_decision(uow, self._paper_id, draft, by=self._writer)
            for effect in source["effects"]:
                await record_effect(uow, decision_id, self._effect(effect), by=self._writer)
            for milestone in source["milestones"]:
                await change_milestone(uow, decision_id, self._milestone(milestone), by=self._writer)
            await submit_decision(uow, decision_id, by=self._writer)
        async with self._rt.work.write() as uow:
            await publish_decision(uow, decision_id, by=self._second)

    def _effect(self, source: Json) -> EffectDraft:
        return EffectDraft(
            topic_id=self.topic(source["cluster"]),
            effect=Outcome(source["effect"]),
            after={"de": source["after_de"]},
            before={"de": source["before_de"]} if source["before_de"] else None,
            deviation_reason={"de": source["deviation_reason_de"]} if "deviation_reason_de" in source else None,
        )

    def _milestone(self, source: Json) -> MilestoneDraft:
        due = self._story.on(source["due"])
        if due is None:
            raise ValueError(source)
        done = self._story.on(source.get("done"))
        return MilestoneDraft(
            title={"de": source["title_de"]}, due=due, state=MilestoneState(source["state"]), done=done
        )

    async def answer(self) -> None:
        """Answer every contribution on the way it came, or under its receipt code."""
        source = self._case["decision"]
        decision_id = DecisionId(source["id"])
        effects = {effect["cluster"]: effect for effect in source["effects"]}
        reasons = {weighing["cluster"]: weighing for weighing in self._case["weighings"]}
        async with self._rt.work.write() as uow:
            for contribution in self._case["consultation"]["contributions"]:
                cluster = contribution["cluster"]
                if cluster is None:
                    continue
                text = _answer_text(contribution["ref"], effects[cluster], reasons[cluster])
                await self._answer_one(uow, decision_id, contribution, text)

    async def _answer_one(self, uow: UnitOfWork, decision_id: DecisionId, source: Json, text: dict[str, str]) -> None:
        query = select(ContributionRow.id).where(ContributionRow.ref == source["ref"])
        contribution_id = (await uow.session.scalars(query)).one()
        medium = BY_CHANNEL.get(source["channel"], Medium.NONE_NO_CONTACT)
        if await has_address(uow.session, contribution_id):
            medium = Medium.EMAIL
        await send_feedback(uow, decision_id, contribution_id, medium=medium, text=text, by=self._writer)

    def _evening(self) -> object:
        return self._story.at(self._case["meeting"]["start"]).date()

    def _paper_day(self) -> str:
        return f"{self._story.on(self._case['decision']['paper']['date']):%d.%m.%Y}"


def _answer_text(ref: str, effect: Json, weighing: Json) -> dict[str, str]:
    word = WORDS[Outcome(effect["effect"])]
    reason = effect.get("deviation_reason_de") or weighing["reason_de"]
    return {
        "de": f"Vielen Dank für Ihren Beitrag {ref}. So hat er gewirkt: {word}. "
        f"{effect['after_de']}. Begründung: {reason}",
        "ls": f"Danke für Ihre Meinung.\nIhre Nummer ist {ref}.\nDas ist passiert: {word}.",
    }
