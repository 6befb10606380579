"""Filled-in sheets without people: the rehearsal's stand-in for pens and scanners.

Guarantees: marks look hand-drawn and come from the given generator only, so a rehearsal can be repeated; the
sheets are the printed ones, rendered, never drawn from scratch. For rehearsals and tests; a real vote never
passes through here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from io import BytesIO
from typing import Final

import cv2
import numpy as np
import pypdfium2
from PIL import Image

from printables.images import MM_PER_INCH, Floats, Grey
from printables.layout import Circle, LayoutMap
from printables.scan.types import Choices

_FINE: Final = 3  # strokes are drawn this much finer and reduced: soft edges
_PAPER: Final = (243, 252)  # grey of office paper on a flatbed
_NOISE: Final = 2.5  # standard deviation of a good scanner
_SKEW_DEG: Final = 1.2
_JPEG_QUALITY: Final = 85


class Pen(StrEnum):
    """How people mark a circle."""

    CROSS = "cross"
    TICK = "tick"
    FILL = "fill"
    PENCIL = "pencil"


def render_page(pdf: bytes, page: int = 0, *, dpi: int = 200) -> Grey:
    """Return one page of a printed PDF as a grey image."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        bitmap = document[page].render(scale=dpi / 72, grayscale=True)
        return np.array(bitmap.to_numpy(), dtype=np.uint8).reshape(bitmap.height, -1)[:, : bitmap.width]
    finally:
        document.close()


def circles_for(layout: LayoutMap, choices: Choices) -> list[Circle]:
    """Return the circles a voter marks for canonical choices; an invalid sheet gets one cross too many.

    Raises:
        KeyError: a choice has no circle on this sheet.
    """
    at = {(circle.choice, circle.level): circle for circle in layout.circles}
    return [at[place] for place in _places(layout, choices)]


def _places(layout: LayoutMap, choices: Choices) -> Iterator[tuple[str, int | None]]:
    if isinstance(choices, dict):
        if choices.get("invalid") is True:
            yield from [(circle.choice, circle.level) for circle in layout.circles][: layout.rule.max_choices + 1]
        else:
            yield from choices.items()
        return
    rows = [choice for choice in layout.rule.choices if choice not in layout.rule.exclusive]
    has_levels = any(circle.level is not None for circle in layout.circles)
    for index, choice in enumerate(choices):
        if isinstance(choice, list):
            yield from ((each, index + 1) for each in choice)
        elif isinstance(choice, int):
            yield rows[index], choice
        elif choice is not None:
            yield choice, index + 1 if has_levels and choice not in layout.rule.exclusive else None


def draw_marks(
    sheet: Grey, circles: Sequence[Circle], *, rng: np.random.Generator, dpi: int = 200, pen: Pen = Pen.CROSS
) -> Grey:
    """Return the upright, unscanned sheet with each circle marked by hand."""
    marked = sheet.copy()
    for circle in circles:
        _draw(marked, circle, rng, dpi / MM_PER_INCH, pen)
    return marked


def scan_look(sheet: Grey, *, rng: np.random.Generator) -> Grey:
    """Return the sheet as an office scanner sees it: off-white paper, a little skew, noise and blur."""
    height, width = sheet.shape
    angle = float(rng.uniform(-_SKEW_DEG, _SKEW_DEG))
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    turn[:, 2] = turn[:, 2] + rng.uniform(-4, 4, 2)
    skewed = cv2.warpAffine(sheet, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=255.0)
    paper, ink = float(rng.uniform(*_PAPER)), float(rng.uniform(15, 45))
    toned = ink + cv2.GaussianBlur(skewed, (0, 0), 0.6).astype(np.float32) * ((paper - ink) / 255)
    noisy = toned + rng.normal(0, _NOISE, sheet.shape).astype(np.float32)
    return np.asarray(np.clip(noisy, 0, 255), dtype=np.uint8)


def fill_in(
    pdf: bytes,
    layout: LayoutMap,
    choices: Choices,
    *,
    rng: np.random.Generator,
    page: int = 0,
    dpi: int = 200,
) -> Grey:
    """Return a scan of one printed sheet, filled in with `choices` by a random hand."""
    pen = Pen(rng.choice([Pen.CROSS, Pen.CROSS, Pen.CROSS, Pen.TICK, Pen.PENCIL]))
    sheet = render_page(pdf, page, dpi=dpi)
    return scan_look(draw_marks(sheet, circles_for(layout, choices), rng=rng, dpi=dpi, pen=pen), rng=rng)


