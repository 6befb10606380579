"""Addresses and erasure: what is kept where, and what is gone afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from backend.consultations.actions.complain import complain, decide_complaint
from backend.consultations.actions.moderate import moderate
from backend.consultations.actions.submit_contribution import submit_contribution
from backend.consultations.actions.take_back import erase, withdraw
from backend.consultations.contacts import (
    ContactBox,
    add_contact,
    ask_for_mail,
    check_address,
    confirm_contact,
    forget_unconfirmed,
    remove_contact,
)
from backend.consultations.drafts import Accepted, ModerationOrder, NewContribution
from backend.consultations.errors import AlreadyDone
from backend.consultations.lookups import contribution_row
from backend.consultations.models import ContactRow
from backend.consultations.types import ComplaintState, ContributionState, Outcome
from backend.kit.clock import FixedClock
from backend.kit.errors import DomainError, Invalid, NotFound
from backend.kit.tables import OutboxRow
from backend.kit.uow import UnitOfWork, Work
from backend.transparency.models import IntentRow, PayloadKeyRow, PayloadRow
from backend.transparency.types import LogType
from tests.integration.consultation_setup import JONAS, KATRIN, add_town

BOX = ContactBox(b"k" * 32)
ADDRESS = "eva.muster@example.org"
SECRET = "Frau Beispiel wohnt nebenan."


async def one(uow: UnitOfWork) -> Accepted:
    town = await add_town(uow)
    return await submit_contribution(uow, town.consultation_id, new=NewContribution(text=SECRET, nickname="Eva"))


async def place_in_log(uow: UnitOfWork) -> None:
    """Give every record its place, as the sequencer would."""
    rows = (await uow.session.scalars(select(IntentRow).order_by(IntentRow.id))).all()
    for index, row in enumerate(rows):
        row.year, row.idx = 2027, index
    await uow.session.flush()


async def test_contact_is_sealed_and_mailed_only_after_confirmation(uow: UnitOfWork) -> None:
    accepted = await one(uow)
    row = await contribution_row(uow.session, accepted.ref)
    await add_contact(uow, accepted.receipt_code, address=f" {ADDRESS} ", box=BOX)
    contact = await uow.session.get_one(ContactRow, row.id)
    assert ADDRESS.encode() not in contact.sealed
    assert BOX.open(row.id, contact.sealed) == ADDRESS
    assert not await ask_for_mail(uow, row.id, kind="moderation", about="m1")
    assert await confirm_contact(uow, BOX.token(row.id, contact.sealed), box=BOX) == accepted.ref
    assert await ask_for_mail(uow, row.id, kind="moderation", about="m1")
    payloads = (await uow.session.scalars(select(OutboxRow.payload).where(OutboxRow.topic == "mail"))).all()
    assert [payload["kind"] for payload in payloads] == ["confirm", "moderation"]
    assert ADDRESS not in str(payloads)


async def test_confirm_with_a_forged_or_old_link_is_refused(work: Work, clock: FixedClock) -> None:
    async with work.write() as uow:
        accepted = await one(uow)
        row = await contribution_row(uow.session, accepted.ref)
        await add_contact(uow, accepted.receipt_code, address=ADDRESS, box=BOX)
        token = BOX.token(row.id, (await uow.session.get_one(ContactRow, row.id)).sealed)
        for forged in (token[:-1] + "0" if token[-1] != "0" else token[:-1] + "1", "nobody.xyz", ""):
            with pytest.raises(NotFound):
                await confirm_contact(uow, forged, box=BOX)
    clock.advance(timedelta(days=8))
    async with work.write() as uow:
        with pytest.raises(NotFound):
            await confirm_contact(uow, token, box=BOX)
        assert await forget_unconfirmed(uow, before=uow.now - timedelta(days=7)) == 1


async def test_remove_contact_forgets_the_address(uow: UnitOfWork) -> None:
    accepted = await one(uow)
    await add_contact(uow, accepted.receipt_code, address=ADDRESS, box=BOX)
    await remove_contact(uow, accepted.receipt_code)
    assert await uow.session.scalar(select(func.count()).select_from(ContactRow)) == 0


@pytest.mark.parametrize(
    "address", ["", "eva", "eva@", "eva@example", "a b@example.org", "eva@example.org\nBcc: x@y.de"]
)
def test_check_address_refuses_what_is_none(address: str) -> None:
    with pytest.raises(Invalid):
        check_address(address)


@pytest.mark.both_databases
async def test_erase_leaves_no_word_anywhere(uow: UnitOfWork) -> None:
    accepted = await one(uow)
    await moderate(uow, accepted.ref, order=ModerationOrder(Outcome.REJECT, 5, SECRET), by=KATRIN)
    complaint = await complain(uow, accepted.receipt_code, text=SECRET)
    order = ModerationOrder(Outcome.REJECT, None, SECRET)
    await decide_complaint(uow, complaint.id, verdict=ComplaintState.DISMISSED, order=order, by=JONAS)
    await add_contact(uow, accepted.receipt_code, address=ADDRESS, box=BOX)
    await place_in_log(uow)
    await erase(uow, accepted.receipt_code)
    await uow.session.flush()
    uow.session.expire_all()
    for table, columns in (
        ("contribution", "text, title, nickname, search_text, text_published"),
        ("moderation_decision", "facts, statement"),
        ("complaint", "text, reason"),
    ):
        rows = (await uow.session.execute(text(f"SELECT {columns} FROM {table}"))).all()  # noqa: S608 - fixed names
        assert all(not value for row in rows for value in row), table
    assert await uow.session.scalar(select(func.count()).select_from(ContactRow)) == 0
    held = select(IntentRow.type).join(PayloadRow, PayloadRow.intent_id == IntentRow.id)
    assert set(await uow.session.scalars(held)) == {LogType.CONSULTATION_OPENED}
    assert await uow.session.scalar(select(func.count()).select_from(PayloadKeyRow)) == 1
    row = await contribution_row(uow.session, accepted.ref)
    assert row.state == ContributionState.ERASED
    with pytest.raises(AlreadyDone):
        await erase(uow, accepted.receipt_code)


async def test_erase_before_the_log_caught_up_changes_nothing(work: Work) -> None:
    async with work.write() as uow:
        accepted = await one(uow)
    with pytest.raises(DomainError):
        async with work.write() as uow:
            await erase(uow, accepted.receipt_code)
    async with work.read() as uow:
        assert (await contribution_row(uow.session, accepted.ref)).text == SECRET


async def test_erase_after_withdrawal_still_erases(uow: UnitOfWork) -> None:
    accepted = await one(uow)
    await withdraw(uow, accepted.receipt_code)
    await place_in_log(uow)
    assert await erase(uow, accepted.receipt_code) == accepted.ref


async def test_words_in_the_log_open_and_close_with_the_contribution(uow: UnitOfWork) -> None:
    accepted = await one(uow)

    async def is_open() -> bool:
        query = select(PayloadRow.is_released).join(IntentRow, IntentRow.id == PayloadRow.intent_id)
        return bool((await uow.session.scalars(query.where(IntentRow.type == LogType.INPUT_RECEIVED))).one())

    assert not await is_open()
    await moderate(uow, accepted.ref, order=ModerationOrder(Outcome.PUBLISH), by=KATRIN)
    assert await is_open()
    order = ModerationOrder(Outcome.REDACT, 5, "Ein Name.", "[Name entfernt] wohnt nebenan.")
    await moderate(uow, accepted.ref, order=order, by=JONAS)
    assert not await is_open()
    await moderate(uow, accepted.ref, order=ModerationOrder(Outcome.PUBLISH), by=KATRIN)
    await withdraw(uow, accepted.receipt_code)
    assert not await is_open()
