"""Rules of the paper desk."""

from __future__ import annotations

import pytest

from backend.paper.rules import (
    NOT_SHEETS,
    SCAN_AGAIN,
    WITHOUT_CODE,
    Ruling,
    Voice,
    is_conflict,
    lay_in_box,
    settle,
    state_after,
)
from backend.paper.types import BatchState, DecidedBy, Decision, SheetReason, SheetStatus
from printables.scan.types import Reason

A, B, C = Decision(["a"]), Decision(["b"]), Decision({"invalid": True})
FILE_REASONS = {"too_large", "too_many_pages", "too_many_pixels", "encrypted", "damaged", "unknown_format"}


@pytest.mark.parametrize(
    ("voices", "ruling"),
    [
        ([], None),
        ([Voice("1", A)], None),
        ([Voice("1", A), Voice("2", A)], Ruling(A, DecidedBy.TWO)),
        ([Voice("1", A), Voice("2", B)], None),
        ([Voice("1", A), Voice("2", B), Voice("3", B)], Ruling(B, DecidedBy.THIRD)),
        ([Voice("1", A), Voice("2", B), Voice("3", C)], Ruling(C, DecidedBy.THIRD)),
        ([Voice("1", A), Voice("2", B), Voice("1", B, "2")], Ruling(B, DecidedBy.TOGETHER)),
        ([Voice("1", Decision([])), Voice("2", Decision(None))], None),
    ],
)
def test_settle_needs_two_equal_or_a_third(voices: list[Voice], ruling: Ruling | None) -> None:
    assert settle(voices) == ruling
    assert is_conflict(voices) is (len(voices) == 2 and ruling is None)


def test_state_after_reading() -> None:
    accepted, review = (SheetStatus.ACCEPTED, None), (SheetStatus.REVIEW, "faint_mark")
    empty, foreign = (SheetStatus.REJECTED, "empty_page"), (SheetStatus.REJECTED, "other_poll")
    assert state_after([accepted, review]) is BatchState.REVIEW
    assert state_after([accepted, foreign, empty]) is BatchState.READY
    assert state_after([foreign]) is BatchState.READY
    assert state_after([empty]) is BatchState.REJECTED
    assert state_after([]) is BatchState.REJECTED


def test_only_pages_that_were_no_sheets_lie_outside_the_box() -> None:
    assert lay_in_box(SheetStatus.REVIEW, "no_code")
    assert lay_in_box(SheetStatus.REJECTED, "forged")
    assert not lay_in_box(SheetStatus.REJECTED, "separator")


def test_reasons_are_those_of_the_reader() -> None:
    known = {reason.value for reason in Reason} | {reason.value for reason in SheetReason} | FILE_REASONS
    assert known >= (NOT_SHEETS | SCAN_AGAIN | WITHOUT_CODE)
