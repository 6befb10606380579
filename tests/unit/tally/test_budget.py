"""Greedy choice and equal shares under a limit."""

from itertools import pairwise

from backend.polls.choices import Choices
from backend.polls.types import PollType
from backend.tally.budget import Allocation, Approvals, equal_shares, greedy
from tests.unit.tally.builders import define


def approvals(limit: int, costs: dict[str, int], *ballots: tuple[str, int]) -> Approvals:
    """Write a ballot as `("a c", 5)`: five people approve a and c."""
    definition = define(PollType.BUDGET, " ".join(costs), costs=tuple(costs.values()), budget=limit)
    piles: list[tuple[Choices, int]] = [([*line.split()], number) for line, number in ballots]
    return Approvals.of(definition, piles)


def test_greedy_skips_what_no_longer_fits() -> None:
    result = greedy(approvals(10, {"a": 7, "b": 5, "c": 3}, ("a", 3), ("b", 2), ("c", 1)))
    assert result == Allocation(("a", "c"), cost=10, left=0)


def test_greedy_equal_approvals_take_the_cheaper_first() -> None:
    result = greedy(approvals(10, {"a": 8, "b": 5}, ("a", 2), ("b", 2)))
    assert result.chosen == ("b",)


def test_greedy_equal_in_everything_and_one_fits_is_a_tie() -> None:
    result = greedy(approvals(9, {"a": 2, "b": 5, "c": 5}, ("a", 3), ("b", 2), ("c", 2)))
    assert result == Allocation(("a",), cost=2, left=7, tied=("b", "c"))


def test_greedy_equal_in_everything_and_all_fit_is_no_tie() -> None:
    result = greedy(approvals(10, {"b": 5, "c": 5}, ("b", 2), ("c", 2)))
    assert (result.chosen, result.tied) == (("b", "c"), ())


def test_greedy_project_without_approval_is_never_bought() -> None:
    assert greedy(approvals(10, {"a": 1, "b": 1}, ("a", 1))).chosen == ("a",)


def test_equal_shares_minority_gets_its_part() -> None:
    costs = {"north1": 28, "north2": 29, "north3": 30, "south": 30}
    given = approvals(90, costs, ("north1 north2 north3", 60), ("south", 30))
    assert greedy(given).chosen == ("north1", "north2", "north3")
    assert equal_shares(given) == Allocation(("north1", "north2", "south"), 87, 3)


def test_equal_shares_poor_supporters_pay_what_they_have() -> None:
    # Each of four has 20. Three pay 15 each for x; y then takes 5 from one of them, 19 from the
    # fourth.
    given = approvals(80, {"x": 45, "y": 24}, ("x", 2), ("x y", 1), ("y", 1))
    assert equal_shares(given) == Allocation(("x", "y"), 69, 11)
    dearer = approvals(80, {"x": 45, "y": 26}, ("x", 2), ("x y", 1), ("y", 1))
    assert equal_shares(dearer) == Allocation(("x", "y"), 71, 9, completed=("y",))


def test_equal_shares_leftover_is_given_out_greedily() -> None:
    given = approvals(100, {"a": 60, "b": 40}, ("a", 5), ("b", 5))
    assert equal_shares(given) == Allocation(("b", "a"), 100, 0, completed=("a",))


def test_equal_shares_nothing_affordable_completes_from_the_start() -> None:
    given = approvals(100, {"a": 100}, ("a", 1), ("", 1))
    assert equal_shares(given) == Allocation(("a",), 100, 0, completed=("a",))


def test_equal_shares_overlapping_tie_without_money_for_both_is_named() -> None:
    given = approvals(12, {"a": 8, "b": 8}, ("a", 1), ("a b", 1), ("b", 1))
    assert equal_shares(given) == Allocation((), 0, 12, tied=("a", "b"))


def test_equal_shares_tie_of_independent_groups_buys_both() -> None:
    given = approvals(20, {"a": 10, "b": 10}, ("a", 1), ("b", 1))
    assert equal_shares(given).chosen == ("a", "b")


def test_equal_shares_large_tie_is_named() -> None:
    projects = dict.fromkeys("abcdef", 1)
    given = approvals(6, projects, *((project, 1) for project in projects))
    assert equal_shares(given).tied == tuple("abcdef")


def test_equal_shares_without_voters_buys_nothing() -> None:
    assert equal_shares(approvals(10, {"a": 1})) == Allocation((), 0, 10)


def test_equal_shares_spends_at_most_the_limit() -> None:
    given = approvals(50, {"a": 30, "b": 25, "c": 20}, ("a b", 3), ("c", 2), ("a c", 1))
    for first, second in pairwise([greedy(given), equal_shares(given)]):
        assert max(first.cost, second.cost) <= 50
        assert first.left == 50 - first.cost


def test_greedy_tie_leaves_what_ranks_lower_alone() -> None:
    result = greedy(approvals(9, {"b": 5, "c": 5, "d": 1}, ("b", 2), ("c", 2), ("d", 1)))
    assert result == Allocation((), cost=0, left=9, tied=("b", "c"))


def test_equal_shares_same_rate_takes_more_approvals_first() -> None:
    # y costs each of its six supporters 4 of 4, a rate of 1/6. What is left: two with 4 each, who pay
    # for x and z alone – the same rate of 1/2, but x is approved by three.
    given = approvals(32, {"x": 4, "y": 24, "z": 2}, ("x y", 1), ("x y z", 2), ("y", 3), ("x z", 2))
    assert equal_shares(given).chosen == ("y", "x", "z")


def test_equal_shares_tie_after_a_purchase_keeps_what_was_bought() -> None:
    given = approvals(18, {"p": 6, "a": 8, "b": 8}, ("p a", 1), ("p a b", 1), ("p b", 1))
    assert equal_shares(given) == Allocation(("p",), 6, 12, tied=("a", "b"))


def test_equal_shares_tie_of_as_many_as_are_tried_buys_all() -> None:
    projects = dict.fromkeys("abcde", 1)
    given = approvals(5, projects, *((project, 1) for project in projects))
    assert equal_shares(given).chosen == tuple("abcde")
