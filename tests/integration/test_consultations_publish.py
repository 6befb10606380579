"""Creating, publishing, changing and closing a procedure."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from backend.consultations.actions.edit_consultation import amend_consultation, create_consultation
from backend.consultations.actions.publish_consultation import close_consultation, publish_consultation
from backend.consultations.errors import InvalidTransition, NotReady, StaleVersion
from backend.consultations.lookups import consultation_row, phases_of
from backend.consultations.models import ConsultationRow
from backend.consultations.types import Channel, ConsultationState
from backend.kit.errors import Invalid
from backend.kit.uow import UnitOfWork
from backend.transparency.models import IntentRow
from tests.integration.consultation_setup import ORG, add_office, add_town, draft


async def log_types(uow: UnitOfWork) -> list[str]:
    return list(await uow.session.scalars(select(IntentRow.type).order_by(IntentRow.id)))


@pytest.mark.both_databases
async def test_publish_complete_draft_becomes_public_and_is_logged(uow: UnitOfWork) -> None:
    town = await add_town(uow)
    row = await consultation_row(uow.session, town.consultation_id)
    assert (row.state, row.version, row.published_at) == (ConsultationState.PUBLISHED, 2, uow.now)
    assert await log_types(uow) == ["consultation.opened"]


async def test_publish_without_offline_way_is_refused_and_names_what_is_missing(uow: UnitOfWork) -> None:
    await add_office(uow)
    consultation_id = await create_consultation(uow, ORG, draft=draft(channels=[Channel.WEB], next_steps=[]))
    with pytest.raises(NotReady) as refusal:
        await publish_consultation(uow, consultation_id, version=1)
    assert refusal.value.extra["missing"] == ["offline_way", "next_steps"]
    assert "ohne Internet" in refusal.value.detail
    assert (await consultation_row(uow.session, consultation_id)).state == ConsultationState.DRAFT


async def test_publish_twice_is_refused(uow: UnitOfWork) -> None:
    town = await add_town(uow)
    with pytest.raises(InvalidTransition):
        await publish_consultation(uow, town.consultation_id, version=2)


async def test_publish_old_version_is_refused(uow: UnitOfWork) -> None:
    await add_office(uow)
    consultation_id = await create_consultation(uow, ORG, draft=draft())
    await amend_consultation(uow, consultation_id, draft=draft(), version=1)
    with pytest.raises(StaleVersion):
        await publish_consultation(uow, consultation_id, version=1)


async def test_amend_published_replaces_phases_and_is_logged(uow: UnitOfWork) -> None:
    town = await add_town(uow)
    shorter = draft().phases[:2]
    await amend_consultation(uow, town.consultation_id, draft=draft(phases=shorter), version=2)
    assert [phase.closes_on for phase in await phases_of(uow.session, town.consultation_id)] == [
        date(2027, 1, 31),
        date(2027, 3, 14),
    ]
    assert await log_types(uow) == ["consultation.opened", "consultation.amended"]


async def test_amend_closed_is_refused(uow: UnitOfWork) -> None:
    town = await add_town(uow)
    await close_consultation(uow, town.consultation_id, version=2)
    with pytest.raises(InvalidTransition):
        await amend_consultation(uow, town.consultation_id, draft=draft(), version=3)


async def test_create_same_title_twice_gets_another_address(uow: UnitOfWork) -> None:
    await add_office(uow)
    for _ in range(3):
        await create_consultation(uow, ORG, draft=draft())
    rows = await uow.session.scalars(select(ConsultationRow.slug))
    assert sorted(rows) == ["marktplatz", "marktplatz-2", "marktplatz-3"]


@pytest.mark.parametrize("slug", ["Mit Leerzeichen", "neu", "ä", "-", "../x"])
async def test_create_with_a_bad_address_is_refused(uow: UnitOfWork, slug: str) -> None:
    await add_office(uow)
    with pytest.raises(Invalid):
        await create_consultation(uow, ORG, draft=draft(slug=slug))
