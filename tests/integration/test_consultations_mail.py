"""Mails reach confirmed addresses only, through a real SMTP server on the loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from backend.consultations.actions.moderate import moderate
from backend.consultations.actions.submit_contribution import submit_contribution
from backend.consultations.contacts import ContactBox, add_contact, confirm_contact, remove_contact
from backend.consultations.drafts import Accepted, ModerationOrder, NewContribution
from backend.consultations.lookups import contribution_row
from backend.consultations.models import ContactRow
from backend.consultations.types import Outcome
from backend.kit.clock import FixedClock
from backend.kit.outbox import Worker
from backend.kit.tables import OutboxRow
from backend.notifications.mail import Mailer
from backend.runtime import Runtime
from tests.integration.consultation_setup import KATRIN, add_town

ADDRESS = "eva.muster@example.org"


@dataclass
class Inbox:
    """A mail server that keeps what it is given."""

    port: int = 0
    mails: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        parsed = message_from_bytes(bytes(envelope.original_content or b""), policy=policy.default)
        body = parsed.get_body()
        assert body is not None
        self.mails.append(f"{parsed['Subject']}\n{body.get_content()}")
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """A running mail server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        kept = Inbox(port=probe.getsockname()[1])
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port)
    controller.start()
    yield kept
    controller.stop()


async def contribute(rt: Runtime) -> Accepted:
    async with rt.work.write() as uow:
        town = await add_town(uow)
        accepted = await submit_contribution(uow, town.consultation_id, new=NewContribution(text="Mehr Bäume!"))
        await add_contact(uow, accepted.receipt_code, address=ADDRESS, box=ContactBox(rt.keyring.contacts))
        return accepted


async def work_off(rt: Runtime, smtp_url: str | None) -> None:
    settings = rt.settings.model_copy(update={"smtp_url": smtp_url})
    await Worker(rt.work, Mailer(rt.work, rt.keyring, settings).handlers()).run_due()


async def confirm(rt: Runtime, token: str) -> None:
    async with rt.work.write() as uow:
        await confirm_contact(uow, token, box=ContactBox(rt.keyring.contacts))


async def test_mail_asks_first_and_tells_afterwards(rt: Runtime, inbox: Inbox) -> None:
    accepted = await contribute(rt)
    smtp_url = f"smtp://127.0.0.1:{inbox.port}"
    await work_off(rt, smtp_url)
    assert "Bitte bestätigen" in inbox.mails[0]
    await confirm(rt, inbox.mails[0].split("/spur/email/")[1].split()[0])
    async with rt.work.write() as uow:
        await moderate(uow, accepted.ref, order=ModerationOrder(Outcome.REJECT, 1, "Nicht zum Thema."), by=KATRIN)
    await work_off(rt, smtp_url)
    assert inbox.recipients == [ADDRESS, ADDRESS]
    assert "Nicht zum Thema." in inbox.mails[1]
    assert accepted.receipt_code not in "".join(inbox.mails)


async def test_mail_goes_nowhere_once_the_address_is_gone(rt: Runtime, inbox: Inbox) -> None:
    accepted = await contribute(rt)
    async with rt.work.write() as uow:
        await remove_contact(uow, accepted.receipt_code)
        assert (await contribution_row(uow.session, accepted.ref)).ref == accepted.ref
    await work_off(rt, f"smtp://127.0.0.1:{inbox.port}")
    assert inbox.mails == []


async def test_mail_without_a_server_is_done_without_sending(rt: Runtime) -> None:
    await contribute(rt)
    await work_off(rt, None)
    async with rt.work.read() as uow:
        assert all(await uow.session.scalars(select(OutboxRow.done_at).where(OutboxRow.topic == "mail")))


async def test_mail_to_a_dead_server_is_kept_and_tried_again(rt: Runtime, inbox: Inbox) -> None:
    await contribute(rt)
    await work_off(rt, "smtp://127.0.0.1:1")
    async with rt.work.read() as uow:
        row = (await uow.session.scalars(select(OutboxRow).where(OutboxRow.topic == "mail"))).one()
    assert (row.done_at, row.attempts) == (None, 1)
    assert ADDRESS not in (row.last_error or "")


async def test_address_nobody_confirmed_is_forgotten_after_seven_days(rt: Runtime, clock: FixedClock) -> None:
    await contribute(rt)
    clock.advance(timedelta(days=7, minutes=1))
    await work_off(rt, None)
    async with rt.work.read() as uow:
        assert (await uow.session.scalars(select(ContactRow))).all() == []
