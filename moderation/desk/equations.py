"""Equations as the desk shows them: open ones first, with what to do now; not yet due ones wait. No rule here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from backend.tally.equations import Equation, EquationName, Relation, Term

Status = Literal["ok", "open", "wait"]
_ORDER: Mapping[Status, int] = {"open": 0, "ok": 1, "wait": 2}


@dataclass(frozen=True, slots=True)
class Line:
    """One equation as a line; `number` is the question it belongs to, if several are listed."""

    name: str
    status: Status
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    is_at_most: bool
    difference: int
    number: int | None = None
    about: str = ""

    @property
    def right_total(self) -> int:
        """Return what the right side comes to."""
        return sum(-term.number if term.is_subtracted else term.number for term in self.right)


def lines_of(
    equations: Iterable[Equation], *, waiting: frozenset[EquationName] = frozenset(), number: int | None = None
) -> list[Line]:
    """Return equations as lines; a difference of one in `waiting` is not an error yet."""
    return [_line(equation, equation.name in waiting, number) for equation in equations]


def open_first(lines: Iterable[Line]) -> list[Line]:
    """Return open lines, then those that hold, then those that wait."""
    return sorted(lines, key=lambda line: _ORDER[line.status])


def _line(equation: Equation, may_wait: bool, number: int | None) -> Line:  # noqa: FBT001 - private
    status: Status = "ok" if equation.holds else ("wait" if may_wait else "open")
    return Line(
        name=equation.name.value,
        status=status,
        left=equation.left,
        right=equation.right,
        is_at_most=equation.relation is Relation.AT_MOST,
        difference=equation.difference,
        number=number,
        about=equation.about,
    )
