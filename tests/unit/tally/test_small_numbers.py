"""What is shown, what is withheld, and that the reason is named."""

import pytest

from backend.polls.types import Channel, PollType
from backend.tally.count import Count, count
from backend.tally.small_numbers import (
    N_MIN_DEFAULT,
    N_MIN_LOWEST,
    Withheld,
    interim_size,
    show_channels,
    withheld_openings,
    withheld_provisional,
)
from tests.unit.tally.builders import define, times

YESNO = define(PollType.YESNO, "yes no")


def tallied(yes: int, no: int) -> Count:
    """Count so many yes and no."""
    return count(YESNO, times(yes, "yes") + times(no, "no"))


def test_show_channels_all_large_and_mixed_shows_all() -> None:
    counts = {Channel.PHONE: tallied(40, 20), Channel.PAPER: tallied(5, 5)}
    shown = show_channels(counts, 10)
    assert shown.counts == counts
    assert shown.withheld is None


def test_show_channels_one_small_merges_all() -> None:
    counts = {Channel.PHONE: tallied(40, 20), Channel.KIOSK: tallied(5, 4)}
    shown = show_channels(counts, 10)
    assert (shown.counts, shown.withheld) == (None, Withheld.TOO_FEW)


def test_show_channels_one_unanimous_merges_all() -> None:
    counts = {Channel.PHONE: tallied(40, 20), Channel.KIOSK: tallied(12, 0)}
    shown = show_channels(counts, 10)
    assert (shown.counts, shown.withheld) == (None, Withheld.UNANIMOUS)


def test_show_channels_unused_channel_is_left_out() -> None:
    counts = {Channel.PHONE: tallied(40, 20), Channel.KIOSK: tallied(0, 0)}
    shown = show_channels(counts, 10)
    assert shown.counts is not None
    assert list(shown.counts) == [Channel.PHONE]


@pytest.mark.parametrize(
    ("outstanding", "expected"),
    [
        ({}, None),
        ({Channel.PAPER: 10}, None),
        ({Channel.PAPER: 9}, Withheld.OUTSTANDING_TOO_FEW),
        ({Channel.PAPER: 30, Channel.KIOSK: 0}, Withheld.OUTSTANDING_TOO_FEW),
    ],
)
def test_withheld_provisional_few_outstanding_shows_turnout_only(
    outstanding: dict[Channel, int], expected: Withheld | None
) -> None:
    assert withheld_provisional(outstanding, 10) is expected


@pytest.mark.parametrize(
    ("poll_type", "ballots", "expected"),
    [
        (PollType.YESNO, 1, None),
        (PollType.SINGLE, 1, None),
        (PollType.RANKING, 10, None),
        (PollType.RANKING, 9, Withheld.TOO_FEW),
        (PollType.MULTI, 9, Withheld.TOO_FEW),
    ],
)
def test_withheld_openings_follow_type_and_size(poll_type: PollType, ballots: int, expected: Withheld | None) -> None:
    assert withheld_openings(poll_type, ballots, 10) is expected


@pytest.mark.parametrize(
    ("cast", "shown", "expected"),
    [(0, 0, 0), (14, 0, 0), (15, 0, 5), (19, 5, 5), (20, 5, 10), (33, 5, 23)],
)
def test_interim_size_holds_back_and_moves_in_steps(cast: int, shown: int, expected: int) -> None:
    assert interim_size(cast, shown) == expected


def test_limits_are_the_published_ones() -> None:
    assert (N_MIN_DEFAULT, N_MIN_LOWEST) == (50, 5)
