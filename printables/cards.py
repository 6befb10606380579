"""Voting and guest cards: A6, four up on A4, both sides with the code.

Guarantees: every card differs only by its code; the QR is `<address>#<code>`, so the code stays in the fragment
and no server log ever sees it; sheets are printed for turning along the long edge, so both sides of a card carry
the same code. Thousands of cards cost two renderings. The consultative notice is printed verbatim.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from printables import qr
from printables.boxes import Box, Rendered
from printables.engine import render
from printables.glyphs import CodeFont
from printables.overlay import Canvas, Ground, Placement, Stamp
from printables.strings import CARD, html_language
from printables.types import CardDocument, CardSpec, DocumentError

CARD_MM: Final = (105.0, 148.5)
SHEET_MM: Final = (210.0, 297.0)
_UP: Final = 4
_GROUP: Final = 4  # characters between hyphens
_CODE_PT: Final = 17.0
_TRACKING_PT: Final = 1.0
_SYMBOL_MM: Final = 38.0
_CLEAR_MM: Final = 2.0
_PT_PER_MM: Final = 72 / 25.4
_SIDES: Final = ("front", "back")
_PLACES: Final = {"front": ((0, 0), (1, 0), (0, 1), (1, 1)), "back": ((1, 0), (0, 0), (1, 1), (0, 1))}


@dataclass(frozen=True, slots=True)
class _Face:
    ground: Ground
    symbol: Box
    baseline_mm: float


def grouped(code: str) -> str:
    """Return a card code in groups of four: `K7Q2-9WDM-X4TR-5`."""
    plain = code.replace("-", "").replace(" ", "")
    return "-".join(plain[start : start + _GROUP] for start in range(0, len(plain), _GROUP))


def print_cards(document: CardDocument, *, font_dir: Path | None = None) -> bytes:
    """Return the cards as a PDF: a front page and a back page per four cards, in the given order.

    Raises:
        DocumentError: there are no cards, or a code has characters that are never printed.
    """
    if not document.cards:
        raise DocumentError("there are no cards to print")
    font = CodeFont(font_dir)
    faces = {guest: _faces(document, guest, font_dir) for guest in {card.guest for card in document.cards}}
    words = CARD[document.language]
    canvas = Canvas(
        *SHEET_MM, title=f"{words.voting} · {document.meeting_title}", language=html_language(document.language)
    )
    for four in _fours(document.cards):
        stamps = [_stamps(card, document.card_url, font) for card in four]
        for side in _SIDES:
            canvas.add_page([*_placements(four, stamps, side, faces), Placement(_cut_lines())])
    return canvas.finish()


def _faces(document: CardDocument, guest: bool, font_dir: Path | None) -> Mapping[str, _Face]:  # noqa: FBT001 – a key
    values = {
        "doc": document,
        "lang": html_language(document.language),
        "words": CARD[document.language],
        "guest": guest,
        "typed_url": document.card_url.split("://", 1)[-1],
    }
    rendered = render("card.html", values, font_dir=font_dir)
    if len(rendered.anchors) != len(_SIDES) or not all(
        anchors[f"text-{side}"].bottom_mm + _CLEAR_MM <= anchors[f"rest-{side}"].top_mm
        for side, anchors in zip(_SIDES, rendered.anchors, strict=True)
    ):
        raise DocumentError("the texts do not fit on a card")
    return {side: _face(rendered, page, side) for page, side in enumerate(_SIDES)}


def _face(rendered: Rendered, page: int, side: str) -> _Face:
    anchors = rendered.anchors[page]
    return _Face(Ground(rendered.pdf, page), anchors[f"qr-{side}"], anchors[f"base-{side}"].bottom_mm)


def _stamps(card: CardSpec, url: str, font: CodeFont) -> tuple[Stamp, Stamp, float]:
    """Return the symbol, the code in groups and where the code's baseline is in its stamp."""
    code, side_pt = grouped(card.code), _SYMBOL_MM * _PT_PER_MM
    symbol = Stamp(qr.pdf_path(f"{url}#{code}", size=side_pt), (side_pt, side_pt))
    return symbol, font.stamp(code, _CODE_PT, _TRACKING_PT), font.top_above_baseline_pt(_CODE_PT) / _PT_PER_MM


def _placements(
    cards: Sequence[CardSpec],
    stamps: Sequence[tuple[Stamp, Stamp, float]],
    side: str,
    faces: Mapping[bool, Mapping[str, _Face]],
) -> Iterator[Placement]:
    for card, (symbol, code, rise_mm), (column, row) in zip(cards, stamps, _PLACES[side], strict=False):
        left, top, face = column * CARD_MM[0], row * CARD_MM[1], faces[card.guest][side]
        middle = left + CARD_MM[0] / 2
        yield Placement(face.ground, left, top)
        yield Placement(symbol, middle - _SYMBOL_MM / 2, top + face.symbol.top_mm)
        yield Placement(code, middle - code.size_pt[0] / _PT_PER_MM / 2, top + face.baseline_mm - rise_mm)


def _cut_lines() -> Stamp:
    width, height = (side * _PT_PER_MM for side in SHEET_MM)
    lines = f"0.6 G 0.3 w [3 3] 0 d {width / 2:.3f} 0 m {width / 2:.3f} {height:.3f} l S"
    lines += f" 0 {height / 2:.3f} m {width:.3f} {height / 2:.3f} l S"
    return Stamp(lines.encode(), (width, height))


def _fours(cards: Sequence[CardSpec]) -> Iterator[list[CardSpec]]:
    rest = iter(cards)
    while four := list(islice(rest, _UP)):
        yield four
