"""Documents of headings, paragraphs and tables: minutes, weighing tables, booklets, checklists, tally sheets.

Guarantees: PDF/UA-1 with real headings and table headers, byte-identical on repeat; one layout for everything an
office files, so that the papers of one evening look like one hand.
Refuses: tables whose rows do not match their columns, and more than a booklet's worth of text.
"""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from printables.engine import render
from printables.office_strings import RECORD, TALLY
from printables.strings import html_language
from printables.types import Checkpoint, DocumentError, Language

MAX_ROWS: Final = 2_000  # a tagged document of 200 pages; more belongs into several volumes

WHOLE_ROWS: Final = 24  # shorter tables stay on one page, and in one piece for screen readers


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows of text; the first cell of a row is its header. `numbers` are right-aligned columns.

    `ruled` draws a grid with room for handwriting.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()
    ruled: bool = False

    def __post_init__(self) -> None:
        """Refuse rows of another length than the header."""
        wrong = next((row for row in self.rows if len(row) != len(self.columns)), None)
        if wrong is not None:
            raise DocumentError(f"expected {len(self.columns)} cells in every row, got {len(wrong)}")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what follows it; `minor` sets a heading of the second level.

    `facts` are labels with values; `notes` is what a person added to what was generated.
    """

    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    table: Table | None = None
    minor: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Crest:
    """A coat of arms as a picture file; `name` says whose."""

    content: bytes
    media_type: str
    name: str

    @property
    def data_uri(self) -> str:
        """The picture as the address of an `img`."""
        return f"data:{self.media_type};base64,{base64.b64encode(self.content).decode()}"


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """A report: title, facts as label and value, sections, signatures, places to sign, proof.

    `signed` are signatures given on a screen, in words; `signers` get a line each to sign on paper; the QR of
    `checkpoint` carries the log's signed note itself.
    """

    title: str
    sections: tuple[Section, ...]
    eyebrow: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    notice: str = ""
    signers: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()
    status: str = ""
    crest: Crest | None = None
    checkpoint: Checkpoint | None = None
    colophon: str = ""
    landscape: bool = False
    language: Language = Language.DE


def print_report(document: ReportDocument, *, font_dir: Path | None = None) -> bytes:
    """Return the report as a tagged PDF.

    Raises:
        DocumentError: more than `MAX_ROWS` table rows.
    """
    rows = sum(len(section.table.rows) for section in document.sections if section.table)
    if rows > MAX_ROWS:
        raise DocumentError(f"{rows} rows in one document, at most {MAX_ROWS}; print it in volumes")
    values = {
        "doc": document,
        "lang": html_language(document.language),
        "words": RECORD[document.language],
        "whole_rows": WHOLE_ROWS,
    }
    return render("report.html", values, font_dir=font_dir, tagged=True).pdf


def tally_sheet(
    *,
    meeting_title: str,
    question: str,
    batch: str,
    letters: tuple[str, ...],
    sheets: int,
    language: Language = Language.DE,
) -> ReportDocument:
    """Return the list on which one person writes down a batch, sheet by sheet, blind to the other's list.

    `letters` are the printed letters of the options; columns for invalid and blank sheets are added.
    """
    words = TALLY[language]
    columns = (words.sheet, *letters, words.invalid, words.blank)
    blank = ("",) * (len(columns) - 1)
    rows = (*((str(number), *blank) for number in range(1, sheets + 1)), (words.sum, *blank))
    table = Table(columns, rows, ruled=True)
    return ReportDocument(
        title=words.title,
        eyebrow=meeting_title,
        facts=((words.question, question), (words.batch, batch)),
        sections=(Section(paragraphs=(words.how,), table=table),),
        signers=(words.person,),
        language=language,
    )
