"""The phone ballot without JavaScript: every step a form, from the code to the Prüfnummer."""

from __future__ import annotations

import re
import secrets
from html import unescape
from urllib.parse import quote, urlencode

import pytest
from httpx import AsyncClient, Response

from backend.ballots.redemptions import exchange_for_sheet
from backend.ballots.seal import openings
from backend.cards.actions import void_cards
from backend.cards.codes import grouped
from backend.live.pages.answering import BLOCK
from backend.meetings.actions.questions import move_question
from backend.meetings.queries import questions_of
from backend.meetings.types import QuestionState
from backend.polls.actions import NewPoll
from backend.polls.queries import Poll, get_poll
from backend.polls.types import Channel, Grade, PollState, PollType
from backend.runtime import Runtime
from tests.factories import ABC, TO_PUBLISHED, TO_SEALED, Hall, make_hall, make_poll, move_poll

Fields = list[tuple[str, str]]
TRACKING = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}(?!-)")


ABC_OR_NOT = [*ABC, {"id": "abst", "de": "Enthaltung", "abstain": True}]
PRICED = [{**option, "cost": cost} for option, cost in zip(ABC, (6, 5, 4), strict=True)]
SAID = [{"id": "s1", "de": "Es ist laut"}, {"id": "s2", "de": "Es ist grün"}]


@pytest.fixture
def browser(client: AsyncClient) -> AsyncClient:
    """A browser without scripts and cookies."""
    return client


@pytest.fixture
async def hall(rt: Runtime) -> Hall:
    """A running meeting."""
    return await make_hall(rt)


async def send(browser: AsyncClient, path: str, *fields: tuple[str, str], lang: str = "de") -> Response:
    """Send a form as a browser does, repeated names included."""
    body = "&".join(f"{name}={quote(value, safe='+')}" for name, value in fields)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
    return await browser.post(f"{path}?lang={lang}", content=body, headers=headers)


def hidden_fields(page: Response, action: str) -> Fields:
    """Return the hidden fields of the form that goes to an address."""
    forms = re.findall(r'<form[^>]* action="([^"]*)"[^>]*>(.*?)</form>', page.text, re.DOTALL)
    inside = next(body for target, body in forms if target.partition("?")[0] == action)
    return re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', inside)


def words(page: Response) -> str:
    """Return what a person reads."""
    visible = re.sub(r"<!--.*?-->|<template.*?</template>|<[^>]+>", " ", page.text, flags=re.DOTALL)
    return " ".join(unescape(visible).split())


async def test_journey_from_code_to_tracking_code(browser: AsyncClient, rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall)
    card = hall.cards[0]
    start = await browser.get("/s")
    assert start.status_code == 200
    assert "Geben Sie den Code Ihrer Stimmkarte ein" in words(start)

    overview = await send(browser, "/s", ("card", grouped(card).lower().replace("-", "+")))
    assert "Jetzt abstimmen" in words(overview)
    assert f"Karte …{grouped(card)[-5:]}" in words(overview)

    question = await send(browser, "/s/frage", *hidden_fields(overview, "/s/frage"))
    assert "Soll es Bäume geben?" in words(question)

    check = await send(browser, "/s/pruefen", *hidden_fields(question, "/s/pruefen"), ("choice", "00"))
    assert "Stimmt das so?" in words(check)
    assert "Ohne JavaScript rechnet unser Server Ihre Prüfnummer aus" in words(check)

    cast = hidden_fields(check, "/s/stimme")
    arrived = await send(browser, "/s/stimme", *cast)
    assert "Ihre Stimme ist angekommen" in words(arrived)
    code = TRACKING.findall(arrived.text)[0]

    again = await send(browser, "/s/stimme", *cast)
    assert TRACKING.findall(again.text)[0] == code

    later = await send(browser, "/s", ("card", card))
    assert "Handy abgegeben" in words(later)
    for page in (start, overview, question, check, arrived):
        assert page.headers["cache-control"].startswith("no-store")
        assert "set-cookie" not in page.headers

    await move_poll(rt, await current(rt, poll), *TO_SEALED)
    async with rt.work.read() as uow:
        assert [ballot.choices for ballot in await openings(uow.session, poll.id)] == [["yes"]]


