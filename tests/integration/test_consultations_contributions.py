"""Saying something: on the web, as an answer, on paper; and what a receipt code may do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from backend.cards.codes import generate_receipt
from backend.consultations import limits
from backend.consultations.actions.record_input import check_transcription, correct_transcription, record_input
from backend.consultations.actions.respond import answer_officially, support, take_support_back
from backend.consultations.actions.submit_contribution import submit_contribution
from backend.consultations.actions.take_back import withdraw
from backend.consultations.drafts import Intake, NewContribution
from backend.consultations.errors import (
    AlreadyDone,
    MalformedReceipt,
    NotVisible,
    ReceiptTaken,
    SamePerson,
    TextMissing,
    TextTooLong,
    UnknownReceipt,
    WritingClosed,
)
from backend.consultations.lookups import contribution_by_receipt, contribution_row
from backend.consultations.models import ContributionRow, SupportRow
from backend.consultations.types import Channel, ContributionKind, ContributionState, ModerationMode, Transcription
from backend.kit.clock import FixedClock
from backend.kit.errors import Invalid, TooMany
from backend.kit.idempotency import IdempotencyMismatch
from backend.kit.tables import RequestKey
from backend.kit.uow import UnitOfWork, Work
from backend.transparency.models import IntentRow
from tests.integration.consultation_setup import KATRIN, MENTOR, Town, add_town

TREES = NewContribution(text="Bitte mindestens acht große Bäume.")
CARD = NewContribution(text="Wo soll ich hin, wenn ich eine Toilette brauche?", channel=Channel.PAPER_CARD)
FEBRUARY = datetime(2027, 2, 17, tzinfo=UTC)


async def submit(uow: UnitOfWork, town: Town, new: NewContribution = TREES) -> str:
    return (await submit_contribution(uow, town.consultation_id, new=new)).ref


async def post_moderated(uow: UnitOfWork) -> Town:
    return await add_town(uow, moderation=ModerationMode.POST)


@pytest.mark.both_databases
async def test_submit_gives_reference_receipt_and_log_entry(uow: UnitOfWork) -> None:
    town = await add_town(uow)
    accepted = await submit_contribution(uow, town.consultation_id, new=TREES)
    row = await contribution_by_receipt(uow.session, accepted.receipt_code)
    assert (accepted.ref, accepted.state, row.ref) == ("MP27-001", "received", "MP27-001")
    assert row.text_published is None
    assert accepted.receipt_code.encode() not in (row.receipt_hash or b"")
    types = await uow.session.scalars(select(IntentRow.type).order_by(IntentRow.id))
    assert list(types) == ["consultation.opened", "input.received"]


async def test_submit_numbers_follow_each_other(uow: UnitOfWork) -> None:
    town = await add_town(uow)
    assert [await submit(uow, town) for _ in range(3)] == ["MP27-001", "MP27-002", "MP27-003"]


async def test_submit_repeated_request_returns_the_same_receipt_without_storing_it(uow: UnitOfWork) -> None:
    town = await add_town(uow)
    key = "0123456789abcdef"
    first = await submit_contribution(uow, town.consultation_id, new=TREES, request_key=key)
    again = await submit_contribution(uow, town.consultation_id, new=TREES, request_key=key)
    assert first == again
    stored = (await uow.session.scalars(select(RequestKey))).one()
    assert key not in stored.key
    assert first.receipt_code not in str(stored.answer)
    assert await uow.session.scalar(select(func.count()).select_from(ContributionRow)) == 1


async def test_submit_repeated_key_with_other_text_is_refused(uow: UnitOfWork) -> None:
    town = await add_town(uow)
    await submit_contribution(uow, town.consultation_id, new=TREES, request_key="k" * 16)
    with pytest.raises(IdempotencyMismatch):
        await submit_contribution(uow, town.consultation_id, new=replace(TREES, text="Anders"), request_key="k" * 16)


async def test_submit_after_the_phase_is_refused(work: Work, clock: FixedClock) -> None:
    async with work.write() as uow:
        town = await add_town(uow)
    clock.set(datetime(2027, 3, 20, 12, tzinfo=UTC))
    async with work.write() as uow:
        with pytest.raises(WritingClosed):
            await submit(uow, town)


@pytest.mark.parametrize(
    ("new", "error"),
    [
        (NewContribution(text="  \n "), TextMissing),
        (NewContribution(text="x" * (limits.TEXT_CHARS + 1)), TextTooLong),
        (NewContribution(text="Ja", nickname="x" * 61), Invalid),
        (NewContribution(text="Ja", place_id="nirgendwo"), Invalid),
    ],
)
async def test_submit_unusable_text_is_refused(uow: UnitOfWork, new: NewContribution, error: type[Exception]) -> None:
    town = await add_town(uow)
    with pytest.raises(error):
        await submit(uow, town, new)


async def test_submit_post_moderated_is_public_at_once_unless_it_names_a_telephone(uow: UnitOfWork) -> None:
    town = await post_moderated(uow)
    public = await contribution_row(uow.session, await submit(uow, town))
    held = await contribution_row(
        uow.session, await submit(uow, town, NewContribution(text="Rufen Sie an: 0931 0000000"))
    )
    assert (public.state, public.text_published) == (ContributionState.PUBLISHED, TREES.text)
    assert (held.state, held.flags[0]["kind"]) == (ContributionState.RECEIVED, "phone")


async def test_submit_too_often_from_one_source_is_refused(work: Work, clock: FixedClock) -> None:
    async with work.write() as uow:
        town = await add_town(uow)
        for _ in range(limits.SUBMISSIONS_PER_HOUR):
            await submit_contribution(uow, town.consultation_id, new=TREES, source="abc")
        with pytest.raises(TooMany):
            await submit_contribution(uow, town.consultation_id, new=TREES, source="abc")
        await submit_contribution(uow, town.consultation_id, new=TREES, source="other")
    clock.advance(timedelta(hours=2))
    async with work.write() as uow:
        await submit_contribution(uow, town.consultation_id, new=TREES, source="abc")


async def test_reply_is_counted_on_the_top_of_the_thread_once_public(uow: UnitOfWork) -> None:
    town = await post_moderated(uow)
    top = await submit(uow, town)
    reply = await submit(uow, town, NewContribution(text="Aber bitte keine Linden.", in_reply_to=top))
    nested = await submit(uow, town, NewContribution(text="Doch, Linden!", in_reply_to=reply))
    rows = [await contribution_row(uow.session, ref) for ref in (top, reply, nested)]
    for row in rows:
        await uow.session.refresh(row)
    assert rows[0].replies == 2
    assert rows[1].in_reply_to == rows[2].in_reply_to == rows[0].id
    assert rows[1].kind == ContributionKind.REPLY


async def test_reply_to_what_is_not_public_is_refused(uow: UnitOfWork) -> None:
    town = await add_town(uow)
    top = await submit(uow, town)
    with pytest.raises(NotVisible):
        await submit(uow, town, NewContribution(text="Ja!", in_reply_to=top))


async def test_answer_officially_marks_the_contribution_answered(uow: UnitOfWork) -> None:
    town = await post_moderated(uow)
    top = await submit(uow, town)
    await answer_officially(uow, top, text="Danke. Wir prüfen acht Bäume.", office="Stadtbauamt", by=KATRIN)
    row = await contribution_row(uow.session, top)
    await uow.session.refresh(row)
    assert (row.is_answered, row.replies) == (True, 1)


async def test_support_counts_each_supporter_once(uow: UnitOfWork) -> None:
    town = await post_moderated(uow)
    ref = await submit(uow, town)
    counts = [await support(uow, ref, supporter=who * 32) for who in (b"a", b"a", b"b")]
    assert counts == [1, 1, 2]
    assert await take_support_back(uow, ref, supporter=b"a" * 32) == 1
    assert await uow.session.scalar(select(func.count()).select_from(SupportRow)) == 1


async def test_support_what_is_not_public_is_refused(uow: UnitOfWork) -> None:
    town = await add_town(uow)
    with pytest.raises(NotVisible):
        await support(uow, await submit(uow, town), supporter=b"a" * 32)


async def test_record_card_counts_by_its_day_and_keeps_the_printed_code(uow: UnitOfWork) -> None:
    town = await add_town(uow)
    code = generate_receipt(bytes(range(10)))
    intake = Intake(received_at=FEBRUARY, recorded_by=MENTOR, receipt_code=f"https://example.org/spur#{code.lower()}")
    accepted = await record_input(uow, town.consultation_id, new=CARD, intake=intake)
    row = await contribution_row(uow.session, accepted.ref)
    assert accepted.receipt_code == code
    assert (row.received_at, row.transcription, row.state) == (FEBRUARY, Transcription.CAPTURED, "received")
    with pytest.raises(ReceiptTaken):
        await record_input(uow, town.consultation_id, new=CARD, intake=intake)


@pytest.mark.parametrize(
    ("new", "received_at", "error"),
    [
        (CARD, datetime(2027, 1, 20, tzinfo=UTC), WritingClosed),
        (CARD, datetime(2027, 3, 12, tzinfo=UTC), Invalid),
        (replace(CARD, channel=Channel.WEB), FEBRUARY, Invalid),
    ],
)
async def test_record_out_of_place_is_refused(
    uow: UnitOfWork, new: NewContribution, received_at: datetime, error: type[Exception]
) -> None:
    town = await add_town(uow)
    with pytest.raises(error):
        await record_input(
            uow, town.consultation_id, new=new, intake=Intake(received_at=received_at, recorded_by=MENTOR)
        )


async def test_check_transcription_needs_another_person(uow: UnitOfWork) -> None:
    town = await add_town(uow)
    intake = Intake(received_at=FEBRUARY, recorded_by=MENTOR)
    ref = (await record_input(uow, town.consultation_id, new=CARD, intake=intake)).ref
    with pytest.raises(SamePerson):
        await check_transcription(uow, ref, agrees=True, by=MENTOR)
    assert await check_transcription(uow, ref, agrees=True, by=KATRIN) is Transcription.DOUBLE_CHECKED
    with pytest.raises(AlreadyDone):
        await check_transcription(uow, ref, agrees=True, by=KATRIN)


async def test_correct_transcription_swaps_the_persons(uow: UnitOfWork) -> None:
    town = await add_town(uow)
    intake = Intake(received_at=FEBRUARY, recorded_by=MENTOR)
    ref = (await record_input(uow, town.consultation_id, new=CARD, intake=intake)).ref
    assert await check_transcription(uow, ref, agrees=False, by=KATRIN) is Transcription.DISPUTED
    await correct_transcription(uow, ref, text="Wo ist eine Toilette?", by=KATRIN)
    with pytest.raises(SamePerson):
        await check_transcription(uow, ref, agrees=True, by=KATRIN)
    await check_transcription(uow, ref, agrees=True, by=MENTOR)
    assert (await contribution_row(uow.session, ref)).text == "Wo ist eine Toilette?"


async def test_withdraw_hides_the_text_and_keeps_the_row(uow: UnitOfWork) -> None:
    town = await post_moderated(uow)
    accepted = await submit_contribution(uow, town.consultation_id, new=TREES)
    assert await withdraw(uow, accepted.receipt_code.lower()) == accepted.ref
    row = await contribution_row(uow.session, accepted.ref)
    assert (row.state, row.text_published, row.search_text) == (ContributionState.WITHDRAWN, None, "")
    with pytest.raises(AlreadyDone):
        await withdraw(uow, accepted.receipt_code)


async def test_receipt_unknown_and_malformed_are_told_apart(uow: UnitOfWork) -> None:
    await add_town(uow)
    with pytest.raises(UnknownReceipt):
        await contribution_by_receipt(uow.session, generate_receipt(bytes(10)))
    with pytest.raises(MalformedReceipt):
        await contribution_by_receipt(uow.session, "B4TN-7WQX-2")
