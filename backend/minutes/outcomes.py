"""What the rule of a poll makes of its ballots, in sentences. Pure.

Guarantees: says what page and wall say, because it reads the same reading; a provisional result has no winner.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from backend.meetings.reading_parts import Figures, Reading, Spending
from backend.meetings.screens import Answer
from backend.minutes.words import RULES, number
from backend.polls.types import PollType


def outcome_sentences(reading: Reading) -> tuple[str, ...]:
    """Return what follows from a result beside its numbers."""
    return tuple(_sentences(reading))


def _sentences(reading: Reading) -> Iterable[str]:
    match reading.kind:
        case PollType.RANKING if reading.winners:
            yield f"{RULES[reading.method]} {_order(reading)}"
        case PollType.SCALE:
            yield from (_rated(each) for each in reading.figures if each.mean is not None)
        case PollType.BUDGET if reading.spending and reading.winners:
            yield f"{RULES[reading.method]} {_bought(reading.spending)}"
        case PollType.WORDS if reading.hidden:
            yield f"Nicht gezeigte Nennungen: {number(reading.hidden)}."
        case _:
            pass
    if reading.is_tie:
        yield "Es steht gleich."


def _order(reading: Reading) -> str:
    placed = [bar for bar in reading.bars if bar.place is not None]
    places = [
        f"{place}. {' und '.join(_name(bar.answer) for bar in bars)}"
        for place, bars in groupby(placed, key=lambda bar: bar.place)
    ]
    return f"Reihenfolge: {', '.join(places)}."


def _rated(figures: Figures) -> str:
    mean = f"{figures.mean or 0:.1f}".replace(".", ",")
    name = _name(figures.answer)
    return f"{name}: Mittelwert {mean}." if name else f"Mittelwert {mean}."


def _bought(spending: Spending) -> str:
    bought = ", ".join(_name(answer) for answer in spending.bought)
    return f"Bezahlt wird: {bought}. Das kostet {number(spending.cost)} Euro, übrig sind {number(spending.left)} Euro."


def _name(answer: Answer) -> str:
    return answer.label.get("de", answer.id)
