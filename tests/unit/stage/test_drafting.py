"""From typed lines to points, options and dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from backend.kit.errors import Invalid
from moderation.stage.drafting import MAX_POINTS, agenda_of, begins_at


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
