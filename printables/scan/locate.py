"""Where the sheet lies in the image: code → squares → homography.

Guarantees: any rotation by quarter turns and skew up to 5° is found; a sheet is located from all four corner
squares or not at all, and only if the code then lies where the layout says. Deterministic.
Refuses to infer a missing square: a torn or covered corner goes to people.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

import cv2
import numpy as np
import zxingcpp

from printables.images import Floats, Grey
from printables.layout import LayoutMap, Square
from printables.sheet_code import PREFIX

_WINDOW_MM: Final = 12.0  # a square is looked for this far around where the code predicts it
_MAX_CANDIDATES: Final = 4  # per corner; more means dirt, the best few suffice
_AREA: Final = (0.6, 1.4)  # of the printed area; a code's finder pattern is hollow and fails the fullness
_FULLNESS: Final = 0.72  # of the bounding box, leaves room for 5° of skew
_ASPECT: Final = 1.35
_MAX_ERROR_MM: Final = 1.5  # how far the code may lie from its place once the squares are matched
_QR: Final = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_DARK: Final = 0.5  # between ink and paper


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A QR code in the image: its text and corners in pixels, in the symbol's own order from its top left."""

    text: str
    corners: Floats

    @property
    def side_px(self) -> float:
        """Mean length of the four sides."""
        sides = np.linalg.norm(self.corners - np.roll(self.corners, 1, axis=0), axis=1)
        return float(sides.mean())


@dataclass(frozen=True, slots=True)
class Located:
    """A sheet found in an image: `to_px` maps millimetres on the sheet to pixels; `ink` is the squares' grey."""

    to_px: Floats
    px_per_mm: float
    ink: float
    error_mm: float

    def point(self, x_mm: float, y_mm: float) -> tuple[float, float]:
        """Return the pixel position of a place on the sheet."""
        x, y, w = self.to_px @ np.array([x_mm, y_mm, 1.0])
        return float(x / w), float(y / w)


def find_codes(grey: Grey) -> list[FoundCode]:
    """Return every QR code in the image; harder attempts are made only if the first finds no sheet code."""
    found: list[FoundCode] = []
    for picture, scale in _attempts(grey):
        found = [FoundCode(each.text, _corners(each) / scale) for each in zxingcpp.read_barcodes(picture, formats=_QR)]
        if any(code.text.startswith(PREFIX) for code in found):
            break
    return found


def _attempts(grey: Grey) -> Iterator[tuple[Grey, float]]:
    yield grey, 1.0
    yield np.asarray(cv2.GaussianBlur(grey, (3, 3), 0), dtype=np.uint8), 1.0
    if grey.size < 12_000_000:  # noqa: PLR2004 – doubling more than A4 at 300 dpi costs more than it finds
        yield np.asarray(cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), dtype=np.uint8), 2.0
    yield np.asarray(cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), dtype=np.uint8), 0.5


def _corners(barcode: zxingcpp.Barcode) -> Floats:
    place = barcode.position
    points = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return np.array([(point.x, point.y) for point in points], dtype=np.float64)


def locate(grey: Grey, code: FoundCode, layout: LayoutMap) -> Located | None:
    """Return the sheet's place, or None if a corner square is missing or nothing fits together."""
    rough = _affine(layout.code.corners(), code.corners)
    px_per_mm = code.side_px / layout.code.side_mm
    corners = [_candidates(grey, rough, square, px_per_mm) for square in layout.fiducials]
    best: Located | None = None
    targets = np.array([(square.x_mm, square.y_mm) for square in layout.fiducials], dtype=np.float32)
    for chosen in product(*corners):
        centres = np.array([centre for centre, _ in chosen], dtype=np.float32)
        to_px = np.asarray(cv2.getPerspectiveTransform(targets, centres), dtype=np.float64)
        error = _code_error_mm(to_px, code, layout, px_per_mm)
        if error <= _MAX_ERROR_MM and (best is None or error < best.error_mm):
            ink = float(np.median([shade for _, shade in chosen]))
            best = Located(to_px=to_px, px_per_mm=px_per_mm, ink=ink, error_mm=error)
    return best


def _affine(source_mm: tuple[tuple[float, float], ...], target_px: Floats) -> Floats:
    """Return the affine map, as a 3 × 3 matrix, that fits four point pairs best."""
    ground = np.column_stack([np.array(source_mm), np.ones(len(source_mm))])
    solution = np.linalg.lstsq(ground, target_px, rcond=None)[0]
    return np.vstack([solution.T, [0.0, 0.0, 1.0]])


def _candidates(grey: Grey, rough: Floats, square: Square, px_per_mm: float) -> list[tuple[tuple[float, float], float]]:
    """Return (centre, grey of the ink) of solid squares near where `square` should be, nearest first."""
    x, y, _ = rough @ np.array([square.x_mm, square.y_mm, 1.0])
    half = _WINDOW_MM * px_per_mm
    left, top = max(0, int(x - half)), max(0, int(y - half))
    window = grey[top : max(0, int(y + half)), left : max(0, int(x + half))]
    if min(window.shape) < square.side_mm * px_per_mm:
        return []
    dark, light = np.percentile(window, (2, 80))
    mask = (window < dark + (light - dark) * _DARK).astype(np.uint8)
    found = []
    count, _, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=4)
    for index in range(1, count):
        if _is_square(stats[index], square.side_mm * px_per_mm):
            centre = (left + float(centres[index][0]), top + float(centres[index][1]))
            found.append((float(np.hypot(centre[0] - x, centre[1] - y)), centre, float(dark)))
    return [(centre, shade) for _, centre, shade in sorted(found)[:_MAX_CANDIDATES]]


def _is_square(stats: Floats, side_px: float) -> bool:
    width, height, area = (int(stats[index]) for index in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    share = area / side_px**2
    return (
        _AREA[0] <= share <= _AREA[1]
        and area >= _FULLNESS * width * height
        and max(width, height) <= _ASPECT * min(width, height)
    )


def _code_error_mm(to_px: Floats, code: FoundCode, layout: LayoutMap, px_per_mm: float) -> float:
    """Return how far, at worst, a corner of the code lies from where the squares say it is."""
    expected = np.array([layout.code.corners()], dtype=np.float64)
    placed = cv2.perspectiveTransform(expected, to_px)[0]
    return float(np.linalg.norm(placed - code.corners, axis=1).max() / px_per_mm)
