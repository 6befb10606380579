"""The count record (Zählprotokoll): what was counted, how it adds up, who signs, where it is proven.

Guarantees: PDF/UA-1, every table with headers, byte-identical on repeat so that its hash can be logged; the QR
carries the log's signed note itself. Equations are printed as given – open ones in words, never by colour alone.
"""

from pathlib import Path

from printables.engine import render
from printables.office_strings import RECORD
from printables.strings import html_language
from printables.types import CountRecordDocument, DocumentError


def print_count_record(document: CountRecordDocument, *, font_dir: Path | None = None) -> bytes:
    """Return the record as a tagged PDF of as many pages as it needs.

    Raises:
        DocumentError: a row has another number of values than there are channels, or nobody signs.
    """
    if any(len(row.values) != len(document.channels) for row in document.rows):
        raise DocumentError(f"expected {len(document.channels)} values per row, one for each channel")
    if not document.signers:
        raise DocumentError("a count record needs a place to sign")
    words = RECORD[document.language]
    values = {
        "doc": document,
        "lang": html_language(document.language),
        "words": words,
        "number": words.question.format(no=document.question_no, count=document.question_count),
    }
    return render("count_record.html", values, font_dir=font_dir, tagged=True).pdf
