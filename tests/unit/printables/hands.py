"""What voters do to a sheet beside a plain cross. Each takes the upright sheet and changes a copy."""

from collections.abc import Callable

import cv2
import numpy as np

from printables.images import Grey
from printables.layout import Circle
from printables.simulate import Pen, draw_marks

Hand = Callable[[Grey, Circle, Circle, int, np.random.Generator], Grey]


def _at(circle: Circle, dpi: int, dx_mm: float = 0, dy_mm: float = 0) -> tuple[int, int]:
    return round((circle.x_mm + dx_mm) * dpi / 25.4), round((circle.y_mm + dy_mm) * dpi / 25.4)


def _px(mm: float, dpi: int) -> int:
    return max(1, round(mm * dpi / 25.4))


def encircled(sheet: Grey, one: Circle, other: Circle, dpi: int, rng: np.random.Generator) -> Grey:
    """The option is circled instead of crossed."""
    image = sheet.copy()
    axes = (_px(float(rng.uniform(3.4, 4.0)), dpi), _px(float(rng.uniform(3.4, 4.2)), dpi))
    cv2.ellipse(image, _at(one, dpi), axes, 10, 0, 345, (50.0,), _px(0.5, dpi), cv2.LINE_AA)
    return image


def corrected(sheet: Grey, one: Circle, other: Circle, dpi: int, rng: np.random.Generator) -> Grey:
    """One cross is blacked out, another option is crossed."""
    image = draw_marks(sheet, [one], rng=rng, dpi=dpi, pen=Pen.FILL)
    return draw_marks(image, [other], rng=rng, dpi=dpi)


def scribbled_over(sheet: Grey, one: Circle, other: Circle, dpi: int, rng: np.random.Generator) -> Grey:
    """A cross is scribbled over beyond the circle and nothing else is marked."""
    image = draw_marks(sheet, [one], rng=rng, dpi=dpi, pen=Pen.FILL)
    cv2.circle(image, _at(one, dpi, 0.8, 0.6), _px(3.4, dpi), (45.0,), -1, cv2.LINE_AA)
    return image


def crossed_out_sheet(sheet: Grey, one: Circle, other: Circle, dpi: int, rng: np.random.Generator) -> Grey:
    """One long line through the whole sheet that happens to pass a circle."""
    image, slope = sheet.copy(), float(rng.uniform(0.7, 1.4))
    start, end = _at(one, dpi, -13, -13 * slope), _at(one, dpi, 90, 90 * slope)
    cv2.line(image, start, end, (50.0,), _px(0.6, dpi), cv2.LINE_AA)
    return image


def light_pencil(sheet: Grey, one: Circle, other: Circle, dpi: int, rng: np.random.Generator) -> Grey:
    """A pencil so faint that it hardly differs from paper."""
    image = sheet.copy()
    for dy in (-2.4, 2.4):
        cv2.line(image, _at(one, dpi, -2.4, dy), _at(one, dpi, 2.4, -dy), (200.0,), _px(0.5, dpi), cv2.LINE_AA)
    return np.minimum(image, sheet)


def dot(sheet: Grey, one: Circle, other: Circle, dpi: int, rng: np.random.Generator) -> Grey:
    """The pen rested in the circle."""
    image = sheet.copy()
    cv2.circle(image, _at(one, dpi, 0.4, -0.3), _px(0.55, dpi), (50.0,), -1, cv2.LINE_AA)
    return image


def cross_beside(sheet: Grey, one: Circle, other: Circle, dpi: int, rng: np.random.Generator) -> Grey:
    """The cross sits on the edge of the circle, mostly outside."""
    image = sheet.copy()
    for dy in (-2.2, 2.2):
        start, end = _at(one, dpi, 1.8, dy), _at(one, dpi, 6.2, -dy)
        cv2.line(image, start, end, (50.0,), _px(0.5, dpi), cv2.LINE_AA)
    return image


REVIEWED: dict[str, Hand] = {
    each.__name__: each
    for each in (encircled, corrected, scribbled_over, crossed_out_sheet, light_pencil, dot, cross_beside)
}
