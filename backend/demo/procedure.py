"""Seed: a consultation with its contributions, as people sent them and staff moderated them."""

from __future__ import annotations

from sqlalchemy import select

from backend.accounts.models import Organisation
from backend.consultations.actions.annotate import mark_duplicate, translate
from backend.consultations.actions.edit_consultation import create_consultation
from backend.consultations.actions.moderate import moderate
from backend.consultations.actions.publish_consultation import publish_consultation
from backend.consultations.actions.record_input import check_transcription, record_input
from backend.consultations.actions.submit_contribution import submit_contribution
from backend.consultations.actions.topics import assign_inputs, create_topic
from backend.consultations.contacts import ContactBox, add_contact, confirm_contact
from backend.consultations.drafts import Accepted, ConsultationDraft, Intake, ModerationOrder, NewContribution
from backend.consultations.models import ContactRow, ContributionRow
from backend.consultations.types import (
    AuthorGroup,
    Channel,
    NextStep,
    Outcome,
    Phase,
    PhaseRights,
    PhaseType,
)
from backend.demo.story import Json, Story
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime

PHASES = {
    "informieren": PhaseType.ANNOUNCE,
    "beitragen": PhaseType.COLLECT,
    "veranstaltung": PhaseType.MEETING,
    "abwaegen": PhaseType.WEIGH,
    "entscheiden": PhaseType.DECIDE,
    "umsetzen": PhaseType.IMPLEMENT,
}
AGE_BANDS = {"bis-17": AuthorGroup.UNDER_18, "keine_angabe": AuthorGroup.UNKNOWN}
WRITABLE = frozenset({PhaseType.COLLECT, PhaseType.MEETING})
STEP_TITLES = {
    "beitragen": ("Beiträge enden", "Karten mit diesem Poststempel zählen noch mit."),
    "veranstaltung": ("Versammlung", "Sie stimmen ab: mit Handy, am Kiosk oder auf Papier."),
    "abwaegen": ("Abwägen", "Jeder Beitrag kommt zu einem Thema. Zu jedem Thema schreiben wir, was wir vorschlagen."),
    "entscheiden": ("Der Rat entscheidet", "Die Sitzung ist öffentlich."),
}
RULES = {"personenbezogene_daten": 5, "beleidigung": 3}
BY_ITSELF = frozenset({Channel.WEB, Channel.PHONE, Channel.KIOSK})


async def seed_consultation(rt: Runtime, story: Story, *, case: Json, organisation: Organisation) -> None:
    """Create and publish the consultation of a case."""
    consultation = case["consultation"]
    async with rt.work.write() as uow:
        draft = consultation_draft(story, consultation)
        await create_consultation(uow, organisation.id, draft=draft, consultation_id=consultation["id"])
        await publish_consultation(uow, consultation["id"], version=1)


async def seed_topics(rt: Runtime, case: Json, *, by: str) -> None:
    """Group the contributions into the topics of the case."""
    consultation = case["consultation"]
    async with rt.work.write() as uow:
        for cluster in consultation["clusters"]:
            topic_id = f"{consultation['id']}-{cluster['id']}"
            await create_topic(uow, consultation["id"], title={"de": cluster["title_de"]}, by=by, topic_id=topic_id)
            refs = [each["ref"] for each in consultation["contributions"] if each["cluster"] == cluster["id"]]
            await assign_inputs(uow, topic_id, add=refs, by=by)


def consultation_draft(story: Story, consultation: Json) -> ConsultationDraft:
    """Return the consultation as an editor would enter it."""
    room = consultation["room_for_influence"]
    return ConsultationDraft(
        title=consultation["title"],
        slug=consultation["id"].removeprefix("cons-"),
        summary=consultation["summary"],
        legal_note={"de": consultation["legal_basis_note_de"]},
        fixed=[{"de": line} for line in room["fixed_de"]],
        open=[{"de": line} for line in room["open_de"]],
        deciding_body_id=consultation["deciding_body"],
        promised_feedback_by=story.on(consultation["promised_feedback_by"]),
        channels=[Channel(channel) for channel in consultation["channels"]],
        next_steps=_next_steps(story, consultation),
        phases=[_phase(story, phase) for phase in consultation["phases"]],
        geo=consultation["geo"],
    )


