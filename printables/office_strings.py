"""The fixed words on what an office files: count records, reports, tally sheets, separators.

Guarantees: every language has every word; Leichte Sprache falls back to German, these papers are for officials.
"""

from dataclasses import dataclass
from typing import Final

from printables.types import Language


@dataclass(frozen=True, slots=True)
class RecordWords:
    """Words in the count record."""

    title: str
    question: str
    status: str
    page: str
    result: str
    together: str
    equations: str
    numbers: str
    check: str
    holds: str
    fails: str
    incidents: str
    no_incidents: str
    signatures: str
    statement: str
    sign_here: str
    checksum: str
    crest: str


@dataclass(frozen=True, slots=True)
class TallyWords:
    """Words on tally sheets and separators."""

    title: str
    question: str
    batch: str
    sheet: str
    invalid: str
    blank: str
    sum: str
    person: str
    how: str
    separator: str
    separator_how: str
    counted: str


_RECORD_DE: Final = RecordWords(
    title="Zählprotokoll",
    question="Frage {no} von {count}",
    status="Stand:",
    page="Seite",
    result="Ergebnis",
    together="zusammen",
    equations="Gleichungen",
    numbers="Zahlen",
    check="Prüfung",
    holds="stimmt",
    fails="stimmt nicht",
    incidents="Vorfälle",
    no_incidents="Keine.",
    signatures="Unterschriften",
    statement="Wir haben gezählt, verglichen und stellen das Ergebnis fest.",
    sign_here="Ort, Uhrzeit, Unterschrift",
    checksum="Prüfsumme des öffentlichen Protokolls",
    crest="Wappen:",
)
_RECORD_EN: Final = RecordWords(
    title="Count record",
    question="Question {no} of {count}",
    status="Status:",
    page="Page",
    result="Result",
    together="total",
    equations="Equations",
    numbers="Numbers",
    check="Check",
    holds="holds",
    fails="does not hold",
    incidents="Incidents",
    no_incidents="None.",
    signatures="Signatures",
    statement="We counted, compared and confirm the result.",
    sign_here="place, time, signature",
    checksum="Checksum of the public log",
    crest="Coat of arms:",
)
RECORD: Final = {Language.DE: _RECORD_DE, Language.EN: _RECORD_EN, Language.EASY: _RECORD_DE}

_TALLY_DE: Final = TallyWords(
    title="Zählliste",
    question="Frage",
    batch="Stapel",
    sheet="Zettel",
    invalid="ungültig",
    blank="leer",
    sum="Summe",
    person="Zählperson",
    how="Tragen Sie je Zettel ein Kreuz ein. Vergleichen Sie erst, wenn beide Listen fertig sind.",
    separator="Trennblatt",
    separator_how="Dieses Blatt liegt beim Scannen oben auf dem Stapel. Es ist kein Stimmzettel.",
    counted="Von Hand gezählt (Zettel):",
)
_TALLY_EN: Final = TallyWords(
    title="Tally sheet",
    question="Question",
    batch="Batch",
    sheet="Sheet",
    invalid="invalid",
    blank="blank",
    sum="Sum",
    person="Teller",
    how="Enter one cross per sheet. Compare only when both lists are complete.",
    separator="Separator",
    separator_how="This page lies on top of the batch when it is scanned. It is not a ballot.",
    counted="Counted by hand (sheets):",
)
TALLY: Final = {Language.DE: _TALLY_DE, Language.EN: _TALLY_EN, Language.EASY: _TALLY_DE}
