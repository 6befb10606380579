"""What follows from what at the paper desk. Pure.

Guarantees: no sheet is decided by one person; equal decisions of two different people decide, else a third one;
a batch with a doubt left, or with pages that must be scanned again, is never ready.
Source: docs/algorithms/paper.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from backend.paper.types import BatchKind, BatchState, DecidedBy, Decision, Figures, SheetReason, SheetStatus
from backend.polls.choices import Choices, is_invalid

OPEN_STATES: Final = frozenset({BatchState.DECODING, BatchState.REVIEW, BatchState.READY, BatchState.CONFIRMING})
UNDECIDED_STATES: Final = frozenset({BatchState.DECODING, BatchState.REVIEW, BatchState.READY})

NOT_SHEETS: Final = frozenset(
    {
        "separator",
        "empty_page",  # the blank side of a sheet scanned on both sides
        SheetReason.UNREADABLE_FILE.value,
        "too_large",
        "too_many_pages",
        "too_many_pixels",
        "encrypted",
        "damaged",
        "unknown_format",
    }
)
"""Rejected, but nothing that lay in the box."""

WITHOUT_CODE: Final = frozenset({"no_code", "several_codes"})
"""Nothing says which sheet it is: two people look at it, and its place in the batch is its voter key."""

SCAN_AGAIN: Final = frozenset({"one_bit", "low_resolution"})
"""The sheet may be good, its picture is not: counting without it would lose a vote."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """The settled meaning of a sheet."""

    decision: Decision
    by: DecidedBy


@dataclass(frozen=True, slots=True)
class Voice:
    """One person's decision; `together_with` names the second person of a joint one."""

    user_id: str
    decision: Decision
    together_with: str | None = None


def settle(voices: Sequence[Voice]) -> Ruling | None:
    """Return what people decided, in the order they spoke; None while a further person is needed.

    Two equal decisions decide. Two different ones wait for a third person, whose decision counts, or – where
    there are only two tellers – for both to decide together.
    """
    joint = next((voice for voice in voices if voice.together_with), None)
    if joint is not None:
        return Ruling(joint.decision, DecidedBy.TOGETHER)
    if len(voices) < 2:  # noqa: PLR2004 - two people
        return None
    first, second, *others = voices
    if first.decision == second.decision:
        return Ruling(first.decision, DecidedBy.TWO)
    return Ruling(others[0].decision, DecidedBy.THIRD) if others else None


def is_conflict(voices: Sequence[Voice]) -> bool:
    """Tell whether two people disagree and nobody has settled it."""
    return len(voices) >= 2 and settle(voices) is None  # noqa: PLR2004 - two people


def lay_in_box(status: SheetStatus, reason: str | None) -> bool:
    """Tell whether a page is a sheet that people find when they count the stack by hand."""
    return status is not SheetStatus.REJECTED or reason not in NOT_SHEETS


def state_after(statuses: Iterable[tuple[SheetStatus, str | None]]) -> BatchState:
    """Return the state of a batch whose pages have been read."""
    pages = list(statuses)
    if any(status is SheetStatus.REVIEW for status, _ in pages):
        return BatchState.REVIEW
    if not any(lay_in_box(status, reason) for status, reason in pages):
        return BatchState.REJECTED
    return BatchState.READY


def figures(choices: Iterable[Choices]) -> Figures:
    """Count valid, invalid and blank sheets."""
    said = list(choices)
    wrong = sum(is_invalid(each) for each in said)
    blank = sum(each == [] for each in said)
    return Figures(valid=len(said) - wrong - blank, invalid=wrong, blank=blank)


def confirmations_needed(kind: BatchKind) -> int:
    """Return how many people confirm: two after a scan; after entry by two people a third one."""
    return 1 if kind is BatchKind.MANUAL else 2
