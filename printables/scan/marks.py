"""One circle at a time: is the outline where it should be, how dark is the inside, what lies around it.

Guarantees: nothing is inferred. A circle whose printed outline cannot be found is `distorted`, whatever its
darkness – without this gate a sheet bent by 2 mm was silently misread. Darkness is relative to the paper around
the circle and the ink of the corner squares. Thresholds hold for the 5.6 mm circle with a 0.35 mm outline.
Source: docs/algorithms/paper.md (measurements behind every number).
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from printables.images import Floats, Grey
from printables.layout import Circle, LayoutMap
from printables.scan.locate import Located
from printables.scan.streaks import Streaks
from printables.scan.types import Mark, MarkState

PX_PER_MM: Final = 8  # circles are measured at this scale, close to a 200 dpi scan
BLANK_BELOW: Final = 0.035
MARK_FROM: Final = 0.12
FILLED_FROM: Final = 0.75
RING_FROM: Final = 0.06
MATCH_MIN: Final = 0.55
SHIFT_MAX_MM: Final = 1.3
_CLEAR_MATCH: Final = 0.75  # from here on no second look is needed
_SEARCH_MM: Final = 2.6
_SHORE_MM: Final = 0.35  # white compared inside the outline, twice as much outside
_OUTLINE_MM: Final = 0.35
_INSIDE_MM: Final = 0.65  # left free inside the outer edge: the outline itself and a little play
_RING_MM: Final = (0.3, 1.3)  # outside the outer edge
_DARK: Final = 0.30  # of the way from paper to ink
_FAINT: Final = 0.12  # the same for what a light pencil leaves
_FAINT_FROM: Final = 0.06  # share of the inside
_SOIL: Final = 0.16  # paper around the circle darker than the sheet's paper by this share
_RIM_MM: Final = 0.4
_RIM_PX: Final = 3  # dark pixels in one direction of the rim that make a line
_SECTORS: Final = 24
_APART: Final = 4  # sectors: 60° between the two ends of a line
_SPAN_MIN: Final = 60  # grey levels between paper and ink


@dataclass(frozen=True, slots=True)
class _Masks:
    inside: npt.NDArray[np.bool_]
    ring: npt.NDArray[np.bool_]
    outline: npt.NDArray[np.bool_]
    around: npt.NDArray[np.bool_]
    sectors: npt.NDArray[np.int64]  # direction of every pixel at the rim of the patch, -1 inside


@dataclass(frozen=True, slots=True)
class _Tone:
    paper: float
    ink: float

    def level(self, share: float) -> float:
        return self.paper - share * (self.paper - self.ink)


def has_contrast(grey: Grey, located: Located) -> bool:
    """Tell whether ink and paper are far enough apart to measure anything."""
    return _page_tone(grey, located).level(0) - located.ink >= _SPAN_MIN


def measure(grey: Grey, located: Located, layout: LayoutMap, streaks: Streaks) -> tuple[Mark, ...]:
    """Return the measurement of every circle of the layout, in its order."""
    tone = _page_tone(grey, located)
    return tuple(_measure(grey, located, circle, tone, streaks) for circle in layout.circles)


def _measure(grey: Grey, located: Located, circle: Circle, tone: _Tone, streaks: Streaks) -> Mark:
    patch = _patch(grey, located, circle)
    masks = _masks(circle.diameter_mm)
    local = _Tone(paper=float(np.percentile(patch[masks.around], 70)), ink=tone.ink)
    match, shift = _find_outline(patch, local, circle.diameter_mm)
    centred = _shifted(patch, shift)
    dark = centred < local.level(_DARK)
    fill, ring = float(dark[masks.inside].mean()), float(dark[masks.ring].mean())
    smooth = cv2.GaussianBlur(centred, (0, 0), 0.2 * PX_PER_MM)
    faint = float((smooth < local.level(_FAINT))[masks.inside].mean())
    shift_mm = float(np.hypot(*shift) / PX_PER_MM)
    if match < MATCH_MIN or shift_mm > SHIFT_MAX_MM:
        state = MarkState.DISTORTED
    elif streaks.touch(circle, located):
        state = MarkState.STREAK
    elif tone.paper - local.paper > _SOIL * (tone.paper - tone.ink):
        state = MarkState.SOILED
    elif fill >= BLANK_BELOW and _runs_through(dark, masks):
        state = MarkState.STRAY
    else:
        state = _state(fill, ring, faint)
    return Mark(circle.choice, circle.level, state, *(round(value, 4) for value in (fill, ring, match, shift_mm)))


def _runs_through(dark: npt.NDArray[np.bool_], masks: _Masks) -> bool:
    """Tell a line that comes from afar and goes on – a crossed-out sheet, the edge of a stain – from a mark.

    A long stroke may leave the patch once; a line leaves it in two directions.
    """
    counts = np.bincount(masks.sectors[dark & (masks.sectors >= 0)], minlength=_SECTORS)
    left = np.flatnonzero(counts >= _RIM_PX)
    gaps = np.abs(left[:, None] - left[None, :])
    return bool((np.minimum(gaps, _SECTORS - gaps) >= _APART).any())


def _state(fill: float, ring: float, faint: float) -> MarkState:
    if fill < BLANK_BELOW:
        if ring > RING_FROM:
            return MarkState.STRAY
        return MarkState.FAINT if faint > _FAINT_FROM else MarkState.BLANK
    if fill < MARK_FROM:
        return MarkState.UNCLEAR
    if fill < FILLED_FROM:
        return MarkState.CROSS
    return MarkState.CORRECTED if ring > RING_FROM else MarkState.FILLED


def _page_tone(grey: Grey, located: Located) -> _Tone:
    """Return the sheet's paper and ink: the paper is the usual light grey between the corner squares."""
    corners = [located.point(x, y) for x, y in ((20, 30), (120, 30), (20, 180), (120, 180))]
    columns, rows = [int(x) for x, _ in corners], [int(y) for _, y in corners]
    inner = grey[max(0, min(rows)) : max(rows) : 5, max(0, min(columns)) : max(columns) : 5]
    paper = float(np.percentile(inner, 75)) if inner.size else 255.0
    return _Tone(paper=paper, ink=located.ink)


