"""Seed: work that waits in the office, so that moderation and intake can be tried at once.

A flagged telephone number, a telephone call nobody compared yet, a report, a complaint, an answered question.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from backend.consultations.actions.complain import complain, give_notice
from backend.consultations.actions.moderate import moderate
from backend.consultations.actions.record_input import check_transcription, record_input
from backend.consultations.actions.respond import answer_officially, support
from backend.consultations.actions.submit_contribution import submit_contribution
from backend.consultations.drafts import Intake, ModerationOrder, NewContribution
from backend.consultations.types import AuthorGroup, Channel, NoticeReason, Outcome
from backend.kit.clock import FixedClock
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime

SHADE: Final = "Bitte nicht alle Bänke in die Sonne stellen."
SHADE_REPLY: Final = "Im Schatten der Apotheke ist noch Platz."
SHADE_ANSWER: Final = "Danke für beide Hinweise. Acht der 14 Bänke stehen künftig unter Bäumen."
SHORT: Final = "Mehr Papierkörbe neben die Bänke!"
RUDE: Final = "Wer Modell 1 ausgesucht hat, ist ein Idiot. Die Lehne ist viel zu flach."
COMPLAINT: Final = "Ich habe meine Meinung gesagt. Bitte lesen Sie den zweiten Satz noch einmal."
FLAGGED: Final = "Meine Frau hat Modell 3 getestet und war begeistert. Rufen Sie gern an: 0931 0000000."
GREEN: Final = "Modell 2, aber bitte in Grün wie das Rathaus."
CARD: Final = "Ich habe alle drei Bänke ausprobiert. Nummer 2 und 3 sind gut, Nummer 1 ist zu weich."
CALL: Final = "Bitte auch eine Bank an die Bushaltestelle."
YES: Final = ModerationOrder(Outcome.PUBLISH)
SUPPORTERS: Final = 31


async def seed_waiting(
    rt: Runtime, clock: FixedClock, *, consultation_id: str, users: dict[str, str], today: datetime
) -> None:
    """Leave work in the queue of the open consultation, over the day before `today`; the clock moves on with it."""
    async with rt.work.write() as uow:
        await _talk(uow, consultation_id, users)
        await _reject(uow, consultation_id, users)
    clock.set(max(clock.now(), today - timedelta(hours=26)))
    async with rt.work.write() as uow:
        await _leave(uow, consultation_id, users)


async def _talk(uow: UnitOfWork, consultation_id: str, users: dict[str, str]) -> None:
    shade = await submit_contribution(uow, consultation_id, new=NewContribution(SHADE))
    await moderate(uow, shade.ref, order=YES, by=users["lang"])
    for number in range(SUPPORTERS):
        await support(uow, shade.ref, supporter=number.to_bytes(32, "big"))
    reply = await submit_contribution(uow, consultation_id, new=NewContribution(SHADE_REPLY, in_reply_to=shade.ref))
    await moderate(uow, reply.ref, order=YES, by=users["lang"])
    await answer_officially(uow, shade.ref, text=SHADE_ANSWER, office="Stadtbauamt", by=users["hofmann"])


async def _reject(uow: UnitOfWork, consultation_id: str, users: dict[str, str]) -> None:
    rude = await submit_contribution(uow, consultation_id, new=NewContribution(RUDE))
    facts = "Der erste Satz beleidigt die Person, die das Modell ausgesucht hat."
    await moderate(uow, rude.ref, order=ModerationOrder(Outcome.REJECT, 3, facts), by=users["lang"])
    await complain(uow, rude.receipt_code, text=COMPLAINT)


async def _leave(uow: UnitOfWork, consultation_id: str, users: dict[str, str]) -> None:
    short = await submit_contribution(uow, consultation_id, new=NewContribution(SHORT, nickname="Bankdrücker"))
    await moderate(uow, short.ref, order=YES, by=users["lang"])
    await give_notice(uow, short.ref, reason=NoticeReason.OTHER, text="Das hat nichts mit den Bänken zu tun.")
    flagged = NewContribution(FLAGGED, author_group=AuthorGroup.FROM_60)
    await submit_contribution(uow, consultation_id, new=flagged)
    await submit_contribution(uow, consultation_id, new=NewContribution(GREEN, author_group=AuthorGroup.UNDER_18))
    intake = Intake(received_at=uow.now - timedelta(hours=3), recorded_by=users["patin"])
    card = NewContribution(CARD, channel=Channel.PAPER_CARD, author_group=AuthorGroup.FROM_75)
    checked = await record_input(uow, consultation_id, new=card, intake=intake)
    await check_transcription(uow, checked.ref, agrees=True, by=users["hofmann"])
    await record_input(uow, consultation_id, new=NewContribution(CALL, channel=Channel.TELEPHONE), intake=intake)
