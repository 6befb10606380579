"""Voting and guest cards."""

from dataclasses import replace

import pytest

from printables.cards import grouped, print_cards
from printables.types import CardDocument, CardSpec, DocumentError, Language
from tests.unit.printables.documents import NOTICE
from tests.unit.printables.reading import embedded_everywhere, page_count, qr_texts, words

CODES = ("K7Q2-9WDM-X4TR-5", "YHJC44GNGQSBF", "FZ45VT3WP0YG8", "NE96SK25AX9G3", "B0W9PT4KWXP0Q")
CARDS = CardDocument(
    meeting_title="Bürgerversammlung Innenstadt",
    org_name="Stadt Auenfurt",
    date_text="Donnerstag, 11. März 2027, 19 Uhr",
    notice=NOTICE,
    card_url="https://machmit.auenfurt.example/s",
    cards=tuple(CardSpec(code, guest=index >= 3) for index, code in enumerate(CODES)),
)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return print_cards(CARDS)


def addresses(codes: tuple[str, ...]) -> list[str]:
    return [f"https://machmit.auenfurt.example/s#{grouped(code)}" for code in codes]


def test_code_is_printed_in_groups_of_four() -> None:
    assert grouped("K7Q29WDMX4TR5") == grouped("K7Q2-9WDM-X4TR-5") == "K7Q2-9WDM-X4TR-5"


@pytest.mark.needs("pango")
def test_four_cards_per_sheet_front_and_back(pdf: bytes) -> None:
    assert page_count(pdf) == 4
    assert qr_texts(pdf, 0) == addresses(CODES[:4])
    assert qr_texts(pdf, 2) == addresses(CODES[4:])


@pytest.mark.needs("pango")
def test_back_lies_behind_its_front_when_turned_along_the_long_edge(pdf: bytes) -> None:
    one, two, three, four = addresses(CODES[:4])
    assert qr_texts(pdf, 1) == [two, one, four, three]


@pytest.mark.needs("pango")
def test_both_sides_say_the_code_in_letters(pdf: bytes) -> None:
    for page in (0, 1):
        assert all(grouped(code) in words(pdf, page) for code in CODES[:4])
        assert NOTICE in words(pdf, page)
        assert "machmit.auenfurt.example/s" in words(pdf, page)


@pytest.mark.needs("pango")
def test_voting_card_shows_three_ways_and_guest_card_says_it_cannot_vote(pdf: bytes) -> None:
    front = words(pdf, 0)
    assert all(way in front for way in ("Stimmkarte", "Handy", "Kiosk", "Papier", "Gästekarte"))
    guests = words(pdf, 2)
    assert "Mit dieser Karte können Sie nicht abstimmen." in guests
    assert "Stimmkarte" not in guests


@pytest.mark.needs("pango")
def test_card_names_nobody(pdf: bytes) -> None:
    assert "Auf der Karte steht kein Name." in words(pdf, 0)


@pytest.mark.needs("pango")
def test_cards_are_byte_identical_and_embed_their_fonts(pdf: bytes) -> None:
    assert print_cards(CARDS) == pdf
    assert embedded_everywhere(pdf)


@pytest.mark.needs("pango")
def test_cards_in_english() -> None:
    english = print_cards(replace(CARDS, language=Language.EN, cards=CARDS.cards[:1]))
    assert "Voting card" in words(english)
    assert "Show the card" in words(english)


@pytest.mark.needs("pango")
@pytest.mark.parametrize("cards", [(), (CardSpec("KÄSE"),), (CardSpec("OIL!"),)])
def test_impossible_cards_are_refused(cards: tuple[CardSpec, ...]) -> None:
    with pytest.raises(DocumentError):
        print_cards(replace(CARDS, cards=cards))


@pytest.mark.needs("pango")
def test_overlong_texts_are_refused() -> None:
    with pytest.raises(DocumentError):
        print_cards(replace(CARDS, notice=NOTICE * 12))
