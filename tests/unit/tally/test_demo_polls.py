"""The polls of the demo give exactly the numbers their case files announce."""

import pytest

from backend.polls.choices import is_invalid
from backend.polls.types import Channel, PollType
from backend.tally.count import count
from backend.tally.sample import ImpossibleTally, demo_ballots, demo_definition
from tests.unit.tally.cases import POLLS, YES_NO, Poll


@pytest.mark.parametrize("poll", POLLS, ids=lambda poll: poll["id"])
def test_count_all_channels_gives_expected_total(poll: Poll) -> None:
    ballots = [each for channel in Channel for each in demo_ballots(poll, channel)]
    result = count(demo_definition(poll), ballots)
    assert dict(result.totals) == poll["expected_total"]
    assert result.valid == poll["expected_valid_ballots"]
    assert result.invalid == sum(poll["invalid"].values())
    assert result.blank == 0


@pytest.mark.parametrize("poll", POLLS, ids=lambda poll: poll["id"])
@pytest.mark.parametrize("channel", Channel)
def test_count_one_channel_gives_its_tally(poll: Poll, channel: Channel) -> None:
    result = count(demo_definition(poll), demo_ballots(poll, channel))
    expected = poll["rankings" if poll["type"] == "ranking" else "tally"][channel]
    assert dict(result.totals) == expected
    assert result.invalid == poll["invalid"].get(channel, 0)


def test_demo_ballots_multi_spreads_marks_within_the_rule() -> None:
    poll = next(each for each in POLLS if each["type"] == PollType.MULTI)
    ballots = demo_ballots(poll, Channel.PHONE)
    assert len(ballots) == 76
    assert sum(len(each) for each in ballots) == 143
    assert all(1 <= len(each) <= 2 for each in ballots)


def test_demo_ballots_repeated_gives_the_same_ballots() -> None:
    for poll in POLLS:
        assert demo_ballots(poll, Channel.PAPER) == demo_ballots(poll, Channel.PAPER)


def test_demo_ballots_invalid_sheets_come_last() -> None:
    assert [is_invalid(each) for each in demo_ballots(POLLS[0], Channel.PAPER)][-3:] == [
        False,
        True,
        True,
    ]


def test_demo_ballots_channel_without_numbers_is_empty() -> None:
    assert demo_ballots({**POLLS[0], "tally": {}, "invalid": {}}, Channel.KIOSK) == []
    assert demo_ballots({**POLLS[4], "rankings": {}}, Channel.KIOSK) == []
    assert demo_ballots({**POLLS[2], "tally": {}, "ballots": {}}, Channel.KIOSK) == []


@pytest.mark.parametrize(
    ("tally", "voters"),
    [({"sitz": 3}, 2), ({"sitz": 3, "wc": 1}, 2), ({"sitz": 1}, 2), ({"sitz": 2, "wc": 2, "rad": 2}, 2)],
    ids=["same option twice", "twice beside another", "ballot without a mark", "more marks than allowed"],
)
def test_demo_ballots_contradicting_numbers_are_refused(tally: Poll, voters: int) -> None:
    poll = {**POLLS[2], "tally": {"kiosk": tally}, "ballots": {"kiosk": voters}}
    with pytest.raises(ImpossibleTally):
        demo_ballots(poll, Channel.KIOSK)


def test_demo_definition_keeps_every_language_of_an_option() -> None:
    label = {"de": "Ja", "ls": "Ja!", "en": "Yes"}
    read = demo_definition({**POLLS[1], "options": [{"id": "yes", **label, "colour": "green"}, *YES_NO[1:]]})
    assert read.options[0].label == label
