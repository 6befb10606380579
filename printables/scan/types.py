"""What a scanned sheet can turn out to be.

Guarantees: three statuses, a closed set of reasons, frozen and picklable results. `accepted` means a machine may
count it; `review` means two people decide; `rejected` means it is never counted as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from printables.layout import LayoutMap
from printables.sheet_code import SheetCode

Choice: TypeAlias = str | int | list[str] | None
Choices: TypeAlias = list[Choice] | dict[str, int]
"""Canonical choices as JSON: `[]` blank, `{"invalid": True}` for a sheet the rule makes invalid."""


class Status(StrEnum):
    """What happens to a sheet next."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    REJECTED = "rejected"


class Reason(StrEnum):
    """Why a sheet is not simply counted, or counted as invalid."""

    # accepted, invalid by rule
    OVERVOTE = "overvote"
    ABSTAIN_NOT_ALONE = "abstain_not_alone"
    UNUSED_CIRCLE = "unused_circle"
    # review
    NO_CODE = "no_code"
    SEVERAL_CODES = "several_codes"
    SQUARE_MISSING = "square_missing"
    LOW_CONTRAST = "low_contrast"
    DISTORTED = "distorted"
    STREAK = "streak"
    SOILED = "soiled"
    FAINT_MARK = "faint_mark"
    UNCLEAR_MARK = "unclear_mark"
    STRAY_MARK = "stray_mark"
    POSSIBLE_CORRECTION = "possible_correction"
    SEVERAL_IN_ROW = "several_in_row"
    # rejected
    ONE_BIT = "one_bit"
    LOW_RESOLUTION = "low_resolution"
    EMPTY_PAGE = "empty_page"
    FOREIGN_CODE = "foreign_code"
    MALFORMED_CODE = "malformed_code"
    UNKNOWN_VERSION = "unknown_version"
    OTHER_POLL = "other_poll"
    FORGED = "forged"
    TEST_SHEET = "test_sheet"
    OLD_LAYOUT = "old_layout"
    SEPARATOR = "separator"


class MarkState(StrEnum):
    """What one circle shows."""

    BLANK = "blank"
    CROSS = "cross"
    FILLED = "filled"
    UNCLEAR = "unclear"
    FAINT = "faint"
    STRAY = "stray"
    CORRECTED = "corrected"
    STREAK = "streak"
    SOILED = "soiled"
    DISTORTED = "distorted"


@dataclass(frozen=True, slots=True)
class Mark:
    """The measurement of one circle.

    `fill` is the dark share inside, `ring` the dark share just outside, `match` how well the printed outline was
    found (0–1) and `shift_mm` how far it lay from where it should.
    """

    choice: str
    level: int | None
    state: MarkState
    fill: float
    ring: float
    match: float
    shift_mm: float


@dataclass(frozen=True, slots=True)
class SheetKeys:
    """What the scanner knows about one poll (or one bound reserve stack): the MAC key and its printed layouts."""

    key: bytes
    layouts: Mapping[int, LayoutMap]


@dataclass(frozen=True, slots=True)
class DecodedSheet:
    """One page of a scan. `choices` is set exactly for accepted sheets; `crop` (PNG) for review only.

    `code` is authenticated unless the reason is `other_poll`, `forged` or `separator`. `image_sha256` tells the
    same image from another image of the same sheet.
    """

    page: int
    status: Status
    reason: Reason | None
    code: SheetCode | None
    marks: tuple[Mark, ...]
    choices: Choices | None
    crop: bytes | None
    image_sha256: str
