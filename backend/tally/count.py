"""Count the ballots of one poll.

For:        sealing, the recount from openings, and every independent check of a result.
Guarantees: pure and exact; the order of ballots cannot matter; every ballot is in exactly one of
            valid, invalid, blank; ties stay ties.
Refuses:    choices that are not canonical for the poll (`NotCanonical`), and to draw lots.
Source:     docs/algorithms/counting.md.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias, assert_never

from backend.polls.choices import Choices
from backend.polls.types import Method, PollDefinition, PollType
from backend.tally.budget import Allocation, Approvals, equal_shares, greedy
from backend.tally.piles import Pile, Piles, sort_ballots
from backend.tally.ranking import (
    Pair,
    RankedBallots,
    RunOff,
    Standing,
    borda,
    instant_runoff,
    pairwise,
    pattern,
    schulze,
    standing_by,
)
from backend.tally.score import QUESTION_ITSELF, rate_options, rate_statements
from backend.tally.statistics import Figures


@dataclass(frozen=True, slots=True)
class ChoiceResult:
    """Options by votes (single, multi, cumulative), words by mentions."""

    standing: Standing


@dataclass(frozen=True, slots=True)
class YesNoResult:
    """Yes among yes and no; None when nobody said either."""

    share_of_yes: Fraction | None


@dataclass(frozen=True, slots=True)
class ScaleResult:
    """Figures per statement; a scale without statements has the one key `QUESTION_ITSELF`."""

    statements: Mapping[str, Figures]


@dataclass(frozen=True, slots=True)
class RankingResult:
    """Three rules over the same ballots; `method` decides."""

    method: Method
    winners: tuple[str, ...]
    pairwise: Mapping[Pair, int]
    schulze: Standing
    run_off: RunOff
    borda: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """Figures per option over those who rated it, and the options by sum."""

    options: Mapping[str, Figures]
    standing: Standing


@dataclass(frozen=True, slots=True)
class BudgetResult:
    """Two rules over the same ballots; `method` decides."""

    method: Method
    greedy: Allocation
    equal_shares: Allocation


Result: TypeAlias = ChoiceResult | YesNoResult | ScaleResult | RankingResult | ScoreResult | BudgetResult


@dataclass(frozen=True, slots=True)
class Count:
    """The count of one pile of ballots: a channel, or the whole poll.

    `totals`: votes, marks, points or mentions per option id; per grade for a scale
    (`statement:grade` if there are statements); per pattern (`B>A=C`) for a ranking. Abstention
    stands under its option id. `unanimous`: all valid ballots tell the same about everybody.
    """

    type: PollType
    ballots: int
    valid: int
    invalid: int
    blank: int
    abstain: int
    totals: Mapping[str, int]
    unanimous: bool
    result: Result


def count(definition: PollDefinition, ballots: Iterable[Choices]) -> Count:
    """Count canonical choices; invalid sheets come as `invalid()`.

    Raises:
        NotCanonical: choices this poll could not have accepted in this form.
    """
    piles = sort_ballots(definition, ballots)
    totals = _totals(definition, piles.votes)
    unanimous = _is_unanimous(definition, piles, totals)
    result = _result(definition, piles.votes, totals)
    if definition.abstain_id is not None:
        totals[definition.abstain_id] = piles.abstain
    return Count(
        type=definition.type,
        ballots=piles.valid + piles.invalid + piles.blank,
        valid=piles.valid,
        invalid=piles.invalid,
        blank=piles.blank,
        abstain=piles.abstain,
        totals=totals,
        unanimous=unanimous,
        result=result,
    )


def _totals(definition: PollDefinition, votes: tuple[Pile, ...]) -> dict[str, int]:
    match definition.type:
        case PollType.WORDS:
            return _mentions(votes)
        case PollType.RANKING:
            ranked = RankedBallots.of(_ids(definition), votes)
            return {pattern(standing): number for standing, number in ranked.piles}
        case PollType.SCALE:
            return _grades(definition, votes)
        case _:
            return _marks(definition, votes)


def _marks(definition: PollDefinition, votes: tuple[Pile, ...]) -> dict[str, int]:
    totals = dict.fromkeys(_ids(definition), 0)
    for choices, number in votes:
        points = choices if isinstance(choices, dict) else dict.fromkeys(map(str, choices), 1)
        for option, each in points.items():
            totals[option] += each * number
    return totals


def _grades(definition: PollDefinition, votes: tuple[Pile, ...]) -> dict[str, int]:
    return {
        f"{statement}:{grade}" if statement != QUESTION_ITSELF else str(grade): number
        for statement, figures in rate_statements(definition, votes).items()
        for grade, number in figures.distribution.items()
    }


def _mentions(votes: tuple[Pile, ...]) -> dict[str, int]:
    """Count words whatever their case, under their most frequent spelling."""
    spellings: dict[str, Counter[str]] = {}
    for choices, number in votes:
        for word in map(str, choices):
            spellings.setdefault(word.casefold(), Counter())[word] += number
    mentions = {min(each, key=lambda word: (-each[word], word)): each.total() for each in spellings.values()}
    return dict(sorted(mentions.items(), key=lambda item: (-item[1], item[0])))


def _result(definition: PollDefinition, votes: tuple[Pile, ...], totals: Mapping[str, int]) -> Result:
    standing = standing_by({option: Fraction(number) for option, number in totals.items()})
    match definition.type:
        case PollType.YESNO:
            voters = totals["yes"] + totals["no"]
            return YesNoResult(Fraction(totals["yes"], voters) if voters else None)
        case PollType.SINGLE | PollType.MULTI | PollType.CUMULATIVE | PollType.WORDS:
            return ChoiceResult(standing)
        case PollType.SCALE:
            return ScaleResult(rate_statements(definition, votes))
        case PollType.SCORE:
            return ScoreResult(rate_options(_ids(definition), votes), standing)
        case PollType.RANKING:
            return _ranking(definition, votes)
        case PollType.BUDGET:
            approvals = Approvals.of(definition, votes)
            method = definition.method or Method.GREEDY
            return BudgetResult(method, greedy(approvals), equal_shares(approvals))
    assert_never(definition.type)


def _ranking(definition: PollDefinition, votes: tuple[Pile, ...]) -> RankingResult:
    ballots = RankedBallots.of(_ids(definition), votes)
    wins = pairwise(ballots)
    layers = schulze(ballots.options, wins)
    points = borda(ballots)
    run_off = instant_runoff(ballots)
    method = definition.method or Method.SCHULZE
    winners = {Method.IRV: run_off.winners, Method.BORDA: standing_by(points)[0]}
    return RankingResult(
        method=method,
        winners=winners.get(method, layers[0]) if votes else (),
        pairwise=wins,
        schulze=layers,
        run_off=run_off,
        borda=points,
    )


def _is_unanimous(definition: PollDefinition, piles: Piles, totals: Mapping[str, int]) -> bool:
    """Tell whether the count reveals a choice of every person who voted validly.

    Equal ballots do, and so does a mark that everybody made beside others.
    """
    if len(piles.votes) + bool(piles.abstain) <= 1:
        return piles.valid > 0
    marks = definition.type in {PollType.MULTI, PollType.BUDGET, PollType.SCALE, PollType.WORDS}
    return marks and piles.valid in totals.values()


def _ids(definition: PollDefinition) -> list[str]:
    return [str(option.id) for option in definition.choosable]
