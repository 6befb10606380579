"""A count as JSON: the part of a result that machines and people read.

For:        the public result, the count record, open data.
Guarantees: nothing is rounded; a `Fraction` is written as "89/117" or "64"; keys keep the printed
            order of the options.
Source:     docs/algorithms/counting.md.
"""

from fractions import Fraction
from typing import TypeAlias, assert_never

from backend.tally.budget import Allocation
from backend.tally.count import (
    BudgetResult,
    ChoiceResult,
    Count,
    RankingResult,
    ScaleResult,
    ScoreResult,
    YesNoResult,
)
from backend.tally.ranking import RunOff, Standing
from backend.tally.statistics import Figures

Json: TypeAlias = dict[str, object]


def count_json(count: Count) -> Json:
    """Return the numbers of a count with its `method`."""
    return {
        "ballots": count.ballots,
        "valid": count.valid,
        "invalid": count.invalid,
        "blank": count.blank,
        "abstain": count.abstain,
        "totals": dict(count.totals),
        "method": method_json(count),
    }


def method_json(count: Count) -> Json:
    """Return what the rule of the poll makes of the ballots; `name` is the rule."""
    result = count.result
    match result:
        case YesNoResult():
            return {"name": "majority", "share_of_yes": _exact(result.share_of_yes)}
        case ChoiceResult():
            return {"name": "sum", "standing": _standing(result.standing)}
        case ScaleResult():
            statements = {key: _figures(each) for key, each in result.statements.items()}
            return {"name": "scale", "statements": statements}
        case ScoreResult():
            options = {key: _figures(each) for key, each in result.options.items()}
            return {"name": "score", "options": options, "standing": _standing(result.standing)}
        case RankingResult():
            return _ranking(result)
        case BudgetResult():
            return {
                "name": result.method.value,
                "greedy": _allocation(result.greedy),
                "equal_shares": _allocation(result.equal_shares),
            }
    assert_never(result)


def _ranking(result: RankingResult) -> Json:
    matrix: dict[str, dict[str, int]] = {option: {} for option in result.borda}
    for (above, below), number in result.pairwise.items():
        matrix[above][below] = number
    return {
        "name": result.method.value,
        "winners": list(result.winners),
        "pairwise": matrix,
        "schulze": _standing(result.schulze),
        "irv": _run_off(result.run_off),
        "borda": {option: _exact(points) for option, points in result.borda.items()},
    }


def _run_off(run_off: RunOff) -> Json:
    rounds = [
        {
            "votes": {option: _exact(votes) for option, votes in each.votes.items()},
            "exhausted": each.exhausted,
            "eliminated": list(each.eliminated),
            "tied": list(each.tied),
        }
        for each in run_off.rounds
    ]
    return {"rounds": rounds, "winners": list(run_off.winners)}


def _allocation(allocation: Allocation) -> Json:
    return {
        "chosen": list(allocation.chosen),
        "completed": list(allocation.completed),
        "tied": list(allocation.tied),
        "cost": allocation.cost,
        "left": allocation.left,
    }


def _figures(figures: Figures) -> Json:
    return {
        "distribution": {str(value): number for value, number in figures.distribution.items()},
        "given": figures.given,
        "sum": figures.total,
        "median": _exact(figures.median),
        "mean": _exact(figures.mean),
    }


def _standing(standing: Standing) -> list[list[str]]:
    return [list(group) for group in standing]


def _exact(number: Fraction | None) -> str | None:
    return None if number is None else str(number)
