"""An evening as facts, with one poll of every ending."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from backend.minutes.types import (
    Counted,
    Facts,
    ItemFacts,
    LogFacts,
    OpenEquation,
    PaperIncidents,
    PollFacts,
    QuestionFacts,
    ResultFacts,
    Said,
    Spell,
)


def at(hour: int, minute: int = 0) -> datetime:
    """Return a moment of the evening, in the hall's time."""
    return datetime(2027, 3, 11, hour - 1, minute, tzinfo=UTC)


RESULT: Final = ResultFacts(
    status="confirmed",
    entitled=126,
    used=121,
    ballots=121,
    valid=118,
    invalid=2,
    blank=1,
    refused_duplicates=3,
    cards={"phone": 76, "kiosk": 13, "paper": 32},
    totals={"a": 29, "b": 75, "c": 10, "abst": 4},
    by_channel={"phone": {"a": 20, "b": 50, "c": 5}, "kiosk": {"a": 4, "b": 8, "c": 1}, "paper": {"a": 5, "b": 17}},
    withheld=None,
    signatures=2,
)
POLL: Final = PollFacts(
    id="p1",
    number=1,
    item_id="i2",
    question="Wie viele Stellplätze?",
    type="single",
    grade="open",
    state="published",
    labels={"a": "A · Keine", "b": "B · Acht", "c": "C · Alle", "abst": "Enthaltung"},
    opened_at=at(19, 40),
    closed_at=at(19, 48),
    result=RESULT,
    paper=PaperIncidents(decided_by_people=2, rejected=1),
)
OPEN_ONE: Final = replace(
    RESULT,
    status="provisional",
    by_channel=None,
    withheld="too_few",
    open_equations=(OpenEquation("paper", "paper", -1),),
    reasons=("Ein Zettel fehlt.",),
)
VOID: Final = replace(
    POLL,
    id="p2",
    number=2,
    state="void",
    result=None,
    end_reason="Falsche Antworten.",
    successor=3,
    paper=PaperIncidents(),
)
LOG: Final = LogFacts("auenfurt.example/log/2027", 412, "cm9vdA==", "7K2M 9QTD 4VXR HW6B", "note\n", "auenfurt+key")
EVENING: Final = Facts(
    org_name="Stadt Auenfurt",
    title="Bürgerversammlung Innenstadt",
    notice="Die Abstimmungen heute sind Empfehlungen.",
    place="Stadthalle, Am Markt 1",
    starts_at=at(19),
    doors_at=at(18, 30),
    ran=(Spell(at(19, 3), at(20)), Spell(at(20, 10), at(21, 15))),
    pauses=(Spell(at(20), at(20, 10)),),
    counted=(Counted(at(19, 5), 131),),
    voting_cards=126,
    guest_cards=6,
    items=(
        ItemFacts("i1", "1", "Begrüßung", "done", (Spell(at(19, 3), at(19, 12)),)),
        ItemFacts("i2", "2", "Marktplatz", "done", (Spell(at(19, 12), at(20)), Spell(at(20, 10), at(21, 15)))),
        ItemFacts("i3", "3", "Verschiedenes", "postponed"),
    ),
    notices=(Said(at(19, 30), "Ein Auto steht im Weg."),),
    questions=(
        QuestionFacts("Gibt es Schatten?", "answered"),
        QuestionFacts("Wann wird gebaut?", "answered", answer="Im Frühjahr.", due_on=date(2027, 4, 8)),
        QuestionFacts("Was kostet es?", "deferred", due_on=date(2027, 4, 8), answered_by="Bauamt"),
    ),
    polls=(POLL, VOID, replace(POLL, id="p3", number=3, result=OPEN_ONE, paper=PaperIncidents())),
    incidents=(
        Said(at(19, 55), "Das WLAN war zwei Minuten weg."),
        Said(at(20, 30), "Die Versammlung hat auf Papier weitergemacht."),
    ),
    log=LOG,
)