def scan_file(pages: Sequence[Grey], *, dpi: int = 200) -> bytes:
    """Return page images as the PDF an office scanner writes: one JPEG per page."""
    if not pages:
        raise ValueError("a scan has at least one page")
    first, *rest = (Image.fromarray(page) for page in pages)
    buffer = BytesIO()
    first.save(buffer, "PDF", save_all=True, append_images=rest, resolution=dpi, quality=_JPEG_QUALITY)
    return buffer.getvalue()


def _draw(sheet: Grey, circle: Circle, rng: np.random.Generator, px_per_mm: float, pen: Pen) -> None:
    """Blend one mark into the sheet, in place."""
    reach_mm = 6.5
    left, top = (round((value - reach_mm) * px_per_mm) for value in (circle.x_mm, circle.y_mm))
    side = round(2 * reach_mm * px_per_mm)
    fine = np.zeros((side * _FINE, side * _FINE), dtype=np.uint8)
    scale = px_per_mm * _FINE
    centre = np.array([circle.x_mm, circle.y_mm]) * scale - np.array([left, top]) * _FINE
    for stroke_mm, width_mm in _STROKES[pen](rng, circle.diameter_mm / 2):
        points = np.round((centre + stroke_mm * scale) * 8).astype(np.int32)
        cv2.polylines(fine, [points], False, 255, max(1, round(width_mm * scale)), cv2.LINE_AA, 3)
    cover = cv2.resize(fine, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    ink = float(rng.uniform(95, 140) if pen is Pen.PENCIL else rng.uniform(25, 80))
    if pen is Pen.PENCIL:
        cover *= np.clip(rng.normal(0.9, 0.15, cover.shape), 0.4, 1).astype(np.float32)
    area = sheet[max(0, top) : top + side, max(0, left) : left + side]
    cover = cover[max(0, -top) :, max(0, -left) :][: area.shape[0], : area.shape[1]]
    np.copyto(area, np.minimum(area, area * (1 - cover) + ink * cover).astype(np.uint8))


Stroke = tuple[Floats, float]


def _cross(rng: np.random.Generator, radius_mm: float) -> list[Stroke]:
    centre, width = rng.normal(0, 0.35, 2), float(rng.uniform(0.35, 0.65))
    strokes = []
    for slope in (45.0, 135.0):
        angle = np.radians(slope + rng.normal(0, 9))
        half = radius_mm * float(rng.uniform(0.8, 1.35))
        strokes.append((_curve(rng, centre, angle, half), width))
    return strokes


def _tick(rng: np.random.Generator, radius_mm: float) -> list[Stroke]:
    corner = np.array([-0.3, 0.5]) * radius_mm + rng.normal(0, 0.25, 2)
    start = corner + np.array([-0.5, -0.7]) * radius_mm * rng.uniform(0.7, 1.0)
    end = corner + np.array([1.1, -1.6]) * radius_mm * rng.uniform(0.8, 1.2)
    return [(np.array([start, corner, end]), float(rng.uniform(0.4, 0.65)))]


def _fill(rng: np.random.Generator, radius_mm: float) -> list[Stroke]:
    rows = np.linspace(-0.8, 0.8, 13)
    reach = np.sqrt(1 - rows**2) * radius_mm * 0.86
    sides = np.where(np.arange(rows.size) % 2 == 0, -1.0, 1.0)
    points = np.column_stack([sides * reach, rows * radius_mm]) + rng.normal(0, 0.06, (rows.size, 2))
    return [(points, 0.62), (points * np.array([-1.0, 1.0]), 0.62)]


def _curve(rng: np.random.Generator, centre: Floats, angle: float, half_mm: float) -> Floats:
    """Return a slightly bent line through `centre`."""
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    steps = np.linspace(-1, 1, 9)
    bend = float(rng.normal(0, 0.25))
    return np.asarray(centre + np.outer(steps * half_mm, along) + np.outer((1 - steps**2) * bend, across))


_STROKES: Final[Mapping[Pen, Callable[[np.random.Generator, float], list[Stroke]]]] = {
    Pen.CROSS: _cross,
    Pen.TICK: _tick,
    Pen.FILL: _fill,
    Pen.PENCIL: _cross,
}
