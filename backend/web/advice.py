"""What an error page says: what happened, in one sentence, and what to do now. Sentences, not codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backend.web.messages import _n

SERVER_ERRORS = 500


@dataclass(frozen=True, slots=True)
class Advice:
    """The words of one kind of error page."""

    title: str
    happened: str
    steps: tuple[str, ...]
    code: str


UNEXPECTED = Advice(
    _n("Hier ist etwas schiefgegangen"),
    _n("Der Fehler liegt bei uns, nicht bei Ihnen. Er wurde vermerkt."),
    (
        _n("Warten Sie einen Moment und laden Sie die Seite neu."),
        _n("Eine abgegebene Stimme oder ein bestätigter Beitrag geht dabei nicht verloren."),
    ),
    "unexpected",
)
ADVICE: Mapping[int, Advice] = {
    400: Advice(
        _n("Das haben wir nicht verstanden"),
        _n("Die Anfrage war unvollständig oder fehlerhaft."),
        (_n("Gehen Sie eine Seite zurück und versuchen Sie es noch einmal."),),
        "bad_request",
    ),
    401: Advice(
        _n("Bitte melden Sie sich an"),
        _n("Diese Seite ist für Mitarbeitende. Ihre Anmeldung fehlt oder ist abgelaufen."),
        (_n("Melden Sie sich an. Danach kommen Sie hierher zurück."),),
        "not_signed_in",
    ),
    403: Advice(
        _n("Das dürfen Sie hier nicht"),
        _n("Ihnen fehlt das Recht für diese Seite oder diesen Schritt."),
        (
            _n("Prüfen Sie, ob Sie für die richtige Organisation arbeiten."),
            _n("Bitten Sie die Leitung Ihrer Organisation um das Recht."),
        ),
        "forbidden",
    ),
    404: Advice(
        _n("Diese Seite gibt es nicht"),
        _n("Vielleicht ist die Adresse falsch geschrieben, oder die Seite ist umgezogen."),
        (
            _n("Prüfen Sie die Adresse auf Tippfehler."),
            _n("Gehen Sie zur Startseite. Dort stehen alle laufenden Beteiligungen."),
            _n("Suchen Sie einen Beitrag? Mit dem Quittungscode finden Sie ihn unter „Was wurde aus Ihrem Beitrag?“."),
        ),
        "not_found",
    ),
    405: Advice(
        _n("So geht es hier nicht"),
        _n("Diese Adresse nimmt keine solchen Anfragen an."),
        (_n("Gehen Sie eine Seite zurück und benutzen Sie das Formular dort."),),
        "method_not_allowed",
    ),
    409: Advice(
        _n("Inzwischen hat sich etwas geändert"),
        _n("Jemand war schneller, oder der Schritt ist schon getan."),
        (_n("Laden Sie die Seite neu. Dann sehen Sie den jetzigen Stand."),),
        "conflict",
    ),
    413: Advice(
        _n("Das ist zu groß"),
        _n("Der Text oder die Datei ist größer, als wir annehmen."),
        (_n("Kürzen Sie den Text oder verkleinern Sie die Datei und schicken Sie alles noch einmal ab."),),
        "too_large",
    ),
    422: Advice(
        _n("Eine Angabe passt nicht"),
        _n("Wir konnten Ihre Angaben so nicht übernehmen."),
        (_n("Gehen Sie eine Seite zurück und prüfen Sie die markierten Felder."),),
        "invalid",
    ),
    429: Advice(
        _n("Bitte warten Sie kurz"),
        _n("Es gab in kurzer Zeit zu viele Versuche."),
        (_n("Warten Sie eine Minute und versuchen Sie es dann noch einmal."),),
        "too_many_attempts",
    ),
    500: UNEXPECTED,
    503: Advice(
        _n("Gerade ist sehr viel los"),
        _n("Wir können Ihre Anfrage im Moment nicht bearbeiten."),
        (
            _n("Versuchen Sie es in ein paar Sekunden noch einmal."),
            _n("In der Versammlung: Ihre Karte bleibt gültig. Papier gibt es am Tisch „Auskunft“."),
        ),
        "unavailable",
    ),
}


def advice_for(status: int) -> Advice:
    """Return the words for a status; those of the general error for one we never send on purpose."""
    return ADVICE.get(status) or (ADVICE[400] if status < SERVER_ERRORS else UNEXPECTED)
