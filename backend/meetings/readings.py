"""A public result as everybody reads it: one chart, the tables beside it, who leads, what ties. Pure.

For:        phone, public page, stage and projector: the same numbers in the same order everywhere.
Guarantees: shows exactly what the result holds; a provisional result has no winner; a tie is a tie.
Source:     docs/algorithms/counting.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from backend.kit.db import JsonDict
from backend.meetings.reading_parts import Bar, Figures, Reading, Round, Spending, Unit, Word
from backend.meetings.screens import DEFAULT_SCALE, Answer, answers_of
from backend.polls.types import PollType

PROVISIONAL: Final = "provisional"
WORD_STEPS: Final = 10
"""Sizes of words in a cloud above the smallest."""


def reading_of(poll: JsonDict, result: JsonDict) -> Reading:
    """Return how a result of a poll in wire form reads; a mere turnout has nothing to read."""
    if result["totals"] is None:
        return Reading(PollType(poll["type"]), "", Unit.VOTES, (), (), is_tie=False)
    return _of_its_kind(poll, result)


def _of_its_kind(poll: JsonDict, result: JsonDict) -> Reading:
    match PollType(poll["type"]):
        case PollType.RANKING:
            return _ranking(poll, result)
        case PollType.BUDGET:
            return _budget(poll, result)
        case PollType.SCALE:
            return _scale(poll, result)
        case PollType.SCORE | PollType.CUMULATIVE as kind:
            return _points(kind, poll, result)
        case PollType.WORDS:
            return _words(result)
        case kind:
            return _votes(kind, poll, result)


def _votes(kind: PollType, poll: JsonDict, result: JsonDict) -> Reading:
    leaders = _leaders(result, [each for each in answers_of(poll) if not each.is_abstention])
    is_tie = len(leaders) > 1
    shown = () if kind is PollType.YESNO and is_tie else leaders  # as many yes as no decides nothing
    bars = _bars(answers_of(poll), result["totals"], whole=result["valid"], wins=shown)
    return Reading(kind, str(result["method"]["name"]), Unit.VOTES, bars, leaders, is_tie)


def _points(kind: PollType, poll: JsonDict, result: JsonDict) -> Reading:
    answers = tuple(each for each in answers_of(poll) if not each.is_abstention)
    leaders = _leaders(result, answers)
    numbers = {each.id: result["totals"][each.id] for each in answers}
    steps = tuple(range(poll["max"] + 1)) if kind is PollType.SCORE else ()
    rated: Mapping[str, JsonDict] = result["method"].get("options", {})
    return Reading(
        kind,
        str(result["method"]["name"]),
        Unit.POINTS,
        _bars(answers, numbers, whole=max(numbers.values(), default=0), wins=leaders),
        leaders,
        len(leaders) > 1,
        steps=steps,
        figures=tuple(_figures(each, rated[each.id], steps) for each in answers if each.id in rated),
    )


def _scale(poll: JsonDict, result: JsonDict) -> Reading:
    rated: Mapping[str, JsonDict] = result["method"]["statements"]
    given = [option["id"] for option in poll["options"] if not option.get("abstain")]
    steps = tuple(sorted(int(each) for each in given)) or tuple(DEFAULT_SCALE)
    statements = tuple(each for each in answers_of(poll) if each.id in rated)
    if not statements:  # the question itself is rated: its chart is the distribution
        figures = tuple(_figures(Answer("", "", {}, is_abstention=False), each, steps) for each in rated.values())
        bars = _bars(answers_of(poll), result["totals"], whole=result["valid"], wins=())
        return Reading(PollType.SCALE, "scale", Unit.VOTES, bars, (), is_tie=False, steps=steps, figures=figures)
    rows = tuple(_figures(each, rated[each.id], steps) for each in statements)
    bars = tuple(Bar(row.answer, row.mean or 0.0, _percent(row.mean or 0.0, steps[-1])) for row in rows)
    return Reading(PollType.SCALE, "scale", Unit.MEAN, bars, (), is_tie=False, steps=steps, figures=rows)


def _ranking(poll: JsonDict, result: JsonDict) -> Reading:
    method, answers = result["method"], tuple(each for each in answers_of(poll) if not each.is_abstention)
    name = str(method["name"])
    known = {each.id: each for each in answers}
    winners = () if result["status"] == PROVISIONAL else tuple(known[each] for each in method["winners"])
    points = {option: Fraction(text) for option, text in method["borda"].items()}
    numbers = points if name == "borda" else _first_choices(result["totals"])
    places = _places(method, points)
    bars = _bars(answers, numbers, whole=max(numbers.values(), default=0), wins=winners, places=places)
    return Reading(
        PollType.RANKING,
        name,
        Unit.POINTS if name == "borda" else Unit.FIRSTS,
        tuple(sorted(bars, key=lambda bar: bar.place or len(bars))),
        winners,
        len(winners) > 1,
        matrix=tuple(
            (above, tuple(None if above is below else method["pairwise"][above.id][below.id] for below in answers))
            for above in answers
        ),
        rounds=tuple(_round(each, answers, known) for each in method["irv"]["rounds"]),
        points=tuple((each, float(points[each.id])) for each in answers),
    )


def _budget(poll: JsonDict, result: JsonDict) -> Reading:
    name = str(result["method"]["name"])
    share = result["method"][name]
    answers = answers_of(poll)
    known = {each.id: each for each in answers}
    bought = tuple(known[each] for each in share["chosen"])
    costs = {option["id"]: option.get("cost") for option in poll["options"]}
    shown = () if result["status"] == PROVISIONAL else bought
    return Reading(
        PollType.BUDGET,
        name,
        Unit.VOTES,
        _bars(answers, result["totals"], whole=result["valid"], wins=shown, costs=costs),
        shown,
        bool(share["tied"]),
        spending=Spending(
            bought,
            tuple(known[each] for each in share["tied"]),
            tuple(known[each] for each in share["completed"]),
            share["cost"],
            share["left"],
        ),
    )


def _words(result: JsonDict) -> Reading:
    totals: Mapping[str, int] = result["totals"]
    most = max(totals.values(), default=1)
    words = tuple(Word(text, number, WORD_STEPS * number // most) for text, number in totals.items())
    hidden = int(result.get("hidden", 0))
    return Reading(
        PollType.WORDS,
        "sum",
        Unit.VOTES,
        (),
        (),
        is_tie=False,
        words=words,
        mentions=sum(totals.values()),
        hidden=hidden,
    )


def _bars(
    answers: Sequence[Answer],
    numbers: Mapping[str, int | Fraction],
    *,
    whole: float | Fraction,
    wins: Sequence[Answer],
    places: Mapping[str, int] | None = None,
    costs: Mapping[str, int | None] | None = None,
) -> tuple[Bar, ...]:
    return tuple(
        Bar(
            answer=each,
            number=float(numbers.get(each.id, 0)),
            length=_percent(float(numbers.get(each.id, 0)), float(whole)),
            place=(places or {}).get(each.id),
            cost=(costs or {}).get(each.id),
            wins=each in wins,
        )
        for each in answers
    )


def _leaders(result: JsonDict, answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """Return the answers with most votes or points; nobody while the result is provisional or all have none."""
    numbers = {each.id: int(result["totals"].get(each.id, 0)) for each in answers}
    most = max(numbers.values(), default=0)
    is_final = result["status"] != PROVISIONAL and most > 0
    return tuple(each for each in answers if is_final and numbers[each.id] == most)


def _figures(answer: Answer, figures: JsonDict, steps: Sequence[int]) -> Figures:
    given = figures["distribution"]
    return Figures(
        answer,
        tuple(int(given.get(str(step), 0)) for step in steps),
        int(figures["sum"]),
        float(Fraction(figures["median"])) if figures["median"] else None,
        float(Fraction(figures["mean"])) if figures["mean"] else None,
    )


def _round(round_: JsonDict, answers: Sequence[Answer], known: Mapping[str, Answer]) -> Round:
    votes = {option: float(Fraction(text)) for option, text in round_["votes"].items()}
    return Round(
        tuple(votes.get(each.id) for each in answers),
        tuple(known[each] for each in round_["eliminated"]),
        tuple(known[each] for each in round_["tied"]),
    )


def _first_choices(patterns: Mapping[str, int]) -> dict[str, int]:
    """Return how often each option stood alone on the first place."""
    firsts: dict[str, int] = {}
    for pattern, number in patterns.items():
        first = pattern.split(">", 1)[0]
        firsts[first] = firsts.get(first, 0) + number
    return firsts


def _places(method: JsonDict, points: Mapping[str, Fraction]) -> dict[str, int]:
    """Return the place of each option: by points for Borda, by Schulze otherwise, the winners always first."""
    if method["name"] == "borda":
        return {option: 1 + sum(other > own for other in points.values()) for option, own in points.items()}
    placed: dict[str, int] = {}
    for layer in [list(method["winners"]), *method["schulze"]]:
        placed |= dict.fromkeys([option for option in layer if option not in placed], len(placed) + 1)
    return placed


def _percent(number: float, whole: float) -> float:
    return round(100 * number / whole, 2) if whole else 0.0
