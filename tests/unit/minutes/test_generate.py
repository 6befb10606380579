"""What minutes say of an evening, sentence by sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

import pytest

from backend.meetings.types import ItemState
from backend.minutes import words
from backend.minutes.generate import generate
from backend.minutes.poll_parts import WITHHELD
from backend.minutes.types import Facts, Part, SpeechFacts
from backend.polls.types import Channel, PollType
from backend.tally.equations import EquationName
from tests.unit.minutes.evening import EVENING, OPEN_ONE, POLL, VOID


def part(facts: Facts, key: str) -> Part:
    """Return one generated part."""
    return next(each for each in generate(facts) if each.key == key)


def test_frame_tells_place_and_every_time_of_the_evening() -> None:
    assert part(EVENING, "rahmen").pairs == (
        ("Veranstalterin", "Stadt Auenfurt"),
        ("Ort", "Stadthalle, Am Markt 1"),
        ("Tag", "Donnerstag, 11. März 2027"),
        ("Einlass ab", "18:30 Uhr"),
        ("Beginn", "19:03 Uhr"),
        ("Unterbrechung", "20:00 Uhr bis 20:10 Uhr"),
        ("Ende", "21:15 Uhr"),
    )


def test_people_and_cards_are_numbers() -> None:
    assert part(EVENING, "anwesenheit").pairs == (
        ("Gezählte Personen um 19:05 Uhr", "131"),
        ("Ausgegebene Stimmkarten", "126"),
        ("Ausgegebene Gästekarten", "6"),
    )
    uncounted = part(replace(EVENING, counted=()), "anwesenheit")
    assert uncounted.paragraphs == ("Die Personen im Saal wurden nicht gezählt.",)


def test_points_carry_their_real_times_and_their_polls() -> None:
    assert part(EVENING, "punkt-i1").paragraphs == ("19:03 Uhr bis 19:12 Uhr: behandelt.",)
    assert part(EVENING, "punkt-i2").paragraphs == (
        "19:12 Uhr bis 20:00 Uhr, 20:10 Uhr bis 21:15 Uhr: behandelt.",
        "Abstimmungen dazu: Frage 1, 2 und 3.",
    )
    assert part(EVENING, "punkt-i3").paragraphs == ("Vertagt.",)


def test_questions_tell_answers_and_what_is_still_owed() -> None:
    assert part(EVENING, "fragen").points == (
        "„Gibt es Schatten?“ – im Saal beantwortet.",
        "„Wann wird gebaut?“ – schriftlich beantwortet. Antwort: Im Frühjahr.",
        "„Was kostet es?“ – wird schriftlich beantwortet, bis 8. April 2027 (Bauamt).",
    )


def test_speakers_are_counted_and_timed_by_group_without_names() -> None:
    speech = SpeechFacts(7, 1_265, (("Innenstadt", 900), ("Nordstadt", 365)))
    said = part(replace(EVENING, speech=speech), "wortmeldungen")
    assert said.paragraphs == ("7 Wortmeldungen, zusammen 21:05 Minuten.",)
    assert said.points == ("Innenstadt: 15:00 Minuten", "Nordstadt: 6:05 Minuten")
    assert "wortmeldungen" not in {each.key for each in generate(EVENING)}


def test_result_has_every_channel_beside_the_total() -> None:
    shown = part(EVENING, "abstimmung-p1")
    assert ("Stand", "festgestellt, von zwei Personen unterschrieben") in shown.pairs
    assert ("Benutzte Karten", "121 (Handy 76, Kiosk 13, Papier 32)") in shown.pairs
    assert shown.paragraphs == ("121 Stimmen: 118 gültig, 2 ungültig, 1 leer.",)
    assert shown.table is not None
    assert shown.table.columns == ("Antwort", "Handy", "Kiosk", "Papier", "zusammen")
    assert shown.table.rows[:2] == (("A · Keine", "20", "4", "5", "29"), ("B · Acht", "50", "8", "17", "75"))


def test_few_ballots_hide_all_channels_and_say_so() -> None:
    shown = part(EVENING, "abstimmung-p3")
    assert shown.table is not None
    assert shown.table.columns == ("Antwort", "Stimmen")
    assert WITHHELD in shown.paragraphs
    assert ("Stand", "vorläufig") in shown.pairs


def test_open_equation_stands_with_its_signed_reason() -> None:
    assert part(EVENING, "abstimmung-p3").points == (
        "Eine Gleichung blieb offen: Karten gegen Zettel (Papier), Unterschied −1.",
        "Trotzdem unterschrieben, mit dieser Begründung: Ein Zettel fehlt.",
    )


def test_void_poll_names_reason_and_successor_and_no_number() -> None:
    shown = part(EVENING, "abstimmung-p2")
    assert shown.paragraphs == ("Für ungültig erklärt.", "Grund: Falsche Antworten.", "Wiederholt als Frage 3.")
    assert (shown.table, shown.points) == (None, ())


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("cancelled", "Abgebrochen und nicht ausgezählt."),
        ("no_result", "Ohne Ergebnis beendet."),
        ("sealed", "Ausgezählt, aber nicht bekannt gegeben."),
        ("open", "Noch nicht abgeschlossen."),
    ],
)
def test_poll_without_a_result_says_why(state: str, said: str) -> None:
    ended = replace(VOID, state=state, end_reason="", successor=None)
    assert part(replace(EVENING, polls=(ended,)), "abstimmung-p2").paragraphs == (said,)


def test_practice_polls_are_named_and_have_no_section() -> None:
    practice = replace(POLL, is_practice=True)
    parts = generate(replace(EVENING, polls=(practice,)))
    said = next(each for each in parts if each.key == "abstimmungen").paragraphs
    assert said == ("Zum Kennenlernen gab es 1 Übungsabstimmung. Ihre Stimmen zählen nicht und sind gelöscht.",)
    assert "abstimmung-p1" not in {each.key for each in parts}


def test_incidents_come_from_host_paper_and_polls() -> None:
    assert part(EVENING, "vorkommnisse").points == (
        "19:55 Uhr: Das WLAN war zwei Minuten weg.",
        "20:30 Uhr: Die Versammlung hat auf Papier weitergemacht.",
        "Frage 1: 3 zweite Versuche mit schon benutzten Karten, nicht gezählt.",
        "Frage 1: 2 Zettel von Menschen gelesen und entschieden.",
        "Frage 1: 1 Zettel abgewiesen, nicht gezählt.",
        "Frage 2: für ungültig erklärt. Grund: Falsche Antworten.",
        "Frage 3: 3 zweite Versuche mit schon benutzten Karten, nicht gezählt.",
    )
    calm = part(replace(EVENING, incidents=(), polls=()), "vorkommnisse")
    assert (calm.points, calm.paragraphs) == ((), ("Keine.",))


def test_checkpoint_stands_as_text_with_its_key() -> None:
    pairs = dict(part(EVENING, "pruefsumme").pairs)
    assert pairs["Einträge"] == "412"
    assert pairs["zum Vorlesen"] == "7K2M 9QTD 4VXR HW6B"
    assert pairs["Schlüssel"] == "auenfurt+key"
    assert "noch nicht" in part(replace(EVENING, log=None), "pruefsumme").paragraphs[0]


def test_orders_and_words_are_listed_by_number() -> None:
    totals = {"b>a=c": 3, "a>b": 5}
    ranked = replace(POLL, type="ranking", result=replace(OPEN_ONE, totals=totals))
    table = part(replace(EVENING, polls=(ranked,)), "abstimmung-p1").table
    assert table is not None
    assert table.rows == (("A · Keine vor B · Acht", "5"), ("B · Acht vor A · Keine und C · Alle", "3"))


def test_keys_are_unique_and_the_same_facts_give_the_same_parts() -> None:
    parts = generate(EVENING)
    assert len({each.key for each in parts}) == len(parts)
    assert generate(EVENING) == parts


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (words.CHANNELS, Channel),
        (words.TYPES, PollType),
        (words.ITEM_OUTCOMES, ItemState),
        (words.EQUATIONS, EquationName),
    ],
)
def test_every_code_has_a_word(table: Mapping[str, str], codes: type[StrEnum]) -> None:
    assert set(table) == {code.value for code in codes}