async def seed_contribution(
    rt: Runtime, story: Story, *, consultation_id: str, source: Json, users: dict[str, str]
) -> None:
    """Take in one contribution, check its transcription, moderate it."""
    channel = Channel(source["channel"])
    new = NewContribution(
        text=source["text_de"],
        channel=channel,
        language=source.get("language", "de"),
        author_group=AGE_BANDS.get(source["author_group"]) or AuthorGroup(source["author_group"]),
        place_id=source.get("place"),
    )
    async with rt.work.write() as uow:
        if channel in BY_ITSELF:
            accepted = await submit_contribution(uow, consultation_id, new=new, ref=source["ref"])
        else:
            intake = Intake(
                received_at=story.at(source["received_at"]),
                recorded_by=users["patin"],
                organisation=source.get("organisation"),
            )
            accepted = await record_input(uow, consultation_id, new=new, intake=intake, ref=source["ref"])
            await check_transcription(uow, source["ref"], agrees=True, by=users["hofmann"])
        if channel in {Channel.WEB, Channel.EMAIL}:
            await _leave_address(uow, ContactBox(rt.keyring.contacts), accepted)
        if "text_translated_de" in source:
            await translate(uow, source["ref"], translation=source["text_translated_de"])
    async with rt.work.write() as uow:
        await moderate(uow, source["ref"], order=_order(source), by=users["lang"])
        twin = source.get("moderation", {}).get("duplicate_of")
        if twin:
            await mark_duplicate(uow, source["ref"], of=f"MP27-{100 + int(twin.split('-')[1])}")


async def _leave_address(uow: UnitOfWork, box: ContactBox, accepted: Accepted) -> None:
    """Let the author leave an address and confirm it, so that the answer can be mailed."""
    address = f"{accepted.ref.lower()}@example.org"
    await add_contact(uow, accepted.receipt_code, address=address, box=box)
    contribution_id = await contribution_id_of(uow, accepted.ref)
    contact = await uow.session.get_one(ContactRow, contribution_id)
    await confirm_contact(uow, box.token(contribution_id, contact.sealed), box=box)


async def contribution_id_of(uow: UnitOfWork, ref: str) -> str:
    """Return the id behind a reference."""
    return (await uow.session.scalars(select(ContributionRow.id).where(ContributionRow.ref == ref))).one()


def _order(source: Json) -> ModerationOrder:
    moderation = source.get("moderation", {})
    rule = RULES.get(moderation.get("reason_code", ""))
    match moderation.get("state", "veroeffentlicht"):
        case "redigiert_veroeffentlicht":
            return ModerationOrder(
                Outcome.REDACT,
                rule_number=rule,
                facts="Der Text nennt eine private Telefonnummer.",
                text_published=moderation["text_published_de"],
            )
        case "abgelehnt":
            facts = "Der Text beleidigt eine einzelne Person und sagt nichts zum Thema."
            return ModerationOrder(Outcome.REJECT, rule_number=rule, facts=facts)
        case _:
            return ModerationOrder(Outcome.PUBLISH)


def _phase(story: Story, source: Json) -> Phase:
    kind = PHASES[source["type"]]
    opens, closes = story.on(source["opens"]), story.on(source["closes"])
    if opens is None or closes is None:
        raise ValueError(source)
    return Phase(
        type=kind,
        opens_on=opens,
        closes_on=closes,
        rights=PhaseRights.WRITE if kind in WRITABLE else PhaseRights.READ,
    )


def _next_steps(story: Story, consultation: Json) -> list[NextStep]:
    steps: list[NextStep] = []
    for phase in consultation["phases"]:
        day = story.on(phase["closes"])
        if phase["type"] in STEP_TITLES and day is not None:
            title, text = STEP_TITLES[phase["type"]]
            steps.append(NextStep(day, {"de": title}, {"de": text}))
    promised = story.on(consultation["promised_feedback_by"])
    if promised is not None:
        text = "Per E-Mail, Brief, Aushang am Kiosk oder mit dem Quittungscode."
        steps.append(NextStep(promised, {"de": "Antwort an alle"}, {"de": text}))
    return steps
