"""The desk's words for what the domain names in codes. German source strings; pages translate them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

EQUATIONS = {
    "packs": "Packen",
    "opened_cards": "Karten der offenen Packen",
    "channel": "Stimmen",
    "paper": "Karten gegen Zettel",
    "total": "Alle Wege zusammen",
    "attendance": "Menschen im Saal",
    "sheets_printed": "Gedruckt",
    "sheets_issued": "Ausgegeben",
    "sheets_in_box": "In der Urne",
    "sheets_accepted": "Angenommen",
    "valid_options": "Gültige Stimmen",
    "ticked": "Karten auf Papier",
    "serials": "Seriennummern",
}
TERMS = {
    "packs_printed": "gedruckt",
    "packs_opened": "geöffnet",
    "packs_wrapped": "verpackt",
    "cards_opened": "geöffnet",
    "cards_handed_out": "ausgegeben",
    "cards_voided": "entwertet",
    "redeemed": "gebucht",
    "ballots": "Stimmen",
    "ballots_phone": "Handy",
    "ballots_kiosk": "Kiosk",
    "ballots_paper": "Papier",
    "people_counted": "Menschen gezählt",
    "sheets_printed": "gedruckt",
    "sheets_issued": "ausgegeben",
    "sheets_exchanged": "getauscht",
    "sheets_returned": "zurück",
    "stock": "Vorrat",
    "in_box": "in der Urne",
    "spoilt": "verdorben",
    "unused": "zurück",
    "missing": "fehlen",
    "accepted": "angenommen",
    "rejected": "abgewiesen",
    "in_review": "zu prüfen",
    "valid": "Antworten",
    "invalid": "ungültig",
    "blank": "leer",
    "voters_ticked": "gebucht",
    "serials_not_issued": "unbekannte Nummern",
}
CHANNELS = {"phone": "Handy", "kiosk": "Kiosk", "paper": "Papier"}
REASONS = {
    "overvote": "Mehr Kreuze als erlaubt. Das Blatt ist nach der Regel ungültig.",
    "abstain_not_alone": "Enthaltung und eine Antwort sind angekreuzt. Das Blatt ist nach der Regel ungültig.",
    "unused_circle": "Ein Kreuz in einem Kreis, der zu keiner Antwort gehört. Das Blatt ist ungültig.",
    "no_code": "Das Muster auf dem Zettel ist nicht lesbar. Zwei Personen tragen ein, was auf dem Blatt steht.",
    "several_codes": "Auf dem Bild sind mehrere Zettel. Nehmen Sie das Original.",
    "square_missing": "Eine Ecke fehlt oder ist verdeckt. Der Automat findet die Kreise nicht sicher.",
    "low_contrast": "Das Bild ist zu blass, um sicher zu sein.",
    "distorted": "Das Blatt war gewellt oder verzogen. Die Kreise liegen nicht genau, wo sie gedruckt sind.",
    "streak": "Ein Streifen oder Falz geht durch einen Kreis.",
    "soiled": "Ein Fleck liegt auf einem Kreis.",
    "faint_mark": "Eine Marke ist schwächer als ein sicheres Kreuz und stärker als ein leerer Kreis.",
    "unclear_mark": "Eine Marke ist kein klares Kreuz.",
    "stray_mark": "Ein Strich liegt neben einem Kreis oder streift ihn nur.",
    "possible_correction": "Ein Kreuz und ein ausgemalter Kreis können eine Korrektur sein. "
    "Der Automat entscheidet das nie.",
    "several_in_row": "In einer Zeile sind mehrere Kreuze.",
    "duplicate": "Dieselbe Nummer wurde zweimal gelesen, mit verschiedenen Bildern. Vielleicht ist eines eine Kopie. "
    "Nur ein Blatt kann zählen.",
    "manual_entry": "Zwei Personen haben verschieden eingegeben, oder die zweite Eingabe fehlt noch.",
    "one_bit": "Schwarz-weiß gescannt. Schwacher Bleistift ginge verloren. Bitte in Graustufen scannen.",
    "low_resolution": "Zu grob gescannt. Bitte mit mindestens 150 dpi scannen, 300 sind besser.",
    "empty_page": "Leere Seite. Sie zählt nicht mit.",
    "separator": "Trennblatt. Es zählt nicht mit.",
    "foreign_code": "Kein Stimmzettel von hier.",
    "malformed_code": "Das Muster auf dem Zettel ist beschädigt.",
    "unknown_version": "Der Zettel stammt aus einer anderen Version dieses Systems.",
    "other_poll": "Zettel einer anderen Frage. Legen Sie ihn zu deren Stapel.",
    "forged": "Das Muster ist nicht von hier. Zählen Sie den Zettel nicht und heben Sie ihn auf.",
    "test_sheet": "Muster zum Üben. Es zählt nicht.",
    "old_layout": "Der Zettel gehört zu einem Druck, den es für diese Frage nicht gibt.",
    "unknown_serial": "Die Nummer wurde hier nie gedruckt.",
    "void_sheet": "Der Zettel wurde getauscht oder zurückgegeben und gilt nicht mehr.",
    "wrong_mode": "Zettel mit und ohne Nummer sind vertauscht.",
    "no_ballot": "Zwei Personen haben entschieden: Das ist kein Stimmzettel dieser Frage.",
    "unreadable_file": "Die Datei ließ sich nicht lesen.",
    "too_large": "Die Datei ist zu groß.",
    "too_many_pages": "Die Datei hat zu viele Seiten.",
    "too_many_pixels": "Das Bild ist zu groß.",
    "encrypted": "Die Datei hat ein Passwort.",
    "damaged": "Die Datei ist beschädigt.",
    "unknown_format": "Das ist kein PDF und kein Bild.",
}
MARKS = {
    "blank": "leer",
    "cross": "Kreuz",
    "filled": "ausgemalt",
    "unclear": "unklar",
    "faint": "schwach",
    "stray": "daneben",
    "corrected": "korrigiert",
    "streak": "Streifen",
    "soiled": "Fleck",
    "distorted": "verzogen",
}
SPECIAL = {
    "invalid": "Ungültig",
    "blank": "Leer – nichts angekreuzt",
    "no_ballot": "Kein Stimmzettel dieser Frage",
}
STATUS = {"provisional": "vorläufig", "counted": "ausgezählt", "confirmed": "festgestellt"}
DECIDED = {
    "two": "zu zweit entschieden",
    "third": "von einer dritten Person entschieden",
    "together": "von zwei Personen gemeinsam entschieden",
}


@dataclass(frozen=True, slots=True)
class Words:
    """The desk's words in the reader's language."""

    equations: Mapping[str, str]
    terms: Mapping[str, str]
    channels: Mapping[str, str]
    reasons: Mapping[str, str]
    marks: Mapping[str, str]
    special: Mapping[str, str]
    status: Mapping[str, str]
    decided: Mapping[str, str]


def words_in(gettext: Callable[[str], str]) -> Words:
    """Return the words, translated."""
    tables = (EQUATIONS, TERMS, CHANNELS, REASONS, MARKS, SPECIAL, STATUS, DECIDED)
    return Words(*({code: gettext(text) for code, text in table.items()} for table in tables))
