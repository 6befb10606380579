"""One page, one answer: the way a page image takes through the package.

Guarantees: deterministic; every page of a file gives exactly one `DecodedSheet`; codes are authenticated before a
single circle is looked at. `decode_file` takes and returns picklable values and belongs into a worker process.
Refuses: one-bit scans (light pencil vanishes silently) and less than 150 dpi, by name, page by page.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from printables import images
from printables.images import Grey
from printables.layout import LayoutMap
from printables.scan.decide import Decision, decide
from printables.scan.locate import FoundCode, Located, find_codes, locate
from printables.scan.marks import has_contrast, measure
from printables.scan.pages import PageImage, ScanLimits, read_pages
from printables.scan.streaks import find_streaks
from printables.scan.types import DecodedSheet, Mark, Reason, SheetKeys, Status
from printables.sheet_code import PREFIX, SheetCode, SheetCodeError, SheetFlag, SignedCode, decode, verify

MIN_DPI: Final = 150
_DPI_PLAY: Final = 0.9  # a sheet printed at 94 % on a 150 dpi scanner shows 141 dpi
_EMPTY: Final = 0.0005  # dark share below which nothing was on the page
_CROP_PX: Final = 1600  # longest side of a picture for review
_CROP_PX_PER_MM: Final = 6.0
_CROP_MARGIN_MM: Final = 8.0
_MAX_PX_PER_MM: Final = 13.0  # finer scans are reduced first: 600 dpi shows nothing more

Expected = Mapping[bytes, SheetKeys]


@dataclass(frozen=True, slots=True)
class _Read:
    """What is known about a page so far."""

    decision: Decision
    code: SheetCode | None = None
    marks: tuple[Mark, ...] = ()
    crop: bytes | None = None


def decode_file(data: bytes, expected: Expected, *, limits: ScanLimits | None = None) -> list[DecodedSheet]:
    """Decode every page of a PDF, TIFF, PNG or JPEG file.

    `expected` maps the poll code (8 bytes) of every poll that may be in the stack to its key and layouts; bound
    reserve stacks are listed under the stack's code.

    Raises:
        ScanRefused: the file as a whole cannot or may not be read.
    """
    return [decode_page(page, expected, number=index + 1) for index, page in enumerate(read_pages(data, limits))]


def decode_page(page: PageImage, expected: Expected, *, number: int = 1) -> DecodedSheet:
    """Decode one page image; `number` is its place in the file."""
    read = _read(page, expected)
    crop = read.crop
    if crop is None and read.decision.status is Status.REVIEW:
        crop = images.png(_fitted(page.grey))
    return DecodedSheet(
        page=number,
        status=read.decision.status,
        reason=read.decision.reason,
        code=read.code,
        marks=read.marks,
        choices=read.decision.choices,
        crop=crop,
        image_sha256=_fingerprint(page.grey),
    )


def _read(page: PageImage, expected: Expected) -> _Read:
    if page.one_bit:
        return _Read(_rejected(Reason.ONE_BIT))
    codes = find_codes(page.grey)
    texts = {code.text for code in codes if code.text.startswith(PREFIX)}
    if not texts:
        return _Read(_without_code(page.grey, codes))
    if len(texts) > 1:
        return _Read(Decision(Status.REVIEW, Reason.SEVERAL_CODES))
    found = next(code for code in codes if code.text in texts)
    try:
        signed = decode(found.text)
    except SheetCodeError as error:
        return _Read(_rejected(_CODE_REASONS.get(error.reason, Reason.MALFORMED_CODE)))
    layout, refused = _layout(signed, expected)
    if layout is None or refused is not None:
        return _Read(_rejected(refused or Reason.OLD_LAYOUT), code=signed.code)
    return _sheet(page.grey, found, signed.code, layout)


_CODE_REASONS: Final = {
    "unknown_version": Reason.UNKNOWN_VERSION,
    "not_a_sheet_code": Reason.FOREIGN_CODE,
    "malformed": Reason.MALFORMED_CODE,
}


def _without_code(grey: Grey, codes: Sequence[FoundCode]) -> Decision:
    """Tell a stranger's page and an empty one from a ballot whose code cannot be read."""
    if codes:
        return _rejected(Reason.FOREIGN_CODE)
    paper = float(np.percentile(grey[::7, ::7], 75))
    if float((grey[::3, ::3] < paper * 0.7).mean()) < _EMPTY:
        return _rejected(Reason.EMPTY_PAGE)
    return Decision(Status.REVIEW, Reason.NO_CODE)


def _layout(signed: SignedCode, expected: Expected) -> tuple[LayoutMap | None, Reason | None]:
    """Return the layout of an authenticated sheet, or why it is not counted."""
    if signed.code.flags & SheetFlag.SEPARATOR:
        return None, Reason.SEPARATOR
    keys = expected.get(signed.code.poll_code)
    if keys is None:
        return None, Reason.OTHER_POLL
    try:
        code = verify(signed, keys.key)
    except SheetCodeError:
        return None, Reason.FORGED
    if code.flags & SheetFlag.TEST:
        return None, Reason.TEST_SHEET
    return keys.layouts.get(code.layout), None


def _sheet(grey: Grey, found: FoundCode, code: SheetCode, layout: LayoutMap) -> _Read:
    px_per_mm = found.side_px / layout.code.side_mm
    if px_per_mm * images.MM_PER_INCH < MIN_DPI * _DPI_PLAY:
        return _Read(_rejected(Reason.LOW_RESOLUTION), code=code)
    if px_per_mm > _MAX_PX_PER_MM:
        grey, found = _reduced(grey, found, _MAX_PX_PER_MM / px_per_mm)
    located = locate(grey, found, layout)
    if located is None:
        return _Read(Decision(Status.REVIEW, Reason.SQUARE_MISSING), code=code)
    if not has_contrast(grey, located):
        return _Read(Decision(Status.REVIEW, Reason.LOW_CONTRAST), code=code)
    marks = measure(grey, located, layout, find_streaks(grey, located, layout))
    decision = decide(layout.rule, marks)
    crop = images.png(_answer_area(grey, located, layout)) if decision.status is Status.REVIEW else None
    return _Read(decision, code=code, marks=marks, crop=crop)


def _rejected(reason: Reason) -> Decision:
    return Decision(Status.REJECTED, reason)


def _reduced(grey: Grey, found: FoundCode, scale: float) -> tuple[Grey, FoundCode]:
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8), FoundCode(found.text, found.corners * scale)


def _answer_area(grey: Grey, located: Located, layout: LayoutMap) -> Grey:
    """Return the part of the sheet with the circles and their texts, upright; the rest stays unseen."""
    top = max(0.0, min(circle.y_mm for circle in layout.circles) - _CROP_MARGIN_MM)
    bottom = min(layout.height_mm, max(circle.y_mm for circle in layout.circles) + _CROP_MARGIN_MM)
    scale = _CROP_PX_PER_MM
    to_mm = np.array([[1 / scale, 0, 0], [0, 1 / scale, top], [0, 0, 1]], dtype=np.float64)
    size = (round(layout.width_mm * scale), round((bottom - top) * scale))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    area = cv2.warpPerspective(grey, located.to_px @ to_mm, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(area, dtype=np.uint8)


def _fitted(grey: Grey) -> Grey:
    """Return the whole page, small enough for a screen."""
    scale = min(1.0, _CROP_PX / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def _fingerprint(grey: Grey) -> str:
    head = f"{grey.shape[0]}x{grey.shape[1]}:".encode()
    return hashlib.sha256(head + np.ascontiguousarray(grey).tobytes()).hexdigest()
