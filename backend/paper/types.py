"""The vocabulary of paper: sheets, batches, decisions by people. Pure.

Source: docs/algorithms/paper.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from backend.polls.choices import Choices
from printables.types import Language

MAX_SHEETS_PER_RUN: Final = 2_000  # one box of paper
MAX_FILE_BYTES: Final = 50_000_000  # a sorter tray of 300 dpi pages
MAX_PAGES: Final = 500
MAX_FILES: Final = 50  # single page images, one upload
MAX_MANUAL_SHEETS: Final = 200  # above that a scanner is faster than two people
MAX_NOTE_CHARS: Final = 300


class SheetState(StrEnum):
    """What a printed sheet may still do. Whether it was scanned stands in `sheet_seen`."""

    PRINTED = "printed"
    VOID = "void"


class SheetVariant(StrEnum):
    """How a sheet is printed. Only test sheets are never counted."""

    STANDARD = "standard"
    LARGE = "large"
    TEST = "test"


class BatchKind(StrEnum):
    """Read by a scanner, or typed in by two people."""

    SCAN = "scan"
    MANUAL = "manual"


class BatchState(StrEnum):
    """The life of a batch; `confirming` lasts while its ballots enter the box."""

    DECODING = "decoding"
    REVIEW = "review"
    READY = "ready"
    CONFIRMING = "confirming"
    CONFIRMED = "confirmed"
    DISCARDED = "discarded"
    REJECTED = "rejected"


class SheetStatus(StrEnum):
    """What happens to a sheet next: counted, decided by people, never counted."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    REJECTED = "rejected"


class SheetReason(StrEnum):
    """Reasons only the ledger knows; the scanner's own are in `printables.scan.types.Reason`."""

    DUPLICATE = "duplicate"
    UNKNOWN_SERIAL = "unknown_serial"
    VOID_SHEET = "void_sheet"
    WRONG_MODE = "wrong_mode"
    MANUAL_ENTRY = "manual_entry"
    NO_BALLOT = "no_ballot"  # two people decided that this is no ballot of this poll
    UNREADABLE_FILE = "unreadable_file"


class DecidedBy(StrEnum):
    """Who decided a sheet that a machine may not decide."""

    TWO = "two"
    THIRD = "third"
    TOGETHER = "together"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person reads on a sheet. `choices` None: this is no ballot of this poll."""

    choices: Choices | None


@dataclass(frozen=True, slots=True)
class SheetHeading:
    """What stands above and below the question on every sheet of a meeting.

    With `stack` the sheet is of a reserve stack: instead of question and answers it has lines to write on.
    """

    meeting_title: str
    org_name: str
    date_text: str
    notice: str
    question_no: int = 1
    question_count: int = 1
    stack: str | None = None


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """A print run as ordered."""

    count: int
    heading: SheetHeading
    variant: SheetVariant = SheetVariant.STANDARD
    language: Language = Language.DE


@dataclass(frozen=True, slots=True)
class PrintRun:
    """A finished print run. `serials` exist here and inside the codes, nowhere else."""

    pdf: bytes
    layout: Mapping[str, object]
    serials: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The sheets of one poll as people and machine counted them. `stock` is None until somebody counted it."""

    printed: int = 0
    issued: int = 0
    spoilt: int = 0
    returned: int = 0
    missing: int = 0
    stock: int | None = None

    @property
    def is_used(self) -> bool:
        """Tell whether paper plays a part in this poll at all."""
        return bool(self.printed or self.issued)


@dataclass(frozen=True, slots=True)
class SheetContent:
    """What a sheet says, with the nonce drawn when it was scanned."""

    choices: Choices
    nonce: bytes


@dataclass(frozen=True, slots=True)
class MarkView:
    """The measurement of one circle; `level` in grids only, `fill` the dark share inside."""

    choice: str
    level: int | None
    state: str
    fill: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What people need to decide: measured circles and a picture of the answers (PNG)."""

    marks: tuple[MarkView, ...] = ()
    crop: bytes | None = None


@dataclass(frozen=True, slots=True)
class PollSheets:
    """What a reader needs to know of one poll: its code, the key of its sheets' codes, its layouts as JSON."""

    poll_code: bytes
    key: bytes
    layouts: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ScanOrder:
    """Files to read, and the polls whose sheets may be among them. Plain values: it crosses a process border."""

    files: tuple[bytes, ...]
    polls: tuple[PollSheets, ...]
    max_bytes: int = MAX_FILE_BYTES
    max_pages: int = MAX_PAGES


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """What the reader made of one page. `serial` is authenticated unless the sheet is rejected."""

    status: SheetStatus
    reason: str | None
    serial: bytes | None
    choices: Choices | None
    evidence: Evidence
    image_sha256: str


@dataclass(frozen=True, slots=True)
class ReadFile:
    """The sheets of one file, or why there are none."""

    sheets: tuple[ReadSheet, ...] = ()
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class SheetView:
    """One sheet of a batch as the desk sees it; never its choices."""

    position: int
    status: SheetStatus
    reason: str | None
    decided_by: DecidedBy | None
    decisions: int
    has_evidence: bool


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person's word for a hand count."""

    user_id: str
    hand_count: int
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class Figures:
    """How many accepted sheets are valid, invalid or blank; never for which option."""

    valid: int = 0
    invalid: int = 0
    blank: int = 0


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch with its sheets. `figures` are known once it is confirmed."""

    id: str
    poll_id: str
    number: int
    kind: BatchKind
    state: BatchState
    uploaded_by: str
    hand_count: int | None
    created_at: datetime
    figures: Figures
    sheets: tuple[SheetView, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    refused_files: Mapping[str, str] = field(default_factory=dict)

    def count(self, status: SheetStatus) -> int:
        """Return how many sheets have this status."""
        return sum(sheet.status == status for sheet in self.sheets)
