"""The story of the demo: `demo-de.json`, moved by whole weeks so that its first case was decided last week.

Whole weeks keep every weekday; nothing else of the story changes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]

SOURCE = Path(__file__).with_name("demo-de.json")
LOCAL = ZoneInfo("Europe/Berlin")
DECIDED_ON = date(2027, 5, 5)
DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Story:
    """The demo's data and by how much its dates move."""

    content: Json
    shift: timedelta

    def on(self, text: str | None) -> date | None:
        """Return a moved date."""
        return date.fromisoformat(text) + self.shift if text else None

    def at(self, text: str) -> datetime:
        """Return a moved moment in UTC; the hour on the town hall's clock stays."""
        local = datetime.fromisoformat(text).astimezone(LOCAL).replace(tzinfo=None) + self.shift
        return local.replace(tzinfo=LOCAL).astimezone(UTC)

    def noon(self, text: str) -> datetime:
        """Return noon of a moved date, for things that only have a day."""
        return self.at(f"{text}T12:00:00+01:00")

    def case(self, case_id: str) -> Json:
        """Return one case. Raises: LookupError."""
        for case in self.content["cases"]:
            if case["id"] == case_id:
                return dict(case)
        raise LookupError(case_id)


def load_story(today: date) -> Story:
    """Read the story and move it so that its first decision fell into last week."""
    weeks = (today - DECIDED_ON).days // DAYS_A_WEEK - 1
    moved = DECIDED_ON + timedelta(weeks=weeks)
    while (today - moved).days < DAYS_A_WEEK:
        weeks -= 1
        moved = DECIDED_ON + timedelta(weeks=weeks)
    return Story(json.loads(SOURCE.read_text(encoding="utf-8")), timedelta(weeks=weeks))
