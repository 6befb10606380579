"""Deciding about contributions: reasons, second persons, complaints, notices."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from backend.consultations.actions.complain import answer_notice, complain, decide_complaint, give_notice
from backend.consultations.actions.moderate import assign, moderate
from backend.consultations.actions.record_input import check_transcription, record_input
from backend.consultations.actions.submit_contribution import submit_contribution
from backend.consultations.actions.take_back import withdraw
from backend.consultations.drafts import Accepted, Intake, ModerationOrder, NewContribution
from backend.consultations.errors import (
    AlreadyDone,
    InvalidTransition,
    NotVisible,
    ReasonMissing,
    SamePerson,
    TooLate,
)
from backend.consultations.lookups import contribution_row
from backend.consultations.models import NoticeRow
from backend.consultations.types import Channel, ComplaintState, ContributionState, NoticeReason, NoticeState, Outcome
from backend.kit.clock import FixedClock
from backend.kit.errors import Invalid
from backend.kit.uow import UnitOfWork, Work
from tests.integration.consultation_setup import JONAS, KATRIN, MENTOR, add_town

TEXT = "Zwei Stellplätze müssen bleiben. Rufen Sie mich an: 0931 0000000."
PUBLIC = "Zwei Stellplätze müssen bleiben. [Telefonnummer entfernt]"
REDACT = ModerationOrder(Outcome.REDACT, 5, "Eine Telefonnummer im letzten Satz.", PUBLIC)
REJECT = ModerationOrder(Outcome.REJECT, 3, "Beleidigt eine einzelne Person.")
PUBLISH = ModerationOrder(Outcome.PUBLISH)


async def one(uow: UnitOfWork) -> Accepted:
    town = await add_town(uow)
    return await submit_contribution(uow, town.consultation_id, new=NewContribution(text=TEXT))


@pytest.mark.both_databases
async def test_redact_publishes_the_other_text_and_writes_the_letter(uow: UnitOfWork) -> None:
    ref = (await one(uow)).ref
    decision = await moderate(uow, ref, order=REDACT, by=KATRIN)
    row = await contribution_row(uow.session, ref)
    assert (row.state, row.text_published, row.text) == (ContributionState.REDACTED, PUBLIC, TEXT)
    assert (decision.was_flagged, decision.is_automated) == (True, False)
    assert decision.complaint_until == date(2027, 9, 11)
    assert "Nr. 5" in decision.statement


async def test_publish_shows_the_original(uow: UnitOfWork) -> None:
    ref = (await one(uow)).ref
    decision = await moderate(uow, ref, order=PUBLISH, by=KATRIN)
    assert decision.complaint_until is None
    assert (await contribution_row(uow.session, ref)).text_published == TEXT


@pytest.mark.parametrize(
    ("order", "error"),
    [
        (ModerationOrder(Outcome.REJECT), ReasonMissing),
        (ModerationOrder(Outcome.REJECT, 3, "  "), ReasonMissing),
        (ModerationOrder(Outcome.REJECT, 99, "Grund"), ReasonMissing),
        (ModerationOrder(Outcome.REDACT, 5, "Grund", TEXT), Invalid),
        (ModerationOrder(Outcome.REDACT, 5, "Grund", ""), Invalid),
        (ModerationOrder(Outcome.REDACT, 5, "x" * 1_001, PUBLIC), Invalid),
    ],
)
async def test_restricting_without_reason_or_change_is_refused(
    uow: UnitOfWork, order: ModerationOrder, error: type[Exception]
) -> None:
    ref = (await one(uow)).ref
    with pytest.raises(error):
        await moderate(uow, ref, order=order, by=KATRIN)
    assert (await contribution_row(uow.session, ref)).state == ContributionState.RECEIVED


async def test_withdrawn_contribution_is_not_moderated(uow: UnitOfWork) -> None:
    accepted = await one(uow)
    await withdraw(uow, accepted.receipt_code)
    with pytest.raises(AlreadyDone):
        await moderate(uow, accepted.ref, order=PUBLISH, by=KATRIN)


async def test_card_is_not_published_before_a_second_person_read_it(uow: UnitOfWork) -> None:
    town = await add_town(uow)
    intake = Intake(received_at=datetime(2027, 2, 17, tzinfo=UTC), recorded_by=MENTOR)
    new = NewContribution(text="Eine Bank bitte.", channel=Channel.PAPER_CARD)
    ref = (await record_input(uow, town.consultation_id, new=new, intake=intake)).ref
    with pytest.raises(InvalidTransition):
        await moderate(uow, ref, order=PUBLISH, by=KATRIN)
    await check_transcription(uow, ref, agrees=True, by=KATRIN)
    await moderate(uow, ref, order=PUBLISH, by=KATRIN)


async def test_assign_and_hold_keep_it_in_the_queue(uow: UnitOfWork) -> None:
    ref = (await one(uow)).ref
    await assign(uow, ref, to=JONAS)
    await moderate(uow, ref, order=ModerationOrder(Outcome.HOLD), by=KATRIN)
    row = await contribution_row(uow.session, ref)
    assert (row.state, row.assigned_to) == (ContributionState.IN_REVIEW, JONAS)


async def test_complaint_is_decided_by_another_person(uow: UnitOfWork) -> None:
    accepted = await one(uow)
    await moderate(uow, accepted.ref, order=REJECT, by=KATRIN)
    complaint = await complain(uow, accepted.receipt_code, text="Das war keine Beleidigung.")
    order = ModerationOrder(Outcome.REDACT, 5, "Der erste Satz ist zulässig.", PUBLIC)
    with pytest.raises(SamePerson):
        await decide_complaint(uow, complaint.id, verdict=ComplaintState.PARTLY, order=order, by=KATRIN)
    await decide_complaint(uow, complaint.id, verdict=ComplaintState.PARTLY, order=order, by=JONAS)
    row = await contribution_row(uow.session, accepted.ref)
    assert (row.state, row.text_published) == (ContributionState.REDACTED, PUBLIC)
    with pytest.raises(AlreadyDone):
        await decide_complaint(uow, complaint.id, verdict=ComplaintState.DISMISSED, order=order, by=JONAS)


async def test_complaint_dismissed_leaves_the_decision(uow: UnitOfWork) -> None:
    accepted = await one(uow)
    await moderate(uow, accepted.ref, order=REJECT, by=KATRIN)
    complaint = await complain(uow, accepted.receipt_code, text="Nein.")
    order = ModerationOrder(Outcome.REJECT, None, "Die Beleidigung steht im ersten Satz.")
    await decide_complaint(uow, complaint.id, verdict=ComplaintState.DISMISSED, order=order, by=JONAS)
    assert (await contribution_row(uow.session, accepted.ref)).state == ContributionState.REJECTED


async def test_complaint_open_blocks_other_decisions(uow: UnitOfWork) -> None:
    accepted = await one(uow)
    await moderate(uow, accepted.ref, order=REJECT, by=KATRIN)
    await complain(uow, accepted.receipt_code, text="Nein.")
    with pytest.raises(InvalidTransition):
        await moderate(uow, accepted.ref, order=PUBLISH, by=KATRIN)
    with pytest.raises(AlreadyDone):
        await complain(uow, accepted.receipt_code, text="Noch einmal.")


async def test_complaint_without_a_restriction_is_refused(uow: UnitOfWork) -> None:
    accepted = await one(uow)
    await moderate(uow, accepted.ref, order=PUBLISH, by=KATRIN)
    with pytest.raises(InvalidTransition):
        await complain(uow, accepted.receipt_code, text="Nein.")


async def test_complaint_after_six_months_is_too_late(work: Work, clock: FixedClock) -> None:
    async with work.write() as uow:
        accepted = await one(uow)
        await moderate(uow, accepted.ref, order=REJECT, by=KATRIN)
    clock.set(datetime(2027, 9, 12, 12, tzinfo=UTC))
    async with work.write() as uow:
        with pytest.raises(TooLate):
            await complain(uow, accepted.receipt_code, text="Nein.")


async def test_complaint_ends_when_its_contribution_is_withdrawn(uow: UnitOfWork) -> None:
    accepted = await one(uow)
    await moderate(uow, accepted.ref, order=REJECT, by=KATRIN)
    complaint = await complain(uow, accepted.receipt_code, text="Nein.")
    await withdraw(uow, accepted.receipt_code)
    await uow.session.refresh(complaint)
    assert complaint.state == ComplaintState.MOOT


async def test_notice_is_answered_once(uow: UnitOfWork) -> None:
    ref = (await one(uow)).ref
    with pytest.raises(NotVisible):
        await give_notice(uow, ref, reason=NoticeReason.ADVERTISING)
    await moderate(uow, ref, order=PUBLISH, by=KATRIN)
    assert len(await give_notice(uow, ref, reason=NoticeReason.ADVERTISING, text="Werbung?")) == 17
    notice = (await uow.session.scalars(select(NoticeRow.id))).one()
    with pytest.raises(ReasonMissing):
        await answer_notice(uow, notice, answer=" ", by=KATRIN)
    await answer_notice(uow, notice, answer="Der Beitrag bleibt, er wirbt für nichts.", by=KATRIN)
    row = await uow.session.get_one(NoticeRow, notice)
    assert row.state == NoticeState.CLOSED
    with pytest.raises(AlreadyDone):
        await answer_notice(uow, notice, answer="Noch einmal.", by=JONAS)
