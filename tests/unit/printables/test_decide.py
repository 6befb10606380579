"""From marks to choices, type by type."""

import pytest

from printables.scan.decide import decide
from printables.scan.types import Choices, Mark, MarkState, Reason, Status
from printables.types import BallotRule, BallotType

SINGLE = BallotRule(BallotType.SINGLE, ("a", "b", "c", "abst"), 1, frozenset({"abst"}))
MULTI = BallotRule(BallotType.MULTI, ("a", "b", "c", "abst"), 2, frozenset({"abst"}))
BUDGET = BallotRule(BallotType.BUDGET, ("a", "b", "c"))
SCALE = BallotRule(BallotType.SCALE, ("1",))
STATEMENTS = BallotRule(BallotType.SCALE, ("s1", "s2", "s3", "abst"), 1, frozenset({"abst"}))
RANKING = BallotRule(BallotType.RANKING, ("a", "b", "c", "abst"), 1, frozenset({"abst"}))
SCORE = BallotRule(BallotType.SCORE, ("a", "b", "c"))
CUMULATIVE = BallotRule(BallotType.CUMULATIVE, ("a", "b", "c"), 4)


def mark(place: str, state: MarkState = MarkState.CROSS) -> Mark:
    choice, _, level = place.partition(":")
    return Mark(choice, int(level) if level else None, state, 0.3, 0.0, 0.9, 0.0)


def blank(place: str) -> Mark:
    return mark(place, MarkState.BLANK)


@pytest.mark.parametrize(
    ("rule", "places", "choices"),
    [
        (SINGLE, "b", ["b"]),
        (SINGLE, "", []),
        (SINGLE, "abst", ["abst"]),
        (MULTI, "c a", ["a", "c"]),
        (BUDGET, "c b a", ["a", "b", "c"]),
        (SCALE, "1:4", [4]),
        (SCALE, "", []),
        (STATEMENTS, "s1:5 s3:2", [5, None, 2]),
        (STATEMENTS, "abst", ["abst"]),
        (RANKING, "b:1 a:2", ["b", "a"]),
        (RANKING, "c:1 b:3 a:3", ["c", ["a", "b"]]),
        (RANKING, "a:2", ["a"]),
        (RANKING, "abst", ["abst"]),
        (RANKING, "", []),
        (SCORE, "a:0 c:3", {"a": 0, "c": 3}),
        (CUMULATIVE, "a:3 b:1", {"a": 3, "b": 1}),
    ],
)
def test_clear_marks_are_accepted_in_canonical_form(rule: BallotRule, places: str, choices: Choices) -> None:
    decision = decide(rule, [mark(place) for place in places.split()])
    assert (decision.status, decision.reason, decision.choices) == (Status.ACCEPTED, None, choices)


@pytest.mark.parametrize(
    ("rule", "places", "reason"),
    [
        (SINGLE, "a b", Reason.OVERVOTE),
        (MULTI, "a b c", Reason.OVERVOTE),
        (SINGLE, "a abst", Reason.ABSTAIN_NOT_ALONE),
        (RANKING, "a:1 abst", Reason.ABSTAIN_NOT_ALONE),
        (SCALE, "1:2 1:4", Reason.OVERVOTE),
        (RANKING, "a:1 a:2 b:3", Reason.OVERVOTE),
        (CUMULATIVE, "a:3 b:2", Reason.OVERVOTE),
        (SINGLE, "f", Reason.UNUSED_CIRCLE),
    ],
)
def test_marks_against_the_rule_are_invalid_by_rule(rule: BallotRule, places: str, reason: Reason) -> None:
    decision = decide(rule, [mark(place) for place in places.split()])
    assert (decision.status, decision.reason, decision.choices) == (Status.ACCEPTED, reason, {"invalid": True})


def test_two_crosses_in_one_of_several_rows_go_to_people() -> None:
    decision = decide(STATEMENTS, [mark("s1:1"), mark("s1:2"), mark("s2:3")])
    assert (decision.status, decision.reason) == (Status.REVIEW, Reason.SEVERAL_IN_ROW)


def test_cross_beside_filled_circle_may_be_a_correction() -> None:
    decision = decide(SINGLE, [mark("a", MarkState.FILLED), mark("b")])
    assert (decision.status, decision.reason, decision.choices) == (Status.REVIEW, Reason.POSSIBLE_CORRECTION, None)


def test_filled_circles_alone_are_marks() -> None:
    assert decide(SINGLE, [mark("a", MarkState.FILLED), blank("b")]).choices == ["a"]


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (MarkState.DISTORTED, Reason.DISTORTED),
        (MarkState.STREAK, Reason.STREAK),
        (MarkState.SOILED, Reason.SOILED),
        (MarkState.CORRECTED, Reason.POSSIBLE_CORRECTION),
        (MarkState.UNCLEAR, Reason.UNCLEAR_MARK),
        (MarkState.STRAY, Reason.STRAY_MARK),
        (MarkState.FAINT, Reason.FAINT_MARK),
    ],
)
def test_one_unclear_circle_sends_the_sheet_to_people(state: MarkState, reason: Reason) -> None:
    decision = decide(SINGLE, [mark("a"), mark("b", state), blank("c")])
    assert (decision.status, decision.reason, decision.choices) == (Status.REVIEW, reason, None)
