"""Schulze, run-off and Borda on elections whose outcome is published or obvious."""

from fractions import Fraction

import pytest

from backend.tally.ranking import (
    RankedBallots,
    borda,
    instant_runoff,
    pairwise,
    schulze,
    standing_by,
)


def ballots(options: str, **numbers: int) -> RankedBallots:
    """Write `ACB=5`; `A_BC` ties B and C."""
    piles = [
        (
            [rank for part in line.split("_") for rank in ([*part] if part.isupper() else [[*part.upper()]])],
            number,
        )
        for line, number in numbers.items()
    ]
    return RankedBallots.of([*options], piles)


SCHULZE_2011 = ballots("ABCDE", ACBED=5, ADECB=5, BEDAC=8, CABED=3, CAEBD=7, CBADE=2, DCEBA=7, EBADC=8)
"""The example with 45 voters; the published order is E, A, C, B, D."""


def test_pairwise_published_example_gives_published_matrix() -> None:
    wins = pairwise(SCHULZE_2011)
    assert [wins["A", other] for other in "BCDE"] == [20, 26, 30, 22]
    assert [wins["E", other] for other in "ABCD"] == [23, 27, 21, 31]


def test_schulze_published_example_gives_published_order() -> None:
    assert schulze("ABCDE", pairwise(SCHULZE_2011)) == (("E",), ("A",), ("C",), ("B",), ("D",))


def test_schulze_symmetric_cycle_is_a_tie() -> None:
    cycle = ballots("ABC", ABC=1, BCA=1, CAB=1)
    assert schulze("ABC", pairwise(cycle)) == (("A", "B", "C"),)


def test_pairwise_omitted_options_stand_below_and_are_tied() -> None:
    wins = pairwise(ballots("ABC", A=2, B_ca=1))
    assert wins["A", "B"] == 2
    assert wins["B", "C"] == 1
    assert wins["C", "B"] == wins["A", "C"] - 2 == 0


def test_borda_ties_and_omissions_share_points() -> None:
    points = borda(ballots("ABCD", A=1, B_ca=1))
    assert points == {
        "A": 3 + Fraction(3, 2),
        "B": 1 + 3,
        "C": 1 + Fraction(3, 2),
        "D": 1,
    }
    assert standing_by(points) == (("A",), ("B",), ("C",), ("D",))


def test_instant_runoff_majority_ends_at_once() -> None:
    result = instant_runoff(ballots("AB", AB=3, BA=2))
    assert result.winners == ("A",)
    assert len(result.rounds) == 1
    assert result.rounds[0].votes == {"A": 3, "B": 2}


def test_instant_runoff_transfers_votes_of_the_weakest() -> None:
    result = instant_runoff(ballots("ABCD", ABC=8, BCA=5, CBA=4, C=2))
    assert [each.eliminated for each in result.rounds] == [("D",), ("B",), ()]
    assert result.rounds[-1].votes == {"A": 8, "C": 11}
    assert result.winners == ("C",)


def test_instant_runoff_exhausted_ballots_no_longer_count() -> None:
    result = instant_runoff(ballots("ABC", A=4, BC=3, C=2))
    assert result.rounds[-1].exhausted == 2
    assert result.winners == ("A",)


def test_instant_runoff_tied_rank_shares_the_vote() -> None:
    result = instant_runoff(ballots("ABC", abc=1, AB=1))
    assert result.rounds[0].votes["A"] == Fraction(4, 3)


def test_instant_runoff_tie_that_matters_is_named() -> None:
    result = instant_runoff(ballots("ABC", AB=4, BA=3, CB=3))
    assert result.rounds[-1].tied == ("B", "C")
    assert result.rounds[-1].eliminated == ()
    assert result.winners == ("A", "B")


def test_instant_runoff_tie_without_effect_goes_on() -> None:
    result = instant_runoff(ballots("ABC", A=4, BA=2, CA=2))
    assert result.rounds[0].tied == ("B", "C")
    assert result.rounds[0].eliminated == ("B",)
    assert result.winners == ("A",)


def test_instant_runoff_repeated_ties_count_every_set_once() -> None:
    numbers = {first + second: 1 for first in "ABCDEF" for second in "ABCDEF" if first != second}
    assert instant_runoff(ballots("ABCDEF", **numbers)).winners == tuple("ABCDEF")


def test_instant_runoff_without_ballots_has_no_winner() -> None:
    assert instant_runoff(ballots("AB")).winners == ()


def test_ranked_ballots_other_choices_are_refused() -> None:
    with pytest.raises(TypeError):
        RankedBallots.of(["A"], [({"A": 1}, 1)])


def test_instant_runoff_without_a_tie_names_none() -> None:
    result = instant_runoff(ballots("ABCD", ABC=8, BCA=5, CBA=4, C=2))
    assert [each.tied for each in result.rounds] == [(), (), ()]


def test_instant_runoff_one_way_keeps_all_winners_and_another_does_not_ends_with_the_tie() -> None:
    # Without A, B or C may win; without B, only A; without C, A or B: the tie decides.
    result = instant_runoff(ballots("ABCD", ABD=1, CD=1, BA=1))
    assert [(each.eliminated, each.tied) for each in result.rounds] == [(("D",), ()), ((), ("A", "B", "C"))]
    assert result.winners == ("A", "B")


def test_instant_runoff_ten_options_in_ties_throughout_is_counted() -> None:
    """Following all 10! ways one by one would take hours."""
    options = "ABCDEFGHIJ"
    assert instant_runoff(ballots(options, **dict.fromkeys(options, 1))).winners == tuple(options)
