"""From lines a person types to agenda points and dates. Pure.

Refuses what no evening could hold (`Invalid`) with a sentence that says what to write.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from backend.kit.errors import Invalid
from backend.meetings.actions.agenda import NewItem

HALL_ZONE = ZoneInfo("Europe/Berlin")
MAX_POINTS = 60
MAX_LINE_CHARS = 300
USUAL_MINUTES = 10
_POINT = re.compile(r"^(?P<title>.+?)(?:[\s,;:(–-]+(?P<minutes>\d{1,3})\s*Min(?:\.|uten)?\)?)?$")


def agenda_of(lines: str) -> list[NewItem]:
    """Return one point per line; "Fragen, 30 Min." takes thirty minutes. Raises: Invalid with too many."""
    texts = [line.strip()[:MAX_LINE_CHARS] for line in lines.splitlines() if line.strip()]
    if len(texts) > MAX_POINTS:
        raise Invalid(f"Eine Tagesordnung hat höchstens {MAX_POINTS} Punkte.")
    return [_point(number, text) for number, text in enumerate(texts, start=1)]


def begins_at(day: date, hour: time) -> datetime:
    """Return the moment a meeting begins, as people in its hall read the clock."""
    return datetime.combine(day, hour, HALL_ZONE)


def _point(number: int, text: str) -> NewItem:
    found = _POINT.match(text)
    minutes = found["minutes"] if found else None
    title = found["title"] if found else text
    return NewItem(str(number), {"de": title}, int(minutes) if minutes else USUAL_MINUTES)
