"""Posters, postcards and count records."""

import io
from dataclasses import replace

import pytest
from pypdfium2 import PdfDocument

from printables.count_record import print_count_record
from printables.postcard import print_postcards
from printables.poster import print_poster
from printables.types import (
    Checkpoint,
    CountEquation,
    CountRecordDocument,
    CountRow,
    DocumentError,
    Language,
    PostcardDocument,
    PosterDocument,
    PosterStep,
    PosterWay,
)
from tests.unit.printables.documents import NOTICE
from tests.unit.printables.reading import embedded_everywhere, is_accessible, page_count, qr_texts, tags, words

POSTER = PosterDocument(
    org_name="Stadt Auenfurt",
    title="Was wird aus unserem Marktplatz?",
    lead="Die Stadt baut ihn ab 2028 neu.",
    join_url="https://machmit.auenfurt.example/auenfurt/t/marktplatz",
    notice="Freiwillige Beteiligung. Ergebnisse sind Empfehlungen; es entscheidet der Stadtrat.",
    steps=(
        PosterStep("Bis 7. März 2027: Sagen Sie Ihre Meinung", now=True),
        PosterStep("11. März: Bürgerversammlung", "Stadthalle"),
    ),
    ways=(PosterWay("web", "Internet", "machmit.auenfurt.example"), PosterWay("mail", "Postkarte", "liegt hier aus")),
)
POSTCARD = PostcardDocument(
    org_name="Stadt Auenfurt",
    question="Was ist Ihnen auf dem Marktplatz wichtig?",
    notice=POSTER.notice,
    deadline_text="7. März 2027",
    spur_url="https://machmit.auenfurt.example/spur",
    address_lines=("Stadt Auenfurt", "Rathausplatz 1", "99999 Auenfurt"),
    receipt_codes=("T5XC-8R2N", "AB12CD34"),
    phone_text="Tel. 0999 1234-0",
    drop_off_text="Rathaus, Bücherei",
    age_groups=("bis 17", "18 bis 29"),
)
NOTE = "machmit.auenfurt.example/log/2027\n1483\n" + "q" * 44 + "\n\n— machmit.auenfurt.example " + "A" * 92 + "\n"
RECORD = CountRecordDocument(
    meeting_title="Bürgerversammlung Innenstadt",
    date_text="11. März 2027",
    place="Stadthalle Auenfurt",
    question="Wie viele Stellplätze sollen auf dem Marktplatz bleiben?",
    facts="Einzelstimme · offene Abstimmung",
    notice=NOTICE,
    status_text="festgestellt",
    rows=(
        CountRow("A Keine", (31, 2, 5), 38),
        CountRow("gültig", (77, 14, 31), 122, sum=True),
        CountRow("ungültig", (None, None, 2), 2),
    ),
    equations=(
        CountEquation("Zettel: gedruckt = ausgegeben + Vorrat", "150 = 40 + 110", holds=True),
        CountEquation("Karten = abgestimmt + nicht benutzt", "126 = 124 + 1", holds=False, note="Eine Karte fehlt."),
    ),
    incidents=("Ein doppelter Versuch abgewiesen.", "Ein verdorbener Zettel getauscht."),
    signers=("Zählperson 1", "Zählperson 2"),
    question_count=4,
    channels=(("phone", "Handy"), ("kiosk", "Kiosk"), ("paper", "Papier")),
    checkpoint=Checkpoint("Im öffentlichen Protokoll: Einträge 1461 bis 1482", NOTE, "4HTQ-9VXK-0M7C-ZR3E", "Text."),
)


@pytest.mark.needs("pango")
def test_poster_leads_to_the_topic_and_is_accessible() -> None:
    pdf = print_poster(POSTER)
    assert qr_texts(pdf) == [POSTER.join_url]
    assert page_count(pdf) == 1
    assert is_accessible(pdf, "de")
    assert embedded_everywhere(pdf)
    for part in (POSTER.title, POSTER.lead, POSTER.notice, "Sagen Sie Ihre Meinung", "liegt hier aus"):
        assert part in words(pdf)
    assert print_poster(POSTER) == pdf


@pytest.mark.needs("pango")
def test_poster_with_a_long_title_shrinks_it() -> None:
    long = replace(POSTER, title="Wie gestalten wir die Ortsmitte von Auenfurt für alle Generationen?")
    assert page_count(print_poster(long)) == 1


