"""From typed lines to points, options and dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from backend.kit.errors import Invalid
from backend.meetings.types import Assembly
from moderation.stage.drafting import MAX_POINTS, agenda_of, begins_at, treat_by


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


def test_meeting_begins_by_the_clock_of_its_hall() -> None:
    assert begins_at(date(2027, 3, 11), time(19, 0)) == datetime(2027, 3, 11, 18, 0, tzinfo=UTC)
    assert begins_at(date(2027, 7, 1), time(19, 0)) == datetime(2027, 7, 1, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "until"),
    [
        (date(2027, 3, 11), date(2027, 6, 11)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2027, 12, 31), date(2028, 3, 31)),
    ],
)
def test_council_treats_an_assembly_within_three_months(day: date, until: date) -> None:
    assert treat_by(Assembly.BUERGERVERSAMMLUNG, day) == until
    assert treat_by(Assembly.WORKSHOP, day) is None
