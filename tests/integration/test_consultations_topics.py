"""Topics group contributions n to m and remember every change."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from backend.consultations.actions.submit_contribution import submit_contribution
from backend.consultations.actions.topics import assign_inputs, create_topic, rename_topic
from backend.consultations.drafts import NewContribution
from backend.consultations.errors import UnknownContribution, UnknownTopic
from backend.consultations.models import TopicChangeRow, TopicInputRow
from backend.kit.errors import Invalid
from backend.kit.uow import UnitOfWork
from backend.transparency.models import IntentRow
from tests.integration.consultation_setup import KATRIN, add_town


@pytest.mark.both_databases
async def test_assign_keeps_a_change_per_contribution_and_logs_it(uow: UnitOfWork) -> None:
    town = await add_town(uow)
    refs = [
        (await submit_contribution(uow, town.consultation_id, new=NewContribution(text=text))).ref
        for text in ("Bäume", "Schatten")
    ]
    topic = await create_topic(uow, town.consultation_id, title={"de": "Bäume und Schatten"}, by=KATRIN)
    await assign_inputs(uow, topic, add=[*refs, refs[0]], by=KATRIN)
    await assign_inputs(uow, topic, add=[refs[0]], remove=[refs[1]], by=KATRIN)
    await rename_topic(uow, topic, title={"de": "Bäume"}, by=KATRIN)
    await rename_topic(uow, topic, title={"de": " Bäume "}, by=KATRIN)
    kinds = sorted(await uow.session.scalars(select(TopicChangeRow.kind)))
    assert kinds == ["created", "input_added", "input_added", "input_removed", "renamed"]
    assert len((await uow.session.scalars(select(TopicInputRow))).all()) == 1
    logged = (await uow.session.scalars(select(IntentRow).where(IntentRow.type == "topic.changed"))).all()
    assert len(logged) == 5


async def test_assign_of_another_consultation_is_refused(uow: UnitOfWork) -> None:
    town = await add_town(uow)
    topic = await create_topic(uow, town.consultation_id, title={"de": "Bäume"}, by=KATRIN)
    with pytest.raises(UnknownContribution):
        await assign_inputs(uow, topic, add=["MP27-999"], by=KATRIN)


async def test_nameless_and_unknown_topics_are_refused(uow: UnitOfWork) -> None:
    town = await add_town(uow)
    with pytest.raises(Invalid):
        await create_topic(uow, town.consultation_id, title={"de": "  "}, by=KATRIN)
    with pytest.raises(UnknownTopic):
        await rename_topic(uow, "nirgendwo", title={"de": "Bäume"}, by=KATRIN)
