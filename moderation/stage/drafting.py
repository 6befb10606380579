"""From lines a person types to agenda points, options and dates. Pure.

Refuses what could not be voted on (`Invalid`) with a sentence that says what to write.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from backend.kit.db import JsonDict
from backend.kit.errors import Invalid
from backend.meetings.actions.agenda import NewItem
from backend.polls.types import PollType

HALL_ZONE = ZoneInfo("Europe/Berlin")
MAX_POINTS = 60
MAX_LINE_CHARS = 300
MIN_OPTIONS = 2
USUAL_MINUTES = 10
_POINT = re.compile(r"^(?P<title>.+?)(?:[\s,;:(–-]+(?P<minutes>\d{1,3})\s*Min(?:\.|uten)?\)?)?$")
_YES_NO: tuple[JsonDict, ...] = (
    {"id": "yes", "de": "Ja", "en": "Yes", "ls": "Ja"},
    {"id": "no", "de": "Nein", "en": "No", "ls": "Nein"},
)
_ABSTENTION: JsonDict = {
    "id": "abst",
    "de": "Enthaltung",
    "en": "Abstain",
    "ls": "Ich stimme nicht ab",
    "abstain": True,
}
_SCALE = range(1, 6)


def agenda_of(lines: str) -> list[NewItem]:
    """Return one point per line; "Fragen, 30 Min." takes thirty minutes. Raises: Invalid with too many."""
    texts = [line.strip()[:MAX_LINE_CHARS] for line in lines.splitlines() if line.strip()]
    if len(texts) > MAX_POINTS:
        raise Invalid(f"Eine Tagesordnung hat höchstens {MAX_POINTS} Punkte.")
    return [_point(number, text) for number, text in enumerate(texts, start=1)]


def options_of(kind: PollType, lines: str, *, has_abstention: bool) -> list[JsonDict]:
    """Return the options of a new poll. Raises: Invalid with fewer than two of one's own."""
    match kind:
        case PollType.YESNO:
            own = [dict(option) for option in _YES_NO]
        case PollType.SCALE:
            own = [{"id": str(step), "de": str(step)} for step in _SCALE]
        case _:
            own = _own_options(lines)
    return [*own, dict(_ABSTENTION)] if has_abstention else own


def begins_at(day: date, hour: time) -> datetime:
    """Return the moment a meeting begins, as people in its hall read the clock."""
    return datetime.combine(day, hour, HALL_ZONE)


def _point(number: int, text: str) -> NewItem:
    found = _POINT.match(text)
    minutes = found["minutes"] if found else None
    title = found["title"] if found else text
    return NewItem(str(number), {"de": title}, int(minutes) if minutes else USUAL_MINUTES)


def _own_options(lines: str) -> list[JsonDict]:
    texts = list(dict.fromkeys(line.strip()[:MAX_LINE_CHARS] for line in lines.splitlines() if line.strip()))
    if len(texts) < MIN_OPTIONS:
        raise Invalid("Bitte schreiben Sie mindestens zwei verschiedene Antworten, jede in eine eigene Zeile.")
    return [{"id": f"a{number}", "de": text} for number, text in enumerate(texts, start=1)]