async def current(rt: Runtime, poll: Poll) -> Poll:
    """Return a poll as it is now."""
    async with rt.work.read() as uow:
        return await get_poll(uow.session, poll.id)


@pytest.mark.parametrize(
    ("new", "marks", "expected"),
    [
        (NewPoll(PollType.SINGLE, {"de": "Was?"}, ABC), ["02"], ["c"]),
        (NewPoll(PollType.MULTI, {"de": "Was?"}, ABC, max_choices=2), ["00", "02"], ["a", "c"]),
        (NewPoll(PollType.SCALE, {"de": "Wie?"}, []), ["03"], [4]),
        (NewPoll(PollType.RANKING, {"de": "Was?"}, ABC), ["01", "", "00"], ["b", "a"]),
        (NewPoll(PollType.SCALE, {"de": "Wie?"}, [], statements=SAID), ["---", "004"], [None, 4]),
        (NewPoll(PollType.SCORE, {"de": "Was?"}, ABC), ["005", "---", "000"], {"a": 5, "c": 0}),
        (NewPoll(PollType.CUMULATIVE, {"de": "Was?"}, ABC), ["000", "007", "003"], {"b": 7, "c": 3}),
        (NewPoll(PollType.BUDGET, {"de": "Was?"}, PRICED, budget=10), ["00", "02"], ["a", "c"]),
        (NewPoll(PollType.SCORE, {"de": "Was?"}, ABC_OR_NOT), ["---", "---", "---", "03"], ["abst"]),
    ],
)
async def test_cast_every_type_arrives_as_chosen(
    browser: AsyncClient, rt: Runtime, hall: Hall, new: NewPoll, marks: list[str], expected: object
) -> None:
    poll = await make_poll(rt, hall, new)
    fields = [("card", hall.cards[0]), ("poll", poll.id), *(("choice", mark) for mark in marks)]
    check = await send(browser, "/s/pruefen", *fields)
    arrived = await send(browser, "/s/stimme", *hidden_fields(check, "/s/stimme"))
    assert "Ihre Stimme ist angekommen" in words(arrived)
    await move_poll(rt, await current(rt, poll), *TO_SEALED)
    async with rt.work.read() as uow:
        assert [ballot.choices for ballot in await openings(uow.session, poll.id)] == [expected]


@pytest.mark.parametrize(
    ("marks", "sentence"),
    [
        ([], "Wählen Sie zuerst eine Antwort."),
        (["00", "01", "02"], "Das sind zu viele Antworten."),
        (["99"], "Das sind zu viele Antworten."),
    ],
)
async def test_check_unfit_choice_shows_question_again(
    browser: AsyncClient, rt: Runtime, hall: Hall, marks: list[str], sentence: str
) -> None:
    new = NewPoll(type=PollType.MULTI, question={"de": "Was?"}, options=ABC, max_choices=2)
    poll = await make_poll(rt, hall, new)
    fields = [("card", hall.cards[0]), ("poll", poll.id), *(("choice", mark) for mark in marks)]
    page = await send(browser, "/s/pruefen", *fields)
    assert page.status_code == 422
    assert sentence in words(page)
    assert page.text.count("checked") == len([mark for mark in marks if mark != "99"])


