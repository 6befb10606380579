"""The desk's words for what the domain names in codes. German source strings; pages translate them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from backend.kit.i18n import marked

EQUATIONS = {
    "packs": marked("Packen"),
    "opened_cards": marked("Karten der offenen Packen"),
    "channel": marked("Stimmen"),
    "paper": marked("Karten gegen Zettel"),
    "total": marked("Alle Wege zusammen"),
    "attendance": marked("Menschen im Saal"),
    "sheets_printed": marked("Gedruckt"),
    "sheets_issued": marked("Ausgegeben"),
    "sheets_in_box": marked("In der Urne"),
    "sheets_accepted": marked("Angenommen"),
    "valid_options": marked("Gültige Stimmen"),
    "ticked": marked("Karten auf Papier"),
    "serials": marked("Seriennummern"),
}
TERMS = {
    "packs_printed": marked("gedruckt"),
    "packs_opened": marked("geöffnet"),
    "packs_wrapped": marked("verpackt"),
    "cards_opened": marked("geöffnet"),
    "cards_handed_out": marked("ausgegeben"),
    "cards_voided": marked("entwertet"),
    "redeemed": marked("gebucht"),
    "ballots": marked("Stimmen"),
    "ballots_phone": marked("Handy"),
    "ballots_kiosk": marked("Kiosk"),
    "ballots_paper": marked("Papier"),
    "people_counted": marked("Menschen gezählt"),
    "sheets_printed": marked("gedruckt"),
    "sheets_issued": marked("ausgegeben"),
    "sheets_exchanged": marked("getauscht"),
    "sheets_returned": marked("zurück"),
    "stock": marked("Vorrat"),
    "in_box": marked("in der Urne"),
    "spoilt": marked("verdorben"),
    "unused": marked("zurück"),
    "missing": marked("fehlen"),
    "accepted": marked("angenommen"),
    "rejected": marked("abgewiesen"),
    "in_review": marked("zu prüfen"),
    "valid": marked("Antworten"),
    "invalid": marked("ungültig"),
    "blank": marked("leer"),
    "voters_ticked": marked("gebucht"),
    "serials_not_issued": marked("unbekannte Nummern"),
}
CHANNELS = {"phone": marked("Handy"), "kiosk": marked("Kiosk"), "paper": marked("Papier")}
REASONS = {
    "overvote": marked("Mehr Kreuze als erlaubt. Das Blatt ist nach der Regel ungültig."),
    "abstain_not_alone": marked("Enthaltung und eine Antwort sind angekreuzt. Das Blatt ist nach der Regel ungültig."),
    "unused_circle": marked("Ein Kreuz in einem Kreis, der zu keiner Antwort gehört. Das Blatt ist ungültig."),
    "no_code": marked("Das Muster auf dem Zettel ist nicht lesbar. Zwei Personen tragen ein, was auf dem Blatt steht."),
    "several_codes": marked("Auf dem Bild sind mehrere Zettel. Nehmen Sie das Original."),
    "square_missing": marked("Eine Ecke fehlt oder ist verdeckt. Der Automat findet die Kreise nicht sicher."),
    "low_contrast": marked("Das Bild ist zu blass, um sicher zu sein."),
    "distorted": marked("Das Blatt war gewellt oder verzogen. Die Kreise liegen nicht genau, wo sie gedruckt sind."),
    "streak": marked("Ein Streifen oder Falz geht durch einen Kreis."),
    "soiled": marked("Ein Fleck liegt auf einem Kreis."),
    "faint_mark": marked("Eine Marke ist schwächer als ein sicheres Kreuz und stärker als ein leerer Kreis."),
    "unclear_mark": marked("Eine Marke ist kein klares Kreuz."),
    "stray_mark": marked("Ein Strich liegt neben einem Kreis oder streift ihn nur."),
    "possible_correction": marked(
        "Ein Kreuz und ein ausgemalter Kreis können eine Korrektur sein. Der Automat entscheidet das nie."
    ),
    "several_in_row": marked("In einer Zeile sind mehrere Kreuze."),
    "duplicate": marked(
        "Dieselbe Nummer wurde zweimal gelesen, mit verschiedenen Bildern. Vielleicht ist eines eine Kopie. "
        "Nur ein Blatt kann zählen."
    ),
    "manual_entry": marked("Zwei Personen haben verschieden eingegeben, oder die zweite Eingabe fehlt noch."),
    "one_bit": marked("Schwarz-weiß gescannt. Schwacher Bleistift ginge verloren. Bitte in Graustufen scannen."),
    "low_resolution": marked("Zu grob gescannt. Bitte mit mindestens 150 dpi scannen, 300 sind besser."),
    "empty_page": marked("Leere Seite. Sie zählt nicht mit."),
    "separator": marked("Trennblatt. Es zählt nicht mit."),
    "foreign_code": marked("Kein Stimmzettel von hier."),
    "malformed_code": marked("Das Muster auf dem Zettel ist beschädigt."),
    "unknown_version": marked("Der Zettel stammt aus einer anderen Version dieses Systems."),
    "other_poll": marked("Zettel einer anderen Frage. Legen Sie ihn zu deren Stapel."),
    "forged": marked("Das Muster ist nicht von hier. Zählen Sie den Zettel nicht und heben Sie ihn auf."),
    "test_sheet": marked("Muster zum Üben. Es zählt nicht."),
    "old_layout": marked("Der Zettel gehört zu einem Druck, den es für diese Frage nicht gibt."),
    "unknown_serial": marked("Die Nummer wurde hier nie gedruckt."),
    "void_sheet": marked("Der Zettel wurde getauscht oder zurückgegeben und gilt nicht mehr."),
    "wrong_mode": marked("Zettel mit und ohne Nummer sind vertauscht."),
    "no_ballot": marked("Zwei Personen haben entschieden: Das ist kein Stimmzettel dieser Frage."),
    "unreadable_file": marked("Die Datei ließ sich nicht lesen."),
    "too_large": marked("Die Datei ist zu groß."),
    "too_many_pages": marked("Die Datei hat zu viele Seiten."),
    "too_many_pixels": marked("Das Bild ist zu groß."),
    "encrypted": marked("Die Datei hat ein Passwort."),
    "damaged": marked("Die Datei ist beschädigt."),
    "unknown_format": marked("Das ist kein PDF und kein Bild."),
}
MARKS = {
    "blank": marked("leer"),
    "cross": marked("Kreuz"),
    "filled": marked("ausgemalt"),
    "unclear": marked("unklar"),
    "faint": marked("schwach"),
    "stray": marked("daneben"),
    "corrected": marked("korrigiert"),
    "streak": marked("Streifen"),
    "soiled": marked("Fleck"),
    "distorted": marked("verzogen"),
}
SPECIAL = {
    "invalid": marked("Ungültig"),
    "blank": marked("Leer – nichts angekreuzt"),
    "no_ballot": marked("Kein Stimmzettel dieser Frage"),
}
STATUS = {"provisional": marked("vorläufig"), "counted": marked("ausgezählt"), "confirmed": marked("festgestellt")}
DECIDED = {
    "two": marked("zu zweit entschieden"),
    "third": marked("von einer dritten Person entschieden"),
    "together": marked("von zwei Personen gemeinsam entschieden"),
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
