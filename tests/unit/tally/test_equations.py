"""Every equation holds for a clean evening and breaks with one number off by one."""

from dataclasses import replace

import pytest

from backend.polls.choices import Choices, invalid
from backend.polls.types import Channel, PollType
from backend.tally.count import count
from backend.tally.equations import (
    BatchNumbers,
    Equation,
    EquationName,
    PackNumbers,
    Term,
    attendance_equation,
    batch_equations,
    channel_equation,
    option_equations,
    pack_equations,
    paper_equation,
    total_equation,
)
from tests.unit.tally.builders import define, times

PACKS = PackNumbers(printed=10, opened=6, wrapped=4, cards_opened=150, cards_handed_out=126, cards_voided=24)
SHEETS = BatchNumbers(
    printed=60,
    issued=40,
    stock=20,
    in_box=35,
    spoilt=2,
    unused=2,
    missing=1,
    accepted=33,
    rejected=1,
    in_review=1,
    ticked=36,
)
BALLOTS: list[Choices] = [*times(20, "yes"), *times(10, "no"), invalid(), invalid(), []]
ACCEPTED = count(define(PollType.YESNO, "yes no"), BALLOTS)


def broken(sheets: BatchNumbers) -> set[EquationName]:
    """Name the equations that do not hold."""
    return {each.name for each in batch_equations(sheets, ACCEPTED) if not each.holds}


def test_pack_equations_clean_numbers_hold() -> None:
    assert all(each.holds for each in pack_equations(PACKS))


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"wrapped": 3}, EquationName.PACKS),
        ({"cards_voided": 23}, EquationName.OPENED_CARDS),
    ],
)
def test_pack_equations_missing_piece_is_found(change: dict[str, int], name: EquationName) -> None:
    open_ones = [each for each in pack_equations(replace(PACKS, **change)) if not each.holds]
    assert [(each.name, each.difference) for each in open_ones] == [(name, 1)]


def test_batch_equations_clean_numbers_hold() -> None:
    assert broken(SHEETS) == set()


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"stock": 19}, {EquationName.SHEETS_PRINTED}),
        ({"missing": 0}, {EquationName.SHEETS_ISSUED}),
        ({"in_review": 0}, {EquationName.SHEETS_IN_BOX}),
        ({"accepted": 32, "rejected": 2}, {EquationName.SHEETS_ACCEPTED}),
        ({"ticked": 34}, {EquationName.TICKED}),
        ({"ticked": 35}, set()),
        ({"serials_not_issued": 1}, {EquationName.SERIALS}),
    ],
)
def test_batch_equations_wrong_number_opens_its_equation(change: dict[str, int], names: set[EquationName]) -> None:
    assert broken(replace(SHEETS, **change)) == names


def test_option_equations_one_vote_types_are_the_sum_of_options() -> None:
    (equation,) = option_equations(ACCEPTED)
    assert equation.holds
    assert not option_equations(replace(ACCEPTED, valid=31))[0].holds


def test_option_equations_other_types_have_none() -> None:
    assert option_equations(count(define(PollType.MULTI, "a b"), [["a", "b"]])) == ()


def test_channel_equation_names_the_channel() -> None:
    assert channel_equation(Channel.KIOSK, 14, 14).holds
    assert channel_equation(Channel.KIOSK, 14, 13).difference == 1
    assert channel_equation(Channel.KIOSK, 14, 13).about == "kiosk"


def test_paper_equation_subtracts_exchanged_and_returned() -> None:
    assert paper_equation(33, issued=36, exchanged=2, returned=1).holds
    assert not paper_equation(33, issued=36, exchanged=2, returned=0).holds


def test_total_equation_sums_channels() -> None:
    ballots = {Channel.PHONE: 77, Channel.KIOSK: 14, Channel.PAPER: 33}
    assert total_equation(ballots, 124).holds
    assert not total_equation(ballots, 123).holds


@pytest.mark.parametrize(("people", "holds"), [(124, True), (130, True), (123, False)])
def test_attendance_equation_more_people_than_ballots_is_fine(people: int, holds: bool) -> None:
    assert attendance_equation(124, people).holds is holds


def written(equation: Equation) -> str:
    """Write an equation as the people at the table read it."""

    def side(terms: tuple[Term, ...]) -> str:
        signed = [f"{'-' if term.is_subtracted else '+'} {term.name}" for term in terms]
        return " ".join(signed).removeprefix("+ ") or "0"

    return f"{equation.name}: {side(equation.left)} {equation.relation} {side(equation.right)}"


def test_equations_name_their_terms() -> None:
    equations = [
        *pack_equations(PACKS),
        channel_equation(Channel.PHONE, 1, 1),
        paper_equation(1, issued=1, exchanged=0, returned=0),
        total_equation({Channel.PHONE: 1, Channel.PAPER: 1}, 2),
        attendance_equation(1, 1),
        *batch_equations(SHEETS, ACCEPTED),
    ]
    assert [written(each) for each in equations] == [
        "packs: packs_printed = packs_opened + packs_wrapped",
        "opened_cards: cards_opened = cards_handed_out + cards_voided",
        "channel: redeemed = ballots",
        "paper: redeemed = sheets_issued - sheets_exchanged - sheets_returned",
        "total: ballots_phone + ballots_paper = ballots",
        "attendance: ballots <= people_counted",
        "sheets_printed: sheets_printed = sheets_issued + stock",
        "sheets_issued: sheets_issued = in_box + spoilt + unused + missing",
        "sheets_in_box: in_box = accepted + rejected + in_review",
        "sheets_accepted: accepted = valid + invalid + blank",
        "ticked: in_box <= voters_ticked",
        "serials: serials_not_issued = 0",
        "valid_options: valid = yes + no",
    ]
