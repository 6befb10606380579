"""What happens to a sheet between the pen and the image: the corpus of the scanner's tests.

Every damage takes the upright, marked sheet and returns the image a scanner would deliver.
"""

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np

from printables.images import Floats, Grey
from printables.layout import LayoutMap
from printables.simulate import scan_look

Damage = Callable[[Grey, int, LayoutMap, np.random.Generator], Grey]


def _px(dpi: int) -> float:
    return dpi / 25.4


def _warp(image: Grey, matrix: Floats, size: tuple[int, int] | None = None, border: float = 255) -> Grey:
    size = size or (image.shape[1], image.shape[0])
    warped = cv2.warpPerspective(image, matrix, size, flags=cv2.INTER_LINEAR, borderValue=border)
    return np.asarray(warped, dtype=np.uint8)


def _turned(image: Grey, degrees: float, border: float = 255) -> Grey:
    """Turn about the middle on a larger bed, so that nothing is cut off."""
    height, width = image.shape
    bed = (round(width * 1.15), round(height * 1.12))
    matrix = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0), [0, 0, 1]])
    matrix[:2, 2] += (np.array(bed) - np.array([width, height])) / 2
    return _warp(image, matrix, bed, border)


def clean(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    return image


def office(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    return scan_look(image, rng=rng)


def skew_little(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    return _turned(image, float(rng.choice([-1.5, 1.5])))


def skew_much(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    return _turned(image, float(rng.choice([-5.0, 5.0])))


def quarter_turn(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    return np.ascontiguousarray(np.rot90(image, int(rng.choice([1, 3]))))


def upside_down(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    return np.ascontiguousarray(np.rot90(image, 2))


def black_bed(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    return _turned(image, float(rng.uniform(-2, 2)), border=12)


def printed_smaller(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    return _warp(image, np.diag([0.94, 0.94, 1.0]))


def stretched(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    return _warp(image, np.diag([1.0, 1.012, 1.0]), (image.shape[1], round(image.shape[0] * 1.012)))


def noise(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    return np.clip(image + rng.normal(0, 25, image.shape), 0, 255).astype(np.uint8)


def strong_jpeg(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    _, encoded = cv2.imencode(".jpg", scan_look(image, rng=rng), [cv2.IMWRITE_JPEG_QUALITY, 20])
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def blur(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 0.25 * _px(dpi) / 1.5), dtype=np.uint8)


def low_contrast(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    return (95 + image.astype(np.float32) * (115 / 255)).astype(np.uint8)


def photocopy(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    soft = cv2.GaussianBlur(image, (0, 0), 0.12 * _px(dpi)).astype(np.float32)
    steep = 255 / (1 + np.exp(-(soft - 150) / 22))
    specks = rng.random(image.shape) < 0.0006
    return np.where(specks, 40, np.clip(steep + rng.normal(0, 6, image.shape), 0, 255)).astype(np.uint8)


def phone_picture(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    height, width = image.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    moved = corners * 0.9 + np.array([width, height]) * 0.05
    moved += rng.uniform(-0.02, 0.02, (4, 2)) * np.array([width, height])
    return _warp(
        image, np.asarray(cv2.getPerspectiveTransform(corners, moved.astype(np.float32)), np.float64), border=90
    )


def torn_corner(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    torn, size = image.copy(), round(22 * _px(dpi))
    height, width = image.shape
    corner = rng.integers(3)
    at = [(0, 0), (0, height), (width, height)][corner]
    sign = [(1, 1), (1, -1), (-1, -1)][corner]
    triangle = np.array([at, (at[0] + sign[0] * size, at[1]), (at[0], at[1] + sign[1] * size)], dtype=np.int32)
    cv2.fillPoly(torn, [triangle], (250.0,))
    return torn


def cut_corner(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    """The top right corner cut off for a blind voter's template."""
    cut, size, width = image.copy(), round(13 * _px(dpi)), image.shape[1]
    cv2.fillPoly(cut, [np.array([(width, 0), (width - size, 0), (width, size)], dtype=np.int32)], (15.0,))
    return cut


def _bend(image: Grey, dpi: int, depth_mm: float, rng: np.random.Generator) -> Grey:
    """Shift the middle of the sheet against its corners, as a bulging page does."""
    height, width = image.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    wave = np.sin(np.pi * rows / height) * depth_mm * _px(dpi)
    angle = float(rng.uniform(0, 2 * np.pi))
    shifted = cv2.remap(
        image,
        (columns + wave * np.cos(angle)).astype(np.float32),
        (rows + wave * np.sin(angle)).astype(np.float32),
        cv2.INTER_LINEAR,
        borderValue=(255.0,),
    )
    return np.asarray(shifted, dtype=np.uint8)


def bend_little(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    return _bend(image, dpi, 0.7, rng)


def bend_2mm(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    return _bend(image, dpi, 2.0, rng)


def bend_5mm(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    return _bend(image, dpi, 5.0, rng)


def feed_slip(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    """The sheet stops for a moment: everything below is printed lower."""
    row, slip = round(float(rng.uniform(0.35, 0.7)) * image.shape[0]), round(1.0 * _px(dpi))
    return np.vstack([image[:row], np.repeat(image[row : row + 1], slip, axis=0), image[row:]])


def coffee(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    stained = image.astype(np.float32)
    rows, columns = np.mgrid[0 : image.shape[0], 0 : image.shape[1]]
    for _ in range(3):
        x, y = rng.uniform(20, layout.width_mm - 20) * _px(dpi), rng.uniform(40, layout.height_mm - 40) * _px(dpi)
        radius = float(rng.uniform(8, 18)) * _px(dpi)
        distance = np.hypot(columns - x, rows - y)
        stained *= np.where(distance < radius, 0.88, 1.0)
        stained *= 1 - 0.35 * np.exp(-(((distance - radius) / (0.5 * _px(dpi))) ** 2))
    return np.clip(stained, 0, 255).astype(np.uint8)


def _streaked(image: Grey, x_px: float, dpi: int, rng: np.random.Generator) -> Grey:
    streaked, width = image.astype(np.float32), max(1, round(float(rng.uniform(0.12, 0.5)) * _px(dpi)))
    left = round(x_px - width / 2)
    streaked[:, left : left + width] *= float(rng.uniform(0.25, 0.75))
    return np.asarray(streaked, dtype=np.uint8)


def streak_in_circles(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    circle = layout.circles[int(rng.integers(len(layout.circles)))]
    return _streaked(image, (circle.x_mm + float(rng.uniform(-2, 2))) * _px(dpi), dpi, rng)


def streak_elsewhere(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    return _streaked(image, 14.5 * _px(dpi), dpi, rng)


def crease(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    """Folded once across the middle: a soft shadow with a sharp dark line that breaks the toner."""
    folded = image.astype(np.float32)
    row = round(image.shape[0] / 2 + float(rng.uniform(-8, 8)) * _px(dpi))
    distance = np.abs(np.arange(image.shape[0]) - row) / _px(dpi)
    shade = 1 - 0.10 * np.exp(-((distance / 2.0) ** 2)) - 0.30 * np.exp(-((distance / 0.15) ** 2))
    return np.asarray(np.clip(folded * shade[:, None], 0, 255), dtype=np.uint8)


def toner_specks(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    speckled = image.copy()
    for _ in range(60):
        x, y = (int(rng.uniform(0, size)) for size in (image.shape[1], image.shape[0]))
        cv2.circle(speckled, (x, y), max(1, round(float(rng.uniform(0.05, 0.25)) * _px(dpi))), (60.0,), -1)
    return speckled


def punched(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    holes = image.copy()
    for y_mm in (layout.height_mm / 2 - 40, layout.height_mm / 2 + 40):
        cv2.circle(holes, (round(4 * _px(dpi)), round(y_mm * _px(dpi))), round(3 * _px(dpi)), (20.0,), -1)
    return holes


def everything(image: Grey, dpi: int, layout: LayoutMap, rng: np.random.Generator) -> Grey:
    return strong_jpeg(_turned(np.ascontiguousarray(np.rot90(image, 2)), 2.0), dpi, layout, rng)


HARMLESS: Final[dict[str, Damage]] = {
    each.__name__: each
    for each in (
        clean, office, skew_little, skew_much, quarter_turn, upside_down, black_bed, printed_smaller, stretched, noise,
        strong_jpeg, blur, low_contrast, photocopy, cut_corner, bend_little, streak_elsewhere, toner_specks, punched,
        everything,
    )
}  # fmt: skip
"""Nearly all of these must be read without people."""

HARMFUL: Final[dict[str, Damage]] = {
    each.__name__: each for each in (phone_picture, bend_2mm, bend_5mm, feed_slip, coffee, streak_in_circles, crease)
}
"""These may go to people, but must never be misread."""
