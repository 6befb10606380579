"""Minutes, tally sheets and separators."""

import pytest

from printables.report import ReportDocument, Section, Table, print_report, tally_sheet
from printables.scan import PageImage, Reason, Status, decode_page
from printables.separator import print_separator, separator_code
from printables.sheet_code import SheetFlag, decode, poll_code_of, verify
from printables.simulate import render_page
from printables.types import DocumentError, Language
from tests.unit.printables.documents import NOTICE
from tests.unit.printables.reading import embedded_everywhere, is_accessible, page_count, qr_texts, tags, words

MINUTES = ReportDocument(
    title="Niederschrift",
    eyebrow="Bürgerversammlung Innenstadt",
    facts=(("Beginn", "11. März 2027, 19:00 Uhr"), ("Ort", "Stadthalle Auenfurt")),
    notice=NOTICE,
    sections=(
        Section("1 · Begrüßung", ("Die Versammlung wird eröffnet.",)),
        Section(
            "4 · Abstimmungen",
            points=("Zwei Zettel sind ungültig.",),
            table=Table(("Frage", "Ja", "Nein"), (("Acht Großbäume", "89", "28"),), frozenset({1, 2})),
        ),
        Section("Empfehlung", ("Bis 11. Juni behandeln.",), minor=True),
    ),
    signers=("Versammlungsleitung", "Schriftführung"),
)


@pytest.mark.needs("pango")
def test_minutes_say_everything_in_order_and_are_accessible() -> None:
    pdf = print_report(MINUTES)
    text = words(pdf)
    parts = ("Niederschrift", "Beginn", "19:00 Uhr", NOTICE, "1 · Begrüßung", "Zwei Zettel", "Acht Großbäume 89 28")
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)
    assert is_accessible(pdf, "de")
    found = tags(pdf)
    assert (found["/H2"], found["/H3"], found["/Table"], found["/TH"]) == (2, 1, 1, 4)
    assert embedded_everywhere(pdf)
    assert print_report(MINUTES) == pdf


@pytest.mark.needs("pango")
def test_texts_with_quotes_and_markup_are_printed_as_they_are() -> None:
    title = 'Protokoll "A" <b>\\ }'
    pdf = print_report(ReportDocument(title, tuple(Section(f"{n}", ("x",) * 20) for n in range(8))))
    assert title in words(pdf, 0)
    assert title in words(pdf, page_count(pdf) - 1)


@pytest.mark.needs("pango")
def test_wide_tables_may_lie_across() -> None:
    pdf = print_report(ReportDocument("Abwägungstabelle", MINUTES.sections, landscape=True))
    image = render_page(pdf, dpi=30)
    assert image.shape[1] > image.shape[0]


def test_tables_that_do_not_fit_their_header_cannot_exist() -> None:
    with pytest.raises(DocumentError, match="expected 2 cells"):
        Table(("a", "b"), (("1",),))


def test_far_too_many_rows_are_refused() -> None:
    table = Table(("a",), tuple((str(n),) for n in range(2001)))
    with pytest.raises(DocumentError, match="volumes"):
        print_report(ReportDocument("x", (Section(table=table),)))


@pytest.mark.needs("pango")
def test_tally_sheet_has_a_row_per_sheet_and_columns_for_invalid_and_blank() -> None:
    document = tally_sheet(
        meeting_title="Bürgerversammlung", question="Stellplätze?", batch="Stapel 3", letters=("A", "B"), sheets=50
    )
    table = document.sections[0].table
    assert table is not None
    assert table.columns == ("Zettel", "A", "B", "ungültig", "leer")
    assert [row[0] for row in table.rows] == [*(str(number) for number in range(1, 51)), "Summe"]
    assert "Zählliste" in words(print_report(document))


@pytest.mark.needs("pango")
def test_separator_names_its_batch_and_is_never_a_ballot() -> None:
    pdf = print_separator(batch_id="batch-3", label="Stapel 3", meeting_title="Versammlung", key=b"k" * 32)
    (text,) = qr_texts(pdf)
    code = verify(decode(text), b"k" * 32)
    assert code == separator_code("batch-3")
    assert code.poll_code == poll_code_of("batch-3")
    assert code.flags & SheetFlag.SEPARATOR
    sheet = decode_page(PageImage(render_page(pdf)), {})
    assert (sheet.status, sheet.reason, sheet.code) == (Status.REJECTED, Reason.SEPARATOR, code)
    assert "Stapel 3" in words(pdf)


@pytest.mark.needs("pango")
def test_separator_in_english() -> None:
    pdf = print_separator(batch_id="b", label="Batch 3", meeting_title="Assembly", key=b"k" * 32, language=Language.EN)
    assert "It is not a ballot." in words(pdf)
