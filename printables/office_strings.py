"""The fixed words on what an office files: count records, reports, tally sheets, separators, scripts.

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


@dataclass(frozen=True, slots=True)
class EmergencyWords:
    """Words in the script for going on by paper."""

    title: str
    when: str
    when_text: str
    aloud: str
    aloud_text: str
    then: str
    steps: tuple[str, ...]
    questions: str
    number: str
    question: str
    used: str
    sheets: str


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

_EMERGENCY_DE: Final = EmergencyWords(
    title="Drehbuch: Auf Papier weitermachen",
    when="Wann",
    when_text=(
        "Wenn das Netz, der Strom oder die Anlage länger als ein paar Minuten ausfällt – oder wenn Sie es für"
        " richtig halten. Keine Stimme geht verloren, keine zählt doppelt."
    ),
    aloud="Das lesen Sie vor",
    aloud_text=(
        "„Wir machen auf Papier weiter. Was schon angekommen ist, zählt. Wer noch nicht abgestimmt hat, "
        "bekommt für die Stimmkarte einen Stimmzettel. Bitte behalten Sie Ihre Stimmkarte.“"
    ),
    then="Das tun Sie",
    steps=(
        "*Regie:* „Auf Papier weitermachen“ drücken und bestätigen.",
        (
            "*Geht auch das nicht mehr:* laut sagen: „Diese Frage stellen wir allen neu auf Papier.“ Was vom "
            "Handy kam, zählt dann nicht; brechen Sie die Abstimmung in der Regie ab, sobald es wieder geht."
        ),
        (
            "*Auskunft:* Reservestapel öffnen. Karte scannen, Zettel geben. Ohne Anlage: Karte lochen, Zettel "
            "geben, Strichliste."
        ),
        "*Alle:* ankreuzen, in die Urne werfen. Niemand gibt die Stimmkarte ab.",
        "*Leitung:* fragen, ob alle Zettel in der Urne sind. Dann in der Regie „Zettel sind eingesammelt“.",
        ("*Zähltisch:* zwei Personen zählen von Hand und scannen. Ohne Anlage: zwei Zähllisten, dann vergleichen."),
        "*Leitung:* das Ergebnis vorlesen. Es bleibt vorläufig, bis zwei Personen unterschrieben haben.",
        "*Protokoll:* Uhrzeit und Grund notieren. Urne und Zettel verschlossen aufbewahren.",
    ),
    questions="Die Fragen des Abends",
    number="Nr.",
    question="Frage",
    used="Karten benutzt bis",
    sheets="Zettel ausgegeben",
)
_EMERGENCY_EN: Final = EmergencyWords(
    title="Script: going on by paper",
    when="When",
    when_text=(
        "When network, power or system fail for more than a few minutes – or when you think it right. No vote"
        " is lost and none counts twice."
    ),
    aloud="Read this aloud",
    aloud_text=(
        "“We go on by paper. What has arrived counts. If you have not voted yet, you get a ballot sheet for "
        "your voting card. Please keep your voting card.”"
    ),
    then="Do this",
    steps=(
        "*Host:* press “Go on by paper” and confirm.",
        (
            "*If that fails too:* say aloud: “We ask everybody this question again on paper.” What came by phone "
            "then does not count; cancel the vote on the console as soon as it works again."
        ),
        (
            "*Information desk:* open the reserve stacks. Scan the card, give a sheet. Without the system: punch "
            "the card, give a sheet, keep a tally."
        ),
        "*Everybody:* mark the sheet, put it into the box. Nobody hands in the voting card.",
        "*Chair:* ask whether all sheets are in the box. Then press “Sheets are collected” on the console.",
        ("*Counting table:* two people count by hand and scan. Without the system: two tally sheets, then compare."),
        "*Chair:* read the result aloud. It stays provisional until two people have signed.",
        "*Minutes:* note time and reason. Keep box and sheets locked away.",
    ),
    questions="The questions of the evening",
    number="No.",
    question="Question",
    used="Cards used until",
    sheets="Sheets handed out",
)
EMERGENCY: Final = {Language.DE: _EMERGENCY_DE, Language.EN: _EMERGENCY_EN, Language.EASY: _EMERGENCY_DE}
