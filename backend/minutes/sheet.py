"""Minutes as a printed sheet. Pure: a version in, a typed document out.

Guarantees: the sheet says what the version says, not a word less; the same version gives the same document.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from backend.minutes.closing_log import read_aloud_of
from backend.minutes.queries import Version
from backend.minutes.types import MinutesState, Section, SignerRole
from backend.minutes.words import clock_time, date_text, local_day
from printables.report import Crest, ReportDocument, Table
from printables.report import Section as PrintedSection
from printables.types import Checkpoint

WRITTEN_BY: Final = (
    "Zahlen und Zeiten wurden während der Versammlung erfasst. Text mit einem Strich am Rand hat die Schriftführung "
    "geschrieben."
)
ROLES: Final = {SignerRole.CHAIR: "Versammlungsleitung", SignerRole.SECRETARY: "Schriftführung"}
STATES: Final = {
    MinutesState.DRAFT: "Entwurf, Fassung {n}",
    MinutesState.SIGNED: "unterschrieben, Fassung {n}",
    MinutesState.PUBLISHED: "unterschrieben, Fassung {n}",
}


def minutes_sheet(version: Version, *, title: str, org_name: str, crest: Crest | None = None) -> ReportDocument:
    """Return a version as a document to print, with a line for each signature still missing."""
    missing = tuple(ROLES[role] for role in SignerRole if version.signed_by(role) is None)
    return ReportDocument(
        title=f"Niederschrift: {title}",
        eyebrow=org_name,
        status=STATES[version.state].format(n=version.number),
        crest=crest,
        sections=tuple(_printed(section) for section in version.sections),
        checkpoint=_proof(version.checkpoint) if version.checkpoint else None,
        signed=tuple(
            f"{ROLES[each.role]}: {each.name}, unterschrieben am {moment(each.at)}" for each in version.signatures
        ),
        signers=missing,
        colophon=f"{WRITTEN_BY} Prüfsumme dieser Fassung (SHA-256): {version.sha256}",
    )


def moment(at: datetime) -> str:
    """Return a day and a time in words."""
    return f"{date_text(local_day(at))} um {clock_time(at)}"


def _printed(section: Section) -> PrintedSection:
    part = section.part
    return PrintedSection(
        heading=part.heading,
        paragraphs=part.paragraphs,
        points=part.points,
        table=Table(part.table.columns, part.table.rows, frozenset(part.table.numbers)) if part.table else None,
        minor=part.level > 1,
        facts=part.pairs,
        notes=section.written,
    )


def _proof(note: str) -> Checkpoint:
    return Checkpoint(
        heading="",
        note=note,
        short=read_aloud_of(note),
        text="Der Code enthält die Prüfsumme mit der Unterschrift des Protokolls. Lesen Sie ihn mit dem Handy ein und "
        "heben Sie ihn auf: Damit lässt sich jederzeit prüfen, ob das Protokoll noch dasselbe ist.",
    )
