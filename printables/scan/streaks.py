"""Lines that no pen drew: dirt on the scanner's glass, creases of a folded sheet.

Guarantees: a straight dark line over a good part of the page that touches a circle sends the sheet to people.
Lines are looked for along the image (dust under the sensor runs along the feed) and along the sheet (creases).
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from printables.images import Grey
from printables.layout import Circle, LayoutMap
from printables.scan.locate import Located

_BANDS: Final = 8  # the page is looked at in this many strips across the line
_BANDS_MIN: Final = 7  # of which so many must show it; printed lines never reach the margins
_IN_BAND: Final = 0.5  # share of a strip's rows that must be darker
_STEP: Final = 14  # grey levels darker than both neighbours
_NEAR: Final = 4  # pixels at which neighbours are compared: 0.8 mm
_DRIFT: Final = 3  # pixels a crease may wander from strip to strip
_TOUCH_MM: Final = 0.6  # around the circle
_PX_PER_MM: Final = 5.0


@dataclass(frozen=True, slots=True)
class Streaks:
    """Positions of lines: columns and rows of the image in pixels, verticals and horizontals of the sheet in mm."""

    columns_px: tuple[float, ...] = ()
    rows_px: tuple[float, ...] = ()
    verticals_mm: tuple[float, ...] = ()
    horizontals_mm: tuple[float, ...] = ()

    def touch(self, circle: Circle, located: Located) -> bool:
        """Tell whether a line runs through or close by the circle."""
        reach_mm = circle.diameter_mm / 2 + _TOUCH_MM
        x, y = located.point(circle.x_mm, circle.y_mm)
        reach_px = reach_mm * located.px_per_mm
        return (
            any(abs(column - x) <= reach_px for column in self.columns_px)
            or any(abs(row - y) <= reach_px for row in self.rows_px)
            or any(abs(vertical - circle.x_mm) <= reach_mm for vertical in self.verticals_mm)
            or any(abs(horizontal - circle.y_mm) <= reach_mm for horizontal in self.horizontals_mm)
        )


def find_streaks(grey: Grey, located: Located, layout: LayoutMap) -> Streaks:
    """Return the lines of an image in which the sheet has been located."""
    scale = min(1.0, _PX_PER_MM / located.px_per_mm)
    image = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    image, left, top = _cut(image, located, layout, scale)
    sheet = _flat(grey, located, layout)
    return Streaks(
        columns_px=tuple((left + column) / scale for column in _lines(image)),
        rows_px=tuple((top + row) / scale for row in _lines(image.T)),
        verticals_mm=tuple(column / _PX_PER_MM for column in _lines(sheet)),
        horizontals_mm=tuple(row / _PX_PER_MM for row in _lines(sheet.T)),
    )


def _lines(picture: Grey) -> list[int]:
    """Return the columns that are darker than both sides in most strips of the picture."""
    middle = picture[:, _NEAR:-_NEAR].astype(np.int16)
    sides = np.minimum(picture[:, : -2 * _NEAR], picture[:, 2 * _NEAR :])
    darker = sides - middle > _STEP
    shares = np.array([strip.mean(axis=0) for strip in np.array_split(darker, _BANDS)])
    hits = cv2.dilate((shares > _IN_BAND).astype(np.uint8), np.ones((1, 2 * _DRIFT + 1), np.uint8))
    return [int(column) + _NEAR for column in np.flatnonzero(hits.sum(axis=0) >= _BANDS_MIN)]


def _cut(image: Grey, located: Located, layout: LayoutMap, scale: float) -> tuple[Grey, int, int]:
    """Return the part of the image that shows the sheet, with its left and top offset."""
    corners = ((0.0, 0.0), (layout.width_mm, 0.0), (0.0, layout.height_mm), (layout.width_mm, layout.height_mm))
    points = np.array([located.point(x, y) for x, y in corners]) * scale
    left, top = (max(0, int(value)) for value in points.min(axis=0))
    right, bottom = (int(value) for value in points.max(axis=0))
    return image[top:bottom, left:right], left, top


def _flat(grey: Grey, located: Located, layout: LayoutMap) -> Grey:
    """Return the whole sheet, turned upright, at `_PX_PER_MM`."""
    to_mm = np.array([[1 / _PX_PER_MM, 0, 0], [0, 1 / _PX_PER_MM, 0], [0, 0, 1]], dtype=np.float64)
    size = (round(layout.width_mm * _PX_PER_MM), round(layout.height_mm * _PX_PER_MM))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    flat = cv2.warpPerspective(grey, located.to_px @ to_mm, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(flat, dtype=np.uint8)
