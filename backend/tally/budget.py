"""Projects under a limit: greedy choice and the Method of Equal Shares.

For:        `budget` polls; the rule that decides was chosen before opening, both are shown.
Guarantees: exact (`Fraction`); never over the limit; never a project nobody approved; a tie that
            matters ends the allocation and is named.
Refuses:    to draw lots.
Source:     Peters, Pierczyński, Skowron, Proportional Participatory Budgeting with Additive
            Utilities (NeurIPS 2021); docs/algorithms/counting.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import permutations
from typing import Final, TypeAlias

from backend.polls.types import PollDefinition
from backend.tally.piles import Pile

TIED_PROJECTS_MAX: Final = 5
"""Every order of a tie is tried up to 5 projects (120 orders); more of them count as a tie."""

Purses: TypeAlias = tuple[Fraction, ...]
"""What is left of the share of one voter, per pile."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """Projects in the order they were bought; `tied` is not empty when a tie ended it.

    `completed` are those among `chosen` that equal shares left to the greedy completion.
    """

    chosen: tuple[str, ...]
    cost: int
    left: int
    tied: tuple[str, ...] = ()
    completed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Approvals:
    """Costs, limit and ballots, read once."""

    costs: Mapping[str, int]
    limit: int
    ballots: tuple[tuple[frozenset[str], int], ...]

    @classmethod
    def of(cls, definition: PollDefinition, piles: Iterable[Pile]) -> "Approvals":
        """Read canonical budget choices."""
        return cls(
            {str(option.id): option.cost or 0 for option in definition.choosable},
            definition.budget or 0,
            tuple((frozenset(map(str, choices)), number) for choices, number in piles),
        )

    @property
    def votes(self) -> dict[str, int]:
        """Approvals per project."""
        return {
            project: sum(number for approved, number in self.ballots if project in approved) for project in self.costs
        }


def greedy(approvals: Approvals) -> Allocation:
    """Take the project with most approvals that still fits, the cheaper one first."""
    return replace(_greedily(approvals, ()), completed=())


def equal_shares(approvals: Approvals) -> Allocation:
    """Give every voter the same share; supporters buy what costs them least per euro of project.

    Each round buys the project whose cost is covered at the lowest rate: every supporter pays
    rate times cost, or all that is left. Then what is left over is given out greedily.
    """
    voters = sum(number for _, number in approvals.ballots)
    if not voters:
        return Allocation((), 0, approvals.limit)
    purses: Purses = (Fraction(approvals.limit, voters),) * len(approvals.ballots)
    chosen: list[str] = []
    while best := _best_projects(approvals, chosen, purses):
        bought = _buy_all(approvals, best, purses)
        if bought is None:
            cost = sum(approvals.costs[project] for project in chosen)
            return Allocation(tuple(chosen), cost, approvals.limit - cost, tied=best)
        purses = bought
        chosen += best
    return _greedily(approvals, chosen)


def _greedily(approvals: Approvals, bought: Sequence[str]) -> Allocation:
    votes = approvals.votes
    left = approvals.limit - sum(approvals.costs[project] for project in bought)
    added: list[str] = []
    ranks = {
        project: (-votes[project], cost)
        for project, cost in approvals.costs.items()
        if votes[project] and project not in bought
    }
    tied: tuple[str, ...] = ()
    for rank in sorted(set(ranks.values())):
        group = tuple(project for project, each in ranks.items() if each == rank)
        cost = rank[1]
        if cost * len(group) <= left:
            added += group
            left -= cost * len(group)
        elif cost <= left:
            tied = group
            break
    return Allocation((*bought, *added), approvals.limit - left, left, tied, tuple(added))


def _best_projects(approvals: Approvals, chosen: Sequence[str], purses: Purses) -> tuple[str, ...]:
    """Return the affordable projects at the lowest rate; ties: more approvals, then cheaper."""
    votes = approvals.votes
    ranks: dict[str, tuple[Fraction, int, int]] = {}
    for project, cost in approvals.costs.items():
        rate = None if project in chosen else _rate(approvals, project, purses)
        if rate is not None:
            ranks[project] = (rate, -votes[project], cost)
    best = min(ranks.values(), default=None)
    return tuple(project for project, rank in ranks.items() if rank == best)


def _rate(approvals: Approvals, project: str, purses: Purses) -> Fraction | None:
    """Return the lowest rate at which supporters cover the cost, None if they cannot."""
    supporters = sorted(
        (purse, number)
        for purse, (approved, number) in zip(purses, approvals.ballots, strict=True)
        if project in approved
    )
    open_cost = Fraction(approvals.costs[project])
    payers = sum(number for _, number in supporters)
    for purse, number in supporters:
        if purse * payers >= open_cost:
            return open_cost / payers / approvals.costs[project]
        open_cost -= purse * number
        payers -= number
    return None


def _buy_all(approvals: Approvals, projects: tuple[str, ...], purses: Purses) -> Purses | None:
    """Buy tied projects if every order buys all of them at the rate they tied at; else None.

    At an unchanged rate no other project can come between them, and everybody pays the same sum
    in every order.
    """
    if len(projects) > TIED_PROJECTS_MAX:
        return None
    rate = _rate(approvals, projects[0], purses)
    ends = {_buy(approvals, order, purses, rate) for order in permutations(projects)}
    return ends.pop() if len(ends) == 1 else None


def _buy(approvals: Approvals, order: Sequence[str], purses: Purses, rate: Fraction | None) -> Purses | None:
    for project in order:
        if rate is None or _rate(approvals, project, purses) != rate:
            return None
        price = rate * approvals.costs[project]
        purses = tuple(
            purse - min(purse, price) if project in approved else purse
            for purse, (approved, _) in zip(purses, approvals.ballots, strict=True)
        )
    return purses
