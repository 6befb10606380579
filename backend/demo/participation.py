"""Seed: a consultation of the story with everything people said in it, through the domain's own actions.

What came on paper or by telephone is written down by one person and checked by another; what was moderated in the
story is moderated here, with the same outcome and rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from backend.accounts.models import Organisation
from backend.consultations.actions.annotate import mark_duplicate, translate
from backend.consultations.actions.edit_consultation import create_consultation
from backend.consultations.actions.moderate import moderate
from backend.consultations.actions.publish_consultation import publish_consultation
from backend.consultations.actions.record_input import check_transcription, record_input
from backend.consultations.actions.submit_contribution import submit_contribution
from backend.consultations.actions.topics import assign_inputs, create_topic
from backend.consultations.drafts import Accepted, ConsultationDraft, Intake, ModerationOrder, NewContribution
from backend.consultations.types import (
    INTAKE_CHANNELS,
    AuthorGroup,
    Channel,
    NextStep,
    Outcome,
    Phase,
    PhaseRights,
    PhaseType,
    Texts,
)
from backend.demo.story import Json, Story
from backend.kit.clock import FixedClock
from backend.runtime import Runtime

PHASES: Final = {
    "informieren": PhaseType.ANNOUNCE,
    "beitragen": PhaseType.COLLECT,
    "veranstaltung": PhaseType.MEETING,
    "abwaegen": PhaseType.WEIGH,
    "entscheiden": PhaseType.DECIDE,
    "umsetzen": PhaseType.IMPLEMENT,
}
NEXT_STEPS: Final[dict[PhaseType, tuple[str, str]]] = {
    PhaseType.COLLECT: ("Beiträge enden", "Karten mit Poststempel dieses Tages zählen noch mit."),
    PhaseType.MEETING: (
        "Versammlung",
        "Sie stimmen ab: mit Handy, am Kiosk oder auf Papier. Was Sie dort sagen, kommt als Beitrag hierher.",
    ),
    PhaseType.WEIGH: (
        "Abwägen",
        "Jeder Beitrag kommt zu einem Thema. Zu jedem Thema schreibt die Verwaltung einen Vorschlag mit Gründen.",
    ),
    PhaseType.DECIDE: ("Entscheidung", "Das zuständige Gremium berät öffentlich und entscheidet."),
}
GROUPS: Final = {"bis-17": AuthorGroup.UNDER_18, "keine_angabe": AuthorGroup.UNKNOWN}
RULES: Final = {"personenbezogene_daten": 5, "beleidigung": 3}
FACTS: Final = {
    "personenbezogene_daten": "Eine private Telefonnummer steht im letzten Satz.",
    "beleidigung": "Der Text beleidigt eine einzelne Person.",
}
A_DAY: Final = timedelta(days=1)
READ_AFTER: Final = timedelta(hours=5)


@dataclass(frozen=True, slots=True)
class Office:
    """Who writes down, checks and moderates."""

    mentor: str
    clerk: str
    moderator: str


@dataclass(frozen=True, slots=True)
class Said:
    """What came of the seed: receipt codes by reference, topics by their id in the story."""

    consultation_id: str
    receipts: dict[str, str]
    topics: dict[str, str]


async def seed_participation(
    rt: Runtime, clock: FixedClock, story: Story, *, case: Json, organisation: Organisation, office: Office
) -> Said:
    """Replay one case's consultation up to its topics; the clock ends after the last contribution was read."""
    source = case["consultation"]
    clock.set(story.noon(source["phases"][0]["opens"]) - 3 * A_DAY)
    async with rt.work.write() as uow:
        consultation_id = await create_consultation(
            uow, organisation.id, draft=procedure(story, source), consultation_id=source["id"]
        )
        await publish_consultation(uow, consultation_id, version=1)
    receipts: dict[str, str] = {}
    for entry in sorted(source["contributions"], key=lambda each: story.at(each["received_at"])):
        accepted = await _say(rt, clock, story, entry=entry, consultation_id=consultation_id, office=office)
        receipts[entry["ref"]] = accepted.receipt_code
        clock.advance(READ_AFTER)
        await _decide(rt, entry, office.moderator)
    await _relate(rt, source)
    topics = await _group(rt, source, by=office.clerk)
    return Said(consultation_id, receipts, topics)


