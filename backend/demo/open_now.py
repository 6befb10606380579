"""Seed: a consultation people can write in today, and one that follows, with work waiting for the moderation.

Invented for the demo: public contributions on several channels with answers, one that waits with a flagged
telephone number, one postcard to compare, one report and one complaint.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from backend.accounts.models import Organisation
from backend.consultations.actions.complain import complain, give_notice
from backend.consultations.actions.edit_consultation import create_consultation
from backend.consultations.actions.moderate import moderate
from backend.consultations.actions.publish_consultation import publish_consultation
from backend.consultations.actions.record_input import check_transcription, record_input
from backend.consultations.actions.respond import answer_officially, support
from backend.consultations.actions.submit_contribution import submit_contribution
from backend.consultations.drafts import ConsultationDraft, Intake, ModerationOrder, NewContribution
from backend.consultations.rules import local_day
from backend.consultations.types import (
    AuthorGroup,
    Channel,
    ContributionKind,
    NextStep,
    NoticeReason,
    Outcome,
    Phase,
    PhaseRights,
    PhaseType,
)
from backend.demo.participation import Office
from backend.kit.clock import FixedClock
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime

BENCHES: Final = "cons-probesitzen"
DECIDING: Final = "org-stadtrat-auenfurt"
PUBLIC: Final[tuple[tuple[str, Channel, AuthorGroup, int], ...]] = (
    ("Modell 2 ist das beste. Mit den Armlehnen komme ich gut wieder hoch.", Channel.WEB, AuthorGroup.FROM_75, 24),
    (
        "Die Sitzfläche von Modell 1 ist mir zu niedrig. 48 Zentimeter wären gut.",
        Channel.KIOSK,
        AuthorGroup.FROM_60,
        17,
    ),
    ("Bitte nicht alle Bänke in die Sonne stellen.", Channel.WEB, AuthorGroup.FROM_30, 31),
    ("Neben jeder Bank Platz für einen Rollstuhl oder Kinderwagen lassen.", Channel.PHONE, AuthorGroup.FROM_45, 12),
    ("Holz ist wärmer als Metall. Im Winter sitzt sonst niemand darauf.", Channel.WEB, AuthorGroup.FROM_18, 9),
)
CARD: Final = "Ich habe alle drei Bänke ausprobiert. Nummer 2 und Nummer 3 sind gut, Nummer 1 ist zu weich."
WAITING: Final = "Meine Frau hat Modell 3 getestet und war begeistert. Rufen Sie gern an: 0931 0000000."
SHORT: Final = "Mehr Papierkörbe neben die Bänke!"
RUDE: Final = "Wer Modell 1 ausgesucht hat, ist ein Idiot. Die Lehne ist viel zu flach."
COMPLAINT: Final = "Ich habe meine Meinung gesagt. Bitte lesen Sie den zweiten Satz noch einmal."


async def seed_open_consultation(rt: Runtime, clock: FixedClock, *, organisation: Organisation, office: Office) -> str:
    """Add what is open now; the clock must stand at today and does so again afterwards. Returns the id."""
    today = clock.now()
    clock.set(today - timedelta(days=12))
    async with rt.work.write() as uow:
        draft = benches(local_day(today))
        await create_consultation(uow, organisation.id, draft=draft, consultation_id=BENCHES)
        await publish_consultation(uow, BENCHES, version=1)
        later = await create_consultation(uow, organisation.id, draft=school_routes(local_day(today)))
        await publish_consultation(uow, later, version=1)
    clock.set(today - timedelta(days=9))
    async with rt.work.write() as uow:
        await _say_publicly(uow, office)
    clock.set(today - timedelta(days=3))
    async with rt.work.write() as uow:
        await _write_card(uow, office)
        await _reject_and_complain(uow, office)
    clock.set(today - timedelta(hours=26))
    async with rt.work.write() as uow:
        await _leave_waiting(uow, office)
    clock.set(today)
    return BENCHES


def benches(today: date) -> ConsultationDraft:
    """Return the procedure about the benches, open for three more weeks."""
    ends, back = today + timedelta(days=23), today + timedelta(days=60)
    return ConsultationDraft(
        title={
            "de": "Probesitzen: Welche Bank passt auf den Marktplatz?",
            "ls": "Welche Bank ist gut?",
            "en": "Take a seat: which bench suits the market square?",
        },
        slug="probesitzen",
        summary={
            "de": "Der Stadtrat hat 14 Bänke mit Lehnen beschlossen. Drei Modelle stehen zum Ausprobieren vor dem "
            "Rathaus. Sagen Sie uns, auf welcher Bank Sie gut sitzen und gut aufstehen.",
            "ls": "Vor dem Rat-Haus stehen 3 Bänke.\nProbieren Sie die Bänke aus.\nWelche Bank ist gut?",
            "en": "The council decided on 14 benches with backrests. Three models stand in front of the town hall. "
            "Tell us which one is good to sit on and to get up from.",
        },
        legal_note={"de": "Freiwillige Beteiligung. Das Ergebnis ist eine Empfehlung; es entscheidet der Stadtrat."},
        fixed=[{"de": "Es werden 14 Bänke mit Lehnen."}, {"de": "Je Bank sind 1.400 Euro vorgesehen."}],
        open=[{"de": "Welches Modell"}, {"de": "Höhe der Sitzfläche"}, {"de": "Wo die Bänke stehen"}],
        deciding_body_id=DECIDING,
        promised_feedback_by=back,
        channels=[Channel.WEB, Channel.KIOSK, Channel.PAPER_CARD, Channel.ORAL, Channel.TELEPHONE],
        next_steps=[
            NextStep(ends, {"de": "Beiträge enden"}, {"de": "Karten mit Poststempel dieses Tages zählen noch mit."}),
            NextStep(
                ends + timedelta(days=14),
                {"de": "Das Bauamt wertet aus"},
                {"de": "Jeder Beitrag kommt zu einem Thema."},
            ),
            NextStep(back, {"de": "Antwort an alle"}, {"de": "Mit der Entscheidung und den Gründen."}),
        ],
        phases=[
            Phase(PhaseType.COLLECT, today - timedelta(days=11), ends, PhaseRights.WRITE),
            Phase(PhaseType.WEIGH, ends + timedelta(days=1), ends + timedelta(days=20)),
            Phase(PhaseType.DECIDE, ends + timedelta(days=21), back),
        ],
    )


def school_routes(today: date) -> ConsultationDraft:
    """Return the procedure about ways to school, whose phase to write in begins next week."""
    begins = today + timedelta(days=7)
    ends = begins + timedelta(days=40)
    return ConsultationDraft(
        title={"de": "Schulwege in der Nordstadt: Wo ist es gefährlich?"},
        slug="schulwege",
        summary={
            "de": "Zeigen Sie uns Stellen, an denen Kinder schlecht über die Straße kommen, oder beschreiben Sie den "
            "Weg mit Worten."
        },
        fixed=[{"de": "Die Grundschule bleibt an ihrem Ort."}],
        open=[{"de": "Querungen und Ampeln"}, {"de": "Tempo"}, {"de": "Elternhaltestellen"}],
        deciding_body_id=DECIDING,
        promised_feedback_by=ends + timedelta(days=60),
        channels=[Channel.WEB, Channel.PAPER_CARD, Channel.TELEPHONE],
        next_steps=[NextStep(begins, {"de": "Beitragen beginnt"}, {"de": "Auch mit Postkarte und am Telefon."})],
        phases=[
            Phase(PhaseType.ANNOUNCE, today - timedelta(days=5), begins - timedelta(days=1)),
            Phase(PhaseType.COLLECT, begins, ends, PhaseRights.WRITE),
            Phase(PhaseType.WEIGH, ends + timedelta(days=1), ends + timedelta(days=30)),
        ],
    )


async def _say_publicly(uow: UnitOfWork, office: Office) -> None:
    refs: list[str] = []
    for text, channel, group, supporters in PUBLIC:
        new = NewContribution(text=text, channel=channel, author_group=group)
        accepted = await submit_contribution(uow, BENCHES, new=new)
        await moderate(uow, accepted.ref, order=ModerationOrder(Outcome.PUBLISH), by=office.moderator)
        for number in range(supporters):
            await support(uow, accepted.ref, supporter=number.to_bytes(32, "big"))
        refs.append(accepted.ref)
    answer = NewContribution(
        text="Im Schatten der Apotheke ist noch Platz.", kind=ContributionKind.REPLY, in_reply_to=refs[2]
    )
    accepted = await submit_contribution(uow, BENCHES, new=answer)
    await moderate(uow, accepted.ref, order=ModerationOrder(Outcome.PUBLISH), by=office.moderator)
    text = "Danke für beide Hinweise. Acht der 14 Bänke stehen künftig unter Bäumen. Der Plan liegt im Rathaus aus."
    await answer_officially(uow, refs[2], text=text, office="Stadtbauamt", by=office.clerk)


async def _write_card(uow: UnitOfWork, office: Office) -> None:
    new = NewContribution(text=CARD, channel=Channel.PAPER_CARD, author_group=AuthorGroup.FROM_75)
    intake = Intake(received_at=uow.now - timedelta(days=1), recorded_by=office.mentor)
    accepted = await record_input(uow, BENCHES, new=new, intake=intake)
    await check_transcription(uow, accepted.ref, agrees=True, by=office.clerk)


async def _reject_and_complain(uow: UnitOfWork, office: Office) -> None:
    accepted = await submit_contribution(uow, BENCHES, new=NewContribution(text=RUDE))
    order = ModerationOrder(Outcome.REJECT, 3, "Der erste Satz beleidigt die Person, die das Modell ausgesucht hat.")
    await moderate(uow, accepted.ref, order=order, by=office.moderator)
    await complain(uow, accepted.receipt_code, text=COMPLAINT)


async def _leave_waiting(uow: UnitOfWork, office: Office) -> None:
    await submit_contribution(uow, BENCHES, new=NewContribution(text=WAITING, author_group=AuthorGroup.FROM_60))
    short = await submit_contribution(uow, BENCHES, new=NewContribution(text=SHORT, nickname="Bankdrücker"))
    await moderate(uow, short.ref, order=ModerationOrder(Outcome.PUBLISH), by=office.moderator)
    await give_notice(uow, short.ref, reason=NoticeReason.OTHER, text="Das hat nichts mit den Bänken zu tun.")
    bench = NewContribution(text="Modell 2, aber bitte in Grün wie das Rathaus.", author_group=AuthorGroup.UNDER_18)
    await submit_contribution(uow, BENCHES, new=bench)
    new = NewContribution(text="Bitte eine Bank an die Bushaltestelle.", channel=Channel.TELEPHONE)
    intake = Intake(received_at=uow.now, recorded_by=office.mentor)
    await record_input(uow, BENCHES, new=new, intake=intake)
