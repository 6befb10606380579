"""Where things lie on a rendered page, in millimetres."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page, millimetres from the top left corner."""

    left_mm: float
    top_mm: float
    right_mm: float
    bottom_mm: float

    @property
    def centre_mm(self) -> tuple[float, float]:
        """The middle of the box."""
        return (self.left_mm + self.right_mm) / 2, (self.top_mm + self.bottom_mm) / 2

    @property
    def width_mm(self) -> float:
        """Left to right."""
        return self.right_mm - self.left_mm


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished PDF and, page by page, where every element with an id came to lie."""

    pdf: bytes
    anchors: tuple[Mapping[str, Box], ...]
    size_mm: tuple[float, float]