def procedure(story: Story, source: Json) -> ConsultationDraft:
    """Return the story's consultation as an editor would have entered it."""
    phases = [_phase(story, each) for each in source["phases"]]
    promised = story.on(source["promised_feedback_by"])
    steps = [
        NextStep(phase.closes_on, {"de": NEXT_STEPS[phase.type][0]}, {"de": NEXT_STEPS[phase.type][1]})
        for phase in phases
        if phase.type in NEXT_STEPS
    ]
    if promised:
        text = "Per E-Mail, Brief, Aushang am Kiosk oder mit dem Quittungscode."
        steps.append(NextStep(promised, {"de": "Antwort an alle"}, {"de": text}))
    room = source["room_for_influence"]
    return ConsultationDraft(
        title=source["title"],
        slug=source["id"].removeprefix("cons-"),
        summary=source["summary"],
        legal_note={"de": source["legal_basis_note_de"]},
        fixed=[{"de": text} for text in room["fixed_de"]],
        open=[{"de": text} for text in room["open_de"]],
        deciding_body_id=source["deciding_body"],
        promised_feedback_by=promised,
        channels=[Channel(name) for name in source["channels"]],
        next_steps=steps,
        phases=phases,
        geo=source["geo"],
    )


def _phase(story: Story, each: Json) -> Phase:
    kind = PHASES[each["type"]]
    opens_on, closes_on = story.on(each["opens"]), story.on(each["closes"])
    if opens_on is None or closes_on is None:
        raise LookupError(each["type"])
    rights = PhaseRights.WRITE if kind is PhaseType.COLLECT else PhaseRights.READ
    return Phase(kind, opens_on, closes_on, rights)


async def _say(
    rt: Runtime, clock: FixedClock, story: Story, *, entry: Json, consultation_id: str, office: Office
) -> Accepted:
    received_at, channel = story.at(entry["received_at"]), Channel(entry["channel"])
    new = NewContribution(
        text=entry["text_de"],
        channel=channel,
        language=entry.get("language", "de"),
        author_group=GROUPS.get(entry["author_group"]) or AuthorGroup(entry["author_group"]),
        place_id=entry.get("place"),
    )
    if channel not in INTAKE_CHANNELS:
        clock.set(received_at)
        async with rt.work.write() as uow:
            return await submit_contribution(uow, consultation_id, new=new, ref=entry["ref"])
    clock.set(received_at + A_DAY)
    return await _write_down(
        rt, new, entry=entry, received_at=received_at, consultation_id=consultation_id, office=office
    )


async def _write_down(
    rt: Runtime, new: NewContribution, *, entry: Json, received_at: datetime, consultation_id: str, office: Office
) -> Accepted:
    intake = Intake(received_at=received_at, recorded_by=office.mentor, organisation=entry.get("organisation"))
    async with rt.work.write() as uow:
        accepted = await record_input(uow, consultation_id, new=new, intake=intake, ref=entry["ref"])
        await check_transcription(uow, accepted.ref, agrees=True, by=office.clerk)
    return accepted


async def _decide(rt: Runtime, entry: Json, moderator: str) -> None:
    moderation = entry.get("moderation", {})
    code = moderation.get("reason_code", "")
    outcomes = {"redigiert_veroeffentlicht": Outcome.REDACT, "abgelehnt": Outcome.REJECT}
    outcome = outcomes.get(moderation.get("state", ""), Outcome.PUBLISH)
    order = ModerationOrder(outcome, RULES.get(code), FACTS.get(code, ""), moderation.get("text_published_de"))
    async with rt.work.write() as uow:
        await moderate(uow, entry["ref"], order=order, by=moderator)


async def _relate(rt: Runtime, source: Json) -> None:
    """Add what is known about a text beside it: its translation, and the text it repeats."""
    refs = {entry["id"]: entry["ref"] for entry in source["contributions"]}
    async with rt.work.write() as uow:
        for entry in source["contributions"]:
            original = entry.get("moderation", {}).get("duplicate_of")
            if entry.get("text_translated_de"):
                await translate(uow, entry["ref"], translation=entry["text_translated_de"])
            if original:
                await mark_duplicate(uow, entry["ref"], of=refs[original])


async def _group(rt: Runtime, source: Json, *, by: str) -> dict[str, str]:
    topics: dict[str, str] = {}
    async with rt.work.write() as uow:
        for cluster in source["clusters"]:
            title: Texts = {"de": cluster["title_de"]}
            topics[cluster["id"]] = await create_topic(uow, source["id"], title=title, by=by, topic_id=cluster["id"])
            refs = [entry["ref"] for entry in source["contributions"] if entry.get("cluster") == cluster["id"]]
            await assign_inputs(uow, topics[cluster["id"]], add=refs, by=by)
    return topics
