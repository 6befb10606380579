"""Which ways a question can be answered on: no paper where there is no sheet, nothing but paper where it is secret."""

from __future__ import annotations

import pytest

from backend.polls.rules import channels_of, has_sheet
from backend.polls.types import Channel, Grade, InvalidDefinition, Option, OptionId, PollDefinition, PollId, PollType

EVERY = frozenset(Channel)
DEVICES = EVERY - {Channel.PAPER}


def poll(type_: PollType, *, limit: int | None = None, grade: Grade = Grade.OPEN) -> PollDefinition:
    ids = ("yes", "no") if type_ is PollType.YESNO else () if type_ in {PollType.SCALE, PollType.WORDS} else ("a", "b")
    is_budget = type_ is PollType.BUDGET
    return PollDefinition(
        id=PollId("p"),
        type=type_,
        options=tuple(Option(OptionId(each), {"de": each}, cost=9 if is_budget else None) for each in ids),
        max=limit,
        budget=10 if is_budget else None,
        grade=grade,
    )


@pytest.mark.parametrize(
    ("type_", "limit", "expected"),
    [
        *((type_, None, type_ is not PollType.WORDS) for type_ in PollType),
        (PollType.SCORE, 11, True),
        (PollType.SCORE, 12, False),  # nought is the thirteenth column
        (PollType.CUMULATIVE, 12, True),
        (PollType.CUMULATIVE, 13, False),
    ],
)
def test_sheet_exists_where_crosses_say_it_all(type_: PollType, limit: int | None, *, expected: bool) -> None:
    assert has_sheet(poll(type_, limit=limit)) is expected


def test_channels_not_named_are_all_the_type_has() -> None:
    assert channels_of(poll(PollType.BUDGET), None) == EVERY
    assert channels_of(poll(PollType.WORDS), None) == DEVICES


def test_channels_named_stay_as_named() -> None:
    assert channels_of(poll(PollType.BUDGET), [Channel.PHONE]) == {Channel.PHONE}


def test_channels_of_secret_ballot_are_paper_only() -> None:
    assert channels_of(poll(PollType.MULTI, grade=Grade.SECRET), None) == {Channel.PAPER}


@pytest.mark.parametrize("limit", [None, 3])
def test_channels_paper_without_a_sheet_is_refused(limit: int | None) -> None:
    with pytest.raises(InvalidDefinition):
        channels_of(poll(PollType.WORDS, limit=limit), [Channel.PHONE, Channel.PAPER])
    with pytest.raises(InvalidDefinition):
        channels_of(poll(PollType.WORDS, limit=limit, grade=Grade.SECRET), None)
