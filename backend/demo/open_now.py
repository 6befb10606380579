"""Seed: a consultation that is open today, so that a visitor can write something at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

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
        legal_note={
            "de": "Freiwillige Beteiligung. Der Bau- und Umweltausschuss wählt das Modell und begründet die Wahl.",
            "ls": "Sie müssen nicht mitmachen. Der Ausschuss wählt eine Bank aus und sagt, warum.",
            "en": "Voluntary participation. The building committee chooses the model and gives reasons.",
        },
        fixed=[
            {
                "de": "Es werden 14 Bänke mit Rücken- und Armlehnen gebaut.",
                "ls": "Die Stadt baut 14 Bänke mit Lehnen.",
                "en": "14 benches with backrests and armrests will be built.",
            }
        ],
        open=[
            {"de": "Modell und Material", "ls": "Welche Bank es wird", "en": "Model and material"},
            {
                "de": "Höhe und Tiefe der Sitzfläche",
                "ls": "Wie hoch und wie tief der Sitz ist",
                "en": "Height and depth of the seat",
            },
            {"de": "Zahl der Armlehnen", "ls": "Wie viele Arm-Lehnen es gibt", "en": "Number of armrests"},
        ],
        deciding_body_id="org-bauausschuss-auenfurt",
        promised_feedback_by=ends + timedelta(days=28),
        channels=[Channel.WEB, Channel.KIOSK, Channel.PAPER_CARD, Channel.TELEPHONE],
        next_steps=_next_steps(ends),
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


def _next_steps(ends: date) -> list[NextStep]:
    return [
        NextStep(
            ends,
            {"de": "Beiträge enden", "ls": "Sie können bis jetzt mitmachen", "en": "Contributions close"},
            {
                "de": "Karten mit diesem Poststempel zählen noch mit.",
                "ls": "Karten mit diesem Stempel zählen noch.",
                "en": "Cards postmarked this day still count.",
            },
        ),
        NextStep(
            ends + timedelta(days=14),
            {
                "de": "Das Bauamt schlägt ein Modell vor",
                "ls": "Das Bau-Amt schlägt eine Bank vor",
                "en": "The building office proposes a model",
            },
            {"de": "Mit Gründen.", "ls": "Es sagt, warum.", "en": "With reasons."},
        ),
        NextStep(
            ends + timedelta(days=28),
            {
                "de": "Der Ausschuss entscheidet, Antwort an alle",
                "ls": "Der Ausschuss entscheidet. Alle bekommen eine Antwort",
                "en": "The committee decides, everybody gets an answer",
            },
            {"de": "Mit dem Quittungscode.", "ls": "Mit dem Code.", "en": "With the receipt code."},
        ),
    ]
