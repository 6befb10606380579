"""Seed: a consultation that is open today, so that a visitor can write something at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.accounts.models import Organisation
from backend.consultations.actions.edit_consultation import create_consultation
from backend.consultations.actions.moderate import moderate
from backend.consultations.actions.publish_consultation import publish_consultation
from backend.consultations.actions.submit_contribution import submit_contribution
from backend.consultations.drafts import ConsultationDraft, ModerationOrder, NewContribution
from backend.consultations.types import (
    AuthorGroup,
    Channel,
    ModerationMode,
    NextStep,
    Outcome,
    Phase,
    PhaseRights,
    PhaseType,
)
from backend.runtime import Runtime

CONSULTATION_ID = "cons-probesitzen"
FIRST_VOICES = (
    (Channel.WEB, AuthorGroup.UNKNOWN, "Modell 2 hat die bessere Lehne, aber die Sitzfläche ist mir zu tief."),
    (Channel.KIOSK, AuthorGroup.UNKNOWN, "Bitte Armlehnen auf beiden Seiten. Ich stütze mich beim Aufstehen ab."),
    (Channel.WEB, AuthorGroup.UNKNOWN, "Holz statt Metall, im Sommer verbrennt man sich sonst."),
)


async def seed_open_consultation(
    rt: Runtime, *, organisation: Organisation, users: dict[str, str], today: datetime
) -> None:
    """Open the consultation that follows from the decision: which bench shall it be?"""
    async with rt.work.write() as uow:
        await create_consultation(uow, organisation.id, draft=_draft(today), consultation_id=CONSULTATION_ID)
        await publish_consultation(uow, CONSULTATION_ID, version=1)
    for channel, group, text in FIRST_VOICES:
        new = NewContribution(text=text, channel=channel, author_group=group)
        async with rt.work.write() as uow:
            accepted = await submit_contribution(uow, CONSULTATION_ID, new=new)
            await moderate(uow, accepted.ref, order=ModerationOrder(Outcome.PUBLISH), by=users["lang"])


def _draft(today: datetime) -> ConsultationDraft:
    day = today.date()
    ends = day + timedelta(days=23)
    return ConsultationDraft(
        title={
            "de": "Probesitzen: Welche Bank passt auf den Marktplatz?",
            "ls": "Probe-Sitzen: Welche Bank ist gut für den Markt-Platz?",
            "en": "Try a seat: which bench suits the market square?",
        },
        slug="probesitzen",
        summary={
            "de": "Der Stadtrat hat 14 Bänke mit Lehnen beschlossen. Drei Modelle stehen zum Ausprobieren vor dem "
            "Rathaus. Sagen Sie uns, auf welcher Bank Sie gut sitzen und gut aufstehen.",
            "ls": "Es gibt 14 neue Bänke.\nVor dem Rat-Haus stehen 3 Bänke zum Probieren.\nWelche Bank ist gut?",
            "en": "The council has decided on 14 benches with backrests. Three models stand in front of the town hall.",
        },
        legal_note={"de": "Freiwillige Beteiligung. Das Bauamt wählt das Modell und begründet die Wahl."},
        fixed=[{"de": "Es werden 14 Bänke mit Rücken- und Armlehnen gebaut."}],
        open=[{"de": "Modell und Material"}, {"de": "Höhe und Tiefe der Sitzfläche"}, {"de": "Zahl der Armlehnen"}],
        deciding_body_id="org-bauausschuss-auenfurt",
        promised_feedback_by=ends + timedelta(days=28),
        channels=[Channel.WEB, Channel.KIOSK, Channel.PAPER_CARD, Channel.TELEPHONE],
        next_steps=[
            NextStep(ends, {"de": "Beiträge enden"}, {"de": "Karten mit diesem Poststempel zählen noch mit."}),
            NextStep(ends + timedelta(days=14), {"de": "Das Bauamt wählt ein Modell"}, {"de": "Mit Gründen."}),
            NextStep(ends + timedelta(days=28), {"de": "Antwort an alle"}, {"de": "Mit dem Quittungscode."}),
        ],
        phases=[
            Phase(
                PhaseType.COLLECT,
                day - timedelta(days=3),
                ends,
                rights=PhaseRights.WRITE,
                moderation=ModerationMode.PRE,
            ),
            Phase(PhaseType.WEIGH, ends + timedelta(days=1), ends + timedelta(days=14)),
            Phase(PhaseType.DECIDE, ends + timedelta(days=15), ends + timedelta(days=28)),
        ],
    )
