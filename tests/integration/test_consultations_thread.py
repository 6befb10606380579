"""Reading a thread: orders, pages, topics, and what never leaves the office."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from backend.consultations.actions.annotate import mark_duplicate, translate
from backend.consultations.actions.moderate import moderate
from backend.consultations.actions.respond import answer_officially, support
from backend.consultations.actions.submit_contribution import submit_contribution
from backend.consultations.actions.take_back import withdraw
from backend.consultations.actions.topics import assign_inputs, create_topic
from backend.consultations.drafts import ModerationOrder, NewContribution
from backend.consultations.errors import UnknownContribution
from backend.consultations.queries.figures import year_figures
from backend.consultations.queries.procedures import contribution_counts, public_consultations
from backend.consultations.queries.thread import ThreadFilter, contribution_by_ref, similar_contributions, thread
from backend.consultations.queries.topics import topic_titles, topics_of
from backend.consultations.types import Channel, ContributionState, ModerationMode, Outcome, Sorting
from backend.kit.uow import UnitOfWork
from tests.integration.consultation_setup import KATRIN, ORG, Town, add_town

TODAY = date(2027, 3, 11)
WORDS = ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf"]


async def filled(uow: UnitOfWork, count: int = 12) -> tuple[Town, list[str]]:
    town = await add_town(uow, moderation=ModerationMode.POST)
    refs = []
    for word in WORDS[:count]:
        new = NewContribution(text=f"Gedanke {word} über Bäume")
        refs.append((await submit_contribution(uow, town.consultation_id, new=new)).ref)
    return town, refs


async def read(uow: UnitOfWork, town: Town, today: date = TODAY, **wanted: object) -> list[str]:
    found = await thread(uow.session, town.consultation_id, wanted=ThreadFilter(**wanted), today=today)  # type: ignore[arg-type]
    return [each.ref for each in found.items]


@pytest.mark.both_databases
async def test_random_order_is_the_same_all_day_and_another_tomorrow(uow: UnitOfWork) -> None:
    town, refs = await filled(uow)
    first = await read(uow, town)
    assert first == await read(uow, town)
    pages = [await read(uow, town, page=number, size=5) for number in (1, 2, 3)]
    assert [ref for page in pages for ref in page] == first
    assert sorted(first) == refs
    others = [await read(uow, town, TODAY + timedelta(days=days)) for days in range(1, 6)]
    assert any(order != first for order in others)


@pytest.mark.both_databases
async def test_orders_topics_and_search_narrow_the_thread(uow: UnitOfWork) -> None:
    town, refs = await filled(uow, 4)
    await support(uow, refs[2], supporter=b"s" * 32)
    await answer_officially(uow, refs[1], text="Danke.", office="Bauamt", by=KATRIN)
    topic = await create_topic(uow, town.consultation_id, title={"de": "Bäume"}, by=KATRIN)
    await assign_inputs(uow, topic, add=[refs[0], refs[3]], by=KATRIN)
    assert (await read(uow, town, sorting=Sorting.SUPPORTED))[0] == refs[2]
    assert (await read(uow, town, sorting=Sorting.DISCUSSED))[0] == refs[1]
    assert sorted(await read(uow, town, sorting=Sorting.UNANSWERED)) == [refs[0], refs[2], refs[3]]
    assert sorted(await read(uow, town, topic_id=topic)) == [refs[0], refs[3]]
    assert await read(uow, town, search="gedanke ZWEI baeume") == [refs[2]]
    assert await read(uow, town, search="100%") == []
    (named,) = await topics_of(uow.session, town.consultation_id)
    assert (named.inputs, named.title) == (2, {"de": "Bäume"})
    row = await contribution_by_ref(uow.session, refs[0])
    assert await topic_titles(uow.session, [row.id]) == {row.id: [{"de": "Bäume"}]}


async def test_page_past_the_end_shows_the_last_one(uow: UnitOfWork) -> None:
    town, _ = await filled(uow, 3)
    found = await thread(uow.session, town.consultation_id, wanted=ThreadFilter(page=99, size=2), today=TODAY)
    assert (found.page, found.pages, len(found.items), found.total) == (2, 2, 1, 3)
    assert found.by_channel == {Channel.WEB: 3}


async def test_words_of_what_is_not_public_never_leave(uow: UnitOfWork) -> None:
    town, refs = await filled(uow, 2)
    await moderate(uow, refs[0], order=ModerationOrder(Outcome.REJECT, 3, "Grund"), by=KATRIN)
    row = await contribution_by_ref(uow.session, refs[0])
    assert (row.text, row.title, row.nickname, row.rule_number) == (None, None, None, 3)
    assert await read(uow, town, search="Gedanke null") == []
    assert [each.ref for each in await similar_contributions(uow.session, town.consultation_id, "Gedanke Bäume")] == [
        refs[1]
    ]
    with pytest.raises(UnknownContribution):
        await contribution_by_ref(uow.session, "MP27-999")


async def test_taken_back_keeps_its_place_only_while_answers_need_it(uow: UnitOfWork) -> None:
    town, _ = await filled(uow, 0)
    lonely = await submit_contribution(uow, town.consultation_id, new=NewContribution("Allein"))
    parent = await submit_contribution(uow, town.consultation_id, new=NewContribution("Mit Antwort"))
    await submit_contribution(uow, town.consultation_id, new=NewContribution("Ja!", in_reply_to=parent.ref))
    await withdraw(uow, lonely.receipt_code)
    await withdraw(uow, parent.receipt_code)
    found = await thread(uow.session, town.consultation_id, wanted=ThreadFilter(), today=TODAY)
    (kept,) = found.items
    assert (kept.ref, kept.state, kept.text) == (parent.ref, ContributionState.WITHDRAWN, None)
    assert [answer.text for answer in kept.answers] == ["Ja!"]


async def test_translation_and_duplicate_stand_beside_the_text(uow: UnitOfWork) -> None:
    town, refs = await filled(uow, 1)
    new = NewContribution(text="More trees please", language="en")
    english = (await submit_contribution(uow, town.consultation_id, new=new)).ref
    await translate(uow, english, translation="Mehr Bäume, bitte")
    await mark_duplicate(uow, english, of=refs[0])
    row = await contribution_by_ref(uow.session, english)
    assert (row.translation, row.text, row.duplicate_of is not None) == ("Mehr Bäume, bitte", new.text, True)
    assert await read(uow, town, search="mehr bitte") == [english]
    with pytest.raises(UnknownContribution):
        await mark_duplicate(uow, english, of=english)


@pytest.mark.both_databases
async def test_figures_count_a_year_of_decisions(uow: UnitOfWork) -> None:
    town, refs = await filled(uow, 3)
    await moderate(uow, refs[0], order=ModerationOrder(Outcome.REJECT, 3, "Grund"), by=KATRIN)
    figures = await year_figures(uow.session, ORG, 2027)
    assert (figures.received, figures.published, figures.by_rule) == (3, 2, {3: 1})
    assert (await year_figures(uow.session, ORG, 2026)).received == 0
    assert await contribution_counts(uow.session, [town.consultation_id]) == {town.consultation_id: 2}


async def test_public_consultations_put_what_is_open_first(uow: UnitOfWork) -> None:
    await add_town(uow)
    (found,) = await public_consultations(uow.session, today=TODAY)
    assert found.writing(TODAY)
    assert await public_consultations(uow.session, today=TODAY, org_id="nachbar") == []
