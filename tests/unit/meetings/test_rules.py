"""The order of speakers, the clock of a turn, live text cut into lines, addresses of broadcasts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.meetings.rules import LINE_CHARS, SpeakingClock, Turn, caption_lines, in_order, may_stream_from
from backend.meetings.types import OrderRule

NOW = datetime(2027, 3, 11, 19, 48, tzinfo=UTC)
HOSTS = frozenset({"video.example"})

turns = st.lists(
    st.builds(Turn, st.integers(1, 40), st.integers(1, 9), st.sampled_from(["", "Nord", "Süd"])),
    unique_by=lambda turn: turn.number,
    max_size=12,
)


def numbers(order: list[Turn]) -> list[int]:
    """Return the numbers of an order."""
    return [turn.number for turn in order]


def test_first_come_speaks_by_number() -> None:
    waiting = [Turn(3, 1), Turn(1, 2), Turn(2, 3)]
    assert numbers(in_order(waiting, [Turn(9, 2)], OrderRule.FIRST_COME)) == [1, 2, 3]


def test_first_time_lets_new_people_speak_before_others() -> None:
    waiting = [Turn(4, 1), Turn(5, 2), Turn(6, 1), Turn(7, 3)]
    assert numbers(in_order(waiting, [Turn(1, 1)], OrderRule.FIRST_TIME)) == [5, 7, 4, 6]


def test_alternating_takes_the_group_that_was_silent_for_longest() -> None:
    waiting = [Turn(4, 1, "Nord"), Turn(5, 2, "Nord"), Turn(6, 3, "Süd"), Turn(7, 4, "West")]
    spoken = [Turn(1, 9, "West"), Turn(2, 8, "Nord")]
    assert numbers(in_order(waiting, spoken, OrderRule.ALTERNATING)) == [6, 7, 4, 5]


def test_alternating_without_history_begins_with_the_lowest_number() -> None:
    waiting = [Turn(2, 1, "Süd"), Turn(1, 2, "Nord"), Turn(3, 3, "Nord")]
    assert numbers(in_order(waiting, [], OrderRule.ALTERNATING)) == [1, 2, 3]


@given(waiting=turns, spoken=turns, rule=st.sampled_from(list(OrderRule)))
def test_order_keeps_everybody_and_does_not_depend_on_the_lists_order(
    waiting: list[Turn], spoken: list[Turn], rule: OrderRule
) -> None:
    order = in_order(waiting, spoken, rule)
    assert sorted(numbers(order)) == sorted(turn.number for turn in waiting)
    assert in_order(waiting[::-1], spoken, rule) == order


@given(waiting=turns, spoken=turns)
def test_alternating_never_lets_a_group_speak_twice_while_another_waits(
    waiting: list[Turn], spoken: list[Turn]
) -> None:
    before = spoken[-1].group if spoken else None
    order = in_order(waiting, spoken, OrderRule.ALTERNATING)
    for position, turn in enumerate(order):
        others = {later.group for later in order[position:]} - {before}
        assert turn.group != before or not others
        before = turn.group


def test_clock_counts_across_a_pause() -> None:
    clock = SpeakingClock(180, runs_since=NOW)
    paused = clock.paused(NOW + timedelta(seconds=73))
    assert paused.used_at(NOW + timedelta(hours=1)) == 73_000
    resumed = paused.running(NOW + timedelta(hours=1))
    assert resumed.used_at(NOW + timedelta(hours=1, seconds=7)) == 80_000


def test_clock_that_runs_or_stands_already_keeps_its_time() -> None:
    clock = SpeakingClock(180, runs_since=NOW)
    assert clock.running(NOW + timedelta(seconds=5)) is clock
    standing = clock.paused(NOW + timedelta(seconds=5))
    assert standing.paused(NOW + timedelta(seconds=50)) == standing


def test_clock_shows_whole_seconds_until_it_ends() -> None:
    clock = SpeakingClock(180, used_ms=73_000, runs_since=NOW)
    assert clock.ends_at == NOW + timedelta(seconds=107)
    assert clock.left_s(NOW) == 107
    assert clock.left_s(NOW + timedelta(seconds=106, milliseconds=1)) == 1
    assert clock.left_s(NOW + timedelta(seconds=200)) == 0
    assert clock.paused(NOW).ends_at is None


def test_clock_before_its_beginning_has_used_nothing() -> None:
    assert SpeakingClock(180, runs_since=NOW).used_at(NOW - timedelta(seconds=2)) == 0


@given(st.text(max_size=400))
def test_caption_lines_keep_every_word_and_fit_the_wall(text: str) -> None:
    lines = caption_lines(text)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(0 < len(line) <= LINE_CHARS for line in lines)


def test_caption_of_a_few_words_too_many_leaves_no_word_alone() -> None:
    text = "Wir sprechen heute über den Marktplatz und was dort in den nächsten Jahren gebaut wird."
    assert caption_lines(text) == [
        "Wir sprechen heute über den Marktplatz und",
        "was dort in den nächsten Jahren gebaut wird.",
    ]


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("https://video.example/saal?x=1", True),
        ("http://video.example/saal", False),
        ("https://evil.example/video.example", False),
        ("https://video.example.evil.example/", False),
        ("https://video.example@evil.example/", False),
        ("https://video.example:8443/", False),
        ("https://video.example:port/", False),
        ("https://vidéo.example/", False),
        ("https://video.example/a b", False),
        ("javascript:alert(1)//video.example", False),
        ("https://[video.example/", False),
        ("https://video.example/" + "a" * 300, False),
        ("", False),
    ],
)
def test_broadcast_is_allowed_on_named_hosts_over_https_only(url: str, is_allowed: bool) -> None:
    assert may_stream_from(url, HOSTS) is is_allowed
