"""The words minutes are generated with. Minutes of a German assembly are in German, whatever the reader's language.

Guarantees: pure; every code the domain may send has a word (a test compares them with the enums).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date

HALL_ZONE: Final = ZoneInfo("Europe/Berlin")
LOCALE: Final = "de_DE"
CHANNELS: Final[Mapping[str, str]] = {"phone": "Handy", "kiosk": "Kiosk", "paper": "Papier"}
STATUS: Final[Mapping[str, str]] = {
    "provisional": "vorläufig",
    "counted": "ausgezählt",
    "confirmed": "festgestellt",
}
TYPES: Final[Mapping[str, str]] = {
    "yesno": "Ja oder Nein",
    "single": "eine Antwort aus mehreren",
    "multi": "mehrere Antworten",
    "scale": "Skala",
    "ranking": "Rangfolge",
    "score": "Punkte je Antwort",
    "cumulative": "Punkte verteilen",
    "budget": "Bürgerhaushalt",
    "words": "Wörter",
}
UNITS: Final[Mapping[str, str]] = {"score": "Punkte", "cumulative": "Punkte", "words": "Nennungen"}
RULES: Final[Mapping[str, str]] = {
    "schulze": "Gezählt jede gegen jede (Schulze).",
    "irv": "Gezählt als Stichwahl in Runden (IRV).",
    "borda": "Gezählt nach Punkten für Plätze (Borda).",
    "greedy": "Verteilt nach Beliebtheit.",
    "equal_shares": "Verteilt nach gleichen Anteilen (Equal Shares).",
}
ITEM_OUTCOMES: Final[Mapping[str, str]] = {
    "planned": "nicht aufgerufen",
    "active": "behandelt",
    "done": "behandelt",
    "postponed": "vertagt",
    "withdrawn": "abgesetzt",
}
QUESTION_OUTCOMES: Final[Mapping[str, str]] = {
    "answered": "im Saal beantwortet",
    "deferred": "wird schriftlich beantwortet",
    "visible": "nicht aufgerufen",
    "queued": "nicht aufgerufen",
    "on_stage": "im Saal aufgerufen",
}
EQUATIONS: Final[Mapping[str, str]] = {
    "packs": "Packen gedruckt und geöffnet",
    "opened_cards": "Karten der offenen Packen",
    "channel": "Stimmen und benutzte Karten",
    "paper": "Karten gegen Zettel",
    "total": "Alle Wege zusammen",
    "attendance": "Stimmen und Menschen im Saal",
    "sheets_printed": "Zettel gedruckt",
    "sheets_issued": "Zettel ausgegeben",
    "sheets_in_box": "Zettel in der Urne",
    "sheets_accepted": "Zettel angenommen",
    "valid_options": "Gültige Stimmen",
    "ticked": "Karten auf Papier",
    "serials": "Seriennummern der Zettel",
}


def clock_time(moment: datetime) -> str:
    """Return a time of day as people in the hall read it."""
    return f"{moment.astimezone(HALL_ZONE):%H:%M} Uhr"


def day(moment: datetime) -> str:
    """Return the day of a moment in the hall, in full."""
    return format_date(local_day(moment), "full", locale=LOCALE)


def local_day(moment: datetime) -> date:
    """Return the day of a moment in the hall."""
    return moment.astimezone(HALL_ZONE).date()


def date_text(on: date) -> str:
    """Return a date in words."""
    return format_date(on, "long", locale=LOCALE)


def number(value: int) -> str:
    """Return a whole number with German separators."""
    return f"{value:,}".replace(",", ".")


def counted(value: int, one: str, many: str) -> str:
    """Return a number with the noun that goes with it."""
    return f"{number(value)} {one if value == 1 else many}"
