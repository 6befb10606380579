"""Postcards for handwriting, with a stub that the writer keeps.

Guarantees: every card carries its own receipt code, once as a QR to the thread (`<address>#<code>`) and once in
letters, on the stub only – the part that is handed in names nobody. Two pages per card: writing side, address side.
"""

from pathlib import Path
from typing import Final

from printables import qr
from printables.cards import grouped
from printables.engine import render
from printables.glyphs import CodeFont
from printables.overlay import Canvas, Ground, Placement, Stamp
from printables.strings import POSTCARD, html_language
from printables.types import DocumentError, PostcardDocument

CARD_MM: Final = (148.0, 105.0)
_CODE_PT: Final = 13.0
_TRACKING_PT: Final = 0.7
_LINES: Final = (7, 6, 5, 4)
_SYMBOL_MM: Final = 30.0
_PT_PER_MM: Final = 72 / 25.4
_SIDES: Final = 2
_CLEAR_MM: Final = 2.0


def print_postcards(document: PostcardDocument, *, font_dir: Path | None = None) -> bytes:
    """Return one writing side and one address side per receipt code.

    Raises:
        DocumentError: no codes, or the question leaves no room to write.
    """
    if not document.receipt_codes:
        raise DocumentError("a postcard needs a receipt code")
    values = {
        "doc": document,
        "lang": html_language(document.language),
        "words": POSTCARD[document.language],
        "typed_url": document.spur_url.split("://", 1)[-1],
    }
    for lines in _LINES:
        rendered = render("postcard.html", {**values, "lines": lines}, font_dir=font_dir)
        anchors = rendered.anchors[0]
        whole = len(rendered.anchors) == _SIDES and "last" in anchors and "use" in anchors
        if whole and anchors["last"].bottom_mm + _CLEAR_MM <= anchors["use"].top_mm:
            break
    else:
        raise DocumentError("the question leaves no room to write")
    font, side_pt = CodeFont(font_dir), _SYMBOL_MM * _PT_PER_MM
    canvas = Canvas(*CARD_MM, title=document.question, language=html_language(document.language))
    symbol_at, base = anchors["symbol"], anchors["base"]
    top_mm = base.bottom_mm - font.top_above_baseline_pt(_CODE_PT) / _PT_PER_MM
    for code in (grouped(each) for each in document.receipt_codes):
        symbol = Stamp(qr.pdf_path(f"{document.spur_url}#{code}", size=side_pt), (side_pt, side_pt))
        canvas.add_page(
            [
                Placement(Ground(rendered.pdf, 0)),
                Placement(symbol, symbol_at.left_mm, symbol_at.top_mm),
                Placement(font.stamp(code, _CODE_PT, _TRACKING_PT), base.left_mm, top_mm),
            ]
        )
        canvas.add_page([Placement(Ground(rendered.pdf, 1))])
    return canvas.finish()
