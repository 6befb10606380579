"""What the law of a state says about an assembly: who speaks, who gets which card, what becomes of recommendations.

Guarantees: every fact names its paragraph; a state or kind nobody has looked up falls to the general rules, which claim
nothing. No assembly of any state decides bindingly. Refuses to guess a deadline the law does not name.
Sources: the paragraphs named in `facts`.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from backend.kit.i18n import marked
from backend.meetings.types import Assembly

MONTHS_A_YEAR = 12


class Circle(StrEnum):
    """Who is meant, from the widest to the narrowest."""

    EVERYBODY = "everybody"
    RESIDENTS = "residents"
    MEMBERS = "members"
    CITIZENS = "citizens"


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one kind of assembly. `treat_months` is set where the law names a time."""

    assembly: Assembly
    voting_card: Circle
    speaks: Circle
    notice: str
    source: str = ""
    treat_months: int | None = None
    facts: tuple[str, ...] = ()

    def treat_by(self, day: date) -> date | None:
        """Return until when the council deals with what the assembly recommends; None where no law says so."""
        if self.treat_months is None:
            return None
        years, month = divmod(day.month - 1 + self.treat_months, MONTHS_A_YEAR)
        year, month = day.year + years, month + 1
        return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


RECOMMENDS = marked("Die Abstimmungen heute sind Empfehlungen. Sie binden den Rat nicht.")
OPINION = marked("Die Abstimmungen heute zeigen ein Meinungsbild. Sie binden niemanden.")

BAVARIA = Rules(
    Assembly.BUERGERVERSAMMLUNG,
    voting_card=Circle.MEMBERS,
    speaks=Circle.MEMBERS,
    source=marked("Art. 18 GO (Bayern)"),
    treat_months=3,
    notice=marked(
        "Die Abstimmungen heute sind Empfehlungen. Sie binden den Rat nicht. "
        "Der Rat muss sich innerhalb von drei Monaten mit den Empfehlungen befassen."
    ),
    facts=(
        marked("Die Bürgerversammlung findet mindestens einmal im Jahr statt (Art. 18 Abs. 1 GO)."),
        marked("Sprechen dürfen Gemeindeangehörige; Gäste, wenn die Versammlung zustimmt (Art. 18 Abs. 3 GO)."),
        marked("Der Rat behandelt Empfehlungen innerhalb von drei Monaten (Art. 18 Abs. 4 GO)."),
    ),
)
BADEN_WUERTTEMBERG = Rules(
    Assembly.EINWOHNERVERSAMMLUNG,
    voting_card=Circle.RESIDENTS,
    speaks=Circle.RESIDENTS,
    source=marked("§ 20a GemO (Baden-Württemberg)"),
    treat_months=3,
    notice=marked(
        "Die Abstimmungen heute sind Vorschläge und Anregungen. Sie binden den Gemeinderat nicht. "
        "Er soll sie innerhalb von drei Monaten behandeln."
    ),
    facts=(
        marked("Eine Einwohnerversammlung soll in der Regel einmal im Jahr stattfinden (§ 20a Abs. 1 GemO)."),
        marked("Sprechen dürfen Einwohner; die Leitung kann es auch anderen erlauben (§ 20a Abs. 3 GemO)."),
        marked("Vorschläge und Anregungen sollen innerhalb von drei Monaten behandelt werden (§ 20a Abs. 4 GemO)."),
    ),
)
HESSE = Rules(
    Assembly.BUERGERVERSAMMLUNG,
    voting_card=Circle.CITIZENS,
    speaks=Circle.CITIZENS,
    source=marked("§ 8a HGO (Hessen)"),
    notice=OPINION,
    facts=(
        marked("Die Bürgerversammlung soll mindestens einmal im Jahr informieren (§ 8a Abs. 1 HGO)."),
        marked("Zeit, Ort und Thema werden spätestens eine Woche vorher öffentlich bekannt gemacht (§ 8a Abs. 2 HGO)."),
        marked("Einwohner ohne Wahlrecht können zugelassen werden (§ 8a Abs. 2 HGO)."),
    ),
)
NORTH_RHINE_WESTPHALIA = Rules(
    Assembly.EINWOHNERVERSAMMLUNG,
    voting_card=Circle.RESIDENTS,
    speaks=Circle.RESIDENTS,
    source=marked("§ 23 GO NRW (Nordrhein-Westfalen)"),
    notice=OPINION,
    facts=(marked("Bei wichtigen Planungen sollen Einwohner sich äußern können (§ 23 Abs. 2 GO NRW)."),),
)
LOWER_SAXONY = Rules(
    Assembly.EINWOHNERVERSAMMLUNG,
    voting_card=Circle.RESIDENTS,
    speaks=Circle.RESIDENTS,
    source=marked("§ 85 NKomVG (Niedersachsen)"),
    notice=OPINION,
    facts=(marked("Bei wichtigen Planungen sollen Einwohner sich äußern und mitreden können (§ 85 Abs. 5 NKomVG)."),),
)
RHINELAND_PALATINATE = Rules(
    Assembly.EINWOHNERVERSAMMLUNG,
    voting_card=Circle.RESIDENTS,
    speaks=Circle.RESIDENTS,
    source=marked("§ 16 GemO (Rheinland-Pfalz)"),
    notice=OPINION,
    facts=(marked("Die Einwohnerversammlung unterrichtet und erörtert (§ 16 GemO)."),),
)
SCHLESWIG_HOLSTEIN = Rules(
    Assembly.EINWOHNERVERSAMMLUNG,
    voting_card=Circle.RESIDENTS,
    speaks=Circle.RESIDENTS,
    source=marked("§ 16b GO (Schleswig-Holstein)"),
    notice=RECOMMENDS,
    facts=(marked("Über Anregungen und Vorschläge wird offen abgestimmt (§ 16b GO)."),),
)
BY_STATE: Mapping[str, Rules] = MappingProxyType(
    {
        "BY": BAVARIA,
        "BW": BADEN_WUERTTEMBERG,
        "HE": HESSE,
        "NW": NORTH_RHINE_WESTPHALIA,
        "NI": LOWER_SAXONY,
        "RP": RHINELAND_PALATINATE,
        "SH": SCHLESWIG_HOLSTEIN,
    }
)
GENERAL: Mapping[Assembly, Rules] = MappingProxyType(
    {
        kind: Rules(kind, voting_card=circle, speaks=circle, notice=notice)
        for kind, circle, notice in (
            (Assembly.BUERGERVERSAMMLUNG, Circle.RESIDENTS, RECOMMENDS),
            (Assembly.EINWOHNERVERSAMMLUNG, Circle.RESIDENTS, RECOMMENDS),
            (Assembly.DIALOG, Circle.EVERYBODY, OPINION),
            (Assembly.WORKSHOP, Circle.EVERYBODY, OPINION),
        )
    }
)


def rules_of(state: str | None, assembly: Assembly) -> Rules:
    """Return the rules of a kind of assembly in a state; the general ones where no paragraph is known."""
    own = BY_STATE.get(state or "")
    return own if own is not None and own.assembly is assembly else GENERAL[assembly]


def usual_assembly(state: str | None) -> Assembly:
    """Return the kind of assembly the law of a state knows."""
    own = BY_STATE.get(state or "")
    return own.assembly if own is not None else Assembly.BUERGERVERSAMMLUNG
