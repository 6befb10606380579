"""Ranked ballots: pairwise matrix, Schulze, instant run-off (IRV) and Borda.

For:        `ranking` polls; the rule that decides was chosen before opening, all are shown.
Guarantees: exact (integers and `Fraction`); ties stay ties, nothing is decided by the order of
            the options; an omitted option stands below every ranked one, tied with the others.
Refuses:    to draw lots.
Source:     Schulze, A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent
            single-winner election method, Soc Choice Welf 36 (2011); docs/algorithms/counting.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import TypeAlias

from backend.tally.piles import Pile

Standing: TypeAlias = tuple[tuple[str, ...], ...]
"""Options from best to worst; options in one group are tied."""
Pair: TypeAlias = tuple[str, str]
RankedPile: TypeAlias = tuple[Standing, int]


@dataclass(frozen=True, slots=True)
class RankedBallots:
    """Piles of equal rankings over the same options, in printed order."""

    options: tuple[str, ...]
    piles: tuple[RankedPile, ...]

    @classmethod
    def of(cls, options: Sequence[str], piles: Iterable[Pile]) -> "RankedBallots":
        """Read canonical ranking choices."""
        return cls(
            tuple(options),
            tuple((_standing(choices), number) for choices, number in piles),
        )


def pattern(standing: Standing) -> str:
    """Write a ranking in one line: `B>A=C`."""
    return ">".join("=".join(group) for group in standing)


def pairwise(ballots: RankedBallots) -> dict[Pair, int]:
    """Return for every ordered pair (a, b) how many ballots put a strictly above b."""
    wins = dict.fromkeys(permutations(ballots.options, 2), 0)
    for standing, number in ballots.piles:
        place = _places(ballots.options, standing)
        for above, below in wins:
            if place[above] < place[below]:
                wins[above, below] += number
    return wins


def schulze(options: Sequence[str], wins: Mapping[Pair, int]) -> Standing:
    """Return the Schulze standing; a link's strength is its winning votes.

    Schulze's relation is transitive, but may leave two options incomparable. The groups are its
    layers: first the options nobody beats, then those nobody beats among the rest, and so on.
    """
    strength = {(one, other): votes if votes > wins[other, one] else 0 for (one, other), votes in wins.items()}
    for via, start, end in permutations(options, 3):
        detour = min(strength[start, via], strength[via, end])
        strength[start, end] = max(strength[start, end], detour)
    layers: list[tuple[str, ...]] = []
    left = list(options)
    while left:
        layer = tuple(
            one for one in left if all(strength[one, other] >= strength[other, one] for other in left if other != one)
        )
        layers.append(layer)
        left = [option for option in left if option not in layer]
    return tuple(layers)


def borda(ballots: RankedBallots) -> dict[str, Fraction]:
    """Return points: one per option below, half a one per option tied with, on every ballot."""
    points = dict.fromkeys(ballots.options, Fraction(0))
    for standing, number in ballots.piles:
        place = _places(ballots.options, standing)
        for one, other in permutations(ballots.options, 2):
            if place[one] < place[other]:
                points[one] += number
            elif place[one] == place[other]:
                points[one] += Fraction(number, 2)
    return points


def standing_by(points: Mapping[str, Fraction]) -> Standing:
    """Order options by falling points, equal points tied."""
    return tuple(
        tuple(option for option, each in points.items() if each == step)
        for step in sorted(set(points.values()), reverse=True)
    )


@dataclass(frozen=True, slots=True)
class Round:
    """One round of the run-off. `tied` are the weakest, when there is more than one of them."""

    votes: Mapping[str, Fraction]
    exhausted: int
    eliminated: tuple[str, ...]
    tied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunOff:
    """The rounds, and every option that wins under some way of breaking ties.

    When a tie decides who wins, the rounds end with it and `winners` has several entries.
    """

    rounds: tuple[Round, ...]
    winners: tuple[str, ...]


def instant_runoff(ballots: RankedBallots) -> RunOff:
    """Eliminate the weakest until one has more than half of the votes that still count.

    Options tied on one ballot share its vote equally. Options without any vote go together, which
    changes nothing for the others. Where several are weakest, every way is followed. At most
    2^10 sets of remaining options exist (`RANKING_OPTIONS_MAX`), each is counted once.
    """
    if not ballots.piles:
        return RunOff((), ())
    return _run_off(ballots, ballots.options, {})


def _run_off(ballots: RankedBallots, remaining: tuple[str, ...], known: dict[tuple[str, ...], RunOff]) -> RunOff:
    if remaining in known:
        return known[remaining]
    votes, exhausted = _first_votes(ballots, remaining)
    leading = [option for option in remaining if 2 * votes[option] > sum(votes.values())]
    if leading:
        result = RunOff((Round(votes, exhausted, ()),), tuple(leading))
    else:
        result = _after_elimination(ballots, Round(votes, exhausted, ()), known)
    known[remaining] = result
    return result


def _after_elimination(ballots: RankedBallots, current: Round, known: dict[tuple[str, ...], RunOff]) -> RunOff:
    fewest = min(current.votes.values())
    weakest = tuple(option for option, votes in current.votes.items() if votes == fewest)
    ways = [(option,) for option in weakest] if fewest else [weakest]
    results = [_run_off(ballots, tuple(each for each in current.votes if each not in way), known) for way in ways]
    tied = weakest if len(ways) > 1 else ()
    winners = {winner for result in results for winner in result.winners}
    ordered = tuple(option for option in current.votes if option in winners)
    if any(set(result.winners) != winners for result in results):
        return RunOff((Round(current.votes, current.exhausted, (), tied),), ordered)
    here = Round(current.votes, current.exhausted, ways[0], tied)
    return RunOff((here, *results[0].rounds), ordered)


def _first_votes(ballots: RankedBallots, remaining: tuple[str, ...]) -> tuple[dict[str, Fraction], int]:
    votes = dict.fromkeys(remaining, Fraction(0))
    exhausted = 0
    for standing, number in ballots.piles:
        groups = ([option for option in group if option in votes] for group in standing)
        top = next((group for group in groups if group), None)
        if top is None:
            exhausted += number
            continue
        for option in top:
            votes[option] += Fraction(number, len(top))
    return votes, exhausted


def _standing(choices: object) -> Standing:
    if not isinstance(choices, list):
        raise TypeError(f"expected a ranking, got {choices}")
    return tuple(tuple(rank) if isinstance(rank, list) else (rank,) for rank in choices)


def _places(options: Sequence[str], standing: Standing) -> dict[str, int]:
    last = len(standing)
    placed = {option: place for place, group in enumerate(standing) for option in group}
    return {option: placed.get(option, last) for option in options}