def _half_mm(diameter_mm: float) -> float:
    return diameter_mm / 2 + _SEARCH_MM


def _patch(grey: Grey, located: Located, circle: Circle) -> Grey:
    """Return the square around the circle as it would be on a flat sheet at `PX_PER_MM`."""
    half = _half_mm(circle.diameter_mm)
    size = _size_px(circle.diameter_mm)
    to_mm = np.array(
        [[1 / PX_PER_MM, 0, circle.x_mm - half], [0, 1 / PX_PER_MM, circle.y_mm - half], [0, 0, 1]], dtype=np.float64
    )
    half_pixel = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]], dtype=np.float64)
    warped = cv2.warpPerspective(
        grey,
        located.to_px @ to_mm @ half_pixel,
        (size, size),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(warped, dtype=np.uint8)


def _size_px(diameter_mm: float) -> int:
    return round(2 * _half_mm(diameter_mm) * PX_PER_MM)


@cache
def _masks(diameter_mm: float) -> _Masks:
    size, radius = _size_px(diameter_mm), diameter_mm / 2
    distance = _distance_mm(size)
    axis = np.abs(np.arange(size) + 0.5 - size / 2)
    rim = np.maximum(axis[:, None], axis[None, :]) >= size / 2 - _RIM_MM * PX_PER_MM
    direction = np.arctan2(*np.mgrid[0.5 - size / 2 : size / 2, 0.5 - size / 2 : size / 2])
    sectors = ((direction + np.pi) / (2 * np.pi) * _SECTORS).astype(np.int64) % _SECTORS
    return _Masks(
        inside=distance < radius - _INSIDE_MM,
        ring=(distance > radius + _RING_MM[0]) & (distance < radius + _RING_MM[1]),
        outline=(distance > radius - _OUTLINE_MM) & (distance < radius),
        around=distance > radius + _RING_MM[0],
        sectors=np.where(rim, sectors, -1),
    )


def _distance_mm(size: int) -> Floats:
    axis = (np.arange(size) + 0.5 - size / 2) / PX_PER_MM
    return np.asarray(np.hypot(axis[:, None], axis[None, :]), dtype=np.float64)


@cache
def _template(diameter_mm: float, *, inner_shore: bool) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return the outline as darkness (0–1) and the mask it is compared on: the outline and its shores."""
    radius = diameter_mm / 2
    size = round((diameter_mm + 1.6) * PX_PER_MM)
    distance = _distance_mm(size)
    outline = np.clip(1 - np.abs(distance - (radius - _OUTLINE_MM / 2)) / (_OUTLINE_MM / 2 + 0.08), 0, 1)
    inside = radius - _OUTLINE_MM - (_SHORE_MM if inner_shore else 0)
    mask = (distance > inside) & (distance < radius + 2 * _SHORE_MM)
    return outline.astype(np.float32), mask.astype(np.float32)


def _find_outline(patch: Grey, tone: _Tone, diameter_mm: float) -> tuple[float, tuple[float, float]]:
    """Return how well the printed outline is found (0–1) and its shift in pixels (right, down).

    A filled circle has no light inner shore; it is found by its outline and outer shore alone.
    """
    darkness = np.clip((tone.paper - patch.astype(np.float32)) / max(1.0, tone.paper - tone.ink), 0, 1)
    best = _best_match(darkness, _template(diameter_mm, inner_shore=True))
    if best[0] < _CLEAR_MATCH:
        best = max(best, _best_match(darkness, _template(diameter_mm, inner_shore=False)))
    return best


def _best_match(
    darkness: npt.NDArray[np.float32], template: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]
) -> tuple[float, tuple[float, float]]:
    outline, mask = template
    scores = cv2.matchTemplate(darkness, outline, cv2.TM_CCOEFF_NORMED, mask=mask)
    scores = np.nan_to_num(scores, nan=0.0, posinf=0.0, neginf=0.0)
    row, column = divmod(int(np.argmax(scores)), scores.shape[1])
    middle = ((scores.shape[1] - 1) / 2, (scores.shape[0] - 1) / 2)
    return float(scores[row, column]), (column - middle[0], row - middle[1])


def _shifted(patch: Grey, shift: tuple[float, float]) -> Grey:
    matrix = np.array([[1, 0, -shift[0]], [0, 1, -shift[1]]], dtype=np.float64)
    size = (patch.shape[1], patch.shape[0])
    return np.asarray(
        cv2.warpAffine(patch, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8
    )
