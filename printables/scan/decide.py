"""From measured circles to choices: one rule per ballot type, never a guess.

Guarantees: the same marks always give the same result; choices are canonical (option order, ties as lists).
Two crosses where one is allowed make the sheet invalid, by rule; a cross beside a filled circle may be a
correction and goes to people; a blank sheet is blank, never an abstention.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from printables.scan.types import Choice, Choices, Mark, MarkState, Reason, Status
from printables.types import GRID_TYPES, BallotRule, BallotType

_REVIEW: Final = {  # most telling reason first
    MarkState.DISTORTED: Reason.DISTORTED,
    MarkState.STREAK: Reason.STREAK,
    MarkState.SOILED: Reason.SOILED,
    MarkState.CORRECTED: Reason.POSSIBLE_CORRECTION,
    MarkState.UNCLEAR: Reason.UNCLEAR_MARK,
    MarkState.STRAY: Reason.STRAY_MARK,
    MarkState.FAINT: Reason.FAINT_MARK,
}
_MARKED: Final = frozenset({MarkState.CROSS, MarkState.FILLED})


@dataclass(frozen=True, slots=True)
class Decision:
    """Status, reason and – only if accepted – the canonical choices."""

    status: Status
    reason: Reason | None = None
    choices: Choices | None = None


def decide(rule: BallotRule, marks: Sequence[Mark]) -> Decision:
    """Apply the rule of a sheet to its marks."""
    states = {mark.state for mark in marks}
    for state, reason in _REVIEW.items():
        if state in states:
            return _review(reason)
    marked = [mark for mark in marks if mark.state in _MARKED]
    if len({mark.state for mark in marked}) > 1:
        return _review(Reason.POSSIBLE_CORRECTION)
    if any(mark.choice not in rule.choices for mark in marked):
        return _invalid(Reason.UNUSED_CIRCLE)
    if any(mark.choice in rule.exclusive for mark in marked):
        return _accepted([marked[0].choice]) if len(marked) == 1 else _invalid(Reason.ABSTAIN_NOT_ALONE)
    return _grid(rule, marked) if rule.type in GRID_TYPES else _list(rule, marked)


def _list(rule: BallotRule, marked: Sequence[Mark]) -> Decision:
    limit = len(rule.choices) if rule.type is BallotType.BUDGET else rule.max_choices
    if len(marked) > limit:
        return _invalid(Reason.OVERVOTE)
    chosen = {mark.choice for mark in marked}
    return _accepted([choice for choice in rule.choices if choice in chosen])


def _grid(rule: BallotRule, marked: Sequence[Mark]) -> Decision:
    rows = {choice: list(row) for choice, row in groupby(marked, key=lambda mark: mark.choice)}
    if any(len(row) > 1 for row in rows.values()):
        single = len(rule.choices) == 1 or rule.type is BallotType.RANKING
        return _invalid(Reason.OVERVOTE) if single else _review(Reason.SEVERAL_IN_ROW)
    levels = {choice: row[0].level for choice, row in rows.items()}
    given = {choice: level for choice, level in levels.items() if level is not None}
    if not given:
        return _accepted([])
    if rule.type is BallotType.SCALE:
        return _accepted([given.get(choice) for choice in _countable(rule)])
    if rule.type is BallotType.RANKING:
        return _accepted(_ranks(rule, given))
    points = {choice: given[choice] for choice in _countable(rule) if choice in given}
    if rule.type is BallotType.CUMULATIVE and sum(points.values()) > rule.max_choices:
        return _invalid(Reason.OVERVOTE)
    return _accepted(points)


def _ranks(rule: BallotRule, given: dict[str, int]) -> list[Choice]:
    """Return the options from best to worst; equal places become one list, gaps close up."""
    groups = [
        [choice for choice in _countable(rule) if given.get(choice) == level] for level in sorted(set(given.values()))
    ]
    return [group[0] if len(group) == 1 else group for group in groups]


def _countable(rule: BallotRule) -> list[str]:
    return [choice for choice in rule.choices if choice not in rule.exclusive]


def _accepted(choices: Choices) -> Decision:
    return Decision(Status.ACCEPTED, None, choices)


def _invalid(reason: Reason) -> Decision:
    return Decision(Status.ACCEPTED, reason, {"invalid": True})


def _review(reason: Reason) -> Decision:
    return Decision(Status.REVIEW, reason)