@pytest.mark.needs("pango")
@pytest.mark.parametrize("title", ["Bürgerversammlung Radweg", "Einwohnerversammlung", "Ja"])
def test_poster_cuts_no_word_off_at_the_edge(title: str) -> None:
    with PdfDocument(io.BytesIO(print_poster(replace(POSTER, title=title)))) as pdf:
        page = pdf[0]
        text = page.get_textpage()
        right = max(text.get_charbox(at)[2] for at in range(text.count_chars()))
        assert right < page.get_width() - 50


@pytest.mark.needs("pango")
def test_poster_with_far_too_much_text_is_refused() -> None:
    with pytest.raises(DocumentError):
        print_poster(replace(POSTER, lead=POSTER.lead * 40))


@pytest.mark.needs("pango")
def test_poster_in_english_says_so_to_screen_readers() -> None:
    assert is_accessible(print_poster(replace(POSTER, language=Language.EN)), "en")


@pytest.mark.needs("pango")
def test_postcard_has_the_receipt_on_the_stub_only() -> None:
    pdf = print_postcards(POSTCARD)
    assert page_count(pdf) == 4
    assert qr_texts(pdf, 0) == ["https://machmit.auenfurt.example/spur#T5XC-8R2N"]
    assert qr_texts(pdf, 2) == ["https://machmit.auenfurt.example/spur#AB12-CD34"]
    assert "AB12-CD34" in words(pdf, 2)
    assert qr_texts(pdf, 1) == []
    assert "AB12" not in words(pdf, 3)
    for part in (POSTCARD.question, "Annahme bis 7. März 2027.", "Tel. 0999 1234-0"):
        assert part in words(pdf, 0)
    for part in ("99999 Auenfurt", "Freiwillig", POSTER.notice, "Oder einwerfen: Rathaus"):
        assert part in words(pdf, 1)
    assert embedded_everywhere(pdf)
    assert print_postcards(POSTCARD) == pdf


@pytest.mark.needs("pango")
def test_postcard_without_codes_or_room_is_refused() -> None:
    with pytest.raises(DocumentError):
        print_postcards(replace(POSTCARD, receipt_codes=()))
    with pytest.raises(DocumentError):
        print_postcards(replace(POSTCARD, question=POSTCARD.question * 6))


@pytest.mark.needs("pango")
def test_count_record_says_everything_and_carries_the_signed_note() -> None:
    pdf = print_count_record(RECORD)
    assert page_count(pdf) == 1
    assert qr_texts(pdf) == [NOTE]
    text = words(pdf)
    for part in (
        "Zählprotokoll · Frage 1 von 4", RECORD.question, NOTICE, "31 2 5 38", "77 14 31 122", "– – 2 2",
        "150 = 40 + 110", "stimmt nicht", "Eine Karte fehlt.", "Ein verdorbener Zettel getauscht.",
        "Zählperson 2 · Ort, Uhrzeit, Unterschrift", "4HTQ-9VXK-0M7C-ZR3E", "Seite 1/1",
    ):  # fmt: skip
        assert part in text, part


@pytest.mark.needs("pango")
def test_count_record_is_accessible_with_table_headers() -> None:
    pdf = print_count_record(RECORD)
    assert is_accessible(pdf, "de")
    found = tags(pdf)
    assert found["/Table"] == 2
    assert found["/TH"] == 5 + 3 + 3 + 2
    assert embedded_everywhere(pdf)
    assert print_count_record(RECORD) == pdf


@pytest.mark.needs("pango")
def test_count_record_of_small_numbers_has_one_column_and_says_why() -> None:
    rows = tuple(replace(row, values=()) for row in RECORD.rows)
    pdf = print_count_record(replace(RECORD, rows=rows, channels=(), merged_text="Zu klein, um sie zu trennen."))
    assert "Zu klein, um sie zu trennen." in words(pdf)
    assert "Kiosk" not in words(pdf)


@pytest.mark.needs("pango")
def test_long_count_record_runs_over_several_pages() -> None:
    rows = tuple(CountRow(f"Projekt {index}", (1, 2, 3), 6) for index in range(40))
    pdf = print_count_record(replace(RECORD, rows=rows))
    assert page_count(pdf) >= 2
    assert "Seite 2/" in words(pdf, 1)


def test_count_record_that_does_not_add_up_in_columns_is_refused() -> None:
    with pytest.raises(DocumentError):
        print_count_record(replace(RECORD, channels=()))
    with pytest.raises(DocumentError):
        print_count_record(replace(RECORD, signers=()))
