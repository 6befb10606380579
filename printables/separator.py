"""Separator sheets: the first page of every batch, so that a stack of scans falls apart where the piles did.

Guarantees: the code is a sheet code with the separator flag whose poll code names the batch; it is never counted
as a ballot. A box takes the number of sheets counted by hand.
"""

from pathlib import Path

from printables import qr
from printables.engine import render
from printables.office_strings import TALLY
from printables.overlay import Canvas, Ground, Placement, Stamp
from printables.sheet_code import SheetCode, SheetFlag, encode, poll_code_of
from printables.strings import html_language
from printables.types import Language


def separator_code(batch_id: str) -> SheetCode:
    """Return the code that stands for a batch."""
    return SheetCode(poll_code_of(batch_id), 0, None, SheetFlag.SEPARATOR | SheetFlag.UNNUMBERED)


def print_separator(
    *,
    batch_id: str,
    label: str,
    meeting_title: str,
    key: bytes,
    language: Language = Language.DE,
    font_dir: Path | None = None,
) -> bytes:
    """Return one A5 page for the batch; `label` is what people call it ("Stapel 3 · Frage 1")."""
    words = TALLY[language]
    values = {"lang": html_language(language), "words": words, "label": label, "meeting_title": meeting_title}
    rendered = render("separator.html", values, font_dir=font_dir)
    place = rendered.anchors[0]["symbol"]
    side_pt = place.width_mm * 72 / 25.4
    symbol = qr.pdf_path(encode(separator_code(batch_id), key), size=side_pt, version=qr.SHEET_VERSION)
    canvas = Canvas(*rendered.size_mm, title=f"{words.separator} · {label}", language=html_language(language))
    canvas.add_page(
        [Placement(Ground(rendered.pdf)), Placement(Stamp(symbol, (side_pt, side_pt)), place.left_mm, place.top_mm)]
    )
    return canvas.finish()
