"""From lines a person types to agenda points and dates. Pure.

Refuses what no evening could hold (`Invalid`) with a sentence that says what to write.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from zoneinfo import ZoneInfo

from backend.kit.errors import Invalid
from backend.meetings.actions.agenda import NewItem
from backend.meetings.types import Assembly

HALL_ZONE = ZoneInfo("Europe/Berlin")
MAX_POINTS = 60
MAX_LINE_CHARS = 300
USUAL_MINUTES = 10
TREAT_WITHIN_MONTHS = 3  # Art. 18 (4) GO: the council deals with an assembly's recommendations within three months
NOTICES: Mapping[Assembly, str] = MappingProxyType(
    {
        Assembly.BUERGERVERSAMMLUNG: "Die Abstimmungen heute sind Empfehlungen. Sie binden den Rat nicht. "
        "Der Rat muss sich innerhalb von drei Monaten mit den Empfehlungen befassen.",
        Assembly.EINWOHNERVERSAMMLUNG: "Die Abstimmungen heute sind Empfehlungen. Sie binden den Rat nicht.",
        Assembly.DIALOG: "Die Abstimmungen heute zeigen ein Meinungsbild. Sie binden niemanden.",
        Assembly.WORKSHOP: "Die Abstimmungen heute zeigen ein Meinungsbild. Sie binden niemanden.",
    }
)
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


def treat_by(kind: Assembly, day: date) -> date | None:
    """Return until when the council deals with what an assembly recommends; None where no law says so."""
    if kind is not Assembly.BUERGERVERSAMMLUNG:
        return None
    years, month = divmod(day.month - 1 + TREAT_WITHIN_MONTHS, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _point(number: int, text: str) -> NewItem:
    found = _POINT.match(text)
    minutes = found["minutes"] if found else None
    title = found["title"] if found else text
    return NewItem(str(number), {"de": title}, int(minutes) if minutes else USUAL_MINUTES)