@pytest.mark.parametrize(
    ("new", "marks", "sentence"),
    [
        (
            NewPoll(PollType.CUMULATIVE, {"de": "?"}, ABC),
            ["004", "004", "004"],
            "Das sind zu viele Punkte. Sie haben 10.",
        ),
        (NewPoll(PollType.CUMULATIVE, {"de": "?"}, ABC), ["000", "000", "000"], "Wählen Sie zuerst eine Antwort."),
        (NewPoll(PollType.SCORE, {"de": "?"}, ABC), ["---", "---", "---"], "Wählen Sie zuerst eine Antwort."),
        (NewPoll(PollType.SCORE, {"de": "?"}, ABC_OR_NOT), ["001", "---", "---", "03"], "Enthaltung geht nur allein."),
        (NewPoll(PollType.SCORE, {"de": "?"}, ABC), ["001"], "zu viele Antworten"),
        (NewPoll(PollType.BUDGET, {"de": "?"}, PRICED, budget=10), ["00", "01"], "mehr Geld, als da ist"),
    ],
)
async def test_check_what_does_not_fit_is_explained_and_kept(
    browser: AsyncClient, rt: Runtime, hall: Hall, new: NewPoll, marks: list[str], sentence: str
) -> None:
    poll = await make_poll(rt, hall, new)
    fields = [("card", hall.cards[0]), ("poll", poll.id), *(("choice", mark) for mark in marks)]
    page = await send(browser, "/s/pruefen", *fields)
    assert page.status_code == 422
    assert sentence in words(page)
    rated = [mark for mark in marks if len(mark) == 3 and mark not in {"---", "000"}]
    assert page.text.count("selected") >= len(rated)


async def test_words_arrive_tidy_and_a_bad_one_is_explained(browser: AsyncClient, rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall, NewPoll(type=PollType.WORDS, question={"de": "Was?"}, options=[]))
    fields = [("card", hall.cards[0]), ("poll", poll.id)]
    twice = await send(browser, "/s/pruefen", *fields, ("wort", "Bänke"), ("wort", "bänke"))
    assert "Schreiben Sie jedes nur einmal." in words(twice)
    assert 'value="bänke"' in twice.text
    check = await send(browser, "/s/pruefen", *fields, ("wort", "mehr  Bänke"), ("wort", ""), ("wort", "Bäume"))
    arrived = await send(browser, "/s/stimme", *hidden_fields(check, "/s/stimme"))
    assert "Ihre Stimme ist angekommen" in words(arrived)
    await move_poll(rt, await current(rt, poll), *TO_SEALED)
    async with rt.work.read() as uow:
        assert [ballot.choices for ballot in await openings(uow.session, poll.id)] == [["Bäume", "mehr Bänke"]]


async def test_forms_to_cast_have_one_length_whatever_the_words(browser: AsyncClient, rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall, NewPoll(type=PollType.WORDS, question={"de": "Was?"}, options=[]))
    lengths = set()
    for given in (["Ö"], ["Bänke", "Bäume am Bach"], ["x" * 24, "y" * 24, "z" * 24]):
        fields = [("card", hall.cards[0]), ("poll", poll.id), *(("wort", word) for word in given)]
        check = await send(browser, "/s/pruefen", *fields)
        lengths.add(len(urlencode(hidden_fields(check, "/s/stimme"))))
    assert len(lengths) == 1


async def test_check_same_option_twice_in_ranking_is_explained(browser: AsyncClient, rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall, NewPoll(type=PollType.RANKING, question={"de": "Was?"}, options=ABC))
    fields = (("card", hall.cards[0]), ("poll", poll.id), ("choice", "01"), ("choice", "01"))
    assert "nur auf einem Platz" in words(await send(browser, "/s/pruefen", *fields))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Bitte geben Sie den Code von Ihrer Karte ein."),
        ("K7Q2", "Der Code hat 13 Zeichen."),
        ("K7QU-9WDM-X4TR-5", "aber kein U"),
        ("K7Q2-9WDM-X4TR-6", "Oft verwechselt"),
    ],
)
async def test_code_misspelt_says_what_to_check(browser: AsyncClient, typed: str, sentence: str) -> None:
    page = await send(browser, "/s", ("card", typed))
    assert page.status_code == 422
    assert sentence in words(page)
    assert f'value="{typed}"' in page.text


