"""Paper ballots: one template per layout, one code per sheet.

Guarantees: the layout map is read off the rendered page, so the scanner looks where the ink is; a thousand sheets
cost one rendering and a thousand small overlays; the same input gives the same bytes. Circles are 5.6 mm with a
0.35 mm outline, at least 10 mm apart; the top right corner stays free for blind voters' templates.
Refuses: questions that do not fit on the sheet (`BallotTooLong`) – nothing is shrunk below its reading size.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from printables import layout as layout_map
from printables import qr
from printables.boxes import Box, Rendered
from printables.engine import render
from printables.layout import Circle, LayoutMap, Square
from printables.overlay import Canvas, Ground, Placement, Stamp
from printables.sheet_code import SheetCode, SheetFlag, encode
from printables.strings import BALLOT, how_sentence, html_language, votes_sentence
from printables.types import BallotDocument, BallotType, DocumentError, PageSize

MIN_PITCH_MM: Final = 10.0
MIN_TEXT_MM: Final = 30.0  # a column narrower than this breaks every German word
_CLEAR_MM: Final = 3.0  # white between the last line and the box below
_MARK_MM: Final = 5.6


class BallotTooLong(DocumentError):
    """The question or its options do not fit on one sheet of this size."""


@dataclass(frozen=True, slots=True)
class _Format:
    width_mm: float
    height_mm: float
    grid_pitch_mm: float
    spacings: tuple[tuple[float, float], ...]  # (gap between lines, gap after the question), roomiest first

    @property
    def content_mm(self) -> float:
        return self.width_mm - 36


_FORMATS: Final = {
    PageSize.A5: _Format(148, 210, 10.5, ((11.4, 9), (8.4, 9), (6.4, 7), (4.6, 5))),
    PageSize.A4_LARGE: _Format(210, 297, 13, ((12, 14), (9, 12), (5.4, 8), (2.6, 6))),
}


@dataclass(frozen=True, slots=True)
class BallotTemplate:
    """A rendered sheet without its code, and the map of it."""

    pdf: bytes
    layout: LayoutMap
    test: bool
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class _Column:
    level: int
    left_mm: float


def render_template(document: BallotDocument, *, font_dir: Path | None = None) -> BallotTemplate:
    """Lay out one ballot as roomily as it fits and measure it.

    Raises:
        BallotTooLong: not even the tightest spacing fits; use A4 or a shorter question.
    """
    sheet = _FORMATS[document.size]
    for gap_mm, lead_mm in sheet.spacings:
        rendered = render("ballot.html", _values(document, sheet, gap_mm, lead_mm), font_dir=font_dir)
        if _fits(rendered):
            return BallotTemplate(
                pdf=rendered.pdf,
                layout=_measure(document, rendered),
                test=document.test,
                title=f"{BALLOT[document.language].title} · {document.meeting_title}",
                language=html_language(document.language),
            )
    raise BallotTooLong(f"{len(document.options)} options do not fit on {document.size}")


def sheet_codes(template: BallotTemplate, poll_code: bytes, serials: Sequence[bytes] | int) -> Iterator[SheetCode]:
    """Yield the code of every sheet: one per serial, or the same unnumbered code `serials` times."""
    flags = SheetFlag.TEST if template.test else SheetFlag.NONE
    number = template.layout.number
    if isinstance(serials, int):
        for _ in range(serials):
            yield SheetCode(poll_code, number, None, flags | SheetFlag.UNNUMBERED)
    else:
        for serial in serials:
            yield SheetCode(poll_code, number, serial, flags)


def print_sheets(template: BallotTemplate, codes: Sequence[SheetCode], key: bytes) -> bytes:
    """Return a PDF with one page per code; the serial is only inside the QR, never readable."""
    layout = template.layout
    square, ground = layout.code, Placement(Ground(template.pdf))
    size_pt = square.side_mm * 72 / 25.4
    left, top = square.corners()[0]
    canvas = Canvas(layout.width_mm, layout.height_mm, title=template.title, language=template.language)
    for code in codes:
        symbol = qr.pdf_path(encode(code, key), size=size_pt, version=qr.SHEET_VERSION)
        canvas.add_page([ground, Placement(Stamp(symbol, (size_pt, size_pt)), left, top)])
    return canvas.finish()


def print_ballots(
    document: BallotDocument,
    *,
    poll_code: bytes,
    key: bytes,
    serials: Sequence[bytes] | int,
    font_dir: Path | None = None,
) -> tuple[bytes, LayoutMap]:
    """Return the PDF and the layout map of a whole print run.

    `serials` are the random eight bytes per sheet; a number prints that many unnumbered sheets.

    Raises:
        BallotTooLong, MalformedCode.
    """
    template = render_template(document, font_dir=font_dir)
    return print_sheets(template, list(sheet_codes(template, poll_code, serials)), key), template.layout


def _values(document: BallotDocument, sheet: _Format, gap_mm: float, lead_mm: float) -> dict[str, object]:
    columns, text_mm, bare = _columns(document, sheet)
    return {
        "doc": document,
        "lang": html_language(document.language),
        "words": BALLOT[document.language],
        "votes": votes_sentence(document),
        "how": how_sentence(document),
        "width_mm": sheet.width_mm,
        "height_mm": sheet.height_mm,
        "large": document.size is PageSize.A4_LARGE,
        "gap_mm": gap_mm,
        "lead_mm": lead_mm,
        "columns": columns,
        "text_mm": text_mm,
        "bare": bare,
        "plain": not any(option.letter for option in document.options if not option.abstain),
        "ends_right_mm": sheet.content_mm - (columns[-1].left_mm + _MARK_MM) if columns else 0,
    }


def _columns(document: BallotDocument, sheet: _Format) -> tuple[list[_Column], float, bool]:
    """Return the columns of a grid, the width left for text, and whether a single row needs no text at all."""
    levels = document.levels
    if not levels:
        return [], 0, False
    bare = document.type is BallotType.SCALE and not any(option.text for option in document.options)
    if bare:
        pitch = min(20.0, (sheet.content_mm - 2 - _MARK_MM) / max(1, len(levels) - 1))
        first = 2.0
    else:
        pitch = sheet.grid_pitch_mm
        first = sheet.content_mm - _MARK_MM - 2 - pitch * (len(levels) - 1)
    text_mm = sheet.content_mm if bare else first - 6
    if pitch < MIN_PITCH_MM or text_mm < MIN_TEXT_MM:
        raise BallotTooLong(f"{len(levels)} columns do not fit on {document.size}")
    return [_Column(level, round(first + index * pitch, 3)) for index, level in enumerate(levels)], text_mm, bare


def _fits(rendered: Rendered) -> bool:
    anchors = rendered.anchors[0]
    return len(rendered.anchors) == 1 and anchors["lines"].bottom_mm + _CLEAR_MM <= anchors["bottom"].top_mm


def _measure(document: BallotDocument, rendered: Rendered) -> LayoutMap:
    anchors = rendered.anchors[0]
    circles = []
    for row, option in enumerate(document.options):
        levels = [None] if option.abstain or not document.levels else list(document.levels)
        for level in levels:
            box = anchors[f"c{row}" if level is None else f"c{row}-{level}"]
            circles.append(Circle(option.id, level, *box.centre_mm, box.width_mm))
    return layout_map.build(
        rendered.size_mm,
        [_square(anchors[f"f{corner}"]) for corner in range(4)],
        _square(anchors["code"]),
        circles,
        document.rule,
    )


def _square(box: Box) -> Square:
    return Square(*box.centre_mm, box.width_mm)
