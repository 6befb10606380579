"""The hall on a phone without JavaScript, and on the wall: questions, speakers, live text, announcements, broadcast."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from httpx import AsyncClient, Response

from backend.cards.actions import void_cards
from backend.kit.clock import FixedClock
from backend.meetings.actions import speakers as acts
from backend.meetings.actions.captions import switch_captions, write_captions
from backend.meetings.actions.hall import notify_hall, set_stream
from backend.meetings.actions.questions import defer_question, merge_question, move_question, reject_question
from backend.meetings.actions.speakers import NewSpeaker, SpeakingRules
from backend.meetings.live_tokens import issue_live_token
from backend.meetings.queries import questions_of
from backend.meetings.types import OrderRule, QuestionState, RejectReason
from backend.runtime import Runtime
from tests.factories import Hall, make_hall
from tests.integration.test_ballot_page import Fields, hidden_fields, send, words


@pytest.fixture
async def hall(rt: Runtime) -> Hall:
    """A running meeting."""
    return await make_hall(rt)


@pytest.fixture
def browser(client: AsyncClient) -> AsyncClient:
    """A browser without scripts and cookies."""
    return client


async def open_list(rt: Runtime, hall: Hall, *, by_hand: bool = False) -> None:
    """Open the list of speakers."""
    rules = SpeakingRules(
        takes_speakers=True,
        admits_by_hand=by_hand,
        order_rule=OrderRule.FIRST_COME,
        limit_s=180,
        groups=("Nordstadt", "Südstadt"),
    )
    async with rt.work.write() as uow:
        await acts.set_speaking_rules(uow, hall.meeting_id, rules)


async def tab(browser: AsyncClient, hall: Hall, number: int = 0) -> Response:
    """Open the tab of the hall with a card."""
    return await send(browser, "/s/saal", ("card", hall.cards[number]))


async def wall(browser: AsyncClient, rt: Runtime, hall: Hall) -> Response:
    """Look at the wall."""
    token = issue_live_token(
        rt.keyring.session, role="projector", meeting_id=hall.meeting_id, subject="1", now=rt.clock.now()
    )
    return await browser.get(f"/beamer/{token}")


async def ask(browser: AsyncClient, hall: Hall, text: str, *, name: str = "", keys: str = "") -> Response:
    """Ask a question with the first card."""
    page = await send(browser, "/s/fragen", ("card", hall.cards[0]), ("keys", keys))
    form: Fields = hidden_fields(page, "/s/fragen/neu")
    return await send(browser, "/s/fragen/neu", *form, ("text", text), ("name", name))


def keys_in(page: Response) -> str:
    """Return the keys of own questions a page carries on."""
    return dict(hidden_fields(page, "/s/fragen/neu"))["keys"]


async def own_after(browser: AsyncClient, hall: Hall, keys: str) -> str:
    """Return what a phone that kept its keys reads."""
    return words(await send(browser, "/s/fragen", ("card", hall.cards[0]), ("keys", keys)))


async def test_asker_follows_the_own_question_by_its_key_and_nobody_else_does(
    browser: AsyncClient, rt: Runtime, hall: Hall
) -> None:
    asked = await ask(browser, hall, "Frau X?", name="Ida")
    keys = keys_in(asked)
    assert "Meine Fragen Frau X? Die Moderation sieht sie gerade durch" in words(asked)
    async with rt.work.write() as uow:
        (question,) = await questions_of(uow.session, hall.meeting_id, all_states=True)
        await reject_question(uow, question.id, RejectReason.NAMES_PEOPLE, note="Bitte ohne Namen.")
    told = await own_after(browser, hall, keys)
    assert "Diese Frage zeigen wir nicht. Sie nennt eine Person. Bitte ohne Namen." in told
    assert "Frau X?" not in await own_after(browser, hall, "0" * 32)
    assert "Frau X?" not in words(await send(browser, "/s/fragen", ("card", hall.cards[0])))


async def test_merged_and_deferred_questions_tell_where_they_went(
    browser: AsyncClient, rt: Runtime, hall: Hall, clock: FixedClock
) -> None:
    first = keys_in(await ask(browser, hall, "Wo parken wir?"))
    second = keys_in(await ask(browser, hall, "Wo ist Platz?", keys=first))
    async with rt.work.write() as uow:
        by_text = {each.text: each.id for each in await questions_of(uow.session, hall.meeting_id, all_states=True)}
        parking, lots = by_text["Wo parken wir?"], by_text["Wo ist Platz?"]
        for question in (parking, lots):
            await move_question(uow, question, QuestionState.VISIBLE)
        await merge_question(uow, lots, parking)
        await defer_question(uow, parking, due_on=(clock.now() + timedelta(days=7)).date())
    told = await own_after(browser, hall, second)
    assert "Zusammengelegt mit dieser Frage: „Wo parken wir?“" in told
    assert told.count("Antwort kommt schriftlich, bis") == 2


async def test_long_name_is_refused_and_the_words_stay(browser: AsyncClient, hall: Hall) -> None:
    page = await ask(browser, hall, "Warum?", name="N" * 41)
    assert page.status_code == 422
    assert "Ein Name hat 1 bis 40 Zeichen." in words(page)
    assert ">Warum?</textarea>" in page.text


async def test_card_asks_to_speak_sees_its_place_and_withdraws(browser: AsyncClient, rt: Runtime, hall: Hall) -> None:
    assert "Die Redeliste ist gerade geschlossen." in words(await tab(browser, hall))
    await open_list(rt, hall)
    async with rt.work.write() as uow:
        await acts.note_speaker(uow, hall.meeting_id, NewSpeaker(topic="Wochenmarkt"))
    form = hidden_fields(await tab(browser, hall), "/s/saal/wort")
    for _ in range(2):
        told = words(await send(browser, "/s/saal/wort", *form, ("gruppe", "Nordstadt")))
        assert "Sie sind als 2. dran." in told
        assert "Wochenmarkt" not in told
    async with rt.work.write() as uow:
        await acts.call_speaker(uow, hall.meeting_id, 1)
    assert "Sie sind als 1. dran." in words(await tab(browser, hall))
    async with rt.work.write() as uow:
        await acts.call_speaker(uow, hall.meeting_id, 2)
    page = await tab(browser, hall)
    assert "Sie sind jetzt dran." in words(page)
    assert "Wortmeldung zurücknehmen" not in words(page)
    assert "Sie sind" not in words(await tab(browser, hall, 1))


async def test_request_is_taken_back_and_made_again(browser: AsyncClient, rt: Runtime, hall: Hall) -> None:
    await open_list(rt, hall, by_hand=True)
    page = await send(browser, "/s/saal/wort", ("card", hall.guests[0]))
    assert "Die Moderation nimmt Sie gleich auf die Liste." in words(page)
    page = await send(browser, "/s/saal/zurueck", *hidden_fields(page, "/s/saal/zurueck"))
    assert "Ich möchte etwas sagen" in words(page)


@pytest.mark.parametrize("path", ["/s/saal/wort", "/s/saal/zurueck"])
async def test_void_card_has_no_voice(browser: AsyncClient, rt: Runtime, hall: Hall, path: str) -> None:
    await open_list(rt, hall)
    async with rt.work.write() as uow:
        await void_cards(uow, rt.keyring, org_ids=[hall.org_id], codes=hall.cards[:1])
    answer = await send(browser, path, ("card", hall.cards[0]))
    assert answer.status_code in {403, 422}
    assert "Sie sind" not in words(answer)


async def test_unknown_group_is_refused_on_the_page(browser: AsyncClient, rt: Runtime, hall: Hall) -> None:
    await open_list(rt, hall)
    page = await send(browser, "/s/saal/wort", ("card", hall.cards[0]), ("gruppe", "Mond"))
    assert page.status_code == 422
    assert "Diese Gruppe gibt es nicht." in words(page)


async def test_live_text_is_read_on_phone_and_wall_while_it_is_on(
    browser: AsyncClient, rt: Runtime, hall: Hall
) -> None:
    async with rt.work.write() as uow:
        await switch_captions(uow, hall.meeting_id, on=True)
        await write_captions(uow, hall.meeting_id, "Guten Abend zusammen.")
    page = await send(browser, "/s/mitlesen", *hidden_fields(await tab(browser, hall), "/s/mitlesen"))
    assert "Guten Abend zusammen." in words(page)
    assert "aria-live" not in page.text
    assert "Guten Abend zusammen." in words(await wall(browser, rt, hall))
    async with rt.work.write() as uow:
        await switch_captions(uow, hall.meeting_id, on=False)
    assert "Guten Abend" not in words(await send(browser, "/s/mitlesen", ("card", hall.cards[0])))
    assert "Guten Abend" not in words(await wall(browser, rt, hall))


async def test_announcement_stands_on_every_page_and_on_the_wall(browser: AsyncClient, rt: Runtime, hall: Hall) -> None:
    async with rt.work.write() as uow:
        await notify_hall(uow, hall.meeting_id, "Gleich geht es weiter.")
    for path in ("/s", "/s/fragen", "/s/saal", "/s/ablauf"):
        assert "Gleich geht es weiter." in words(await send(browser, path, ("card", hall.cards[0])))
    assert re.search(r'id="nachricht" role="status">Gleich geht es weiter\.', (await wall(browser, rt, hall)).text)


async def test_broadcast_opens_by_a_click_and_nothing_loads_before(
    browser: AsyncClient, rt: Runtime, hall: Hall
) -> None:
    async with rt.work.write() as uow:
        await set_stream(uow, hall.meeting_id, "https://video.example/saal", hosts={"video.example"})
    page = await tab(browser, hall)
    assert "Übertragung öffnen (lädt von video.example)" in words(page)
    assert page.text.count("video.example") == 2
    assert 'rel="noreferrer noopener"' in page.text


async def test_wall_shows_the_clock_of_whoever_speaks_and_who_follows(
    browser: AsyncClient, rt: Runtime, hall: Hall, clock: FixedClock
) -> None:
    await open_list(rt, hall)
    async with rt.work.write() as uow:
        for topic in ("Wochenmarkt", "Leitsystem"):
            await acts.note_speaker(uow, hall.meeting_id, NewSpeaker("Nordstadt", topic))
        await acts.call_speaker(uow, hall.meeting_id, 1)
    clock.advance(timedelta(seconds=73))
    told = words(await wall(browser, rt, hall))
    assert "1:47 von 3:00 Wortmeldung 1 Wochenmarkt · Nordstadt" in told
    assert "Danach 2 Leitsystem spricht zum ersten Mal" in told
    clock.advance(timedelta(seconds=120))
    page = await wall(browser, rt, hall)
    assert "0:00" in words(page)
    assert 'role="status">' in page.text.partition("mm-talk__over")[2].partition("</p>")[0]
    async with rt.work.write() as uow:
        await acts.give_more_time(uow, hall.meeting_id)
        await acts.pause_clock(uow, hall.meeting_id)
    told = words(await wall(browser, rt, hall))
    assert "0:47 Die Uhr steht" in told