async def test_code_unknown_void_and_guest_are_told_apart(browser: AsyncClient, rt: Runtime, hall: Hall) -> None:
    await make_poll(rt, hall)
    async with rt.work.write() as uow:
        await void_cards(uow, rt.keyring, org_ids=[hall.org_id], codes=[hall.cards[1]])
    unknown = await send(browser, "/s", ("card", "0000-0000-0000-0"))
    assert "Diese Karte kennen wir nicht" in words(unknown)
    assert "Diese Karte gilt nicht mehr" in words(await send(browser, "/s", ("card", hall.cards[1])))
    guest = words(await send(browser, "/s", ("card", hall.guests[0])))
    assert "Schön, dass Sie da sind" in guest
    assert "Jetzt abstimmen" not in guest


async def test_code_many_failures_are_throttled_but_a_known_card_is_not(browser: AsyncClient, hall: Hall) -> None:
    answers = [await send(browser, "/s", ("card", "0000-0000-0000-0")) for _ in range(21)]
    assert answers[-1].status_code == 429
    assert (await send(browser, "/s", ("card", hall.cards[0]))).status_code == 200


async def test_question_used_on_paper_or_kiosk_says_where(browser: AsyncClient, rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall)
    voter = await rt.desk.voter(poll.id, hall.cards[0])
    async with rt.work.write() as uow:
        await exchange_for_sheet(uow.session, poll.id, voter)
    await rt.desk.cast_with_card(
        poll.id,
        hall.cards[1],
        choices=["yes"],
        nonce=secrets.token_bytes(32),
        channel=Channel.KIOSK,
        request_key=secrets.token_hex(8),
    )
    paper = await send(browser, "/s/frage", ("card", hall.cards[0]), ("poll", poll.id))
    assert "Für diese Karte gibt es schon einen Stimmzettel" in words(paper)
    kiosk = await send(browser, "/s/frage", ("card", hall.cards[1]), ("poll", poll.id))
    assert "Mit dieser Karte wurde schon abgestimmt" in words(kiosk)
    assert "Kiosk" in words(kiosk)


async def test_cast_after_the_card_was_used_elsewhere_is_refused_kindly(
    browser: AsyncClient, rt: Runtime, hall: Hall
) -> None:
    poll = await make_poll(rt, hall)
    fields = (("card", hall.cards[0]), ("poll", poll.id), ("choice", "00"))
    check = await send(browser, "/s/pruefen", *fields)
    other = await send(browser, "/s/pruefen", *fields)
    await send(browser, "/s/stimme", *hidden_fields(other, "/s/stimme"))
    second = await send(browser, "/s/stimme", *hidden_fields(check, "/s/stimme"))
    assert second.status_code == 409
    assert "Mit dieser Karte wurde schon abgestimmt" in words(second)


async def test_cast_after_closing_says_it_came_too_late(browser: AsyncClient, rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall)
    check = await send(browser, "/s/pruefen", ("card", hall.cards[0]), ("poll", poll.id), ("choice", "00"))
    await move_poll(rt, poll, PollState.CLOSING, PollState.CLOSED)
    late = await send(browser, "/s/stimme", *hidden_fields(check, "/s/stimme"))
    assert "Ihre Stimme kam zu spät" in words(late)
    closed = await send(browser, "/s/frage", ("card", hall.cards[0]), ("poll", poll.id))
    assert "Die Abstimmung ist beendet" in words(closed)
    assert "0 von 20 Karten haben abgestimmt" in words(closed)


async def test_question_secret_sends_people_to_the_table(browser: AsyncClient, rt: Runtime, hall: Hall) -> None:
    new = NewPoll(type=PollType.SINGLE, question={"de": "Wer?"}, options=ABC, grade=Grade.SECRET)
    poll = await make_poll(rt, hall, new)
    page = await send(browser, "/s/frage", ("card", hall.cards[0]), ("poll", poll.id))
    assert "Über diese Frage stimmen Sie auf Papier ab" in words(page)


