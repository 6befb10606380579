"""From typed lines to points, options and dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from backend.kit.errors import Invalid
from backend.polls.types import PollType
from moderation.stage.drafting import MAX_POINTS, agenda_of, begins_at, options_of


@pytest.mark.parametrize(
    ("line", "title", "minutes"),
    [
        ("Begrüßung", "Begrüßung", 10),
        ("Fragen und Wortmeldungen, 30 Min.", "Fragen und Wortmeldungen", 30),
        ("Fragen – 5 Minuten", "Fragen", 5),
        ("Pause (15 Min.)", "Pause", 15),
        ("Bauabschnitt 2", "Bauabschnitt 2", 10),
        ("Haushalt 2027 20 Min", "Haushalt 2027", 20),
        ("Haushalt 2027", "Haushalt 2027", 10),
    ],
)
def test_agenda_line_may_end_with_its_minutes(line: str, title: str, minutes: int) -> None:
    (item,) = agenda_of(f"\n  {line}  \n")
    assert (item.number, item.title, item.minutes) == ("1", {"de": title}, minutes)


def test_agenda_with_too_many_points_is_refused() -> None:
    with pytest.raises(Invalid):
        agenda_of("Punkt\n" * (MAX_POINTS + 1))


def test_options_are_one_per_line_without_repeats() -> None:
    options = options_of(PollType.SINGLE, "Apfel\n\n Birne \nApfel", has_abstention=True)
    assert [option["de"] for option in options] == ["Apfel", "Birne", "Enthaltung"]
    assert [option["id"] for option in options] == ["a1", "a2", "abst"]


def test_options_of_yes_no_and_scale_need_no_lines() -> None:
    assert [option["id"] for option in options_of(PollType.YESNO, "egal", has_abstention=False)] == ["yes", "no"]
    assert [option["id"] for option in options_of(PollType.SCALE, "", has_abstention=False)] == list("12345")


def test_options_below_two_are_refused() -> None:
    with pytest.raises(Invalid):
        options_of(PollType.MULTI, "Apfel", has_abstention=True)


def test_meeting_begins_by_the_clock_of_its_hall() -> None:
    assert begins_at(date(2027, 3, 11), time(19, 0)) == datetime(2027, 3, 11, 18, 0, tzinfo=UTC)
    assert begins_at(date(2027, 7, 1), time(19, 0)) == datetime(2027, 7, 1, 17, 0, tzinfo=UTC)
