"""The checklist of the evening: what to do when, by role. Pure.

Guarantees: each task belongs to one role and one moment; the same list is shown on the screen and printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from backend.kit.i18n import marked
from backend.meetings.plan import Plan, Post


class Moment(StrEnum):
    """When a task is due."""

    BEFORE = "before"
    DOORS = "doors"
    START = "start"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do."""

    id: str
    moment: Moment
    post: Post
    text: str
    needs_paper: bool = False
    needs_kiosk: bool = False


TASKS = (
    Task("power", Moment.BEFORE, Post.HOST, marked("Laptop, Beamer und WLAN laufen; Netzteile sind angeschlossen.")),
    Task(
        "wall",
        Moment.BEFORE,
        Post.HOST,
        marked("Die Leinwand zeigt den QR-Code, lesbar aus der letzten Reihe."),
    ),
    Task("own_phone", Moment.BEFORE, Post.HOST, marked("Mit einem Handy im mobilen Netz kommt man auf die Seite.")),
    Task(
        "second_host",
        Moment.BEFORE,
        Post.HOST,
        marked("Eine zweite Person ist für die Regie angemeldet."),
    ),
    Task(
        "kiosk",
        Moment.BEFORE,
        Post.MENTOR,
        marked("Der Kiosk ist angeschaltet, angemeldet und liest vor."),
        needs_kiosk=True,
    ),
    Task(
        "urn",
        Moment.BEFORE,
        Post.TELLER,
        marked("Zwei Personen haben gesehen: Die Urne ist leer."),
        needs_paper=True,
    ),
    Task(
        "sheets",
        Moment.BEFORE,
        Post.INFO,
        marked("Stimmzettel liegen am Tisch „Auskunft“."),
        needs_paper=True,
    ),
    Task("scanner", Moment.BEFORE, Post.TELLER, marked("Der Scanner hat eine Probeseite gelesen."), needs_paper=True),
    Task("roll", Moment.BEFORE, Post.DOOR, marked("An jedem Eingang liegen Liste, Stimmkarten und Gästekarten.")),
    Task("barrier", Moment.BEFORE, Post.DOOR, marked("Der Weg ohne Stufen ist frei; die Höranlage ist eingeschaltet.")),
    Task("packs", Moment.DOORS, Post.DOOR, marked("Die ersten Packen Stimmkarten sind geöffnet und eingelesen.")),
    Task("count", Moment.DOORS, Post.DOOR, marked("Die Personen im Saal sind gezählt; die Zahl steht in der Regie.")),
    Task(
        "rest",
        Moment.START,
        Post.DOOR,
        marked("Übrige Karten geöffneter Packen sind gesperrt."),
    ),
    Task("practice", Moment.START, Post.CHAIR, marked("Die Probefrage ist gestellt; alle wissen, wie es geht.")),
    Task("notice", Moment.START, Post.CHAIR, marked("Der Hinweis zur Wirkung der Abstimmungen ist vorgelesen.")),
    Task("signed", Moment.AFTER, Post.TELLER, marked("Zwei Personen haben jedes Zählprotokoll unterschrieben.")),
    Task("checksum", Moment.AFTER, Post.HOST, marked("Die Prüfsumme stand auf der Leinwand, bevor alle gehen.")),
    Task(
        "locked", Moment.AFTER, Post.TELLER, marked("Stimmzettel sind beschriftet und verschlossen."), needs_paper=True
    ),
)


def tasks_of(plan: Plan) -> tuple[Task, ...]:
    """Return the tasks of an evening with this plan."""
    return tuple(
        task for task in TASKS if (plan.with_paper or not task.needs_paper) and (plan.kiosks or not task.needs_kiosk)
    )