async def test_question_may_be_changed_until_closing_where_the_poll_allows(
    browser: AsyncClient, rt: Runtime, hall: Hall
) -> None:
    new = NewPoll(type=PollType.SINGLE, question={"de": "Wer?"}, options=ABC, change_until_close=True)
    poll = await make_poll(rt, hall, new)
    for choice in ("00", "02"):
        fields = (("card", hall.cards[0]), ("poll", poll.id))
        check = await send(browser, "/s/pruefen", *fields, ("choice", choice))
        assert "Sie können Ihre Stimme ändern" in words(check)
        assert "angekommen" in words(await send(browser, "/s/stimme", *hidden_fields(check, "/s/stimme")))
        assert "Stimme ändern" in words(await send(browser, "/s/frage", *fields))
        assert "Apfel" in words(await send(browser, "/s/frage", *fields, ("again", "true")))
    await move_poll(rt, await current(rt, poll), *TO_SEALED)
    async with rt.work.read() as uow:
        assert [ballot.choices for ballot in await openings(uow.session, poll.id)] == [["c"]]


@pytest.mark.parametrize("kind", [PollType.SINGLE, PollType.RANKING, PollType.SCALE])
async def test_question_counted_shows_the_result(browser: AsyncClient, rt: Runtime, hall: Hall, kind: PollType) -> None:
    options = [] if kind is PollType.SCALE else ABC
    poll = await make_poll(rt, hall, NewPoll(type=kind, question={"de": "Was?"}, options=options))
    choices: list[object] = [4] if kind is PollType.SCALE else ["b"]
    for card in hall.cards[:12]:
        nonce, key = secrets.token_bytes(32), secrets.token_hex(8)
        await rt.desk.cast_with_card(
            poll.id, card, choices=choices, nonce=nonce, channel=Channel.PHONE, request_key=key
        )
    await move_poll(rt, await current(rt, poll), *TO_PUBLISHED)
    page = words(await send(browser, "/s/frage", ("card", hall.cards[0]), ("poll", poll.id)))
    assert "ausgezählt" in page
    assert "12 gültige Stimmen" in page


async def test_questions_from_the_hall_are_asked_and_supported(browser: AsyncClient, rt: Runtime, hall: Hall) -> None:
    page = await send(browser, "/s/fragen", ("card", hall.guests[0]))
    assert "Noch hat niemand gefragt" in words(page)
    form = hidden_fields(page, "/s/fragen/neu")
    empty = await send(browser, "/s/fragen/neu", *form, ("text", ""))
    assert empty.status_code == 422
    text = ("text", "Wer+giesst+die+Baeume?")
    for asked in [await send(browser, "/s/fragen/neu", *form, text) for _ in range(2)]:
        assert "Die Moderation sieht sie gerade durch" in words(asked)
    async with rt.work.write() as uow:
        (question,) = await questions_of(uow.session, hall.meeting_id, all_states=True)
        await move_question(uow, question.id, QuestionState.VISIBLE)
    page = empty
    for card in (hall.cards[0], hall.cards[0], hall.cards[1]):
        page = await send(browser, "/s/fragen", ("card", card))
        page = await send(browser, "/s/fragen/plus", *hidden_fields(page, "/s/fragen/plus"))
    assert "Wer giesst die Baeume?" in words(page)
    assert "bisher 2" in page.text
    assert 'aria-pressed="true"' in page.text


async def test_support_for_a_question_of_another_meeting_is_refused(
    browser: AsyncClient, rt: Runtime, hall: Hall
) -> None:
    other = await make_hall(rt, slug="talbrunn")
    form = hidden_fields(await send(browser, "/s/fragen", ("card", other.guests[0])), "/s/fragen/neu")
    await send(browser, "/s/fragen/neu", *form, ("text", "Hier?"))
    async with rt.work.write() as uow:
        (question,) = await questions_of(uow.session, other.meeting_id, all_states=True)
        await move_question(uow, question.id, QuestionState.VISIBLE)
    page = await send(browser, "/s/fragen/plus", ("card", hall.cards[0]), ("question", question.id))
    assert page.status_code == 404


