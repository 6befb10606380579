"""Bars of a chart in the units of its picture; the numbers stand above them and in a table beside it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 430, 230
LEFT, RIGHT, TOP, FLOOR = 52, 420, 30, 190
GAP = 0.3  # of the room of a bar
LABELS_MAX = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with what it counts; `shows_label` where there is room for the words below it."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    label: str
    n: int
    shows_label: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of bars over one axis."""

    bars: tuple[Bar, ...]
    top: int
    middle_y: float = (TOP + FLOOR) / 2

    @property
    def size(self) -> str:
        """The picture's `viewBox`."""
        return f"0 0 {WIDTH} {HEIGHT}"


def bars(values: Sequence[tuple[str, int]]) -> Chart:
    """Draw one bar for each value, the highest as high as the picture."""
    top = max((number for _, number in values), default=0) or 1
    room = (RIGHT - LEFT) / max(1, len(values))
    every = -(-len(values) // LABELS_MAX)
    drawn = []
    for place, (label, number) in enumerate(values):
        height = round(number / top * (FLOOR - TOP), 1)
        x = round(LEFT + room * (place + GAP / 2), 1)
        width = round(room * (1 - GAP), 1)
        drawn.append(
            Bar(x, round(FLOOR - height, 1), width, height, round(x + width / 2, 1), label, number, place % every == 0)
        )
    return Chart(tuple(drawn), top)