async def test_agenda_shows_what_is_running(browser: AsyncClient, hall: Hall) -> None:
    page = await send(browser, "/s/ablauf", ("card", hall.cards[0]))
    assert "Begrüßung läuft gerade" in words(page)


@pytest.mark.parametrize("step", ["frage", "pruefen", "stimme", "fragen", "fragen/neu", "fragen/plus", "ablauf"])
async def test_reloaded_step_leads_back_to_the_code(browser: AsyncClient, step: str) -> None:
    page = await browser.get(f"/s/{step}", follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (303, "/s")


@pytest.mark.parametrize(
    "fields",
    [
        [("poll", "x")],
        [("card", "0000-0000-0000-0"), ("poll", "../x")],
        [("card", "0000-0000-0000-0"), ("poll", "x"), ("channel", "kiosk")],
    ],
)
async def test_forged_form_is_refused_with_a_page(browser: AsyncClient, fields: Fields) -> None:
    for step in ("frage", "pruefen", "stimme"):
        page = await send(browser, f"/s/{step}", *fields)
        assert page.status_code == 404
        assert "Traceback" not in page.text


async def test_pages_that_name_a_choice_have_one_length_and_so_have_their_forms(
    browser: AsyncClient, rt: Runtime, hall: Hall
) -> None:
    poll = await make_poll(rt, hall, NewPoll(type=PollType.MULTI, question={"de": "?"}, options=ABC, max_choices=3))
    sizes, lengths = set(), set()
    for marks in (["00"], ["01", "02"], ["00", "01", "02"]):
        fields = [("card", hall.cards[0]), ("poll", poll.id), *(("choice", mark) for mark in marks)]
        check = await send(browser, "/s/pruefen", *fields)
        sizes.add(len(check.content))
        assert "no-transform" in check.headers["cache-control"]
        form = hidden_fields(check, "/s/stimme")
        lengths.add(sum(len(f"&{name}={value}") for name, value in form))
    assert len(lengths) == 1
    assert sizes == {BLOCK}


@pytest.mark.parametrize("lang", ["de", "ls", "en", "tr", "uk", "ar"])
async def test_every_language_has_every_page(browser: AsyncClient, rt: Runtime, hall: Hall, lang: str) -> None:
    poll = await make_poll(rt, hall)
    assert (await browser.get(f"/s?lang={lang}")).status_code == 200
    fields = (("card", hall.cards[0]), ("poll", poll.id))
    for path, own in (
        ("/s", fields[:1]),
        ("/s/frage", fields),
        ("/s/pruefen", (*fields, ("choice", "00"))),
        ("/s/fragen", fields[:1]),
        ("/s/ablauf", fields[:1]),
    ):
        page = await send(browser, path, *own, lang=lang)
        assert page.status_code == 200, path
        assert f"lang={lang}" in page.text, path


async def test_language_switch_keeps_the_card(browser: AsyncClient, hall: Hall) -> None:
    page = await send(browser, "/s", ("card", hall.cards[0]))
    assert 'formaction="/s?lang=en"' in page.text
    assert f'name="card" value="{grouped(hall.cards[0])}"' in page.text


async def test_start_shows_the_one_running_meeting_and_its_exact_notice(
    browser: AsyncClient, rt: Runtime, hall: Hall
) -> None:
    assert "Die Abstimmungen heute sind Empfehlungen." in words(await browser.get("/s"))
    await make_hall(rt, slug="talbrunn")
    assert "Die Abstimmungen heute sind Empfehlungen." not in words(await browser.get("/s"))
